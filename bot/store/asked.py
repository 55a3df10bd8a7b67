"""What was asked about or begun once at a place, such as a dropped file, with a text to be kept until it is answered."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.database import writing
from bot.store.tables import deliveries


class Asked:
    """Claims beside the deliveries, shared by all processes of one database and forgotten with them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, key: str, now: datetime, text: str | None = None) -> bool:
        """Return True to exactly one caller per key; the text is kept for whoever answers."""
        task = None if text is None else {"text": text}
        try:
            with writing(self._engine) as connection:
                connection.execute(insert(deliveries).values(key=key, seen_at=now, task=task))
        except IntegrityError:
            return False
        return True

    def text(self, key: str) -> str | None:
        """Give the text that was kept; None where there is none, or not any more."""
        with self._engine.connect() as connection:
            task = connection.execute(select(deliveries.c.task).where(deliveries.c.key == key)).scalar()
        return task.get("text") if task else None

    def clear(self, key: str) -> None:
        """Forget the text, and keep that it was asked about."""
        with writing(self._engine) as connection:
            connection.execute(update(deliveries).where(deliveries.c.key == key).values(task=None))

    def release(self, key: str) -> None:
        """Give the claim back, so that what failed or was put off can be begun again."""
        with writing(self._engine) as connection:
            connection.execute(delete(deliveries).where(deliveries.c.key == key))
