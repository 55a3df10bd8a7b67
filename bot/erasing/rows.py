"""Walk over every text of every table, so that a table that is added later is not forgotten."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Connection, RowMapping, String, Table, delete, or_, select, update

from bot.crm.local import metadata as crm
from bot.crm.local.tables import Names
from bot.erasing.report import Report
from bot.erasing.words import Words, mentions
from bot.store.database import Engine, reading, writing
from bot.store.tables import metadata as store
from knowledge.registry import metadata as knowledge

UNTOUCHED = frozenset({"crm_users", "crm_quotas", "crm_suppressed", "crm_cursors", "kb_state", "kb_dismissed"})
"""tables without texts about contacts: our own people, hashes, cursors of a source, keys"""
STRUCTURE = frozenset(
    "partition door state sha256 recipe reviewed_sha256 kind status audience skill prompt prompt_version model outcome warned verb role currency id "
    "actor proposal change salt detail_hash seal hash".split()
)
"""columns that code gives their values"""
JSON_TEXT = frozenset({"crm_applied.receipt", "crm_applied.undo"})
"""columns of plain text that hold JSON"""
PLACES = frozenset({"kb_documents.uri", "kb_sources.root"})
"""where a page comes from, by which it is known: `bot.erasing.pages` looks at these"""
OWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("crm_opportunity_contact_roles", ("contact_id",)),
    ("crm_merged", ("id", "into")),
    ("crm_access", ("record_id",)),
    ("crm_seen", ("id",)),
    ("letters", ("contact_id",)),
    ("crm_contacts", ("id",)),
)
"""rows that are the person's own, by the columns that name them; the contact itself is the last to go"""
NEAR = frozenset(
    "crm_activities crm_tasks crm_opportunities crm_snapshots crm_applied changes audit threads thread_turns answers feedback deliveries kb_documents kb_chunks "
    "kb_gaps kb_uses kb_inquiries letters samples looks model_calls".split()
)
"""tables of texts in which people write of somebody by one name"""
TALKED = frozenset({"threads", "thread_turns", "answers", "feedback", "model_calls"})
"""of these, what was said to us, which may be about several accounts and then names none"""
BATCH = 1000

Advance = Callable[[int, int, str], None]
Changed = dict[str, Any]
Redact = Callable[[Connection, Mapping[int, Any]], None]
"""puts what is left into lines of the audit trail, and adds the line that says so"""


def tables() -> list[Table]:
    """Every table whose texts are looked at."""
    return [table for one in (store, crm, knowledge) for table in one.sorted_tables if table.name not in UNTOUCHED]


class Rows:
    """The tables of one home as they stand, with which row is about which account."""

    def __init__(self, engine: Engine, words: Words, redact: Redact | None = None) -> None:
        """Take the home and the person; without `redact` nothing may be written."""
        self._engine, self._words, self._redact = engine, words, redact
        self._person = words.person
        self._accounts: dict[str, dict[str, str | None]] = {}
        self.pages: set[str] = set()
        """ids of pages in which something was found"""
        self.changes: set[str] = set()
        """ids of changes in which something was found"""

    def run(self, report: Report, advance: Advance, *, write: bool) -> None:
        """Redact all texts and remove the person's own rows, or only count both."""
        self._accounts = self._read_accounts()
        every = tables()
        for done, table in enumerate(every):
            advance(done, len(every), table.name)
            report.count(table.name, redacted=self._table(table, write))
        if write:
            self._settle_changes()
        for name, columns in OWN:
            report.count(name, removed=self._remove(name, columns, write))
        advance(len(every), len(every), "")

    def _table(self, table: Table, write: bool) -> int:
        found = 0
        for rows in self._batches(table):
            changed = [(row, new) for row in rows if (new := self._redacted(table, row))]
            found += len(changed)
            if write and changed:
                with writing(self._engine) as connection:
                    self._write(connection, table, changed)
        return found

    def _write(self, connection: Connection, table: Table, changed: Sequence[tuple[RowMapping, Changed]]) -> None:
        if table.name == "audit" and self._redact:
            self._redact(connection, {row["id"]: new["detail"] for row, new in changed})
            return
        for row, new in changed:
            connection.execute(update(table).where(*_same(table, row)).values(**new))
            if table.name == "kb_chunks":
                _stage(connection, table, row["document_id"])

    def _batches(self, table: Table) -> Iterator[list[RowMapping]]:
        keys = list(table.primary_key.columns)
        after: tuple[Any, ...] | None = None
        while True:
            query = select(*_read(table)).order_by(*keys).limit(BATCH)
            if after is not None:
                query = query.where(_beyond(keys, after))
            with reading(self._engine) as connection:
                rows = list(connection.execute(query).mappings())
            if not rows:
                return
            after = tuple(rows[-1][key.name] for key in keys)
            yield rows

    def _redacted(self, table: Table, row: RowMapping) -> Changed:
        if self._is_own(table, row):
            return {}
        named, near = self.counts(table, row), self._near(table, row)
        new = {column.name: self._value(table, column, row[column.name], named, near) for column in _texts(table)}
        found = {name: value for name, value in new.items() if value != row[name]}
        if found:
            self._note(table, row)
        if table.name == "threads" and "pending" in found:
            found["pending"] = None  # a question whose answers are names has no answer any more
        return found

    def _value(self, table: Table, column: Column[Any], value: Any, named: bool, near: bool) -> Any:
        if value is None:
            return None
        if f"{table.name}.{column.name}" in JSON_TEXT:
            return _as_json(value, lambda held: self._words.value(held, named=named, near=near))
        if isinstance(value, str) and (column.name.endswith("_id") or column.foreign_keys):
            return None if value == self._person.id and column.nullable else value
        if isinstance(value, str):
            return self._words.text(value, named=named, near=near)
        return self._words.value(value, named=named, near=near)

    def _note(self, table: Table, row: RowMapping) -> None:
        if table.name in ("kb_documents", "kb_chunks"):
            self.pages.add(row["id"] if table.name == "kb_documents" else row["document_id"])
        if table.name == "changes":
            self.changes.add(row["id"])

    def counts(self, table: Table, row: RowMapping) -> bool:
        """Whether the person's name counts in this row."""
        reach = self._person.reach
        if reach in ("anywhere", "nowhere"):
            return reach == "anywhere"
        mine, theirs = self._tied(row)
        return not theirs and (mine or (reach == "account" and self._account(table, row) == self._person.account_id))

    def _tied(self, row: RowMapping) -> tuple[bool, bool]:
        """Whether a row names the person by id, and whether it names a namesake."""
        values = [_parsed(value) for value in dict(row).values()]
        mine = any(mentions(value, self._person.id) for value in values)
        return mine, any(mentions(value, one) for value in values for one in self._person.namesakes)

    def _near(self, table: Table, row: RowMapping) -> bool:
        """Whether a word of the name alone means the person: in what is about their account, or names them by id."""
        if not self._person.alone or table.name not in NEAR:
            return False
        mine, theirs = self._tied(row)
        account = self._account(table, row)
        meant = account == self._person.account_id or (account is None and table.name in TALKED and self._person.only)
        return not theirs and (mine or meant)

    def _account(self, table: Table, row: RowMapping) -> str | None:
        if table.name == "crm_accounts":
            return str(row["id"])
        for column in ("account_id", "account"):
            if row.get(column):
                return str(row[column])
        if table.name == "audit" and (row["detail"] or {}).get("account"):
            return str(row["detail"]["account"])
        for column, by in (
            ("proposal_id", "proposals"), ("proposal", "proposals"), ("change_id", "changes"), ("thread", "threads"),
            ("document_id", "documents"), ("opportunity_id", "deals"),
        ):  # fmt: skip
            if row.get(column) in self._accounts.get(by, {}):
                return self._accounts[by][row[column]]
        return None

    def _read_accounts(self) -> dict[str, dict[str, str | None]]:
        if self._person.reach != "account" and not self._person.alone:
            return {}
        pages, deals = knowledge.tables["kb_documents"], crm.tables["crm_opportunities"]
        proposals, threads, changes = (store.tables[name] for name in ("proposals", "threads", "changes"))
        with reading(self._engine) as connection:
            found = {
                "proposals": _pairs(connection, proposals.c.id, proposals.c.account_id),
                "threads": _pairs(connection, threads.c.id, threads.c.account_id),
                "documents": _pairs(connection, pages.c.id, pages.c.account),
                "deals": _pairs(connection, deals.c.id, deals.c.account_id),
            }
            of = _pairs(connection, changes.c.id, changes.c.proposal_id)
        return found | {"changes": {key: found["proposals"].get(str(proposal)) for key, proposal in of.items()}}

    def _is_own(self, table: Table, row: RowMapping) -> bool:
        columns = dict(OWN).get(table.name, ())
        return any(row[column] == self._person.id for column in columns)

    def _remove(self, name: str, columns: tuple[str, ...], write: bool) -> int:
        table = crm.tables[name] if name in crm.tables else store.tables[name]
        where = or_(*[table.c[column] == self._person.id for column in columns])
        if not write:
            with reading(self._engine) as connection:
                return len(connection.execute(select(table).where(where)).all())
        with writing(self._engine) as connection:
            return connection.execute(delete(table).where(where)).rowcount

    def _settle_changes(self) -> None:
        """Stop what would make the person anew, or write to a contact that is gone."""
        table = store.tables["changes"]
        ends = {"pending": "rejected"} | dict.fromkeys(("approved", "waiting", "applying"), "failed")
        with writing(self._engine) as connection:
            where = (table.c.id.in_(sorted(self.changes)), table.c.status.in_(ends))
            for row in connection.execute(select(table.c.id, table.c.status, table.c.write).where(*where)).all():
                if row.write["kind"] in ("create_contact", "set_contact_role"):
                    values = {"status": ends[row.status], "error": "The person was erased; nothing is to be done."}
                    connection.execute(update(table).where(table.c.id == row.id).values(**values))


def _texts(table: Table) -> list[Column[Any]]:
    """The columns that may hold a text or a JSON value with one."""
    return [column for column in table.columns if _is_text(table, column)]


def _read(table: Table) -> list[Column[Any]]:
    """The key, the texts, and what says whose they are; numbers and times take longer to read than all of these."""
    return [column for column in table.columns if column.primary_key or isinstance(column.type, String | JSON | Names)]


def _is_text(table: Table, column: Column[Any]) -> bool:
    if column.name in STRUCTURE and (table.name, column.name) not in (("threads", "id"), ("looks", "state")):
        return False
    return isinstance(column.type, String | JSON | Names) and f"{table.name}.{column.name}" not in PLACES


def _same(table: Table, row: RowMapping) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def _stage(connection: Connection, table: Table, page: str) -> None:
    """A reworded passage gets a new vector: in the same breath its page is marked as waiting for them."""
    where = (table.c.document_id == page, table.c.state == "live")
    connection.execute(update(table).where(*where).values(state="staged"))


def _beyond(keys: list[Column[Any]], after: tuple[Any, ...]) -> Any:
    """Rows after the last one of the batch before, by the whole key."""
    first, *rest = keys
    if not rest:
        return first > after[0]
    return or_(first > after[0], (first == after[0]) & _beyond(rest, after[1:]))


def _as_json(text: str, clean: Callable[[Any], Any]) -> str:
    held = _parsed(text)
    return text if isinstance(held, str) or clean(held) == held else json.dumps(clean(held), ensure_ascii=False)


def _parsed(value: Any) -> Any:
    """The JSON value of a text that is one; anything else as it is."""
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _pairs(connection: Connection, key: Column[Any], value: Column[Any]) -> dict[str, str | None]:
    return {str(row[0]): row[1] for row in connection.execute(select(key, value))}
