"""What is sent to create a record: properties and links of HubSpot, beside what must come back (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Literal

from bot.crm import checks
from bot.crm.hubspot import fields, reading, values
from bot.crm.writes import CreateContact, CreateTask, LogActivity
from bot.errors import CrmRejected

LONGEST = 65_536
"""characters that HubSpot keeps of a body, markup included"""

_DIRECTIONS: Mapping[tuple[str, str], str] = {
    ("calls", "inbound"): "INBOUND",
    ("calls", "outbound"): "OUTBOUND",
    ("emails", "inbound"): "INCOMING_EMAIL",
    ("emails", "outbound"): "EMAIL",
}


@dataclass(frozen=True)
class Plan:
    """One record to be created."""

    record: Literal["activity", "task", "contact"]
    kind: str
    """HubSpot's type"""
    properties: Mapping[str, str]
    links: tuple[tuple[str, str], ...] = ()
    """type and id of each linked record; the first is where a person looks for the new one"""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """fields of our record as they must come back"""


def activity(write: LogActivity, account: str | None, owner: str | None) -> Plan:
    """A call, e-mail, meeting or note."""
    kind, one = fields.PLURAL[write.activity], write.activity
    subject, words = " ".join(checks.required("subject", write.subject).split()), values.text(write.body)
    at = values.stamp(checks.aware(write.at))
    sent = {"hs_timestamp": at, **_owned(owner), **_bodies(kind, subject, words)}
    direction = _DIRECTIONS.get((kind, write.direction or ""))
    if direction:
        sent[f"hs_{one}_direction"] = direction
    expected = {"subject": subject, "body": words, "at": values.moment(at), "owner_id": owner}
    links = _links(deal=write.opportunity_id, account=account, contacts=write.contact_ids)
    return Plan("activity", kind, _fitting(sent), links, expected)


def task(write: CreateTask, account: str | None, owner: str | None, zone: tzinfo) -> Plan:
    """A task; HubSpot takes none without a due date."""
    if write.due is None:
        raise CrmRejected("HubSpot needs a due date for a task: give one.")
    subject = checks.required("subject", write.subject)
    sent = {
        "hs_timestamp": values.noon(write.due, zone),
        "hs_task_subject": write.marked(subject),
        "hs_task_status": "NOT_STARTED",
        "hs_task_type": "TODO",
        **_owned(owner),
    }
    contacts = (write.contact_id,) if write.contact_id else ()
    expected = {"subject": subject, "due": write.due, "owner_id": owner, "status": "open"}
    return Plan("task", "tasks", sent, _links(write.opportunity_id, account, contacts), expected)


def contact(write: CreateContact, owner: str | None) -> Plan:
    """A person; the last word of the name is the last name."""
    name, title, email = (
        checks.required("name", write.name),
        checks.text("title", write.title),
        checks.email(write.email),
    )
    first, _, last = name.rpartition(" ")
    given = {"firstname": first or last, "lastname": last if first else None, "jobtitle": title, "email": email}
    sent = {key: value for key, value in given.items() if value} | _owned(owner)
    expected = {"name": name, "title": title, "email": email, "account_id": write.account_id}
    return Plan("contact", "contacts", sent, (("companies", write.account_id),), expected)


def same(name: str, expected: Any, present: Any) -> bool:
    """Whether a field came back as it was sent; space inside a body and the case of an address do not count."""
    if isinstance(expected, str) and isinstance(present, str):
        fold = str.lower if name == "email" else str
        return " ".join(fold(expected).split()) == " ".join(fold(present).split())
    return bool(expected == present)


def since(plan: Plan, row: Mapping[str, Any], earliest: datetime) -> bool:
    """Whether a row was made after this time."""
    raw = row.get("properties") or {}
    made = values.moment(raw.get("hs_createdate") or raw.get("createdate") or row.get("createdAt"))
    return made is not None and made >= earliest


def _bodies(kind: str, subject: str, words: str | None) -> dict[str, str]:
    if kind == "notes":
        return {"hs_note_body": reading.note_html(subject, words)}
    if kind == "emails":
        return {"hs_email_subject": subject, "hs_email_status": "SENT", **({"hs_email_text": words} if words else {})}
    one = fields.SINGULAR[kind]
    done = {"hs_call_status": "COMPLETED"} if kind == "calls" else {}
    return {f"hs_{one}_title": subject, **done, **({f"hs_{one}_body": values.markup(words)} if words else {})}


def _fitting(sent: Mapping[str, str]) -> Mapping[str, str]:
    """CrmRejected for a body that HubSpot would cut."""
    for name, value in sent.items():
        if len(value) > LONGEST and name != "hs_timestamp":
            raise CrmRejected(
                f"The body has {len(value)} characters with its markup; HubSpot keeps {LONGEST}: shorten it or split it."
            )
    return sent


def _owned(owner: str | None) -> dict[str, str]:
    return {"hubspot_owner_id": owner} if owner else {}


def _links(deal: str | None, account: str | None, contacts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    single = (("deals", deal), ("companies", account))
    return (*((kind, key) for kind, key in single if key), *(("contacts", key) for key in contacts))
