"""Sentences that were dropped from answers, as the audit trail keeps them: their words go, their number stays."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Text, and_, cast, select

from bot.store.audit import redact
from bot.store.database import exclusive, reading, writing
from bot.store.tables import audit

LOCK = 7_305_135
"""under which words go"""
BATCH = 1000
"""lines of one transaction, for whose end other writers wait"""


class DroppedClaims:
    """Those of one home."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def forget(self, before: datetime, now: datetime, by: str, *, dry_run: bool = False) -> int:
        """Take the words out of the lines from before a moment, so that the trail stays whole; give of how many lines."""
        with reading(self._engine) as connection:
            numbers = list(connection.execute(select(audit.c.id).where(_worded(before)).order_by(audit.c.id)).scalars())
        for start in range(0, 0 if dry_run else len(numbers), BATCH):
            with writing(self._engine) as connection:
                exclusive(connection, LOCK)
                chosen = and_(audit.c.id.in_(numbers[start : start + BATCH]), _worded(before))
                # Also each line is locked, where the database can: an erasure may be at it.
                rows = connection.execute(select(audit.c.id, audit.c.detail).where(chosen).with_for_update()).all()
                redact(connection, {row.id: row.detail | {"dropped": []} for row in rows}, now, by, "purge")
        return len(numbers)


def _worded(before: datetime) -> ColumnElement[bool]:
    words = cast(audit.c.detail, Text).contains('"dropped": [{', autoescape=True)
    return and_(audit.c.verb == "answered", audit.c.at < before, words)
