"""The one thread that writes claims and ends of deliveries: what comes meanwhile goes into one transaction."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from bot.log import failure
from bot.store.deliveries import Claim, Deliveries

MOST = 200
"""entries of one transaction"""
FAREWELL = 15.0
"""seconds that the last entries get"""

Entry = tuple[Claim, "Future[bool]"] | list[str] | None
"""a claim and who waits for it, the keys of what is done, or the end"""


class Clerk:
    """Writes for one process, in the order in which things come."""

    def __init__(self, deliveries: Deliveries, owner: str, clock: Callable[[], datetime]) -> None:
        self._deliveries, self._owner, self._clock = deliveries, owner, clock
        self._entries: queue.SimpleQueue[Entry] = queue.SimpleQueue()
        self._unsettled: list[str] = []
        self._thread = threading.Thread(target=self._run, name="slack-clerk", daemon=True)
        self._thread.start()

    def claim(self, claim: Claim) -> "Future[bool]":
        """Ask for a delivery; the future tells whether this process has it, and may be cancelled until it is written."""
        waiting: Future[bool] = Future()
        self._entries.put((claim, waiting))
        return waiting

    def done(self, key: str) -> None:
        """Write that a delivery is done."""
        self._entries.put([key])

    def settle(self) -> None:
        """Write again what could not be written."""
        self._entries.put([])

    def close(self) -> None:
        """Write what is left."""
        self._entries.put(None)
        self._thread.join(FAREWELL)

    def _run(self) -> None:
        ends = False
        while not ends:
            entries = [self._entries.get()]
            while len(entries) < MOST and not self._entries.empty():
                entries.append(self._entries.get())
            self._claims([entry for entry in entries if isinstance(entry, tuple)])
            self._ends([key for entry in entries if isinstance(entry, list) for key in entry])
            ends = None in entries

    def _claims(self, asked: "list[tuple[Claim, Future[bool]]]") -> None:
        wanted = [(claim, waiting) for claim, waiting in asked if waiting.set_running_or_notify_cancel()]
        if not wanted:
            return
        try:
            fresh = self._deliveries.claim([claim for claim, _ in wanted], self._owner, self._clock())
        except Exception as error:  # noqa: BLE001  # whoever waits is told; this thread must go on
            for _, waiting in wanted:
                waiting.set_exception(error)
            return
        for claim, waiting in wanted:
            waiting.set_result(claim in fresh)

    def _ends(self, ended: list[str]) -> None:
        keys, self._unsettled = [*self._unsettled, *ended], []
        if not keys:
            return
        try:
            self._deliveries.done(keys, self._owner)
        except Exception as error:  # noqa: BLE001  # such as a full disk: tried again later, or the next process looks
            self._unsettled = keys
            failure("slack_not_settled", error, deliveries=len(keys))
