"""What a question says a deal has or lacks, how large it is, and what threatens it (pure)."""

import re
from typing import Any

from bot.money import Money, find_money
from bot.skills.asking.words import Text

Got = dict[str, Any]
PARTS = {
    r"economic buyers?|eb|budget holders?": "economic_buyer",
    r"champions?|sponsors?": "champion",
    r"decision[- ]makers?": "decision_maker",
    r"technical buyers?": "technical_buyer",
    r"procurement(?: contacts?)?|purchasers?|buyers? from procurement": "procurement",
    r"blockers?|detractors?": "blocker",
    r"coach(?:es)?": "coach",
    r"(?:any )?(?:contact|buying) roles?|roles?|(?:linked |any )?contacts?(?: attached| linked)?|buying (?:group|committee)": "contact_role",
    r"next[- ]steps? dates?|dates? (?:for|of|on) the next[- ]steps?": "next_step_date",
    r"next[- ]?steps?": "next_step",
    r"(?:deal )?(?:amounts?|values?|prices?)": "amount",
    r"clos(?:e|ing) dates?": "close_date",
    r"competitors?|competition": "competitor",
    r"products?": "product",
    r"forecast categor(?:y|ies)": "forecast_category",
    r"(?:any )?(?:activit(?:y|ies)|touch(?:es|points?)?)": "activity",
}
_PART = "|".join(f"(?:{pattern})" for pattern in PARTS)
_LACK = (
    r"(?:without|with no|with out|w/o|(?:ha(?:s|ve|d|ving)|with|there (?:is|are)|got|show(?:s|ing)?)?\s*no|"
    r"(?:are |is )?(?:lack(?:s|ing)?|miss(?:es|ing)?)|(?:do|does|have|has|had)\s+not(?:\s+(?:got|have|had|yet|identified|named|set|got))*|"
    r"not having|none with|(?:with |have |has )?neither|(?:where )?(?:nobody|no one|no-one) (?:has |had |is |was |has been )?(?:set|named|identified|found|entered|down|listed|marked|known|recorded)(?: down)?(?: as)?|"
    r"(?:(?:where |that )?(?:there (?:is|are) |have |has |with )?)(?:nobody|no one|no-one)(?: who is| is)?(?: (?:from|in|as|for))?)"
)
_DET = r"(?:(?:anyone from|anybody from|someone from|anyone as|anybody as|an?|any|the|their|its|identified|named|known|clear|yet|set)\s+)*"
_MORE = rf"(?:\s*(?:,|/|\band\b|\bor\b|\bnor\b)\s*(?:(?:no|without)\s+)?{_DET}(?:{_PART})\b)*"
_OFF = r"(?:\s*(?:yet|set|identified|recorded|entered|on record|in the crm|assigned|named|at all|attached|linked|logged|in (?:a|any) role|in the deal|on (?:it|them)))*"
COMPARED = (
    (r"(?:north of|upwards of|over|above|more than|greater than|bigger than|larger than|higher than|exceed(?:s|ing)?|beyond|worth more than|>(?!=))", "more_than"),
    (r"(?:at least|minimum(?: of)?|no less than|not less than|>=|from|starting at)", "at_least"),
    (r"(?:south of|under|below|less than|smaller than|lower than|cheaper than|<(?!=))", "less_than"),
    (r"(?:at most|up to|no more than|not more than|maximum(?: of)?|<=)", "at_most"),
)  # fmt: skip


def take_parts(text: Text, got: Got) -> None:
    """What is missing and what is there."""
    while m := text.take(rf"\b{_LACK}\s+{_DET}(?:{_PART})\b{_MORE}{_OFF}"):
        # "No X or no Y" is either; "without X or Y" is neither.
        name = "missing_any" if re.search(r"\bor\s+(?:no|without)\b", m[0], re.IGNORECASE) else "missing"
        got[name] = (*got.get(name, ()), *_named(m[0], lacking=True))
    while m := text.take(
        rf"\b(?P<what>{_PART})\s+(?:(?:is|are|was)\s+)?(?:missing|not (?:set|known|identified|recorded)|unknown|empty|blank)\b"
    ):
        got["missing"] = (*got.get("missing", ()), *_named(m["what"]))
    while m := text.take(
        rf"\b(?:with|having|ha(?:s|ve)(?: got)?|where (?:we|there) (?:have|is)|include(?:s)?|names?|mentions?)\s+(?:both\s+)?{_DET}(?:{_PART})\b(?:\s*(?:,|\band\b)\s*{_DET}(?:{_PART})\b)*{_OFF}"
    ):
        got["having"] = (*got.get("having", ()), *_named(m[0]))


def _named(words: str, *, lacking: bool = False) -> list[str]:
    """The parts that a phrase names, in order."""
    rest = re.sub(rf"^\s*{_LACK}\s+", "", words, flags=re.IGNORECASE) if lacking else words
    rest = re.sub(r"\bin (?:a|any) role\b", "", rest, flags=re.IGNORECASE)
    found = []
    for m in re.finditer(rf"\b(?:{_PART})\b", rest, re.IGNORECASE):
        for pattern, part in PARTS.items():
            if re.fullmatch(pattern, m[0], re.IGNORECASE):
                found.append(part)
                break
    return list(dict.fromkeys(found))


_MIDDLE = r"(?:the |our |an? )?(?P<middle>average|mean|median|typical|usual)"
_STATE = r"(?:all |the |our |any )*(?P<{}>open|won|lost|closed)?"
_OF_ALL = rf"{_STATE.format('state')}(?: ?(?:deal|opportunity|amount|size|value|volume|one)\b)*(?: (?:of|over|among|across|for|in) {_STATE.format('other')} ?(?:deals|opportunities|ones)?\b)?"
_MADE = r"(?:(?:when|at|in|on|what|we|they|it|were|was|had|them|for|is|are|the|first|originally) ){0,7}(?:created|opened|entered|creation|opening|start|beginning|outset|originally)\b"
_MORE_NOW = r"(?:more|higher|bigger|larger|greater)"
_LESS_NOW = r"(?:less|lower|smaller|fewer)"
_ROSE, _FELL = (
    r"(?:grown|increased|gone up|risen|grew|went up|rose)",
    r"(?:shrunk|decreased|gone down|fallen|dropped|been cut|fell|shrank)",
)


def take_compared(text: Text, got: Got) -> None:
    """The amount against the average of all deals, or against what it was at first."""
    for pattern, name in (COMPARED[0], COMPARED[2]):
        if m := text.take(rf"(?<!\w)(?:are |is |with (?:an )?amounts? )?{pattern} (?:than )?{_MIDDLE} ?{_OF_ALL}"):
            middle = "median" if m["middle"].lower() == "median" else "mean"
            got["beside"] = f"{'more' if name == 'more_than' else 'less'} than {middle}"
            got["beside_state"] = (m["state"] or m["other"] or "").lower()
    for more, rose, sign in ((_MORE_NOW, _ROSE, "more"), (_LESS_NOW, _FELL, "less")):
        if text.take(
            rf"\b(?:are |is |worth |for |with an? )*{more}(?: (?:amounts?|values?))?(?: (?:today|now|currently))? than {_MADE}"
        ) or text.take(
            rf"\b(?:whose |the |their )*(?:amounts?|values?) (?:have |has )?{rose}\b(?: since {_MADE})?|\b(?:have |has )?{rose}(?: in (?:value|amount|size)\b| since {_MADE}){{1,2}}"
        ):
            got["grown"] = sign


def take_amounts(text: Text, got: Got) -> None:
    """Limits of the amount: "over 50k", "at least EUR 20,000", "between 10k and 40k", "50k+"."""
    take_compared(text, got)
    if m := re.search(r"\bbetween\s+", text.left, re.IGNORECASE):
        low = money_at(text, m.end())
        if low and (join := re.match(r"\s+and\s+", text.left[low[1] :], re.IGNORECASE)):
            high = money_at(text, low[1] + join.end())
            if high:
                got |= {"at_least": low[0], "at_most": high[0]} | (high[2] or low[2])
                text.cut(m.start(), high[1])
    for pattern, name in COMPARED:
        for m in re.finditer(rf"(?<!\w){pattern}\s*", text.left, re.IGNORECASE):
            found = money_at(text, m.end())
            if found:
                got |= {name: found[0]} | found[2]
                text.cut(m.start(), found[1])
                break
    _or_more(text, got)


def _or_more(text: Text, got: Got) -> None:
    for m in re.finditer(
        r"\s*(?P<more>\+|or more|and (?:above|more|up)|or above|plus)|\s*(?P<less>or less|or below)", text.left
    ):
        for money in find_money(text.left):
            if money.end == m.start() and money.value is not None:
                got["at_least" if m["more"] else "at_most"] = float(money.value)
                got |= _currency(money)
                text.cut(money.start, m.end())
                return


def money_at(text: Text, at: int) -> tuple[float, int, Got] | None:
    """(amount, its end, its currency) where an amount begins there that is no number of days or times."""
    for money in find_money(text.left):
        if money.start == at and money.value is not None:
            if re.match(
                r"\s*(?:days?|weeks?|months?|years?|quarters?|times?|hours?|%|percent|people|employees|contacts?)\b",
                text.left[money.end :],
            ):
                return None
            return float(money.value), money.end, _currency(money)
    return None


def _currency(money: Money) -> Got:
    """The currency that an amount was written with; a dollar or a crown may be any."""
    code = money.currency if money.sign and money.sign not in ("$", "kr") else None
    return {"currency": code} if code else {}
