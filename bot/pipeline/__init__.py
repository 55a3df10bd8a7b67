"""Sales arithmetic over CRM records: pure functions that take the clock as an argument."""
