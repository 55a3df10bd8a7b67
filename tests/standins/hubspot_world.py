"""Our records as a HubSpot portal holds them; written from HubSpot's documentation, not from the adapter's tables."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.crm.records import OpportunityContactRole, OpportunityHistory, Record, Stage, User
from standins.hubspot_defaults import stage
from standins.hubspot_portal import Portal
from standins.hubspot_rows import COMPETITOR, Names, put

__all__ = ["COMPETITOR", "fill", "keyed"]

ROLES = {
    "economic_buyer": "Economic buyer",
    "champion": "Champion",
    "decision_maker": "Decision maker",
    "technical_buyer": "Technical buyer",
    "procurement": "Procurement",
    "blocker": "Blocker",
    "user": "User",
    "coach": "Coach",
}


def fill(portal: Portal, records: Iterable[Record], at: datetime) -> None:
    """Put the records into the portal under their own ids, as made at that time."""
    rows = list(records)
    stages = [row for row in rows if isinstance(row, Stage)]
    portal.pipelines = [
        {
            "id": "default",
            "label": "Sales Pipeline",
            "displayOrder": 0,
            "archived": False,
            "stages": [stage(row.id, row.name, row.order, str(row.probability), row.is_closed) for row in stages],
        }
    ]
    types = {role: portal.links.label("deals", "contacts", label) for role, label in ROLES.items()}
    users = {row.id: 500 + at for at, row in enumerate((row for row in rows if isinstance(row, User)), start=1)}
    past: dict[str, list[OpportunityHistory]] = {}
    for row in rows:
        if isinstance(row, OpportunityHistory):
            past.setdefault(row.opportunity_id, []).append(row)
    portal.properties["deals"][COMPETITOR] = {**portal.properties["deals"]["hs_next_step"], "name": COMPETITOR}
    portal.owners += [_owner(row, users[row.id]) for row in rows if isinstance(row, User)]
    names = Names({row.name: row.id for row in stages}, users)
    for row in rows:
        if isinstance(row, OpportunityContactRole):
            portal.links.add("deals", row.opportunity_id, "contacts", row.contact_id, [types[row.role]])
        else:
            put(portal, row, at, names, past.get(row.id, []))


def _owner(user: User, number: int) -> dict[str, Any]:
    first, _, last = user.name.partition(" ")
    team = [{"id": "7", "name": user.team, "primary": True}] if user.team else []
    owner = {"id": user.id, "email": user.email, "firstName": first, "lastName": last, "teams": team}
    return {**owner, "userId": number, "userIdIncludingInactive": number, "archived": not user.active}


def keyed(portal: Portal) -> None:
    """Give every type that is created the unique property, as `seller crm setup` does."""
    for kind in ("contacts", "calls", "emails", "meetings", "notes", "tasks"):
        portal.properties[kind]["seller_change_id"] = {
            "name": "seller_change_id",
            "label": "Seller change id",
            "type": "string",
            "fieldType": "text",
            "groupName": "information",
            "options": [],
            "hasUniqueValue": True,
            "calculated": False,
            "archived": False,
        }
