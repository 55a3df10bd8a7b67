"""Amounts, percentages, counts, times and ordinals in a text, and whether one supports another (pure)."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "A$": "AUD", "C$": "CAD"}
CODES = "USD EUR GBP CHF JPY SEK NOK DKK PLN INR AUD CAD NZD CNY SGD BRL ZAR CZK HUF".split()
NAMES = {
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "franc": "CHF",
    "yen": "JPY",
    "krona": "SEK",
    "rupee": "INR",
}
SCALES = {
    "k": 1e3, "thousand": 1e3, "tsd": 1e3, "m": 1e6, "mn": 1e6, "mm": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6,
    "millionen": 1e6, "mln": 1e6, "b": 1e9, "bn": 1e9, "billion": 1e9, "mrd": 1e9, "trillion": 1e12, "dozen": 12, "hundred": 100,
}  # fmt: skip
UNITS = {
    "second": ("time", 1), "sec": ("time", 1), "minute": ("time", 60), "min": ("time", 60), "hour": ("time", 3600),
    "hr": ("time", 3600), "day": ("days", 1), "week": ("days", 7), "fortnight": ("days", 14), "month": ("months", 1),
    "quarter": ("months", 3), "year": ("months", 12), "yr": ("months", 12),
}  # fmt: skip
KINDS = r"(?:working|business|calendar|full|whole|consecutive) "
"""before a unit: two working days are no two weeks"""
SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
IN_WORDS = {w: float(n) for n, w in enumerate(SMALL)} | {w: 10.0 * n for n, w in enumerate(TENS, 2)}
ORDINALS = {w: float(n) for n, w in enumerate("third fourth fifth sixth seventh eighth ninth tenth".split(), 3)}
SPECIAL = {"half": 0.5, "a third": 1 / 3, "two thirds": 2 / 3, "a dozen": 12.0, "twice": 2.0, "double": 2.0, "doubled": 2.0,
           "triple": 3.0, "tripled": 3.0, "a hundred": 100.0, "a thousand": 1e3, "a million": 1e6, "hundred": 100.0}  # fmt: skip
_CURRENCY = rf"US\$|A\$|C\$|[$€£¥₹]|\b(?:{'|'.join(CODES)})\b"
NUMBER = re.compile(
    # The look-ahead spares trying a dozen currencies at every letter.
    rf"(?=\W{{0,3}}[A-Z]{{0,3}}\W{{0,3}}\d)(?P<pre>{_CURRENCY})?\s?(?<![\w.,])(?P<sign>[-\u2212+](?=\d|[$€£]))?(?P<pre2>[$€£])?"
    r"(?P<digits>\d{1,3}(?:[,.'\u2019\u00a0\u202f ]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    rf"(?P<ordinal>st|nd|rd|th)?(?:[\s-]?(?P<scale>{'|'.join(sorted(SCALES, key=len, reverse=True))})\b\.?)?"
    rf"\s?(?P<percent>%|percent\b|per cent\b|pct\b|percentage points?\b)?"
    rf"(?:\s?(?P<post>{_CURRENCY}|(?:US )?(?:{'|'.join(NAMES)})s?\b))?(?:[\s-](?:{KINDS})?(?P<unit>{'|'.join(UNITS)})s?\b(?!-))?(?!\w)",
    re.IGNORECASE,
)
_PLAIN = "|".join([*SPECIAL, *TENS, *SMALL[1:], *ORDINALS])
WORDED = re.compile(
    rf"\b(?P<words>{_PLAIN})(?:(?:\s?-\s?|\s)(?P<more>{'|'.join(SMALL[1:10])}))?\b(?:\s(?P<scale>hundred|thousand|million|billion|dozen))?"
    rf"(?P<percent>\s(?:percent|per cent))?(?:[\s-](?:{KINDS})?(?P<unit>{'|'.join(UNITS)})s?\b)?",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\b(?P<hour>[01]?\d|2[0-3])(?::(?P<minute>[0-5]\d))(?::[0-5]\d)?\s?(?P<half>[ap]\.?m\b\.?)?|\b(?P<hour2>1?\d)\s?(?P<half2>[ap]\.?m\b\.?)", re.I)  # fmt: skip
RANGE = re.compile(r"\s?(?:-|\u2013|to\b|and\b|or\b)\s?")
ABOUT = re.compile(r"(?:about|around|roughly|approximately|approx\.?|circa|ca\.|some|~|≈)\s*$", re.IGNORECASE)
OVER = re.compile(r"(?:over|more than|no less than|above|at least|exceeding|upwards of|>)\s*$", re.IGNORECASE)
UNDER = re.compile(
    r"(?:under|less than|fewer than|no more than|below|at most|up to|nearly|almost|just under|<)\s*$", re.IGNORECASE
)
SLACK = 0.05
"""the most that a rounded or hedged amount may differ, as a share of it"""


@dataclass(frozen=True)
class Figure:
    """A number as written: what it may mean, how precisely, and of what."""

    text: str
    values: tuple[float, ...]
    """one reading, or two where a comma or point may be decimal or group thousands"""
    margin: float = 0.0
    currency: str | None = None
    percent: bool = False
    unit: str | None = None
    """time (seconds), days, months or clock (minutes after midnight)"""
    ordinal: bool = False
    hedge: str = ""
    computed: bool = False
    """by code: bears any currency or unit, and a ratio stands for its percentage as well"""

    raw: tuple[float, ...] = ()
    """the values as written, before weeks became days"""

    def says(self, claim: "Figure") -> bool:
        """Whether this figure, of a source, supports the one in a claim."""
        if not self._same_kind(claim):
            return False
        if self.unit == claim.unit or not self.raw or not claim.raw:
            return any(_near(claim, v, told, self.hedge) for v in claim.values for told in self._told(claim))
        # "Days in stage: 12" supports "12 days" though its unit stands elsewhere.
        return any(_near(claim, v, told, self.hedge) for v in claim.raw for told in self._told(claim))

    def is_like(self, other: "Figure") -> bool:
        """Whether the other is of the same kind: could stand in its place."""
        mine, its = ((bool(f.currency), f.percent, f.ordinal, f.unit == "clock", bool(f.unit)) for f in (self, other))
        return mine == its

    def _told(self, claim: "Figure") -> tuple[float, ...]:
        if self.computed:
            as_percent = tuple(v * 100 for v in self.values) if claim.percent else ()
            return (*self.values, *as_percent, *(-v for v in self.values))
        if claim.unit == "clock" and self.unit is None:
            return tuple(v * 60 for v in self.values) + tuple((v + 12) * 60 for v in self.values if v < 12)
        return self.values if self.unit == claim.unit else self.raw

    def _same_kind(self, claim: "Figure") -> bool:
        if self.computed:
            return claim.unit != "clock" and (self.percent or not claim.percent)
        if self.currency and claim.currency and self.currency != claim.currency:
            return False
        if (claim.percent, claim.ordinal) != (self.percent, self.ordinal):
            return False
        return claim.unit == self.unit or (None in (claim.unit, self.unit) and self.unit != "clock")


def _near(claim: Figure, value: float, source: float, bound: str) -> bool:
    """Whether a claim may say it of a source's value; of a bound, "up to 200", no other bound."""
    low, high, place = value, value, 0.0 if bound else _place(value)
    margin = claim.margin
    if claim.hedge == "about":
        margin = max(margin, SLACK * abs(value))
    if claim.hedge == "over":
        high = value + max(abs(value) * 2 * SLACK, place)
    if claim.hedge == "under":
        low = value - max(abs(value) * 2 * SLACK, place)
    return low - margin - 1e-9 <= source <= high + margin + 1e-9


def _place(value: float) -> float:
    """The size of the only digit of a round number: "more than 300" may be said of 340; 0 where it has several."""
    size = 10.0 ** math.floor(math.log10(abs(value))) if value else 0.0
    return size if size >= 10 and value % size == 0 and abs(value) > size else 0.0


A_SHARE = re.compile(
    r"%|percent|(?<![a-z])(?:rates?|shares?|probability|chance|ratio|quota|attainment|growth|margin|discount)(?![a-z])",
    re.I,
)
NO_SHARE = re.compile(
    r"(?<![a-z])(?:days?|weeks?|months?|hours?|minutes?|cycle|amount|revenue|stake|worth|employees|pushes|deals|records|people|contacts|"
    r"accounts|points|questions|words|seats|users)(?![a-z])",
    re.IGNORECASE,
)
"""of what a computed number is that is no percentage, unless its name says so too"""
A_COUNT = re.compile(r"^(?:\d+ )?(?:records behind|deals:|number of) ", re.IGNORECASE)
"""how the name of a number begins that counts what a share rests on"""


def computed(name: str, value: float) -> Figure:
    """Turn a computed number into a figure; its name tells whether it may be a percentage, which a ratio always may."""
    is_share = bool(A_SHARE.search(name)) or not NO_SHARE.search(name)
    is_share = (is_share and not A_COUNT.match(name)) or abs(value) <= 1
    return Figure(f"{value:g}", (value,), computed=True, percent=is_share, raw=(value,))


def plain(text: str, value: float) -> Figure:
    """Turn digits that look like a year into a figure of no unit."""
    return Figure(text, (value,), raw=(value,))


def extract(text: str) -> tuple[list[Figure], str]:
    """Return the figures in a text, and the text with blanks in their place; take dates out before."""
    found: list[Figure] = []

    def clock(match: re.Match[str]) -> str:
        found.append(_clock(match))
        return " " * len(match.group())

    def number(match: re.Match[str]) -> str:
        found.append(_in_range(_number(match), match))
        return " " * len(match.group())

    def worded(match: re.Match[str]) -> str:
        figure = _worded(match)
        found.extend([figure] if figure else [])
        return match.group()

    blanked = NUMBER.sub(number, CLOCK.sub(clock, text))
    WORDED.sub(worded, blanked)
    return found, blanked


def supported(figure: Figure, known: Iterable[Figure]) -> bool:
    """Whether one of the known figures says it."""
    return any(other.says(figure) for other in known)


BOUNDS = frozenset("over more above least exceeding under less fewer below most up nearly almost".split())


def bounded_otherwise(figure: Figure, known: Iterable[Figure]) -> bool:
    """Whether it says "under" of what every source says "over" of, or the other way round."""
    told = {other.hedge for other in known if other.says(figure)}
    return (figure.hedge, told) in (("under", {"over"}), ("over", {"under"}))


def _clock(match: re.Match[str]) -> Figure:
    hour, minute = int(match["hour"] or match["hour2"]), int(match["minute"] or 0)
    half = (match["half"] or match["half2"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    # Without am or pm, "3:30" may be said of the afternoon.
    values = (hour * 60.0 + minute,) if half or hour > 12 else (hour * 60.0 + minute, (hour + 12) * 60.0 + minute)
    return Figure(match.group().strip(), values, unit="clock")


def _number(match: re.Match[str]) -> Figure:
    scale = SCALES[match["scale"].lower()] if match["scale"] else 1.0
    bare = match["unit"] and not match["percent"]
    unit, factor = UNITS[match["unit"].lower()] if bare else (None, 1)
    sign = -1.0 if match["sign"] in ("-", "\u2212") else 1.0
    readings, step = _digits(match["digits"])
    raw = tuple(sign * r * scale for r in readings)
    margin = 0.5 * step * scale
    if scale > 1:
        margin = min(margin, SLACK * abs(raw[0]))
    return Figure(
        match.group().strip(),
        tuple(value * factor for value in raw),
        margin,
        _currency(match),
        bool(match["percent"]),
        unit,
        bool(match["ordinal"]),
        _hedge(match.string[max(0, match.start() - 20) : match.start()]),
        raw=raw,
    )


def _in_range(first: Figure, match: re.Match[str]) -> Figure:
    """Give the 4 in "4-7%" and in "4 to 7 million" what is written once, behind the second number."""
    link = RANGE.match(match.string, match.end())
    other = NUMBER.match(match.string, link.end()) if link else None
    if not other:
        return first
    scale = SCALES[other["scale"].lower()] if other["scale"] and not match["scale"] else 1.0
    shared_unit = other["unit"] and not first.unit and not other["percent"]
    unit, factor = UNITS[other["unit"].lower()] if shared_unit else (first.unit, 1)
    return replace(
        first,
        values=tuple(value * scale * factor for value in first.values),
        raw=tuple(value * scale for value in first.raw),
        unit=unit,
        currency=first.currency or _currency(other),
        percent=first.percent or bool(other["percent"]),
    )


def _worded(match: re.Match[str]) -> Figure | None:
    word, unit_word = match["words"].lower(), match["unit"]
    if word == "one" and not (unit_word or match["scale"]):
        # "one of them", "no one": a pronoun.
        return None
    value = SPECIAL.get(word) or ORDINALS.get(word) or IN_WORDS[word]
    value += IN_WORDS[match["more"].lower()] if match["more"] and word in TENS else 0.0
    value *= SCALES[match["scale"].lower()] if match["scale"] else 1.0
    unit, factor = UNITS[unit_word.lower()] if unit_word else (None, 1)
    return Figure(
        match.group().strip(),
        (value * factor,),
        percent=bool(match["percent"]),
        unit=unit,
        ordinal=word in ORDINALS,
        raw=(value,),
    )


def _digits(text: str) -> tuple[tuple[float, ...], float]:
    """Return the readings of "1.184" (1.184 or 1184), and the size of the last written place of the first."""
    plain = re.sub(r"['\u2019\u00a0\u202f ]", "", text)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return (float(plain),), 1.0
    last = marks[-1]
    whole, fraction = plain.rsplit(last, 1)
    decimal = float(re.sub(r"[.,]", "", whole) + "." + fraction)
    grouped = float(re.sub(r"[.,]", "", plain))
    if len(set(marks)) == 2 or len(fraction) != 3:
        return (decimal,), 10.0 ** -len(fraction)
    if len(marks) > 1 or last == ",":
        return (grouped,), 1.0
    return (decimal, grouped), 0.001


def _currency(match: re.Match[str]) -> str | None:
    mark = (match["pre"] or match["pre2"] or match["post"] or "").strip().upper()
    if not mark:
        return None
    if mark in SYMBOLS:
        return SYMBOLS[mark]
    name = mark.lower().removeprefix("us ").removesuffix("s")
    return NAMES.get(name, mark)


def _hedge(before: str) -> str:
    for name, pattern in (("about", ABOUT), ("over", OVER), ("under", UNDER)):
        if pattern.search(before[-20:]):
            return name
    return ""
