"""Values of a form: read as typed, checked, and shown again."""
