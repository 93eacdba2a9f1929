"""What a case can come to: conditions as truth tables, steps over bits, and the walk."""
