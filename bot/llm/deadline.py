"""A hard limit of wall time for a call, and a rest for an endpoint that failed."""

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from bot.errors import ModelError, ModelTimeout
from bot.llm import leaving

R = TypeVar("R")
REST = 30.0
"""seconds in which an endpoint that did not answer is not asked again"""


class Attempt:
    """What the work under a deadline sees of it."""

    def __init__(self, budget: float, partials: "queue.SimpleQueue[tuple[str, Any]]") -> None:
        self._ends = time.monotonic() + budget
        self._partials = partials
        self._cancelled = threading.Event()

    @property
    def remaining(self) -> float:
        """Seconds left."""
        return max(0.0, self._ends - time.monotonic())

    @property
    def cancelled(self) -> bool:
        """Whether nobody waits any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Tell the work that nobody waits any more."""
        self._cancelled.set()

    def wait(self, seconds: float) -> bool:
        """Pause; False where the time left is shorter or nobody waits any more."""
        return seconds < self.remaining and not self._cancelled.wait(seconds)

    def emit(self, partial: Any) -> None:
        """Hand a part of the result to the waiting thread."""
        self._partials.put(("partial", partial))


def within(budget: float, work: Callable[[Attempt], R], on_partial: Callable[[Any], None] | None = None) -> R:
    """Run `work` in a thread of its own and return its result; partial results are handed over in this thread.

    Raises ModelTimeout after `budget` seconds of wall time, whatever the work is stuck in; what a person's stop raises comes
    at once.
    """
    box: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    attempt = Attempt(budget, box)
    try:
        with leaving.present().watching(box):
            # A daemon: a thread that hangs in a socket must not keep the process alive.
            threading.Thread(target=_run, args=(work, attempt, box), daemon=True, name="model-call").start()
            return _Outcome[R](box, attempt).collect(on_partial)
    except queue.Empty:
        raise ModelTimeout(f"The language model did not answer within {budget:g} s.") from None
    finally:
        attempt.cancel()


def _run(work: Callable[[Attempt], Any], attempt: Attempt, box: "queue.SimpleQueue[tuple[str, Any]]") -> None:
    try:
        box.put(("result", work(attempt)))
    except Exception as error:  # noqa: BLE001
        # Handed over, not swallowed: the waiting thread raises it.
        box.put(("error", error))


class _Outcome(Generic[R]):
    """Reads the box until the result is there."""

    def __init__(self, box: "queue.SimpleQueue[tuple[str, Any]]", attempt: Attempt) -> None:
        self.box, self.attempt = box, attempt

    def collect(self, on_partial: Callable[[Any], None] | None) -> R:
        while True:
            left = self.attempt.remaining
            kind, value = self.box.get(timeout=left) if left else self.box.get_nowait()
            if not left and kind == "partial":
                raise queue.Empty
            if kind == "error":
                raise value
            if kind == "result":
                result: R = value
                return result
            if on_partial:
                on_partial(value)


class Breaker:
    """After a time-out or an unreachable endpoint, fail at once for a while instead of making everybody wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._closed_until = float("-inf")
        self._reason = ""

    def check(self) -> None:
        """Raise ModelError while the endpoint rests."""
        left = self._closed_until - self._clock()
        if left > 0:
            resting = ModelError(f"{self._reason} It is not asked again for {left:.0f} s; ask again after that.")
            resting.asked = False
            raise resting

    def trip(self, error: ModelError) -> None:
        """Let the endpoint rest."""
        self._reason, self._closed_until = str(error), self._clock() + REST

    def reset(self) -> None:
        """Ask again at once."""
        self._closed_until = float("-inf")
