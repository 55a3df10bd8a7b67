"""Rows of HubSpot with their links → whole records; what the mirror, a refresh and a read-back share."""

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from bot.crm.hubspot import failures, fields, history, reading, wire
from bot.crm.hubspot.catalog import Catalog
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.links import Found, Link, Links
from bot.crm.hubspot.reading import Linked, Row, Setting
from bot.crm.hubspot.wire import Wire
from bot.crm.port import Complete
from bot.crm.records import OpportunityContactRole, Record

BATCH = 100
WITH_HISTORY = 50
"""records at once where past values are asked for too"""


@dataclass
class Built:
    """Records, and what is complete with them."""

    records: list[Record] = field(default_factory=list)
    complete: list[Complete] = field(default_factory=list)
    merged: dict[str, str] = field(default_factory=dict)


class Builder:
    """Reads rows by id and makes records of rows."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.links = Links(catalog.notes.refused)

    def over(self, connection: Wire) -> "Builder":
        """The same builder, learning of the portal over another connection."""
        other = copy(self)
        other.catalog = self.catalog.over(connection)
        return other

    def setting(self, kind: str) -> Setting:
        """What rows of this type are read with."""
        catalog = self.catalog
        return Setting(
            fields=catalog.fields,
            zone=catalog.portal().zone,
            currency=catalog.currency,
            stages=catalog.stages() if kind == "deals" else {},
            contact_opt_outs=self._opt_outs() if kind == "contacts" else {},
        )

    def properties(self, kind: str) -> list[str]:
        """What is asked for of each row."""
        opt_outs = list(self._opt_outs()) if kind == "contacts" else []
        key = [fields.KEY] if self.catalog.unique(kind) else []
        return [*self.catalog.fields.properties(kind), *opt_outs, *key]

    def rows(self, connection: Wire, kind: str, ids: Sequence[str]) -> list[Row]:
        """The rows that exist of these; deals with their past values."""
        size = WITH_HISTORY if kind == "deals" else BATCH
        parts = [list(ids[at : at + size]) for at in range(0, len(ids), size)]
        return [row for part in parts for row in self._batch(connection, kind, part)]

    def row(self, connection: Wire, kind: str, record_id: str, id_property: str | None = None) -> Row | None:
        """One row as it is now, None where there is none: a direct read, which never lags behind a write."""
        query: dict[str, Any] = {"properties": [",".join(self.properties(kind))]}
        if kind == "deals":
            query["properties_with_history"] = [",".join(fields.HISTORY)]
        if id_property:
            query["id_property"] = id_property
        try:
            told = connection.read(wire.OBJECTS, "get_by_id", kind, record_id, what=f"reading one of {kind}", **query)
        except Refused as error:
            if error.status == 404:
                return None
            raise
        return _whole(told)

    def build(self, connection: Wire, kind: str, rows: Sequence[Row]) -> Built:
        """The records of these rows, with the links they need."""
        setting = self.setting(kind)
        built = Built(merged=reading.merged_into(rows) if kind in fields.TABLES else {})
        if kind == "companies":
            built.records += [reading.account(row, setting) for row in rows]
        elif kind == "products":
            built.records += [reading.product(row, setting) for row in rows]
        elif kind == "contacts":
            accounts = self._companies(connection, kind, rows)
            built.records += [reading.contact(row, setting, accounts.get(str(row["id"]))) for row in rows]
        elif kind == "deals":
            self._deals(connection, rows, setting, built)
        else:
            linked = self._linked(connection, kind, rows)
            built.records += [_activity(kind, row, setting, linked[str(row["id"])]) for row in rows]
        return built

    def roles(self, connection: Wire, deal_ids: Sequence[str]) -> list[OpportunityContactRole]:
        """What contacts are to these deals, by the labels of their links."""
        known = {label.type_id: label.label for label in self.catalog.labels()}
        found = self.links.of(connection, "deals", "contacts", deal_ids)
        return [
            OpportunityContactRole(id=role_id(deal, link.id, role), opportunity_id=deal, contact_id=link.id, role=role)
            for deal, links in found.items()
            for link in sorted(links, key=lambda link: link.id)
            for role in sorted(filter(None, {self.catalog.fields.role(label) for label in _labels(link, known)}))
        ]

    def _batch(self, connection: Wire, kind: str, ids: Sequence[str]) -> list[Row]:
        from hubspot.crm import objects

        body = objects.BatchReadInputSimplePublicObjectId(
            inputs=[objects.SimplePublicObjectId(id=key) for key in ids],
            properties=self.properties(kind),
            properties_with_history=list(fields.HISTORY) if kind == "deals" else [],
        )
        told = connection.read(wire.BATCH, "read", kind, body, what=f"reading {kind}") or {}
        failures.demand_all(told, what=kind)
        return [_whole(row) for row in told.get("results") or []]

    def _deals(self, connection: Wire, rows: Sequence[Row], setting: Setting, built: Built) -> None:
        accounts = self._companies(connection, "deals", rows)
        built.records += [reading.deal(row, setting, accounts.get(str(row["id"]))) for row in rows]
        ids = [str(row["id"]) for row in rows]
        built.records += self.roles(connection, ids)
        built.complete.append(Complete(OpportunityContactRole, "opportunity_id", frozenset(ids)))
        told = [row for row in rows if row.get("propertiesWithHistory")]
        built.records += [entry for row in told for entry in history.rows(row, setting, self.catalog.owner_of)]

    def _companies(self, connection: Wire, kind: str, rows: Sequence[Row]) -> Mapping[str, str]:
        """The company of each row that does not name it itself: the primary one, else the first."""
        own = self.catalog.fields.property(kind, "account_id") or ""
        ids = [str(row["id"]) for row in rows if not (row.get("properties") or {}).get(own)]
        return _first(self.links.of(connection, kind, "companies", ids))

    def _linked(self, connection: Wire, kind: str, rows: Sequence[Row]) -> Mapping[str, Linked]:
        ids = [str(row["id"]) for row in rows]
        companies = _first(self.links.of(connection, kind, "companies", ids))
        deals = _first(self.links.of(connection, kind, "deals", ids))
        contacts = self.links.of(connection, kind, "contacts", ids)
        people = {key: tuple(sorted(link.id for link in contacts.get(key, ()))) for key in ids}
        companies = {**self._by_way_of(connection, ids, companies, deals, people), **companies}
        return {key: Linked(companies.get(key), deals.get(key), people[key]) for key in ids}

    def _by_way_of(
        self,
        connection: Wire,
        ids: Sequence[str],
        companies: Mapping[str, str],
        deals: Mapping[str, str],
        people: Mapping[str, Sequence[str]],
    ) -> Mapping[str, str]:
        """The company of the deal, else of the first person, for rows that are linked to no company."""
        lone = [key for key in ids if key not in companies]
        first = {key: people[key][0] for key in lone if key not in deals and people[key]}
        of_deals = _first(self.links.of(connection, "deals", "companies", [deals[key] for key in lone if key in deals]))
        of_people = _first(self.links.of(connection, "contacts", "companies", list(first.values())))
        named = {key: of_deals.get(deals[key]) if key in deals else of_people.get(first.get(key, "")) for key in lone}
        return {key: company for key, company in named.items() if company}

    def _opt_outs(self) -> Mapping[str, str]:
        known = self.catalog.properties("contacts") or {}
        return {
            name: str(found.get("label") or name)
            for name, found in known.items()
            if name.startswith("hs_email_optout_")
        }


def role_id(deal: str, contact: str, role: str) -> str:
    """The id of a contact's role: a link has none of its own."""
    return f"{deal}:{contact}:{role}"


def whole(rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Rows as they came, with properties in each."""
    return [_whole(row) for row in rows]


def _whole(row: Mapping[str, Any]) -> Row:
    return {**row, "properties": row.get("properties") or {}}


def _activity(kind: str, row: Row, setting: Setting, linked: Linked) -> Record:
    return reading.task(row, setting, linked) if kind == "tasks" else reading.activity(kind, row, linked)


def _first(found: Found) -> dict[str, str]:
    return {
        key: next((link.id for link in links if link.primary), links[0].id) for key, links in found.items() if links
    }


def _labels(link: Link, known: Mapping[int, str | None]) -> Iterator[str | None]:
    """The labels of a link, as it tells them or by the ids of its types."""
    yield from link.labels
    yield from (known.get(type_id) for type_id in link.type_ids)
