"""Judging a set of definitions, whether they are fit to run."""
