"""The audit trail read: verified as a whole, and line by line as somebody may see it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Engine, Text, cast, or_, select

from bot.errors import StorageError
from bot.store.audit import keys_of
from bot.store.database import reading
from bot.store.sealing import NOTHING, Row, hash_line
from bot.store.tables import audit, audit_head, proposals
from bot.store.verifying import Fault, Head, Verdict, Verifier, held_against

UNREADABLE = "A line of the audit trail cannot be read, so it was changed; `seller audit verify` names it."


@dataclass(frozen=True)
class Wanted:
    """Which lines are wanted; what is empty is not looked at."""

    since: datetime | None = None
    until: datetime | None = None
    """the first moment that is too late"""
    person: str = ""
    """their own lines and those of their proposals"""
    record: str = ""
    proposal: str = ""
    verb: str = ""
    last: int = 0
    """the newest alone; 0: all"""


class Trail:
    """The lines of one home."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def verify(self, known: Sequence[tuple[Head, str]] = ()) -> Verdict:
        """Judge the whole trail, and hold it against heads that were noted before, each with where."""
        with reading(self._engine) as connection:
            _freeze(connection)
            try:
                head = _head(connection)
                verdict = Verifier(keys_of(self._engine)).run(_rows(connection), _around(connection), head)
            except (ValueError, TypeError) as error:
                said = f"What the database keeps of its last line cannot be read, so it was changed ({error})."
                return Verdict(faults=list(_unreadable(connection)) or [Fault(0, "head", said)])
            for one, whence in known:
                held_against(verdict, one, lambda line: _hash_of(connection, line), whence)
        return verdict

    def lines(self, wanted: Wanted) -> list[Row]:
        """The lines that are wanted, oldest first."""
        with reading(self._engine) as connection:
            rows = _rows(connection, *_where(wanted), newest_first=bool(wanted.last))
            kept = (row for row in rows if not wanted.record or mentions(row.detail, wanted.record))
            try:
                found = list(islice(kept, wanted.last or None))
            except (ValueError, TypeError) as error:
                raise StorageError(UNREADABLE) from error
        return found[::-1] if wanted.last else found


def _freeze(connection: Connection) -> None:
    """See one state of the database until the end, whatever is added meanwhile."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.execution_options(isolation_level="REPEATABLE READ")


def _where(wanted: Wanted) -> Iterator[Any]:
    if wanted.since:
        yield audit.c.at >= wanted.since
    if wanted.until:
        yield audit.c.at < wanted.until
    if wanted.proposal:
        yield audit.c.proposal == wanted.proposal
    if wanted.verb:
        yield audit.c.verb == wanted.verb
    if wanted.person:
        theirs = select(proposals.c.id).where(proposals.c.requester == wanted.person)
        yield or_(audit.c.actor == wanted.person, audit.c.proposal.in_(theirs))
    if wanted.record:
        yield cast(audit.c.detail, Text).contains(wanted.record, autoescape=True)


def mentions(value: object, record: str) -> bool:
    """Whether a record's id stands anywhere in a detail, alone or after its kind."""
    if isinstance(value, dict):
        return any(mentions(item, record) for item in value.values())
    if isinstance(value, list):
        return any(mentions(item, record) for item in value)
    return isinstance(value, str) and (value == record or value.endswith(f":{record}"))


def _rows(connection: Connection, *where: Any, newest_first: bool = False) -> Iterator[Row]:
    order = audit.c.id.desc() if newest_first else audit.c.id
    for row in connection.execution_options(yield_per=1000).execute(select(audit).where(*where).order_by(order)):
        yield Row(**row._mapping)


def _unreadable(connection: Connection) -> Iterator[Fault]:
    """The lines of which the driver cannot even make a time or a JSON value, looked at one by one."""
    for number in connection.execute(select(audit.c.id).order_by(audit.c.id)).scalars().all():
        try:
            for row in _rows(connection, audit.c.id == number):
                hash_line(NOTHING, row, None)
        except (ValueError, TypeError) as error:
            yield Fault(number, "changed", f"Line {number} cannot be read, so it was changed ({error}).")


def _around(connection: Connection) -> Any:
    return lambda numbers: list(_rows(connection, audit.c.id.in_(numbers)))


def _head(connection: Connection) -> Head | None:
    row = connection.execute(select(audit_head)).one_or_none()
    return Head(row.last, row.hash) if row else None


def _hash_of(connection: Connection, line: int) -> str | None:
    return connection.execute(select(audit.c.hash).where(audit.c.id == line)).scalar()
