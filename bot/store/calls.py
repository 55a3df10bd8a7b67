"""What people said of a recording: whether all agreed to it, that its host released it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from bot.store.audit import AuditLine, record
from bot.store.database import writing
from bot.store.tables import calls


@dataclass(frozen=True)
class CallWord:
    """What is kept of one call; `consent` is all, some or none, as its seller said."""

    at: datetime
    user_id: str
    consent: str | None = None
    released_by: str | None = None
    released_at: datetime | None = None


class Calls:
    """Calls by the fingerprint of their transcript; each word leaves a line in the audit trail."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, fingerprint: str) -> CallWord | None:
        """Return what was said of a call; None where nothing was."""
        with self._engine.connect() as connection:
            row = connection.execute(select(calls).where(calls.c.fingerprint == fingerprint)).first()
        return CallWord(row.at, row.user_id, row.consent, row.released_by, row.released_at) if row else None

    def state(self, fingerprint: str, consent: str, user_id: str, at: datetime) -> None:
        """Keep who said whether those recorded agreed; the last word counts."""
        line = AuditLine(at=at, actor=user_id, verb="consent", detail={"call": fingerprint[:16], "consent": consent})
        self._keep(fingerprint, line, {"user_id": user_id, "at": at, "consent": consent})

    def release(self, fingerprint: str, user_id: str, at: datetime) -> None:
        """Keep that the host released a call."""
        line = AuditLine(at=at, actor=user_id, verb="release", detail={"call": fingerprint[:16]})
        self._keep(fingerprint, line, {"released_by": user_id, "released_at": at})

    def _keep(self, fingerprint: str, line: AuditLine, values: dict[str, Any]) -> None:
        with writing(self._engine) as connection:
            changed = connection.execute(update(calls).where(calls.c.fingerprint == fingerprint).values(**values))
            if not changed.rowcount:
                row = {"at": line.at, "user_id": line.actor, **values, "fingerprint": fingerprint}
                connection.execute(insert(calls).values(**row))
            record(connection, line)
