"""Versions of a workflow: drafted, verified, published, retired, and compared."""
