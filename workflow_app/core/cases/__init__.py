"""A case as rules see it: who takes part, what was filled in, what holds on a day."""
