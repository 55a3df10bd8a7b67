"""Which meeting is to be prepared: out of the CRM and the asker's own calendar, on the asker's clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.crm.records import Activity
from bot.dates import find_dates
from bot.errors import Ambiguous, BotError, CalendarError
from bot.skills import Context
from bot.skills.appointments import Meeting as Appointment
from bot.skills.appointments import from_calendar, merged
from bot.skills.ledger import joined

AHEAD = timedelta(days=60)
"""how far ahead a meeting is looked for"""
USUAL = 30
"""minutes, where nothing says how long"""
CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>[ap])\.?m\b|\b(?P<h24>\d{1,2}):(?P<m24>\d{2})\b|"
    r"\bat (?P<bare>\d{1,2})(?:\s?o'?clock)?(?=[\s,.?!]|$)(?!\s*(?:\w+ )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Meeting:
    """A meeting that lies ahead."""

    title: str
    start: datetime
    """on the asker's clock"""
    minutes: int = USUAL
    assumed: bool = False
    """whether nobody said how long it takes"""
    account_id: str | None = None
    opportunity_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """attendees whom the CRM does not know"""
    place: str = ""
    activity: Activity | None = None
    """its entry in the CRM; None for one that stands in the calendar alone"""


@dataclass(frozen=True)
class Wanted:
    """What the words say of the meeting's time."""

    day: date | None = None
    clock: tuple[int, int] | None = None
    loose: bool = False
    """whether the half of the day was left open, so that "at 2" may be 14:00"""

    def fits(self, meeting: Meeting) -> bool:
        """Whether a meeting is at that time."""
        start = meeting.start
        if self.day and start.date() != self.day:
            return False
        if self.clock is None:
            return True
        same = (start.hour, start.minute) == self.clock
        return same or (self.loose and (start.hour % 12, start.minute) == (self.clock[0] % 12, self.clock[1]))

    def __bool__(self) -> bool:
        return self.day is not None or self.clock is not None

    @property
    def words(self) -> str:
        """The time as it can be shown."""
        clock = f"at {self.clock[0]:02}:{self.clock[1]:02}" if self.clock else None
        return joined([clock, f"on {self.day}" if self.day else None], " ")


@dataclass(frozen=True)
class Ahead:
    """The meetings that lie ahead, the next one first, and why the calendar was not read."""

    meetings: Sequence[Meeting]
    trouble: str = ""


def wanted_in(text: str, today: date) -> Wanted:
    """Read the day and the time of the meeting out of words."""
    days = [day for start, end, day in find_dates(text, today)]
    match = CLOCK.search(text)
    if match is None:
        return Wanted(days[0] if days else None)
    hour = int(match["hour"] or match["h24"] or match["bare"])
    minute = int(match["minute"] or match["m24"] or 0)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        return Wanted(days[0] if days else None)
    return Wanted(days[0] if days else None, (hour, minute), loose=bool(match["bare"]) and hour <= 12)


def ahead(context: Context, account_id: str | None) -> Ahead:
    """The meetings with an account, anybody's of ours, or all of the asker's own; the asker's calendar is theirs alone."""
    recorded = [_recorded(context, one) for one in _entries(context, account_id)]
    try:
        events, trouble = context.calendar(context.today, context.today + AHEAD), ""
    except CalendarError as error:
        events, trouble = [], f"Your calendar: {error}"
    about = context.reader.account(account_id) if account_id and events else None
    own = from_calendar(context.reader, context.asker, events, about)
    together = merged(recorded, [one for one in own if _ends(one.activity) > context.now])
    found = [_meeting(context, one) for one in together if not one.own or _is_with(one, account_id)]
    return Ahead(sorted(found, key=lambda one: (one.start, one.title)), trouble)


def _entries(context: Context, account_id: str | None) -> Iterator[Activity]:
    owner = context.owner_id
    mine = {owner} if owner and account_id is None else None
    since = context.now - timedelta(hours=12)
    for one in context.reader.activities(account_id, since=since, owners=mine):
        # What began already is still to be prepared for while it lasts; a call that was logged has no planned end.
        planned = one.at > context.now or (one.kind == "meeting" and one.minutes and _ends(one) > context.now)
        if one.kind in ("meeting", "call") and planned and one.at <= context.now + AHEAD:
            yield one


def _is_with(one: Appointment, account_id: str | None) -> bool:
    """Whether a meeting of the calendar alone is with the account, or with any."""
    return one.account is not None and account_id in (None, one.account.id)


def _ends(one: Activity) -> datetime:
    return one.at + timedelta(minutes=one.minutes or USUAL)


def _recorded(context: Context, one: Activity) -> Appointment:
    account = context.reader.account(one.account_id) if one.account_id else None
    people = [context.reader.contact(key) for key in one.contact_ids]
    return Appointment(one, account, tuple(contact for contact in people if contact))


def _meeting(context: Context, found: Appointment) -> Meeting:
    one = found.activity
    return Meeting(
        title=one.subject,
        start=one.at.astimezone(ZoneInfo(context.asker.time_zone)),
        minutes=found.minutes or USUAL,
        assumed=not found.minutes,
        account_id=found.account.id if found.account else None,
        opportunity_id=one.opportunity_id,
        contact_ids=tuple(contact.id for contact in found.people),
        others=found.others,
        place=found.place,
        activity=None if found.own else one,
    )


def pick(context: Context, found: Ahead, wanted: Wanted) -> Meeting | None:
    """The meeting that is meant where no account is named; Ambiguous where two begin together, None where there is none."""
    fits = [one for one in found.meetings if wanted.fits(one)]
    with_account = [one for one in fits if one.account_id]
    if fits and not with_account and wanted:
        raise BotError(
            f"“{fits[0].title}” at {fits[0].start:%H:%M} is with no account, so there is nothing to prepare from."
        )
    if not with_account:
        return None
    together = [one for one in with_account if one.start == with_account[0].start]
    accounts = [context.reader.account(one.account_id or "") for one in together]
    names = list(dict.fromkeys(account.name for account in accounts if account))
    if len(names) > 1:
        raise Ambiguous(f"Several meetings begin at {together[0].start:%H:%M}; which one?", candidates=names)
    return together[0]
