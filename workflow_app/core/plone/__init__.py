"""Plone's workflow definitions (GenericSetup's definition.xml): read, translated, written."""
