"""Whose turn it is to write: in the order of asking, urgent ones first."""

import threading
from collections import deque


class Turns:
    """A lock that nobody overtakes, but who is urgent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, seconds: float, *, urgent: bool = False) -> bool:
        """Wait for one's turn; False where it does not come in time."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            (self._waiting.appendleft if urgent else self._waiting.append)(mine)
        return mine.acquire(timeout=seconds) or not self._gave_up(mine)

    def release(self) -> None:
        """Give the turn to the next one."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def _gave_up(self, mine: threading.Lock) -> bool:
        """Leave the queue; False where the turn came in this very moment."""
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return True
            return False
