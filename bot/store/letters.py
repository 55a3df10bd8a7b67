"""Letters that were drafted, so that a conversation can go on with them."""

import time
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Engine, delete, func, insert, select, update

from bot.proposals import Status
from bot.store.database import reading, writing
from bot.store.proposals import LIVE
from bot.store.tables import changes, letters, proposals

LetterStatus = Literal["drafted", "taken_back"]
"""whether it is logged is told by the proposal that logs it (`Letters.logging`), and kept nowhere else"""


class KeptLetter(BaseModel):
    """One version of a letter to one person."""

    model_config = ConfigDict(frozen=True)

    id: str
    thread: str
    user_id: str
    account_id: str
    contact_id: str
    at: datetime
    status: LetterStatus = "drafted"
    spec: dict[str, Any]
    written: str
    """as the assistant wrote it"""
    edited: str | None = None
    """as the seller rewrote it"""

    @property
    def text(self) -> str:
        """The letter as it stands."""
        return self.written if self.edited is None else self.edited


def new_id() -> str:
    """Return an id that sorts by when it was made, also where a clock stands still."""
    return f"{time.time_ns() // 10_000:012x}"


def said_of(letter_id: str) -> str:
    """How the evidence of a proposal ends that logs this letter."""
    return f" (letter {letter_id})"


class Letters:
    """Letters by conversation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, letter: KeptLetter) -> None:
        """Store a version."""
        with writing(self._engine) as connection:
            connection.execute(insert(letters).values(**letter.model_dump()))

    def get(self, letter_id: str, user_id: str) -> KeptLetter | None:
        """Return one person's version; None where it is unknown or too old."""
        query = select(letters).where(letters.c.id == letter_id, letters.c.user_id == user_id)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else KeptLetter.model_validate(dict(row._mapping))

    def versions(self, thread: str, user_id: str) -> list[KeptLetter]:
        """Return what was drafted in a conversation and not taken back, newest first."""
        mine = (letters.c.thread == thread) & (letters.c.user_id == user_id) & (letters.c.status != "taken_back")
        query = select(letters).where(mine).order_by(letters.c.at.desc(), letters.c.id.desc())
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return [KeptLetter.model_validate(dict(row._mapping)) for row in rows]

    def latest(self, thread: str, user_id: str) -> KeptLetter | None:
        """Return the letter that a conversation is about; None where there is none."""
        return next(iter(self.versions(thread, user_id)), None)

    def mark(self, letter_id: str, status: LetterStatus) -> None:
        """Keep what became of a version."""
        with writing(self._engine) as connection:
            connection.execute(update(letters).where(letters.c.id == letter_id).values(status=status))

    def follow(self, thread: str, before: str, user_id: str) -> None:
        """Let a conversation go on with the letters of one before it, oldest first."""
        if self.latest(thread, user_id) is not None:
            return
        for one in reversed(self.versions(before, user_id)):
            self.keep(one.model_copy(update={"id": new_id(), "thread": thread}))

    def logging(self, letter: KeptLetter) -> tuple[str, Status] | None:
        """The proposal that logs this letter or its text to this person, and how it stands; None where none does any more.

        The letter counts by its id too: on the card, its text may have been edited.
        """
        mine = (proposals.c.requester == letter.user_id) & changes.c.status.in_((*LIVE, "applied"))
        query = select(changes.c.proposal_id, changes.c.status, changes.c.write, changes.c.evidence).join(proposals)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(mine)).all()
        to = {"kind": "log_activity", "contact_ids": [letter.contact_id]}
        there = [row for row in rows if {name: row.write.get(name) for name in to} == to]
        same = [
            row for row in there if row.write.get("body") == letter.text or row.evidence.endswith(said_of(letter.id))
        ]
        return (same[-1].proposal_id, same[-1].status) if same else None

    def forget_old(self, before: datetime, *, dry_run: bool = False) -> int:
        """Drop letters that were drafted before a moment; return how many."""
        old = letters.c.at < before
        with writing(self._engine) as connection:
            if dry_run:
                return connection.execute(select(func.count()).select_from(letters).where(old)).scalar_one()
            return connection.execute(delete(letters).where(old)).rowcount
