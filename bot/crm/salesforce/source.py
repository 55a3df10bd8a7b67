"""Salesforce as the mirror reads it: kind by kind in the order of their stamps, page by page."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from urllib.parse import quote

from bot.crm.port import Page
from bot.crm.records import Activity, Record, Task
from bot.crm.salesforce import cursor as cursors
from bot.crm.salesforce import near, soql
from bot.crm.salesforce.address import Address
from bot.crm.salesforce.beside import Beside
from bot.crm.salesforce.client import Client, Row
from bot.crm.salesforce.cursor import Cursor
from bot.crm.salesforce.failures import Refused
from bot.crm.salesforce.fields import FieldMap, Shape
from bot.crm.salesforce.reading import Reading
from bot.crm.salesforce.tables import KINDS
from bot.crm.writes import Receipt

NEEDED = frozenset({"users", "accounts", "opportunities"})
"""kinds without which there is nothing to mirror; others are left out where this login may not read them"""
_LOST = frozenset({"INVALID_QUERY_LOCATOR", "INVALID_QUERY_CURSOR", "QUERY_CURSOR_EXPIRED"})
_OBJECTS = {"account": "Account", "contact": "Contact", "opportunity": "Opportunity", "task": "Task", "user": "User"}


class Source:
    """A `CrmSource` over one login that reads."""

    name = "salesforce"

    def __init__(self, client: Callable[[], Client], names: FieldMap, currency: str, address: Address) -> None:
        self._client_of = client
        self._names = names
        self._fallback = currency
        self._address = address

    @cached_property
    def client(self) -> Client:
        """Who reads."""
        return self._client_of()

    @cached_property
    def beside(self) -> Beside:
        """What is looked up beside the rows, and what is left out."""
        return Beside(self.client)

    @cached_property
    def reading(self) -> Reading:
        """What the org's rows need to be read."""
        described = [self.client.schema.of(name) for name in ("Account", "Opportunity", "Contact")]
        prefixes = {each.name: each.prefix for each in described if each.prefix}
        return Reading(self._names, self.beside.currency(self._fallback), prefixes)

    @property
    def left_out(self) -> Sequence[str]:
        """The objects that are not read, each with why."""
        silent = [] if self.client.tells_deleted else ["deletions (only `seller sync --full` finds them here)"]
        return [*(f"{name} ({why.rstrip('.')})" for name, why in self.beside.left_out.items()), *silent]

    def kinds(self) -> Sequence[str]:
        """Parents first."""
        return KINDS

    def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """What changed after the cursor, oldest change first; everything without one. An unreadable object has no pages."""
        if kind == KINDS[0]:
            self.beside.again()
            self._address.learn(self.client.base())
        at, shape, lost = cursors.read(cursor), self.shape(kind), None
        while True:
            try:
                for page in self._pass(kind, shape, at, full):
                    at = cursors.read(page.cursor)
                    yield page
                return
            except Refused as error:
                if error.codes & _LOST and lost != at:
                    lost = at
                    continue
                if self.client.schema.miss(shape.table.name, str(error)):
                    shape = self.shape(kind)
                    continue
                if kind in NEEDED or not error.hides:
                    raise
                self.beside.leave_out(shape.table.name, error)
                return

    def account(self, account_id: str, seconds: float) -> Page:
        """One account with everything that hangs on it, read now."""
        return near.account(self, account_id, seconds)

    def record(self, receipt: Receipt) -> Page:
        """The record that a write touched and what changed beside it, read now."""
        return near.written(self, receipt)

    def link(self, record: str, record_id: str) -> str:
        """The record's page in Lightning; needs no login, so that it is there while Salesforce is not."""
        base = self._address.get() or self.client.base()
        name = _OBJECTS.get(record) or {"00U": "Event", "069": "ContentNote"}.get(record_id[:3], "Task")
        return f"{base}/lightning/r/{name}/{quote(record_id, safe='')}/view"

    def shape(self, kind: str) -> Shape:
        """The kind's table as the reader sees it."""
        return self._names.shape(kind, self.client.schema)

    def read(self, kind: str, rows: Sequence[Row], shape: Shape | None = None) -> list[tuple[Row, Record | None]]:
        """Rows beside what they are to us."""
        return self.beside.records(kind, shape or self.shape(kind), rows, self.reading)

    def _pass(self, kind: str, shape: Shape, at: Cursor, full: bool) -> Iterator[Page]:
        whole = kind == "stages"
        start = None if whole else at.start()
        answer = self.client.query(
            soql.changed(shape.table.name, shape.selected, shape.stamp, start), deleted=start is not None
        )
        total = int(answer.get("totalSize") or 0)
        while True:
            rows = [row for row in answer["records"] if whole or not at.knows(row["Id"], _stamp(shape, row))]
            at = Cursor() if whole else at.after((row["Id"], _stamp(shape, row)) for row in rows)
            yield self._page(kind, shape, rows, at, total, full)
            if answer.get("done", True) or not answer.get("nextRecordsUrl"):
                return
            answer = self.client.more(answer["nextRecordsUrl"])

    def _page(self, kind: str, shape: Shape, rows: Sequence[Row], at: Cursor, total: int, full: bool) -> Page:
        alive = [row for row in rows if not row.get("IsDeleted")]
        deleted = [row for row in rows if row.get("IsDeleted")]
        read, bad = self._sound(kind, alive, shape)
        records = [record for _, record in read if record is not None]
        gone = [(kind_, row["Id"]) for row in deleted for kind_ in _kinds_of(kind, shape)]
        # What is nothing to us any more (a role of another meaning, an inactive product) or is another kind now.
        gone += [
            (kind_, row["Id"])
            for row, record in read
            for kind_ in _kinds_of(kind, shape)
            if type(record) is not kind_ and not full
        ]
        merged = {row["Id"]: row["MasterRecordId"] for row in deleted if row.get("MasterRecordId")}
        return Page(records, at.text(), gone, merged, total=total, bad=bad)

    def _sound(
        self, kind: str, rows: Sequence[Row], shape: Shape
    ) -> tuple[list[tuple[Row, Record | None]], list[tuple[str, str]]]:
        """The rows read together, or one by one where one of them cannot be read."""
        try:
            return self.read(kind, rows, shape), []
        except ValueError:
            pass
        read: list[tuple[Row, Record | None]] = []
        bad: list[tuple[str, str]] = []
        for row in rows:
            try:
                read += self.read(kind, [row], shape)
            except ValueError as error:
                bad.append((str(row["Id"]), " ".join(str(error).split())[:200]))
        return read, bad


def _stamp(shape: Shape, row: Row) -> str:
    """When the row was last changed, in Salesforce's words; nothing where it does not say."""
    return next((str(row[name]) for name in (shape.stamp, *shape.table.stamps) if row.get(name)), "")


def _kinds_of(kind: str, shape: Shape) -> tuple[type[Record], ...]:
    """What a row of this kind may be to us."""
    return (Task, Activity) if kind == "tasks" else (shape.table.record,)
