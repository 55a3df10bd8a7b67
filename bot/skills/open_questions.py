"""What the customer asked and nobody answered: out of their e-mails, what was noted, and calls (pure)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.crm.records import Activity
from bot.proposals import Line
from bot.screening import orders
from bot.skills import account as facts
from bot.skills.disputes import dated
from bot.skills.extract import stems, units
from bot.skills.ledger import Ledger
from bot.skills.view import AccountView
from knowledge.documents import Passage

SHARED = 0.4
"""share of a question's words that a later word of ours must hold to count as its answer"""
ASKED = "Asked by the customer, no answer on record: "
STALE = timedelta(days=30)
"""after this time, and once people spoke again, an e-mail's question counts as settled"""
DEFERS = re.compile(
    r"\b(?:i|we)(?:'ll| will| shall| have to| need to|'d have to)\b|\blet me\b|\bget back\b|\bcome back to you\b|\bnot sure\b|"
    r"\bdon'?t know\b|\bby (?:mon|tue|wed|thu|fri|\d)",
    re.IGNORECASE,
)
"""a reply that puts the answer off"""
COURTESY = re.compile(
    r"\b(?:how are you|can you hear|does that (?:work|make sense)|shall we|any questions|is that (?:all right|ok|okay)|may i|"
    r"do you mind|right\?|ok\?|okay\?|you see\?|what do you think)",
    re.IGNORECASE,
)
REPORTED = re.compile(
    r"\b(?P<who>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?) (?:also |again |still |then )*(?:asked|asks|wants to know|wanted to know|would like to know) "
    r"(?:me |us |again )*(?:if|whether|what|how|when|which|who|why|about|for)\b"
)
"""a question as somebody noted it"""
SPEAKER = re.compile(r"^(?P<who>[^:?]{2,60}): (?P<words>.+)$")


@dataclass(frozen=True)
class Question:
    """A question with who asked it and when."""

    text: str
    who: str
    day: date | None
    activity: Activity | None = None
    passage: Passage | None = None


def open_questions(view: AccountView, ledger: Ledger, notes: Sequence[Passage], count: int) -> list[Line]:
    """The customer's questions without an answer on record, newest first."""
    ours = {user.name.casefold() for user in ledger.reader.users()}
    found = [*_written(view), *_noted(view, notes), *(q for p in notes for q in _spoken(view, p, ours))]
    found = [question for question in found if not _answered(view, ledger, question)]
    found.sort(key=lambda question: (question.day or date.min, len(stems(question.text))), reverse=True)
    distinct: dict[str, Question] = {}
    for question in found:
        distinct.setdefault(question.text.casefold(), question)
    return [_line(question, ledger) for question in list(distinct.values())[:count]]


def _line(question: Question, ledger: Ledger) -> Line:
    if question.passage:
        text = f"{ASKED}{dated(question.passage)}{question.text}"
        return Line(text=text, cites=(ledger.passage(question.passage),))
    cites = [facts.cite_activity(question.activity, ledger)] if question.activity else []
    return ledger.line(f"{ASKED}{question.day}, {question.who}: “{question.text}”", *cites)


def _written(view: AccountView) -> Iterator[Question]:
    """Questions in what the customer sent."""
    names = {contact.id: contact.name for contact in view.contacts}
    for one in view.activities:
        if one.direction == "inbound":
            who = next((names[key] for key in one.contact_ids if key in names), "the customer")
            for text in units(f"{one.subject}\n\n{one.body or ''}"):
                if _asks(text):
                    yield Question(text, who, one.at.astimezone(view.now.tzinfo).date(), activity=one)


def _noted(view: AccountView, notes: Sequence[Passage]) -> Iterator[Question]:
    """Questions that somebody of ours wrote down in their own words."""
    people = {word for contact in view.contacts for word in (contact.name, contact.name.split()[0])}
    for passage in notes:
        for text in units(passage.chunk.text) if passage.document.kind == "note" else []:
            said = REPORTED.search(text)
            if said and said["who"] in people and not orders(text):
                yield Question(text, "", passage.document.date, passage=passage)


def _spoken(view: AccountView, passage: Passage, ours: Iterable[str]) -> Iterator[Question]:
    """Questions of the customer's people in a call that nobody answered there."""
    if passage.document.kind != "transcript":
        return
    turns = [match for text in units(passage.chunk.text) if (match := SPEAKER.match(text))]
    theirs = {_first(turn["who"]) for turn in turns if not _is_ours(turn["who"], ours)}
    for k, turn in enumerate(turns):
        to_own = _first(turn["words"].split(",")[0]) in theirs - {_first(turn["who"])}
        if not _is_ours(turn["who"], ours) and _asks(turn["words"]) and not to_own and not _replied(turns, k, ours):
            yield Question(f"{turn['who']}: {turn['words']}", "", passage.document.date, passage=passage)


def _replied(turns: Sequence[re.Match[str]], k: int, ours: Iterable[str]) -> bool:
    """Whether one of us answered at once, without putting it off."""
    after = turns[k + 1 :]
    reply: list[str] = []
    for turn in after:
        if not _is_ours(turn["who"], ours):
            if reply:
                break
            continue
        reply.append(turn["words"])
    return bool(reply) and not any(DEFERS.search(words) for words in reply)


def _is_ours(speaker: str, ours: Iterable[str]) -> bool:
    return speaker.split("(")[0].strip().casefold() in ours


def _first(name: str) -> str:
    return name.strip().split(" ")[0].strip(",:").casefold()


def _asks(text: str) -> bool:
    words = text.rstrip("\"'”’) ")
    return words.endswith("?") and len(words.split()) >= 4 and not COURTESY.search(words) and not orders(words)


def _answered(view: AccountView, ledger: Ledger, question: Question) -> bool:
    """Whether a later word of ours holds what was asked for."""
    if question.day is None:
        return False
    wanted = stems(question.text.partition(": ")[2] or question.text)
    for one in view.activities:
        day = one.at.astimezone(view.now.tzinfo).date()
        later = day > question.day or (day == question.day and question.activity and one.at > question.activity.at)
        if not later or one.direction == "inbound":
            continue
        said = stems(f"{one.subject} {one.body or ''}")
        if one.kind != "note" and wanted and len(wanted & said) / len(wanted) >= SHARED and len(wanted & said) >= 2:
            return True
        spoke = question.activity and set(one.contact_ids) & set(question.activity.contact_ids)
        if spoke and ledger.today - question.day > STALE:
            return True
    return False
