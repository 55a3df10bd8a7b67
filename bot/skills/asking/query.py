"""Read a question over records by rules: what is asked for, what the playbook is to say to it, which words are left."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from bot.crm.match import mentions
from bot.skills.asking.arguments import Accounts, Activities, Arguments, Contacts, Deals, Promises
from bot.skills.asking.crm import Crm
from bot.skills.asking.parts import TOUCHED, Got, take_amounts, take_parts, take_risks, take_silence
from bot.skills.asking.spans import Span, number, take_span
from bot.skills.asking.values import (
    take_competitor,
    take_currency,
    take_forecast,
    take_group,
    take_owner,
    take_part_product,
    take_places,
    take_product,
    take_reason,
    take_stages,
    take_state,
    take_team,
    take_type,
)  # fmt: skip
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
    (r"deals?|opportunit(?:y|ies)|opps?|renewals?|expansions?|upsells?|cross-?sells?|win rate|new business", Deals),
    (r"accounts?|customers?|prospects?|compan(?:y|ies)|clients?|logos?", Accounts),
    (
        r"contacts?(?! (?:with|in|for))|people|persons?|champions|buyers|c[efiot]os|executives|decision makers|whom?",
        Contacts,
    ),
    (r"calls?|meetings?|e-?mails?|activit(?:y|ies)", Activities),
)
HOW_TO = re.compile(
    r"^\W*(?:how (?:often|do|does|should|can|to|would|is|are)|why|when (?:should|do|does|is|must)|what (?:is|are) (?:an? |the )?(?:definition|difference|meaning|rule|policy|process)|"
    r"explain|what (?:discount|should (?:i|we) (?:say|write))|who (?:approves|signs|decides|is responsible|must|has to|handles|owns the))\b",
    re.IGNORECASE,
)
"""a question about how things are done, which the pages answer"""


HOW_MUCH = re.compile(r"^\W*how much\b.*\b(?:in|at)\b", re.IGNORECASE)
_PLURAL = r"(?:deals|opportunities|opps|renewals|expansions|upsells|accounts|customers|prospects|clients|contacts|tasks|promises|commitments)"
STRONG = re.compile(
    rf"^\W*(?:(?:please|can you|could you)\W+)*(?:which|what|list|show(?: me)?|find(?: me)?|give me|how many|all|any|top)\b(?:\W+[\w-]+){{0,3}}?\W+{_PLURAL}\b|"
    rf"\b(?:my|our)\b(?:\W+[\w-]+){{0,2}}?\W+{_PLURAL}\b|^\W*who\b.*\b(?:have|has|had|did) (?:i|we) not\b|"
    r"\b(?:did|do|have|has) (?:i|we) (?:win|lose|won|lost)\b",
    re.IGNORECASE,
)
"""the frame of a question over records, whatever else it says"""
RULED = re.compile(r"\b(?:should|may|must|shall|can|could|would|needs?|ha(?:s|ve) to|allowed)\b", re.IGNORECASE)
"""words of a question for a rule, which the pages answer"""


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
    kind = _kind(records)
    if kind is None or HOW_TO.match(records):
        return None
    if account:
        _take_account(text, account, got)
    measure = _measure(text)
    READERS[kind](text, crm, got)
    left = tuple(text.unread())
    if HOW_MUCH.match(records) and not _noun(records) and not (got.get("stages") or got.get("forecast")):
        return None  # "how much is Plan?" asks for a price
    strong = bool(STRONG.search(records)) and not RULED.search(records)
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


def _kind(records: str) -> type[Arguments] | None:
    """What is asked for: the noun that stands first, but for promises, wins and losses, and people not spoken to."""
    low = records.lower()
    if re.search(r"\b(?:win|lose|won|lost|winning|losing)\b", low) and not re.search(
        r"\b(?:accounts?|customers?|contacts?)\b", low
    ):
        return Deals
    if re.search(r"\bpromis|\bcommit(?:ment|ted to)", low):
        return Promises
    if re.search(rf"\bwhom?\b.*\b(?:not|n['’]t)\b.*\b{TOUCHED}\b", low):
        return Contacts
    return _noun(low) or (Deals if HOW_MUCH.match(low) else None)


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
        (r"\b(?:average|mean|typical)(?: (?:deal )?(?:size|amount|value))?\b|\bavg\b", "mean"),
        (r"\bmedian(?: (?:deal )?(?:size|amount|value))?\b", "median"),
    ):
        if text.take(pattern):
            return name
    text.take(r"\b(?:total|combined|summed)(?: (?:amount|value|worth))?\b")
    return "count" if text.take(r"\bhow (?:many|much)\b|\b(?:number|count) of\b") else ""


def _top(text: Text, got: Got, sorts: dict[str, str]) -> None:
    """The first so many, and by what."""
    count = r"(?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)"
    words = "|".join(sorts)
    if m := text.take(rf"\btop {count}\b") or text.take(rf"\b{count} (?={words})"):
        got["top"] = number(m["n"])
    elif text.take(r"\btop\b"):
        got.setdefault("sort", next(iter(sorts.values())))
    for pattern, sort in sorts.items():
        if m := text.take(
            rf"\b(?:{pattern})\b(?: (?:ones? )?first\b)?(?P<one> (?:open |active |live |lost |won |closed )?(?:deal|opportunity|renewal|account|customer)\b)?"
        ):
            got["sort"] = sort
            if m["one"]:
                got.setdefault("top", 1)
                text.left = f"{m['one']} {text.left}"
            break
    if "top" in got:
        got.setdefault("sort", next(iter(sorts.values())))


def _deals(text: Text, crm: Crm, got: Got) -> None:
    today = crm.context.today
    take_risks(text, got, today)
    take_amounts(text, got)
    take_parts(text, got)
    sorts = {"largest|biggest|highest[- ]value|highest|most valuable|most expensive": "largest", "smallest|lowest": "smallest",
             "oldest|longest[- ]running": "oldest", "newest|latest|most recent|most recently created": "newest"}  # fmt: skip
    _top(text, got, sorts)
    take_group(text, got)
    take_state(text, got)
    take_stages(text, crm, got)
    take_forecast(text, crm, got)
    take_type(text, crm, got)
    take_currency(text, crm, got)
    take_reason(text, crm, got)
    take_competitor(text, crm, got)
    take_team(text, crm, got)
    take_places(text, crm, got)
    _deal_days(text, crm, got)
    take_owner(text, crm, got)
    product = take_product(text, crm) or take_part_product(text, crm)
    if product:
        got["product"] = product
    _close_date(crm, got)


def _deal_days(text: Text, crm: Crm, got: Got) -> None:
    created = r"\b(?:(?:was |were |been |are |got )?(?:created|opened|added|started|entered|generated)|new(?= (?:this|last|in|since)))\b"
    made = text.has(created)
    span = take_span(text, crm.context.today)
    if span is None:
        return
    first, last = ("created_from", "created_to") if made else ("close_from", "close_to")
    if made:
        text.take(created)
    got |= _days(span, first, last)


def _days(span: Span, first: str, last: str) -> Got:
    return {name: day for name, day in ((first, span.first), (last, span.last)) if day}


def _close_date(crm: Crm, got: Got) -> None:
    """Wins and losses "since March" are those up to today; what is overdue is still open."""
    if "close date passed" in got.get("risks", ()) and got.get("state", "open") == "open":
        got["state"] = "open"


def _accounts(text: Text, crm: Crm, got: Got) -> None:
    today = crm.context.today
    if days := take_silence(text, today):
        got["untouched_days"] = days
    if text.take(
        r"\b(?:without|with no|(?:have|has)(?: no)?|having no|no)\s*(?:not )?(?:any |an )?open (?:deals?|opportunit(?:y|ies))\b"
    ):
        got["no_open_deal"] = True
    _top(text, got, {"largest|biggest": "largest", "longest untouched|most neglected": "longest untouched"})
    for pattern, kind in ((r"\bformer customers?|\bchurned(?: customers?)?|\bex-customers?", "former"), (r"\bpartners?\b", "partner"),
                          (r"\bprospects?\b", "prospect"), (r"\b(?:customers?|clients?)\b", "customer")):  # fmt: skip
        if text.take(pattern):
            got["account_type"] = kind
            break
    renewal = r"\b(?:(?:up for|due for|with (?:a )?|whose |have (?:a )?)?(?:contracts? )?renew(?:al|als|ing|s)?(?: dates?)?(?: (?:is|are))?(?: due| up| coming(?: up)?)?)\b"
    if text.take(renewal) and (span := take_span(text, today)):
        got |= _days(span, "renewal_from", "renewal_to")
    take_places(text, crm, got)
    _owned_product(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\bwith(?= \|)")


def _owned_product(text: Text, crm: Crm, got: Got) -> None:
    """Products that they own and do not own: "own Dock but not Plan", "without Insight"."""
    if m := re.search(r"\b(?:but|and)\s+(?:not|no|without)\s+", text.left, re.IGNORECASE):
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


def _contacts(text: Text, crm: Crm, got: Got) -> None:
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
    if days := take_silence(text, today):
        got |= {"untouched_days": days} | ({"by_me": True} if mine and not got.get("heard") else {})
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


def _activities(text: Text, crm: Crm, got: Got) -> None:
    kinds = []
    for pattern, kind in (
        (r"\b(?:phone )?calls?\b", "call"),
        (r"\bmeetings?\b", "meeting"),
        (r"\be-?mails?\b", "email"),
        (r"\bnotes?\b", "note"),
    ):
        if text.take(pattern):
            kinds.append(kind)
    text.take(r"\bactivit(?:y|ies)\b|\blogged\b|\bheld\b|\bbetween\b|\band\b")
    if kinds:
        got["kinds"] = tuple(kinds)
    if text.take(r"\b(?:receive[d]?|get|got|inbound|incoming|came in|from customers|customers (?:sent|wrote))\b"):
        got["direction"] = "inbound"
    elif text.take(r"\b(?:sen[dt]|outbound|outgoing|wr(?:ote|ite)|ma(?:d|k)e)\b"):
        got["direction"] = "outbound"
    if span := take_span(text, crm.context.today):
        got |= _days(span, "first", "last")
    take_places(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\b(?:with|have|had|took place|place)\b")


def _promises(text: Text, crm: Crm, got: Got) -> None:
    to_me = text.has(r"\b(?:promised?|owes?|committed to|owed)\b.{0,12}\bme\b")
    if text.take(r"\b(?:customers?|clients?|they|prospects?|people|contacts?|buyers?|account|it) (?:have |has |had )?(?:promised?|owes?|committed to|agreed to|said they would)\b(?: (?:me|us))?|"
                 r"\b(?:promises|promised?|commitments?|tasks?) (?:(?:made )?by|from|of) (?:customers?|clients?|them|prospects?|their side)\b|\b(?:customers?|their|theirs|clients?)['’]?s? (?:open |overdue )?(?:promises|commitments|tasks)\b|\btheirs\b|\bpromised (?:to )?(?:me|us)\b"):  # fmt: skip
        got |= {"side": "theirs"} | ({"owner": "me"} if to_me else {})
    elif text.take(r"\b(?:i|we) (?:have |had )?(?:promised?|owe|committed to)\b(?: (?:to )?(?:customers?|clients?|them))?|\b(?:did|have|do) (?:i|we) (?:promised?|owe|commit(?:ted)? to)\b(?: (?:to )?(?:customers?|clients?|them))?|\bour (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bmy (?:own )?(?:open |overdue )?(?:promises|commitments)\b|\bours\b"):  # fmt: skip
        mine = text.has(r"\bwe\b|\bour\b")
        got |= {"side": "ours"} | ({} if mine else {"owner": "me"})
    if text.take(
        r"\b(?:overdue|late|past due|past their due dates?|not (?:been )?(?:kept|delivered|done)|broken|missed|outstanding and late)\b"
    ):
        got["state"] = "overdue"
    elif text.take(r"\b(?:done|completed|finished|fulfilled)\b"):
        got["state"] = "done"
    elif text.take(r"\b(?:open|outstanding|pending|still)\b"):
        got["state"] = "open"
    if text.take(r"\b(?:without|with no|no) (?:a )?(?:due )?dates?\b"):
        got["no_date"] = True
    if span := take_span(text, crm.context.today):
        got |= _days(span, "due_from", "due_to")
    take_places(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\b(?:promises?|promised|commitments?|to-?dos?|action items?)\b")


READERS: dict[type[Any], Callable[[Text, Crm, Got], None]] = {
    Deals: _deals, Accounts: _accounts, Contacts: _contacts, Activities: _activities, Promises: _promises,
}  # fmt: skip
