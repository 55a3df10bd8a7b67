"""What somebody with the database in their hands may do to a trail, each with what a verification must call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import Connection, delete, insert, select, text, update

from bot.store.tables import audit, audit_head

Mutate = Callable[[Connection, Random], None]
TRIGGERS = ("audit_keep", "audit_head_keep", "audit_fixed", "audit_detail")
FAR = 1_000_000
"""beyond all numbers of lines, as two lines cannot have one number even for a moment"""


@dataclass(frozen=True)
class Mutation:
    """One way to falsify a trail."""

    do: Mutate
    kinds: frozenset[str]
    """what a verification may call it"""


def unguard(connection: Connection) -> None:
    """Take the triggers away, as somebody who owns the database can."""
    for name in TRIGGERS:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))


def _numbers(connection: Connection) -> list[int]:
    return [int(row[0]) for row in connection.execute(select(audit.c.id).order_by(audit.c.id))]


def _set(column: str, value: object) -> Mutate:
    def change(connection: Connection, draw: Random) -> None:
        number = draw.choice(_numbers(connection))
        connection.execute(update(audit).where(audit.c.id == number).values({column: value}))

    return change


def _later(connection: Connection, draw: Random) -> None:
    number = draw.choice(_numbers(connection))
    at = connection.execute(select(audit.c.at).where(audit.c.id == number)).scalar_one()
    connection.execute(update(audit).where(audit.c.id == number).values(at=at + timedelta(seconds=1)))


def _blanked(connection: Connection, draw: Random) -> None:
    """As a redaction would leave it, but that no line says so."""
    number = draw.choice(_numbers(connection))
    connection.execute(
        update(audit).where(audit.c.id == number).values(detail={}, salt=f"{draw.randrange(16**32):032x}")
    )


def _removed(connection: Connection, draw: Random) -> None:
    connection.execute(delete(audit).where(audit.c.id == draw.choice(_numbers(connection)[:-1])))


def _removed_and_numbered(connection: Connection, draw: Random) -> None:
    numbers = _numbers(connection)
    gone = draw.choice(numbers[1:-2])
    connection.execute(delete(audit).where(audit.c.id == gone))
    for number in numbers:
        if number > gone:
            connection.execute(update(audit).where(audit.c.id == number).values(id=number - 1))
    connection.execute(update(audit_head).values(last=numbers[-1] - 1))


def _cut(connection: Connection, draw: Random) -> None:
    numbers = _numbers(connection)
    connection.execute(delete(audit).where(audit.c.id > draw.choice(numbers[:-1])))


def _swapped(connection: Connection, draw: Random) -> None:
    one, two = draw.sample(_numbers(connection), 2)
    for number, to in ((one, FAR), (two, one), (FAR, two)):
        connection.execute(update(audit).where(audit.c.id == number).values(id=to))


def _inserted(connection: Connection, draw: Random) -> None:
    numbers = _numbers(connection)
    at = draw.choice(numbers[1:-1])
    row = dict(connection.execute(select(audit).where(audit.c.id == at)).mappings().one())
    for number in reversed(numbers):
        if number >= at:
            connection.execute(update(audit).where(audit.c.id == number).values(id=number + 1))
    connection.execute(insert(audit).values({**row, "actor": "somebody-else"}))
    connection.execute(update(audit_head).values(last=numbers[-1] + 1))


def _appended(connection: Connection, draw: Random) -> None:
    last = _numbers(connection)[-1]
    row = dict(connection.execute(select(audit).where(audit.c.id == last)).mappings().one())
    connection.execute(insert(audit).values({**row, "id": last + 1}))


def _head_lost(connection: Connection, draw: Random) -> None:
    connection.execute(delete(audit_head))


def _is(*kinds: str) -> frozenset[str]:
    return frozenset(kinds)


MUTATIONS: Mapping[str, Mutation] = {
    "another actor": Mutation(_set("actor", "u-nobody"), _is("changed")),
    "another verb": Mutation(_set("verb", "blessed"), _is("changed")),
    "another proposal": Mutation(_set("proposal", "ZZZZ"), _is("changed")),
    "another revision": Mutation(_set("revision", 77), _is("changed")),
    "another change": Mutation(_set("change", "no-such-change"), _is("changed")),
    "another time": Mutation(_later, _is("changed")),
    "another detail": Mutation(_set("detail", {"was": "something else"}), _is("detail")),
    "another salt": Mutation(_set("salt", "0" * 32), _is("detail")),
    "another hash of the detail": Mutation(_set("detail_hash", "0" * 64), _is("changed")),
    "another hash": Mutation(_set("hash", "f" * 64), _is("changed", "head")),
    "a detail blanked": Mutation(_blanked, _is("detail")),
    "a line removed": Mutation(_removed, _is("missing")),
    "a line removed, the rest numbered anew": Mutation(_removed_and_numbered, _is("missing", "moved")),
    "the end cut off": Mutation(_cut, _is("missing")),
    "two lines swapped": Mutation(_swapped, _is("moved")),
    "a line put in": Mutation(_inserted, _is("added")),
    "a line put behind": Mutation(_appended, _is("added")),
    "the head removed": Mutation(_head_lost, _is("head")),
    "another head": Mutation(lambda connection, draw: _set_head(connection), _is("head")),
}


def _set_head(connection: Connection) -> None:
    connection.execute(update(audit_head).values(hash="a" * 64))
