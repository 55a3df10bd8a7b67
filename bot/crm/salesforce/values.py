"""Single values from Salesforce's JSON into ours and back, exact in both directions (pure)."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from email.utils import format_datetime
from typing import Any

from bot.crm.records import Record

_BREAK = re.compile(r"(?i)<br\s*/?>|</p>|</div>|</li>")
_TAG = re.compile(r"<[^>]+>")
_CENTS = Decimal("0.01")


def time(value: object) -> datetime | None:
    """An aware UTC time."""
    return datetime.fromisoformat(str(value)).astimezone(UTC) if value else None


def day(value: object) -> date | None:
    """A date; of a time its day."""
    return date.fromisoformat(str(value)[:10]) if value else None


def money(value: object) -> Decimal | None:
    """An exact amount: whole, or with cents and as many more digits as it has."""
    if value is None:
        return None
    amount = Decimal(str(value))
    if amount == amount.to_integral_value():
        return amount.quantize(Decimal(1))
    plain = amount.normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(_CENTS) if isinstance(exponent, int) and exponent > -2 else plain


def whole(value: object) -> int | None:
    """A whole number."""
    try:
        return None if value is None else int(Decimal(str(value)))
    except InvalidOperation:
        return None


def words(value: object) -> str | None:
    """A text; an empty one is nothing."""
    return str(value) if value not in (None, "") else None


def yes(value: object) -> bool:
    """A checkbox, or a text field used as one."""
    return value is True or str(value).strip().lower() in ("true", "yes", "1")


def domain(value: object) -> str | None:
    """The bare domain of a web address."""
    given = words(value)
    if given is None:
        return None
    bare = given.strip().lower().split("//", 1)[-1].split("/", 1)[0].split("?", 1)[0]
    return bare.removeprefix("www.") or None


def plain(content: str) -> str:
    """The text of a note's HTML."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", content))).strip()


def unescaped(text: str | None) -> str | None:
    """A note's preview, which has no markup any more."""
    return None if text is None else html.unescape(text).strip()


def marked_up(text: str) -> str:
    """A text as a note's HTML, nothing of it taken for markup."""
    return "<br>".join(html.escape(line) for line in text.split("\n"))


def http_date(at: datetime) -> str:
    """A time as HTTP headers write it, to the second."""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def sent(value: object) -> Any:
    """Our value as Salesforce's JSON takes it; an amount keeps every digit."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if Decimal(repr(float(value))) == value else format(value, "f")
    return value


def dump(record: Record, names: list[str] | None = None) -> dict[str, Any]:
    """The record's fields as JSON values: the named ones, else all that hold something besides the id."""
    values: Mapping[str, Any] = record.model_dump(mode="json")
    if names is not None:
        return {name: values[name] for name in names}
    return {name: value for name, value in values.items() if name != "id" and value not in (None, [])}
