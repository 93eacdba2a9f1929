"""Definition files: YAML text becomes frozen values, or every problem at once."""
