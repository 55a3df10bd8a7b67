"""Our records as a HubSpot portal holds them; written from HubSpot's documentation, not from the adapter's tables."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Stage,
    Task,
    User,
)
from standins.hubspot_defaults import stage
from standins.hubspot_portal import Portal, iso

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
FORECAST = {
    "Omitted": "OMIT",
    "Pipeline": "PIPELINE",
    "Best Case": "BEST_CASE",
    "Commit": "COMMIT",
    "Closed": "CLOSED",
}
COMPETITOR = "competitor_name"


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
    portal.properties["deals"][COMPETITOR] = {**portal.properties["deals"]["hs_next_step"], "name": COMPETITOR}
    ids = {row.name: row.id for row in stages}
    for number, user in enumerate((row for row in rows if isinstance(row, User)), start=1):
        first, _, last = user.name.partition(" ")
        team = [{"id": "7", "name": user.team, "primary": True}] if user.team else []
        owner = {"id": user.id, "email": user.email, "firstName": first, "lastName": last, "userId": 500 + number}
        portal.owners.append({**owner, "userIdIncludingInactive": 500 + number, "teams": team, "archived": False})
    for row in rows:
        _put(portal, row, at, ids, types)


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


def midday(day: date | None) -> str:
    """A day as HubSpot's own screens write it."""
    return iso(datetime.combine(day, time(12), UTC)) if day else ""


def _put(portal: Portal, row: Record, at: datetime, stages: dict[str, str], types: dict[str, int]) -> None:
    match row:
        case Account():
            portal.put("companies", row.id, _given(name=row.name, hubspot_owner_id=row.owner_id), at)
        case Contact():
            first, _, last = row.name.partition(" ")
            given = _given(firstname=first, lastname=last, jobtitle=row.title, email=row.email)
            portal.put("contacts", row.id, given, at)
            _link(portal, "contacts", row.id, row.account_id, 1)
        case Opportunity():
            given = _given(
                dealname=row.name,
                amount=None if row.amount is None else format(row.amount, "f"),
                deal_currency_code=row.currency,
                pipeline="default",
                dealstage=stages[row.stage],
                closedate=midday(row.close_date),
                hs_manual_forecast_category=FORECAST.get(row.forecast_category or ""),
                hubspot_owner_id=row.owner_id,
            )
            portal.put("deals", row.id, given, at, user=501)
            _link(portal, "deals", row.id, row.account_id, 5)
        case OpportunityContactRole():
            portal.links.add("deals", row.opportunity_id, "contacts", row.contact_id, [types[row.role]])
        case Activity():
            given = _given(hs_timestamp=iso(row.at), hs_call_title=row.subject, hubspot_owner_id=row.owner_id)
            portal.put("calls", row.id, given, at)
            _hang(portal, "calls", row.id, row.account_id, row.opportunity_id, row.contact_ids)
        case Task():
            given = _given(
                hs_timestamp=midday(row.due),
                hs_task_subject=row.subject,
                hs_task_status="NOT_STARTED",
                hubspot_owner_id=row.owner_id,
            )
            portal.put("tasks", row.id, given, at)
            _hang(portal, "tasks", row.id, row.account_id, row.opportunity_id, ())
        case User() | Stage() | OpportunityHistory():
            pass
        case _:
            raise TypeError(type(row).__name__)


def _hang(
    portal: Portal, kind: str, record_id: str, account: str | None, deal: str | None, contacts: tuple[str, ...]
) -> None:
    company, contact, of_deal = {"calls": (182, 194, 206), "tasks": (192, 204, 216)}[kind]
    for to, key, type_id in (
        ("companies", account, company),
        ("deals", deal, of_deal),
        *(("contacts", person, contact) for person in contacts),
    ):
        if key:
            portal.links.add(kind, record_id, to, key, [type_id])


def _link(portal: Portal, kind: str, record_id: str, company: str | None, type_id: int) -> None:
    if company:
        portal.links.add(kind, record_id, "companies", company, [type_id])


def _given(**values: Any) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
