"""What Slack delivers: claimed once, in order, done or apologised for."""
