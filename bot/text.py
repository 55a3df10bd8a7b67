"""An answer and a proposal as plain text, for the terminal and for logs of what was said (pure)."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.crm.port import CrmReader
from bot.crm.writes import (
    CompleteTask,
    CreateContact,
    CreateTask,
    CrmWrite,
    LogActivity,
    SetContactRole,
    UpdateOpportunity,
)
from bot.proposals import Change, Chart, Citation, Draft, Line, Proposal, Section, Series, Table, record_of

TITLES = {
    "log_activity": "Log activity",
    "create_task": "Create task",
    "complete_task": "Complete task",
    "update_opportunity": "Update deal",
    "create_contact": "Create contact",
    "set_contact_role": "Set contact role",
}
STATES = {
    "pending": "waiting for your yes",
    "approved": "approved, about to be applied",
    "applying": "being applied",
    "waiting": "approved; waiting for the CRM",
    "unknown": "unknown, please check",
    "applied": "in the CRM",
    "failed": "failed",
    "rejected": "rejected",
    "expired": "expired",
    "undone": "undone",
}


def answer_text(draft: Draft) -> str:
    """The whole answer: lead, sections, unknowns, notice and numbered sources."""
    blocks = [draft.lead, *map(_section, draft.sections), *charts_text(draft.charts)]
    if draft.unknowns and draft.skill != "decision":
        blocks.append("Unknown\n" + "\n".join(f"- {text}" for text in draft.unknowns))
    if draft.notice:
        blocks.append(f"({draft.notice})")
    if draft.citations:
        blocks.append("Sources\n" + "\n".join(source_line(citation) for citation in draft.citations))
    if draft.as_of:
        blocks.append(f"CRM as of {draft.as_of:%Y-%m-%d %H:%M} UTC.")
    return "\n\n".join(block for block in blocks if block)


def _section(section: Section) -> str:
    lines = [f"- {cited(line)}" if section.title else cited(line) for line in section.lines]
    table = aligned(section.table) if section.table else []
    empty = [] if lines or table or not section.title else ["- nothing on record"]
    return "\n".join([*([section.title] if section.title else []), *lines, *empty, *table])


def aligned(table: Table) -> list[str]:
    """Header and rows of a table, the columns under each other and figures to the right."""
    width = max(len(row) for row in (table.columns, *table.rows))
    rows = [
        [" ".join(cell.split()) for cell in (*row, *[""] * (width - len(row)))] for row in (table.columns, *table.rows)
    ]
    widths = [max(map(_wide, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(_padded(row[k], widths[k], k in table.numeric) for k in range(width)).rstrip() for row in rows]


def _padded(cell: str, width: int, right: bool) -> str:
    space = " " * (width - _wide(cell))
    return space + cell if right else cell + space


def _wide(text: str) -> int:
    """Columns that a text takes on a screen: wide signs two, marks on other letters none."""
    shown = (sign for sign in text if not unicodedata.combining(sign))
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in shown)


def charts_text(charts: Sequence[Chart]) -> list[str]:
    """Charts in words; the figures of one are a table, of several the words are enough."""
    return [chart_text(one) if len(charts) == 1 else f"{one.title}\n{one.alt}" for one in charts]


def chart_text(chart: Chart) -> str:
    """A chart in words and figures, where no picture can be shown."""
    return "\n".join([chart.title, chart.alt, *aligned(chart_table(chart))])


def chart_table(chart: Chart) -> Table:
    """The values of a chart as a table."""
    rows = tuple(
        (label, *(_value(chart, one, one.values[k]) for one in chart.series if k < len(one.values)))
        for k, label in enumerate(chart.labels)
    )
    columns = ("", *(one.name for one in chart.series))
    return Table(columns=columns, rows=rows, numeric=tuple(range(1, len(columns))))


def _value(chart: Chart, series: Series, value: float | None) -> str:
    if value is None:
        return "–"
    is_share = chart.kind == "reliability" or (chart.kind == "funnel" and series.name == "Share")
    return figure(value * 100, "%") if is_share else figure(value, chart.unit)


def figure(value: float, unit: str) -> str:
    """A value with its unit, such as USD 48,000 or 12.5%."""
    number = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{number}%" if unit == "%" else f"{unit} {number}".strip()


def cited(line: Line) -> str:
    """A line with the numbers of its sources."""
    marks = "".join(f"[{n}]" for n in line.cites)
    return f"{line.text} {marks}" if marks else line.text


def source_line(citation: Citation) -> str:
    """Number, title, badge, owner, age, place and link of a source."""
    age = days_old(citation.age_days) if citation.age_days is not None else None
    where = citation.location if citation.status != "CRM" else None
    parts = [citation.title, citation.status, citation.owner, age, where, citation.warning, citation.source]
    return f"[{citation.n}] " + " · ".join(part for part in parts if part)


def days_old(days: int) -> str:
    """A source's age in words."""
    if days <= 0:
        return "of today"
    return "1 day old" if days == 1 else f"{days} days old"


def proposal_text(proposal: Proposal, reader: CrmReader) -> str:
    """A proposal card in words."""
    head = f"Proposal {proposal.id} (revision {proposal.revision}): {STATES[proposal.status]}"
    return "\n".join([head, *(change_text(change, reader) for change in proposal.changes)])


def change_text(change: Change, reader: CrmReader) -> str:
    """One change: what, on what, old → new, why, and what became of it."""
    rows = change_rows(change.write, reader)
    who = decider(change, reader)
    state = f"{STATES[change.status]}, {who}" if who else STATES[change.status]
    lines = [f"  {change.k}. {TITLES[change.write.kind]} on {target_name(change.write, reader)}: {state}"]
    lines += [f"       {field}: {old} → {new}" if old else f"       {field}: {new}" for field, old, new in rows]
    lines.append(f"       because: {change.evidence}")
    lines += [f"       {note}" for note in notes(change, reader)]
    if link := change_link(change, reader):
        lines.append(f"       {link}")
    return "\n".join(lines)


def decider(change: Change, reader: CrmReader) -> str:
    """Who decided, such as "approved by Ann Seller"; empty where nobody did."""
    by = reader.user(change.decided_by) if change.decided_by else None
    verb = "rejected" if change.status == "rejected" else "approved"
    return f"{verb} by {by.name if by else change.decided_by}" if change.decided_by else ""


def notes(change: Change, reader: CrmReader, *, lasting: bool = False) -> list[str]:
    """What else the person must know of a change: a warning, what went wrong, since when it waits, what is asked.

    `lasting` leaves out what is true for seconds only, for where it will stand longer.
    """
    waits = _waiting(change, lasting=lasting)
    return [note for note in (_warning(change, reader), change.error or "", waits, _asked(change)) if note]


def _warning(change: Change, reader: CrmReader) -> str:
    write = change.write
    deal = reader.opportunity(write.opportunity_id) if isinstance(write, UpdateOpportunity) else None
    if deal is None or not deal.is_closed or change.status != "pending":
        return ""
    return f"Careful: {deal.name} is closed ({deal.stage}); this changes a closed deal."


def _waiting(change: Change, *, lasting: bool) -> str:
    if change.status != "waiting" or change.queued_at is None:
        return ""
    if lasting:
        return f"Waiting since {change.queued_at:%Y-%m-%d %H:%M} UTC; it is tried again without your doing."
    again = f"; the next try is at {change.retry_at:%H:%M:%S}" if change.retry_at else "; it is tried again now"
    return f"Waiting since {change.queued_at:%Y-%m-%d %H:%M} UTC{again}."


def _asked(change: Change) -> str:
    if change.status == "unknown":
        return "Look in the CRM: if it is not there, approve writes it; if it is, or shall not be, reject leaves it."
    if change.applied_late and change.decided_at:
        return f"The yes was of {change.decided_at:%Y-%m-%d}; the CRM could not be reached for more than a week."
    return ""


def change_link(change: Change, reader: CrmReader) -> str | None:
    """Where to open what was written, or to look whether it was."""
    if change.receipt or change.status != "unknown":
        return change.receipt.link if change.receipt else None
    record, held = record_of(change.write.model_dump()), getattr(change.write, "opportunity_id", None)
    return reader.link("opportunity" if held else "account", record) if record else None


def change_rows(write: CrmWrite, reader: CrmReader) -> list[tuple[str, str, str]]:
    """(field, old, new) as people read them; ids become names, empty fields are left out."""
    if isinstance(write, UpdateOpportunity):
        return [(write.field.replace("_", " "), _shown(write.old) or "nothing", _shown(write.new) or "nothing")]
    if isinstance(write, SetContactRole):
        return [("role", (write.old or "none").replace("_", " "), write.role.replace("_", " "))]
    if isinstance(write, CompleteTask):
        task = reader.task(write.task_id)
        return [(f"“{task.subject}”" if task else "status", "open", "done")]
    return [(name, "", value) for name, value in _created(write, reader).items() if value]


def _created(write: CreateTask | LogActivity | CreateContact, reader: CrmReader) -> dict[str, str]:
    if isinstance(write, CreateContact):
        return {"name": write.name, "title": write.title or "", "email": write.email or ""}
    owner = reader.user(write.owner_id) if write.owner_id else None
    shared = {"owner": owner.name if owner else "", "deal": _deal_name(write.opportunity_id, reader)}
    if isinstance(write, CreateTask):
        return {
            "subject": write.subject,
            "due": _shown(write.due),
            "promised by": "their side" if write.side == "theirs" else "",
            **shared,
            "contact": _names([write.contact_id], reader),
        }
    kind = {"kind": write.activity, "subject": write.subject, "at": f"{write.at:%Y-%m-%d %H:%M} UTC"}
    return {**kind, "body": write.body or "", "with": _names(write.contact_ids, reader), **shared}


def _names(ids: Sequence[str | None], reader: CrmReader) -> str:
    contacts = [reader.contact(i) for i in ids if i]
    return ", ".join(contact.name for contact in contacts if contact)


def _deal_name(opportunity_id: str | None, reader: CrmReader) -> str:
    deal = reader.opportunity(opportunity_id) if opportunity_id else None
    return deal.name if deal else ""


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def target_name(write: CrmWrite, reader: CrmReader) -> str:
    """The account or deal that a write belongs to."""
    account_id = getattr(write, "account_id", None)
    account = reader.account(account_id) if account_id else None
    return account.name if account else _deal_name(getattr(write, "opportunity_id", None), reader) or "the CRM"


def proposal_json(proposal: Proposal, reader: CrmReader) -> dict[str, Any]:
    """A proposal in the shape of the command line's contract."""
    return {
        "id": proposal.id,
        "revision": proposal.revision,
        "status": proposal.status,
        "requester": proposal.requester,
        "created_at": proposal.created_at.isoformat(),
        "expires_at": proposal.expires_at.isoformat(),
        "changes": [change_json(change, reader) for change in proposal.changes],
        "as_of": reader.as_of(),
    }


def change_json(change: Change, reader: CrmReader) -> dict[str, Any]:
    """One change; a creation has no old value and its fields under `new`."""
    values = change.write.model_dump(exclude={"kind"})
    update = isinstance(change.write, UpdateOpportunity | SetContactRole)
    done = isinstance(change.write, CompleteTask)
    named = {"update_opportunity": values.get("field"), "set_contact_role": "role", "complete_task": "status"}
    new: Any = values.get("new", values.get("role")) if update else "done" if done else values
    plain: Mapping[str, Any] = {
        "k": change.k,
        "kind": change.write.kind,
        "record": target_name(change.write, reader),
        "field": named.get(change.write.kind),
        "old": values.get("old") if update else "open" if done else None,
        "new": new,
        "evidence": change.evidence,
        "confidence": change.confidence,
        "status": change.status,
        "error": change.error,
    }
    receipt = {"receipt": change.receipt.model_dump(mode="json")} if change.receipt else {}
    return {**plain, **_standing_json(change, reader), **receipt}


def _standing_json(change: Change, reader: CrmReader) -> dict[str, Any]:
    """Who decided, since when it waits and until when, and where to look."""
    waits = change.status == "waiting"
    known = {
        "decided_by": change.decided_by,
        "waiting_since": change.queued_at if waits else None,
        "next_try": change.retry_at if waits else None,
        "look": change_link(change, reader) if change.status == "unknown" else None,
    }
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in known.items()}
