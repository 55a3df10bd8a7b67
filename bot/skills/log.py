"""Turn a seller's words into proposals: log the touch, create the follow-up tasks; ids and dates come from code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.crm.records import Account, ActivityKind, Contact, Opportunity
from bot.crm.writes import CreateTask, LogActivity
from bot.dates import find_dates
from bot.errors import Ambiguous
from bot.proposals import Draft, ProposedWrite, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.next_action import working_day
from bot.skills.view import AccountView, gather

CARD = Card(
    name="log",
    description="Log a call, e-mail, meeting or note and its follow-up tasks to the CRM, once you approve.",
    examples=("log that I spoke to their CFO, follow up Tuesday", "remind me to send the SOC 2 report on Friday"),
    triggers=(
        r"^(?:please |can you |could you )?(?:log|record|note)\b(?: that| this|:)?(?P<rest>.*)$",
        r"^(?:please |can you |could you )?(?:remind me|add a task|create a task|new task|task:|todo:?|follow up)\b(?P<rest>.*)$",
        r"^(?:i |we )?(?:just |have just )?(?:spoke|talked|met|called|e?-?mailed|had a (?:call|meeting))\b(?P<rest>.*)$",
    ),
)

TOUCHES: tuple[tuple[ActivityKind, str], ...] = (
    (
        "email",
        r"\b(?:e-?mailed|wrote|replied|sent (?:an? )?(?:e-?mail|mail|message)|got (?:an? )?(?:e-?mail|mail)|heard from)\b",
    ),
    ("meeting", r"\b(?:met|meeting|visited|visit|lunch|demoed|demo|workshop|presented|on ?site)\b"),
    ("call", r"\b(?:spoke|spoken|talked|called|call|phoned|rang|chatted|voicemail|caught up|had a chat)\b"),
    ("note", r"\b(?:note|heard|learned|learnt|told)\b"),
)
TODO = re.compile(
    r"\b(?:follow[- ]?up|remind(?: me)?|tasks?|to-?do|call back|get back|check in|chase|circle back|need to|have to|"
    r"must|should|will|send (?!an? e?-?mail to)|schedule|book|prepare|next step)\b",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:please |can you |could you )?(?:log|record|note)?(?: that| this|:)?\s*|^(?:and|then|also|to)\s+",
    re.IGNORECASE,
)
TASK_LEAD = re.compile(
    r"^(?:and |then |also |please )*(?:remind me (?:to |about )?|(?:add|create) a (?:new )?task (?:to |for )?|new task:? ?|"
    r"task:? ?|to-?do:? ?|(?:i|we) (?:need|have|must|should|will)(?: to)? )",
    re.IGNORECASE,
)
TITLES = {
    "ceo": "chief executive", "cfo": "chief financial", "cto": "chief technology", "cio": "chief information",
    "coo": "chief operating", "ciso": "security", "cmo": "chief marketing", "cro": "chief revenue",
}  # fmt: skip
DEFAULT_DELAY = timedelta(days=2)


@dataclass(frozen=True)
class Clause:
    """A part of the seller's words: what happened, or what is to be done."""

    text: str
    is_task: bool


def run(context: Context, ask: Ask) -> Draft:
    """Propose what the words ask for on the account that code has picked; nothing is written here."""
    account = context.reader.account(ask.account_id or "")
    if account is None:
        raise LookupError("the assistant resolves the account before a log")
    view, ledger = gather(context, account), Ledger(context.reader, context.today)
    people, unknowns = _people(view, ask.text)
    deal = _deal(view, ask.text)
    parts = clauses(ask.text)
    writes = [*_activities(context, account, parts, people, deal), *_tasks(context, account, parts, people, deal)]
    if deal is None and len(view.open) > 1:
        unknowns.append(f"Which of the {plural(len(view.open), 'open deal')} it belongs to; logged on the account.")
    line = ledger.line(
        f"{account.name}: {plural(len(writes), 'change')} for the CRM, waiting for your yes.",
        facts.cite_account(view, ledger),
    )
    sections, citations = ledger.settle([Section(title="", lines=(line,))])
    return Draft(
        skill="log",
        sections=sections,
        citations=citations,
        unknowns=tuple(unknowns),
        numbers=tuple(ledger.numbers),
        writes=tuple(writes),
        account_id=account.id,
        as_of=context.reader.as_of(),
    )


def clauses(text: str) -> list[Clause]:
    """Cut the words at commas, full stops and "and", and tell follow-ups from what happened."""
    parts = re.split(
        r"(?:[;\n]|,(?!\d)|\.(?=\s|$))\s*|\s+(?:and|then)\s+(?=(?:then |please )?(?:follow|remind|send|schedule|book|prepare|call|check|create|add|chase)\b)",
        text,
    )
    found: list[Clause] = []
    for part in (LEAD.sub("", p).strip(" .,") for p in parts if p):
        if not part:
            continue
        is_task = bool(TODO.search(part)) and (
            _touch(part) is None or bool(TASK_LEAD.match(part)) or _starts_todo(part)
        )
        found.append(Clause(part, is_task))
    return found


def _starts_todo(part: str) -> bool:
    match = TODO.search(part)
    return match is not None and match.start() <= 3


def _touch(text: str) -> ActivityKind | None:
    low = text.lower()
    return next((kind for kind, pattern in TOUCHES if re.search(pattern, low)), None)


def _people(view: AccountView, text: str) -> tuple[list[Contact], list[str]]:
    """(contacts the words name by name, title or role; what could not be matched).

    Raises Ambiguous where several contacts fit one word.
    """
    by_name = _named(view.contacts, text)
    by_title = _titled(view, text) if not by_name else []
    found = list({c.id: c for c in [*by_name, *by_title]}.values())
    wanted = re.search(r"\b(?:the|their|with|to)\s+(c[efimotrs]+o|ciso)\b", text, re.IGNORECASE)
    unknowns = []
    if not found and wanted:
        unknowns.append(f"No {wanted[1].upper()} is on record at {view.account.name}; logged without a contact.")
    return found, unknowns


def _named(contacts: Sequence[Contact], text: str) -> list[Contact]:
    low = text.casefold()
    full = [c for c in contacts if re.search(rf"\b{re.escape(c.name.casefold())}\b", low)]
    if full:
        return full
    found: list[Contact] = []
    for word in re.findall(r"\w+", low):
        matches = [c for c in contacts if word in c.name.casefold().split() and len(word) > 2]
        if len(matches) > 1 and word[0] != "":
            names = [joined([c.name, c.title]) for c in matches]
            raise Ambiguous(
                f'Several people are called "{word.capitalize()}": which one do you mean?', candidates=names
            )
        found += matches
    return found


def _titled(view: AccountView, text: str) -> list[Contact]:
    low = text.casefold()
    roles = {cid: role.role for cid, role in view.roles.items()}
    found = [c for c in view.contacts if c.id in roles and facts.role_word(roles[c.id]) in low]
    for short, long in TITLES.items():
        if re.search(rf"\b{short}\b", low):
            found += [c for c in view.contacts if c.title and _has_title(c.title.casefold(), short, long)]
    return found


def _has_title(title: str, short: str, long: str) -> bool:
    return re.search(rf"\b{short}\b", title) is not None or long in title


def _deal(view: AccountView, text: str) -> Opportunity | None:
    """The deal the words name, else the only open one."""
    low = text.casefold()
    named = [o for o in view.open if o.name.casefold() in low]
    if named:
        return named[0]
    return view.open[0] if len(view.open) == 1 else None


def _activities(
    context: Context, account: Account, parts: Sequence[Clause], people: Sequence[Contact], deal: Opportunity | None
) -> list[ProposedWrite]:
    said = [clause.text for clause in parts if not clause.is_task]
    if not said:
        return []
    words = ", ".join(said)
    kind = _touch(words) or "note"
    day = min((d for _, _, d in find_dates(said[0], context.today) if d <= context.today), default=context.today)
    names = joined(_with_title(c) for c in people)
    subject = f"{kind.capitalize()} with {names}" if names and kind != "note" else _subject(words)
    write = LogActivity(
        activity=kind,
        at=_moment(context, day),
        subject=subject[:255],
        body=words[:1].upper() + words[1:] + ".",
        direction="inbound"
        if re.search(r"\b(?:got|heard from|they (?:wrote|called|replied))\b", words.lower())
        else "outbound",
        account_id=account.id,
        opportunity_id=deal.id if deal else None,
        owner_id=context.owner_id,
        contact_ids=tuple(c.id for c in people),
    )
    return [ProposedWrite(write=write, evidence=f"You wrote: “{words}”")]


def _with_title(contact: Contact) -> str:
    return f"{contact.name} ({contact.title})" if contact.title else contact.name


def _moment(context: Context, day: date) -> datetime:
    """Now where it was today, else noon of that day where the asker is."""
    if day == context.today:
        return context.now
    return datetime.combine(day, time(12), ZoneInfo(context.asker.time_zone)).astimezone(UTC)


def _tasks(
    context: Context, account: Account, parts: Sequence[Clause], people: Sequence[Contact], deal: Opportunity | None
) -> list[ProposedWrite]:
    return [_task(context, account, clause.text, people, deal) for clause in parts if clause.is_task]


def _task(
    context: Context, account: Account, words: str, people: Sequence[Contact], deal: Opportunity | None
) -> ProposedWrite:
    dates = find_dates(words, context.today)
    due = dates[-1][2] if dates else working_day(context.today + DEFAULT_DELAY)
    subject = _subject(TASK_LEAD.sub("", _without_dates(words, [(a, b) for a, b, _ in dates])))
    if re.fullmatch(r"follow[- ]?up", subject, re.IGNORECASE):
        subject = f"Follow up with {joined(_with_title(c) for c in people) or account.name}"
    write = CreateTask(
        subject=subject,
        due=due,
        owner_id=context.owner_id,
        account_id=account.id,
        opportunity_id=deal.id if deal else None,
        contact_id=people[0].id if len(people) == 1 else None,
    )
    guess = "" if dates else "; no date given, so two days from now"
    return ProposedWrite(write=write, evidence=f"You wrote: “{words}”{guess}", confidence=1.0 if dates else 0.6)


def _without_dates(words: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in reversed(spans):
        words = f"{words[:start]}{words[end:]}"
    return re.sub(r"\s+(?:on|by|at|for|until|before)?\s*$", "", re.sub(r"\s{2,}", " ", words)).strip(" ,.")


def _subject(words: str) -> str:
    text = words.strip(" ,.") or "Follow up"
    return (text[0].upper() + text[1:])[:255]
