"""Dates as people write them, whole or in part, and whether one says no more than another (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
DAYS = "mon tue wed thu fri sat sun".split()
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": 0}
PATTERNS = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (
            rf"\b{_YEAR}-(?P<m>[01]?\d)-(?P<day>[0-3]?\d)(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?(?!\d)",
            0,
        ),
        (
            r"(?<!\d)(?<!\d[./])(?P<a>[0-3]?\d)(?P<sep>[./])(?P<b>[0-3]?\d)(?P=sep)(?P<short>(?:19|20)?\d\d)(?![\d/]|\.\d)",
            0,
        ),
        (rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?:,?\s+{_YEAR})?(?!\w)", re.IGNORECASE),
        (rf"\b{_MONTH}\s+{_DAY}\b(?![\d%:,.]*\d)(?:,?\s+{_YEAR}\b)?", 0),
        (rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.IGNORECASE),
        (r"\bQ(?P<q>[1-4])(?:[ ,/-]*(?:FY)?(?:of )?(?P<short>(?:20)?\d\d))?\b|\b(?P<q2>[1-4])Q(?P<short2>\d\d)?\b", 0),
        (
            rf"\b(?P<nth>first|second|third|fourth|1st|2nd|3rd|4th)[ -](?:fiscal )?quarter(?:\s+(?:of\s+)?{_YEAR})?",
            re.IGNORECASE,
        ),
        (r"\bH(?P<half>[12])\b(?:\s+(?P<short>20\d\d))?|\bFY\s?'?(?P<short3>(?:20)?\d\d)\b", 0),
        (r"\b(?P<weekday>Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Satur|Sun)(?:day)s?\b", re.IGNORECASE),
        (r"\b(?P<weekday>Mon|Tue|Wed|Thu|Fri)\b", 0),
        (r"\b(?P<month>January|February|April|June|July|August|September|October|November|December)\b", re.IGNORECASE),
        (
            r"\b(?:in|by|since|until|till|of|early|late|mid|end of|last|next|this|from|between|through|during|before|after|for)[ -](?P<month>March|May)\b",
            0,
        ),
        (r"(?<![\w.,$€£-])(?P<year>(?:19|20)\d\d)s?(?![\w%]|[.,]\d|-\d)", 0),
    )
)


HINT = re.compile(
    r"\d|day\b|quarter|\b(?:mon|tue|wed|thu|fri|mar|may|jan|feb|apr|jun|jul|aug|sep|oct|nov|dec)\b|\b(?:marc|janu|febr|apri|june|july|augu|sept|octo|nove|dece)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class When:
    """A date as far as it is given; where day and month may be swapped, `swapped` holds the other reading."""

    text: str
    year: int | None = None
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None
    weekday: int | None = None
    swapped: tuple[int, int] | None = None
    """(month, day) of the other reading of 03/04/2026"""

    def readings(self) -> Iterator["When"]:
        """Yield this date, then its other reading."""
        yield self
        if self.swapped:
            yield When(self.text, self.year, *self.swapped)

    def knows(self, other: "When") -> bool:
        """Whether all that `other` says is said or implied here; a year missing here is not held against it."""
        pairs = (
            (other.month, self.month),
            (other.day, self.day),
            (other.quarter, self.implied_quarter),
            (other.half, self.half or (self.implied_quarter and (self.implied_quarter + 1) // 2)),
            (other.weekday, self.implied_weekday),
        )
        same_year = other.year is None or self.year is None or other.year == self.year
        says = any(asked is not None for asked, _ in pairs) or self.year is not None
        return same_year and says and all(asked is None or asked == told for asked, told in pairs)

    @property
    def is_bare_year(self) -> bool:
        """Whether it is four digits and nothing else."""
        return self.text.isdigit()

    @property
    def implied_quarter(self) -> int | None:
        """The calendar quarter."""
        return self.quarter or (self.month and (self.month + 2) // 3)

    @property
    def implied_weekday(self) -> int | None:
        """Monday is 0."""
        if self.weekday is None and self.year and self.month and self.day:
            try:
                return date(self.year, self.month, self.day).weekday()
            except ValueError:
                return None
        return self.weekday


def of(value: date) -> When:
    """Turn a computed date into one that claims can be compared with."""
    return When(value.isoformat(), value.year, value.month, value.day)


@lru_cache(maxsize=4096)
def extract(text: str) -> tuple[tuple[When, ...], str]:
    """Return the dates in a text, and the text with blanks in their place."""
    if not HINT.search(text):
        return (), text
    found: list[When] = []

    def take(match: re.Match[str]) -> str:
        when = _read(match)
        if when is None:
            return match.group()
        found.append(when)
        # The point behind a month may end the sentence.
        return " " * (len(match.group()) - 1) + (match.group()[-1] if match.group()[-1] == "." else " ")

    for pattern in PATTERNS:
        text = pattern.sub(take, text)
    return tuple(found), text


def supported(when: When, known: Sequence[When]) -> bool:
    """Whether known dates say it; a year may come from another date of the same sources."""
    years = {k.year for k in known}
    if when.year is not None and when.year not in years:
        return False
    return any(k.knows(w) for source in known for k in source.readings() for w in when.readings())


def other_quarter(when: When, known: Sequence[When], near: Sequence[When]) -> bool:
    """Whether no source names that quarter, while what it is said of has another; a day within it does not name it."""
    return all(k.quarter != when.quarter for k in known) and any(k.quarter for k in near)


def _read(match: re.Match[str]) -> When | None:
    part = {name: value for name, value in match.groupdict().items() if value}
    if "a" in part:
        return _numeric(match.group(), int(part["a"]), int(part["b"]), _year(part["short"]), part["sep"])
    month = MONTHS.index(part["month"][:3].lower()) + 1 if "month" in part else _int(part.get("m"))
    day = _int(part.get("day"))
    if not _possible(month, day):
        return None
    quarter = _int(part.get("q") or part.get("q2")) or _NTH.get(part.get("nth", "").lower())
    weekday = DAYS.index(part["weekday"][:3].lower()) if "weekday" in part else None
    year = part.get("year") or part.get("short") or part.get("short2") or part.get("short3")
    half = _int(part.get("half"))
    return When(match.group().strip(" ."), _year(year), month, day, quarter, half, weekday)


def _numeric(text: str, a: int, b: int, year: int | None, separator: str) -> When | None:
    """Read 12/11/2026 both ways, 12.11.2026 with the day first."""
    if separator == ".":
        return When(text, year, b, a) if _possible(b, a) else None
    if _possible(a, b):
        return When(text, year, a, b, swapped=(b, a) if _possible(b, a) else None)
    return When(text, year, b, a) if _possible(b, a) else None


def _possible(month: int | None, day: int | None) -> bool:
    return (month is None or 1 <= month <= 12) and (day is None or 1 <= day <= 31)


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def _year(text: str | None) -> int | None:
    return None if not text else int(text) if len(text) == 4 else 2000 + int(text)
