"""The pages of a case: what it is, what holds, what happened."""
