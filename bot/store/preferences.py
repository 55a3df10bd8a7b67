"""What a person set for themselves: when digests come and where to, whether briefs come, and how drafts are to sound."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict, field_validator
from sqlalchemy import Engine, or_, select

from bot.store.database import reading, writing
from bot.store.replacing import replace
from bot.store.tables import preferences


class Preference(BaseModel):
    """One person's settings; without a word of theirs nothing comes by itself."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    user_id: str
    slack_id: str | None = None
    digest_at: str | None = None
    """time of the morning digest on the person's own clock, such as "08:00"; None: none comes"""
    briefs: bool = False
    """whether a brief comes an hour before a meeting"""
    tone: str = ""
    language: str = ""
    weekly_at: str | None = None
    """time of the pipeline's digest on Mondays, on the person's own clock; None: none comes"""
    weekly_to: str | None = None
    """the channel that it goes to; None: the person's direct messages"""
    daily_at: str | None = None
    """time of what the person's people need of them, on weekdays; None: none comes"""
    daily_to: str | None = None

    @field_validator("tone", "language", mode="before")
    @classmethod
    def a_text(cls, value: str | None) -> str:
        """Read what was never set as no wish."""
        return value or ""


class Preferences:
    """Settings by CRM user."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, user_id: str) -> Preference:
        """Return what a person set; the defaults where they never did."""
        with reading(self._engine) as connection:
            row = connection.execute(select(preferences).where(preferences.c.user_id == user_id)).one_or_none()
        return Preference(user_id=user_id) if row is None else Preference.model_validate(row)

    def save(self, wanted: Preference, now: datetime) -> None:
        """Keep what a person set, in the place of what they set before."""
        with writing(self._engine) as connection:
            replace(connection, preferences, wanted.model_dump() | {"updated_at": now})

    def wanting(self) -> Sequence[Preference]:
        """Return those for whom something comes by itself."""
        times = (preferences.c.digest_at, preferences.c.weekly_at, preferences.c.daily_at)
        wants = or_(*(time.is_not(None) for time in times), preferences.c.briefs)
        with reading(self._engine) as connection:
            rows = connection.execute(select(preferences).where(wants).order_by(preferences.c.user_id)).all()
        return [Preference.model_validate(row) for row in rows]
