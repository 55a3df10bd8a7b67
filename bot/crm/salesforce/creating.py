"""Create a call, e-mail, meeting, task or contact once: looked up by the change's id, written by it, read back."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.crm import checks
from bot.crm.records import Record
from bot.crm.salesforce import soql, values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.desk import Desk, sent
from bot.crm.salesforce.failures import Refused
from bot.crm.salesforce.tables import KEY_FIELD
from bot.crm.writes import Approval, CreateContact, CreateTask, LogActivity, Receipt
from bot.errors import CrmRejected, CrmUnknown

LOG = logging.getLogger(__name__)
MEETING_MINUTES = 30
SLACK = timedelta(minutes=2)
"""how far the clocks of two machines may lie apart"""


@dataclass(frozen=True)
class Draft:
    """A record that is to be created."""

    kind: str
    body: Mapping[str, Any]
    record: str
    evidence: tuple[str, ...]
    """fields by which it is found again where it has no key; none where it was looked up already"""
    others: Sequence[str] = ()
    """further people"""


def call(desk: Desk, approval: Approval, write: LogActivity) -> Receipt:
    """A call or e-mail: a task that is done."""
    owner = write.owner_id or desk.user_id
    body = {
        "Subject": checks.required("subject", write.subject),
        "Description": checks.text("body", write.body),
        "Status": status(desk, "done"),
        "TaskSubtype": write.activity.capitalize(),
        "CallType": write.direction.capitalize() if write.direction and write.activity == "call" else None,
        "ActivityDate": desk.day(checks.aware(write.at), owner),
        **_linked(write.opportunity_id or write.account_id, write.contact_ids, owner),
    }
    desk.links(write.account_id, write.opportunity_id, write.owner_id, write.contact_ids)
    return create(
        desk, approval, Draft("tasks", body, "activity", ("Subject", "WhatId", "OwnerId"), write.contact_ids[1:])
    )


def meeting(desk: Desk, approval: Approval, write: LogActivity) -> Receipt:
    """A meeting: an event."""
    owner = write.owner_id or desk.user_id
    body = {
        "Subject": checks.required("subject", write.subject),
        "Description": checks.text("body", write.body),
        "StartDateTime": values.sent(checks.aware(write.at)),
        "DurationInMinutes": MEETING_MINUTES,
        **_linked(write.opportunity_id or write.account_id, write.contact_ids, owner),
    }
    desk.links(write.account_id, write.opportunity_id, write.owner_id, write.contact_ids)
    return create(
        desk, approval, Draft("events", body, "activity", ("Subject", "WhatId", "OwnerId"), write.contact_ids[1:])
    )


def task(desk: Desk, approval: Approval, write: CreateTask) -> Receipt:
    """Something to be done."""
    people = [] if write.contact_id is None else [write.contact_id]
    subject, field = checks.required("subject", write.subject), _side_field(desk)
    body = {
        "Subject": subject if field else write.marked(subject),
        "ActivityDate": values.sent(write.due),
        "Status": status(desk, "open"),
        **({field: write.side} if field else {}),
        **_linked(write.opportunity_id or write.account_id, people, write.owner_id or desk.user_id),
    }
    desk.links(write.account_id, write.opportunity_id, write.owner_id, people)
    return create(desk, approval, Draft("tasks", body, "task", ("Subject", "WhatId", "OwnerId")))


def _side_field(desk: Desk) -> str | None:
    """Where this org keeps whose promise a task is, if it does and this user may write it."""
    shape = desk.shape("tasks")
    field = shape.described.get(shape.names.get("side", ""))
    return field.name if field and field.createable else None


def contact(desk: Desk, approval: Approval, write: CreateContact) -> Receipt:
    """A person at an account."""
    first, _, last = checks.required("name", write.name).rpartition(" ")
    body = {
        "AccountId": write.account_id,
        "FirstName": first or None,
        "LastName": last,
        "Title": checks.text("title", write.title),
        "Email": checks.email(write.email),
        "OwnerId": desk.user_id,
    }
    desk.links(write.account_id, None, None, [])
    return create(desk, approval, Draft("contacts", body, "contact", ("FirstName", "LastName", "AccountId")))


def create(desk: Desk, approval: Approval, draft: Draft) -> Receipt:
    """Create the record, unless this change did it before."""
    body = {key: value for key, value in draft.body.items() if value is not None}
    described = desk.shape(draft.kind).described
    body = {
        key: value for key, value in body.items() if key not in _DROPPABLE or not described.known or described.get(key)
    }
    key = described.get(KEY_FIELD)
    found = _found(desk, approval, draft, body)
    if found is not None:
        _add_others(desk, draft, found)
        return _receipt(desk, approval, draft, found)
    body = _with_others(desk, draft, body)
    desk.fits(draft.kind, body, creating=True)
    table = desk.shape(draft.kind).table.name
    try:
        if key and key.external_id and key.createable:
            made = desk.client.send("PATCH", desk.client.path(table, KEY_FIELD, approval.change_id), body)
        else:
            own = {KEY_FIELD: approval.change_id} if key and key.createable else {}
            made = desk.client.send("POST", desk.client.path(table), {**body, **own})
    except Refused as error:
        if "DUPLICATE_VALUE" not in error.codes or KEY_FIELD not in str(error):
            raise
        made = None  # Another process was quicker: what it made is looked up.
    return _written(desk, approval, draft, made)


def _written(desk: Desk, approval: Approval, draft: Draft, made: Any) -> Receipt:
    with sent():
        made_id = str((made or {}).get("id") or "")
        row = desk.row(draft.kind, made_id) if made_id else by_key(desk, approval, draft.kind)
        if row is None:
            raise CrmUnknown(
                f"Salesforce took the {checks.words(draft.record)}, but you may not read it: please check it there."
            )
        _add_others(desk, draft, row)
        return _receipt(desk, approval, draft, row)


def _receipt(desk: Desk, approval: Approval, draft: Draft, row: Row) -> Receipt:
    record = present(desk, draft.kind, row)
    opens = ("opportunity", str(row["OpportunityId"])) if draft.kind == "contact_roles" else (draft.record, row["Id"])
    at = values.time(row.get("CreatedDate"))
    return desk.receipt(approval, draft.record, row["Id"], opens, values.dump(record), at=at)


def present(desk: Desk, kind: str, row: Row) -> Record:
    """A row with what stands beside it, as ours."""
    return next(
        record for _, record in desk.source.beside.records(kind, desk.shape(kind), [row], desk.reading) if record
    )


def _found(desk: Desk, approval: Approval, draft: Draft, body: Mapping[str, Any]) -> Row | None:
    """The record that this change created before; CrmUnknown where nobody can tell."""
    if desk.shape(draft.kind).described.get(KEY_FIELD):
        return by_key(desk, approval, draft.kind)
    if not approval.doubtful or not draft.evidence:
        return None
    conditions = [(name, str(body[name])) for name in draft.evidence if name in body]
    parent = str(body.get("WhatId") or body.get("AccountId") or "")
    return only(desk, draft.kind, conditions, approval, f"the {checks.words(draft.record)}", parent)


def only(
    desk: Desk, kind: str, conditions: Sequence[tuple[str, str]], approval: Approval, what: str, parent: str
) -> Row:
    """The one record that looks like the one meant; CrmUnknown where it is not alone, or not there."""
    since = approval.approved_at - SLACK
    wanted = [*conditions, *([("CreatedById", desk.user_id)] if desk.personal else [])]
    rows = desk.rows(kind, lambda name, fields: soql.evidence(name, fields, wanted, since))
    if len(rows) == 1:
        return rows[0]
    seen = "more than one such record is" if rows else "no such record is"
    raise CrmUnknown(
        f"Nobody can tell whether {what} was written: Salesforce gave no answer, and {seen} there now; "
        f"please check {_parent(desk, parent)} and write it there if it is missing."
    )


def _parent(desk: Desk, parent: str) -> str:
    """Where a person looks for the record."""
    names = {"opportunity": "Opportunity", "account": "Account", "contact": "Contact"}
    kind = next((ours for ours, theirs in names.items() if desk.reading.of(theirs, parent)), None)
    return desk.source.link(kind, parent) if kind else desk.client.base()


def by_key(desk: Desk, approval: Approval, kind: str) -> Row | None:
    """The record that bears the change's id; CrmRejected where it was deleted since."""
    rows = desk.rows(
        kind, lambda name, fields: soql.equal(name, fields, KEY_FIELD, approval.change_id, 2), deleted=True
    )
    row = next((row for row in rows if not row.get("IsDeleted")), rows[0] if rows else None)
    if row is not None and row.get("IsDeleted"):
        raise CrmRejected(
            "This change was made before, and its record was deleted in Salesforce since: propose it anew."
        )
    return row


def status(desk: Desk, state: str) -> str | None:
    """Give the picklist's value for a state of a task; None leaves it to Salesforce's default."""
    allowed = desk.shape("tasks").described.values("Status")
    value = desk.names.value("task_status", state, allowed)
    if value is None and state == "done":
        raise CrmRejected(
            f"The task status in Salesforce has no Completed but {', '.join(allowed)}: say in SELLER_CRM_FIELDS which "
            "one means task_status.done."
        )
    return value


def _linked(what: str | None, people: Sequence[str], owner: str) -> dict[str, str | None]:
    return {"WhatId": what, "WhoId": people[0] if people else None, "OwnerId": owner}


def _with_others(desk: Desk, draft: Draft, body: dict[str, Any]) -> dict[str, Any]:
    """Where Salesforce keeps one person only, the others are named in the text, so that nobody is lost."""
    if not draft.others or _relations(desk, draft.kind):
        return body
    rows = [
        row for asked in soql.among("Contact", ("Id", "Name"), "Id", draft.others) for row in desk.client.rows(asked)
    ]
    names = ", ".join(sorted(str(row["Name"]) for row in rows))
    text = checks.text("body", f"{body.get('Description') or ''}\n\nAlso present: {names}")
    return {**body, "Description": text}


def _relations(desk: Desk, kind: str) -> str | None:
    """The object that keeps further people, where the org shares activities."""
    name = "TaskRelation" if kind == "tasks" else "EventRelation"
    described = desk.client.schema.of(name)
    return name if described.known and described.createable else None


def _add_others(desk: Desk, draft: Draft, row: Row) -> None:
    relation = _relations(desk, draft.kind) if draft.others else None
    if relation is None:
        return
    key = "TaskId" if draft.kind == "tasks" else "EventId"
    there = {people for each in desk.source.beside.people(relation, key, [row]).values() for people in each["others"]}
    for person in draft.others:
        if person in there:
            continue
        try:
            desk.client.send(
                "POST", desk.client.path(relation), {key: row["Id"], "RelationId": person, "IsWhat": False}
            )
        except Refused as error:
            # The record is there; the receipt shows who is on it.
            LOG.warning("Salesforce did not take a further person on %s. %s", row["Id"], error)


_DROPPABLE = frozenset({"TaskSubtype", "CallType", "OwnerId", "DurationInMinutes"})
"""fields that are left out where this org or this login has not got them"""
