"""`seller serve` in a process of its own, which can be killed."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

STARTS = 60.0
"""seconds that a process gets to be up, or to end"""


@contextmanager
def environment(given: Mapping[str, str]) -> Iterator[None]:
    """Give this process the environment of the app for a while."""
    before = dict(os.environ)
    try:
        os.environ.update(given)
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class Child:
    """The process."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment, self._log = environment, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and do not wait."""
        words = [sys.executable, "-W", "ignore", "-m", "bot", "serve"]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(words, env=self._environment, stdout=log, stderr=log)

    def end(self, how: int) -> int:
        """End it and wait until it is gone."""
        if self.process is None:
            return 0
        self.process.send_signal(how)
        status = self.process.wait(STARTS)
        self.process = None
        return status
