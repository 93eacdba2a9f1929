"""Who sees a case, for whom it waits, and who may act on it, as rows and as answers."""
