"""Views that the app published or changed, of the loopback Slack."""


class Homes:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""
