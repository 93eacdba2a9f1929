"""Whether everything that a definition names exists, and every condition is valid."""
