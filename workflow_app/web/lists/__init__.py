"""Lists of cases: what waits, what there is."""
