"""HubSpot's values, which are strings, to ours and back (pure)."""

import html
import re
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from bs4 import BeautifulSoup, Tag

_EPOCH = re.compile(r"-?\d{11,14}")
_BREAKS = ("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote")
NOON = time(12)


def text(value: Any) -> str | None:
    """A text, or nothing."""
    kept = str(value).strip() if value is not None else ""
    return kept or None


def number(value: Any) -> Decimal | None:
    """An exact number; what is none counts as nothing."""
    kept = text(value)
    try:
        parsed = Decimal(kept) if kept else None
    except InvalidOperation:
        return None
    return parsed if parsed is not None and parsed.is_finite() else None


def whole(value: Any) -> int | None:
    """A whole number."""
    parsed = number(value)
    return None if parsed is None else int(parsed)


def flag(value: Any) -> bool:
    """True for `true` in any case."""
    return str(value).strip().lower() == "true"


def moment(value: Any) -> datetime | None:
    """A time from milliseconds or ISO 8601, in UTC."""
    kept = text(value)
    if kept is None:
        return None
    if _EPOCH.fullmatch(kept):
        return datetime.fromtimestamp(int(kept) // 1000, UTC).replace(microsecond=int(kept) % 1000 * 1000)
    try:
        parsed = datetime.fromisoformat(kept)
    except ValueError:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def day(value: Any, zone: tzinfo) -> date | None:
    """A calendar day: midnight in UTC is that day itself, any other time is read in the portal's zone."""
    at = moment(value)
    if at is None:
        return None
    return at.date() if at.timetz() == time(0, tzinfo=UTC) else at.astimezone(zone).date()


def millis(at: datetime) -> int:
    """Milliseconds since 1970, exact."""
    return int(at.astimezone(UTC).replace(microsecond=0).timestamp()) * 1000 + at.microsecond // 1000


def stamp(at: datetime) -> str:
    """A time as HubSpot takes it: ISO 8601 in UTC with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def noon(of: date, zone: tzinfo) -> str:
    """A day as a time that is this day for everybody near the portal's zone."""
    return stamp(datetime.combine(of, NOON, zone))


def plain(markup: Any) -> str | None:
    """The text of a body, which HubSpot keeps as HTML."""
    kept = text(markup)
    if kept is None or "<" not in kept:
        return None if kept is None else text(html.unescape(kept))
    soup = BeautifulSoup(kept, "html.parser")
    for dropped in soup(["script", "style"]):
        dropped.decompose()
    for tag in soup.find_all(_BREAKS):
        _break(tag)
    lines = [" ".join(line.split()) for line in soup.get_text().replace("\xa0", " ").split("\n")]
    return text(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def markup(plain_text: str) -> str:
    """A text as HTML that shows it as it is."""
    return "<br>".join(html.escape(line, quote=False) for line in plain_text.splitlines())


def _break(tag: Tag) -> None:
    if tag.name == "br":
        tag.replace_with("\n")
    else:
        tag.insert_after("\n")
