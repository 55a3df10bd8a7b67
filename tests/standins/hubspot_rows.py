"""Our records as the properties, history and links of HubSpot's; from its documentation, not from the adapter's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityHistory, Product, Record, Task
from standins.hubspot_portal import Portal, Thing, iso

FORECAST = {
    "Omitted": "OMIT",
    "Pipeline": "PIPELINE",
    "Best Case": "BEST_CASE",
    "Commit": "COMMIT",
    "Closed": "CLOSED",
}
TYPES = {"new": "newbusiness", "expansion": "existingbusiness", "renewal": "renewal"}
BASES = {"express": "Freely given consent from contact", "legitimate_interest": "Legitimate interest – prospect/lead"}
STATUS = {"open": "NOT_STARTED", "done": "COMPLETED", "cancelled": "DEFERRED"}
LINKS = {
    "calls": {"companies": 182, "contacts": 194, "deals": 206},
    "emails": {"companies": 186, "contacts": 198, "deals": 210},
    "meetings": {"companies": 188, "contacts": 200, "deals": 212},
    "notes": {"companies": 190, "contacts": 202, "deals": 214},
    "tasks": {"companies": 192, "contacts": 204, "deals": 216},
}
COMPETITOR = "competitor_name"


@dataclass(frozen=True)
class Names:
    """What a portal calls things that our records name."""

    stages: Mapping[str, str]
    users: Mapping[str, int] = field(default_factory=dict)
    """owner → number of the user behind"""


def midday(day: date | None) -> str:
    """A day as HubSpot's own screens write it."""
    return iso(datetime.combine(day, time(12), UTC)) if day else ""


def put(portal: Portal, row: Record, at: datetime, names: Names, past: Sequence[OpportunityHistory]) -> None:
    """Put one record with its links to others into the portal, which knows custom fields or does not."""
    match row:
        case Account():
            _made(portal, "companies", row.id, company(row), row.updated_at or at)
        case Contact():
            _made(portal, "contacts", row.id, contact(row), row.updated_at or at)
            _link(portal, "contacts", row.id, row.account_id, 1)
        case Product():
            given = _given(name=row.name, price=row.list_price, hs_product_type=row.family)
            _made(portal, "products", row.id, given | {"hs_price_currency_code": row.currency}, at)
        case Opportunity():
            _deal(portal, row, at, names, past)
            _link(portal, "deals", row.id, row.account_id, 5)
        case Activity():
            kind = f"{row.kind}s"
            _made(portal, kind, row.id, activity(row), at if row.owner_id is None else row.at)
            _hang(portal, kind, row.id, row.account_id, row.opportunity_id, row.contact_ids)
        case Task():
            _made(portal, "tasks", row.id, task(row), row.created_at or at)
            people = (row.contact_id,) if row.contact_id else ()
            _hang(portal, "tasks", row.id, row.account_id, row.opportunity_id, people)


def company(row: Account) -> dict[str, str]:
    """A company's properties."""
    return _given(
        name=row.name,
        domain=row.domain,
        lifecyclestage={"customer": "customer", "prospect": "lead"}.get(row.type or ""),
        type={"partner": "PARTNER"}.get(row.type or ""),
        industry=row.industry,
        numberofemployees=row.employees,
        annualrevenue=row.annual_revenue,
        hs_annual_revenue_currency_code=row.currency if row.annual_revenue else None,
        country=row.country,
        state=row.region,
        hubspot_owner_id=row.owner_id,
        hs_parent_company_id=row.parent_id,
        createdate=iso(row.created_at) if row.created_at else None,
        segment=row.segment,
        products_owned=";".join(row.products),
        renewal_date=row.renewal_date,
    )


def contact(row: Contact) -> dict[str, str]:
    """A person's properties."""
    first, _, last = row.name.partition(" ")
    return _given(
        firstname=first,
        lastname=last,
        jobtitle=row.title,
        email=row.email,
        phone=row.phone,
        country=row.country,
        hs_email_optout="true" if row.email_opt_out else None,
        hs_legal_basis=BASES.get(row.consent_basis or ""),
        do_not_contact="true" if row.do_not_contact else None,
        createdate=iso(row.created_at) if row.created_at else None,
    )


def activity(row: Activity) -> dict[str, str]:
    """The properties of a call, e-mail, meeting or note; bodies are markup, but for an e-mail's text."""
    common = _given(hs_timestamp=iso(row.at), hubspot_owner_id=row.owner_id)
    body = row.body and "<p>" + row.body.replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    match row.kind:
        case "call":
            length = row.minutes and row.minutes * 60_000
            way = row.direction and row.direction.upper()
            return common | _given(
                hs_call_title=row.subject, hs_call_body=body, hs_call_direction=way, hs_call_duration=length
            )
        case "email":
            way = {"inbound": "INCOMING_EMAIL", "outbound": "EMAIL"}.get(row.direction or "")
            return common | _given(hs_email_subject=row.subject, hs_email_text=row.body, hs_email_direction=way)
        case "meeting":
            times = {"hs_meeting_start_time": iso(row.at)}
            if row.minutes:
                times["hs_meeting_end_time"] = iso(row.at + timedelta(minutes=row.minutes))
            return common | times | _given(hs_meeting_title=row.subject, hs_meeting_body=body)
        case _:
            return common | _given(hs_note_body=f"<p>{row.subject}</p>{body or ''}")


def task(row: Task) -> dict[str, str]:
    """A task's properties."""
    return _given(
        hs_timestamp=midday(row.due),
        hs_task_subject=row.subject,
        hs_task_status=STATUS[row.status],
        hubspot_owner_id=row.owner_id,
    )


def _deal(portal: Portal, row: Opportunity, at: datetime, names: Names, past: Sequence[OpportunityHistory]) -> None:
    """A deal as it first stood, then each change of it, then as it stands."""
    now = _standing(row, names) | _given(
        dealname=row.name,
        deal_currency_code=row.currency,
        pipeline="default",
        hubspot_owner_id=row.owner_id,
        dealtype=TYPES.get(row.type or "", row.type),
        hs_next_step=row.next_step,
        closed_lost_reason=row.loss_reason,
        hs_analytics_source=row.lead_source,
        createdate=iso(row.created_at) if row.created_at else None,
        **{COMPETITOR: row.competitor},
    )
    steps = sorted(past, key=lambda step: step.at)
    first = {**now, **_standing(steps[0], names)} if steps else now
    users = [names.users.get(step.user_id or "") for step in steps] or [501]
    thing = _made(portal, "deals", row.id, first, steps[0].at if steps else at, users[0])
    for step, user in zip(steps[1:], users[1:], strict=True):
        portal.changed(thing, _standing(step, names), step.at, user)
    if steps:
        portal.changed(thing, now, row.updated_at or at)


def _standing(row: Opportunity | OpportunityHistory, names: Names) -> dict[str, str]:
    return _given(
        amount=None if row.amount is None else format(row.amount, "f"),
        dealstage=names.stages[row.stage],
        closedate=midday(row.close_date),
        hs_manual_forecast_category=FORECAST.get(row.forecast_category or ""),
    )


def _made(
    portal: Portal, kind: str, record_id: str, given: dict[str, str], at: datetime, user: int | None = None
) -> Thing:
    known = portal.properties[kind]
    return portal.put(kind, record_id, {name: value for name, value in given.items() if name in known}, at, user=user)


def _hang(
    portal: Portal, kind: str, record_id: str, account: str | None, deal: str | None, people: Sequence[str]
) -> None:
    for to, key in (("companies", account), ("deals", deal), *(("contacts", person) for person in people)):
        if key:
            portal.links.add(kind, record_id, to, key, [LINKS[kind][to]])


def _link(portal: Portal, kind: str, record_id: str, company_id: str | None, type_id: int) -> None:
    if company_id:
        portal.links.add(kind, record_id, "companies", company_id, [type_id])


def _given(**values: Any) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value not in (None, "")}
