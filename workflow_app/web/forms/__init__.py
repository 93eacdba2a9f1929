"""A form in the browser: built, bound, drafted, looked at once more, compared."""
