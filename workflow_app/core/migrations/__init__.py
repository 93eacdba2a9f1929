"""Running cases go from one version of a workflow to another: the plan, and what it does."""
