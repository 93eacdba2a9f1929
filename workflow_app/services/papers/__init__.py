"""Documents of a case: frozen, issued, registered, archived."""
