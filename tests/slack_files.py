"""Files that people dropped and the app uploaded, of the loopback Slack."""


class SlackFiles:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""
