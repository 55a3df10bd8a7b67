"""Agent sessions, suggested prompts and streams of the loopback Slack."""

from slack_blocks import Plain


class Agents:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server."""

    def _do_assistant_threads_setstatus(self, params: Plain) -> Plain:
        return {}
