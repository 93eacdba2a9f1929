"""What the content folders hold: their files, what these say, and whether it is sound."""
