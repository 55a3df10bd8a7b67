"""Stay below HubSpot's limits: so many calls in ten seconds, so many searches in one."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

CALLS = 100
"""what every portal allows an app in ten seconds; larger ones say so in the headers of their answers"""
SEARCHES = 5
"""what a portal allows all its apps together in a second"""
OURS = 0.8
"""how much of it the mirror takes; the rest is for answers and writes, which do not wait"""
FEW = 0.05
"""where no more of the calls are left than this, other apps use them up: the mirror pauses for a second"""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Window:
    """At most so many in so many seconds; None for any number."""

    def __init__(self, limit: int | None, seconds: float) -> None:
        self.limit = limit
        self.seconds = seconds
        self._times: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until there is room for one more."""
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        full = self.limit is not None and len(self._times) >= self.limit
        return self._times[-(self.limit or 1)] + self.seconds - now if full else 0.0

    def add(self, at: float) -> None:
        """Count one."""
        self._times.append(at)


class Pace:
    """Shared by all connections of a process; whoever waits does so in the order of coming."""

    def __init__(
        self,
        calls: int | None = CALLS,
        searches: int | None = SEARCHES,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._calls = Window(_share(calls), 10.0)
        self._searches = Window(_share(searches), 1.0)
        self._clock = clock
        self._sleep = sleep
        self._guard = threading.Lock()
        self._not_before = 0.0

    def take(self, *, search: bool, wait: bool) -> None:
        """Count a call, and wait for its turn unless somebody waits for the answer."""
        windows = [self._calls, *([self._searches] if search else [])]
        with self._guard:
            now = self._clock()
            pause = max(self._not_before - now, *(window.wait(now) for window in windows)) if wait else 0.0
            for window in windows:
                window.add(now + max(pause, 0.0))
        if pause > 0:
            self._sleep(pause)

    def heard(self, headers: Mapping[str, str]) -> None:
        """Learn from an answer what this portal allows and how much of it is left."""
        allowed, left, window = (
            _whole(headers.get(f"X-HubSpot-RateLimit-{name}")) for name in ("Max", "Remaining", "Interval-Milliseconds")
        )
        if not allowed:
            return
        with self._guard:
            self._searches.limit = _share(SEARCHES)
            self._calls.limit, self._calls.seconds = _share(allowed), (window or 10_000) / 1000
            if left is not None and left <= allowed * FEW:
                self._not_before = self._clock() + 1.0


def pace_of(url: str) -> Pace:
    """HubSpot's limits, or none for a server on this machine until it tells of one."""
    return Pace(None, None) if urlsplit(url).hostname in LOOPBACK else Pace()


def _share(limit: int | None) -> int | None:
    return None if limit is None else max(int(limit * OURS), 1)


def _whole(told: str | None) -> int | None:
    return int(told) if told and told.isdigit() else None
