"""What may happen to a case next, and why not; and what follows when it does."""
