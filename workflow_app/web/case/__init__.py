"""The pages of a case: what it is, what may be done, what happened."""
