"""Two versions of a workflow: what is different, in sentences and in the picture."""
