"""From a proposal and the CRM's names to what its card and its form show."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from bot.approvals.editing import EDITABLE
from bot.approvals.gate import UNDO_WITHIN
from bot.crm.port import CrmReader
from bot.crm.writes import UpdateOpportunity
from bot.proposals import Change, Proposal
from bot.slack.showing.card_views import CardView, ChangeView
from bot.slack.showing.forms import MOST_INPUT, Field
from bot.text import change_link, change_rows, decider, notes, target_name

FORM = frozenset({"subject", "due", "body", "name", "title", "email", "role"})
"""of what may be edited, what a form asks for; times and directions are typed in the terminal"""
DATES = frozenset({"due", "close_date"})
REQUIRED = frozenset({"subject", "name", "role", "stage"})


def card_view(proposal: Proposal, reader: CrmReader, now: datetime) -> CardView:
    """Return the card of a proposal as it stands."""
    changes = tuple(_change_view(change, reader, now) for change in proposal.changes)
    return CardView(proposal.id, proposal.revision, proposal.status, changes)


def can_undo(change: Change, now: datetime) -> bool:
    """Tell whether a change may still be taken back."""
    done = change.receipt if change.status == "applied" else None
    return done is not None and now - done.applied_at <= UNDO_WITHIN


def form_fields(change: Change) -> list[Field]:
    """Return the inputs for one change; a value too long for a form is left out."""
    write = change.write
    values = {name: _shown(getattr(write, name, None)) for name in EDITABLE.get(write.kind, ()) if name in FORM}
    if isinstance(write, UpdateOpportunity):
        values = {write.field: _shown(write.new)}
    return [_field(name, value) for name, value in values.items() if len(value) <= MOST_INPUT]


def all_fields(changes: Sequence[Change]) -> list[Field]:
    """Return the inputs for several changes, each named by its change's number."""
    fields = [(change.k, field) for change in changes for field in form_fields(change)]
    return [
        replace(one, name=f"{k}.{one.name}", label=f"{k}. {one.name.replace('_', ' ').capitalize()}")
        for k, one in fields
    ]


def _field(name: str, value: str) -> Field:
    kind: Literal["line", "text", "date"] = "text" if name == "body" else "date" if name in DATES else "line"
    return Field(name, value, kind, required=name in REQUIRED)


def _change_view(change: Change, reader: CrmReader, now: datetime) -> ChangeView:
    return ChangeView(
        k=change.k,
        kind=change.write.kind,
        target=target_name(change.write, reader),
        rows=change_rows(change.write, reader),
        evidence=change.evidence,
        confidence=change.confidence,
        status=change.status,
        decided=decider(change, reader),
        link=change_link(change, reader),
        notes=[*notes(change, reader, lasting=True), *_what_next(change)],
        undoable=can_undo(change, now),
        editable=bool(form_fields(change)),
    )


def _what_next(change: Change) -> list[str]:
    """Say what to do where a change came to an end that nobody wished for."""
    if change.status == "failed":
        return ["Put it right and ask for it anew, or change the record in the CRM."]
    return ["Nobody decided in time; ask for it anew."] if change.status == "expired" else []


def _shown(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)
