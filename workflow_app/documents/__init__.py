"""Documents: a plain dictionary in, bytes out."""
