"""What a question says a deal has or lacks, how large it is, and what threatens it (pure)."""

import re
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.money import Money, find_money
from bot.skills.asking.spans import BACK, days_of, number, take_span
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
    r"not having|none with|(?:with |have |has )?neither|(?:where )?(?:nobody|no one|no-one) (?:has |had |is |was |has been )?(?:set|named|identified|found|entered|down|listed|marked|known|recorded)(?: down)?(?: as)?)"
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
TIMES = {"once": 1, "twice": 2, "two times": 2, "three times": 3, "repeatedly": 2, "more than once": 2}


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


def take_amounts(text: Text, got: Got) -> None:
    """Limits of the amount: "over 50k", "at least EUR 20,000", "between 10k and 40k", "50k+"."""
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


def take_risks(text: Text, got: Got, today: date) -> None:
    """Silence, stalling, pushes and the other signals of risk."""
    if days := take_silence(text, today):
        got["silent_days"] = days
    found: list[str] = []
    if m := text.take(
        r"\b(?:that |which )?(?:were |was |have been |has been |got )?(?:pushed|slipped|postponed|delayed|moved)(?: out| back| their close dates?)?\s+(?P<times>(?:at least |more than )?(?:once|twice|repeatedly|(?:two|three|\d+)(?: or more)? times))\b(?: or more)?"
    ):
        got["pushed"] = _times(m["times"])
    elif text.take(r"\b(?:have |has |were |was |been )*(?:slipped|pushed(?: out| back)?|postponed)\b"):
        got["pushed"] = 1
    for pattern, signal in SIGNALS:
        if text.take(pattern):
            if signal == "next step in the past":
                got["step_to"] = today - timedelta(days=1)  # the signal itself names only the worst of several troubles
            else:
                found.append(signal)
    if found:
        got["risks"] = tuple(found)


SIGNALS = (
    (r"\b(?:(?:with|have|has)\s+)?(?:an? )?(?:overdue|past|late|lapsed) next steps?\b|\b(?:whose |where |with )?(?:the )?next steps?(?: dates?)? (?:is |are |was |has |have )?(?:already )?(?:overdue|past|passed|gone by|behind us|in the past|lapsed|late)\b", "next step in the past"),
    (r"\b(?:past|beyond|after) (?:their|its|the) (?:expected |planned )?clos(?:e|ing) dates?\b|\b(?:whose |where |with (?:a )?)?(?:the )?clos(?:e|ing) dates? (?:that |which )?(?:is |are |was |has |have )?(?:already )?(?:passed|past|overdue|gone by|behind us|in the past)\b|\b(?:an? )?(?:overdue|past) clos(?:e|ing) dates?\b|\bshould have closed(?: already| by now)?\b|\boverdue\b", "close date passed"),
    (r"\bsingle[- ]thread(?:ed|ing)?\b|\bonly one contact\b", "single-threaded"),
    (r"\b(?:are |is |got |have been )?(?:stalled|stuck|stale|stalling)\b(?: in (?:their|its|a) stage)?", "stalled in stage"),
    (r"\b(?:have |has )?(?:gone |went |are |is )?(?:quiet|silent|cold|dark)\b|\bghost(?:ed|ing)(?: us| me)?\b", "no two-way activity"),
    (r"\b(?:are |is )?(?:at risk|risky|in danger|in trouble|endangered)\b|\bneed(?:s|ing)? (?:my |our |some |more )?(?:attention|help|action|care)\b|\b(?:with|have|has) (?:any |a )?(?:risks?|risk signals?|red flags?|warnings?)\b", "any"),
)  # fmt: skip


def _times(words: str) -> int:
    low = words.lower()
    if m := re.search(r"\d+", low):
        return int(m[0]) + ("more than" in low)
    for name, count in TIMES.items():
        if name in low:
            return count + ("more than" in low and name != "more than once")
    return 2


_N = r"(?P<n>\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a couple of|couple of|few)"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?"
_SINCE = rf"(?:\s+(?:{BACK}|in|for|within|since|over)\s*(?:more than |over |at least |the )?{_N} {_UNIT})"
TOUCHED = (
    r"(?:spoken|spoke|talked|been talking|contacted|been contacted|touched|been touched|been in touch|been in contact|"
    r"reached(?: out)?|heard|replied|answered|responded|written back|got back|met|called|emailed|e-mailed|written|followed up|engaged|interacted|visited|speak|talk|contact|"
    r"touch|meet|call|reach(?: out)?|hear|reply|answer|respond|email|write|follow up|engage)"
)
_WITH = r"(?:\s+(?:to|with|from|in touch|by|us|me|them|anyone|anybody|there|at))*"


def take_silence(text: Text, today: date) -> int | None:
    """For how many days nothing was to have happened, taken out."""
    nothing = r"(?:without|with no|(?:ha(?:s|ve|d)|there (?:was|is|has been))?\s*no|ha(?:s|ve) not had|not had)\s+(?:an?y? |real |recent )*(?:two-way |customer )?(?:activit(?:y|ies)|contact|touch(?:es|points?)?|calls?|meetings?|conversations?|communication|interactions?|reply|response|engagement)"
    if found := _since(text, nothing, today):
        return found
    for pattern in (
        rf"\b{nothing}(?: or (?:calls?|meetings?|e-?mails?))?{_SINCE}",
        rf"\bnot\s+(?:had (?:any )?contact|(?:been )?{TOUCHED}){_WITH}{_SINCE}",
        rf"\bnot {TOUCHED}{_WITH}{_SINCE}",
        rf"\b(?:last|most recent)(?:ly)? (?:touch(?:ed)?|contact(?:ed)?|activity|spoken to|call|conversation) (?:is |was |were )?(?:more than|over|older than|longer than)\s+{_N} {_UNIT}(?: ago| old)?",
        rf"\b(?:gone |been |went |are |is )*(?:quiet|silent|dark|cold|inactive|untouched){_SINCE}",
        rf"\buntouched (?:for )?(?:more than |over )?{_N} {_UNIT}",
    ):
        if m := text.take(pattern):
            return days_of(number(m["n"]), m["unit"], today)
    return None


def _since(text: Text, nothing: str, today: date) -> int | None:
    """For how many days: since a day or a month that is named."""
    m = re.search(
        rf"\b(?:{nothing}|not {TOUCHED}){_WITH}(?= (?:since|this|in this|during this)\b)", text.left, re.IGNORECASE
    )
    if m is None:
        return None
    tail = Text(text.left[m.end() :])
    span = take_span(tail, today)
    if span is None or span.first is None or (span.last or today) < today:
        return None
    first = span.first if span.first < today else span.first - relativedelta(years=1)  # 1 September was last
    text.left = f"{text.left[: m.start()]} | {tail.left}"
    return (today - first).days if first < today else None
