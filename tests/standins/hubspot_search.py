"""HubSpot's search: filters, order, pages up to 10,000 results, and behind the writes by a settable lag."""

from datetime import datetime
from typing import Any

from standins.hubspot_portal import Portal, Refusal, Thing

LARGEST = 200


def search(portal: Portal, kind: str, body: dict[str, Any], cap: int) -> dict[str, Any]:
    """Answer one search."""
    limit, after = int(body.get("limit") or 10), int(body.get("after") or 0)
    if limit > LARGEST:
        raise Refusal(400, {"message": f"limit must be {LARGEST} or less", "category": "VALIDATION_ERROR"})
    if after + limit > cap:
        raise Refusal(400, {"message": f"paging past {cap} results is not allowed", "category": "VALIDATION_ERROR"})
    rows = [(thing, shown) for thing in portal.things[kind].values() if (shown := _shown(portal, thing)) is not None]
    found = [(thing, shown) for thing, shown in rows if _matches(portal, kind, shown, body)]
    found = _ordered(portal, kind, found, body.get("sorts") or [])
    page = found[after : after + limit]
    results = [portal.show(thing, body.get("properties") or [], []) for thing, _ in page]
    told: dict[str, Any] = {"total": len(found), "results": results}
    if after + limit < len(found):
        told["paging"] = {"next": {"after": str(after + limit)}}
    return told


def _shown(portal: Portal, thing: Thing) -> dict[str, str] | None:
    if not portal.search_lag:
        return None if thing.archived_at else thing.properties
    seen = portal.clock() - portal.search_lag
    return next((shown for at, shown in reversed(thing.shown) if at <= seen), None)


def _matches(portal: Portal, kind: str, shown: dict[str, str], body: dict[str, Any]) -> bool:
    words = str(body.get("query") or "").lower()
    if words and not any(words in value.lower() for value in shown.values()):
        return False
    groups = body.get("filterGroups") or []
    if len(groups) > 5 or any(len(group["filters"]) > 6 for group in groups):
        raise Refusal(400, {"message": "too many filters", "category": "VALIDATION_ERROR"})
    return not groups or any(all(_holds(portal, kind, shown, one) for one in group["filters"]) for group in groups)


def _holds(portal: Portal, kind: str, shown: dict[str, str], one: dict[str, Any]) -> bool:
    name, operator = one["propertyName"], one["operator"]
    known = portal.properties[kind].get(name)
    if known is None:
        message = f"There was a problem with the request: property {name} does not exist"
        raise Refusal(400, {"message": message, "category": "VALIDATION_ERROR"})
    value = shown.get(name) or None
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return (value is not None) == (operator == "HAS_PROPERTY")
    if value is None:
        return operator in ("NEQ", "NOT_IN", "NOT_CONTAINS_TOKEN")
    if operator in ("IN", "NOT_IN"):
        return (value in one["values"]) == (operator == "IN")
    if operator.endswith("CONTAINS_TOKEN"):
        return (one["value"].lower() in value.lower().split()) == (operator == "CONTAINS_TOKEN")
    ours, theirs = comparable(known["type"], value), comparable(known["type"], one["value"])
    return bool(
        {
            "EQ": lambda: ours == theirs,
            "NEQ": lambda: ours != theirs,
            "LT": lambda: ours < theirs,
            "LTE": lambda: ours <= theirs,
            "GT": lambda: ours > theirs,
            "GTE": lambda: ours >= theirs,
            "BETWEEN": lambda: theirs <= ours <= comparable(known["type"], one["highValue"]),
        }[operator]()
    )


def _ordered(
    portal: Portal, kind: str, found: list[tuple[Thing, dict[str, str]]], sorts: list[Any]
) -> list[tuple[Thing, dict[str, str]]]:
    sort = sorts[0] if sorts else {"propertyName": "hs_object_id"}
    if isinstance(sort, str):
        sort = {"propertyName": sort.lstrip("-"), "direction": "DESCENDING" if sort.startswith("-") else "ASCENDING"}
    name = sort["propertyName"]
    of = portal.properties[kind][name]["type"]
    rows = sorted(found, key=lambda row: comparable(of, row[1].get(name) or ""))
    return rows[::-1] if sort.get("direction") == "DESCENDING" else rows


def comparable(of: str, value: str) -> Any:
    """A value as the search compares it: times in milliseconds, whichever way they are written."""
    if of == "number":
        return (0, float(value)) if value.replace(".", "", 1).lstrip("-").isdigit() else (1, value)
    if of == "datetime":
        if not value or value.lstrip("-").isdigit():
            return int(value or 0)
        at = datetime.fromisoformat(value)
        return round(at.timestamp() * 1000)
    return value.lower()
