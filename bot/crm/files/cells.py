"""One cell of a CSV file to a value and back; every refusal is a ValueError in words."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from types import NoneType
from typing import Any, Literal, get_args, get_origin

DayOrder = Literal["day", "month", "assumed month"]
"""Which number comes first in 03/04/2026; `assumed month` where no value of the column tells"""

TRUE, FALSE = frozenset({"true", "yes", "y", "1", "x"}), frozenset({"false", "no", "n", "0", ""})

_NUMERIC_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})[/.-](\d{4}|\d{2})\b")
_WORDED = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d-%b-%Y", "%d-%b-%y", "%Y/%m/%d", "%Y%m%d")
_SCALES = {"k": 10**3, "m": 10**6, "mio": 10**6, "mn": 10**6, "bn": 10**9, "b": 10**9}
_GROUPED = re.compile(r"\d{1,3}([.,])(?:\d{2,3}\1)*\d{3}")
_CURRENCY = r"(?:[a-z]{2,3}\$?|[^\w\s.,()+-]{1,3})?"
_AMOUNT = re.compile(
    rf"([-+(]?)\s*{_CURRENCY}\s*([-+]?)\s*(\d[\d.,'\s]*?)\s*(?:(k|mio|mn|m|bn|b)(?![a-z]))?\.?\s*{_CURRENCY}\s*\)?",
    re.IGNORECASE,
)


def encode(value: object) -> str:
    """Write a value as text: nothing as an empty cell, times in UTC with Z, tuples joined by `;`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ";".join(str(item).replace("\\", "\\\\").replace(";", "\\;") for item in value)
    return str(value)


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""how a cell begins that a spreadsheet program would run as a formula"""


def guarded(value: object) -> str:
    """Write a value as a cell that no spreadsheet program runs: a text like a formula gets an apostrophe before it.

    A text that begins with an apostrophe gets one as well, so that `unguarded` gives every text back exactly.
    """
    text = encode(value)
    return f"'{text}" if isinstance(value, str | tuple) and text.startswith((*FORMULA, "'")) else text


def unguarded(text: str, *, own: bool) -> str:
    """Take the apostrophe off again; in a foreign file only where it stands before a formula's sign."""
    return text[1:] if text.startswith("'") and (own or text[1:].startswith(FORMULA)) else text


def fix_for(annotation: Any) -> str:
    """What to do about a cell of this type that cannot be read."""
    return _FIXES.get(_base(annotation), "correct the cell and import again")


def decode(annotation: Any, text: str, order: DayOrder) -> Any:
    """Read a cell as a field's type; an empty cell is nothing."""
    kind = _base(annotation)
    if kind is tuple:
        return _names(text)
    if kind is str:
        return text or None
    plain = text.strip()
    if not plain:
        return None
    if kind is Literal:
        return plain.lower().replace(" ", "_").replace("-", "_")
    return _READERS[kind](plain, order)


@lru_cache(maxsize=256)
def _base(annotation: Any) -> Any:
    """The plain type of an annotation: Literal, tuple, or the class without None."""
    origin = get_origin(annotation)
    if origin in (tuple, Literal):
        return origin
    inner = [arg for arg in get_args(annotation) if arg is not NoneType]
    return _base(inner[0]) if inner else annotation


def is_dated(annotation: Any) -> bool:
    """Whether the field holds a date or a time."""
    return _base(annotation) in (date, datetime)


def day_order(texts: Iterable[str]) -> DayOrder:
    """Which number of the column's numeric dates is the day, as the values above 12 and the dots tell."""
    order: DayOrder = "assumed month"
    for text in texts:
        found = _NUMERIC_DATE.match(text.strip())
        if not found or min(int(found[1]), int(found[3])) > 12:
            continue  # no date either way, so it tells nothing of the others
        if int(found[1]) > 12 or found[2] == ".":
            return "day"
        if int(found[3]) > 12:
            order = "month"
    return order


def joint_order(orders: Iterable[DayOrder]) -> DayOrder:
    """The order of a whole file: what its columns tell, where those that tell agree."""
    told = set(orders) - {"assumed month"}
    return told.pop() if len(told) == 1 else "assumed month"


def is_numeric_date(text: str) -> bool:
    """Whether the order of day and month matters for this cell."""
    found = _NUMERIC_DATE.match(text.strip())
    return bool(found and found[1] != found[3])


def read_date(text: str, order: DayOrder = "assumed month") -> date:
    """Read ISO, 31/12/2026, 12/31/2026, 31.12.2026 or 31 December 2026."""
    found = _NUMERIC_DATE.match(text)
    if found:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day, month = (first, second) if order == "day" or first > 12 else (second, first)
        return _date(text, year if year > 99 else 2000 + year, month, day)
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return _worded(text)


def read_time(text: str, order: DayOrder = "assumed month") -> datetime:
    """Read a time in UTC; one without a zone is taken as UTC, a date alone as its midnight."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        clock = re.search(r"\b(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?", text, re.IGNORECASE)
        day = read_date(text[: clock.start()].strip(" ,T") if clock else text, order)
        return datetime.combine(day, _clock(clock), UTC)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def read_amount(text: str, order: DayOrder = "assumed month") -> Decimal:
    """Read an exact amount: 1234.5, $1,234.50, 1.234,50 €, 120k, (300)."""
    try:
        exact = Decimal(text)
    except InvalidOperation:
        found = _AMOUNT.fullmatch(" ".join(text.split()))
        if not found or (found[1] and found[2]):
            raise ValueError(f"{text} is no amount") from None
        scale = _SCALES.get((found[4] or "").lower(), 1)
        sign = -1 if found[1] in ("-", "(") or found[2] == "-" else 1
        exact = sign * scale * _digits(text, re.sub(r"[\s']", "", found[3]))
    if not exact.is_finite():
        raise ValueError(f"{text} is no amount")
    return exact


SIGNS = {"€": "EUR", "£": "GBP", "US$": "USD", "zł": "PLN", "₹": "INR"}
"""signs that stand for one currency"""
SHARED = {
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "¥": ("JPY", "CNY"),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
}
"""signs that stand for several"""


def currency_of(text: str) -> str | None:
    """The currency an amount names by a sign or a code of three capitals; None where it names none for certain."""
    code = re.search(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])", text)
    return code.group() if code else next((name for sign, name in SIGNS.items() if sign in text), None)


def check_sign(text: str, usual: str) -> None:
    """Refuse a sign of several currencies where the usual currency is none of them."""
    for sign, names in SHARED.items():
        if re.search(rf"(?<![a-z]){re.escape(sign)}(?![a-z])", text, re.IGNORECASE) and usual not in names:
            raise ValueError(
                f"{text} may be {', '.join(names[:-1])} or {names[-1]}: name the currency in a column or set SELLER_CURRENCY"
            )


def check_amount(text: str) -> None:
    """Refuse an amount that reads two ways: 9.000 may be nine or nine thousand, and a wrong amount is worse than none."""
    if re.fullmatch(r"\D*[1-9]\d{0,2}\.\d{3}\D*", text):
        raise ValueError(f"{text} may mean thousands or decimals: write it as 9000 or 9.00")


def read_whole(text: str, order: DayOrder = "assumed month") -> int:
    """Read a whole number; 1.200 can only be meant as 1200."""
    number = read_amount(text.replace(".", "") if _GROUPED.fullmatch(text) else text)
    if number != int(number):
        raise ValueError(f"{text} is no whole number")
    return int(number)


def read_flag(text: str, order: DayOrder = "assumed month") -> bool:
    """Read true/false, yes/no, 1/0."""
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError(f"{text} is neither yes nor no")


def _share(text: str, order: DayOrder) -> float:
    """Read a ratio; 20 % is 0.2."""
    return float(read_amount(text.rstrip("% "))) / (100 if text.endswith("%") else 1)


_READERS: dict[Any, Any] = {
    bool: read_flag,
    int: read_whole,
    float: _share,
    Decimal: read_amount,
    date: read_date,
    datetime: read_time,
}


_FIXES: dict[Any, str] = {
    bool: "write yes or no",
    int: "write a whole number such as 1200",
    float: "write a share such as 0.2 or 20 %",
    Decimal: "write digits such as 1234.50, and the currency in a column of its own",
    date: "write the day as 2026-12-31",
    datetime: "write the time as 2026-12-31T09:00:00Z",
}


def _names(text: str) -> tuple[str, ...]:
    parts = re.findall(r"(?:^|;)((?:[^;\\]|\\.)*)", text, re.DOTALL) if text else []
    return tuple(re.sub(r"\\(.)", r"\1", part, flags=re.DOTALL) for part in parts)


def _digits(text: str, digits: str) -> Decimal:
    """Tell the decimal sign from the thousands sign: that is a repeated one, or a comma before three digits."""
    last = max(digits.rfind(","), digits.rfind("."))
    if last < 0:
        return Decimal(digits)
    sign, whole, tail = digits[last], digits[:last], digits[last + 1 :]
    if _GROUPED.fullmatch(digits) and (sign == "," or sign in whole):
        return Decimal(re.sub(r"[.,]", "", digits))
    if sign in whole or not (whole.isdigit() or _GROUPED.fullmatch(whole)):
        raise ValueError(f"{text} is no amount")
    return Decimal(re.sub(r"[.,]", "", whole) + "." + tail)


def _date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{text} is no date") from None


def _worded(text: str) -> date:
    plain = " ".join(text.replace(",", " ").split())
    for form in _WORDED:
        try:
            return datetime.strptime(plain, form).date()
        except ValueError:
            continue
    raise ValueError(f"{text} is no date")


def _clock(found: re.Match[str] | None) -> time:
    if found is None:
        return time()
    half = (found[4] or "").lower()
    hour = int(found[1]) % 12 + (12 if half == "pm" else 0) if half else int(found[1])
    return time(hour, int(found[2]), int(found[3] or 0))
