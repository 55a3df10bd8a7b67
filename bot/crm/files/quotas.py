"""Fill a quota's row: whose it is, and the days of the period that it names."""

import calendar
import re
from datetime import date, timedelta
from typing import Any

from bot.crm.files.book import Book, squash
from bot.crm.files.report import BadCell
from bot.crm.files.sheets import Sheet
from bot.crm.records import User

Values = dict[str, Any]

_MONTHS = {at: calendar.month_name[at].lower() for at in range(1, 13)}
_YEAR = r"(?:fy ?)?(20\d\d|\d\d)"
_FORMS = (
    (re.compile(rf"q([1-4])[ /'-]*{_YEAR}"), 3, False),
    (re.compile(rf"([1-4])q[ /'-]*{_YEAR}"), 3, False),
    (re.compile(rf"{_YEAR}[ /-]*q([1-4])"), 3, True),
    (re.compile(rf"h([12])[ /'-]*{_YEAR}"), 6, False),
    (re.compile(rf"{_YEAR}[ /-]*h([12])"), 6, True),
    (re.compile(r"(0?[1-9]|1[0-2])/(20\d\d)"), 1, False),
    (re.compile(r"(20\d\d)[ /-]?(0[1-9]|1[0-2])"), 1, True),
)
"""how a period is written, its months, and whether the year stands first"""
_WHOLE = frozenset({"all", "company", "total", "everyone", "everybody", "wholecompany"})
"""who is named where the whole company is meant"""


def quota_label(book: Book, values: Values) -> str:
    """What a quota without an id is known by, however it is written: whose, and from when to when."""
    who = values.get("user_id") or values.get("user") or values.get("team") or "company"
    try:
        days = " ".join(map(str, days_of(values.get("period") or "")))
    except ValueError:
        days = f"{values.get('first')} {values.get('last')}"
    return f"{_user(book, who) or who} {days}"


def _user(book: Book, name: str) -> str | None:
    try:
        return book.named(User, name)
    except ValueError:
        return None


def unnamed(book: Book, values: Values) -> Values:
    """Take a team's name, or the whole company's, out of the column of people."""
    who = values.get("user")
    if not who or _user(book, who) is not None:
        return values
    team = next((user.team for user in book.all(User) if user.team and squash(user.team) == squash(who)), None)
    if team is None and squash(who) not in _WHOLE:
        return values
    return {**values, "user": None, "team": values.get("team") or team}


def complete_quota(book: Book, sheet: Sheet, values: Values) -> Values:
    """Put in the days of the period; the person's quota where a team stands beside the person."""
    first, last = _days(sheet, values)
    if last < first:
        raise BadCell(f"the period ends ({last}) before it begins ({first})", sheet.column("last"), str(last))
    amount = values.get("amount")
    if amount is not None and amount < 0:
        raise BadCell(
            f"the quota {amount} is below zero", sheet.column("amount"), str(amount), "write the amount to sell"
        )
    team = None if values.get("user_id") else values.get("team")
    if values.get("user_id") and not sheet.own and book.get(User, values["user_id"]) is None:
        raise BadCell(
            f"there is no user {values['user_id']}", sheet.column("user_id"), values["user_id"], "give the id of a user"
        )
    key = (values.get("user_id"), team, first, last, values.get("currency"))
    if key in book.quotas:
        raise ValueError(f"this quota from {first} to {last} is there already; give each person and team one a period")
    book.quotas.add(key)
    return {**values, "first": first, "last": last, "team": team}


def _days(sheet: Sheet, values: Values) -> tuple[date, date]:
    first, last, period = values.get("first"), values.get("last"), values.get("period")
    if first and last:
        return first, last
    if period:
        return days_of(period, sheet.column("period"))
    missing = "last" if first else "first"
    fix = "give the first and the last day, or a period such as Q4 2026"
    raise BadCell(f"the {missing} day of the period is missing", sheet.column(missing), "", fix)


def days_of(text: str, column: str = "") -> tuple[date, date]:
    """First and last day of “Q4 2026”, “2026-Q4”, “H1 2026”, “October 2026”, “2026-10” or “2026”, by the calendar year."""
    plain = " ".join(text.lower().replace(",", " ").split())
    for form, months, year_first in _FORMS:
        if found := form.fullmatch(plain):
            year, number = (found[1], found[2]) if year_first else (found[2], found[1])
            return _span(int(year), int(number), months)
    found = re.fullmatch(r"([a-z]{3,})\.? (20\d\d)", plain)
    month = next((at for at, name in _MONTHS.items() if found and name.startswith(found[1])), None)
    if found and month:
        return _span(int(found[2]), month, 1)
    if found := re.fullmatch(r"(?:fy ?)?(20\d\d)", plain):
        return _span(int(found[1]), 1, 12)
    raise BadCell(f"{text} is no period", column, text, "write it like Q4 2026, October 2026 or 2026")


def _span(year: int, number: int, months: int) -> tuple[date, date]:
    year += 2000 if year < 100 else 0
    first = date(year, (number - 1) * months + 1, 1)
    after = date(year + number * months // 12, number * months % 12 + 1, 1)
    return first, after - timedelta(days=1)
