"""Drafts, submissions and files of a case."""
