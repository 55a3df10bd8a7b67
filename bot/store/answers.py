"""What was answered where in Slack, so that more of it can be shown, judged, or given anew."""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, func, insert, select, update

from bot.proposals import Draft
from bot.store.database import reading, writing
from bot.store.tables import answers

KEPT = timedelta(days=30)
"""buttons under older answers say that they are gone"""


class Answer(BaseModel):
    """One answer and the messages that show it."""

    model_config = ConfigDict(frozen=True)

    id: str
    """of the request"""
    at: datetime
    user_id: str
    """CRM user who asked"""
    channel: str
    thread_ts: str | None = None
    question_ts: str | None = None
    """of the message that asked; None for a command"""
    shown: tuple[str, ...] = ()
    """timestamps of the messages that show it; those seen by one person alone are not among them"""
    question: str
    draft: Draft
    account_id: str | None = None
    proposal_id: str | None = None
    """of what it proposed, so that an edit of the question takes that back"""


class Answers:
    """Answers by the id of their request."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, answer: Answer) -> None:
        """Store an answer, in the place of an older state of it."""
        row = answer.model_dump(mode="json") | {"at": answer.at}
        with writing(self._engine) as connection:
            connection.execute(delete(answers).where(answers.c.id == answer.id))
            connection.execute(insert(answers).values(**row))

    def get(self, answer_id: str) -> Answer | None:
        """Return one answer; None where it is unknown or too old."""
        with reading(self._engine) as connection:
            row = connection.execute(select(answers).where(answers.c.id == answer_id)).one_or_none()
        return None if row is None else Answer.model_validate(dict(row._mapping))

    def to_question(self, channel: str, question_ts: str) -> Answer | None:
        """Return the newest answer to a message; None where there is none."""
        asked = (answers.c.channel == channel) & (answers.c.question_ts == question_ts)
        query = select(answers).where(asked).order_by(answers.c.at.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Answer.model_validate(dict(row._mapping))

    def showing(self, answer_id: str, shown: tuple[str, ...]) -> None:
        """Keep which messages show an answer."""
        with writing(self._engine) as connection:
            connection.execute(update(answers).where(answers.c.id == answer_id).values(shown=list(shown)))

    def forget_old(self, before: datetime, *, skill: str | None = None, dry_run: bool = False) -> int:
        """Drop answers (of one skill) that were given before a moment; return how many."""
        old = answers.c.at < before
        if skill is not None:
            old &= answers.c.draft["skill"].as_string() == skill
        with writing(self._engine) as connection:
            if dry_run:
                return connection.execute(select(func.count()).select_from(answers).where(old)).scalar_one()
            return connection.execute(delete(answers).where(old)).rowcount
