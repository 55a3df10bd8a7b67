"""A question over accounts or the people there, read: each part is taken out of the words and becomes an argument."""

import re

from bot.crm.match import fold
from bot.skills.asking.arguments import Kind
from bot.skills.asking.crm import Crm
from bot.skills.asking.order import days, take_top
from bot.skills.asking.parts import Got, money_at
from bot.skills.asking.read_groups import take_groups
from bot.skills.asking.read_places import take_places
from bot.skills.asking.read_risks import KINDS_LISTED, TOUCHED, named_kinds, take_silence
from bot.skills.asking.spans import number, take_span
from bot.skills.asking.values import take_owner, take_part_product, take_product, take_team
from bot.skills.asking.words import Text

NEGLECTED = 30
"""days without a touch after which an account counts as neglected; the answer says so"""


FIELDS = (
    (r"owners?", "owner"), (r"industr(?:y|ies)|sectors?", "industry"), (r"renewal dates?", "renewal_date"), (r"segments?", "segment"),
    (r"countr(?:y|ies)", "country"),
)  # fmt: skip
"""what may be blank in an account, and its field"""


_OF_KINDS = rf"(?:not|never) had (?:an?|any) {KINDS_LISTED}(?: with)?"
NEVER = rf"\b(?:(?:have|has|had|we|i|us) )*{_OF_KINDS}(?: (?:them|us|him|her))*(?: (?:yet|ever|at all|so far))*\b|\b(?:(?:have|has|had|was|were|been) )*(?:we |i |us )?(?:not|never)(?: yet)?(?: (?:been|had))? {TOUCHED}(?: (?:to|with|from|in touch|by|us|me|back|anyone|anybody))*(?: (?:yet|ever|at all|so far))*\b|\b(?:without|with no|no|never had) (?:any )?(?:activit(?:y|ies)|touch(?:es)?|contact|calls?, meetings? or e-?mails?)(?: (?:yet|ever|at all|so far|on record))*\b|\b(?:have |has |had |we |i )*never had (?:an? )?(?:meetings?|calls?|e-?mails?|conversations?)\b(?: with)?"
"""that nothing was at any time"""
BY_KIND: tuple[tuple[str, Kind], ...] = (
    (r"\b(?:met|meet|meetings?)\b", "meeting"), (r"\b(?:called|phoned|calls?)\b", "call"), (r"\b(?:e-?mail(?:ed|s)?|written|write)\b", "email"),
)  # fmt: skip
EVERY: tuple[Kind, ...] = ("call", "meeting", "email")


def read_accounts(text: Text, crm: Crm, got: Got) -> None:
    """Take what a question asks of accounts."""
    text.take(r"^\W*compare\b")
    _untouched(text, crm, got)
    if text.take(r"\b(?:have|has|had|with) nothing open\b") or text.take(
        r"\b(?:without|with no|(?:have|has|having) (?:no|not)|(?:do|does) not have|no)\s*(?:any |an )?open (?:deals?|opportunit(?:y|ies))\b"
    ):
        got["no_open_deal"] = True
    _superlative(text, got)
    take_groups(text, got)
    _size(text, got)
    take_top(
        text,
        got,
        {"largest|biggest": "largest", "smallest": "smallest", "longest untouched|most neglected": "longest untouched"},
    )
    if text.take(r"\bby[\s|]*(?:the )?(?:number of )?(?:employees|people|staff|headcount)\b|\bmost employees\b"):
        got["sort"] = "most employees"
    text.take(r"\bby (?:annual )?(?:revenue|turnover)\b")
    _since(text, crm, got)
    _what_kind(text, got)
    renewal = r"\b(?:(?:whose |with (?:a )?|have (?:a )?)?(?:contracts? )?(?:(?:is |are |comes? )?(?:up for|due for) )?(?:contracts? )?renew(?:al|als|ing|s)?(?: dates?)?(?: (?:is|are))?(?: due| up| coming(?: up)?| falls?| lands?)?)\b"
    if text.take(renewal):
        if span := take_span(text, crm.context.today):
            got |= days(span, "renewal_from", "renewal_to")
        else:
            text.left += " renewal"
    take_team(text, crm, got)
    take_places(text, crm, got)
    _owned_product(text, crm, got)
    take_owner(text, crm, got)
    text.take(r"\bwith(?= \|)")


def _untouched(text: Text, crm: Crm, got: Got) -> None:
    """That nobody was in touch for some time, or ever."""
    today = crm.context.today
    kinds = _kinds_missed(text)
    if silent := take_silence(text, today):
        got |= {"untouched_days": silent} | ({"kinds": kinds} if kinds else {})
    elif text.take(NEVER):
        got["never"] = kinds or EVERY
    if text.take(r"\b(?:neglected|ignored|forgotten|overlooked|lost touch with)\b"):
        got["untouched_days"] = NEGLECTED


def _kinds_missed(text: Text) -> tuple[Kind, ...]:
    """The kinds of touches that were not, where words name them; empty where any is meant."""
    m = re.search(rf"\b(?:not|never)(?: yet)? (?P<verb>{TOUCHED})|\bnever had (?P<noun>.*)", text.left, re.IGNORECASE)
    verbs = tuple(kind for words, kind in BY_KIND if m and re.search(words, m["verb"] or m["noun"], re.IGNORECASE))
    return named_kinds(text.left) or verbs


def _what_kind(text: Text, got: Got) -> None:
    """What is blank, and whether it is a customer."""
    for words, field in FIELDS:
        if text.take(
            rf"\b(?:without|with no|(?:have|has|is|are)(?: got)? no|no|not have|missing)\s+(?:an? |any |the )?(?:{words})(?: set| on record)?\b"
        ):
            got["missing"] = (*got.get("missing", ()), field)
    for pattern, kind in ((r"\bformer customers?|\bchurned(?: customers?)?|\bex-customers?", "former"), (r"\bpartners?\b", "partner"),
                          (r"\bprospects?\b", "prospect"), (r"\b(?:customers?|clients?)\b", "customer")):  # fmt: skip
        if text.take(pattern):
            got["account_type"] = kind
            break


def _size(text: Text, got: Got) -> None:
    """How many people work there, and what it turns over."""
    over = r"(?:more than|over|above|at least|>)"
    under = r"(?:fewer than|less than|under|below|<)"
    for word, sign in ((over, "over"), (under, "under")):
        if m := text.take(
            rf"\b(?:with |have |has |having )?(?:an? )?{word} (?P<n>[\d.,]+k?) (?:employees|people|staff)\b"
        ):
            n = int(
                float(m["n"].lower().removesuffix("k").replace(",", "")) * (1000 if m["n"].lower().endswith("k") else 1)
            )
            got[f"employees_{sign}"] = n - 1 if m[0].lower().find("at least") >= 0 else n
        for m in list(
            re.finditer(
                rf"\b(?:with |have |has )?(?:an? )?(?:annual )?(?:revenues?|turnover)(?: of)? {word}\s*",
                text.left,
                re.IGNORECASE,
            )
        ):
            if found := money_at(text, m.end()):
                got[f"revenue_{sign}"] = found[0]
                text.cut(m.start(), found[1])
                break


_SIZE = (
    (r"(?:annual |yearly )?(?:revenues?|turnover|sales)", "largest", "smallest"),
    (r"(?:employees|people|staff|headcount|workforce)", "most employees", "fewest employees"),
)


def _superlative(text: Text, got: Got) -> None:
    """The one or the first so many by size: "the highest revenue", "five customers with the most employees"."""
    more, fewer = r"(?:the )?(?:most|highest|largest|biggest|greatest)", r"(?:the )?(?:fewest|least|lowest|smallest)"
    for words, most, least in _SIZE:
        for sign, sort in ((more, most), (fewer, least)):
            if m := text.take(rf"\b(?P<one>has |with )?{sign} {words}\b"):
                got["sort"] = sort
                n = text.take(
                    r"^\W*(?:which |what |the |list |show )*(?P<n>\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b(?! or more)"
                )
                got |= {"top": number(n["n"])} if n else {"top": 1} if m["one"] and "top" not in got else {}


def _since(text: Text, crm: Crm, got: Got) -> None:
    """When they became customers, or were added."""
    today = crm.context.today
    since = r"\b(?:(?:have |has )?(?:been |became |become |joined as |signed up as )(?:an? |our )?(?:customers?|clients?))\b|\bnew customers?\b|\b(?:we |that we |have )*(?:gained|acquired|onboarded)\b|\bcustomers? (?=since\b)"
    made = r"\b(?:were |was |been |got )?(?:created|added)\b|\bnew accounts?\b"
    for pattern, first, last in ((since, "since_from", "since_to"), (made, "created_from", "created_to")):
        if text.has(pattern) and (span := take_span(text, today)):
            text.take(pattern)
            got |= days(span, first, last) | ({"account_type": "customer"} if first == "since_from" else {})


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
    if text.has(r"^\W*who (?:has|have) (?:not|never) (?:yet )?(?:met|called|e-?mailed|visited) (?:the|our|my|their)\b"):
        return  # who did not meet whom: that is not one of the people at accounts
    mine = text.has(r"\b(?:have|did|do|am) i\b|\bi (?:have|did|do)\b|\bto me\b")
    kinds = _kinds_missed(text)
    if text.has(r"\b(?:not|never) (?:heard|replied|answered|responded|written back|got back)\b"):
        got["heard"] = True
    if silent := take_silence(text, today):
        got |= {"untouched_days": silent} | ({"by_me": True} if mine and not got.get("heard") else {})
    elif text.take(NEVER):
        got |= {"never": True} | ({"by_me": True} if mine and not got.get("heard") else {})
    if kinds and got.keys() & {"untouched_days", "never"}:
        got["kinds"] = kinds
    take_groups(text, got)
    _blank(text, got)
    _people(text, crm, got)
    if span := text.has(r"\b(?:created|added)\b") and take_span(text, today):
        text.take(r"\b(?:were |was |been |did (?:we|i) )?(?:created|added|add)\b")
        got |= days(span, "created_from", "created_to")
    take_team(text, crm, got)
    take_places(text, crm, got)
    if mine:
        text.take(r"\b(?:have|did|do) i\b|\bi (?:have|did|do)\b")
        if got.get("account"):
            text.take(r"\bi\b")
        else:
            got["owner"] = "me"
    take_owner(text, crm, got)


_REACHED = (
    (r"(?:e-?mails?)(?: address(?:es)?)?", "email"), (r"(?:tele)?phones?(?: numbers?)?|numbers?", "phone"), (r"(?:job )?titles?", "title"),
)  # fmt: skip


def _blank(text: Text, got: Got) -> None:
    """What is not on record of a person, or is."""
    lack = r"(?:without|with no|lack(?:s|ing)?|miss(?:es|ing)?|(?:do|does) not have|(?:have|has)\s*(?:not got|no)|(?:there is|we have) no|no)"
    for words, field in _REACHED:
        if text.take(
            rf"\b{lack} (?:an? |any |their |the |known )?(?:{words})(?: (?:on record|on file|in the crm|at all|yet))?\b"
        ):
            got["missing"] = (*got.get("missing", ()), field)
        elif text.take(
            rf"\b(?:with|that have|who have|have|where we have) (?:an? |any )?(?:{words})\b(?: (?:on record|on file|in the crm))?"
        ):
            got["having"] = (*got.get("having", ()), field)


def _titles(text: Text, crm: Crm, got: Got) -> None:
    """A title by its words as the CRM writes them, in the plural or not; the longest first."""
    for title in crm.titles:
        words = r"[\s\W_]*".join(map(re.escape, fold(title).split()))
        if words and text.take(rf"\b(?:with (?:the )?title )?{words}s?\b"):
            got["title"] = title
            return
    if m := text.take(
        r"\b(?P<title>c[efiotmsr]{1,2}o|chief [a-z]+ officer|vp|vice president|director|head|manager|buyer|analyst|planner|engineer)s?\b(?: of (?P<of>[a-z]+))?"
    ):
        got["title"] = " ".join(filter(None, (m["title"], m["of"])))


def _people(text: Text, crm: Crm, got: Got) -> None:
    """Role, title, and whether they may be contacted."""
    for words, role in ((r"economic buyers?", "economic_buyer"), (r"champions?", "champion"), (r"blockers?", "blocker"),
                        (r"technical buyers?", "technical_buyer"), (r"decision[- ]makers?", "decision_maker"),
                        (r"coach(?:es)?", "coach"), (r"procurement(?: contacts?)?", "procurement")):  # fmt: skip
        if text.take(rf"\b{words}\b"):
            got["role"] = role
            if text.take(r"\b(?:in|on|of|for|across) my (?:open |active )?(?:deals?|opportunit(?:y|ies)|pipeline)\b"):
                got["owner"] = "me"
            text.take(
                r"(?<=['’]s|s['’]) (?:open |active )?(?:deals?|opportunities)\b|\b(?:in|on|of|for|across) (?:an? |the |our |all |any )?(?:open |active )(?:deals?|opportunit(?:y|ies))\b|\b(?:in|on|of|across) our (?:deals|opportunities|pipeline)\b"
            )
    deals = r"(?: (?:in|on) (?P<which>(?:an?|my|our|any|some|the)? ?(?:open |active )?)(?:deals?|opportunit(?:y|ies)))?"
    if m := text.take(
        rf"\b(?:without|with no|(?:do |does )?not (?:have|hold|play)|(?:have|has) (?:not|no)|no)\s*(?:a |any )?roles?\b{deals}"
    ):
        got["without_role"] = True
        got |= {"role_state": "any"} if (m["which"] or "").strip().lower() == "any" else {}
    elif text.take(rf"\b(?:who )?(?:with|have|has|having|holds?|plays?|in) (?:an? |any |some )?roles?\b{deals}"):
        got["with_role"] = True
    _titles(text, crm, got)
    if m := text.take(
        r"\b(?:have |has |are |that |who )*(?:opted[- ]out|unsubscribed|opt(?:ed)?-?outs?) (?:of|from|for) (?:our |all )?(?P<way>e-?mails?|mails?|calls?|phone calls?)\b"
    ):
        got["opted_out"] = "email" if "mail" in m["way"].lower() else "phone"
    if m := text.take(
        r"\b(?:that |who |which |whom )?(?:(?:i|we) )?(?:must|may|should|can) not (?:be )?(?:(?P<phone>call(?:ed)?|phone[d]?)|(?:e-?)?mail(?:ed)?|written to|write to)\b"
    ):
        got["not_by"] = "phone" if m["phone"] else "email"
    if text.take(
        r"\b(?:(?:that |who |which )?(?:must|may|should|can|do) not (?:be )?contact(?:ed)?|do[- ]not[- ]contact|opted[- ]out|unsubscribed)\b"
    ):
        got["blocked"] = True
