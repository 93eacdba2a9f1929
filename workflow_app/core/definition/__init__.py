"""What a definition says, as frozen values, and how it is put into words again."""
