"""One suite."""
