"""What may happen to a case, and why not."""
