"""The engine for imported workflows: one or several on one case, as values, as in DCWorkflow."""
