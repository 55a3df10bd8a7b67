"""The knowledge base in Slack."""
