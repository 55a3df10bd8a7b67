"""HubSpot's rows as our records (pure)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

from bot.crm.hubspot import fields, values
from bot.crm.hubspot.fields import FieldMap
from bot.crm.hubspot.pipelines import DealStage
from bot.crm.records import Account, Activity, Contact, Direction, Opportunity, Product, Task

Row = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SUBJECT = 120
"""characters of a note's first line that stand for the subject it does not have"""

_DIRECTIONS: Mapping[str, Direction] = {
    "INBOUND": "inbound",
    "INCOMING_EMAIL": "inbound",
    "OUTBOUND": "outbound",
    "EMAIL": "outbound",
    "FORWARDED_EMAIL": "outbound",
}


@dataclass(frozen=True)
class Setting:
    """What a row is read with."""

    fields: FieldMap
    zone: tzinfo
    currency: str
    stages: Mapping[str, DealStage] = field(default_factory=dict)
    contact_opt_outs: Mapping[str, str] = field(default_factory=dict)
    """property → label of each subscription type that a contact can opt out of"""


@dataclass(frozen=True)
class Linked:
    """Whom a row is linked to."""

    account: str | None = None
    deal: str | None = None
    contacts: tuple[str, ...] = ()


def account(row: Row, setting: Setting) -> Account:
    """A company."""
    got = _reader(row, "companies", setting)
    return Account(
        id=str(row["id"]),
        name=got("name") or got("domain") or f"Company {row['id']}",
        domain=got("domain"),
        type=_company_type(row, got("type")),
        industry=got("industry"),
        segment=got("segment"),
        employees=values.whole(got("employees")),
        annual_revenue=values.number(got("annual_revenue")),
        currency=got("currency") or setting.currency,
        country=got("country"),
        region=got("region"),
        owner_id=got("owner_id"),
        parent_id=got("parent_id"),
        customer_since=values.day(got("customer_since"), setting.zone),
        renewal_date=values.day(got("renewal_date"), setting.zone),
        products=_several(got("products")),
        created_at=values.moment(got("created_at") or row.get("createdAt")),
        updated_at=values.moment(got("updated_at") or row.get("updatedAt")),
    )


def contact(row: Row, setting: Setting, account_id: str | None) -> Contact:
    """A person."""
    got = _reader(row, "contacts", setting)
    raw = row["properties"]
    given = " ".join(filter(None, (values.text(raw.get("firstname")), values.text(raw.get("lastname")))))
    return Contact(
        id=str(row["id"]),
        account_id=got("account_id") or account_id,
        name=got("name") or given or got("email") or f"Contact {row['id']}",
        title=got("title"),
        email=got("email"),
        phone=got("phone") or values.text(raw.get("mobilephone")),
        country=got("country"),
        do_not_contact=values.flag(got("do_not_contact")),
        email_opt_out=_opted_out(raw, got("email_opt_out"), setting),
        phone_opt_out=values.flag(got("phone_opt_out")),
        consent_basis=_basis(got("consent_basis")),
        consent_source=got("consent_source"),
        consent_at=values.moment(got("consent_at")),
        created_at=values.moment(got("created_at") or row.get("createdAt")),
        updated_at=values.moment(got("updated_at") or row.get("updatedAt")),
    )


def deal(row: Row, setting: Setting, account_id: str | None) -> Opportunity:
    """A deal; a closed one counts in the forecast as its stage says."""
    got = _reader(row, "deals", setting)
    stage = setting.stages.get(got("stage") or "")
    closed = stage.record.is_closed if stage else values.flag(got("is_closed"))
    won = stage.record.is_won if stage else values.flag(got("is_won"))
    return Opportunity(
        id=str(row["id"]),
        name=got("name") or f"Deal {row['id']}",
        account_id=got("account_id") or account_id,
        owner_id=got("owner_id"),
        amount=values.number(got("amount")),
        currency=got("currency") or setting.currency,
        stage=stage.record.name if stage else got("stage") or "unknown",
        forecast_category=forecast(got("forecast_category"), closed=closed, won=won)
        or forecast(values.text(row["properties"].get("hs_forecast_category")), closed=closed, won=won),
        type=fields.DEAL_TYPES.get(got("type") or "", got("type")),
        product=got("product"),
        created_at=values.moment(got("created_at") or row.get("createdAt")),
        close_date=values.day(got("close_date"), setting.zone),
        is_closed=closed,
        is_won=won,
        next_step=got("next_step"),
        next_step_date=values.day(got("next_step_date"), setting.zone),
        competitor=got("competitor"),
        loss_reason=got("loss_reason"),
        lead_source=got("lead_source"),
        updated_at=values.moment(got("updated_at") or row.get("updatedAt")),
    )


def forecast(raw: str | None, *, closed: bool, won: bool) -> str | None:
    """Our word for a forecast category; a closed deal is Closed or Omitted whatever was set before."""
    if closed:
        return "Closed" if won else "Omitted"
    return fields.CATEGORIES.get(raw, raw) if raw else None


def product(row: Row, setting: Setting) -> Product:
    """What we sell."""
    got = _reader(row, "products", setting)
    return Product(
        id=str(row["id"]),
        name=got("name") or f"Product {row['id']}",
        family=got("family"),
        list_price=values.number(got("list_price")),
        currency=got("currency") or setting.currency,
    )


def activity(kind: str, row: Row, linked: Linked) -> Activity:
    """A call, e-mail, meeting or note."""
    raw = row["properties"]
    subject, body = _words(kind, raw)
    return Activity.model_validate(
        {
            "id": fields.activity_id(kind, str(row["id"])),
            "kind": fields.SINGULAR[kind],
            "at": _when(row),
            "subject": subject,
            "body": body,
            "direction": _DIRECTIONS.get(str(raw.get(f"hs_{fields.SINGULAR[kind]}_direction") or "")),
            "account_id": linked.account,
            "opportunity_id": linked.deal,
            "owner_id": values.text(raw.get("hubspot_owner_id")),
            "contact_ids": linked.contacts,
            "minutes": _minutes(kind, raw),
        }
    )


def task(row: Row, setting: Setting, linked: Linked) -> Task:
    """Something to be done."""
    raw = row["properties"]
    return Task.model_validate(
        {
            "id": str(row["id"]),
            "subject": values.text(raw.get("hs_task_subject")) or "Task",
            "due": values.day(raw.get("hs_timestamp"), setting.zone),
            "status": fields.TASK_STATUS.get(str(raw.get("hs_task_status") or ""), "open"),
            "owner_id": values.text(raw.get("hubspot_owner_id")),
            "account_id": linked.account,
            "opportunity_id": linked.deal,
            "contact_id": linked.contacts[0] if linked.contacts else None,
            "created_at": values.moment(raw.get("hs_createdate") or row.get("createdAt")),
        }
    )


def merged_into(rows: Sequence[Row]) -> dict[str, str]:
    """id of each record that was merged → the one it is part of now."""
    found: dict[str, str] = {}
    for row in rows:
        raw = row.get("properties") or {}
        for value in (raw.get("hs_merged_object_ids"), raw.get("hs_calculated_merged_vids")):
            found |= {part.partition(":")[0]: str(row["id"]) for part in _several(values.text(value))}
    return {old: new for old, new in found.items() if old != new}


def note_html(subject: str, body: str | None) -> str:
    """A note that we write: the subject stands out as the first line, for HubSpot's notes have none."""
    head = f"<p><strong>{values.markup(subject)}</strong></p>"
    return head + (f"<p>{values.markup(body)}</p>" if body else "")


def _words(kind: str, raw: Mapping[str, Any]) -> tuple[str, str | None]:
    if kind == "notes":
        return _note(values.plain(raw.get("hs_note_body")), str(raw.get("hs_note_body") or ""))
    one = fields.SINGULAR[kind]
    if kind == "emails":
        subject = raw.get("hs_email_subject")
        words = values.text(raw.get("hs_email_text")) or values.plain(raw.get("hs_email_html"))
    else:
        subject, words = raw.get(f"hs_{one}_title"), values.plain(raw.get(f"hs_{one}_body"))
    first = words.splitlines()[0][:SUBJECT] if words else None
    return values.text(subject) or first or one.capitalize(), words


def _note(words: str | None, markup: str) -> tuple[str, str | None]:
    """Our own notes have their subject in bold; of others the first line stands for it and stays in the body."""
    if words is None:
        return "Note", None
    first, _, rest = words.partition("\n")
    if markup.startswith("<p><strong>"):
        return first, values.text(rest)
    return (first, None) if first == words and len(first) <= SUBJECT else (first[:SUBJECT], words)


def _when(row: Row) -> datetime:
    raw = row["properties"]
    times = (raw.get("hs_timestamp"), raw.get("hs_meeting_start_time"), raw.get("hs_createdate"), row.get("createdAt"))
    return next((at for at in map(values.moment, times) if at is not None), EPOCH)


def _minutes(kind: str, raw: Mapping[str, Any]) -> int | None:
    if kind == "calls":
        length = values.number(raw.get("hs_call_duration"))
        return None if length is None else round(length / 60_000)
    start, end = values.moment(raw.get("hs_meeting_start_time")), values.moment(raw.get("hs_meeting_end_time"))
    return None if start is None or end is None else max(round((end - start).total_seconds() / 60), 0)


def _reader(row: Row, kind: str, setting: Setting) -> Callable[[str], str | None]:
    names, raw = setting.fields.of(kind), row.get("properties") or {}
    return lambda name: values.text(raw.get(names[name])) if name in names else None


def _company_type(row: Row, given: str | None) -> str | None:
    stage = str((row.get("properties") or {}).get("lifecyclestage") or "")
    if stage in fields.CUSTOMER_STAGES:
        return "customer"
    if given:
        return fields.COMPANY_TYPES.get(given, given.lower())
    return "prospect" if stage in fields.PROSPECT_STAGES else None


def _opted_out(raw: Mapping[str, Any], everything: str | None, setting: Setting) -> bool:
    """Opted out of all mail, of one-to-one mail, or of every type there is: the careful side counts."""
    each = {name: values.flag(raw.get(name)) for name in setting.contact_opt_outs}
    personal = any(out and "one to one" in setting.contact_opt_outs[name].lower() for name, out in each.items())
    return values.flag(everything) or personal or (bool(each) and all(each.values()))


def _basis(raw: str | None) -> str | None:
    if raw is None:
        return None
    return next((ours for part, ours in fields.LEGAL_BASES if part in raw.lower()), raw)


def _several(raw: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (raw or "").split(";") if part.strip())
