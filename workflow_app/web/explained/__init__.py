"""A workflow explained: its manual, its rights, and playing it."""
