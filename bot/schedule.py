"""Work that is done again and again while a process runs, one round after the other."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from bot.log import failure

FAREWELL = 10.0
"""seconds that a round under way gets to end; what it does must bear being cut off"""

Round = Callable[[threading.Event], None]
"""does one round; the event tells it to end early"""


class Every:
    """Does its rounds from the opening to the closing; a round that fails is logged, and the next one comes.

    The first one comes after `seconds`, or at once.
    """

    def __init__(self, seconds: float, work: Round, name: str, *, at_once: bool = False) -> None:
        self._seconds, self._work, self._name = seconds, work, name
        self._first = 0.0 if at_once else seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(FAREWELL)

    def _run(self) -> None:
        wait = self._first
        while not self._stop.wait(wait):
            try:
                self._work(self._stop)
            except Exception as error:  # noqa: BLE001  # logged; a bad round must not be the last one
                failure(f"{self._name}_failed", error)
            wait = self._seconds
