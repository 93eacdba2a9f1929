"""The pages on which a step is taken: filled in, looked at once more, confirmed, decided."""
