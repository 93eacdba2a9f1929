"""The commands of `tandem`, by subject; heavy parts are imported when a command runs."""
