"""What stands beside rows in objects of its own: further people, a note's links and text, list prices, the currency."""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from bot.crm.records import Record
from bot.crm.salesforce import soql
from bot.crm.salesforce.client import Client, Row
from bot.crm.salesforce.failures import Refused
from bot.crm.salesforce.fields import Shape
from bot.crm.salesforce.reading import Reading

LOG = logging.getLogger(__name__)
PREVIEWED = 240
"""bytes of a note that its preview shows whole"""
LARGEST_NOTE = 1_000_000


class Beside:
    """Looks up what a page of rows needs from other objects; what may not be read is left out, and said once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.left_out: dict[str, str] = {}
        """object → why it is not read"""
        self._said: set[str] = set()

    def optional(self, name: str, statements: Iterable[str]) -> list[Row]:
        """All rows of these statements; none of an object that this login may not read or the org does not have."""
        if name in self.left_out:
            return []
        try:
            return [row for statement in statements for row in self._client.rows(statement)]
        except Refused as error:
            if not error.hides:
                raise
            self.leave_out(name, error)
            return []

    def leave_out(self, name: str, error: Refused) -> None:
        """Remember that an object is not read, and why."""
        self.left_out[name] = str(error)
        if name not in self._said:
            self._said.add(name)
            LOG.warning("Salesforce's %s is left out. %s", name, error)

    def again(self) -> None:
        """Try what was left out once more: rights may have been given."""
        self.left_out.clear()

    def records(
        self, kind: str, shape: Shape, rows: Sequence[Row], reading: Reading
    ) -> list[tuple[Row, Record | None]]:
        """The rows of a page beside what they are to us."""
        more = _MORE.get(kind, _nothing)(self, rows, reading)
        return [(row, reading.record(kind, shape, row, **more.get(row["Id"], {}))) for row in rows]

    def people(self, name: str, key: str, rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
        """Further people of tasks or events, where the org keeps them."""
        if not self._client.schema.of(name).known:
            return {}
        ids = [row["Id"] for row in rows if row.get("WhoId")]
        lines = soql.lines_of_tasks(ids) if name == "TaskRelation" else soql.lines_of_events(ids)
        found: dict[str, list[str]] = defaultdict(list)
        for line in self.optional(name, lines):
            found[line[key]].append(line["RelationId"])
        return {row_id: {"others": sorted(others)} for row_id, others in found.items()}

    def prices(self, rows: Sequence[Row], reading: Reading) -> dict[str, dict[str, Any]]:
        """List prices."""
        lines = self.optional("PricebookEntry", soql.list_prices([row["Id"] for row in rows]))
        return {line["Product2Id"]: {"price": line["UnitPrice"]} for line in lines}

    def notes(self, rows: Sequence[Row], reading: Reading) -> dict[str, dict[str, Any]]:
        """What notes hang on, with the accounts of their deals and people, and their whole text."""
        links: dict[str, list[str]] = defaultdict(list)
        for line in self.optional("ContentDocumentLink", soql.links_of_notes([row["Id"] for row in rows])):
            links[line["ContentDocumentId"]].append(line["LinkedEntityId"])
        homes = self._homes({target for targets in links.values() for target in targets}, reading)
        return {
            row["Id"]: {"linked": _at_home(links[row["Id"]], homes), "body": self._body(row)}
            for row in rows
            if links[row["Id"]]
        }

    def currency(self, fallback: str) -> str:
        """The company's currency, where it says one."""
        described = self._client.schema.of("Organization")
        names = [name for name in ("DefaultCurrencyIsoCode", "CurrencyIsoCode") if described.get(name)]
        rows = self.optional("Organization", [soql.company(names)]) if names else []
        found = next((row[name] for row in rows for name in names if row.get(name)), None)
        if found is None and self._client.schema.of("Opportunity").get("CurrencyIsoCode"):
            found = next((row["IsoCode"] for row in self.optional("CurrencyType", [soql.corporate_currency()])), None)
        return str(found or fallback)

    def _homes(self, targets: Collection[str], reading: Reading) -> Mapping[str, str]:
        homes: dict[str, str] = {}
        for name in ("Opportunity", "Contact"):
            ids = sorted(target for target in targets if reading.of(name, target))
            for row in self.optional(f"{name} of notes", soql.among(name, ("Id", "AccountId"), "Id", ids)):
                if row.get("AccountId"):
                    homes[row["Id"]] = row["AccountId"]
        return homes

    def _body(self, row: Row) -> str | None:
        """The whole text, where the preview cannot hold it."""
        size = row.get("ContentSize")
        if size is None or not PREVIEWED < int(size) <= LARGEST_NOTE:
            return None
        try:
            return self._client.raw(self._client.path("ContentNote", row["Id"], "Content")).decode(errors="replace")
        except Refused as error:
            LOG.warning("The text of the note %s is cut to its preview. %s", row["Id"], error)
            return None


def _at_home(linked: Sequence[str], homes: Mapping[str, str]) -> list[str]:
    """What a note hangs on, with the accounts behind it; an account of its own comes first."""
    return [*sorted(linked), *(homes[target] for target in sorted(linked) if target in homes)]


def _nothing(beside: Beside, rows: Sequence[Row], reading: Reading) -> dict[str, dict[str, Any]]:
    return {}


_MORE: Mapping[str, Callable[[Beside, Sequence[Row], Reading], dict[str, dict[str, Any]]]] = {
    "products": Beside.prices,
    "tasks": lambda beside, rows, _: beside.people("TaskRelation", "TaskId", rows),
    "events": lambda beside, rows, _: beside.people("EventRelation", "EventId", rows),
    "notes": Beside.notes,
}
