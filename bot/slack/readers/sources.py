"""The records of the CRM that an answer may tell of."""

from collections.abc import Iterable, Iterator
from typing import get_args

from pydantic import BaseModel

from bot.crm.port import CrmReader, RecordKind
from bot.proposals import BASIS, Draft

Record = tuple[RecordKind, str]
"""kind and id"""
FIELDS: dict[str, RecordKind] = {
    "parent_id": "account", "account_id": "account", "opportunity_id": "opportunity", "contact_id": "contact",
}  # fmt: skip
"""fields that name another record"""
KNOWN_TO_ALL = frozenset({"user", "stage", "product"})
"""kinds that colleagues may see whatever their rights"""
QUOTA = "quota"
"""seen by whom it is of and who leads them, even where every record is open to everybody"""


def records_of(draft: Draft, own: CrmReader) -> set[Record] | None:
    """All records that the answer and its proposal tell of, as the asker sees them; None where that cannot be told.

    An answer about an account may tell of anything on it, cited or only counted, so all of it counts.
    """
    named = {*draft.records, *(citation.record for citation in draft.citations if citation.record)}
    found: set[Record] = set()
    for one in named:
        kind, _, key = one.partition(":")
        more = _behind(kind, key, own)
        if more is None:
            return None
        found |= more
    for write in draft.writes:
        found |= set(_named(write.write))
    about = _of_account(draft.account_id, own) if draft.account_id else set()
    return None if about is None else found | about or None


def told_of(draft: Draft, wanted: str) -> set[str]:
    """The ids that the answer names of one kind, such as the quotas that it tells."""
    return {key for kind, _, key in (one.partition(":") for one in draft.records) if kind == wanted}


def _behind(kind: str, key: str, own: CrmReader) -> set[Record] | None:
    """The record, or those that decide who sees it: a call or a task is seen with its account, deal and people."""
    if kind in KNOWN_TO_ALL or kind in (QUOTA, BASIS):  # these are asked for apart
        return set()
    if kind in get_args(RecordKind):
        return {(kind, key)}  # type: ignore[arg-type]
    row = own.activity(key) if kind == "activity" else own.task(key) if kind == "task" else None
    above = set(_named(row)) if row else set()
    # One that hangs on nothing is its owner's alone.
    return above or None


def _of_account(account_id: str, own: CrmReader) -> set[Record] | None:
    account = own.account(account_id)
    if account is None:
        return None
    deals = own.opportunities(account_id)
    rows: Iterable[BaseModel] = (
        account, *deals, *own.activities(account_id), *own.tasks(account_id, live_only=False),
        *(role for deal in deals for role in own.contact_roles(deal.id)),
    )  # fmt: skip
    found: set[Record] = {("account", account.id)}
    found |= {("opportunity", deal.id) for deal in deals}
    found |= {("contact", contact.id) for contact in own.contacts(account_id)}
    beside = {record for row in rows for record in _named(row)} - found
    return found | {record for record in beside if _exists(record, own)}


def _exists(record: Record, own: CrmReader) -> bool:
    """Whether there still is such a record; of one that is gone nothing can be told."""
    kind, key = record
    read = {"account": own.account, "contact": own.contact, "opportunity": own.opportunity}[kind]
    return read(key) is not None


def _named(row: BaseModel) -> Iterator[Record]:
    """The records whose ids stand in a record or a write."""
    for field, kind in FIELDS.items():
        key = getattr(row, field, None)
        if key:
            yield kind, key
    for key in getattr(row, "contact_ids", ()):
        yield "contact", key
