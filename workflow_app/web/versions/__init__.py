"""Pages on which administrators change workflows: versions, differences, migrations."""
