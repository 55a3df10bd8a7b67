"""A question over promises and tasks, read: each part is taken out of the words and becomes an argument."""

import re
from datetime import date, timedelta

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days
from bot.skills.asking.parts import Got
from bot.skills.asking.read_groups import take_groups
from bot.skills.asking.read_places import take_places
from bot.skills.asking.spans import back, number, take_span
from bot.skills.asking.values import take_owner, take_person, take_team
from bot.skills.asking.words import Text

_N = r"\d{1,3}|an?|one|two|three|four|five|six|seven|ten"
_UNIT = r"days?|weeks?|months?"
_OTHERS = r"(?:customers?|clients?|prospects?|buyers?|they|them|people|contacts?|persons?|accounts?|companies|the (?:other|customer) side)"
SIDES = (
    (r"(?:the )?(?:customers?['’]?s?|clients?['’]?s?|prospects?['’]?s?|their|other|buyers?['’]?s?)", "theirs"), (r"(?:our|my)(?: own)?", "ours"),
)  # fmt: skip
"""whose side, in words"""


def _owed_by(text: Text, got: Got) -> None:
    """Whose promise it is: "on our side", "what do the people at my accounts owe us"."""
    for words, side in SIDES:
        if text.take(rf"\b(?:only )?(?:on|from|of|by) {words} side\b"):
            got["side"] = side
    owed = rf"\b(?:do|does|did)\b (?:the |our |my |any )?{_OTHERS}(?P<where> (?:at|of|from|in) (?:my|our|the|these) (?:accounts?|customers?|companies))? (?:still )?owe\b(?: (?P<whom>us|me))?"
    if m := text.take(owed):
        mine = m["whom"] == "me" or " my " in (m["where"] or "")
        got |= {"side": "theirs"} | ({"owner": "me"} if mine else {})


def read_promises(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of tasks and promises."""
    _side(text, got)
    if got.get("side"):
        text.take(r"(?<=\|)[\s,]*only\b|\bonly\s*(?=\|)")
    _state(text, crm.context.today, got)
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


def _side(text: Text, got: Got) -> None:
    """Whose promise it is."""
    if text.take(
        r"\b(?:are |is )(?:the )?(?:customers?|clients?|they|prospects?) (?:late|behind)(?: (?:on|with|for))?"
    ):
        got |= {"side": "theirs", "state": "overdue"}
    if text.take(
        r"\b(?:am )?(?:i|we)(?: am| are)? (?:still )?waiting (?:for|on)\b(?: from)?(?: (?:the other side|customers?|them))?|\bwaiting (?:for|on)\b(?: from)?(?: (?:the other side|customers?|them))?"
    ):
        got |= {"side": "theirs", "owner": "me"}
        text.take(r"\bfrom (?:the other side|customers?|them)\b")
    _owed_by(text, got)
    text.take(r"\bstill\b(?= owes?\b)")
    text.left = re.sub(r"\bthey\s*\|\s*owe", "they owe", text.left, flags=re.IGNORECASE)
    to_me = text.has(r"\b(?:promised?|owes?|committed to|owed)\b.{0,12}\bme\b")
    if text.take(r"\b(?:customers?|clients?|they|prospects?|people|contacts?|buyers?|account|it|the (?:other|customer) side) (?:have |has |had )?(?:promised?|owes?|committed to|agreed to|said they would)\b(?: (?:to )?(?:me|us)\b)?|"
                 r"\b(?:promises|promised?|commitments?|tasks?) (?:(?:made )?by|from|of) (?:customers?|clients?|them|prospects?|their side)\b|\b(?:customers?|their|theirs|clients?)['’]?s? (?:open |overdue )?(?:promises|commitments|tasks)\b|\btheirs\b|\bpromised (?:to )?(?:me|us)\b"):  # fmt: skip
        got |= {"side": "theirs"} | ({"owner": "me"} if to_me else {})
    elif m := text.take(r"\b(?:i|we) (?:have |had )?(?:promised?|owe|committed to)\b(?: (?:to )?(?:customers?|clients?|them))?|\b(?:did|have|do) (?:i|we) (?:promised?|owe|commit(?:ted)? to)\b(?: (?:to )?(?:customers?|clients?|them))?|\bour (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bmy (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bours\b"):  # fmt: skip
        ours = re.search(r"\b(?:we|our|ours)\b", m[0], re.IGNORECASE)
        got |= {"side": "ours"} | ({} if ours else {"owner": "me"})


def _state(text: Text, today: date, got: Got) -> None:
    """Open, overdue, or done."""
    if m := text.take(
        rf"\b(?:are |is )?(?:(?:more than|over) (?P<n>{_N}) (?P<unit>{_UNIT}) (?:overdue|late)|(?:overdue|late) (?:by|for|since) (?:more than|over) (?P<n2>{_N}) (?P<unit2>{_UNIT}))\b"
    ):
        n, unit = m["n"] or m["n2"], m["unit"] or m["unit2"]
        got |= {"state": "overdue", "due_to": back(number(n), unit.rstrip("s"), today) - timedelta(days=1)}
    elif text.take(
        r"\b(?:overdue|late(?: with| on)?|past due|past their due dates?|not (?:been )?(?:kept|delivered|done)|broken|missed|behind|outstanding and late)\b"
    ):
        got["state"] = "overdue"
    elif text.take(r"\b(?:done|completed|finished|fulfilled)\b"):
        got["state"] = "done"
    elif text.take(r"\b(?:open|outstanding|pending|still)\b"):
        got["state"] = "open"
