"""Appointments out of people's own calendars (iCalendar), beside those of the CRM."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import CalendarError

FRESH = 300.0
"""seconds for which a feed that was read counts as the present one"""
MOST_BYTES = 20_000_000
TIMEOUT = 5.0
"""seconds to connect, and between two pieces of an answer"""
LONGEST = 15.0
"""seconds for a whole feed"""
AWAY = "The calendar cannot be read ({why}); the answer comes without it. Check its address in SELLER_CALENDARS."


@dataclass(frozen=True)
class Event:
    """An appointment as a calendar holds it; its texts were written by others."""

    uid: str
    title: str
    start: datetime
    end: datetime
    whole_day: bool = False
    place: str = ""
    attendees: tuple[tuple[str, str], ...] = ()
    """(name, e-mail address) of each but the owner; either may be empty"""


Reading = Callable[[date, date], Sequence[Event]]
"""a first and a last day on the owner's clock → what the calendar holds then, by time; CalendarError where it cannot be read"""

_texts: dict[str, tuple[float, bytes]] = {}
_lock = threading.Lock()


def reading(addresses: Mapping[str, str], email: str, time_zone: str) -> Reading:
    """Return what reads one person's calendar; nothing where none is set for them."""
    address = addresses.get(email.casefold()) if email else None
    if not address:
        return lambda first, last: ()
    return lambda first, last: events(_text(address), first, last, email, ZoneInfo(time_zone))


def events(text: bytes, first: date, last: date, owner: str, zone: tzinfo) -> Sequence[Event]:
    """Read the appointments of some days that the owner did not decline, with each of a series; CalendarError for no calendar."""
    from icalendar import Calendar
    from recurring_ical_events import of

    until = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    try:
        calendar = Calendar.from_ical(text)
        # One without a time would cost all the others.
        calendar.subcomponents = [one for one in calendar.subcomponents if one.name != "VEVENT" or "DTSTART" in one]
        found = of(calendar, skip_bad_series=True).between(datetime.combine(first, datetime.min.time(), zone), until)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise CalendarError(AWAY.format(why="it is no iCalendar file")) from error
    read = [one for row in found if (one := _event(row, owner.casefold(), zone))]
    return sorted(read, key=lambda one: (one.start, one.title, one.uid))


def _event(row: Any, owner: str, zone: tzinfo) -> Event | None:
    """One appointment; None for one that was called off or declined."""
    people = [(_name(one), _address(one), one) for one in _listed(row, "ATTENDEE")]
    declined = any(address == owner and _parameter(one, "PARTSTAT") == "DECLINED" for _, address, one in people)
    if declined or str(row.get("STATUS", "")).upper() == "CANCELLED":
        return None
    start, end = row.start, row.end
    organizer = [(_name(one), _address(one), one) for one in _listed(row, "ORGANIZER")]
    others = {address or name: (name, address) for name, address, _ in (*organizer, *people) if address != owner}
    return Event(
        uid=str(row.get("UID", "")),
        title=" ".join(str(row.get("SUMMARY", "")).split()),
        start=_moment(start, zone),
        end=_moment(end, zone),
        whole_day=not isinstance(start, datetime),
        place=" ".join(str(row.get("LOCATION", "")).split()),
        attendees=tuple(others.values()),
    )


def _listed(row: Any, name: str) -> list[Any]:
    held = row.get(name)
    return list(held) if isinstance(held, list) else [held] if held else []


def _parameter(one: Any, name: str) -> str:
    return str(getattr(one, "params", {}).get(name, ""))


def _address(one: Any) -> str:
    written = str(one).strip()
    return written[7:].casefold() if written.casefold().startswith("mailto:") else ""


def _name(one: Any) -> str:
    """The name beside an address; programs that know none repeat the address there."""
    name = " ".join(_parameter(one, "CN").strip("\"'").split())
    return "" if "@" in name else name


def _moment(at: date, zone: tzinfo) -> datetime:
    """A time on the owner's clock; one without a zone is on it already."""
    if not isinstance(at, datetime):
        return datetime.combine(at, datetime.min.time(), zone)
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)


def _text(address: str) -> bytes:
    """The feed as it is now, or was a few minutes ago."""
    with _lock:
        at, text = _texts.get(address, (0.0, b""))
    if text and time.monotonic() - at < FRESH:
        return text
    text = _fetched(address)
    with _lock:
        _texts[address] = (time.monotonic(), text)
    return text


def _fetched(address: str) -> bytes:
    if not address.casefold().startswith(("http://", "https://", "webcal://")):
        return _from_file(address)
    import requests

    url = f"https://{address[9:]}" if address.casefold().startswith("webcal://") else address
    try:
        with requests.get(url, timeout=TIMEOUT, stream=True) as answer:
            if answer.status_code != 200:
                raise CalendarError(AWAY.format(why=f"its server says {answer.status_code}"))
            return _limited(answer.iter_content(65_536))
    except requests.RequestException as error:
        # Its words would name the address, which opens the calendar.
        raise CalendarError(AWAY.format(why=f"{type(error).__name__}")) from None


def _limited(chunks: Any) -> bytes:
    """All chunks of a feed that is neither too long nor too slow."""
    until, text = time.monotonic() + LONGEST, b""
    for chunk in chunks:
        text += chunk
        if len(text) > MOST_BYTES:
            raise CalendarError(AWAY.format(why=f"it has more than {MOST_BYTES // 1_000_000} MB"))
        if time.monotonic() > until:
            raise CalendarError(AWAY.format(why=f"it took more than {LONGEST:.0f} s"))
    return text


def _from_file(path: str) -> bytes:
    try:
        return Path(path.removeprefix("file://")).read_bytes()
    except OSError as error:
        raise CalendarError(AWAY.format(why=error.strerror or "its file is not there")) from None
