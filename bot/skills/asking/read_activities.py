"""A question over activities, read: each part is taken out of the words and becomes an argument."""

import re
from datetime import date

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days
from bot.skills.asking.parts import Got
from bot.skills.asking.read_groups import take_groups
from bot.skills.asking.read_places import take_places
from bot.skills.asking.spans import Span, number, take_span
from bot.skills.asking.values import take_owner, take_person, take_team
from bot.skills.asking.words import Text

KINDS = (
    (r"\b(?:phone )?calls?\b(?! me\b)|\b(?:talk(?:ed|ing)? )?on the phone\b|\b(?:called|phoned)\b", "call"), (r"\bmeetings?\b|\bdemos?\b(?= (?:meeting|call))|\b(?:met|meet)\b", "meeting"),
    (r"\b(?:e-?)?mail(?:s|ed)?\b", "email"), (r"\bnotes?\b", "note"),
)  # fmt: skip
PLANNED = r"\b(?:planned|upcoming|scheduled|coming up|booked|still to come|ahead|in the (?:calendar|diary|future)|in (?:my|our|the) (?:calendar|diary))\b"
LAST = r"\b(?:the |my |our )?(?P<which>last|latest|most recent|newest|first|earliest)(?: time)?\b(?! (?:of|\d|week|month|quarter|year|day|two|three|few|couple|half))"


def read_activities(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of calls, mails, meetings and notes."""
    today = crm.context.today
    _last(text, got)
    _direction(text, got)
    kinds = [kind for pattern, kind in KINDS if text.take(pattern)]
    if not kinds and text.take(r"\b(?:spoke|speak|spoken|talk|talked)(?: (?:to|with))?\b"):
        kinds = ["call", "meeting"]
    elif not kinds:
        text.take(r"\b(?:in (?:touch|contact)|touch(?:ed)?|contacted|reach(?:ed)? out)\b")
    _minutes(text, got)
    text.take(r"\bactivit(?:y|ies)\b|\blog(?:ged)?\b|\bhold\b|\bheld\b|\bbetween\b|\band\b|\bor\b")
    text.take(r"(?<=\|)[\s|,]*\b(?:and|or)\b[\s|]*(?=\|)")
    if kinds:
        got["kinds"] = tuple(kinds)
    text.take(r"\bma(?:d|k)e\b")
    take_groups(text, got)
    planned = text.take(PLANNED)
    span = take_span(text, today)
    if span:
        got |= days(span, "first", "last")
    _when(text, span, planned is not None, today, got)
    take_team(text, crm, got)
    take_places(text, crm, got)
    take_owner(text, crm, got)
    take_person(text, crm, got)
    text.take(r"\b(?:with|have|had|took place|place)\b")


_SPAN = r"(?P<n>\d{1,4}|an?|one|two|three|half an?)[ -]?(?P<unit>minutes?|mins?|hours?)(?: long)?"
LENGTHS = (
    (rf"(?:longer than|more than|over|above) {_SPAN}", "minutes_over", 0),
    (rf"at least {_SPAN}", "minutes_over", -1),
    (rf"{_SPAN} or (?:more|longer)", "minutes_over", -1),
    (rf"(?:shorter than|less than|under|below) {_SPAN}", "minutes_under", 0),
)


def _minutes(text: Text, got: Got) -> None:
    """How long they took: limits, or the sum."""
    for words, name, off in LENGTHS:
        if m := text.take(rf"\b(?:that |which )?(?:lasted |took |are |were |of )*{words}\b"):
            got[name] = _in_minutes(m["n"], m["unit"]) + off
    while text.take(r"\b(?:in |of )?(?:minutes|hours)\b|\bhow long\b|\bmuch time\b|\b(?:the )?time(?= spent)"):
        got["minutes"] = True
        text.take(r"\b(?:spen[dt]|talk(?:ed|ing)?)\b(?: (?:in|on|with))?")


def _in_minutes(n: str, unit: str) -> int:
    count = 0.5 if n.lower().startswith("half") else number(n)
    return round(count * (60 if unit.lower().startswith("hour") else 1))


_BOTH_WAYS = r"\b(?:inbound (?:and|or) outbound|outbound (?:and|or) inbound|incoming (?:and|or) outgoing|in either direction|both ways)\b"
_TO_US = r"\b(?:sent|sends?|wrote|writes?)(?: to)? (?:us|me)\b|\b(?:receive[d]?|inbound|incoming|came in|come in|from customers|customers (?:sent|wrote))\b|\b(?:did|have) (?:we|i) (?:get|got)\b"
_FROM_US = r"\b(?:sen[dt]|outbound|outgoing|wr(?:ote|ite))\b"


def _direction(text: Text, got: Got) -> None:
    """Who wrote or called whom."""
    if text.take(_BOTH_WAYS):
        return
    if senders := _sent_by(text):
        got |= {"direction": "inbound"} | ({"account_type": senders} if " or " in senders else {})
    elif text.take(_TO_US):
        got["direction"] = "inbound"
    elif text.take(_FROM_US):
        got["direction"] = "outbound"


_KIND_OF = {"customer": "customer", "client": "customer", "prospect": "prospect", "partner": "partner"}


def _sent_by(text: Text) -> str:
    """Kinds of accounts that sent something, joined; `them` where no kind is meant."""
    who = "|".join(f"{word}s?" for word in _KIND_OF)
    m = text.take(
        rf"\b(?:that |which )?(?:our |the )?(?P<who>(?:{who})(?:(?:,|,? and|,? or) (?:our )?(?:{who}))*) (?:have |had )?(?:sent|wrote|written)\b"
    )
    if m is None:
        return ""
    named = re.findall("|".join(_KIND_OF), m["who"].lower())
    return " or ".join(dict.fromkeys(_KIND_OF[word] for word in named))


def _last(text: Text, got: Got) -> None:
    """The last one, or the first."""
    if m := text.take(LAST) or text.take(r"\b(?:did|have|was) (?:i|we) (?P<which>last)\b"):
        got |= {"top": 1} | ({"sort": "oldest"} if m["which"].lower() in ("first", "earliest") else {})
        text.take(r"^\W*when\b")
    elif m := text.take(r"\b(?:the |my |our )?next\b(?= (?:call|meeting|activity|appointment)\b)"):
        got |= {"top": 1, "planned": True}


def _when(text: Text, span: Span | None, planned: bool, today: date, got: Got) -> None:
    """Whether what is still to come counts: where it is said, or where the days that are named reach on."""
    past = text.has(
        r"\b(?:did|had|was|were|held|have (?:i|we)|(?:i|we) have (?:had|held|made|sent)|took place)\b|\|\s*(?:did|had)\b"
    )
    if planned:
        got["planned"] = True
    elif span and span.last and span.last >= today and span.first and not past:
        got["planned" if span.first > today else "whole"] = True
