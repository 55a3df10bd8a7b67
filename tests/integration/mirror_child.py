"""A process that syncs and is killed in the middle of storing its N-th page, or right after it."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.crm.mirror.passes import Passes
from tests.integration.mirror_source import MemorySource
from tests.integration.mirror_world import MirrorWorld


def die_at(number: int) -> Callable[..., Any]:
    """Something that kills this process when it is called for the N-th time."""
    counted = iter(range(1, 10_000))

    def call(*args: Any) -> None:
        if next(counted) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    return call


def main(path: Path, source: MemorySource, full: bool, page: int, when: str) -> None:
    """Sync, and die at a page; ends with status 1 where it was never reached."""
    world, die, asked = MirrorWorld(path, source), die_at(page), Passes.sweeping

    def dying(*args: Any) -> Any:
        die()
        return asked(*args)

    if when == "within":  # the records are written, the transaction is still open
        Passes.sweeping = dying  # type: ignore[method-assign]
    world.mirror.sync(full=full, progress=die if when == "after" else lambda kind, done, total: None)
    sys.exit(f"page {page} was never reached")
