"""Running cases go to another version of their workflow, and back."""
