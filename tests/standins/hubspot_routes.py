"""The addresses of HubSpot's CRM API that the stand-in serves."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from standins import hubspot_shapes as shapes
from standins.hubspot_portal import Portal, Refusal, Thing, iso
from standins.hubspot_search import search

Told = tuple[int, Any]
PAGE, PAGE_WITH_HISTORY, BATCH, LINK_BATCH, LINK_WRITES = 100, 50, 100, 1000, 2000


@dataclass
class Asked:
    """One request, taken apart."""

    portal: Portal
    parts: list[str]
    query: dict[str, list[str]]
    body: Any
    cap: int
    faults: list[str] = field(default_factory=list)
    """what in the body does not fit HubSpot's specification"""

    def fits(self, name: str) -> bool:
        """Hold the body against the model."""
        self.faults += shapes.faults(name, self.body)
        return not self.faults

    def one(self, name: str) -> str | None:
        """A query parameter."""
        return (self.query.get(name) or [None])[0]

    def names(self, name: str) -> list[str]:
        """A list in the query, with commas or repeated."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]

    @property
    def archived(self) -> bool:
        """Whether deleted records are asked for."""
        return (self.one("archived") or "").lower() == "true"

    def thing(self, kind: str, record_id: str) -> Thing:
        """A live record, or 404."""
        found = self.portal.find(kind, record_id, self.one("idProperty"))
        if found is None:
            raise Refusal(404, {"message": "resource not found", "category": "OBJECT_NOT_FOUND"})
        return found


def _kind(asked: Asked) -> str:
    if asked.parts[0] not in asked.portal.things:
        raise Refusal(400, {"message": f"Unable to infer object type from: {asked.parts[0]}"})
    return asked.parts[0]


def listed(asked: Asked) -> Told:
    """GET a page of records."""
    kind, limit, history = _kind(asked), int(asked.one("limit") or 10), asked.names("propertiesWithHistory")
    if limit > (PAGE_WITH_HISTORY if history else PAGE):
        raise Refusal(400, {"message": f"limit {limit} is too high", "category": "VALIDATION_ERROR"})
    if kind == "meetings" and asked.archived:
        raise Refusal(400, {"message": "Paging through deleted objects is not yet supported for this object type"})
    things = [row for row in asked.portal.things[kind].values() if bool(row.archived_at) == asked.archived]
    things.sort(key=lambda row: (len(row.id), row.id))
    after = asked.one("after")
    start = 0 if after is None else next((at for at, row in enumerate(things) if _beyond(row.id, after)), len(things))
    page = things[start : start + limit]
    told: dict[str, Any] = {"results": [asked.portal.show(row, asked.names("properties"), history) for row in page]}
    if start + limit < len(things):
        told["paging"] = {"next": {"after": page[-1].id}}
    return 200, told


def _beyond(record_id: str, after: str) -> bool:
    return (len(record_id), record_id) > (len(after), after)


def got(asked: Asked) -> Told:
    """GET one record."""
    thing = asked.thing(_kind(asked), asked.parts[1])
    return 200, asked.portal.show(thing, asked.names("properties"), asked.names("propertiesWithHistory"))


def created(asked: Asked) -> Told:
    """POST a new record."""
    kind = _kind(asked)
    if not asked.fits("create"):
        return 400, None
    thing = asked.portal.create(kind, asked.body["properties"], asked.body.get("associations") or [])
    return 201, asked.portal.show(thing, list(asked.body["properties"]), [])


def updated(asked: Asked) -> Told:
    """PATCH a record."""
    thing = asked.thing(_kind(asked), asked.parts[1])
    if not asked.fits("update"):
        return 400, None
    asked.portal.update(thing.kind, thing, asked.body["properties"])
    return 200, asked.portal.show(thing, list(asked.body["properties"]), [])


def archived(asked: Asked) -> Told:
    """DELETE a record; also one that is not there."""
    thing = asked.portal.live(_kind(asked), asked.parts[1])
    if thing is not None:
        asked.portal.archive(thing)
    return 204, None


def batch_read(asked: Asked) -> Told:
    """POST ids, get records; what is missing is told beside them."""
    kind, body = _kind(asked), asked.body
    if not asked.fits("batch/read"):
        return 400, None
    history = body.get("propertiesWithHistory") or []
    _demand_few(body["inputs"], PAGE_WITH_HISTORY if history else BATCH)
    found = [asked.portal.find(kind, row["id"], body.get("idProperty")) for row in body["inputs"]]
    results = [asked.portal.show(row, body.get("properties") or [], history) for row in found if row is not None]
    missing = [row["id"] for row, thing in zip(body["inputs"], found, strict=True) if thing is None]
    return _partial(results, missing, f"Could not get some {kind}", None)


def _partial(results: list[Any], missing: list[str], message: str, sub: str | None) -> Told:
    """A batch, with the ids that gave nothing beside it."""
    told: dict[str, Any] = {"status": "COMPLETE", "results": results}
    if not missing:
        return 200, told
    error = {"status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": sub, "message": message}
    errors = [{**error, "context": {"fromObjectId" if sub else "ids": [key]}} for key in missing]
    return 207, {**told, "numErrors": len(errors), "errors": errors}


def _demand_few(inputs: list[Any], most: int = BATCH) -> None:
    if len(inputs) > most:
        raise Refusal(400, {"message": "too many inputs", "category": "VALIDATION_ERROR"})


def batch_upsert(asked: Asked) -> Told:
    """POST records by a unique property: those that exist are updated."""
    kind = _kind(asked)
    if not asked.fits("batch/upsert"):
        return 400, None
    _demand_few(asked.body["inputs"])
    results = []
    for row in asked.body["inputs"]:
        found = asked.portal.find(kind, row["id"], row["idProperty"])
        given = {**row["properties"], row["idProperty"]: row["id"]}
        if found is None:
            thing = asked.portal.create(kind, given, [])
        else:
            asked.portal.update(kind, found, row["properties"])
            thing = found
        results.append({**asked.portal.show(thing, list(given), []), "new": found is None})
    return 200, {"status": "COMPLETE", "results": results}


def batch_archive(asked: Asked) -> Told:
    """POST ids to be deleted."""
    kind = _kind(asked)
    if asked.fits("batch/archive"):
        _demand_few(asked.body["inputs"])
        for row in asked.body["inputs"]:
            thing = asked.portal.live(kind, row["id"])
            if thing is not None:
                asked.portal.archive(thing)
    return 204, None


def found(asked: Asked) -> Told:
    """POST a search."""
    kind = _kind(asked)
    return (200, search(asked.portal, kind, asked.body, asked.cap)) if asked.fits("search") else (400, None)


def merged(asked: Asked) -> Told:
    """POST two ids that become one record."""
    kind = _kind(asked)
    if not asked.fits("merge"):
        return 400, None
    winner, loser = (asked.thing(kind, asked.body[name]) for name in ("primaryObjectId", "objectIdToMerge"))
    asked.portal.merge(kind, winner, loser)
    return 200, asked.portal.show(winner, [], [])


def links(asked: Asked) -> Told:
    """GET the links of one record."""
    kind, record_id, to = asked.parts
    rows, limit, after = asked.portal.links.of(kind, record_id, to), int(asked.one("limit") or 500), asked.one("after")
    start = int(after or 0)
    told: dict[str, Any] = {"results": rows[start : start + limit]}
    if start + limit < len(rows):
        told["paging"] = {"next": {"after": str(start + limit)}}
    return 200, told


def link_batch(asked: Asked) -> Told:
    """POST ids, get their links; records without any are told as errors."""
    kind, to = asked.parts
    if not asked.fits("links/batch/read"):
        return 400, None
    ids = [row["id"] for row in asked.body["inputs"]]
    _demand_few(ids, LINK_BATCH)
    rows = [{"from": {"id": key}, "to": asked.portal.links.of(kind, key, to)} for key in ids]
    missing = [row["from"]["id"] for row in rows if not row["to"]]
    sub = "crm.associations.NO_ASSOCIATIONS_FOUND"
    return _partial([row for row in rows if row["to"]], missing, f"No {to} associated with {kind}", sub)


def link_set(asked: Asked) -> Told:
    """PUT labels on the link of two records."""
    kind, record_id, to, to_id = asked.parts
    asked.faults += shapes.faults_of_specs(asked.body)
    for one in ((kind, record_id), (to, to_id)):
        asked.thing(*one)
    if not asked.faults:
        asked.portal.links.check(kind, {"types": asked.body, "to": {"id": to_id}})
        asked.portal.links.add(kind, record_id, to, to_id, [one["associationTypeId"] for one in asked.body])
    return 201, {"fromObjectId": record_id, "toObjectId": to_id, "labels": []}


def link_dropped(asked: Asked) -> Told:
    """DELETE the whole link of two records."""
    asked.portal.links.drop(*asked.parts)
    return 204, None


def labels_dropped(asked: Asked) -> Told:
    """POST links from which single labels go."""
    kind, to = asked.parts
    if asked.fits("links/batch/labels/archive"):
        _demand_few(asked.body["inputs"], LINK_WRITES)
        for row in asked.body["inputs"]:
            ids = [one["associationTypeId"] for one in row["types"]]
            asked.portal.links.drop(kind, row["from"]["id"], to, row["to"]["id"], ids)
    return 204, None


def labels(asked: Asked) -> Told:
    """GET the link types between two types."""
    return 200, {"results": asked.portal.links.labels(*asked.parts)}


def properties(asked: Asked) -> Told:
    """GET every property of a type."""
    return 200, {"results": list(asked.portal.properties[_kind(asked)].values())}


def property_made(asked: Asked) -> Told:
    """POST a new property."""
    kind, body = _kind(asked), asked.body
    if not asked.fits("property"):
        return 400, None
    if body.get("hasUniqueValue") and kind in asked.portal.no_unique:
        message = f"Unique properties are not supported for {kind}"
        raise Refusal(400, {"message": message, "category": "VALIDATION_ERROR"})
    if body["name"] in asked.portal.properties[kind]:
        raise Refusal(409, {"message": f"A property named '{body['name']}' already exists.", "category": "CONFLICT"})
    made = {"options": [], "hasUniqueValue": False, "calculated": False, "archived": False, **body}
    asked.portal.properties[kind][body["name"]] = made
    return 201, made


def owners(asked: Asked) -> Told:
    """GET a page of owners."""
    rows = [row for row in asked.portal.owners if bool(row.get("archived")) == asked.archived]
    start, limit = int(asked.one("after") or 0), int(asked.one("limit") or 100)
    told: dict[str, Any] = {"results": rows[start : start + limit]}
    if start + limit < len(rows):
        told["paging"] = {"next": {"after": str(start + limit)}}
    return 200, told


def pipelines(asked: Asked) -> Told:
    """GET the deal pipelines."""
    return 200, {"results": asked.portal.pipelines if asked.parts[0] == "deals" else []}


def account(asked: Asked) -> Told:
    """GET whose portal it is."""
    return 200, {**asked.portal.account, "utcOffset": "+00:00", "asOf": iso(asked.portal.clock())}


_OBJECTS, _LINKS, _PAIRS = (
    "/crm/v3/objects/([^/]+)",
    "/crm/v4/objects/([^/]+)/([^/]+)/associations",
    "/crm/v4/associations",
)
ROUTES: list[tuple[str, str, Callable[[Asked], Told]]] = [
    ("POST", f"{_OBJECTS}/batch/read", batch_read),
    ("POST", f"{_OBJECTS}/batch/upsert", batch_upsert),
    ("POST", f"{_OBJECTS}/batch/archive", batch_archive),
    ("POST", f"{_OBJECTS}/search", found),
    ("POST", f"{_OBJECTS}/merge", merged),
    ("GET", _OBJECTS, listed),
    ("POST", _OBJECTS, created),
    ("GET", f"{_OBJECTS}/([^/]+)", got),
    ("PATCH", f"{_OBJECTS}/([^/]+)", updated),
    ("DELETE", f"{_OBJECTS}/([^/]+)", archived),
    ("GET", f"{_LINKS}/([^/]+)", links),
    ("PUT", f"{_LINKS}/([^/]+)/([^/]+)", link_set),
    ("DELETE", f"{_LINKS}/([^/]+)/([^/]+)", link_dropped),
    ("POST", f"{_PAIRS}/([^/]+)/([^/]+)/batch/read", link_batch),
    ("POST", f"{_PAIRS}/([^/]+)/([^/]+)/batch/labels/archive", labels_dropped),
    ("GET", f"{_PAIRS}/([^/]+)/([^/]+)/labels", labels),
    ("GET", "/crm/v3/properties/([^/]+)", properties),
    ("POST", "/crm/v3/properties/([^/]+)", property_made),
    ("GET", "/crm/v3/owners/?", owners),
    ("GET", "/crm/v3/pipelines/([^/]+)", pipelines),
    ("GET", "/account-info/v3/details", account),
]
