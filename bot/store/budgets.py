"""What the audit trail tells of limits of the language model: that one is near or reached, once a day for each person."""

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select

from bot.store.audit import AuditLine, record
from bot.store.database import exclusive, writing
from bot.store.model_calls import midnight
from bot.store.tables import audit

VERB = "budget"
LOCK = 7_305_133
"""under which it is looked whether it was told"""
Said = Literal["near", "reached"]


class Budgets:
    """Adds the lines of one home."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: set[tuple[datetime, str, str, str]] = set()
        """what need not be looked up again today"""

    def tell(self, at: datetime, user_id: str, said: Said, limit: str, used: float, most: float) -> None:
        """Tell it, unless it was told of this person, limit and day."""
        today = midnight(at)
        key = (today, user_id, said, limit)
        if key in self._told:
            return
        detail = {"limit": limit, "said": said, "used": used, "most": most}
        with writing(self._engine) as connection:
            exclusive(connection, LOCK)
            if not _is_told(connection, today, user_id, detail):
                record(connection, AuditLine(at=at, actor=user_id, verb=VERB, detail=detail))
        self._told = {one for one in self._told if one[0] == today} | {key}


def _is_told(connection: Connection, today: datetime, user_id: str, detail: dict[str, Any]) -> bool:
    day = (audit.c.at >= today, audit.c.at < today + timedelta(days=1))
    query = select(audit.c.detail).where(audit.c.verb == VERB, audit.c.actor == user_id, *day)
    return any(
        (one["limit"], one["said"]) == (detail["limit"], detail["said"]) for one in connection.execute(query).scalars()
    )
