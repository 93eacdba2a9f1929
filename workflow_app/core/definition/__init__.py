"""What is written in the files: read, placed, and typed as frozen values."""
