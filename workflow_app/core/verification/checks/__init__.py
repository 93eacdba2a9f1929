"""The checks of `verify`, one subject a file: structure, people, data, conditions, promises."""
