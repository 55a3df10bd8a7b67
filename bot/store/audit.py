"""The audit trail: who asked, read, proposed, approved and wrote what; lines are only ever added, each sealed to the one before."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import StorageError
from bot.store.sealing import Keys, Row, hash_detail, hash_line
from bot.store.tables import audit, audit_head

ITSELF = "assistant"
"""actor of what runs without a person"""
REDACTED = "redacted"
"""verb of the line that names lines whose detail was redacted, with the hash of what is left"""
_KEYS: WeakKeyDictionary[Engine, Keys] = WeakKeyDictionary()
_NONE = Keys()
KEYLESS = (
    "The audit trail of this home is sealed with a key that this process does not have, so nothing can be added to it; "
    "set SELLER_AUDIT_KEY as it is set for `seller serve`."
)
HEADLESS = "The audit trail of this home has lost its head, so nothing can be added to it; run `seller audit verify`, and restore a backup."

TAKEN = (
    "The audit trail of this home has a line that this program did not write, so nothing can be added to it; "
    "run `seller audit verify`, and restore a backup."
)


class AuditLine(BaseModel):
    """One line of the trail."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    actor: str
    """CRM user id, or `assistant` for what runs by itself"""
    verb: str
    """answered, unanswered, shown; propose, approve, edit, reject, refused, expire, applied, waiting, failed, unknown, changed,
    already, undo, undone, undo_refused; gate: whether somebody may be written to; of a recording: consent, release;
    erase, redacted; docs/audit.md lists all"""
    proposal: str | None = None
    revision: int | None = None
    change: str | None = None
    detail: dict[str, Any] = {}


def sealed_by(engine: Engine, keys: Sequence[bytes]) -> None:
    """Seal what this engine adds with the first of the company's keys, so that the database alone cannot forge a line."""
    _KEYS[engine] = Keys(keys)


def keys_of(engine: Engine) -> Keys:
    """The keys that this process has."""
    return _KEYS.get(engine, _NONE)


def record(connection: Connection, line: AuditLine) -> None:
    """Add a line within the caller's transaction, so that it stands or falls with what it tells of.

    Make it the last thing of the transaction: other writers wait for the head until its end, and may hold what it would lock next.
    """
    keys = keys_of(connection.engine)
    # The update comes first: it locks the head, and SQLite begins its transaction with it.
    connection.execute(update(audit_head).values(last=audit_head.c.last + 1))
    head = connection.execute(select(audit_head)).one_or_none()
    if head is None:
        raise StorageError(HEADLESS)
    if head.seal is not None and keys.first is None:
        raise StorageError(KEYLESS)
    row = _row(head.last, line, keys.first)
    sealed = hash_line(head.hash, row, keys.get(row.seal))
    try:
        connection.execute(insert(audit).values(**{**vars(row), "hash": sealed}))
    except IntegrityError as error:
        raise StorageError(TAKEN) from error
    connection.execute(update(audit_head).values(hash=sealed, seal=row.seal))


def _row(number: int, line: AuditLine, seal: str | None) -> Row:
    detail, salt = json.loads(json.dumps(line.detail)), secrets.token_hex(16)
    return Row(
        number, line.at, line.actor, line.verb, line.proposal, line.revision, line.change, detail, salt,
        hash_detail(salt, detail), seal, "",
    )  # fmt: skip


def redact(connection: Connection, kept: Mapping[int, Any], at: datetime, actor: str, why: str) -> None:
    """Put what is left of them in the place of details, and add the line that says so; their old salts go for good."""
    lines = {}
    for number, detail in kept.items():
        salt = secrets.token_hex(16)
        connection.execute(update(audit).where(audit.c.id == number).values(detail=detail, salt=salt))
        lines[str(number)] = hash_detail(salt, detail)
    if lines:
        record(connection, AuditLine(at=at, actor=actor, verb=REDACTED, detail={"why": why, "lines": lines}))


def trail(
    engine: Engine, *, proposal: str | None = None, change: str | None = None, last: int = 1000
) -> list[AuditLine]:
    """Return the lines, oldest first, of everything or of one proposal or change."""
    query = select(audit).order_by(audit.c.id.desc()).limit(last)
    if proposal is not None:
        query = query.where(audit.c.proposal == proposal)
    if change is not None:
        query = query.where(audit.c.change == change)
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [AuditLine.model_validate(dict(row._mapping)) for row in reversed(rows)]
