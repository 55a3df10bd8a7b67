"""When a person last looked at an account, and how it stood then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, Row, select

from bot.store.database import reading, writing
from bot.store.replacing import replace
from bot.store.tables import looks

PAUSE = timedelta(minutes=15)
"""looks that follow each other within this time are one: asking twice does not wipe what had changed"""


class Look(BaseModel):
    """An earlier look: when it was, and how the account stood."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    state: Mapping[str, Any]


class Looks:
    """Looks by person and account."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self, user_id: str, account_id: str, now: datetime) -> Look | None:
        """The look that a look now is to be compared with; None where this is the first, or the clock was set back."""
        with reading(self._engine) as connection:
            row = _row(connection, user_id, account_id)
        if row is None or now < row.at:
            return None
        if now - row.at >= PAUSE:
            return Look(at=row.at, state=row.state["now"])
        return Look(at=row.before, state=row.state["before"]) if row.before else None

    def keep(self, user_id: str, account_id: str, now: datetime, state: Mapping[str, Any]) -> None:
        """Keep that a person looked now, and how the account stands."""
        with writing(self._engine) as connection:
            row = _row(connection, user_id, account_id)
            if row is not None and now < row.at:
                return
            before, was = _before(row, now)
            held = {"now": dict(state), "before": was}
            values = {"user_id": user_id, "account_id": account_id, "at": now, "before": before, "state": held}
            replace(connection, looks, values)


def _row(connection: Connection, user_id: str, account_id: str) -> Row[Any] | None:
    where = (looks.c.user_id == user_id, looks.c.account_id == account_id)
    return connection.execute(select(looks).where(*where)).one_or_none()


def _before(row: Row[Any] | None, now: datetime) -> tuple[datetime | None, Any]:
    """The look before this one and its state."""
    if row is None:
        return None, None
    return (row.before, row.state["before"]) if now - row.at < PAUSE else (row.at, row.state["now"])
