"""Who is in a deal and what they said: buyer map, why now, the qualification grid, and the notes beside the CRM."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

from bot.crm.records import Activity, ActivityKind, Contact
from bot.pipeline.deal import Deal, is_two_way
from bot.pipeline.framework import BANT, SPICED
from bot.pipeline.grid import Cell, grid
from bot.pipeline.risk_words import FLAGS
from bot.pipeline.said import Sentence, quoted, states, theirs
from bot.proposals import Line, Section, Table
from bot.skills import Context
from bot.skills import account as facts
from bot.skills.deal_facts import Sheet
from bot.skills.ledger import joined, plural
from bot.skills.view import AccountView
from knowledge.documents import Document, Scope
from knowledge.errors import KnowledgeError

PAGE = "page "
"""how the id of an activity begins that is a page of the knowledge base"""
OLD = 60
"""days from which evidence is called old"""
_MONTH = "january|february|march|april|may|june|july|august|september|october|november|december"
_PRESSES = re.compile(
    "|".join(
        [
            *(shows for name, shows, _ in (*BANT, *SPICED) if name in ("timeline", "critical event")),
            r"\b(?:before|until|into) the (?:\w+ )?(?:season|year|quarter|holidays|launch|audit|budget round)\b|\bnew year\b|\byear[- ]end\b",
            rf"\b(?:decide\w*|sign\w*|start\w*|answer|live|contract ends?) (?:\w+ ){{0,4}}?(?:by|before|on|until) (?:the )?(?:\d|{_MONTH})",
            r"\bthis year\b|\bthis quarter\b|\brun(?:s|ning)? out\b",
        ]
    ),
    re.IGNORECASE,
)
"""what hangs on a date"""
_LABELS = {"meddpicc": "MEDDPICC", "bant": "BANT", "spiced": "SPICED"}


def with_pages(context: Context, view: AccountView) -> Deal:
    """The deal with the account's notes and transcripts; only where these can be about no other deal."""
    deal = view.deals[0]
    if not view.account.id or [o.id for o in view.open] != [deal.opportunity.id]:
        return deal
    try:
        scope = Scope.notes(view.account.id, teams=context.teams)
        pages = [page for page in context.library.documents() if scope.admits(page) and page.searchable and page.date]
        return replace(deal, pages=[_as_activity(context, page) for page in pages], kept={})
    except KnowledgeError:
        return deal  # the CRM alone is worth a summary


def _as_activity(context: Context, page: Document) -> Activity:
    kind: ActivityKind = "call" if page.kind == "transcript" else "note"
    text = "\n".join(chunk.text for chunk in context.library.chunks(page.id))
    at = datetime.combine(page.date or context.today, time(12), UTC)
    return Activity(id=f"{PAGE}{page.id}", kind=kind, at=min(at, context.now), subject=page.title, body=text)


def involved(sheet: Sheet) -> list[Contact]:
    """Contacts with a role in the deal or in one of its activities."""
    view, deal = sheet.view, sheet.deal
    ids = {role.contact_id for role in deal.roles} | {c for a in view.activities for c in a.contact_ids}
    return [contact for contact in view.contacts if contact.id in ids]


def involved_alone(sheet: Sheet) -> AccountView:
    """The view with those contacts alone."""
    return replace(sheet.view, contacts=involved(sheet))


def group(sheet: Sheet) -> list[Line]:
    """Who of the buying group took part lately, and which roles nobody has."""
    deal = sheet.deal
    since = sheet.view.now - facts.RECENT
    engaged = {c for a in deal.activities if is_two_way(a) and since <= a.at for c in a.contact_ids}
    with_role = {role.contact_id for role in deal.roles}
    if not with_role:
        return [sheet.line("No contact has a role in this deal.")]
    count = len(engaged & with_role)
    sheet.figure("engaged in 30 days", count, "", len(with_role), "contacts with a role in this deal")
    lines = [sheet.line(f"Engaged in the last 30 days: {count} of {plural(len(with_role), 'contact')} with a role.")]
    held = {role.role for role in deal.roles}
    missing = [facts.role_word(role) for role in ("economic_buyer", "champion") if role not in held]
    return [*lines, *(sheet.line(f"No {role} is identified.") for role in missing)]


def why_now(sheet: Sheet) -> Section | None:
    """The newest words of the customer on what hangs on a date."""
    found = next((one for one in theirs(sheet.deal, sheet.view.now) if _presses(one)), None)
    if found is None:
        return None
    day = found.activity.at.astimezone(sheet.view.now.tzinfo).date()
    who = found.who or "The customer"
    n = _cite(sheet, found.activity.id if found.activity.id.startswith(PAGE) else f"activity:{found.activity.id}")
    return Section(title="Why now", lines=(sheet.ledger.line(f"{who} on {day}: {quoted(found)}", *n),))


def _presses(one: Sentence) -> bool:
    """Whether it says what hangs on a date; a seller's title of a call is no word of theirs, and what stops the deal no reason."""
    title = one.activity.kind != "email" and one.text == one.activity.subject
    return bool(_PRESSES.search(one.text)) and not title and not any(states(one.text, pattern) for _, pattern in FLAGS)


def qualification(sheet: Sheet) -> Section:
    """The grid of the company's framework: evidence, whose it is, its age; and what is missing, with its question."""
    framework, today = sheet.context.policy.framework, sheet.view.now.date()
    cells = grid(sheet.deal, framework, sheet.view.now)
    known = [cell for cell in cells if cell.evidence]
    cites = list(dict.fromkeys(n for cell in known for n in _cite(sheet, cell.record)))
    old = [cell.name for cell in known if (cell.age(today) or 0) >= OLD]
    missing = [cell for cell in cells if not cell.evidence]
    sheet.figure("letters with evidence", len(known), "", len(cells), _LABELS[framework])
    told = f"{len(known)} of {len(cells)} with evidence"
    told += f"; older than {OLD} days: {joined(old)}" if old else ""
    lines = [sheet.ledger.line(f"{told}.", *(cites or [sheet.n]))]
    lines += [sheet.line(f"Missing: {joined(cell.name for cell in missing)}.")] if missing else []
    rows = tuple(_row(cell, today) for cell in cells)
    table = Table(columns=("Letter", "Evidence", "Who", "Age"), rows=rows, numeric=(3,))
    return Section(title=_LABELS[framework], lines=tuple(lines), table=table if known else None)


def _row(cell: Cell, today: date) -> tuple[str, str, str, str]:
    age = cell.age(today)
    if not cell.evidence:
        return cell.name.capitalize(), "missing", "–", "–"
    return cell.name.capitalize(), _short(cell.evidence), cell.who or "–", "–" if age is None else plural(age, "day")


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else f"{text[: most - 2].rstrip()}…{'”' if text.endswith('”') else ''}"


def _cite(sheet: Sheet, record: str) -> Iterator[int]:
    """The number of the record or page that a cell rests on."""
    kind, _, key = record.partition(":")
    if record.startswith(PAGE):
        page = sheet.context.library.document(record.removeprefix(PAGE))
        if page:
            yield sheet.ledger.page(page, sheet.context.today)
    elif kind == "activity":
        yield from (facts.cite_activity(a, sheet.ledger) for a in sheet.deal.activities if a.id == key)
    elif kind == "contact" and key in sheet.deal.contacts:
        one = sheet.deal.contacts[key]
        yield sheet.ledger.record("contact", one, one.name, one.updated_at)
    elif kind == "opportunity":
        yield sheet.n
