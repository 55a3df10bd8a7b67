"""Channels with their members and histories, of the loopback Slack."""


class Channels:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""
