"""One pass over one type: lists for everything, searches for what changed, archived lists for what is gone."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.crm.hubspot import fields, passes, values, wire
from bot.crm.hubspot.builder import Builder, whole
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.passes import Pass
from bot.crm.hubspot.reading import Row
from bot.crm.hubspot.wire import Wire
from bot.crm.port import Page
from bot.crm.records import Account, Activity, Contact, Opportunity, Product, Record, Task

KINDS: Mapping[str, type[Record]] = {
    "companies": Account,
    "contacts": Contact,
    "deals": Opportunity,
    "products": Product,
    "calls": Activity,
    "emails": Activity,
    "meetings": Activity,
    "notes": Activity,
    "tasks": Task,
}
DEMANDED = frozenset({"companies", "contacts", "deals"})
OPTIONAL = frozenset(KINDS) - DEMANDED
"""types without which the mirror is still of use"""


@dataclass(frozen=True)
class Walk:
    """Reads one type page by page; each page's cursor is where the next one starts."""

    connection: Wire
    builder: Builder
    kind: str
    clock: Callable[[], datetime]

    def pages(self, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """Every page from the cursor to the end of the pass."""
        state = passes.begin(cursor, self.clock(), full=full)
        total = self._total(state)
        while state.step != "done":
            page, state = self._step(state)
            yield replace(page, total=total)

    def _step(self, state: Pass) -> tuple[Page, Pass]:
        match state.step:
            case "list":
                return self._listed(state)
            case "search" | "same":
                return self._found(state)
            case _:
                return self._archived(state)

    def _listed(self, state: Pass) -> tuple[Page, Pass]:
        try:
            told = self._list(state.after)
        except Refused as error:
            if state.after is None or error.status != 400:
                raise
            # The token of a pass that was cut off long ago is no longer known: begin again.
            told, state = self._list(None), replace(state, after=None)
        rows = whole(told.get("results") or [])
        stamped = any(row["properties"].get(self._stamp) for row in rows)
        after = _after(told)
        first = state.after is None
        state = replace(state, after=after, stamped=stamped or (not first and state.stamped) or not rows)
        rows = [row for row in rows if not _older(row, state.since)]
        then = state if after else self._then_archived(state) if state.since else passes.ended(state)
        return self._page(rows, then), then

    def _list(self, after: str | None) -> Mapping[str, Any]:
        deals = self.kind == "deals"
        query: dict[str, Any] = {"limit": passes.DEAL_PAGE if deals else passes.PAGE}
        query["properties"] = [",".join(self.builder.properties(self.kind))]
        if after:
            query["after"] = after
        if deals:
            query["properties_with_history"] = [",".join(fields.HISTORY)]
        told: Mapping[str, Any] = self.connection.read(
            wire.OBJECTS, "get_page", self.kind, what=f"reading {self.kind}", **query
        )
        return told or {}

    def _found(self, state: Pass) -> tuple[Page, Pass]:
        told = self._search(passes.filters(state, self._stamp), state)
        rows = whole(told.get("results") or [])
        after = _after(told)
        if state.step == "same":
            then = passes.next_same(state, rows, more=after is not None)
        else:
            then = passes.next_search(state, rows, self._stamp, after) or self._then_archived(state)
        return self._page(self._with_history(rows), then), then

    def _search(self, conditions: list[dict[str, str]], state: Pass) -> Mapping[str, Any]:
        from hubspot.crm import objects

        order = "hs_object_id" if state.step == "same" else self._stamp
        body = objects.PublicObjectSearchRequest(
            filter_groups=[objects.FilterGroup(filters=[objects.Filter(**row) for row in conditions])],
            sorts=[{"propertyName": order, "direction": "ASCENDING"}],
            properties=self.builder.properties(self.kind),
            limit=passes.SEARCH_PAGE,
            after=None if state.step == "same" else state.after,
        )
        told: Mapping[str, Any] = self.connection.read(
            wire.SEARCH, "do_search", self.kind, body, what=f"searching {self.kind}"
        )
        return told or {}

    def _with_history(self, rows: list[Row]) -> list[Row]:
        """A search tells no past values: deals are read once more by id, others stay as they are."""
        if self.kind != "deals":
            return rows
        return self.builder.rows(self.connection, self.kind, [str(row["id"]) for row in rows])

    def _archived(self, state: Pass) -> tuple[Page, Pass]:
        query: dict[str, Any] = {
            "limit": passes.PAGE,
            "archived": True,
            **({"after": state.after} if state.after else {}),
        }
        try:
            told = self.connection.read(
                wire.OBJECTS, "get_page", self.kind, what=f"reading deleted {self.kind}", **query
            )
        except Refused as error:
            self._deleted_unknown(error)
            told = {}
        rows = [row for row in told.get("results") or [] if not _older(row, state.since, "archivedAt")]
        after = _after(told)
        then = replace(state, after=after) if after else passes.ended(state)
        gone = [(KINDS[self.kind], self._key(str(row["id"]))) for row in rows]
        return Page(records=[], cursor=then.text(), gone=gone), then

    def _deleted_unknown(self, error: Refused) -> None:
        """Remember that nobody tells us of what is deleted: some types HubSpot does not list then."""
        part, notes = f"deleted {self.kind}", self.builder.catalog.notes
        if error.absent or error.status == 400:
            notes.say(part, f"HubSpot does not list {part}: they leave the mirror with `seller sync --full`.")
        else:
            notes.refused(part, error)

    def _page(self, rows: list[Row], then: Pass) -> Page:
        built = self.builder.build(self.connection, self.kind, rows)
        return Page(records=built.records, cursor=then.text(), merged=built.merged, complete=built.complete)

    def _then_archived(self, state: Pass) -> Pass:
        return replace(state, step="archived", after=None, read=0)

    def _key(self, record_id: str) -> str:
        return fields.activity_id(self.kind, record_id) if self.kind in fields.ACTIVITIES else record_id

    @property
    def _stamp(self) -> str:
        return fields.STAMPS.get(self.kind, "hs_lastmodifieddate")

    def _total(self, state: Pass) -> int | None:
        """How many a whole pass will bring, where the search counts them."""
        if state.step == "done" or state.since:
            return None
        from hubspot.crm import objects

        body = objects.PublicObjectSearchRequest(
            filter_groups=[], sorts=[], properties=["hs_object_id"], limit=1, after=None
        )
        try:
            told = self.connection.read(wire.SEARCH, "do_search", self.kind, body, what=f"counting {self.kind}")
        except Refused:
            # Only the progress bar misses it.
            return None
        return values.whole((told or {}).get("total"))


def _after(told: Mapping[str, Any]) -> str | None:
    after = ((told.get("paging") or {}).get("next") or {}).get("after")
    return None if after is None else str(after)


def _older(row: Mapping[str, Any], since: int, name: str = "updatedAt") -> bool:
    """Whether a row says that it was last touched before this time."""
    at = values.moment(row.get(name))
    return bool(since) and at is not None and values.millis(at) < since
