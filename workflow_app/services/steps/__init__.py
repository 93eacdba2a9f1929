"""A case moves on: a step is checked, taken and recorded, and what follows is brought about."""
