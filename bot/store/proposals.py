"""Proposals and changes in the database; every change of state is one conditional UPDATE."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, RowMapping, and_, case, exists, false, insert, or_, select, update

from bot.crm.writes import CrmWrite, Receipt
from bot.proposals import TRANSITIONS, Change, Proposal, Status, typed_write
from bot.store.tables import changes, proposals

RUNNING: tuple[Status, ...] = ("approved", "applying", "waiting")
LIVE: tuple[Status, ...] = ("pending", "unknown", *RUNNING)


class Work(BaseModel):
    """A change with what the apply workflow must know of it."""

    model_config = ConfigDict(frozen=True)

    proposal_id: str
    revision: int
    change: Change
    applied_at: datetime | None
    undo_by: str | None
    tries: int
    doubtful: bool
    """whether an earlier try may have been written although nobody saw an answer"""


def add(connection: Connection, proposal: Proposal) -> bool:
    """Store a new proposal; False where its id is taken."""
    if connection.execute(select(proposals.c.id).where(proposals.c.id == proposal.id)).first():
        return False
    connection.execute(insert(proposals).values(**proposal.model_dump(exclude={"changes"})))
    rows = [
        {
            **change.model_dump(include={"id", "k", "evidence", "confidence", "status"}),
            "proposal_id": proposal.id,
            "write": change.write.model_dump(mode="json"),
            "tries": 0,
        }
        for change in proposal.changes
    ]
    connection.execute(insert(changes), rows)
    return True


def find(
    connection: Connection,
    *,
    ids: Sequence[str] | None = None,
    requester: str | None = None,
    live_only: bool = False,
) -> list[Proposal]:
    """Return proposals, newest first."""
    query = select(proposals).order_by(proposals.c.created_at.desc(), proposals.c.id)
    if ids is not None:
        query = query.where(proposals.c.id.in_(ids))
    if requester is not None:
        query = query.where(proposals.c.requester == requester)
    if live_only:
        query = query.where(exists().where(changes.c.proposal_id == proposals.c.id, changes.c.status.in_(LIVE)))
    heads = connection.execute(query).mappings().all()
    found = _changes_of(connection, [head["id"] for head in heads])
    return [Proposal(**dict(head), changes=tuple(found[head["id"]])) for head in heads]


def known_ids(connection: Connection, last: int = 500) -> list[str]:
    """Return ids of proposals, newest first."""
    query = select(proposals.c.id).order_by(proposals.c.created_at.desc(), proposals.c.id).limit(last)
    return list(connection.execute(query).scalars())


def work(connection: Connection, change_id: str) -> Work | None:
    """Return one change with its proposal's id and revision."""
    query = select(changes, proposals.c.revision).join(proposals).where(changes.c.id == change_id)
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else as_work(row)


def overdue(connection: Connection, now: datetime) -> list[tuple[str, int, str]]:
    """Return (proposal, revision, change) of pending changes whose time is over."""
    query = select(proposals.c.id, proposals.c.revision, changes.c.id).join(changes)
    query = query.where(changes.c.status == "pending", proposals.c.expires_at <= now)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def decide(connection: Connection, proposal: Proposal, ks: Sequence[int], to: Status, *, by: str, at: datetime) -> bool:
    """Approve or reject undecided changes of this very revision before it expires; True where all of them moved.

    A yes to an unknown change means that it is not in the CRM, so that nothing is in doubt any more. What is pending may be
    in doubt since a backup was restored: it may have been written after the backup was made.
    """
    same = exists().where(
        proposals.c.id == changes.c.proposal_id,
        proposals.c.revision == proposal.revision,
        or_(proposals.c.expires_at > at, changes.c.status == "unknown"),
    )
    where = and_(changes.c.proposal_id == proposal.id, changes.c.k.in_(ks), same)
    doubt = case((changes.c.status == "unknown", false()), else_=changes.c.doubtful)
    fresh = {"error": None, "doubtful": doubt, "retry_at": None} if to == "approved" else {}
    return _move(connection, where, to, decided_by=by, decided_at=at, **fresh) == len(ks)


def move(connection: Connection, change_id: str, to: Status, **values: Any) -> bool:
    """Move one change along TRANSITIONS; False where its present state does not lead there."""
    return _move(connection, changes.c.id == change_id, to, **values) == 1


def note(connection: Connection, change_id: str, **values: Any) -> None:
    """Set columns other than the state."""
    connection.execute(update(changes).where(changes.c.id == change_id).values(**values))


def ask_again(
    connection: Connection, work: Work, to: Status, expires_at: datetime | None = None, **values: Any
) -> bool:
    """Hand a change back to the person, as a new revision: what older cards offer must not answer the new question."""
    if not move(connection, work.change.id, to, retry_at=None, **values):
        return False
    renewed = {} if expires_at is None else {"expires_at": expires_at}
    head = update(proposals).where(proposals.c.id == work.proposal_id)
    connection.execute(head.values(revision=proposals.c.revision + 1, **renewed))
    return True


def request_undo(connection: Connection, change_ids: Sequence[str], *, by: str) -> bool:
    """Mark applied changes to be taken back; True where all of them were applied and unmarked."""
    where = and_(changes.c.id.in_(change_ids), changes.c.status == "applied", changes.c.undo_by.is_(None))
    values = {"undo_by": by, "error": None, "tries": 0, "retry_at": None}
    return connection.execute(update(changes).where(where).values(**values)).rowcount == len(change_ids)


def rewrite(connection: Connection, proposal: Proposal, writes: Mapping[str, CrmWrite], *, at: datetime) -> bool:
    """Replace writes of pending changes and make a new revision; False where the revision or a state moved on."""
    head = and_(proposals.c.id == proposal.id, proposals.c.revision == proposal.revision, proposals.c.expires_at > at)
    moved = connection.execute(update(proposals).where(head).values(revision=proposal.revision + 1))
    if moved.rowcount != 1:
        return False
    return all(_rewrite_one(connection, change_id, write) for change_id, write in writes.items())


def _rewrite_one(connection: Connection, change_id: str, write: CrmWrite) -> bool:
    where = and_(changes.c.id == change_id, changes.c.status == "pending")
    values = {"write": write.model_dump(mode="json")}
    return connection.execute(update(changes).where(where).values(**values)).rowcount == 1


def _move(connection: Connection, where: Any, to: Status, **values: Any) -> int:
    sources = [status for status, targets in TRANSITIONS.items() if to in targets]
    statement = update(changes).where(where, changes.c.status.in_(sources)).values(status=to, **values)
    return connection.execute(statement).rowcount


def _changes_of(connection: Connection, ids: Iterable[str]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = {one: [] for one in ids}
    query = select(changes).where(changes.c.proposal_id.in_(found)).order_by(changes.c.k)
    for row in connection.execute(query).mappings():
        found[row["proposal_id"]].append(_change(row))
    return found


def _change(row: RowMapping) -> Change:
    plain = {name: row[name] for name in Change.model_fields if name not in {"write", "receipt"}}
    receipt = None if row["receipt"] is None else Receipt.model_validate(row["receipt"])
    return Change(**plain, write=typed_write(row["write"]), receipt=receipt)


def as_work(row: RowMapping) -> Work:
    """Return the change of a row of `changes` with its proposal's revision."""
    names = ("proposal_id", "revision", "applied_at", "undo_by", "tries", "doubtful")
    return Work(change=_change(row), **{name: row[name] for name in names})
