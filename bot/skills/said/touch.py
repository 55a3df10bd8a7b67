"""What happened and what is to be done: the logged touch and the tasks, with people, day and owner by code (pure)."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.crm.checks import LENGTHS
from bot.crm.records import Account, ActivityKind, Contact, Opportunity
from bot.crm.writes import CreateTask, LogActivity
from bot.dates import Phrase, find_dates, long_date, read_dates
from bot.errors import BotError
from bot.proposals import ProposedWrite
from bot.skills import Context
from bot.skills.ledger import joined
from bot.skills.next_action import working_day
from bot.skills.said.chatter import is_chatter
from bot.skills.said.clauses import Clause, Words, body
from bot.skills.said.colleagues import Errand
from bot.skills.said.kinds import first_kind, kind_of
from bot.skills.said.spelling import dated, spelled

ERRANDS = r"(?:call|ring|phone)(?! with)|ping|chase|schedule|book an?|set up an?|arrange an?|prepare (?:an?|the)|get back to|check in with|send (?!me\b)|ask (?!me\b|us\b|for\b|about\b|how\b|what\b|if\b|why\b|when\b|who\b)[\w'-]+"
"""verbs that begin an errand of the seller's own; a question that begins with one is none"""
TODO = re.compile(
    r"\b(?:follow[- ]?up|remind(?: me)?|tasks?|to-?do|call back|get back|check in|chase|circle back|need to|have to|"
    r"must|should|will|i'll|we'll|don'?t (?:let me )?forget to|ping|send(?:ing)?|schedule|book|prepare)\b",
    re.IGNORECASE,
)
ERRAND = re.compile(rf"(?:{ERRANDS})\b", re.IGNORECASE)
_THEIRS = re.compile(
    r"(?!(?:i|we|then|also|now|please)\b)(?:(?:she|he|they)'ll|[\w-]+(?: [\w-]+){0,3}? (?:will|won'?t|cannot|can'?t|must|should|needs?|wants?))\b",
    re.IGNORECASE,
)
"""what the customer's side will do is no task of ours"""
ASKED_OF_US = re.compile(
    r"^(?:and |but |also )*(?:[\w' -]{2,40}?\s+)?(?:also |now |really )*(?:wants?|wanted|needs?|needed|asks?|asked|expects?|expected|would like|'d like) "
    r"(?:me|us) to (?P<what>\S.*)$",
    re.IGNORECASE,
)
"""unless they say that it is for us to do"""
_A_TASK = (
    r"(?:(?:add|create|set|make|new|another)\s+(?:(?:up|me|an?|another|new)\s+)*(?:task|to-?do|reminder)\b(?! list\b)(?: for me\b)?|task(?= ?:| for\b| to\b)|to-?do\b|"
    r"leg(?:e)? (?:mir )?(?:[\w.äöü]+ ){0,4}?(?:eine )?(?:neue )?(?:aufgabe|erinnerung) an\b|neue (?:aufgabe|erinnerung)\b|"
    r"(?:crée|ajoute|nouvelle)(?:-moi)? (?:une )?(?:nouvelle )?(?:tâche|rappel)\b|(?:crea|añade|nueva) (?:una )?(?:nueva )?tarea\b)"
)
_REMIND = r"(?:(?:remind|nudge|poke) me\b|ping me\b|erinner(?:e)? mich\b|rappelle[- ]moi\b|recuérdame\b)"
_AND = r"^(?:and |but |then |also |please |now |bitte )*"
_TASK_LEAD = re.compile(
    rf"{_AND}(?:{_REMIND}\s*(?:(?:to|about|that|an|daran|de|que)\s+|d['’])?|(?:i|we) (?:still |also |now )*(?=owe\b)|{_A_TASK}\s*:?\s*(?:for )?(?:to |for )?|"
    r"don'?t (?:let me )?forget to |(?:(?:i|we) )?(?:need to|have to|must|should|will) |"
    r"(?:i|we)'ll |(?:we )?agreed (?:with [\w' -]{2,40}? )?(?:that )?i(?:'ll|'d| will| would)? |i (?:agreed|offered|promised)(?: (?:him|her|them))? (?:to |that i(?:'ll| will)? )|"
    r"i promised (?:him |her |them )?(?=an? |the ))",
    re.IGNORECASE,
)
REMINDER = re.compile(
    rf"{_AND}(?:{_REMIND}|{_A_TASK}|don'?t (?:let me )?forget to\b|follow[- ]?up\b)",
    re.IGNORECASE,
)
"""words that make a task, whatever else follows"""
_LOGGED = re.compile(
    r"^(?:please |can you |could you )?(?:log|record|note):? (?:an? |the |my |our )?(?:call|e-?mail|meeting|demo|visit|chat|lunch)\b"
    r"(?! (?:back|me|us)\b)",
    re.IGNORECASE,
)
"""what is to be logged has happened: "log call w/ Per" is no errand to call him"""
_HEADER = re.compile(
    r"^[ \t]*(?:from|von): .+$(?:\n.*){0,4}?\n[ \t]*(?:subject|betreff):", re.IGNORECASE | re.MULTILINE
)
"""how a pasted mail begins"""
DEFAULT_DELAY = timedelta(days=2)
_INBOUND = re.compile(
    r"\b(?:got|heard from|(?:e-?mailed|wrote|called|phoned|replied|wrote back|got back)(?: to)? (?:me|us)|"
    r"they (?:e-?mailed|wrote|called|replied)|from)\b",
    re.IGNORECASE,
)
_EVIDENCE = 400
"""characters of evidence that a card shows; a longer one is the first clause alone"""


OWED = re.compile(
    r"^(?:and |but |also )*(?:i|we) (?:still |also |now )*owe (?:\w|['’])+ \S|^[\w'’ -]{2,40}? (?:gets?|(?:will|is to) (?:get|have)) \S.* from (?:us|me) (?:on|by|before|until) \S",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^(?:the |a |an )?(?:[\w'’&-]+ ){1,6}?(?:back |over |out |off )?to (?:her|him|them|(?:the |their )?(?:c[a-z]{1,2}o|team|customer|client|lawyers?|legal|procurement|buyer|board)|(?!(?:the|an?|our|their|all|my)\b)[\w'’-]+(?: [\w'’-]+)?) (?:by|before|until|no later than) \S.*$",
    re.IGNORECASE,
)
"""what is to go to somebody by a day, without a verb: "quote to Silje by Wednesday" """
_VERB = re.compile(
    r"\b(?:i|we|you|he|she|they|it|this|that|is|are|was|were|be|been|has|have|had|do|does|did|will|would|can|could|may|might|must|got|gets?|goes|go|went|"
    r"comes?|came|close|closing|amount|stage|signing|deal|push|pull|move|moves|slip|slips|set|change|update|wants?|needs?|sent|(?!wed\b)\w+ed|from)\b",
    re.IGNORECASE,
)
RESCHEDULING = re.compile(
    r"^(?:and |then |also |please |now )*(?:move|push|shift|reschedule|postpone|delay|cancel)\s+(?:the |our |my |that )?(?:[\w-]+ ){0,2}?"
    r"(?:demo|meeting|call|workshop|kick-?off|session|lunch|visit|review|pilot|training)\b",
    re.IGNORECASE,
)
"""an errand whose day is the meeting's, not its own"""


def is_task(clause: Clause) -> bool:
    """Whether the clause is something for the seller to do."""
    words = clause.meant
    if _LOGGED.match(spelled(clause.raw)) or is_chatter(clause):
        return False
    if OWED.match(words) or (_BACK.match(words) and not _VERB.search(words)):
        return True
    if RESCHEDULING.match(words) or ERRAND.match(words) or _TASK_LEAD.match(words) or ASKED_OF_US.match(words):
        return True
    match = TODO.search(words)
    if match is None or _THEIRS.match(words):
        return False
    return kind_of(words) is None or match.start() <= 3


def activity(
    context: Context,
    account: Account,
    words: Words,
    said: Sequence[Clause],
    people: Sequence[Contact],
    deal: Opportunity | None,
) -> ProposedWrite:
    """The touch as it is to be logged: all that was said of it, as it was said."""
    own = ", ".join(clause.text for clause in said)
    full = body(words, said)
    if len(full) > LENGTHS["body"]:
        raise BotError(
            f"The note has {len(full):,} characters and the CRM keeps {LENGTHS['body']:,}; shorten it or log it in two parts."
        )
    kind = context.touched.kind or first_kind([clause.text for clause in said]) or _pasted_kind(words) or "note"
    names = joined(with_title(c) for c in people)
    subject = (
        f"{kind.capitalize()} with {names}" if names and kind != "note" else subject_of(own or full.splitlines()[0])
    )
    write = LogActivity(
        activity=kind,
        at=moment(context, context.touched.day or touched_on(said[0].text if said else "", context.today)),
        subject=subject[:255],
        body=full,
        direction="inbound" if _INBOUND.search(own) else "outbound",
        account_id=account.id,
        opportunity_id=deal.id if deal else None,
        owner_id=context.owner_id,
        contact_ids=tuple(c.id for c in people),
    )
    return ProposedWrite(write=write, evidence=_evidence(words, said))


def _pasted_kind(words: Words) -> ActivityKind | None:
    """What the words before a pasted text, or its first line, call it."""
    if not words.pasted:
        return None
    lead = words.text[: words.pasted[0][0]]
    return (
        "email"
        if re.search(r"\b(?:e-?)?mail\b|\bwrote\b", lead, re.IGNORECASE) or _HEADER.search(words.paste()[:300])
        else first_kind([lead, words.paste().split("\n")[0]])
    )


def _evidence(words: Words, said: Sequence[Clause]) -> str:
    """The words from the first to the last clause that tell of it; of a long text its beginning."""
    spans = [(c.start, c.end) for c in said] or list(words.pasted)
    whole = words.text[spans[0][0] : max(spans[-1][1], spans[0][1])].strip()
    first = words.text[slice(*spans[0])].strip()
    kept = whole if len(whole) <= _EVIDENCE else first
    return kept if len(kept) <= _EVIDENCE else kept[:_EVIDENCE].rsplit(" ", 1)[0]


def touched_on(words: str, today: date) -> date:
    """The first past day the words name ("on Friday" is the last one), else today."""
    for start, end, day in find_dates(words, today):
        if day <= today:
            return day
        ahead = re.search(r"\b(?:for|by|until|till|next)\s*$", words[:start], re.IGNORECASE)
        if not ahead and re.fullmatch(r"(?:on |this )?[a-z]+day|(?:on )?[a-z]{3,5}", words[start:end], re.IGNORECASE):
            return day - timedelta(days=7) if day - timedelta(days=7) <= today else today
    return today


def with_title(contact: Contact) -> str:
    """A contact with their title."""
    return f"{contact.name} ({contact.title})" if contact.title else contact.name


def moment(context: Context, day: date) -> datetime:
    """Now where it was today, else noon of that day where the asker is."""
    if day == context.today:
        return context.now
    return datetime.combine(day, time(12), ZoneInfo(context.asker.time_zone)).astimezone(UTC)


def task(
    context: Context,
    account: Account,
    clause: Clause,
    people: Sequence[Contact],
    deal: Opportunity | None,
    tell: Callable[[str], None],
    theirs: Errand | None = None,
) -> ProposedWrite | None:
    """The task of a clause; None where its day or owner cannot be told, which is said instead."""
    said = dated(theirs.what if theirs else clause.meant)
    if theirs and theirs.problem:
        tell(f"“{clause.text}” {theirs.problem}")
        return None
    phrases = [] if RESCHEDULING.match(said) else read_dates(said, context.today)
    problem = _no_day(said, phrases, context.today)
    if problem:
        tell(f"“{clause.text}” {problem}")
        return None
    due, used, guess = _due(phrases, context.today)
    asked = ASKED_OF_US.match(said)
    words = without_dates(said, [(p.start, p.end) for p in used])
    subject = subject_of(_TASK_LEAD.sub("", asked["what"] if asked and not used else _ours(words) if asked else words))
    if re.fullmatch(r"follow[- ]?up|remind me", subject, re.IGNORECASE):
        # Of names as long as a CRM takes them, as much as a subject holds.
        subject = f"Follow up with {joined(with_title(c) for c in people) or account.name}"[:255]
    if guess:
        tell(f"“{clause.text}” {guess}")
    write = CreateTask(
        subject=subject,
        due=due,
        owner_id=theirs.owner.id if theirs and theirs.owner else context.owner_id,
        account_id=account.id,
        opportunity_id=deal.id if deal else None,
        contact_id=people[0].id if len(people) == 1 else None,
    )
    return ProposedWrite(write=write, evidence=clause.text, confidence=0.6 if guess else 0.8 if asked else 1.0)


def _ours(words: str) -> str:
    asked = ASKED_OF_US.match(words)
    return asked["what"] if asked else words


def _due(phrases: Sequence[Phrase], today: date) -> tuple[date, list[Phrase], str]:
    """The day, the phrases that named it, and what was guessed."""
    ahead = [p for p in phrases if p.kind == "day" and p.first and p.first >= today]
    if ahead:
        return ahead[-1].first or today, ahead[-1:], ""
    stretch = [p for p in phrases if p.kind == "period" and p.first]
    if stretch:
        first = working_day(max(stretch[-1].first or today, today))
        exact = stretch[-1].last is not None and (stretch[-1].last - first).days <= 7
        return (
            first,
            [stretch[-1]],
            "" if exact else f"names no day; its first working day, {long_date(first)}, is proposed.",
        )
    due = working_day(today + DEFAULT_DELAY)
    return due, [], f"names no day; {due:%A}, {long_date(due)}, is proposed."


def _no_day(words: str, phrases: Sequence[Phrase], today: date) -> str:
    """Why the day of a task cannot be told; empty where it can, or none is named."""
    for phrase in phrases:
        said = words[phrase.start : phrase.end]
        if phrase.kind == "ambiguous":
            return f"may mean {' or '.join(f'{long_date(day)}' for day in phrase.options)}; when is it due?"
        if phrase.kind == "impossible":
            return f"is not proposed: {said} is no day of the calendar; when is it due?"
    past = [(p, p.first) for p in phrases if p.kind == "day" and p.first and p.first < today]
    if past and len(past) == len(phrases) and _is_due(words, past[-1][0]):
        return f"is not proposed: {long_date(past[-1][1])} has passed; when is it due?"
    return ""


def _is_due(words: str, phrase: Phrase) -> bool:
    """Whether the day says when, rather than which ("the notes of yesterday's call")."""
    if re.search(r"\b(?:by|due|until|till|before|remind me)\s*(?:on\s+)?$", words[: phrase.start], re.IGNORECASE):
        return True
    lead = re.search(r"\b(?:of|from|since|about)\s*(?:the\s+)?$", words[: phrase.start], re.IGNORECASE)
    return lead is None and not words[phrase.end :].strip(" .!")


def without_dates(words: str, spans: Sequence[tuple[int, int]]) -> str:
    """The words without the places of dates and what leads to them."""
    for start, end in reversed(spans):
        words = f"{words[:start]}{words[end:]}"
    return re.sub(r"\s+(?:on|by|at|for|until|before|in)?\s*$", "", re.sub(r"\s{2,}", " ", words)).strip(" ,.")


def subject_of(words: str) -> str:
    """Words as a subject that fits."""
    text = words.strip(" ,.") or "Follow up"
    return (text[0].upper() + text[1:])[:255]
