"""The answers under way in this process, so that a person can stop them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.errors import Stopped
from bot.llm.leaving import Leave, leaving
from bot.slack.sending.outbox import Place
from bot.store.stops import Stops

STOPPED = "Stopped."


@dataclass(eq=False)
class Run:
    """One answer under way."""

    place: Place
    leave: Leave
    silent: bool = False
    """whether nobody is to be told that it was stopped, as the question itself is gone"""


class Running:
    """The runs of all people; a stop that reached another process is looked for in the store."""

    def __init__(self, stops: Stops, clock: Callable[[], datetime]) -> None:
        self._stops, self._clock = stops, clock
        self._lock = threading.Lock()
        self._runs: list[Run] = []

    @contextmanager
    def answering(self, place: Place) -> Iterator[Run]:
        """Let what this thread does be stopped."""
        run = Run(place, Leave(self._stopped_elsewhere(place)))
        with self._lock:
            self._runs.append(run)
        try:
            with leaving(run.leave):
                yield run
        finally:
            with self._lock:
                self._runs.remove(run)

    def stop_elsewhere(self, place: Place) -> None:
        """End what another process is writing for a person in a thread, or anywhere in the channel from outside of one."""
        thread_ts = "" if place.opens else place.thread_ts
        if thread_ts is not None:
            self._stops.add(place.channel, thread_ts, place.user, self._clock())

    def _stopped_elsewhere(self, place: Place) -> Callable[[], Stopped | None]:
        begun, thread_ts = self._clock(), place.thread_ts

        def look() -> Stopped | None:
            threads = dict.fromkeys(("", thread_ts or ""))
            stopped = any(self._stops.since(place.channel, one, place.user, begun) for one in threads)
            return Stopped(STOPPED) if stopped else None

        return look

    def of(self, place: Place) -> list[Run]:
        """What is under way for a person in a conversation, or anywhere in the channel where this was said outside of one."""
        with self._lock:
            own = [run for run in self._runs if run.place.own == place.own]
        return own if place.opens else [run for run in own if run.place.thread == place.thread]

    def in_thread(self, channel: str, thread_ts: str | None) -> list[Run]:
        """What is under way in a thread, for whomever."""
        with self._lock:
            return [r for r in self._runs if (r.place.channel, r.place.thread_ts) == (channel, thread_ts)]

    def to_message(self, channel: str, ts: str) -> list[Run]:
        """What is under way in answer to a message."""
        with self._lock:
            return [r for r in self._runs if (r.place.channel, r.place.message_ts) == (channel, ts)]


def stop(runs: list[Run], *, silent: bool = False) -> bool:
    """End answers; True where at least one was still to be stopped."""
    stopped = False
    for run in runs:
        run.silent = run.silent or silent
        stopped = run.leave.now(Stopped(STOPPED)) or stopped
    return stopped
