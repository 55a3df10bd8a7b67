"""Turn a seller's words into proposals: log the touch, create the follow-up tasks; ids and dates come from code."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.crm.records import Account, ActivityKind, Contact, Opportunity
from bot.crm.writes import CreateTask, LogActivity
from bot.dates import find_dates
from bot.errors import BotError
from bot.proposals import Draft, ProposedWrite, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.ledger import Ledger, joined, plural
from bot.skills.named import people_in, without_label
from bot.skills.next_action import working_day
from bot.skills.view import AccountView, gather

ERRANDS = (
    r"call(?! with)|ring|phone|ping|chase|schedule|book an?|prepare (?:an?|the)|get back to|check in with|send (?!me\b)"
)
"""verbs that begin an errand of the seller's own; a question that begins with one is none"""

CARD = Card(
    name="log",
    description="Log a call, e-mail, meeting or note and its follow-up tasks to the CRM, once you approve.",
    examples=("log that I spoke to their CFO, follow up Tuesday", "remind me to send the SOC 2 report on Friday"),
    triggers=(
        r"^(?:please |can you |could you )?(?:log|record|note)\b(?: that| this|:)?(?P<rest>.*)$",
        r"^(?:please |can you |could you )?(?:remind me|(?:add|create|new) (?:a )?(?:new )?task|task:|to-?do\b:?|"
        r"follow[- ]?up|don'?t (?:let me )?forget to)\b(?P<rest>.*)$",
        r"^(?:i |we |i've |i have )?(?:just )?(?:spoke|spoken|talked|met|called|phoned|rang|e?-?mailed|visited|wrote to|"
        r"heard from|caught up with|sent (?!me\b)|got off the phone|(?:had|got|left) (?:an? )?(?:\w+ )?(?:call|meeting|lunch|"
        r"chat|demo|dinner|coffee|breakfast|e-?mail|mail|voicemail|message))\b(?!.*\?$)(?P<rest>.*)$",
        rf"^(?:(?:i|we)(?: need to| have to| must| should| will|'ll) )?(?:{ERRANDS})\b(?!.*\?$)(?P<rest>.*)$",
    ),
)

TOUCHES: tuple[tuple[ActivityKind, str], ...] = (
    (
        "email",
        r"\b(?:e-?mailed|wrote|replied|sent|an? e-?mail (?:to|from)|got (?:an? )?(?:e-?mail|mail)|heard from)\b",
    ),
    (
        "meeting",
        r"\b(?:met|meeting|visited|visit|lunch|dinner|coffee|breakfast|demoed|demo|workshop|presented|on ?site)\b",
    ),
    ("call", r"\b(?:spoke|spoken|talked|called|call|phoned|rang|chatted|voicemail|phone|caught up|chat)\b"),
    ("note", r"\b(?:note|heard|learned|learnt|told)\b"),
)
TODO = re.compile(
    r"\b(?:follow[- ]?up|remind(?: me)?|tasks?|to-?do|call back|get back|check in|chase|circle back|need to|have to|"
    r"must|should|will|i'll|we'll|don'?t (?:let me )?forget to|ping|send(?:ing)?|schedule|book|prepare|next step)\b",
    re.IGNORECASE,
)
ERRAND = re.compile(rf"(?:{ERRANDS})\b", re.IGNORECASE)
THEIRS = re.compile(
    r"(?!(?:i|we|then|also|now|please)\b)(?:(?:she|he|they)'ll|[\w-]+(?: [\w-]+){0,3}? (?:will|must|should|needs?|wants?))\b",
    re.IGNORECASE,
)
"""what the customer's side will do is no task of ours"""
CUT = re.compile(
    r"(?:[;\n]|,(?!\d)|\.(?=\s|$))\s*|\s+(?:and|then|but)\s+(?=(?:then |please |now )?(?:follow|remind|send|schedule "
    r"|book |prepare|call|check|create|add|chase|ping|don'?t|(?:i |we )?(?:need to|have to|must|should|will)\b|"
    r"(?:i|we|she|he|they)'ll)\b)",
    re.IGNORECASE,
)
LEAD = re.compile(
    r"^(?:please |can you |could you )?(?:log|record|note)?(?: that| this|:)?\s*|^(?:and|then|also|to)\s+",
    re.IGNORECASE,
)
TASK_LEAD = re.compile(
    r"^(?:and |then |also |please |now )*(?:remind me (?:to |about )?|(?:add|create) (?:a )?(?:new )?task:? ?(?:to |for )?|"
    r"new task:? ?|task:? ?|to-?do:? ?|don'?t (?:let me )?forget to |(?:(?:i|we) )?(?:need to|have to|must|should|will) |"
    r"(?:i|we)'ll )",
    re.IGNORECASE,
)
LOGGED = re.compile(
    r"^(?:please |can you |could you )?(?:log|record|note):? (?:an? |the |my |our )?(?:call|e-?mail|meeting|demo|visit|chat|lunch)\b"
    r"(?! (?:back|me|us)\b)",
    re.IGNORECASE,
)
"""what is to be logged has happened: "log call w/ Per" is no errand to call him"""
DEFAULT_DELAY = timedelta(days=2)
ANY_DAY = date(2000, 1, 1)
"""where only the place of a date counts"""
INBOUND = re.compile(
    r"\b(?:got|heard from|(?:e-?mailed|wrote|called|phoned|replied|wrote back|got back)(?: to)? (?:me|us)|"
    r"they (?:e-?mailed|wrote|called|replied)|from)\b",
    re.IGNORECASE,
)


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
    said = people_in(view, ask.text)
    deal = _deal(view, ask.text)
    parts = clauses(without_label(ask.text, view.contacts))
    if not parts:
        raise BotError(
            "There is nothing to log yet; say what happened, like “log that I called Ingrid, follow up Friday”."
        )
    touch = said.of(" ".join(clause.text for clause in parts if not clause.is_task))
    unknowns = said.unknown
    writes = _activities(context, account, parts, touch, deal)
    writes += [_task(context, account, c.text, said.of(c.text) or touch, deal) for c in parts if c.is_task]
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
    found: list[Clause] = []
    for raw in (piece.strip() for piece in CUT.split(_hold(text)) if piece):
        words = LEAD.sub("", raw).strip(" .,").replace(HELD, ",")
        if words:
            found.append(Clause(words, _is_task(words) and not LOGGED.match(raw)))
    return found


HELD = "\ue000"
"""stands for a comma that parts nothing"""


def _hold(text: str) -> str:
    """The text with the commas inside dates and brackets held back from cutting."""
    spans = [(start, end) for start, end, _ in find_dates(text, ANY_DAY)]
    spans += [match.span() for match in re.finditer(r"\([^()]*\)", text)]
    inside = {at for start, end in spans for at in range(start, end)}
    return "".join(HELD if sign == "," and at in inside else sign for at, sign in enumerate(text))


def _is_task(part: str) -> bool:
    if ERRAND.match(part) or TASK_LEAD.match(part):
        return True
    match = TODO.search(part)
    if match is None or THEIRS.match(part):
        return False
    return _touch(part) is None or match.start() <= 3


def _touch(text: str) -> ActivityKind | None:
    low = text.lower()
    return next((kind for kind, pattern in TOUCHES if re.search(pattern, low)), None)


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
    day = _touched_on(said[0], context.today)
    names = joined(_with_title(c) for c in people)
    subject = f"{kind.capitalize()} with {names}" if names and kind != "note" else _subject(words)
    write = LogActivity(
        activity=kind,
        at=_moment(context, day),
        subject=subject[:255],
        body=words[:1].upper() + words[1:] + ".",
        direction="inbound" if INBOUND.search(words) else "outbound",
        account_id=account.id,
        opportunity_id=deal.id if deal else None,
        owner_id=context.owner_id,
        contact_ids=tuple(c.id for c in people),
    )
    return [ProposedWrite(write=write, evidence=f"You wrote: “{words}”")]


def _touched_on(words: str, today: date) -> date:
    """The first past day the words name ("on Friday" is the last one), else today."""
    for start, end, day in find_dates(words, today):
        if day <= today:
            return day
        ahead = re.search(r"\b(?:for|by|until|till|next)\s*$", words[:start], re.IGNORECASE)
        if not ahead and re.fullmatch(r"(?:on |this )?[a-z]+day|(?:on )?[a-z]{3,5}", words[start:end], re.IGNORECASE):
            return day - timedelta(days=7) if day - timedelta(days=7) <= today else today
    return today


def _with_title(contact: Contact) -> str:
    return f"{contact.name} ({contact.title})" if contact.title else contact.name


def _moment(context: Context, day: date) -> datetime:
    """Now where it was today, else noon of that day where the asker is."""
    if day == context.today:
        return context.now
    return datetime.combine(day, time(12), ZoneInfo(context.asker.time_zone)).astimezone(UTC)


def _task(
    context: Context, account: Account, words: str, people: Sequence[Contact], deal: Opportunity | None
) -> ProposedWrite:
    dates = find_dates(words, context.today)
    due = dates[-1][2] if dates else working_day(context.today + DEFAULT_DELAY)
    subject = _subject(TASK_LEAD.sub("", _without_dates(words, [(a, b) for a, b, _ in dates])))
    if re.fullmatch(r"follow[- ]?up|remind me", subject, re.IGNORECASE):
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
