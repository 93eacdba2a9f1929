"""Pure rules: text and values in, values out. No files, no clock, no database."""
