"""The sample company in a HubSpot portal: numbers as ids, as HubSpot's are, and a few properties of its own."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from bot.crm.records import Activity, OpportunityContactRole, Record, Stage
from bot.sample.world import load_world
from standins.hubspot_portal import Portal
from standins.hubspot_world import COMPETITOR, fill

FIRST = {
    "users": 77_000_001,
    "accounts": 9_100_000_001,
    "contacts": 151,
    "opportunities": 18_200_000_001,
    "tasks": 30_100_000_001,
    "products": 2_300_001,
}
ACTIVITIES = 30_100_000_001
"""where activities and tasks of each type begin: HubSpot's ids are unique within a type only"""
NAMING = ("owner_id", "user_id", "manager_id", "account_id", "parent_id", "opportunity_id", "contact_id")
OWN = {
    "companies": ("segment", "products_owned", "renewal_date"),
    "contacts": ("do_not_contact",),
    "deals": (),
}
FIELDS = {
    "account.segment": "segment",
    "account.products": "products_owned",
    "account.renewal_date": "renewal_date",
    "contact.do_not_contact": "do_not_contact",
    "opportunity.competitor": COMPETITOR,
}
"""SELLER_CRM_FIELDS for this portal"""


def sample(portal: Portal, today: date) -> dict[str, str]:
    """Fill the portal with the sample company as of that day; the number of each of the sample's ids."""
    for kind, names in OWN.items():
        template = portal.properties[kind]["hs_object_id"]
        for name in names:
            own = {"type": "string", "fieldType": "text", "calculated": False}
            portal.properties[kind][name] = {**template, **own, "name": name, "label": name}
    world = {name: rows for name, rows in vars(load_world(today)).items() if name != "quotas"}
    ids = _numbers(world)
    midnight = datetime(today.year, today.month, today.day, tzinfo=UTC)
    fill(portal, (_renumbered(row, ids) for rows in world.values() for row in rows), midnight)
    return ids


def environment(url: str, token: str) -> dict[str, str]:
    """The settings for this portal."""
    return {
        "SELLER_CRM": "hubspot",
        "SELLER_HUBSPOT_URL": url,
        "SELLER_HUBSPOT_TOKEN": token,
        "SELLER_CRM_FIELDS": json.dumps(FIELDS),
    }


def _numbers(world: dict[str, list[Any]]) -> dict[str, str]:
    found = {row.id: str(first + at) for name, first in FIRST.items() for at, row in enumerate(world[name])}
    for kind in ("call", "email", "meeting", "note"):
        rows = (row for row in world["activities"] if row.kind == kind)
        found |= {row.id: str(ACTIVITIES + at) for at, row in enumerate(rows)}
    return found


def _renumbered(row: Record, ids: dict[str, str]) -> Record:
    given = dict(_links(row, ids))
    own = {} if isinstance(row, Stage | OpportunityContactRole) else {"id": ids.get(row.id, row.id)}
    return row.model_copy(update={**given, **own})


def _links(row: Record, ids: dict[str, str]) -> Iterator[tuple[str, Any]]:
    for name in NAMING:
        value = getattr(row, name, None)
        if value is not None:
            yield name, ids[value]
    if isinstance(row, Activity):
        yield "contact_ids", tuple(ids[key] for key in row.contact_ids)
