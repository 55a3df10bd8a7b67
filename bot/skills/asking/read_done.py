"""A question over activities or promises, read: each part is taken out of the words and becomes an argument."""

import re
from datetime import date

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days
from bot.skills.asking.parts import Got
from bot.skills.asking.read_groups import take_groups
from bot.skills.asking.read_places import take_places
from bot.skills.asking.spans import Span, take_span
from bot.skills.asking.values import take_owner, take_person, take_team
from bot.skills.asking.words import Text

KINDS = (
    (r"\b(?:phone )?calls?\b(?! me\b)|\b(?:called|phoned)\b", "call"), (r"\bmeetings?\b|\bdemos?\b(?= (?:meeting|call))|\b(?:met|meet)\b", "meeting"),
    (r"\b(?:e-?)?mail(?:s|ed)?\b", "email"), (r"\bnotes?\b", "note"),
)  # fmt: skip
PLANNED = r"\b(?:planned|upcoming|scheduled|coming up|booked|still to come|ahead|in the (?:calendar|diary|future)|in (?:my|our|the) (?:calendar|diary))\b"
LAST = r"\b(?:the |my |our )?(?P<which>last|latest|most recent|newest|first|earliest)(?: time)?\b(?! (?:of|\d|week|month|quarter|year|day|two|three|few|couple|half))"


def read_activities(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of calls, mails, meetings and notes."""
    today = crm.context.today
    _last(text, got)
    kinds = [kind for pattern, kind in KINDS if text.take(pattern)]
    if not kinds and text.take(r"\b(?:spoke|speak|spoken|talk|talked)(?: (?:to|with))?\b"):
        kinds = ["call", "meeting"]
    elif not kinds:
        text.take(r"\b(?:in (?:touch|contact)|touch(?:ed)?|contacted|reach(?:ed)? out)\b")
    text.take(r"\bactivit(?:y|ies)\b|\blog(?:ged)?\b|\bhold\b|\bheld\b|\bbetween\b|\band\b")
    if kinds:
        got["kinds"] = tuple(kinds)
    if text.take(
        r"\b(?:sent|wrote)(?: to)? (?:us|me)\b|\b(?:receive[d]?|inbound|incoming|came in|come in|from customers|customers (?:sent|wrote))\b|\b(?:did|have) (?:we|i) (?:get|got)\b"
    ):
        got["direction"] = "inbound"
    elif text.take(r"\b(?:sen[dt]|outbound|outgoing|wr(?:ote|ite))\b"):
        got["direction"] = "outbound"
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


def read_promises(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of tasks and promises."""
    if text.take(
        r"\b(?:are |is )(?:the )?(?:customers?|clients?|they|prospects?) (?:late|behind)(?: (?:on|with|for))?"
    ):
        got |= {"side": "theirs", "state": "overdue"}
    if text.take(
        r"\b(?:am )?(?:i|we)(?: am| are)? (?:still )?waiting (?:for|on)\b(?: from)?(?: (?:the other side|customers?|them))?|\bwaiting (?:for|on)\b(?: from)?(?: (?:the other side|customers?|them))?"
    ):
        got |= {"side": "theirs", "owner": "me"}
        text.take(r"\bfrom (?:the other side|customers?|them)\b")
    text.take(r"\bstill\b(?= owes?\b)")
    text.left = re.sub(r"\bthey\s*\|\s*owe", "they owe", text.left, flags=re.IGNORECASE)
    to_me = text.has(r"\b(?:promised?|owes?|committed to|owed)\b.{0,12}\bme\b")
    if text.take(r"\b(?:customers?|clients?|they|prospects?|people|contacts?|buyers?|account|it|the (?:other|customer) side) (?:have |has |had )?(?:promised?|owes?|committed to|agreed to|said they would)\b(?: (?:to )?(?:me|us)\b)?|"
                 r"\b(?:promises|promised?|commitments?|tasks?) (?:(?:made )?by|from|of) (?:customers?|clients?|them|prospects?|their side)\b|\b(?:customers?|their|theirs|clients?)['’]?s? (?:open |overdue )?(?:promises|commitments|tasks)\b|\btheirs\b|\bpromised (?:to )?(?:me|us)\b"):  # fmt: skip
        got |= {"side": "theirs"} | ({"owner": "me"} if to_me else {})
    elif m := text.take(r"\b(?:i|we) (?:have |had )?(?:promised?|owe|committed to)\b(?: (?:to )?(?:customers?|clients?|them))?|\b(?:did|have|do) (?:i|we) (?:promised?|owe|commit(?:ted)? to)\b(?: (?:to )?(?:customers?|clients?|them))?|\bour (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bmy (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bours\b"):  # fmt: skip
        ours = re.search(r"\b(?:we|our|ours)\b", m[0], re.IGNORECASE)
        got |= {"side": "ours"} | ({} if ours else {"owner": "me"})
    if text.take(
        r"\b(?:overdue|late(?: with| on)?|past due|past their due dates?|not (?:been )?(?:kept|delivered|done)|broken|missed|behind|outstanding and late)\b"
    ):
        got["state"] = "overdue"
    elif text.take(r"\b(?:done|completed|finished|fulfilled)\b"):
        got["state"] = "done"
    elif text.take(r"\b(?:open|outstanding|pending|still)\b"):
        got["state"] = "open"
    if text.take(r"\b(?:without|with no|no) (?:a )?(?:due )?dates?\b"):
        got["no_date"] = True
    text.take(r"\b(?:falls?|fall(?:en|ing)|comes?|coming|gets?)(?= (?:due|\|))|\bby now\b")
    if span := take_span(text, crm.context.today):
        got |= days(span, "due_from", "due_to")
    take_groups(text, got)
    take_team(text, crm, got)
    take_places(text, crm, got)
    take_owner(text, crm, got)
    take_person(text, crm, got)
    text.take(r"\b(?:promises?|promised|commitments?|to-?dos?|action items?)\b")
