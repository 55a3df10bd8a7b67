"""Reading now: one account with everything that hangs on it, and the record that a write touched."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bot.crm.port import Complete, Page
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    Task,
)
from bot.crm.salesforce import soql, transport
from bot.crm.salesforce.client import Row
from bot.crm.writes import Receipt

if TYPE_CHECKING:
    from bot.crm.salesforce.source import Source

NEWEST = 200
"""activities of one account that are read before an answer: the newest"""
_HANGING = ("contacts", "opportunities", "tasks", "events")


def account(source: "Source", account_id: str, seconds: float) -> Page:
    """One account with everything that hangs on it; CrmUnavailable after so many seconds."""
    with transport.within(seconds):
        return _account(source, account_id)


def _account(source: "Source", account_id: str) -> Page:
    found = _first(source, account_id)
    if found["accounts"] is None:
        return Page((), "")
    if not found["accounts"]:
        return Page((), "", gone=[(Account, account_id)])
    deals = [row["Id"] for row in found["opportunities"] or ()]
    found |= _of_deals(source, deals)
    notes = _notes(source, [account_id, *deals])
    records: list[Record] = []
    for kind, rows in [*found.items(), ("notes", notes)]:
        records += [record for _, record in source.read(kind, rows or []) if record is not None]
    return Page(records, "", complete=list(_complete(account_id, deals, found, records)))


def written(source: "Source", receipt: Receipt) -> Page:
    """The record that a write touched, as it is now, and a deal's history and roles."""
    if receipt.record == "opportunity":
        return _deal(source, receipt.record_id)
    kinds: Mapping[str, tuple[str, ...]] = {
        "task": ("tasks",),
        "contact": ("contacts",),
        "contact_role": ("contact_roles",),
    }
    of_activity: Mapping[str, tuple[str, ...]] = {"00T": ("tasks",), "00U": ("events",), "069": ("notes",)}
    choice = kinds.get(receipt.record) or of_activity.get(receipt.record_id[:3], ("tasks", "events", "notes"))
    for kind in choice:
        rows = _rows(source, kind, "Id", receipt.record_id)
        records = [record for _, record in source.read(kind, rows) if record is not None]
        if records:
            return Page(records, "")
    kind_of: dict[str, type[Record]] = {"task": Task, "contact": Contact, "contact_role": OpportunityContactRole}
    return Page((), "", gone=[(kind_of.get(receipt.record, Activity), receipt.record_id)])


def _deal(source: "Source", deal_id: str) -> Page:
    deals = _rows(source, "opportunities", "Id", deal_id)
    if not deals:
        return Page((), "", gone=[(Opportunity, deal_id)])
    found = {
        "opportunities": deals,
        **{kind: _rows(source, kind, "OpportunityId", deal_id) for kind in ("history", "contact_roles")},
    }
    records = [record for kind, rows in found.items() for _, record in source.read(kind, rows) if record is not None]
    whole = [
        Complete(kind, "opportunity_id", frozenset({deal_id}))
        for kind, name in ((OpportunityHistory, "history"), (OpportunityContactRole, "contact_roles"))
        if source.shape(name).table.name not in source.beside.left_out
    ]
    return Page(records, "", complete=whole)


def _rows(source: "Source", kind: str, field: str, value: str) -> list[Row]:
    shape = source.shape(kind)
    return source.beside.optional(shape.table.name, [soql.equal(shape.table.name, shape.selected, field, value)])


def _first(source: "Source", account_id: str) -> dict[str, list[Row] | None]:
    """The account and what names it."""
    shapes = {kind: source.shape(kind) for kind in ("accounts", *_HANGING)}
    asked = [soql.by_id("Account", shapes["accounts"].selected, account_id)]
    for kind in _HANGING:
        shape = shapes[kind]
        if kind in ("tasks", "events"):
            asked.append(soql.newest(shape.table.name, shape.selected, "AccountId", account_id, shape.stamp, NEWEST))
        else:
            asked.append(soql.equal(shape.table.name, shape.selected, "AccountId", account_id))
    return dict(zip(shapes, source.client.batch(asked), strict=True))


def _of_deals(source: "Source", deals: Sequence[str]) -> dict[str, list[Row] | None]:
    """The roles and the history of these deals; None of a kind that may not be read."""
    asked: list[tuple[str, str]] = []
    for kind in ("contact_roles", "history"):
        shape = source.shape(kind)
        asked += [
            (kind, statement) for statement in soql.among(shape.table.name, shape.selected, "OpportunityId", deals)
        ]
    found: dict[str, list[Row] | None] = {"contact_roles": [], "history": []}
    for (kind, _), rows in zip(asked, source.client.batch([statement for _, statement in asked]), strict=True):
        held = found[kind]
        found[kind] = None if held is None or rows is None else held + rows
    return found


def _notes(source: "Source", parents: Sequence[str]) -> list[Row]:
    """The notes that hang on these records."""
    shape = source.shape("notes")
    if {"ContentNote", "ContentDocumentLink"} & set(source.beside.left_out):
        return []
    links = _flat(source.client.batch(list(soql.notes_of(parents))))
    documents = [row["ContentDocumentId"] for row in links]
    return _flat(source.client.batch(list(soql.among("ContentNote", shape.selected, "Id", documents))))


def _flat(answers: Iterable[list[Row] | None]) -> list[Row]:
    return [row for rows in answers for row in rows or ()]


def _complete(
    account_id: str, deals: Sequence[str], found: dict[str, list[Row] | None], records: Sequence[Record]
) -> Iterable[Complete]:
    """What was read whole, so that the rest of it is gone."""
    if found["contacts"] is not None:
        yield Complete(Contact, "account_id", frozenset({account_id}))
    if found["opportunities"] is not None:
        yield Complete(Opportunity, "account_id", frozenset({account_id}))
    for kind, name in ((OpportunityContactRole, "contact_roles"), (OpportunityHistory, "history")):
        if deals and found[name] is not None:
            yield Complete(kind, "opportunity_id", frozenset(deals))
