"""Answers that a person stopped while another process was writing them."""

from datetime import datetime

from sqlalchemy import Engine, select

from bot.store.database import reading, writing
from bot.store.replacing import replace
from bot.store.tables import deliveries


class Stops:
    """The last click on the stop button by thread and person; kept among the deliveries, and forgotten with them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, channel: str, thread_ts: str, user: str, at: datetime) -> None:
        """Let whatever a person asked in a thread before this end, wherever it runs."""
        key = _key(channel, thread_ts, user)
        with writing(self._engine) as connection:
            replace(connection, deliveries, {"key": key, "seen_at": at})

    def since(self, channel: str, thread_ts: str, user: str, begun: datetime) -> bool:
        """Whether an answer that was begun at a time was stopped since."""
        query = select(deliveries.c.seen_at).where(deliveries.c.key == _key(channel, thread_ts, user))
        with reading(self._engine) as connection:
            at = connection.execute(query).scalar_one_or_none()
        return at is not None and at > begun


def _key(channel: str, thread_ts: str, user: str) -> str:
    return f"stop:{channel}:{thread_ts}:{user}"
