"""Slack: thin listeners, pure views, and the two ways to be reached (Socket Mode, HTTP)."""
