"""Which deliveries of Slack are being worked on and which are done: a repeat does nothing, and nothing is lost in silence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Engine, case, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.database import reading, writing
from bot.store.tables import deliveries

KEPT = timedelta(days=2)
"""Slack gives up redelivering after about an hour."""
SILENT = timedelta(seconds=60)
"""a process that was not heard of for this long is taken for dead; beside SQLite its lock tells at once"""
LONGEST_KEY = 200
OPEN = ("running", "posting", "alone")
"""under way: nothing is shown yet · something may be shown that can be looked up · something that cannot"""

Task = dict[str, Any]
"""what an apology needs: the place and the person's words; kept only while the work is open"""


@dataclass(frozen=True)
class Left:
    """Work that a process did not come to an end with."""

    key: str
    state: str
    owner: str | None
    task: Task | None


@dataclass(frozen=True, eq=False)
class Claim:
    """A delivery that a process wants to work on."""

    key: str
    task: Task = field(default_factory=dict)

    def row(self, owner: str, now: datetime) -> dict[str, Any]:
        """Return what the table holds of it."""
        begun = {"key": fitting(self.key), "seen_at": now, "state": "running", "owner": owner, "alive_at": now}
        return {**begun, "task": self.task or None}


class Deliveries:
    """Deliveries by their keys; shared by all processes of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def first_time(self, key: str, now: datetime) -> bool:
        """Return True to exactly one caller per key; what is done for it is not followed further."""
        return self._inserted(key=fitting(key), seen_at=now)

    def claim(self, claims: Sequence[Claim], owner: str, now: datetime) -> set[Claim]:
        """Take deliveries for a process, which is to finish them; each goes to exactly one caller."""
        rows = {claim: claim.row(owner, now) for claim in claims}
        try:
            return self._claimed(rows)
        except IntegrityError:
            # Another process took one of them in this moment.
            return {claim for claim, row in rows.items() if self._inserted(**row)}

    def beat(self, owner: str, now: datetime) -> None:
        """Say that a process still works on what it took."""
        mine = (deliveries.c.owner == owner) & deliveries.c.state.in_(OPEN)
        with writing(self._engine) as connection:
            connection.execute(update(deliveries).where(mine).values(alive_at=now))

    def show(self, key: str, owner: str, state: str) -> bool:
        """Note that something is about to be shown for a delivery; False where another process has taken it over."""
        mine = (deliveries.c.key == fitting(key)) & (deliveries.c.owner == owner)
        with writing(self._engine) as connection:
            return connection.execute(update(deliveries).where(mine).values(state=state)).rowcount == 1

    def keep(self, key: str, owner: str, task: Task) -> bool:
        """Keep more of what an apology needs; False where another process has taken the delivery over."""
        mine = (deliveries.c.key == fitting(key)) & (deliveries.c.owner == owner)
        with writing(self._engine) as connection:
            return connection.execute(update(deliveries).where(mine).values(task=task)).rowcount == 1

    def done(self, keys: Sequence[str], owner: str) -> None:
        """Keep of deliveries only that they were there; the words go."""
        mine = deliveries.c.key.in_([fitting(key) for key in keys]) & (deliveries.c.owner == owner)
        with writing(self._engine) as connection:
            connection.execute(update(deliveries).where(mine).values(state="done", owner=None, task=None))

    def leave(self, key: str, owner: str) -> None:
        """Leave a delivery that could not be brought to an end to the next look for such work."""
        mine = (deliveries.c.key == fitting(key)) & (deliveries.c.owner == owner)
        # A part of the answer may have got out; where that can be looked up, it is.
        state = case((deliveries.c.state == "posting", "posting"), else_="running")
        with writing(self._engine) as connection:
            connection.execute(update(deliveries).where(mine).values(state=state, owner=None))

    def forget(self, key: str) -> None:
        """Let a key come once more, such as that of a form that is to be corrected."""
        with writing(self._engine) as connection:
            connection.execute(delete(deliveries).where(deliveries.c.key == fitting(key)))

    def left(self, owner: str, now: datetime) -> Sequence[Left]:
        """Return the open work of processes that are gone, oldest first."""
        open_ = deliveries.c.state.in_(OPEN) & (deliveries.c.owner.is_distinct_from(owner))
        query = select(deliveries).where(open_).order_by(deliveries.c.seen_at)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        gone = {row.owner: row.owner is None or self._gone(row.owner, row.alive_at, now) for row in rows}
        return [Left(row.key, row.state, row.owner, row.task) for row in rows if gone[row.owner]]

    def take(self, left: Left, owner: str, state: str, now: datetime) -> bool:
        """Take over what another process left; True to exactly one caller."""
        same = (deliveries.c.key == left.key) & (deliveries.c.state == left.state)
        same &= deliveries.c.owner.is_not_distinct_from(left.owner)
        values = {"owner": owner, "state": state, "alive_at": now}
        with writing(self._engine) as connection:
            return connection.execute(update(deliveries).where(same).values(**values)).rowcount == 1

    def last(self, kind: str) -> datetime | None:
        """Give when something of a kind was last seen, by what its key begins with, such as `event`."""
        query = select(func.max(deliveries.c.seen_at)).where(deliveries.c.key.startswith(f"{kind}:"))
        with reading(self._engine) as connection:
            seen: datetime | None = connection.execute(query).scalar_one()
        return seen

    def seen(self, beginning: str) -> list[str]:
        """Return the keys that begin so."""
        query = select(deliveries.c.key).where(deliveries.c.key.startswith(beginning, autoescape=True))
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())

    def forget_old(self, now: datetime, *, dry_run: bool = False) -> int:
        """Drop keys that cannot come back; return how many."""
        old = deliveries.c.seen_at < now - KEPT
        with writing(self._engine) as connection:
            if dry_run:
                return connection.execute(select(func.count()).select_from(deliveries).where(old)).scalar_one()
            return connection.execute(delete(deliveries).where(old)).rowcount

    def presence(self, owner: str) -> FileLock | None:
        """Return the lock that shows a process to be alive; None where only its beats do."""
        database = self._engine.url.database
        if self._engine.dialect.name != "sqlite" or not database or database == ":memory:":
            return None
        folder = Path(database).parent / "slack"
        folder.mkdir(exist_ok=True)
        return FileLock(folder / f"{owner}.lock", thread_local=False)

    def _claimed(self, rows: "dict[Claim, dict[str, Any]]") -> set[Claim]:
        keys = {row["key"] for row in rows.values()}
        with writing(self._engine, urgent=True) as connection:
            known = set(connection.execute(select(deliveries.c.key).where(deliveries.c.key.in_(keys))).scalars())
            fresh: dict[str, Claim] = {}
            for claim, row in rows.items():
                if row["key"] not in known:
                    fresh.setdefault(row["key"], claim)
            if fresh:
                connection.execute(insert(deliveries), [rows[claim] for claim in fresh.values()])
        return set(fresh.values())

    def _inserted(self, **values: Any) -> bool:
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(deliveries).values(**values))
        except IntegrityError:
            return False
        return True

    def _gone(self, owner: str, alive_at: datetime | None, now: datetime) -> bool:
        lock = self.presence(owner)
        if lock is None:
            return alive_at is None or alive_at < now - SILENT
        try:
            lock.acquire(blocking=False)
        except Timeout:
            return False
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()
        return True


def fitting(key: str) -> str:
    """Return a key as the column holds it: what Slack sends may be longer."""
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
