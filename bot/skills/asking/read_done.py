"""A question over activities or promises, read: each part is taken out of the words and becomes an argument."""

import re

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days
from bot.skills.asking.parts import Got
from bot.skills.asking.spans import take_span
from bot.skills.asking.values import take_owner, take_places
from bot.skills.asking.words import Text


def read_activities(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of calls, mails, meetings and notes."""
    kinds = []
    for pattern, kind in (
        (r"\b(?:phone )?calls?\b", "call"),
        (r"\bmeetings?\b", "meeting"),
        (r"\be-?mails?\b", "email"),
        (r"\bnotes?\b", "note"),
    ):
        if text.take(pattern):
            kinds.append(kind)
    text.take(r"\bactivit(?:y|ies)\b|\blogged\b|\bhold\b|\bheld\b|\bbetween\b|\band\b")
    if kinds:
        got["kinds"] = tuple(kinds)
    if text.take(r"\b(?:receive[d]?|get|got|inbound|incoming|came in|from customers|customers (?:sent|wrote))\b"):
        got["direction"] = "inbound"
    elif text.take(r"\b(?:sen[dt]|outbound|outgoing|wr(?:ote|ite)|ma(?:d|k)e)\b"):
        got["direction"] = "outbound"
    if span := take_span(text, crm.context.today):
        got |= days(span, "first", "last")
    take_places(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\b(?:with|have|had|took place|place)\b")


def read_promises(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of tasks and promises."""
    if text.take(
        r"\b(?:are |is )(?:the )?(?:customers?|clients?|they|prospects?) (?:late|behind)(?: (?:on|with|for))?"
    ):
        got |= {"side": "theirs", "state": "overdue"}
    text.take(r"\bstill\b(?= owes?\b)")
    text.left = re.sub(r"\bthey\s*\|\s*owe", "they owe", text.left, flags=re.IGNORECASE)
    to_me = text.has(r"\b(?:promised?|owes?|committed to|owed)\b.{0,12}\bme\b")
    if text.take(r"\b(?:customers?|clients?|they|prospects?|people|contacts?|buyers?|account|it) (?:have |has |had )?(?:promised?|owes?|committed to|agreed to|said they would)\b(?: (?:me|us))?|"
                 r"\b(?:promises|promised?|commitments?|tasks?) (?:(?:made )?by|from|of) (?:customers?|clients?|them|prospects?|their side)\b|\b(?:customers?|their|theirs|clients?)['’]?s? (?:open |overdue )?(?:promises|commitments|tasks)\b|\btheirs\b|\bpromised (?:to )?(?:me|us)\b"):  # fmt: skip
        got |= {"side": "theirs"} | ({"owner": "me"} if to_me else {})
    elif text.take(r"\b(?:i|we) (?:have |had )?(?:promised?|owe|committed to)\b(?: (?:to )?(?:customers?|clients?|them))?|\b(?:did|have|do) (?:i|we) (?:promised?|owe|commit(?:ted)? to)\b(?: (?:to )?(?:customers?|clients?|them))?|\bour (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bmy (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bours\b"):  # fmt: skip
        mine = text.has(r"\bwe\b|\bour\b")
        got |= {"side": "ours"} | ({} if mine else {"owner": "me"})
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
    if span := take_span(text, crm.context.today):
        got |= days(span, "due_from", "due_to")
    take_places(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\b(?:promises?|promised|commitments?|to-?dos?|action items?)\b")
