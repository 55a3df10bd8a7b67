"""Waiting in this process for what a decision set going, whichever process does it."""

import time
from collections.abc import Sequence

from bot.approvals.applying import Applying
from bot.store import proposals as store
from bot.store.database import Engine, reading


def settle(engine: Engine, applying: Applying, change_ids: Sequence[str], seconds: float) -> None:
    """Watch the store, as the worker may be another process; a signal of this one shortens the pause."""
    deadline, pause = time.monotonic() + seconds, 0.02
    while any(_moves(work) for work in _works(engine, change_ids)) and time.monotonic() < deadline:
        with applying.moved:
            applying.moved.wait(pause)
        pause = min(pause * 1.5, 0.1)


def kept(engine: Engine, change_ids: Sequence[str]) -> str | None:
    """Return the CRM's words where it refused to take one of the changes back."""
    works = _works(engine, change_ids)
    refused = [w.change.error for w in works if w.change.status == "applied" and w.undo_by is None and w.change.error]
    return refused[0] if refused else None


def _works(engine: Engine, change_ids: Sequence[str]) -> list[store.Work]:
    with reading(engine) as connection:
        return [work for one in change_ids if (work := store.work(connection, one))]


def _moves(work: store.Work) -> bool:
    """Tell whether the change is about to move by itself; what waits for the CRM is not."""
    undoing = work.undo_by is not None and work.change.error is None
    return work.change.status in ("approved", "applying") or undoing
