"""Proposals and changes against what the CRM and the trail hold of them: states that cannot be."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, get_args

from sqlalchemy import Connection, RowMapping, select

from bot.approvals.sentences import ALREADY
from bot.crm.local.tables import applied
from bot.proposals import Status
from bot.store.proposals import RUNNING
from bot.store.tables import audit, changes, proposals
from bot.upkeep.findings import Finding, broken, mind

PART = "proposals"
WRITTEN: tuple[Status, ...] = ("applied", "undone")
STUCK = timedelta(minutes=10)
"""a change that is due for longer than this, beside a running worker, is stuck"""
LOOK = "look in the CRM whether it is there"
_ONE, _MANY = "change", "changes"


@dataclass(frozen=True)
class Gate:
    """What the tables hold of the write gate."""

    changes: tuple[RowMapping, ...]
    proposals: frozenset[str]
    written: dict[str, RowMapping]
    """receipts of the embedded CRM, by change"""
    verbs: dict[str, set[str]]
    """what the trail tells, by change"""
    embedded: bool

    def of(self, *statuses: Status) -> Iterator[RowMapping]:
        """Changes in these states."""
        return (row for row in self.changes if row["status"] in statuses)


def read(connection: Connection, *, embedded: bool) -> Gate:
    """Read everything that is compared."""
    verbs: dict[str, set[str]] = {}
    for change, verb in connection.execute(select(audit.c.change, audit.c.verb).where(audit.c.change.is_not(None))):
        verbs.setdefault(change, set()).add(verb)
    return Gate(
        tuple(connection.execute(select(changes)).mappings()),
        frozenset(connection.execute(select(proposals.c.id)).scalars()),
        {row["change_id"]: row for row in connection.execute(select(applied)).mappings()},
        verbs,
        embedded,
    )


def look(gate: Gate, now: datetime, *, worker: bool) -> list[Finding]:
    """Everything that cannot be, or that waits for a process or a person; `worker`: whether one applies changes now."""
    return [*_states(gate), *_receipts(gate), *_against_crm(gate), *_against_trail(gate), *_waits(gate, now, worker)]


def _states(gate: Gate) -> Iterator[Finding]:
    owners = {row["proposal_id"] for row in gate.changes}
    known = get_args(Status)
    yield from broken(
        PART, (row["id"] for row in gate.changes if row["proposal_id"] not in gate.proposals), _ONE, _MANY,
        "belong to a proposal that is gone, so nobody can decide on them; restore a backup.",
    )  # fmt: skip
    yield from broken(
        PART, gate.proposals - owners, "proposal", "proposals",
        "hold no change, so there is nothing to decide; restore a backup.",
    )  # fmt: skip
    yield from broken(
        PART, (row["id"] for row in gate.changes if row["status"] not in known), _ONE, _MANY,
        "are in a state that does not exist; restore a backup.",
    )  # fmt: skip
    yield from broken(
        PART, (row["id"] for row in gate.of(*RUNNING) if not (row["decided_by"] and row["decided_at"])), _ONE, _MANY,
        "count as approved, but nobody is on record for the yes, so they are never applied; restore a backup.",
    )  # fmt: skip
    yield from broken(
        PART, (row["id"] for row in gate.changes if row["undo_by"] and row["status"] != "applied"), _ONE, _MANY,
        "are to be taken back without being applied; restore a backup.",
    )  # fmt: skip


def _receipts(gate: Gate) -> Iterator[Finding]:
    bare = (row["id"] for row in gate.of(*WRITTEN) if row["receipt"] is None and row["error"] != ALREADY)
    yield from broken(
        PART,
        bare,
        _ONE,
        _MANY,
        f"are applied without a receipt, so they cannot be undone; {LOOK} and correct it there.",
    )
    odd = (row["id"] for row in gate.changes if row["receipt"] is not None and row["status"] not in WRITTEN)
    yield from broken(
        PART, odd, _ONE, _MANY, f"have a receipt without being applied; {LOOK} before anybody approves it."
    )
    other = (row["id"] for row in gate.of(*WRITTEN) if row["receipt"] and row["receipt"].get("change_id") != row["id"])
    yield from broken(PART, other, _ONE, _MANY, f"have the receipt of another change; {LOOK} and correct it there.")
    yield from broken(
        PART, _twice(gate), "record", "records",
        "were created by two changes, which can only be one write that was counted twice; look at them in the CRM.",
    )  # fmt: skip


def _twice(gate: Gate) -> Iterator[str]:
    """Records that two receipts claim to have made."""
    made: set[tuple[Any, ...]] = set()
    for row in gate.of(*WRITTEN):
        receipt = row["receipt"]
        if not receipt or row["write"].get("kind") not in ("log_activity", "create_task", "create_contact"):
            continue
        key = receipt.get("record"), receipt.get("record_id")
        if key in made:
            yield str(key[1])
        made.add(key)


def _against_crm(gate: Gate) -> Iterator[Finding]:
    """The embedded CRM keeps each write by the change's id, in the transaction that made it."""
    if not gate.embedded:
        return
    states = {row["id"]: row["status"] for row in gate.changes}
    with_receipt = {row["id"]: row for row in gate.of(*WRITTEN) if row["receipt"]}
    yield from broken(
        PART, with_receipt.keys() - gate.written.keys(), _ONE, _MANY,
        f"are applied by their receipts, but the CRM knows nothing of them; {LOOK} and propose it again where it is not.",
    )  # fmt: skip
    yield from broken(
        PART, gate.written.keys() - states.keys(), "write", "writes",
        "in the CRM belong to no change, so nobody can have approved them; restore a backup.",
    )  # fmt: skip
    # Who found a doubtful write in the CRM rejects it, so that it is not written again: its yes is in the trail.
    unasked = (
        one for one in gate.written
        if states.get(one) in ("pending", "expired", "failed")
        or (states.get(one) == "rejected" and "approve" not in gate.verbs.get(one, ()))
    )  # fmt: skip
    yield from broken(
        PART, unasked, _ONE, _MANY, "are in the CRM although nobody's yes stands; take them back in the CRM by hand."
    )
    back = {one for one, row in gate.written.items() if row["undo"]}
    yield from broken(
        PART, (row["id"] for row in gate.of("undone") if row["id"] in gate.written and row["id"] not in back), _ONE, _MANY,
        "count as undone, but stand in the CRM; take them back there by hand.",
    )  # fmt: skip
    yield from broken(
        PART, (row["id"] for row in gate.of("applied") if row["id"] in back and not row["undo_by"]), _ONE, _MANY,
        "count as applied, but were taken back in the CRM; propose them again where they are wanted.",
    )  # fmt: skip


def _against_trail(gate: Gate) -> Iterator[Finding]:
    unsaid = (row["id"] for row in gate.of(*WRITTEN) if "approve" not in gate.verbs.get(row["id"], ()))
    yield from broken(
        PART, unsaid, _ONE, _MANY, f"were applied without a yes in the audit trail; {LOOK} and who wrote it."
    )
    untold = (row["id"] for row in gate.of(*WRITTEN) if not {"applied", "already"} & gate.verbs.get(row["id"], set()))
    yield from broken(PART, untold, _ONE, _MANY, f"were applied without a line in the audit trail; {LOOK}.")


def _waits(gate: Gate, now: datetime, worker: bool) -> Iterator[Finding]:
    running = [row for row in gate.changes if row["status"] in RUNNING or row["undo_by"]]
    if not worker:
        yield from mind(
            PART, _ids(running), "approved change", "approved changes",
            "wait for a process that applies them; start `seller serve`, or decide on anything in the terminal.",
        )  # fmt: skip
    else:
        late = [
            row for row in running if now - (row["retry_at"] or row["queued_at"] or row["decided_at"] or now) > STUCK
        ]
        yield from mind(
            PART, _ids(late), "approved change", "approved changes",
            "should have been applied more than ten minutes ago; look at the log of `seller serve` and restart it.",
        )  # fmt: skip
    yield from mind(
        PART, _ids(gate.of("unknown")), _ONE, _MANY,
        "may or may not be in the CRM; look there, then approve or reject with `seller proposals`.",
    )  # fmt: skip


def _ids(rows: Any) -> Collection[str]:
    return [row["id"] for row in rows]
