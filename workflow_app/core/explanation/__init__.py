"""A workflow explained: who may do what and by which rule, as a matrix, as a manual."""
