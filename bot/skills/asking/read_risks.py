"""What threatens a deal, and since when nothing happened, read (pure)."""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.skills.asking.arguments import Kind
from bot.skills.asking.parts import Got
from bot.skills.asking.spans import BACK, days_of, number, take_span
from bot.skills.asking.words import Text

TIMES = {
    "once": 1,
    "twice": 2,
    "two times": 2,
    "three times": 3,
    "four times": 4,
    "five times": 5,
    "repeatedly": 2,
    "more than once": 2,
}


def take_risks(text: Text, got: Got, today: date) -> None:
    """Silence, stalling, pushes and the other signals of risk."""
    kinds = named_kinds(text.left)
    if days := take_silence(text, today):
        got |= {"silent_days": days} | ({"silent_kinds": kinds} if kinds else {})
    _pushes(text, got)
    found: list[str] = []
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


_KIND = r"(?:phone )?calls?|meetings?|(?:e-?)?mails?"
KINDS_LISTED = rf"(?:{_KIND})(?:(?:,|,? or|,? and|/) ?(?:an? |any |no )?(?:{_KIND}))*"


def named_kinds(words: str) -> tuple[Kind, ...]:
    """The kinds of activity of which there was none, where they are told one by one; empty where any contact is meant."""
    m = re.search(
        rf"\b(?:no|not had|never had|without|had) (?:an? |any )?(?P<kinds>{KINDS_LISTED})\b", words, re.IGNORECASE
    )
    kinds: tuple[tuple[str, Kind], ...] = (("call", "call"), ("meeting", "meeting"), ("mail", "email"))
    return tuple(kind for word, kind in kinds if m and word in m["kinds"].lower())


_PUSHED = r"(?:pushed|slipped|postponed|delayed|moved)(?: out| back| their close dates?)?"
_BEEN = r"(?:that |which |have |has |had |were |was |been |got )*"


def _pushes(text: Text, got: Got) -> None:
    """How often the close date moved later, at least or at most."""
    if text.take(
        rf"\b{_BEEN}(?:not|never) (?:yet )?{_BEEN}{_PUSHED}(?: (?:yet|ever|at all|once))*(?=\W*(?:$|\||[a-z]))"
    ):
        got["pushed_most"] = 0
    elif m := text.take(
        rf"\b{_BEEN}{_PUSHED}\s+(?P<bound>at most |no more than |only |just |exactly )?(?P<times>(?:at least |more than )?(?:once|twice|repeatedly|(?:two|three|four|five|\d+)(?: or more)? times))\b(?: or more)?"
    ):
        bound, n = (m["bound"] or "").strip().lower(), _times(m["times"])
        got |= {"pushed": n} if bound not in ("at most", "no more than") else {}
        got |= {"pushed_most": n} if bound else {}
    elif text.take(r"\b(?:have |has |were |was |been )*(?:slipped|pushed(?: out| back)?|postponed)\b"):
        got["pushed"] = 1


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
    nothing = rf"(?:without|with no|(?:ha(?:s|ve|d)|there (?:was|is|has been))?\s*no|ha(?:s|ve) not had|not had)\s+(?:an?y? |real |recent )*(?:two-way |customer )?(?:activit(?:y|ies)|contact|touch(?:es|points?)?|conversations?|communication|interactions?|reply|response|engagement|{KINDS_LISTED})"
    if found := _since(text, nothing, today):
        return found
    for pattern in (
        rf"\b{nothing}(?: or (?:calls?|meetings?|e-?mails?))?{_WITH}{_SINCE}",
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
