"""Read a question over records by rules: what is asked for, what the playbook is to say to it, which words are left."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.crm.match import mentions
from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Promises
from bot.skills.asking.crm import Crm
from bot.skills.asking.parts import TOUCHED, Got
from bot.skills.asking.read_deals import read_deals
from bot.skills.asking.read_done import read_activities, read_promises
from bot.skills.asking.read_people import read_accounts, read_contacts
from bot.skills.asking.values import own_type
from bot.skills.asking.words import Text

_SAYS = (
    r"(?:playbook|handbook|guidelines?|guides?|battlecards?|polic(?:y|ies)|knowledge base|wiki|pages|rules?|process|best practices?|"
    r"recommend(?:s|ed|ation)?|advi[sc]es?|to do|should (?:i|we)|do (?:i|we) (?:do|say)|can (?:i|we) do|to say|next play|the play)"
)
SECOND = re.compile(
    rf"(?:\s*[,;.?!–-]+\s*|\s+)(?:(?:and|then|also|plus)\s+)+(?P<pages>(?:what|how|which|where|is there|do we|tell me|show me)\b.*\b{_SAYS}\b.*)$|"
    rf"\s*[;.?!–]\s*(?P<more>(?:what|how|which)\b.*\b{_SAYS}\b.*)$",
    re.IGNORECASE,
)
FIRST = re.compile(
    rf"^(?P<pages>what (?:should|can|do|must) (?:i|we) (?:do|say)|what (?:does|do|should|can) .{{0,40}}\b{_SAYS}\b.{{0,20}}?)\s+(?:about|with|for|on|regarding)\s+(?P<records>(?:my|our|all|the|open|every|deals?|renewals?)\b.*)$",
    re.IGNORECASE,
)
NOUNS: tuple[tuple[str, type[Arguments]], ...] = (
    (r"tasks?|to-?dos?|promises?|promised?|commitments?|action items?", Promises),
    (
        r"deals?|opportunit(?:y|ies)|opps?|renewals?|expansions?|upsells?|cross-?sells?|win rate|(?:new|open|won|lost) business|sales cycles?|open pipeline",
        Deals,
    ),
    (r"accounts?|customers?|prospects?|compan(?:y|ies)|clients?|logos?", Accounts),
    (
        r"contacts?(?! (?:with|in|for))|people|persons?|champions|buyers|c[efiot]os|executives|decision makers|whom?",
        Contacts,
    ),
    (r"calls?|meetings?|e-?mails?|activit(?:y|ies)", Activities),
)
HOW_TO = re.compile(
    r"^\W*(?:how (?:often(?! (?:did|have|do) (?:we|i) (?:beat|win|won|lose|lost))|do|does|should|can|to|would|is|are)|why|when (?:should|do|does|is|must)|what (?:is|are) (?:an? |the )?(?:definition|difference|meaning|rule|policy|process)|"
    r"explain|what (?:discount|should (?:i|we) (?:say|write))|who (?:approves|signs|decides|is responsible|must|has to|handles|owns the(?! (?:most|largest|biggest))))\b",
    re.IGNORECASE,
)
"""a question about how things are done, which the pages answer"""


HOW_MUCH = re.compile(
    r"^\W*(?:how (?:much|many (?:euros?|pounds?|francs?|dollars?))\b.*\b(?:in|at)\b|what (?:do|have) (?:we|i) (?:have|got) in\b)",
    re.IGNORECASE,
)
_PLURAL = r"(?:deals|opportunities|opps|renewals|expansions|upsells|accounts|customers|prospects|clients|contacts|tasks|promises|commitments)"
STRONG = re.compile(
    rf"^\W*(?:(?:please|can you|could you)\W+)*(?:which|what|list|show(?: me)?|find(?: me)?|give me|how many|all|any|top)\b(?:\W+[\w-]+){{0,3}}?\W+{_PLURAL}\b|"
    rf"\b(?:my|our)\b(?:\W+[\w-]+){{0,2}}?\W+{_PLURAL}\b|^\W*who\b.*\b(?:have|has|had|did) (?:i|we) not\b|"
    r"\b(?:did|do|have|has) (?:i|we) (?:win|lose|won|lost)\b|"
    rf"^\W*{_PLURAL}\b",
    re.IGNORECASE,
)
"""the frame of a question over records, whatever else it says"""
RULED = re.compile(r"\b(?:should|may|must|shall|can|could|would|needs?|ha(?:s|ve) to|allowed)\b", re.IGNORECASE)
"""words of a question for a rule, which the pages answer"""
WISHED = re.compile(r"\b(?:that|which) (?:i|we) (?:can|could|should|may|might)\b", re.IGNORECASE)
"""what one may do with the records that are asked for"""


@dataclass(frozen=True)
class Reading:
    """What a question was understood to ask."""

    asked: Arguments | None = None
    measure: str = ""
    """`win rate`, `mean`, `median`, `count`, or empty: the records"""
    pages: str = ""
    """what the playbook is asked besides; empty: nothing"""
    unread: tuple[str, ...] = ()
    """words that were not understood"""
    narrowed: int = 0
    """conditions that were understood"""

    strong: bool = False
    """whether it is a question over records even where not all of it was understood"""

    @property
    def whole(self) -> bool:
        """Whether everything was understood."""
        return self.asked is not None and not self.unread


def read(question: str, crm: Crm, account: str = "") -> Reading | None:
    """Read a question over records; None where it is none. `account` is the name of the account that it names."""
    records, pages = split(question)
    text, got = Text(records), Got()
    records = text.left
    kind = _kind(records, crm)
    if kind is None or HOW_TO.match(records):
        return None
    if account:
        _take_account(text, account, got)
    measure = _measure(text)
    READERS[kind](text, crm, got)
    if measure == "cycle":
        got["state"] = "won"
    left = tuple(text.unread())
    if (
        HOW_MUCH.match(records)
        and not _noun(records)
        and not got.keys() & {"stages", "forecast", "currency", "close_from"}
    ):
        return None  # "how much is Plan?" asks for a price
    strong = bool(STRONG.search(records)) and not RULED.search(WISHED.sub("", records))
    try:
        asked = kind.model_validate(got)
    except ValidationError:
        return Reading(None, measure, pages, left or (records,), len(got), strong)
    return Reading(asked, measure, pages, left, len(got), strong)


def split(question: str) -> tuple[str, str]:
    """The part over records, and the part for the playbook."""
    words = " ".join(question.split())
    if m := FIRST.match(words):
        return m["records"], f"{m['pages']} about"
    if (m := SECOND.search(words)) and m.start() > 8:
        return words[: m.start()], (m["pages"] or m["more"]).strip()
    return words, ""


def _kind(records: str, crm: Crm) -> type[Arguments] | None:
    """What is asked for: the noun that stands first, but for promises, wins and losses, and people not spoken to."""
    low = records.lower()
    if re.search(r"\b(?:win|lose|won|lost|winning|losing|beat)\b|\bdid (?:we|i) sign\b", low) and not re.search(
        r"\b(?:accounts?|customers?|contacts?)\b", low
    ):
        return Deals
    if re.search(r"\bpromis|\bcommit(?:ment|ted to)|^\W*what\b.*\bowes?\b|^\W*what am i (?:late|behind)\b", low):
        return Promises
    if re.search(
        r"\b(?:everything|anything|all) against\b|^\W*who (?:owns|has|holds|carries) the (?:most|largest|biggest)\b",
        low,
    ):
        return Deals
    if re.search(rf"\bwhom?\b.*\b(?:not|n['’]t)\b.*\b{TOUCHED}\b", low):
        return Contacts
    return _noun(low) or (Deals if HOW_MUCH.match(low) or own_type(low, crm) else None)


def _noun(records: str) -> type[Arguments] | None:
    found = [
        (m.start(), kind) for words, kind in NOUNS if (m := re.search(rf"\b(?:{words})\b", records, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _take_account(text: Text, account: str, got: Got) -> None:
    """Take the account's name out, as it was written."""
    for mention in mentions(text.left, [("", account)]):
        text.take(rf"\b(?:at |with |for |of |from |in )?(?:the )?{re.escape(mention.text)}(?:['’]s)?(?!\w)")
        got["account"] = account


def _measure(text: Text) -> str:
    for pattern, name in (
        (r"\b(?:win|close|closing)[ -]rates?\b", "win rate"),
        (r"\bwhat (?:share|percentage|part|proportion|fraction) of\b(?=.*\bw[io]n\b)", "win rate"),
        (
            r"\b(?:(?:average|mean|median|typical) )?(?:length of (?:the |our |my )?)?(?:sales|deal) cycles?(?: length)?\b",
            "cycle",
        ),
        (r"\b(?:average|mean|typical)(?: (?:deal )?(?:size|amount|value))?\b|\bavg\b", "mean"),
        (r"\bmedian(?: (?:deal )?(?:size|amount|value))?\b", "median"),
    ):
        if text.take(pattern):
            return name
    text.take(r"\b(?:total|combined|summed)(?: (?:amount|value|worth))?\b")
    return "count" if text.take(r"\bhow (?:many|much|often)\b|\b(?:number|count) of\b") else ""


READERS: dict[type[Any], Callable[[Text, Crm, Got], None]] = {
    Deals: read_deals, Accounts: read_accounts, Contacts: read_contacts, Activities: read_activities, Promises: read_promises,
}  # fmt: skip
