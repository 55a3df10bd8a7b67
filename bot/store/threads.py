"""What a conversation was about, so that a follow-up needs no repetition."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update

from bot.store import tables
from bot.store.database import reading, writing
from bot.store.replacing import replace

Role = Literal["seller", "assistant"]
RECENT = timedelta(hours=12)
"""how long a new conversation at a place goes on with what was said there before"""
CARRIED = 6
"""turns that a new conversation takes with it"""


class Thread(BaseModel):
    """The state of one conversation."""

    model_config = ConfigDict(frozen=True)

    id: str
    skill: str | None = None
    account_id: str | None = None
    opportunity_id: str | None = None
    proposal_id: str | None = None
    """the last one made here"""
    pending: dict[str, Any] | None = None
    """a question we asked and wait for, JSON values"""
    updated_at: datetime


class Turn(BaseModel):
    """One thing that was said."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    role: Role
    text: str
    account_id: str | None = None
    """the account that the conversation was about"""


class Threads:
    """Conversations by thread id (a Slack channel and timestamp, or the terminal's own)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, thread_id: str) -> Thread | None:
        """Return the conversation's state, or None for a new one."""
        query = select(tables.threads).where(tables.threads.c.id == thread_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Thread.model_validate(dict(row._mapping))

    def save(self, thread: Thread) -> None:
        """Store the conversation's state; the last one to save wins."""
        with writing(self._engine) as connection:
            _put(connection, thread)

    def follow(self, thread_id: str, place: str, now: datetime) -> str | None:
        """Let a conversation go on with the last one at a place, whose threads are called `place` or `place:…`, if recent.

        Gives the id of that one; None where there is none to go on with.
        """
        last = self.latest(place, about_an_account=False)
        if last is None or last.id == thread_id or now - last.updated_at > RECENT:
            return None
        turns = self.turns(last.id, CARRIED)
        with writing(self._engine) as connection:
            _put(connection, last.model_copy(update={"id": thread_id}))
            connection.execute(delete(tables.thread_turns).where(tables.thread_turns.c.thread == thread_id))
            for turn in turns:
                connection.execute(insert(tables.thread_turns).values(thread=thread_id, **turn.model_dump()))
        return last.id

    def latest(self, place: str, *, about_an_account: bool = True) -> Thread | None:
        """Return the last conversation (about an account) at a place, whose threads are called `place` or `place:…`."""
        key, table = tables.threads.c.id, tables.threads
        # A range, as the database's LIKE would not use the key's index; ";" comes after ":".
        here = or_(key == place, (key >= f"{place}:") & (key < f"{place};"))
        query = select(table).where(here).order_by(table.c.updated_at.desc(), key.desc()).limit(1)
        if about_an_account:
            query = query.where(table.c.account_id.is_not(None))
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Thread.model_validate(dict(row._mapping))

    def add_turn(self, thread_id: str, turn: Turn) -> None:
        """Append one thing that was said."""
        with writing(self._engine) as connection:
            connection.execute(insert(tables.thread_turns).values(thread=thread_id, **turn.model_dump()))

    def forget_turns(self, thread_id: str) -> None:
        """Forget what was said, where nothing may build on it any more."""
        with writing(self._engine) as connection:
            connection.execute(delete(tables.thread_turns).where(tables.thread_turns.c.thread == thread_id))

    def forget_old(self, before: datetime, *, dry_run: bool = False) -> int:
        """Drop what was said before a moment; what a conversation was about stays. Return how many turns."""
        turns, threads = tables.thread_turns, tables.threads
        with writing(self._engine) as connection:
            if dry_run:
                return connection.execute(
                    select(func.count()).select_from(turns).where(turns.c.at < before)
                ).scalar_one()
            connection.execute(update(threads).where(threads.c.updated_at < before).values(pending=None))
            return connection.execute(delete(turns).where(turns.c.at < before)).rowcount

    def turns(self, thread_id: str, last: int = 20) -> list[Turn]:
        """Return the last turns, oldest first."""
        table = tables.thread_turns
        query = select(table).where(table.c.thread == thread_id).order_by(table.c.id.desc()).limit(last)
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [Turn.model_validate(dict(row._mapping)) for row in reversed(rows)]


def _put(connection: Connection, thread: Thread) -> None:
    replace(connection, tables.threads, thread.model_dump())
