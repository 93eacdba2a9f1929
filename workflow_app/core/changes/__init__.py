"""Two versions of a workflow: what is different, and how a case gets from one to the other."""
