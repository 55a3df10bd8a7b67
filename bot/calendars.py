"""Appointments out of people's own calendars (iCalendar), beside those of the CRM."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Event:
    """An appointment as a calendar holds it; its texts were written by others."""

    uid: str
    title: str
    start: datetime
    end: datetime
    whole_day: bool = False
    place: str = ""
    text: str = ""
    attendees: tuple[tuple[str, str], ...] = ()
    """(name, e-mail address) of each, the organiser first; either may be empty"""
    cancelled: bool = False


Reading = Callable[[date, date], Sequence[Event]]
"""a first and a last day on the owner's clock → what the calendar holds then"""


def reading(addresses: Mapping[str, str], email: str, time_zone: str) -> Reading:
    """Return what reads one person's calendar; nothing where none is set for them."""
    return lambda first, last: ()
