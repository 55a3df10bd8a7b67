"""One call within a time budget that holds even where the call hangs."""

import queue
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Late(Exception):  # a state, not an error
    """The call did not come back in time, or too many hang already."""


class Budget(Generic[T]):
    """Runs calls in threads of their own; a late one is left to itself."""

    def __init__(self, at_once: int = 4) -> None:
        self._free = threading.BoundedSemaphore(at_once)

    def within(self, seconds: float, call: Callable[[threading.Event], T]) -> T:
        """Give what the call gives, or its error; Late after so many seconds. The event tells it that nobody waits."""
        if not self._free.acquire(blocking=False):
            raise Late
        box: queue.Queue[tuple[T | None, Exception | None]] = queue.Queue(1)
        left = threading.Event()
        threading.Thread(target=self._run, args=(call, left, box), name="crm_refresh", daemon=True).start()
        try:
            value, error = box.get(timeout=seconds)
        except queue.Empty:
            left.set()
            raise Late from None
        if error is not None:
            raise error
        return value  # type: ignore[return-value]  # None only where the call gives None

    def _run(
        self,
        call: Callable[[threading.Event], T],
        left: threading.Event,
        box: "queue.Queue[tuple[T | None, Exception | None]]",
    ) -> None:
        try:
            box.put((call(left), None))
        except Exception as error:  # noqa: BLE001  # handed to who waits
            box.put((None, error))
        finally:
            self._free.release()
