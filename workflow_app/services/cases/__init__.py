"""A case as it is kept and read: its row, its history, what was said, what it rests on."""
