"""A new amount in a clause: "amount is now 120k", "they only want 80 seats so 96,000", "up to $1.2m" (pure)."""

import re
from decimal import Decimal

from bot.money import Money, find_money
from bot.skills.said.clauses import Clause
from bot.skills.said.scene import OBJ, WHO, Intent, Scene

AMOUNT = (
    r"(?:(?:the|our|its|it|it's|new|deal|contract|total|opp|opportunity)\s+)*"
    r"(?:amount|value|deal size|size|acv|arr|tcv|contract value|volume)\b"
    rf"(?:\s+(?:of|for|on)\s+{OBJ})?"
)
_SET = (
    r"(?:set|chang|updat|rais|lower|increas|decreas|reduc|cut|bump|bring|drop|mov|put|mak|correct|adjust|tak)"
    r"(?:t?e[sd]|t?ing|e|s|t)?\b|brought\b|went\b|goes\b|go\b|grew\b|grows\b|fell\b|falls\b|shrank\b|comes\b|came\b|knock(?:s|ed|ing)?\b|trim(?:s|med|ming)?\b"
)
_BE = r"(?:\s*(?:'s|'re|'ll|=|:|→|->|\bis|\bwas|\bhas|\bwill|\bshould|\bbe|\bbeen|\bnow|\bjust|\bbecomes?|\bgets|\bgot|\bneeds? to|\bmust|\bread|\bsay))*"
_NEAR = r"\s*(?:(?:to|at|about|around|roughly|approximately|approx\.?|ca\.?|circa|only|just|down|up|back|now|in(?= at\b))\s+|~\s*)*"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{AMOUNT}{_BE}(?:\s+(?:{_SET}))?{_NEAR}(?P<tail>\S.*)$",
        rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?(?:{_SET})\s+(?:{AMOUNT}|{OBJ})(?:\s+from\s+.{{2,20}}?)?(?:\s+(?:up|down|back))?\s+(?:to|at){_NEAR}"
        r"(?P<tail>\S.*)$",
        rf"^(?:(?:{OBJ}|we){_BE}\s*)?(?:\s*(?:{_SET}))?\s*(?:up|down)\s+to{_NEAR}(?P<tail>\S.*)$",
        rf"^{OBJ}{_BE}\s*(?:\b(?:worth|at|{_SET})\b)?{_NEAR}(?:an?\s+)?(?P<tail>\S.*)$",
        r"^.*\b(?:only\s+(?:want|need|take|buy)|seats?|licen[cs]es?|users?|sites?|modules?)\b.*?(?:\bso|\bwhich makes|\bmakes|\bthat's|=|→|->)"
        r"\s*(?:it'?s?\s+|that'?s?\s+|the amount is\s+|we'?re at\s+)?(?:now\s+)?(?P<tail>\S.*)$",
        rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?(?:{_SET})\s+(?:the\s+|our\s+|its\s+|it\s+)*price(?:\s+from\s+.{{2,20}}?)?(?:\s+(?:up|down|back))?\s+to{_NEAR}(?P<tail>\S.*)$",
        rf"^(?:the\s+|our\s+|its\s+|it\s+)*price\s*(?:(?:has|was|is)\s+)?(?:now\b|(?:{_SET})(?:\s+(?:up|down|back))?\s+to\b){_NEAR}(?P<tail>\S.*)$",
        rf"^(?:forecast\s+)?(?:commit|best case|pipeline)\s+(?:at|with|for){_NEAR}(?P<tail>\S.*)$",
        rf"^(?:we|we've|we have)?\s*won\s+{OBJ}?\s*(?:at|for|with)\s+(?P<tail>\S.*)$",
    )
)
_LONE = re.compile(
    r"^(?:(?:so|now|we'?re at)\s+)*(?:(?:make|call|put)\s+(?:it|that|this)\s+(?:at\s+)?(?P<made>\S.*?)(?:\s+now)?|(?P<now>\S.*?)\s+now)$",
    re.IGNORECASE,
)
"""an amount and nothing else: "80k now", "make it 88k" """
_BARE = re.compile(r"^(?:so\s+)?(?:(?:it|that)'?s?\s+|makes\s+|we'?re at\s+|now\s+)*(?P<tail>\S.*)$", re.IGNORECASE)
_AGREED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:(?P<who>[\w'’ &+-]{{1,40}}?)(?:'s|'re|\s+(?:is|are|was|were))?\s+)(?:(?:now|also|all|both)\s+)*(?:good|fine|ok(?:ay)?|happy|cool|comfortable)\s+with{_NEAR}(?P<tail>\S.*)$",
        r"^(?P<tail>\S+?) (?:is|was|has been) (?:now )?(?:agreed|settled|fixed)[\s.!]*$",
        r"^(?P<tail>\S+?) it is[\s.!]*$",
        rf"^(?:we|it|the deal|everything)(?:'re|'s| are| is) (?:now )?at{_NEAR}(?P<tail>\S.*)$",
        rf"^(?:(?P<who>[\w'’ &+-]{{1,40}}?)\s+)?(?:(?:have|has|both|all|just|now|finally)\s+)*(?:settled|agreed|landed|shook(?: hands)?|shaken hands)\s+(?:on|at|for){_NEAR}(?P<tail>\S.*)$",
    )
)
"""an amount that both sides take, and nothing behind it that would tell of what else it is"""
_SIDES = frozenset(
    "i we they she he it both all and n the our their customer client side sides everybody everyone "
    "ceo cfo coo cto cio buyer champion procurement purchasing finance".split()
)
"""words for those who can agree on the amount of a deal, beside the customer's people by name"""
_WHOLE = re.compile(
    r"^(?:\s+(?:now|then|instead|total|in total|all in|net|too|for (?:it|the (?:whole )?deal|everything)))*[\s.!]*$",
    re.IGNORECASE,
)
_NEW = re.compile(
    r"^(?P<told>.*?)(?:^|[\s,]+)(?:so\s+|and\s+)*(?:that's|that is|this is)\s+(?:now\s+)?(?:the|our)\s+new\s+(?:number|amount|figure|value|total|price)[\s.!]*$",
    re.IGNORECASE,
)
"""what was just told is the new amount"""
_CAUSE = re.compile(
    r"^(?P<tail>\S+?)\s+(?:after|since|following|due to|because of)\s+.*\b(?:cuts?|discount|reduction|rebate|concession|change|negotiations?)[\s.!]*$",
    re.IGNORECASE,
)
"""an amount and what brought it there: "88k after the scope cut" """
_QUANTITY = re.compile(
    r"\b\d[\d.,]*\s+(?:seats?|licen[cs]es?|users?|sites?|modules?)\b|\d\s?%|\bdiscount\b", re.IGNORECASE
)
_SHARE = re.compile(
    rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?(?P<verb>{_SET})\s+(?:{AMOUNT}|{OBJ})(?:\s+(?P<way>up|down))?\s+by\s+(?P<tail>\S.*)$",
    re.IGNORECASE,
)
_ADDED = re.compile(
    rf"^(?:{WHO}(?:'ve|'ll| have| will| just)*\s+)?(?P<verb>add|take|knock)(?P<way>)\s+(?P<tail>\S.{{0,20}}?)\s+(?:to|off|from|on)\s+(?:{AMOUNT}|{OBJ})[\s.!]*$",
    re.IGNORECASE,
)
_DOWN = re.compile(r"^(?:lower|decreas|reduc|cut|drop|take|knock)", re.IGNORECASE)
_UNIT = re.compile(
    r"^\s*(?:/|per\b|each\b|an?\b)\s*(?:seat|user|licen[cs]e|month|head|site|day|week|quarter)?", re.IGNORECASE
)
_ROUGH = re.compile(r"\b(?:about|around|roughly|approximately|approx|circa|ca)\b|~", re.IGNORECASE)
_LOOSE = re.compile(
    rf"^(?:{_SET})\s+{AMOUNT}\s+(?:to|up|down|by)\b|^{AMOUNT}(?:\s*(?:=|:|→|->|\bis now\b|\bshould be\b))",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"^\s*(?:(?:now|deal|opp|instead|then|please|total|in total|all in|net|acv|arr|a year|per year|p\.?a\.?|annually|yearly|for (?:three|two|\d) years|"
    r"(?:for|on|with|at|because|due|after|since|as|including|incl|plus|in|this|from)\b.*|\(.*\))\s*)*[.!]*$",
    re.IGNORECASE,
)


def amount(clause: Clause, scene: Scene, before: Clause | None = None) -> list[Intent]:
    """The amount that the clause asks for, or why it cannot be told."""
    text = scene.plain(clause)
    share = _SHARE.match(text) or _ADDED.match(text)
    if share and re.match(r"\s*\W{0,3}\d", share["tail"]):
        return [_by(clause, scene, share)]
    for pattern in _PATTERNS:
        match = pattern.match(text)
        money = find_money(match["tail"]) if match else []
        if match and money and not match["tail"][: money[0].start].strip(" ~"):
            return _made(clause, scene, match["tail"], money[0], rough=_ROUGH.search(text) is not None)
    bare = _LONE.match(text)
    lone = (bare["made"] or bare["now"]) if bare else ""
    money = find_money(lone)
    if money and (money[0].start, money[0].end) == (0, len(lone)) and _is_large(lone, money[0]):
        return _made(clause, scene, lone, money[0], rough=False)
    if stated := _stated(text, scene, before):
        return _made(clause, scene, *stated, rough=False)
    follows = clause.after in ("so", ",") and before is not None and _QUANTITY.search(before.own)
    match = _BARE.match(text) if follows else None
    money = find_money(match["tail"]) if match else []
    if (
        match
        and money
        and money[0].start == 0
        and (
            clause.after == "so"
            or re.match(r"^(?:so|makes|that)\b", clause.own, re.I)
            or clause.raw.lower().startswith("so ")
        )
    ):
        return _made(clause, scene, match["tail"], money[0], rough=False, fact=True)
    if _LOOSE.match(text):
        return [Intent("amount", None, clause, problem="names no amount that I can read; write it like 120,000.")]
    return []


def lone(clause: Clause, scene: Scene) -> list[Intent]:
    """An amount and nothing else, as one of several changes: "negotiation, 80k, close 18 December"."""
    text = scene.plain(clause)
    money = find_money(text)
    if len(money) == 1 and (money[0].start, money[0].end) == (0, len(text)) and _is_large(text, money[0]):
        return _made(clause, scene, text, money[0], rough=False)
    return []


def _stated(text: str, scene: Scene, before: Clause | None) -> tuple[str, Money] | None:
    """The amount that both sides take, or that is said to be the new one, with the words from it on."""
    for pattern in (*_AGREED, _CAUSE):
        match = pattern.match(text)
        money = find_money(match["tail"]) if match else []
        if match and not _agree(match.groupdict().get("who"), scene):
            continue
        if match and len(money) == 1 and not money[0].start and _is_large(match["tail"][: money[0].end], money[0]):
            return (match["tail"], money[0]) if _WHOLE.match(match["tail"][money[0].end :]) else None
    new = _NEW.match(text)
    told = (new["told"].strip() or (before.meant if before else "")) if new else ""
    money = find_money(told)
    if len(money) == 1 and _is_large(told[money[0].start : money[0].end], money[0]):
        return told[: money[0].end], money[0]
    return None


def _agree(who: str | None, scene: Scene) -> bool:
    """Whether these are people who can agree on the amount, and no part of the deal or somebody else's."""
    names = {word for contact in scene.view.contacts for word in re.findall(r"\w+", contact.name.casefold())}
    return set(re.findall(r"\w+", (who or "").casefold())) <= names | _SIDES


def _is_large(written: str, money: Money) -> bool:
    """Whether a lone number is an amount of a deal rather than a count."""
    return (
        money.sign is not None or (money.value or 0) >= 1000 or re.search(r"[a-z]", written, re.IGNORECASE) is not None
    )


def _made(clause: Clause, scene: Scene, tail: str, money: Money, *, rough: bool, fact: bool = False) -> list[Intent]:
    rest = tail[money.end :]
    written = tail[money.start : money.end]
    problem = _problem(scene, money, written, rest)
    if problem:
        return [Intent("amount", None, clause, problem=problem)]
    if not _TAIL.match(rest) or _is_date(tail, money):
        return []
    fact = fact or _QUANTITY.search(clause.own) is not None
    return [
        Intent(
            "amount", money.value, clause, sure=0.7 if rough else 1.0, note="a rough figure" if rough else "", fact=fact
        )
    ]


def _problem(scene: Scene, money: Money, written: str, rest: str) -> str:
    currency = scene.deal.currency
    if re.match(r"\s*(?:-|–|to|or)\s*\d", rest):
        return "names a range; which amount is it?"
    if _UNIT.match(rest) and not re.match(r"\s*(?:per|a)\s+year\b", rest):
        return f"{written} is a price per unit; what is the whole amount in {currency}?"
    if money.value is None:
        return f"{written} can be read in two ways; write it like 120,000 or 120.5."
    if not money.may_be(currency):
        return (
            f"{written} is in {money.currency}, and the deal is kept in {currency}; what is the amount in {currency}?"
        )
    if money.value <= 0:
        return f"{written} is no amount of a deal; what is it?"
    return ""


def _is_date(tail: str, money: Money) -> bool:
    """A small number without a sign or scale is a day or a count rather than an amount."""
    return (
        re.match(r"\s*(?:st|nd|rd|th|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", tail[money.end :], re.I)
        is not None
    )


def _by(clause: Clause, scene: Scene, match: re.Match[str]) -> Intent:
    """A step or a share of the present amount; code does the sum."""
    old, tail = scene.deal.amount, match["tail"]
    way = -1 if (match["way"] or "").lower() == "down" or _DOWN.match(match["verb"]) else 1
    sure_way = match["way"] or re.match(
        r"(?:lower|decreas|reduc|cut|drop|rais|increas|bump|add|take|knock)", match["verb"], re.IGNORECASE
    )
    share = re.match(r"\s*(\d{1,3}(?:[.,]\d+)?)\s?%", tail)
    money = find_money(tail)
    if old is None or not sure_way or not (share or money):
        return Intent("amount", None, clause, problem="does not say how much it comes to; what is the new amount?")
    if not share and (problem := _problem(scene, money[0], tail[money[0].start : money[0].end], tail[money[0].end :])):
        return Intent("amount", None, clause, problem=problem)
    step = old * Decimal(share[1].replace(",", ".")) / 100 if share else money[0].value or Decimal(0)
    new = (old + way * step).quantize(Decimal("0.01"))
    if new <= 0:
        return Intent("amount", None, clause, problem="would leave nothing of the amount; what is the new one?")
    return Intent("amount", new, clause, sure=0.9, note=f"counted from {old:,}")
