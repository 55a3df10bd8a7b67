"""Reads and writes of questions that could not be answered, and of whom we asked about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from knowledge.documents import Gap, GapStatus
from knowledge.registry.session import connected
from knowledge.registry.tables import gaps, inquiries

InquiryStatus = Literal["asked", "drafted", "published", "declined"]


@dataclass(frozen=True)
class Inquiry:
    """That the owner of a topic was asked, and what came of it."""

    id: int
    topic: int
    owner: str
    """id of the CRM user who was asked"""
    asked_at: str
    status: InquiryStatus
    place: str | None = None
    """message that asks, such as "D012:1700000000.1"; None where it was not sent, or nobody sends messages here"""
    draft: str | None = None
    """id of the page that the reply became"""


class GapLog:
    """What people asked in vain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, gap: Gap) -> int:
        """Store a question without an answer; gives its id."""
        row = {"question": gap.question, "asker": gap.asker, "at": gap.at, "account": gap.account}
        with connected(self._engine) as connection:
            result = connection.execute(insert(gaps).values(row | {"nearest": list(gap.nearest)}))
            (gap_id,) = result.inserted_primary_key or (0,)
            return int(gap_id)

    def all(self) -> list[Gap]:
        """Give the questions, oldest first."""
        names = Gap.__dataclass_fields__
        with connected(self._engine) as connection:
            rows = connection.execute(select(gaps).order_by(gaps.c.id)).mappings()
            return [Gap(**({n: row[n] for n in names} | {"nearest": tuple(row["nearest"])})) for row in rows]

    def group(self, topics: Mapping[int, int]) -> None:
        """Put gaps, by id, into topics."""
        with connected(self._engine) as connection:
            for gap_id, topic in topics.items():
                connection.execute(update(gaps).where(gaps.c.id == gap_id).values(topic=topic))

    def mark(self, topic: int, status: GapStatus, answer: str | None = None) -> None:
        """Change the state of a topic's questions that are not answered yet."""
        where = (gaps.c.topic == topic, gaps.c.status.in_(("open", "asked")))
        with connected(self._engine) as connection:
            connection.execute(update(gaps).where(*where).values(status=status, answer=answer))

    def claim_telling(self, gap_ids: Collection[int], at: datetime) -> bool:
        """Say that we are about to tell who asked these; true for one caller only."""
        where = (gaps.c.id.in_(sorted(gap_ids)), gaps.c.told_at.is_(None))
        with connected(self._engine) as connection:
            return bool(connection.execute(update(gaps).where(*where).values(told_at=at.isoformat())).rowcount)

    def unclaim_telling(self, gap_ids: Collection[int]) -> None:
        """Take that back: the message could not be sent."""
        with connected(self._engine) as connection:
            connection.execute(update(gaps).where(gaps.c.id.in_(sorted(gap_ids))).values(told_at=None))

    def inquire(self, topic: int, owner: str, at: datetime) -> bool:
        """Keep that the owner of a topic is asked; true for the first caller only."""
        row = {"topic": topic, "owner": owner, "asked_at": at.isoformat(), "status": "asked"}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(inquiries).values(row))
        except IntegrityError:
            return False
        return True

    def inquire_again(self, inquiry: Inquiry, owner: str, at: datetime) -> bool:
        """Keep that somebody is asked whose message was never sent; true for the first caller only."""
        same = (inquiries.c.id == inquiry.id, inquiries.c.asked_at == inquiry.asked_at, inquiries.c.place.is_(None))
        values = {"owner": owner, "asked_at": at.isoformat()}
        with connected(self._engine) as connection:
            return bool(connection.execute(update(inquiries).where(*same).values(values)).rowcount)

    def inquiries(self) -> list[Inquiry]:
        """Give all inquiries, oldest first."""
        with connected(self._engine) as connection:
            rows = connection.execute(select(inquiries).order_by(inquiries.c.id)).mappings()
            return [Inquiry(**row) for row in rows]

    def came_of(self, topic: int, status: InquiryStatus, draft: str | None = None) -> None:
        """Keep what came of an inquiry; as asked, it has no draft any more."""
        values = {"status": status} | ({"draft": draft} if draft or status == "asked" else {})
        with connected(self._engine) as connection:
            connection.execute(update(inquiries).where(inquiries.c.topic == topic).values(values))

    def sent(self, topic: int, place: str) -> None:
        """Keep which message asks, so that a reply to it is known."""
        with connected(self._engine) as connection:
            connection.execute(update(inquiries).where(inquiries.c.topic == topic).values(place=place))
