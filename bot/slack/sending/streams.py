"""An answer that is shown sentence by sentence while the model writes it, and replaced by the finished one."""

import re
import time
from collections.abc import Callable, Sequence

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.log import event
from bot.proposals import Line
from bot.slack.sending.client import mark, showing
from bot.slack.sending.outbox import Place
from bot.slack.sending.sessions import FAILED, SmallTalk
from bot.slack.showing.blocks import GAP, unlinked
from bot.slack.showing.views import Message

PACE = 1.0
"""seconds between two additions; Slack limits how often a message may grow"""
MOST = 10_000
"""characters that are streamed; Slack takes 12,000, and the finished answer holds the rest"""
SPECIAL = re.compile(r"([\\`*_{}\[\]()#~|+!-])")


def literal(text: str) -> str:
    """Return text that markdown shows as it is: no links, no mentions, no emphasis of its own."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    plain = SPECIAL.sub(r"\\\1", " ".join(plain.split()))
    return unlinked(plain).replace("@", f"@{GAP}")


class Stream:
    """One message that grows."""

    def __init__(
        self, talk: SmallTalk, client: WebClient, place: Place, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._talk, self._client, self._place, self._clock = talk, client, place, clock
        self._ts: str | None = None
        self._open, self._waiting, self._length, self._last = True, "", 0, 0.0

    def add(self, line: Line) -> None:
        """Show one more checked sentence, at most once a second."""
        self._waiting += f"• {literal(line.text)}\n"
        late = self._ts is None or self._clock() - self._last >= PACE
        if self._open and late and self._length + len(self._waiting) <= MOST:
            text, self._waiting, self._last = self._waiting, "", self._clock()
            self._length += len(text)
            self._open = self._start(text) if self._ts is None else self._append(text)

    def replace(self, messages: Sequence[Message]) -> list[str]:
        """Put the finished answer in the place of what was streamed; gives the timestamps of what it took, [] for none."""
        if self._ts is None or not self._stopped():
            return []
        first = messages[0]
        try:
            self._client.chat_update(
                channel=self._place.channel, ts=self._ts, text=first.text, blocks=first.blocks, metadata=mark()
            )
        except FAILED as error:
            event("slack_stream_not_replaced", error=type(error).__name__)
            self._remove()
            return []
        taken, self._ts = [self._ts], None
        return taken

    def drop(self) -> None:
        """Take away what was streamed and not replaced."""
        if self._ts is not None and self._stopped():
            self._remove()

    def _start(self, text: str) -> bool:
        client, channel, thread_ts = self._talk.client, self._place.channel, self._place.thread_ts or ""

        def call() -> None:
            begun = client.chat_startStream(channel=channel, thread_ts=thread_ts, markdown_text=text)
            self._ts = begun.get("ts")
            if self._ts and (running := showing.get()) is not None:
                running.grows(self._ts)

        return bool(self._talk.try_("chat.startStream", call) and self._ts)

    def _append(self, text: str) -> bool:
        client, channel, ts = self._talk.client, self._place.channel, self._ts or ""
        return bool(
            self._talk.try_(
                "chat.appendStream", lambda: client.chat_appendStream(channel=channel, ts=ts, markdown_text=text)
            )
        )

    def _stopped(self) -> bool:
        """End the growing; where that fails the message is taken away late, and the answer stands in one of its own."""
        patient, channel, ts = self._talk.patient, self._place.channel, self._ts or ""
        if self._talk.try_("chat.stopStream", lambda: self._end(channel, ts), insist=True):
            return True
        self._talk.late.do(lambda: patient.chat_stopStream(channel=channel, ts=ts))
        self._talk.late.do(lambda: patient.chat_delete(channel=channel, ts=ts))
        self._ts = None
        return False

    def _end(self, channel: str, ts: str) -> None:
        try:
            self._talk.client.chat_stopStream(channel=channel, ts=ts)
        except SlackApiError as error:
            # Slack itself ends it where the person clicks on stop.
            if error.response.get("error") != "message_not_in_streaming_state":
                raise

    def _remove(self) -> None:
        client, patient, channel, ts = self._talk.client, self._talk.patient, self._place.channel, self._ts or ""
        if not self._talk.try_("chat.delete", lambda: client.chat_delete(channel=channel, ts=ts), insist=True):
            self._talk.late.do(lambda: patient.chat_delete(channel=channel, ts=ts))
        self._ts = None
