"""What hangs on a record: what goes with it, what loses its link, and what moves to the record it was merged into."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from types import MappingProxyType

from sqlalchemy import Connection, Text, bindparam, delete, insert, or_, select, type_coerce, update

from bot.crm.local.tables import TABLES, merged, snapshots
from bot.crm.port import Complete
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Task,
)

Met = Mapping[type[Record], Collection[str]]
"""ids on a page by kind"""
References = Mapping[type[Record], tuple[tuple[type[Record], str], ...]]

OWNED: References = MappingProxyType(
    {
        Contact: ((OpportunityContactRole, "contact_id"),),
        Opportunity: ((OpportunityHistory, "opportunity_id"), (OpportunityContactRole, "opportunity_id")),
    }
)
"""what goes with a record that goes"""

NAMED: References = MappingProxyType(
    {
        Account: (
            (Account, "parent_id"),
            (Contact, "account_id"),
            (Opportunity, "account_id"),
            (Activity, "account_id"),
            (Task, "account_id"),
        ),
        Contact: ((Task, "contact_id"),),
        Opportunity: ((Activity, "opportunity_id"), (Task, "opportunity_id")),
    }
)
"""what stays and loses its link"""

FIELDS: Mapping[type[Record], tuple[tuple[str, type[Record]], ...]] = MappingProxyType(
    {
        kind: tuple(
            (column, parent)
            for refs in (OWNED, NAMED)
            for parent, pairs in refs.items()
            for child, column in pairs
            if child is kind
        )
        for kind in TABLES
    }
)
"""fields of a record that name another one, with what they name; but for owners and `contact_ids`"""

AT_ONCE = 500
"""ids in one statement"""
SEARCHED = 20
"""ids that one look through the activities searches for"""


def own(records: Collection[Record]) -> int:
    """How many of these are a kind's own records, without what belongs to one of them."""
    hanging = {child for kind in {type(row) for row in records} for child, _ in OWNED.get(kind, ())}
    return sum(type(row) not in hanging for row in records)


def gone(connection: Connection, kind: type[Record], ids: Collection[str]) -> int:
    """Remove records with what belongs to them alone; what else names them loses the link. Return how many there were."""
    removed = remove(connection, kind, ids)
    for some in chunks(ids):
        for child, column in OWNED.get(kind, ()):
            connection.execute(delete(TABLES[child]).where(TABLES[child].c[column].in_(some)))
        for child, column in NAMED.get(kind, ()):
            table = TABLES[child]
            connection.execute(update(table).where(table.c[column].in_(some)).values({column: None}))
    if kind is Contact:
        _in_activities(connection, dict.fromkeys(ids))
    return removed


def remove(connection: Connection, kind: type[Record], ids: Collection[str]) -> int:
    """Remove the records alone; return how many there were."""
    table = TABLES[kind]
    return sum(connection.execute(delete(table).where(table.c.id.in_(some))).rowcount for some in chunks(ids))


def keep_only(connection: Connection, complete: Complete, met: Collection[str]) -> int:
    """Remove the parents' records that were not met; return how many.

    Only the records themselves: one that moved to another parent comes again with the next sync and finds
    what hangs on it; one that was deleted is also told of as gone.
    """
    table, missing = TABLES[complete.kind], set[str]()
    for some in chunks(complete.ids):
        missing.update(connection.execute(select(table.c.id).where(table.c[complete.parent].in_(some))).scalars())
    missing.difference_update(met)
    return remove(connection, complete.kind, missing)


def aliases(connection: Connection) -> dict[type[Record], dict[str, str]]:
    """Every merged id, by kind, with the one that stands for it now."""
    found: dict[type[Record], dict[str, str]] = {kind: {} for kind in NAMED}
    kinds = {TABLES[kind].name: kind for kind in NAMED}
    for row in connection.execute(select(merged.c.kind, merged.c.id, merged.c.into)):
        found[kinds[row.kind]][row.id] = row.into
    return found


def kinds_of(connection: Connection, pairs: Mapping[str, str], met: Met) -> dict[type[Record], dict[str, str]]:
    """Merges by what was merged: a page does not say it, and two kinds may use the same ids.

    The survivor is on the page, or the merged record is still held, or the survivor is; else it may be any of them.
    """
    held = {kind: _held(connection, kind, {*pairs, *pairs.values()}) for kind in NAMED} if pairs else {}
    found: dict[type[Record], dict[str, str]] = {}
    for old, into in pairs.items():
        near = [kind for kind in NAMED if into in met.get(kind, ())]
        here = [kind for kind in NAMED if old in held[kind]]
        both = [kind for kind in near if kind in here]
        for kind in both or near or here or [kind for kind in NAMED if into in held[kind]] or NAMED:
            found.setdefault(kind, {})[old] = into
    return found


def _held(connection: Connection, kind: type[Record], ids: Collection[str]) -> set[str]:
    c = TABLES[kind].c
    return {key for some in chunks(ids) for key in connection.execute(select(c.id).where(c.id.in_(some))).scalars()}


def merge(connection: Connection, kind: type[Record], pairs: Mapping[str, str], now: datetime) -> int:
    """Let the survivors take the place of merged records, chains of merges followed; return how many are new."""
    before = aliases(connection)[kind]
    after = followed(before, pairs)
    changed = {old: into for old, into in after.items() if before.get(old) != into}
    alive(connection, kind, [*(before.keys() - after.keys()), *changed])
    if changed:
        rows = [{"kind": TABLES[kind].name, "id": old, "into": into, "at": now} for old, into in changed.items()]
        connection.execute(insert(merged), rows)
    for old, into in changed.items():
        _move(connection, kind, old, into)
    if kind is Contact:
        _in_activities(connection, changed)
    remove(connection, kind, changed.keys())
    return len(changed.keys() & pairs.keys())


def followed(before: Mapping[str, str], pairs: Mapping[str, str]) -> dict[str, str]:
    """Every merged id with its last survivor; who survives the newest merge is alive again."""
    steps = dict(before)
    for old, into in pairs.items():
        if _last(steps, into) == old:
            steps.pop(into, None)
        if old != into:
            steps[old] = into
    return {old: _last(steps, into) for old, into in steps.items()}


def alive(connection: Connection, kind: type[Record], ids: Collection[str]) -> None:
    """Forget that these were merged away: the source has them again."""
    for some in chunks(ids):
        connection.execute(delete(merged).where(merged.c.kind == TABLES[kind].name, merged.c.id.in_(some)))


def _last(steps: Mapping[str, str], record_id: str) -> str:
    passed = {record_id}
    while record_id in steps and steps[record_id] not in passed:
        record_id = steps[record_id]
        passed.add(record_id)
    return record_id


def _move(connection: Connection, kind: type[Record], old: str, into: str) -> None:
    columns = [(TABLES[child], column) for refs in (OWNED, NAMED) for child, column in refs.get(kind, ())]
    if kind is Account:
        columns.append((snapshots, "account_id"))
    for table, column in columns:
        connection.execute(update(table).where(table.c[column] == old).values({column: into}))


def _in_activities(connection: Connection, new: Mapping[str, str | None]) -> None:
    """Put other contacts, or none, into the activities' lists of contacts."""
    table = TABLES[Activity]
    found = {}
    for some in chunks(new, SEARCHED):
        # The list is JSON text: it is searched for the quoted id.
        text = type_coerce(table.c.contact_ids, Text())
        within = [text.contains(json.dumps(key, ensure_ascii=False), autoescape=True) for key in some]
        query = select(table.c.id, table.c.contact_ids).where(or_(*within))
        found.update({row.id: row.contact_ids for row in connection.execute(query)})
    rows = [{"key": key, "contact_ids": replaced(ids, new)} for key, ids in found.items()]
    if rows:
        connection.execute(update(table).where(table.c.id == bindparam("key")), rows)


def replaced(ids: Iterable[str], new: Mapping[str, str | None]) -> tuple[str, ...]:
    """Contact ids with some of them exchanged or left out, each once."""
    exchanged = (new.get(key, key) for key in ids)
    return tuple(dict.fromkeys(key for key in exchanged if key is not None))


def chunks(ids: Iterable[str], size: int = AT_ONCE) -> Iterator[list[str]]:
    """Give so many ids as one statement takes."""
    rest = iter(ids)
    while some := list(islice(rest, size)):
        yield some
