"""The Web API as this app calls it: at a pace that Slack bears, again after what passes, and never shown twice."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.log import event
from bot.slack.showing.blocks import readable
from knowledge.whole import whole

TRIES = 4
LONGEST_WAIT = 60.0
"""seconds of a Retry-After that are waited out; above that the call fails"""
BURST = 5
"""messages that go to one channel at once: an answer has at most three, and a card; then one a second"""
INTERVAL = 1.0
PAUSE = 0.3
"""seconds before the second try after a failure; doubled each time"""
EVENT_TYPE = "seller_answer"
PACED = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.startStream"})
FINDABLE = frozenset({"chat.postMessage"})
"""what they show carries our id"""
ALONE = frozenset({"chat.postEphemeral", "chat.update", "views.open", "views.push", "files.completeUploadExternal"})
"""what they show cannot be looked up afterwards, unless it is given our id as well"""
ONCE = frozenset({"chat.appendStream"})
"""a repeat would show the same words twice"""
SMALL_TALK = ("assistant.threads.", "agents.sessions.")
"""beside the answer, which must not wait for it"""
TROUBLE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""what Slack says with status 200 when it is Slack that failed"""
LOOKED_AT = 200
"""messages of a thread among which ours is looked for"""


class SlackUnreachable(SlackClientError):
    """Slack did not answer, or only with server errors, several times."""


class AddressGone(SlackClientError):
    """Slack's address for answers to a command or a click is used up or too old."""


class Superseded(Exception):
    """Another process took this delivery over and has said so to the person; nothing more is to be shown."""


@dataclass
class Showing:
    """The delivery on which this thread works; the first thing shown for it is noted beforehand."""

    key: str
    note: Callable[[str], bool]
    """keeps whether what is shown can be looked up; False where another process took over"""
    keep: Callable[[str], bool] = lambda ts: True
    """keeps which message grows sentence by sentence; False as above"""
    state: str | None = None
    parts: int = 0

    def begin(self, state: str) -> None:
        """Note that something is about to be shown; Superseded where it must not be."""
        if self.state is None or (self.state == "alone" and state == "posting"):
            if not self.note(state):
                raise Superseded(self.key)
            self.state = state

    def grows(self, ts: str) -> None:
        """Note a message that is no answer yet, so that nobody is left with half of one; Superseded as above."""
        if not self.keep(ts):
            raise Superseded(self.key)

    def mark(self) -> dict[str, Any]:
        """Return what makes the next message known as shown for this delivery."""
        self.parts += 1
        return {"event_type": EVENT_TYPE, "event_payload": {"id": self.key, "part": self.parts}}


showing: ContextVar[Showing | None] = ContextVar("showing", default=None)


class Pace:
    """When the next message may go to a channel, and when the next call of a method that Slack held up."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep, self._lock = clock, sleep, threading.Lock()
        self._due: dict[str, float] = {}
        self._held: dict[tuple[str, str], float] = {}

    def wait(self, method: str, channel: str) -> None:
        """Wait for this call's turn; calls to other channels go on."""
        turn = self._turn(channel) if method in PACED and channel else 0.0
        while (left := max(turn, self.held(method, channel)) - self._clock()) > 0:
            self._sleep(left)

    def held(self, method: str, channel: str) -> float:
        """Return until when Slack wants no such call."""
        with self._lock:
            return self._held.get((method, channel), 0.0)

    def hold(self, method: str, channel: str, seconds: float) -> None:
        """Keep what Slack said in Retry-After."""
        with self._lock:
            now = self._clock()
            self._held = {key: until for key, until in self._held.items() if until > now}
            self._held[method, channel] = now + seconds

    def _turn(self, channel: str) -> float:
        with self._lock:
            now = self._clock()
            if len(self._due) > 1000:
                self._due = {key: due for key, due in self._due.items() if due > now}
            due = max(now, self._due.get(channel, 0.0))
            self._due[channel] = due + INTERVAL
            return due - (BURST - 1) * INTERVAL


class SlackClient(WebClient):
    """Slack's Web API; raises SlackApiError where it refuses, SlackUnreachable where it does not answer."""

    def __init__(self, token: str, base_url: str, timeout: float) -> None:
        super().__init__(token, base_url=base_url, timeout=timeout, retry_handlers=[])  # type: ignore[arg-type]
        self.pace = Pace()
        self.directs: dict[str, str] = {}
        """person → channel of their direct messages, as far as Slack told: only the channel can be looked into"""

    def api_call(self, api_method: str, **given: Any) -> SlackResponse:
        """Call a method, again where that helps; nothing goes out with signs that nobody sees."""
        given |= {name: readable(given[name]) for name in ("json", "params") if given.get(name)}
        params = given.get("json") or given.get("params") or {}
        channel = str(params.get("channel") or params.get("channel_id") or "")
        if api_method in FINDABLE or api_method in ALONE:
            self.about_to_show("posting" if api_method in FINDABLE or params.get("metadata") else "alone")
        if api_method in FINDABLE and not params.get("metadata"):
            params["metadata"] = mark()
        if api_method.startswith(SMALL_TALK):
            return self._small_talk(api_method, channel, given)
        return self._tried(api_method, channel, params, given)

    def about_to_show(self, state: str) -> None:
        """Note that the running delivery shows something now."""
        running = showing.get()
        if running is not None:
            running.begin(state)

    def find(self, channel: str, thread_ts: str | None, key: str, part: object = None) -> dict[str, Any] | None:
        """Return the message that carries our id; SlackApiError where this app may not look there."""
        for message in self.messages(channel, thread_ts):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            ours = metadata.get("event_type") == EVENT_TYPE and payload.get("id") == key
            if ours and part in (None, payload.get("part")):
                return message
        return None

    def messages(self, channel: str, thread_ts: str | None) -> Iterator[dict[str, Any]]:
        """Give the messages of a thread, or the newest ones outside of threads."""
        if thread_ts is None:
            found = self.conversations_history(channel=channel, include_all_metadata=True, limit=LOOKED_AT)
            yield from found.get("messages") or ()
            return
        cursor, more = None, True
        while more:
            try:
                found = self.conversations_replies(
                    channel=channel, ts=thread_ts, include_all_metadata=True, limit=LOOKED_AT, cursor=cursor
                )
            except SlackApiError as error:
                if error.response.get("error") == "thread_not_found":
                    return
                raise
            yield from found.get("messages") or ()
            cursor = (found.get("response_metadata") or {}).get("next_cursor")
            more = bool(cursor)

    def _small_talk(self, method: str, channel: str, given: dict[str, Any]) -> SlackResponse:
        if self.pace.held(method, channel) > time.monotonic():
            raise SlackUnreachable(f"Slack wants no {method} for a while.")
        try:
            return super().api_call(method, **given)
        except SlackApiError as error:
            if error.response.status_code == 429:
                self.pace.hold(method, channel, retry_after(error.response.headers))
            raise

    def _tried(self, method: str, channel: str, params: dict[str, Any], given: dict[str, Any]) -> SlackResponse:
        for attempt in range(1, TRIES + 1):
            self.pace.wait(method, channel)
            try:
                sent = super().api_call(method, **given)
                sent.data = whole(sent.data)
                self._learn(method, channel, sent)
                return sent
            except (SlackApiError, OSError, HTTPException) as error:
                self._passes(method, channel, attempt, error)
                event("slack_again", method=method, attempt=attempt, error=type(error).__name__)
                if not _limited(error) and (there := self._sent(method, channel, params)) is not None:
                    return there
        raise AssertionError("the last try returns or raises")

    def _learn(self, method: str, channel: str, sent: SlackResponse) -> None:
        if method == "chat.postMessage" and channel.startswith(("U", "W")):
            self.directs[channel] = str(sent.get("channel") or channel)

    def _passes(self, method: str, channel: str, attempt: int, error: Exception) -> None:
        """Wait before the next try; raise where there is none."""
        if isinstance(error, SlackApiError) and _limited(error):
            seconds = retry_after(error.response.headers)
            if attempt == TRIES or seconds > LONGEST_WAIT:
                raise error
            self.pace.hold(method, channel, seconds)
            return
        if isinstance(error, SlackApiError) and not _broken(error):
            raise error
        if attempt == TRIES or method in ONCE:
            raise SlackUnreachable(f"Slack did not answer {method} ({type(error).__name__}).") from error
        time.sleep(PAUSE * 2 ** (attempt - 1))

    def _sent(self, method: str, channel: str, params: dict[str, Any]) -> SlackResponse | None:
        """Look whether a message came through although the call seemed to fail; None where it did not, or nobody can tell.

        What one person alone sees cannot be looked up: there an answer twice is better than none.
        """
        if method != "chat.postMessage":
            return None
        payload, channel = params["metadata"]["event_payload"], self.directs.get(channel, channel)
        try:
            found = self.find(channel, params.get("thread_ts"), payload.get("id"), payload.get("part"))
        except SlackClientError as error:
            event("slack_not_looked_up", channel=channel, error=type(error).__name__)
            return None
        if found is None:
            return None
        data = {"ok": True, "channel": channel, "ts": found["ts"], "message": found}
        return SlackResponse(
            client=self, http_verb="POST", api_url=method, req_args={}, data=data, headers={}, status_code=200
        )


def retry_after(headers: Any) -> float:
    """Return the seconds that Slack asks to wait; one where it names none."""
    named = {str(name).lower(): value for name, value in dict(headers or {}).items()}.get("retry-after")
    text = str(named[0] if isinstance(named, list) and named else named)
    return float(text) if text.isascii() and text.isdecimal() else 1.0


def _limited(error: Exception) -> bool:
    if not isinstance(error, SlackApiError):
        return False
    status: int = error.response.status_code
    return status == 429 or (status == 200 and error.response.get("error") == "ratelimited")


def _broken(error: SlackApiError) -> bool:
    return error.response.status_code >= 500 or error.response.get("error") in TROUBLE


def mark() -> dict[str, Any]:
    """Return the id that a message carries, so that it is found again: of the running delivery, else one of its own."""
    running = showing.get()
    if running is not None:
        return running.mark()
    return {"event_type": EVENT_TYPE, "event_payload": {"id": uuid.uuid4().hex, "part": 1}}
