"""The order of what one person asks: each thing after what it goes on with, and nobody waits for somebody else."""

import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field

from bot.slack.sending.outbox import Place


@dataclass(eq=False)
class _Waiting:
    place: Place
    job: Callable[[], None]
    running: bool = field(default=False)

    def goes_on_with(self, earlier: "_Waiting") -> bool:
        """Whether it has to wait: what opens a conversation goes on with anything said before, else only with its thread."""
        return self.place.opens or self.place.thread == earlier.place.thread


class Lines:
    """A line for each person and channel, before a pool that all share."""

    def __init__(self, pool: Executor) -> None:
        self._pool, self._free, self._closed = pool, threading.Lock(), False
        self._lines: dict[tuple[str, str], list[_Waiting]] = defaultdict(list)

    def submit(self, place: Place, job: Callable[[], None]) -> None:
        """Do a job as soon as those are done that it goes on with."""
        with self._free:
            line = self._lines[place.channel, place.user]
            line.append(_Waiting(place, job))
            self._start(line)

    def close(self) -> None:
        """Let nothing more begin."""
        with self._free:
            self._closed = True

    def _start(self, line: list[_Waiting]) -> None:
        for i, one in enumerate(line if not self._closed else ()):
            if not one.running and not any(one.goes_on_with(earlier) for earlier in line[:i]):
                one.running = True
                self._pool.submit(self._run, one)

    def _run(self, one: _Waiting) -> None:
        try:
            one.job()
        finally:
            with self._free:
                key = one.place.channel, one.place.user
                self._lines[key].remove(one)
                self._start(self._lines[key])
                if not self._lines[key]:
                    del self._lines[key]
