"""Who attends a meeting, what their kind cares about by the playbook, and what they said, with its day."""

import re
from collections.abc import Sequence

from bot.crm.records import Contact
from bot.proposals import Line, Section
from bot.screening import orders
from bot.skills import account as facts
from bot.skills.extract import CUES, badge, clean, stems, units
from bot.skills.ledger import joined
from bot.skills.play import PLAYBOOK
from bot.skills.preparing import Prepared
from knowledge.documents import Passage
from knowledge.errors import KnowledgeError

PEOPLE = 4
"""attendees that are told of in full"""
CARES = re.compile(
    r"^#+\s.*\b(?:cares?|care about|priorit\w+|concerns?|wants?|motivat\w+)\b.*$", re.IGNORECASE | re.MULTILINE
)
"""a heading above what a kind of person cares about"""


def attendees(prepared: Prepared) -> Section:
    """Who comes, what their kind cares about by the playbook, and what they said, dated."""
    shown, lines = prepared.people[:PEOPLE], []
    pages = _pages(prepared, shown)
    for contact in shown:
        lines += _attendee(prepared, contact, pages)
    cite = prepared.cite
    rest = [contact.name for contact in prepared.people[PEOPLE:]]
    lines += [prepared.ledger.line(f"Also: {joined(rest)}.", cite)] if rest else []
    lines += [
        prepared.ledger.line(f"{name}: not in the CRM; ask who they are and what they decide.", cite)
        for name in prepared.strangers
    ]
    if not prepared.expected:
        told = "Who attends is not on record" + (
            "; these have a role or were in touch lately." if prepared.people else "."
        )
        lines.insert(0, prepared.ledger.line(told, cite))
    return Section(title="Who attends" if prepared.expected else "Who may attend", lines=tuple(lines))


def _pages(prepared: Prepared, people: Sequence[Contact]) -> Sequence[Passage]:
    """What the playbook holds on people of these titles, in one search; nothing where it is out of reach."""
    titles = list(dict.fromkeys(contact.title for contact in people if contact.title))
    if not titles:
        return []
    context, query = prepared.context, f"what a {joined(titles, ' or a ')} cares about"
    try:
        return context.library.search(
            query, scope=context.scope(None), kinds=PLAYBOOK, k=3 * len(titles), now=context.now
        )
    except KnowledgeError:
        return []  # said once, among the unknowns


def _attendee(prepared: Prepared, contact: Contact, pages: Sequence[Passage]) -> list[Line]:
    view, ledger = prepared.view, prepared.ledger
    touch, role = view.last_touch(contact.id), view.roles.get(contact.id)
    last = f"last {touch.kind} {touch.at.astimezone(view.now.tzinfo).date()}" if touch else "first contact on record"
    flag = "DO NOT CONTACT: do not invite or write to them" if contact.do_not_contact else None
    about = joined([contact.title, facts.role_word(role.role) if role else "no role on record", last, flag], "; ")
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    lines = [ledger.line(f"{contact.name}: {about}.", n)]
    return [*lines, *_cares(prepared, contact, pages), *_said(prepared, contact)]


def _cares(prepared: Prepared, contact: Contact, pages: Sequence[Passage]) -> list[Line]:
    """What the playbook holds on people of this title."""
    for passage in pages if contact.title else ():
        heading = CARES.search(passage.chunk.text)
        named = stems(contact.title or "") & stems(passage.document.title)
        if heading and named:
            rows = [clean(row.lstrip("-*• ")) for row in _under(passage.chunk.text[heading.end() :])]
            text = f"{contact.name} is likely to care about: {joined(rows[:3], '; ')} ({passage.document.title}; {badge(passage)})"
            return [Line(text=text, cites=(prepared.ledger.passage(passage),))] if rows else []
    return []


def _under(text: str) -> list[str]:
    """The bullets under a heading."""
    rows: list[str] = []
    for row in text.strip().splitlines():
        if row.startswith("#"):
            break
        if re.match(r"\s*[-*•]\s", row):
            rows.append(row.strip())
    return rows


def _said(prepared: Prepared, contact: Contact) -> list[Line]:
    """What this person said or was noted to want, newest first; else what they wrote last."""
    view = prepared.view
    distinct = {passage.chunk.id: passage for passage in (*prepared.said, *prepared.notes)}
    picks = [
        (passage, text)
        for passage in distinct.values()
        for text in units(passage.chunk.text)
        if _is_theirs(contact, text)
    ]
    picks.sort(key=lambda pick: (pick[0].age_days if pick[0].age_days is not None else 999, -_weight(pick[1])))
    few = len(prepared.people) <= 2
    picks = [pick for pick in picks if _weight(pick[1])][: 2 if few else 1]
    if picks:
        return [Line(text=_quoted(contact, p, text), cites=(prepared.ledger.passage(p),)) for p, text in picks]
    wrote = next((a for a in view.activities if a.direction == "inbound" and contact.id in a.contact_ids), None)
    if wrote is None:
        return []
    day = wrote.at.astimezone(view.now.tzinfo).date()
    return [
        prepared.ledger.line(
            f"{contact.name} wrote on {day}: {wrote.subject}.", facts.cite_activity(wrote, prepared.ledger)
        )
    ]


def _is_theirs(contact: Contact, text: str) -> bool:
    """Whether a sentence is theirs in a call, or a note's on them."""
    if orders(text) or not 5 <= len(text.partition(": ")[2].split() or text.split()) <= 50:
        return False
    first = contact.name.split()[0]
    spoken = text.split(":")[0].split("(")[0].strip()
    return spoken.casefold() == contact.name.casefold() or re.match(rf"{re.escape(first)}\b(?!:)", text) is not None


def _weight(text: str) -> int:
    cues = stems(" ".join(CUES))
    return len(stems(text) & cues) + len(re.findall(r"\b(?:not|never|only|must|too|afraid|worr\w+)\b|\d", text.lower()))


def _quoted(contact: Contact, passage: Passage, text: str) -> str:
    day = f" on {passage.document.date}" if passage.document.date else ""
    spoken, colon, words = text.partition(": ")
    if colon and spoken.split("(")[0].strip().casefold() == contact.name.casefold():
        return f"{contact.name} said{day}: “{words}”"
    return f"Noted{day}: {text}"
