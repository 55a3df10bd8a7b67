"""What is sent to Slack: at its pace, and what it refuses."""
