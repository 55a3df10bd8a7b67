"""The state of a HubSpot portal and what HubSpot does to it by itself, from its public documentation."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from standins import hubspot_defaults as defaults
from standins.hubspot_links import Links

LONGEST = 65_536


class Refusal(Exception):
    """An answer outside of 2xx."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = {"status": "error", "correlationId": "aeb5f871-7f07-4993-9211-075dc63e7cbf", **body}
        self.headers = dict(headers or {})


def invalid(name: str, error: str, message: str) -> dict[str, Any]:
    """One refused value, as HubSpot lists it in its message."""
    return {"isValid": False, "message": message, "error": error, "name": name, "localizedErrorMessage": message}


@dataclass
class Thing:
    """A record with every value that it ever had."""

    id: str
    kind: str
    created: datetime
    updated: datetime
    properties: dict[str, str] = field(default_factory=dict)
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    archived_at: datetime | None = None
    shown: list[tuple[datetime, dict[str, str] | None]] = field(default_factory=list)
    """what the search shows from when on; None for nothing"""


def iso(at: datetime) -> str:
    """A time as HubSpot writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Portal:
    """Everything in one HubSpot account."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.things: dict[str, dict[str, Thing]] = {kind: {} for kind in defaults.KINDS}
        self.properties = {kind: defaults.properties(kind) for kind in defaults.KINDS}
        self.pipelines: list[dict[str, Any]] = [defaults.pipeline()]
        self.owners: list[dict[str, Any]] = []
        self.links = Links(self.live)
        self.account = {
            "portalId": 4242,
            "timeZone": "UTC",
            "companyCurrency": "USD",
            "uiDomain": "app.hubspot.com",
            "accountType": "STANDARD",
        }
        self.search_lag = timedelta(0)
        self.ignored: set[tuple[str, str]] = set()
        """properties that are left as they are without a word"""
        self.read_only: set[tuple[str, str]] = set()
        self.no_unique: set[str] = set()
        """types on which no unique property can be made"""
        self._ids = itertools.count(40_000_000_001)

    def live(self, kind: str, record_id: str) -> Thing | None:
        """A record that is not archived."""
        thing = self.things.get(kind, {}).get(record_id)
        return thing if thing is not None and thing.archived_at is None else None

    def find(self, kind: str, record_id: str, id_property: str | None = None) -> Thing | None:
        """A live record by id or by a unique property."""
        if id_property is None:
            return self.live(kind, record_id)
        if not (id_property == "email" or self.properties[kind].get(id_property, {}).get("hasUniqueValue")):
            raise Refusal(400, {"message": f"Property {id_property} is not unique", "category": "VALIDATION_ERROR"})
        return self._with_value(kind, id_property, record_id)

    def create(self, kind: str, given: Mapping[str, str], links: list[dict[str, Any]]) -> Thing:
        """Add a record with its links, or refuse all of it."""
        if kind in defaults.ENGAGEMENTS and not given.get("hs_timestamp"):
            refuse_values([invalid("hs_timestamp", "REQUIRED_FIELD", "hs_timestamp is required")])
        self._check(kind, given, None)
        for link in links:
            self.links.check(kind, link)
        now = self.clock()
        thing = self.put(kind, str(next(self._ids)), given, now)
        for link in links:
            self.links.add(
                kind, thing.id, link["kind"], link["to"]["id"], [one["associationTypeId"] for one in link["types"]]
            )
        self._compute(thing)
        return thing

    def put(self, kind: str, record_id: str, given: Mapping[str, str], at: datetime, user: int | None = None) -> Thing:
        """Add a record under a given id, as it was made at that time."""
        thing = Thing(record_id, kind, at, at)
        self.things[kind][record_id] = thing
        for name, value in given.items():
            if (kind, name) not in self.ignored:
                self._set(thing, name, str(value), at, user)
        created = "createdate" if "createdate" in self.properties[kind] else "hs_createdate"
        thing.properties |= {"hs_object_id": record_id, created: given.get(created) or iso(at)}
        self._touch(thing, at)
        return thing

    def update(self, kind: str, thing: Thing, given: Mapping[str, str]) -> None:
        """Change properties; closing a deal moves its close date to now."""
        self._check(kind, given, thing)
        now, before = self.clock(), dict(thing.properties)
        kept = {name: value for name, value in given.items() if (kind, name) not in self.ignored}
        if kind == "deals" and self._closes(thing, kept) and "closedate" not in kept:
            kept["closedate"] = iso(now)
        for name, value in kept.items():
            self._set(thing, name, value, now, None)
        if thing.properties != before:
            self._touch(thing, now)

    def changed(self, thing: Thing, given: Mapping[str, str], at: datetime, user: int | None = None) -> None:
        """Let properties have been changed at that time."""
        for name, value in given.items():
            self._set(thing, name, value, at, user)
        self._touch(thing, at)

    def archive(self, thing: Thing) -> None:
        """Move a record into the recycle bin."""
        thing.archived_at = self.clock()
        thing.shown.append((self.clock(), None))

    def merge(self, kind: str, winner: Thing, loser: Thing) -> None:
        """Make one record of two: the loser's id lives on as a merged id."""
        ids = [*filter(None, winner.properties.get("hs_merged_object_ids", "").split(";")), loser.id]
        now = self.clock()
        winner.properties["hs_merged_object_ids"] = ";".join(ids)
        del self.things[kind][loser.id]
        self.links.move(kind, loser.id, winner.id)
        self._touch(winner, now)

    def stage(self, key: str | None) -> dict[str, Any] | None:
        """A stage of any pipeline."""
        return next((row for line in self.pipelines for row in line["stages"] if row["id"] == key), None)

    def show(self, thing: Thing, names: list[str], with_history: list[str]) -> dict[str, Any]:
        """A record as HubSpot answers it: the wanted properties, empty ones as null."""
        self._compute(thing)
        default = ["createdate", "hs_createdate", "hs_lastmodifieddate", "lastmodifieddate", "hs_object_id"]
        own = [name for name in default if name in thing.properties]
        known = [name for name in names if name in self.properties[thing.kind]]
        body: dict[str, Any] = {
            "id": thing.id,
            "properties": {name: thing.properties.get(name) or None for name in [*own, *known]},
            "createdAt": iso(thing.created),
            "updatedAt": iso(thing.updated),
            "archived": thing.archived_at is not None,
        }
        if with_history:
            body["propertiesWithHistory"] = {name: thing.history.get(name, []) for name in with_history}
        if thing.archived_at is not None:
            body["archivedAt"] = iso(thing.archived_at)
        return body

    def _check(self, kind: str, given: Mapping[str, str], thing: Thing | None) -> None:
        wrong = [fault for name, value in given.items() for fault in self._faults(kind, name, value, thing)]
        email = given.get("email") if kind == "contacts" else None
        taken = self._with_value(kind, "email", email) if email else None
        if taken is not None and taken is not thing:
            raise Refusal(409, {"message": f"Contact already exists. Existing ID: {taken.id}", "category": "CONFLICT"})
        if wrong:
            refuse_values(wrong)

    def _faults(self, kind: str, name: str, value: str, thing: Thing | None) -> list[dict[str, Any]]:
        known = self.properties[kind].get(name)
        if known is None:
            return [invalid(name, "PROPERTY_DOESNT_EXIST", f'Property "{name}" does not exist')]
        if known.get("calculated") or (kind, name) in self.read_only:
            return [invalid(name, "READ_ONLY_VALUE", f'"{name}" is a read only property; its value cannot be set.')]
        if len(value) > LONGEST:
            return [invalid(name, "INVALID_LENGTH", f"{name} is {len(value)} characters, the limit is {LONGEST}")]
        options = [option["value"] for option in known["options"]]
        if name == "dealstage":
            options = [row["id"] for line in self.pipelines for row in line["stages"]]
        if value and known["type"] == "enumeration" and value not in options:
            return [invalid(name, "INVALID_OPTION", f"{value} was not one of the allowed options: {options}")]
        if value and known["type"] == "number" and not _numeric(value):
            return [invalid(name, "INVALID_DOUBLE", f"{value} was not a valid number.")]
        if known["hasUniqueValue"] and value and self._with_value(kind, name, value) not in (None, thing):
            return [invalid(name, "CONFLICTING_UNIQUE_VALUE", f"Another object already has that value for {name}")]
        return []

    def _set(self, thing: Thing, name: str, value: str, at: datetime, user: int | None) -> None:
        if thing.properties.get(name, "") == value and name in thing.history:
            return
        thing.properties[name] = value
        entry: dict[str, Any] = {"value": value, "timestamp": iso(at), "sourceType": "INTEGRATION", "sourceId": "777"}
        if user is not None:
            entry |= {"sourceType": "CRM_UI", "sourceId": f"userId:{user}", "updatedByUserId": user}
        thing.history.setdefault(name, []).insert(0, entry)

    def _touch(self, thing: Thing, at: datetime) -> None:
        thing.updated = at
        thing.properties["lastmodifieddate" if thing.kind == "contacts" else "hs_lastmodifieddate"] = iso(at)
        self._compute(thing)
        thing.shown.append((at, dict(thing.properties)))

    def _compute(self, thing: Thing) -> None:
        if thing.kind == "deals":
            stage = self.stage(thing.properties.get("dealstage")) or {"metadata": {}}
            closed = stage["metadata"].get("isClosed") == "true"
            won = closed and float(stage["metadata"].get("probability", 0)) == 1
            thing.properties |= {"hs_is_closed": str(closed).lower(), "hs_is_closed_won": str(won).lower()}
            thing.properties["hs_primary_associated_company"] = self.links.company("deals", thing.id) or ""
        if thing.kind == "contacts":
            thing.properties["associatedcompanyid"] = self.links.company("contacts", thing.id) or ""

    def _closes(self, thing: Thing, given: Mapping[str, str]) -> bool:
        new, old = self.stage(given.get("dealstage")), self.stage(thing.properties.get("dealstage"))
        closed = [bool(row and row["metadata"]["isClosed"] == "true") for row in (new, old)]
        return closed == [True, False]

    def _with_value(self, kind: str, name: str, value: str) -> Thing | None:
        fold = str.lower if name == "email" else str
        rows = (row for row in self.things[kind].values() if row.archived_at is None)
        return next((row for row in rows if fold(row.properties.get(name, "")) == fold(value)), None)


def refuse_values(wrong: list[dict[str, Any]]) -> None:
    """Refuse values as HubSpot does: a list of JSON inside of its message."""
    import json

    message = f"Property values were not valid: {json.dumps(wrong)}"
    raise Refusal(400, {"message": message, "category": "VALIDATION_ERROR"})


def _numeric(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True
