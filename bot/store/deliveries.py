"""Which events Slack has already delivered: it repeats them, and a repeat must do nothing."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store.database import reading, writing
from bot.store.tables import deliveries

KEPT = timedelta(days=2)
"""Slack gives up redelivering after about an hour."""


class Deliveries:
    """Event ids that were seen; shared by all processes of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def first_time(self, key: str, now: datetime) -> bool:
        """Return True to exactly one caller per key."""
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(deliveries).values(key=key, seen_at=now))
        except IntegrityError:
            return False
        return True

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

    def forget(self, key: str) -> None:
        """Let a key come once more, such as that of a digest that Slack refused."""
        with writing(self._engine) as connection:
            connection.execute(delete(deliveries).where(deliveries.c.key == key))

    def forget_old(self, now: datetime) -> int:
        """Drop keys that cannot come back; return how many."""
        with writing(self._engine) as connection:
            return connection.execute(delete(deliveries).where(deliveries.c.seen_at < now - KEPT)).rowcount
