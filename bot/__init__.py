"""The assistant itself: everything between Slack or the terminal and the CRM."""
