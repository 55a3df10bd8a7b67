"""A new close date in a clause: "push close to the 30th", "slips to Q1", "moves out by two weeks" (pure)."""

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from bot.date_rules import COUNTS
from bot.dates import Phrase, long_date, read_dates
from bot.skills.said.clauses import Clause
from bot.skills.said.scene import OBJ, WHO, Intent, Scene
from bot.skills.said.spelling import dated

CLOSE = (
    r"(?:(?:the|our|its|it's|it|expected|target|planned|new|their)\s+)*"
    rf"(?:close|closing|closure|signing|signature)\b(?:[- ]?dates?\b)?(?:\s+(?:of|for|on|at)\s+{OBJ})?"
)
_MOVE = (
    r"(?:push|pull|mov|shift|slip|slid|delay|postpon|bring|set|chang|updat|put|extend|reschedul|adjust|correct)"
    r"(?:p?e[sd]|p?ing|t?ting|e|s)?\b|brought\b"
)
_SLIP = (
    r"(?:push|pull|mov|shift|slip|slid|delay|postpon|bring|put|set|extend|reschedul)(?:p?e[sd]|p?ing|e|s)?\b|brought\b"
)
_WAY = r"(?:\s+(?:out|back|in|forward|up|over|off|further|again|now|ahead))*"
_TO = r"\s+(?:(?:from\s+.{2,30}?\s+)?(?:to|till|until|into|for|on|at)|in\s+to|by(?!\s+(?:an?|\w+|\d+)\s+(?:day|week|month|quarter|year)))\s+"
_BE = r"(?:\s*(?:'s|'ll|=|:|→|->|\bis|\bare|\bwas|\bhas|\bhave|\bwill|\bshould|\bbe|\bbeen|\bnow|\bgoing to|\bbecomes?|\bgets|\bgot|\bneeds? to|\bmust|\bread|\bsay))*"
_ABROAD = re.compile(
    r"^(?:(?:der|das|die|la|le|el|l['’]|neuer?s?|nouvelle|nueva)\s*)*(?:abschluss(?:datum)?|closing|unterschrift|unterzeichnung|signature|clôture|cierre|firma)\s+"
    r"(?:(?:ist|est|es|rutscht|verschiebt sich|wandert|geht|kommt|jetzt|nun|glisse|passe|repouss[ée]+e?|décal[ée]+e?|maintenant|pasa|se (?:mueve|retrasa|aplaza)|ahora)\s+)+"
    r"(?:(?:auf|am|bis|zum|au|à|al|para|hasta)\s+)?(?:(?:den|le|el)\s+)?(?P<tail>\S.*)$",
    re.IGNORECASE,
)
"""the same in German, French and Spanish"""
_DATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{WHO}(?:'ve|'ll|'re| have| are| will| just| now| had)*\s+)?(?:{_MOVE})\s+{CLOSE}{_WAY}{_TO}(?P<tail>.+)$",
        rf"^{CLOSE}{_BE}\s*(?:{_MOVE}){_WAY}{_TO}(?P<tail>.+)$",
        rf"^{CLOSE}{_BE}(?:\s+(?:to|on|in|by|at|then))?\s+(?P<tail>.+)$",
        rf"^(?:{WHO}(?:'ve|'ll|'re| have| are| will| just| now| had)*\s+)?(?:{_SLIP})(?:\s+{OBJ})?{_WAY}{_TO}(?P<tail>.+)$",
        rf"^{OBJ}{_BE}\s*(?:{_SLIP}){_WAY}{_TO}(?P<tail>.+)$",
        rf"^(?:we|it|{OBJ})(?:'ll|'re| will| now| are| is)*\s+(?:close[sd]?|closing)(?:\s+(?:it|this|{OBJ}))?(?:\s+(?:on|by|in|at))?\s+"
        r"(?P<tail>.+)$",
    )
)
_BY = re.compile(
    rf"^(?:(?:{WHO}(?:'ve|'ll|'re| have| are| will| just| now)*\s+)?(?:{_SLIP})(?:\s+(?:{CLOSE}|{OBJ}))?|"
    rf"(?:{CLOSE}|{OBJ}){_BE}\s*(?:{_SLIP}))(?P<way>{_WAY})\s+(?:by\s+)?(?P<count>\d{{1,2}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})\s+"
    r"(?P<unit>day|week|month|quarter|year)s?(?P<end>\s+(?:out|later|earlier|back|forward|sooner))?\b[\s.!]*$",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    rf"^(?:{_MOVE})\s+{CLOSE}|^{CLOSE}{_BE}\s*(?:{_MOVE})|^(?:{_MOVE})\s+{OBJ}\s+(?:out|back|in)\s*$", re.IGNORECASE
)
_MADE = re.compile(r"^(?:make|call)\s+(?:it|that)\s+(?P<tail>\S.*)$|^(?P<day>\S.*?)\s+it\s+is$", re.IGNORECASE)
_RESTATED = re.compile(
    r"^(?P<who>(?:they|she|he|(?-i:[A-Z])[\w'’-]+(?: (?-i:[A-Z])[\w'’-]+)?))\s+(?:now )?(?:wants?|wanted|prefers?|would like|'d like) to (?:sign|close)\s+(?:it )?(?:on |by |in )?(?P<tail>.+?)\s+(?:instead|now)[\s.!]*$",
    re.IGNORECASE,
)
"""a day that the customer puts in the place of ours"""
_CLOSES = re.compile(r"\b(?:close[sd]?|closing|sign(?:s|ing|ature)?|close date)\b", re.IGNORECASE)
"""what the clause before is about, where this one only says "make it the 20th" """
_OUT = re.compile(r"\b(?:push|slip|slid|delay|postpon|extend|out|back|later|off|further)\w*", re.IGNORECASE)
_IN = re.compile(r"\b(?:pull|bring|brought|in|earlier|forward|sooner|ahead)\w*", re.IGNORECASE)


def close_date(clause: Clause, scene: Scene, before: Clause | None = None) -> list[Intent]:
    """The close date that the clause asks for, or why it cannot be told."""
    text = dated(scene.plain(clause))
    shift = _BY.match(text)
    if shift:
        return [_moved(clause, scene, shift)]
    for pattern in (*_DATED, _ABROAD):
        match = pattern.match(text)
        at = match.start("tail") if match else 0
        phrases = [phrase for phrase in read_dates(text, scene.today) if phrase.start >= at]
        if match and phrases and _follows(text[at : phrases[0].start]):
            return [_dated(clause, scene, text, phrases)]
    if restated := _RESTATED.match(text):
        at = restated.start("tail")
        if phrases := [p for p in read_dates(text, scene.today) if p.start >= at and _follows(text[at : p.start])]:
            note = "what the customer wants, taken as the close date"
            found = _dated(clause, scene, text, phrases)
            return [Intent(**{**found.__dict__, "sure": min(found.sure, 0.6), "note": note, "fact": True})]
    made = _MADE.match(text) if before and _CLOSES.search(before.meant) else None
    if made and (
        phrases := [p for p in read_dates(text, scene.today) if p.start == max(made.start("tail"), made.start("day"))]
    ):
        return [_dated(clause, scene, text, phrases)]
    if _LOOSE.match(text) and not read_dates(text, scene.today):
        return [Intent("close_date", None, clause, problem="names no day that I can read; which day should it close?")]
    return []


def _follows(between: str) -> bool:
    """Whether the day stands right behind the change, and not somewhere later."""
    lead = r"\s*(?:(?:the|around|about|roughly|like|say|maybe|early|mid|late|sometime|some time|in|on|by|end of)\b\s*)*"
    return re.fullmatch(lead, between, re.IGNORECASE) is not None


def _dated(clause: Clause, scene: Scene, text: str, phrases: list[Phrase]) -> Intent:
    phrase = _same_month(text, phrases[0], scene)
    words = text[phrase.start : phrase.end]
    if phrase.kind == "ambiguous":
        either = " or ".join(f"{long_date(day)}" for day in phrase.options)
        return Intent("close_date", None, clause, problem=f"may mean {either}; which one?")
    if phrase.last is None or len({p.last for p in phrases if p.kind == "day"}) > 1:
        why = f"{words} is no day of the calendar" if phrase.last is None else "names several days"
        return Intent("close_date", None, clause, problem=f"{why}; which day should it close?")
    if phrase.last < scene.today:
        return Intent(
            "close_date", None, clause, problem=f"{long_date(phrase.last)} has passed; which day should it close?"
        )
    if phrase.kind == "period":
        note = f"{words} names no day, so its last day is taken"
        return Intent("close_date", phrase.last, clause, sure=0.5, note=note)
    vague = re.search(
        r"\b(?:around|about|roughly|say|sometime|some time)\s+(?:the\s+)?$", text[: phrase.start], re.IGNORECASE
    )
    return Intent("close_date", phrase.last, clause, sure=0.7 if vague else 1.0, note="a rough date" if vague else "")


def _same_month(text: str, phrase: Phrase, scene: Scene) -> Phrase:
    """ "From the 11th to the 18th" is counted in the month of the present close date, where that is the 11th."""
    old = re.search(
        r"\bfrom (?:the )?(\d{1,2})(?:st|nd|rd|th)\s+to\s+(?:the\s+)?$", text[: phrase.start], re.IGNORECASE
    )
    day = re.fullmatch(r"(?:the )?(\d{1,2})(?:st|nd|rd|th)", text[phrase.start : phrase.end], re.IGNORECASE)
    present = scene.deal.close_date
    if not (old and day and present) or present.day != int(old[1]):
        return phrase
    new = present + relativedelta(day=int(day[1]))
    new += relativedelta(months=int(new < present and _OUT.search(text[: phrase.start]) is not None))
    return Phrase(phrase.start, phrase.end, "day", new, new) if new.day == int(day[1]) else phrase


def _moved(clause: Clause, scene: Scene, match: re.Match[str]) -> Intent:
    before = scene.deal.close_date
    way = _direction(match)
    if before is None or not way:
        what = "the deal has no close date yet" if before is None else "it does not say whether later or earlier"
        return Intent("close_date", None, clause, problem=f"{what}; which day should it close?")
    new = _shifted(before, way * _number(match["count"]), match["unit"].lower())
    if new < scene.today:
        return Intent("close_date", None, clause, problem=f"{long_date(new)} has passed; which day should it close?")
    return Intent("close_date", new, clause, sure=0.9, note=f"counted from {before.isoformat()}")


def _direction(match: re.Match[str]) -> int:
    words = f"{match['way'] or ''} {match['end'] or ''}"
    for text in (words, match[0][: match.start("count")]):
        if _IN.search(text) and not _OUT.search(text):
            return -1
        if _OUT.search(text):
            return 1
    return 0


def _number(word: str) -> int:
    return COUNTS.get(word.lower()) or int(word)


def _shifted(before: date, count: int, unit: str) -> date:
    months = {"month": 1, "quarter": 3, "year": 12}.get(unit)
    if months:
        return before + relativedelta(months=count * months)
    return before + timedelta(days=count * (7 if unit == "week" else 1))
