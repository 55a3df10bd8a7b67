"""The order in which a person's deliveries came, kept although many threads look at them."""

import threading
from collections import deque
from functools import partial

PATIENCE = 0.5
"""seconds that a delivery waits for the one before it; then that one is taken for lost on the way"""


class Order:
    """Lets deliveries of one person pass in the order of their coming."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._coming: dict[str, deque[str]] = {}

    def expect(self, key: str, person: str) -> None:
        """Note that a delivery has come."""
        with self._changed:
            coming = self._coming.setdefault(person, deque())
            if key not in coming:
                coming.append(key)

    def wait(self, key: str, person: str) -> None:
        """Wait until those that came before have passed."""
        with self._changed:
            while (first := self._before(key, person)) is not None:
                if not self._changed.wait_for(partial(self._is_over, first, person), PATIENCE):
                    self._drop(first, person)

    def passed(self, key: str, person: str) -> None:
        """Let the next one pass."""
        with self._changed:
            self._drop(key, person)

    def _before(self, key: str, person: str) -> str | None:
        """Return the delivery that a delivery waits for; None where it is its turn."""
        coming = self._coming.get(person)
        return coming[0] if coming and key in coming and coming[0] != key else None

    def _is_over(self, key: str, person: str) -> bool:
        return key not in self._coming.get(person, ())

    def _drop(self, key: str, person: str) -> None:
        coming = self._coming.get(person)
        if coming and key in coming:
            coming.remove(key)
        if not coming:
            self._coming.pop(person, None)
        self._changed.notify_all()
