"""Days as German, French and Spanish name them, counted from the day of a call (pure)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class Days:
    """How a language names days; each word is a pattern."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    today: str
    tomorrow: str
    after: str
    """the day after tomorrow"""
    next: str
    week_end: str
    month_end: str
    count: str
    counts: tuple[str, ...]
    weeks: str
    lead: str
    of: str
    """between the day and the month"""
    vague: str
    nth: str = ""
    """a day of the month by itself, with `d`"""
    part: str = ""
    """what a weekday may end in: a part of the day"""
    late_next: str = ""
    """"next" where it stands behind the weekday"""


def day_in(names: Days, words: str, day: date | None) -> tuple[str, date | None, str] | None:
    """(the day as said, the day, the words without it); None where the words name none."""
    for pattern, rule in _rules(names):
        match = re.search(rf"(?<!\w)(?:{pattern})(?!\w)", words, re.IGNORECASE)
        if match:
            before = re.sub(rf"(?:(?<!\w){names.lead}\s*)+$", "", words[: match.start()], flags=re.IGNORECASE)
            rest = " ".join(f"{before} {words[match.end() :]}".split()).strip(" .,;:!")
            return match[0].strip(), rule(match, day) if day else None, rest
    return None


Rule = Callable[[re.Match[str], date], date | None]


def _rules(names: Days) -> list[tuple[str, Rule]]:
    weekday = "|".join(names.weekdays)
    months = "|".join(names.months)
    late = rf"(?P<late>{names.late_next})?" if names.late_next else ""
    early = rf"(?P<early>{names.next})?" if names.next else ""
    return [
        (rf"(?P<d>\d{{1,2}}){names.of}(?P<m>{months})(?:\s+(?:de\s+)?(?P<y>\d{{4}}))?", lambda m, day: _calendar(names, m, day)),
        (r"(?P<d>\d{1,2})\.(?P<mm>\d{1,2})\.(?P<y>\d{4})?", lambda m, day: _calendar(names, m, day)),
        (names.vague, lambda m, day: None),
        (names.after, lambda m, day: day + timedelta(days=2)),
        (names.tomorrow, lambda m, day: day + timedelta(days=1)),
        (names.today, lambda m, day: day),
        (names.week_end, lambda m, day: day + timedelta(days=(4 - day.weekday()) % 7)),
        (names.month_end, lambda m, day: day + relativedelta(day=31)),
        (names.count, lambda m, day: _counted(names, m, day)),
        *([(names.nth, _nth)] if names.nth else []),
        (rf"{early}(?P<w>{weekday}){names.part}{late}", lambda m, day: _weekday(names, m, day)),
    ]  # fmt: skip


def _calendar(names: Days, match: re.Match[str], day: date) -> date | None:
    parts = match.groupdict()
    month = int(parts["mm"]) if parts.get("mm") else names.months.index(match["m"].casefold()) + 1
    try:
        found = date(int(parts["y"]) if parts["y"] else day.year, month, int(match["d"]))
    except ValueError:
        return None
    return found if parts["y"] or found >= day - timedelta(days=60) else found + relativedelta(years=1)


def _nth(match: re.Match[str], day: date) -> date | None:
    """The coming day of that number; None where the month has none."""
    number = int(match["d"])
    ahead = [day + timedelta(days=n) for n in range(1, 32)]
    return next((one for one in ahead if one.day == number), None)


def _counted(names: Days, match: re.Match[str], day: date) -> date | None:
    word = match["n"].casefold()
    count = (
        int(word) if word.isdigit() else next((n for n, one in enumerate(names.counts, 1) if word in one.split()), 0)
    )
    days = 7 if match["unit"].casefold() == names.weeks else 1
    return day + timedelta(days=count * days) if count else None


def _weekday(names: Days, match: re.Match[str], day: date) -> date | None:
    """The coming one; a "next" that may mean this week's or the next one's is no day."""
    ahead = (names.weekdays.index(match["w"].casefold()) - day.weekday()) % 7 or 7
    parts = match.groupdict()
    is_next = bool(parts.get("early") or parts.get("late"))
    return None if is_next and day.weekday() + ahead < 7 else day + timedelta(days=ahead)
