"""Calls of a language model: what each took and cost, what was sent, and what came back."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, Connection, Engine, and_, func, insert, or_, select, update

from bot.store.database import exclusive, reading, writing
from bot.store.tables import model_calls as table

Outcome = Literal["open", "fine", "timeout", "refused", "nonsense", "failed", "stopped"]
LOCK = 7_305_131
"""under which calls are reserved, and people warned"""


class Message(BaseModel):
    """One message as it went out."""

    model_config = ConfigDict(frozen=True)

    role: str
    text: str


class ModelCall(BaseModel):
    """One call."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    user_id: str
    request: str
    thread: str
    account_id: str | None = None
    skill: str
    prompt: str
    prompt_version: str
    model: str
    input_tokens: int
    output_tokens: int
    estimated: bool = True
    """whether the tokens are counted by us, as the server counts none"""
    cost: float | None = None
    """in USD; None: the model has no price"""
    ms: float | None = None
    outcome: Outcome = "open"
    """open: under way, or its process was ended in it"""
    why: str | None = None
    sent: list[Message] | None = None
    """None: kept long enough"""
    received: Any = None
    warned: str | None = None


def new_id() -> str:
    """Return an id of a call."""
    return uuid.uuid4().hex[:12]


@dataclass(frozen=True)
class Spent:
    """What calls took together."""

    tokens: int
    cost: float
    """of the calls with a known price"""
    under_way: int = 0
    """tokens of these that are reserved for calls under way"""


@dataclass(frozen=True)
class Totals:
    """What one group of calls took."""

    key: str
    calls: int
    failed: int
    input: int
    output: int
    estimated: int
    """calls whose tokens were counted by us"""
    cost: float | None
    """of the calls with a price; None where none has one"""
    unpriced: int
    """calls of models without a price"""


GROUPS: dict[str, ColumnElement[Any]] = {"person": table.c.user_id, "skill": table.c.skill, "model": table.c.model}


class ModelCalls:
    """Calls of one home."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def reserve(self, call: ModelCall, check: Callable[[Spent, Spent], None]) -> None:
        """Store a call that is about to be made, unless `check`, told what the person and all have spent today, raises."""
        with writing(self._engine) as connection:
            exclusive(connection, LOCK)
            check(_spent(connection, call.at, call.user_id), _spent(connection, call.at))
            connection.execute(insert(table).values(**_row(call)))

    def settle(self, call: ModelCall) -> None:
        """Store how a call ended."""
        with writing(self._engine) as connection:
            connection.execute(update(table).where(table.c.id == call.id).values(**_row(call)))

    def drop(self, call_id: str) -> None:
        """Forget a call that was not made after all."""
        with writing(self._engine) as connection:
            connection.execute(table.delete().where(table.c.id == call_id))

    def spent(self, now: datetime, user_id: str | None = None) -> Spent:
        """What a person, or everybody, has spent on the day of a moment."""
        with reading(self._engine) as connection:
            return _spent(connection, now, user_id)

    def warn(self, call_id: str, kinds: Callable[[Spent, Spent], Sequence[str]]) -> list[str]:
        """Keep that a person is warned with this call, of what they were not warned of today; give of what."""
        with writing(self._engine) as connection:
            exclusive(connection, LOCK)
            row = connection.execute(select(table.c.at, table.c.user_id).where(table.c.id == call_id)).one()
            mine = and_(table.c.user_id == row.user_id, *_on_day(row.at))
            before = connection.execute(select(table.c.warned).where(mine, table.c.warned.is_not(None))).scalars()
            told = {kind for one in before for kind in one.split()}
            new = [
                kind
                for kind in kinds(_spent(connection, row.at, row.user_id), _spent(connection, row.at))
                if kind not in told
            ]
            if new:
                connection.execute(update(table).where(table.c.id == call_id).values(warned=" ".join(new)))
            return new

    def of_request(self, request: str, user_id: str) -> list[ModelCall]:
        """A person's calls of one answer, by its id or that of a call of it, in order."""
        of_call = select(table.c.request).where(table.c.id == request, table.c.user_id == user_id)
        named = or_(table.c.request == request, table.c.request.in_(of_call))
        query = select(table).where(table.c.user_id == user_id, named).order_by(table.c.at, table.c.ms, table.c.id)
        return self._calls(query)

    def last(self, user_id: str, threads: ColumnElement[bool], account_id: str | None = None) -> list[ModelCall]:
        """The calls of a person's last answer for which a model was asked, among some threads."""
        where = [table.c.user_id == user_id, threads]
        where += [table.c.account_id == account_id] if account_id else []
        query = select(table.c.request).where(*where).order_by(table.c.at.desc()).limit(1)
        with reading(self._engine) as connection:
            request = connection.execute(query).scalar()
        return [] if request is None else self.of_request(str(request), user_id)

    def _calls(self, query: Any) -> list[ModelCall]:
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [ModelCall.model_validate(dict(row)) for row in rows]

    def totals(self, by: str, since: datetime, user_id: str | None = None) -> list[Totals]:
        """What calls took since a moment, by person, day, skill or model."""
        key, unpriced = self._group(by).label("key"), table.c.cost.is_(None)
        columns = [
            key,
            func.count().label("calls"),
            func.count().filter(table.c.outcome.not_in(("fine", "open"))).label("failed"),
            func.coalesce(func.sum(table.c.input_tokens), 0).label("input"),
            func.coalesce(func.sum(table.c.output_tokens), 0).label("output"),
            func.count().filter(table.c.estimated).label("estimated"),
            func.sum(table.c.cost).label("cost"),
            func.count().filter(unpriced).label("unpriced"),
        ]
        query = select(*columns).where(table.c.at >= since).group_by(key).order_by(key)
        if user_id is not None:
            query = query.where(table.c.user_id == user_id)
        with reading(self._engine) as connection:
            rows = connection.execute(query).mappings().all()
        return [Totals(**{**dict(row), "key": str(row["key"])}) for row in rows]

    def _group(self, by: str) -> ColumnElement[Any]:
        if by != "day":
            return GROUPS[by]
        # SQLite keeps UTC as it is; PostgreSQL would take the session's zone.
        at = table.c.at if self._engine.dialect.name == "sqlite" else func.timezone("UTC", table.c.at)
        return func.date(at)

    def forget_texts(self, before: datetime, *, dry_run: bool = False) -> int:
        """Drop what was sent and came back before a moment; the counts stay. Give of how many calls."""
        old = and_(table.c.at < before, or_(table.c.sent.is_not(None), table.c.received.is_not(None)))
        with writing(self._engine) as connection:
            if dry_run:
                return connection.execute(select(func.count()).select_from(table).where(old)).scalar_one()
            return connection.execute(update(table).where(old).values(sent=None, received=None, why=None)).rowcount


def midnight(now: datetime) -> datetime:
    """The beginning of a moment's day, which is UTC's for everybody."""
    return datetime.combine(now.astimezone(UTC).date(), time(), UTC)


def in_thread(thread: str) -> ColumnElement[bool]:
    """What was asked in one conversation."""
    return table.c.thread == thread


def at_place(*prefixes: str) -> ColumnElement[bool]:
    """What was asked in conversations whose names begin so."""
    return or_(*(table.c.thread.startswith(prefix, autoescape=True) for prefix in prefixes))


def _on_day(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    start = midnight(now)
    return table.c.at >= start, table.c.at < start + timedelta(days=1)


def _spent(connection: Connection, now: datetime, user_id: str | None = None) -> Spent:
    tokens = table.c.input_tokens + table.c.output_tokens
    columns = (
        func.coalesce(func.sum(tokens), 0),
        func.coalesce(func.sum(table.c.cost), 0.0),
        func.coalesce(func.sum(tokens).filter(table.c.outcome == "open"), 0),
    )
    query = select(*columns).where(*_on_day(now))
    if user_id is not None:
        query = query.where(table.c.user_id == user_id)
    row = connection.execute(query).one()
    return Spent(int(row[0]), float(row[1]), int(row[2]))


def _row(call: ModelCall) -> dict[str, Any]:
    return call.model_dump() | {"at": call.at}
