"""The line of what the CRM is still asked to do: in the order in which people said yes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, and_, func, or_, select, update

from bot.proposals import record_of
from bot.store.proposals import RUNNING, Work, as_work
from bot.store.tables import changes, proposals

Place = tuple[datetime, str, int]

UNFINISHED = or_(changes.c.status.in_(RUNNING), changes.c.undo_by.is_not(None))
_queued = func.coalesce(changes.c.queued_at, changes.c.decided_at)
"""before revision 0005 a change had no place of its own"""


def join(connection: Connection, change_ids: Sequence[str], at: datetime) -> None:
    """Put changes at the end of the line, also where the clock stands still or went back."""
    mine = update(changes).where(changes.c.id.in_(change_ids))
    # Written first: the database then lets no other process into the line until this one has its place.
    connection.execute(mine.values(queued_at=at))
    others = select(func.max(changes.c.queued_at)).where(UNFINISHED, changes.c.id.not_in(change_ids))
    last = connection.execute(others).scalar()
    if last is not None and last >= at:
        connection.execute(mine.values(queued_at=last + timedelta(microseconds=1)))


def unfinished(connection: Connection, due: datetime | None = None) -> list[Work]:
    """Return approved changes not yet applied and undos not yet done, in order; with `due` only those due by then."""
    query = select(changes, proposals.c.revision).join(proposals).where(UNFINISHED)
    if due is not None:
        query = query.where(or_(changes.c.retry_at.is_(None), changes.c.retry_at <= due))
    rows = connection.execute(query).mappings().all()
    return [as_work(row) for row in sorted(rows, key=_place)]


def ahead(connection: Connection, change_id: str) -> Work | None:
    """Return the nearest unfinished change before this one that is of the same proposal or about the same record.

    None also for a change that has no place in the line, as one that was handed back to the person meanwhile.
    """
    query = select(changes, proposals.c.revision).join(proposals)
    mine = connection.execute(query.where(UNFINISHED, changes.c.id == change_id)).mappings().one_or_none()
    if mine is None:
        return None
    place = _place(mine)
    rows = connection.execute(query.where(UNFINISHED, _queued <= place[0])).mappings()
    before = [row for row in rows if _place(row) < place and _keys(row) & _keys(mine)]
    return as_work(max(before, key=_place)) if before else None


def in_lines(works: Sequence[Work]) -> list[list[Work]]:
    """Split works so that what must keep its order is in one line, and lines can be worked off side by side."""
    lines: list[tuple[set[str], list[int]]] = []
    for at, work in enumerate(works):
        keys = {work.proposal_id, record_of(work.change.write.model_dump()) or work.proposal_id}
        met = [line for line in lines if line[0] & keys]
        joined = (keys.union(*(line[0] for line in met)), [*(n for line in met for n in line[1]), at])
        lines = [*(line for line in lines if line not in met), joined]
    return [[works[at] for at in sorted(line)] for _, line in lines]


def release(connection: Connection, unless: str) -> None:
    """Make everything due that waits, as the CRM answers again; what waits for a reason of its own stays."""
    waits = or_(changes.c.status == "waiting", and_(changes.c.undo_by.is_not(None), changes.c.error.is_not(None)))
    waiting = update(changes).where(waits, changes.c.retry_at.is_not(None), changes.c.error != unless)
    connection.execute(waiting.values(retry_at=None))


def _place(row: RowMapping) -> Place:
    """Where a change stands; of one decision by the order of the card, and taken back in the opposite one."""
    at = row["queued_at"] or row["decided_at"]
    return at, row["proposal_id"], row["k"] if row["undo_by"] is None else -row["k"]


def _keys(row: RowMapping) -> set[str]:
    record = record_of(row["write"])
    return {row["proposal_id"], record} if record else {row["proposal_id"]}
