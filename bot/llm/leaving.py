"""A way out of an answer that nobody wants any more, even while a model is waited for."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Box = queue.SimpleQueue[tuple[str, Any]]


class Leave:
    """Ends the work of one answer from another thread, up to the moment in which it takes effect."""

    def __init__(self, look: Callable[[], Exception | None] = lambda: None) -> None:
        """`look` is asked now and then for what another process wants to have raised here."""
        self._look = look
        self._lock = threading.Lock()
        self._boxes: set[Box] = set()
        self._error: Exception | None = None
        self._late = False

    def now(self, error: Exception) -> bool:
        """Raise an error where the work is, at once where it waits for a model; False where it is too late for that."""
        with self._lock:
            if self._late:
                return False
            self._error = self._error or error
            for box in self._boxes:
                box.put(("error", self._error))
            return True

    def check(self) -> None:
        """Raise where the work is to end."""
        error = self._error or self._look()
        if error is not None:
            raise error

    def last_call(self) -> None:
        """Raise where the work is to end; from here on it goes through."""
        with self._lock:
            self.check()
            self._late = True

    @contextmanager
    def watching(self, box: Box) -> Iterator[None]:
        """Have what is waited for in a box ended, too."""
        with self._lock:
            self.check()
            self._boxes.add(box)
        try:
            yield
        finally:
            with self._lock:
                self._boxes.discard(box)


_LEAVE: ContextVar[Leave | None] = ContextVar("leave", default=None)


def present() -> Leave:
    """Return the way out of the answer that this thread works on; one that nobody takes where there is none."""
    return _LEAVE.get() or Leave()


@contextmanager
def leaving(leave: Leave) -> Iterator[None]:
    """Let what this thread works on be ended through `leave`."""
    token = _LEAVE.set(leave)
    try:
        yield
    finally:
        _LEAVE.reset(token)
