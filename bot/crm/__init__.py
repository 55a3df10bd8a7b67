"""Records, writes and the port to the CRM; one adapter per file."""
