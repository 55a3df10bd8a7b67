"""The audit trail: who did what to which change; lines are only ever added."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, insert, select

from bot.store.tables import audit


class AuditLine(BaseModel):
    """One line of the trail."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    actor: str
    """CRM user id, or `assistant` for what runs by itself"""
    verb: str
    """propose, approve, edit, reject, expire, applied, waiting, failed, unknown, changed, already, undo, undone,
    undo_refused; gate: whether somebody may be written to; of a recording: consent, release"""
    proposal: str | None = None
    revision: int | None = None
    change: str | None = None
    detail: dict[str, Any] = {}


def record(connection: Connection, line: AuditLine) -> None:
    """Add a line within the caller's transaction, so that it stands or falls with what it tells of."""
    connection.execute(insert(audit).values(**line.model_dump()))


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
    return [AuditLine.model_validate({k: v for k, v in row._mapping.items() if k != "id"}) for row in reversed(rows)]
