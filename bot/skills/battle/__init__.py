"""What to say where a competitor is named: the page on it, read by its headings, and our own history against it."""
