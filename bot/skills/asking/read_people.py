"""A question over accounts or the people there, read: each part is taken out of the words and becomes an argument."""

import re

from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days, take_top
from bot.skills.asking.parts import Got, take_silence
from bot.skills.asking.spans import take_span
from bot.skills.asking.values import take_owner, take_part_product, take_places, take_product
from bot.skills.asking.words import Text

NEGLECTED = 30
"""days without a touch after which an account counts as neglected; the answer says so"""


def read_accounts(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of accounts."""
    today = crm.context.today
    if silent := take_silence(text, today):
        got["untouched_days"] = silent
    if text.take(r"\b(?:neglected|ignored|forgotten|overlooked|lost touch with)\b"):
        got["untouched_days"] = NEGLECTED
    if text.take(r"\b(?:have|has|had|with) nothing open\b") or text.take(
        r"\b(?:without|with no|(?:have|has)(?: no)?|having no|no)\s*(?:not )?(?:any |an )?open (?:deals?|opportunit(?:y|ies))\b"
    ):
        got["no_open_deal"] = True
    take_top(text, got, {"largest|biggest": "largest", "longest untouched|most neglected": "longest untouched"})
    for pattern, kind in ((r"\bformer customers?|\bchurned(?: customers?)?|\bex-customers?", "former"), (r"\bpartners?\b", "partner"),
                          (r"\bprospects?\b", "prospect"), (r"\b(?:customers?|clients?)\b", "customer")):  # fmt: skip
        if text.take(pattern):
            got["account_type"] = kind
            break
    renewal = r"\b(?:(?:up for|due for|with (?:a )?|whose |have (?:a )?)?(?:contracts? )?renew(?:al|als|ing|s)?(?: dates?)?(?: (?:is|are))?(?: due| up| coming(?: up)?)?)\b"
    if text.take(renewal) and (span := take_span(text, today)):
        got |= days(span, "renewal_from", "renewal_to")
    take_places(text, crm, got)
    _owned_product(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\bwith(?= \|)")


def _owned_product(text: Text, crm: Crm, got: Got) -> None:
    """Products that they own and do not own: "own Dock but not Plan", "without Insight"."""
    if m := re.search(
        r"\b(?:but|and|who|that)\s+(?:do |does )?(?:not|no|without)\s+(?:(?:have|own|use)\s+)?",
        text.left,
        re.IGNORECASE,
    ):
        behind = Text(text.left[m.end() :])
        if lacks := take_product(behind, crm) or take_part_product(behind, crm):
            got["without_product"] = lacks
            text.left = f"{text.left[: m.start()]} | {behind.left}"
    lacking = text.take(r"\b(?:without|not (?:own|have|use|using|owning|bought)|(?:have|has|own)s? no)\b")
    product = take_product(text, crm) or take_part_product(text, crm)
    if product:
        got["without_product" if lacking else "product"] = product
        text.take(r"\b(?:own(?:s|ing)?|us(?:e|es|ing)|bought|with|on)\b")
    elif lacking:
        text.left += f" {lacking[0]}"


def read_contacts(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of people."""
    today = crm.context.today
    mine = text.has(r"\b(?:have|did|do|am) i\b|\bi (?:have|did|do)\b|\bto me\b")
    for pattern, kinds in (
        (r"\bnot met\b", ("meeting",)),
        (r"\bnot (?:called|phoned)\b", ("call",)),
        (r"\bnot (?:e-?mailed|written)\b", ("email",)),
    ):
        if text.has(pattern):
            got["kinds"] = kinds
    if text.has(r"\bnot (?:heard|replied|answered|responded|written back|got back)\b"):
        got["heard"] = True
    if silent := take_silence(text, today):
        got |= {"untouched_days": silent} | ({"by_me": True} if mine and not got.get("heard") else {})
    _people(text, got)
    take_places(text, crm, got)
    if not text.take(r"\b(?:have|did|do) i\b|\bi (?:have|did|do)\b") and not mine:
        take_owner(text, crm, got)
    elif mine:
        got["owner"] = "me"
        take_owner(text, crm, got)


def _people(text: Text, got: Got) -> None:
    """Role, title, and whether they may be contacted."""
    for words, role in ((r"economic buyers?", "economic_buyer"), (r"champions?", "champion"), (r"blockers?", "blocker"),
                        (r"technical buyers?", "technical_buyer"), (r"decision[- ]makers?", "decision_maker")):  # fmt: skip
        if text.take(rf"\b{words}\b"):
            got["role"] = role
            if text.take(r"\bin my (?:open )?deals?\b"):
                got["owner"] = "me"
            text.take(r"\bin (?:an? |the )?open deals?\b")
    if text.take(
        r"\b(?:without|with no|(?:have|has)(?: not)?(?: no)?|no)\s*(?:a |any )?roles?\b(?: in (?:an? |my |any )?(?:open )?deals?)?"
    ):
        got["without_role"] = True
    if m := text.take(r"\b(?P<title>c[efiotms]o|chief [a-z]+ officer|vp|director|head|manager|buyer)s?\b"):
        got["title"] = m["title"]
    if text.take(
        r"\b(?:(?:that |who |which )?(?:must|may|should|can|do) not (?:be )?(?:contact(?:ed)?|e?mail(?:ed)?|written to)|do[- ]not[- ]contact|opted[- ]out|unsubscribed)\b"
    ):
        got["blocked"] = True
