"""What a process that died left on a person's screen: a message that grows no more, a session that seems to work."""

from slack_sdk import WebClient

from bot.slack.sending.outbox import Place
from bot.slack.sending.sessions import Sessions, SmallTalk


class Remains:
    """Tidies up; fails soft, since what counts is the apology."""

    def __init__(self, client: WebClient) -> None:
        self._talk = SmallTalk(client)
        self._sessions = Sessions(self._talk)

    def remove(self, channel: str, stream: str) -> None:
        """Take away the beginning of an answer."""
        client = self._talk.client
        self._talk.try_("chat.stopStream", lambda: client.chat_stopStream(channel=channel, ts=stream), insist=True)
        self._talk.try_("chat.delete", lambda: client.chat_delete(channel=channel, ts=stream), insist=True)

    def end(self, place: Place) -> None:
        """Let the session of a thread leave the state in which it seems to work."""
        if place.thread_ts is not None:
            self._sessions.end(place, "active")
