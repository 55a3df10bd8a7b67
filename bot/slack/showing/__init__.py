"""What Slack shows, as blocks and views (pure)."""
