"""What people made of their drafts: samples of how they write."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, func, insert, select

from bot.store.database import reading, writing
from bot.store.tables import samples

MOST = 50
"""samples of one person and channel; older ones say how they wrote once"""


class Sample(BaseModel):
    """A draft, and what a person made of it."""

    model_config = ConfigDict(frozen=True)

    user_id: str
    at: datetime
    account_id: str
    channel: str
    language: str
    written: str
    edited: str


class Samples:
    """Samples by person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, sample: Sample) -> None:
        """Store a sample; a later edit of the same draft takes the place of the earlier one."""
        with writing(self._engine) as connection:
            same = (samples.c.user_id == sample.user_id) & (samples.c.written == sample.written)
            connection.execute(delete(samples).where(same))
            connection.execute(insert(samples).values(**sample.model_dump()))

    def of(self, user_id: str) -> list[Sample]:
        """Return a person's samples, newest first."""
        query = select(samples).where(samples.c.user_id == user_id).order_by(samples.c.at.desc(), samples.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [Sample.model_validate(dict(row)) for row in rows]

    def drop(self, user_id: str, edited: str) -> None:
        """Forget an edit that was taken back."""
        with writing(self._engine) as connection:
            connection.execute(delete(samples).where(samples.c.user_id == user_id, samples.c.edited == edited))

    def forget(self, user_id: str) -> int:
        """Forget how a person writes; return how many samples that were."""
        with writing(self._engine) as connection:
            return connection.execute(delete(samples).where(samples.c.user_id == user_id)).rowcount

    def forget_old(self, *, dry_run: bool = False) -> int:
        """Drop all but the newest of each person and channel; return how many."""
        newest_first = (samples.c.at.desc(), samples.c.id.desc())
        place = func.row_number().over(partition_by=(samples.c.user_id, samples.c.channel), order_by=newest_first)
        ranked = select(samples.c.id, place.label("place")).subquery()
        with writing(self._engine) as connection:
            old = connection.execute(select(ranked.c.id).where(ranked.c.place > MOST)).scalars().all()
            if old and not dry_run:
                connection.execute(delete(samples).where(samples.c.id.in_(old)))
            return len(old)
