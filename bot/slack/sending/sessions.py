"""What Slack shows of an answer under way: the session with its title and stop button, and what is being done."""

import queue
import re
import threading
import time
from collections.abc import Callable
from http.client import HTTPException
from typing import Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.log import event
from bot.screening import seen
from bot.slack.sending.outbox import Place

REST = 600.0
"""seconds in which a method that the workspace does not know, or the app may not call, is not tried again"""
PAUSE = 30.0
"""seconds after a rate limit, where Slack names none"""
PATIENCE = 5
"""seconds for a call that is small talk beside the answer"""
LONGEST_TITLE = 200
PASSING = frozenset(
    {
        "channel_not_found", "thread_not_found", "invalid_thread_ts", "message_not_found", "internal_error", "fatal_error",
        "service_unavailable", "request_timeout", "not_in_channel", "is_archived", "session_not_found", "streaming_state_conflict",
        "message_not_in_streaming_state", "msg_too_long",
    }
)  # fmt: skip
"""errors that say something of the one call, and nothing of the method"""
LOADING = ("Reading the CRM…", "Holding each figure against its source…")
"""what Slack shows in turn until more is known"""
CODE = re.compile(r"[a-z0-9_]+")
"""an error of Slack's own, and not the page of a proxy"""
FAILED = (SlackClientError, OSError, HTTPException)
Status = Literal["active", "suspended"]
"""done, or waiting for the person"""


class Late:
    """Calls that must be made some time, such as after a rate limit, while nobody waits for them."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def do(self, job: Callable[[], object]) -> None:
        """Make a call after those before it."""
        self._jobs.put(job)
        with self._lock:
            if self._thread is None:
                # A daemon: what only tidies up must not keep the process alive.
                self._thread = threading.Thread(target=self._work, daemon=True, name="slack-late")
                self._thread.start()

    def _work(self) -> None:
        while True:
            try:
                self._jobs.get()()
            except FAILED as error:
                event("slack_late_call_failed", error=type(error).__name__)


class SmallTalk:
    """Calls beside the answer: quick, never repeated, and never in the way of the answer."""

    def __init__(self, slack: WebClient, clock: Callable[[], float] = time.monotonic) -> None:
        # Without the retries of the answer's own client: nobody waits out a rate limit for a status.
        self.client = WebClient(
            slack.token, slack.base_url, timeout=PATIENCE, proxy=slack.proxy, ssl=slack.ssl, retry_handlers=[]
        )
        self.patient, self.late = slack, Late()
        """the client that waits out rate limits, for calls that are made late"""
        self._clock, self._lock = clock, threading.Lock()
        self._rests: dict[str, float] = {}

    def try_(self, method: str, call: Callable[[], object], *, insist: bool = False) -> bool | None:
        """Make a call; False where Slack refused, or the method rests after a refusal, None where no answer came."""
        with self._lock:
            if not insist and self._clock() < self._rests.get(method, 0.0):
                return False
        try:
            call()
        except SlackApiError as error:
            self._refused(method, error)
            return False
        except FAILED as error:
            event("slack_small_talk_failed", method=method, error=type(error).__name__)
            return None
        return True

    def _refused(self, method: str, error: SlackApiError) -> None:
        why, status = str(error.response.get("error")), error.response.status_code
        event("slack_small_talk_failed", method=method, error=why, status=status)
        seconds = 0.0
        if status == 429:
            given = {name.lower(): value for name, value in error.response.headers.items()}.get("retry-after", "")
            seconds = float(given) if str(given).isdigit() else PAUSE
        elif status == 200 and CODE.fullmatch(why) and why not in PASSING:
            seconds = REST
        with self._lock:
            self._rests[method] = self._clock() + seconds


class Sessions:
    """The agent session of a thread, and what stands under it while an answer is written."""

    def __init__(self, talk: SmallTalk) -> None:
        self._talk = talk

    def begin(self, place: Place, words: str) -> bool:
        """Show that an answer is under way, titled in the asker's own words; False where there is no session to end."""
        if place.thread_ts is None:
            return False
        client, title = self._talk.client, " ".join(seen(words).split())[:LONGEST_TITLE]
        begun = self._talk.try_(
            "agents.sessions.setStatus",
            lambda: client.agents_sessions_setStatus(
                channel_id=place.channel,
                thread_ts=place.thread_ts,
                status="processing",
                title=title or None,
                initiator_user_id=place.user,
            ),
        )
        self.doing(place, "looking into it", *LOADING)
        return begun is not False

    def doing(self, place: Place, words: str, *more: str) -> None:
        """Show what is being done, in a thread of a direct message."""
        if not place.direct or place.thread_ts is None:
            return
        channel, thread_ts, client = place.channel, place.thread_ts, self._talk.client
        self._talk.try_(
            "assistant.threads.setStatus",
            lambda: client.assistant_threads_setStatus(
                channel_id=channel,
                thread_ts=thread_ts,
                status=f"is {words}",
                loading_messages=[f"{words[0].upper()}{words[1:]}…", *more],
            ),
        )

    def rename(self, place: Place, title: str) -> None:
        """Give the session of a direct message the name of what it turned out to be about."""
        client = self._talk.client
        self._talk.try_(
            "agents.sessions.rename",
            lambda: client.agents_sessions_rename(
                channel_id=place.channel, thread_ts=place.thread_ts, title=seen(title)[:LONGEST_TITLE]
            ),
        )

    def end(self, place: Place, status: Status) -> None:
        """Leave the state in which Slack shows a stop button; where that fails it is done late, as nothing else ends it."""
        if not self._talk.try_(
            "agents.sessions.setStatus", lambda: self._set(self._talk.client, place, status), insist=True
        ):
            self._talk.late.do(lambda: self._set(self._talk.patient, place, status))

    def _set(self, client: WebClient, place: Place, status: Status) -> None:
        client.agents_sessions_setStatus(channel_id=place.channel, thread_ts=place.thread_ts, status=status)
