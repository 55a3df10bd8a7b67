"""Reads and writes of how pages were used and judged, and of pairs that a person put aside."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from knowledge.registry.session import connected
from knowledge.registry.tables import dismissed, uses

Use = Literal["cited", "up", "down"]
Finding = Literal["duplicate", "contradiction"]


@dataclass(frozen=True)
class Used:
    """A page that an answer rested on, or that a person judged."""

    document_id: str
    kind: Use
    who: str | None
    question: str | None
    at: str


class Uses:
    """What happened to pages after they were written."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, document_ids: Iterable[str], kind: Use, who: str | None, question: str | None, now: datetime) -> None:
        """Keep that pages were cited, or judged up or down, for a question."""
        same = {"kind": kind, "who": who, "question": question, "at": now.isoformat()}
        rows = [same | {"document_id": document_id} for document_id in dict.fromkeys(document_ids)]
        with self._connection() as connection:
            if rows:
                connection.execute(insert(uses), rows)

    def take_back(self, document_ids: Iterable[str], kind: Use, who: str, at: datetime) -> None:
        """Drop what a person said of pages at one moment, as they changed their mind."""
        where = (uses.c.kind == kind, uses.c.who == who, uses.c.at == at.isoformat())
        with self._connection() as connection:
            connection.execute(delete(uses).where(*where, uses.c.document_id.in_(sorted(set(document_ids)))))

    def counts(self) -> dict[str, dict[str, int]]:
        """Count cited, up and down by page id."""
        query = select(uses.c.document_id, uses.c.kind, func.count()).group_by(uses.c.document_id, uses.c.kind)
        found: dict[str, dict[str, int]] = {}
        with self._connection() as connection:
            for document_id, kind, n in connection.execute(query):
                found.setdefault(document_id, {})[kind] = n
        return found

    def of(self, document_id: str, kind: Use, limit: int = 20) -> list[Used]:
        """Give how a page was used, newest first."""
        where = (uses.c.document_id == document_id, uses.c.kind == kind)
        query = select(uses).where(*where).order_by(uses.c.id.desc()).limit(limit)
        with self._connection() as connection:
            rows = connection.execute(query).mappings()
            return [Used(**{name: row[name] for name in Used.__dataclass_fields__}) for row in rows]

    def dismiss(self, kind: Finding, pair: str, by: str, now: datetime) -> None:
        """Keep that a person looked at a pair of passages and put it aside; a second time changes nothing."""
        row = {"kind": kind, "pair": pair, "by": by, "at": now.isoformat()}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(dismissed).values(row))
        except IntegrityError:
            return

    def dismissed(self, kind: Finding) -> set[str]:
        """Give the pairs that were put aside."""
        with self._connection() as connection:
            return set(connection.execute(select(dismissed.c.pair).where(dismissed.c.kind == kind)).scalars())

    def _connection(self) -> AbstractContextManager[Connection]:
        return connected(self._engine)
