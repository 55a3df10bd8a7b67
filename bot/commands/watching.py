"""`seller ingest --watch`: follow files and folders, and take in what changes."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from watchfiles import watch

LOOK = 2.0
"""seconds between two looks whether a folder went away or came back, which nobody tells a watcher"""
QUIET = 400
"""milliseconds without a change before what changed is read: a file is often written in pieces"""


def follow(paths: Sequence[Path], take_in: Callable[[], None], stop: threading.Event) -> None:
    """Call `take_in` after each change below the paths until `stop` is set; Ctrl-C ends it, too."""
    known = _standing(paths)
    while not stop.is_set():
        _follow_these(known, take_in, stop)
        now = _standing(paths)
        if now != known and not stop.is_set():
            take_in()
        known = now


def _follow_these(known: dict[Path, int | None], take_in: Callable[[], None], stop: threading.Event) -> None:
    """Follow what is there now, until one of the paths goes away or comes back."""
    there = [path for path, mark in known.items() if mark]
    if not there:
        stop.wait(LOOK)
        return
    rounds = watch(
        *there, stop_event=stop, step=QUIET // 4, debounce=4 * QUIET, rust_timeout=int(LOOK * 1000), yield_on_timeout=True
    )  # fmt: skip
    for changes in rounds:
        if _standing(list(known)) != known:
            return
        if changes:
            take_in()


def _standing(paths: Sequence[Path]) -> dict[Path, int | None]:
    """Give each path with its inode, None where it is not there."""
    return {path: path.stat().st_ino if path.exists() else None for path in paths}
