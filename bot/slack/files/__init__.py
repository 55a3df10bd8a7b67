"""Files that people drop."""
