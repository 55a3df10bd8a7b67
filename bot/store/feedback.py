"""What people thought of an answer: one judgement a person and answer, the last one counts."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from bot.store.database import writing
from bot.store.tables import feedback

Verdict = Literal["up", "down"]


class Judgement(BaseModel):
    """One person's word on one answer."""

    model_config = ConfigDict(frozen=True)

    answer_id: str
    user_id: str
    """of the CRM; `slack:` and the Slack id of a colleague whom the CRM does not know"""
    verdict: Verdict
    at: datetime
    reason: str | None = None
    comment: str | None = None


class Feedback:
    """Judgements by answer and person."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, new: Judgement) -> tuple[Judgement | None, Judgement]:
        """Store a judgement in the place of the same person's earlier one; gives that, and the one that stands now.

        The same thumb once more, without a reason, leaves the earlier one as it was.
        """
        try:
            return self._replace(new)
        except IntegrityError:
            # The same person's other click was a moment ahead, in another process.
            return self._replace(new)

    def _replace(self, new: Judgement) -> tuple[Judgement | None, Judgement]:
        same = (feedback.c.answer_id == new.answer_id, feedback.c.user_id == new.user_id)
        with writing(self._engine) as connection:
            row = connection.execute(select(feedback).where(*same)).one_or_none()
            before = None if row is None else Judgement.model_validate(dict(row._mapping))
            if before and before.verdict == new.verdict and new.reason is None:
                return before, before
            connection.execute(delete(feedback).where(*same))
            connection.execute(insert(feedback).values(**new.model_dump()))
            return before, new
