"""Read one account, or the record behind a receipt, as it is now."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from bot.crm.hubspot import fields
from bot.crm.hubspot.builder import Builder, Built
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.walk import KINDS, OPTIONAL
from bot.crm.hubspot.wire import Wire
from bot.crm.port import Page
from bot.crm.records import Account, Opportunity, OpportunityContactRole, Record
from bot.crm.writes import Receipt

AT_A_TIME = 8
"""calls that run side by side: an account hangs together by many short lists"""
NEWEST = 100
"""activities and tasks of each type that are read anew; what is older the mirror holds"""

HANGING = ("contacts", "deals", *fields.ACTIVITIES, "tasks")


def account(connection: Wire, builder: Builder, account_id: str) -> Page:
    """The company, its people, deals with roles and past values, and its newest activities and tasks."""
    found = builder.rows(connection, "companies", [account_id])
    if not found:
        return Page(records=[], cursor="", gone=[(Account, account_id)])
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        ids = dict(
            zip(HANGING, pool.map(lambda kind: _ids(connection, builder, kind, account_id), HANGING), strict=True)
        )
        parts = [builder.build(connection, "companies", found)]
        parts += pool.map(lambda kind: _read(connection, builder, kind, ids[kind]), HANGING)
    return _page(parts)


def record(connection: Wire, builder: Builder, receipt: Receipt) -> Page:
    """The record of a receipt; a role is read with its deal, of which it is a part."""
    kind, record_id = place(receipt)
    rows = builder.rows(connection, kind, [record_id])
    if rows:
        return _page([builder.build(connection, kind, rows)])
    gone: list[tuple[type[Record], str]] = [(KINDS[kind], receipt.record_id)]
    if receipt.record == "contact_role":
        gone = [(Opportunity, record_id), (OpportunityContactRole, receipt.record_id)]
    return Page(records=[], cursor="", gone=gone)


def place(receipt: Receipt) -> tuple[str, str]:
    """HubSpot's type and id of what a receipt is about."""
    if receipt.record == "contact_role":
        return "deals", receipt.record_id.partition(":")[0]
    if receipt.record == "activity":
        return fields.apart(receipt.record_id)
    kinds: Mapping[str, str] = {"task": "tasks", "opportunity": "deals", "contact": "contacts"}
    return kinds[receipt.record], receipt.record_id


def _ids(connection: Wire, builder: Builder, kind: str, account_id: str) -> Sequence[str]:
    try:
        return _linked(connection, builder, kind, account_id)
    except Refused as error:
        if kind not in OPTIONAL:
            raise
        # A type that this token may not read must not keep the rest from being fresh.
        builder.catalog.notes.refused(kind, error)
        return []


def _linked(connection: Wire, builder: Builder, kind: str, account_id: str) -> Sequence[str]:
    found = builder.links.of(connection, "companies", kind, [account_id])
    ids = [link.id for link in found.get(account_id, ())]
    if kind in ("contacts", "deals"):
        return ids
    return sorted(ids, key=lambda key: (len(key), key))[-NEWEST:]


def _read(connection: Wire, builder: Builder, kind: str, ids: Sequence[str]) -> Built:
    try:
        return builder.build(connection, kind, builder.rows(connection, kind, ids)) if ids else Built()
    except Refused as error:
        if kind not in OPTIONAL:
            raise
        builder.catalog.notes.refused(kind, error)
        return Built()


def _page(parts: Sequence[Built]) -> Page:
    return Page(
        records=[row for part in parts for row in part.records],
        cursor="",
        merged={old: new for part in parts for old, new in part.merged.items()},
        complete=[whole for part in parts for whole in part.complete],
    )
