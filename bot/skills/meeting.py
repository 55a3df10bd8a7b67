"""Which meeting is to be prepared: out of the CRM and the asker's own calendar, on the asker's clock."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calendars import Event
from bot.crm.records import Account, Activity, Contact
from bot.dates import find_dates
from bot.errors import Ambiguous, BotError, CalendarError
from bot.skills import Context
from bot.skills.ledger import joined

AHEAD = timedelta(days=60)
"""how far ahead a meeting is looked for"""
USUAL = 30
"""minutes, where nothing says how long"""
SAME = timedelta(minutes=5)
"""an entry of the CRM and one of the calendar that begin so near to each other are one"""
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
    planned = [_from_crm(context, one) for one in _entries(context, account_id)]
    try:
        last = context.today + AHEAD
        events = [e for e in context.calendar(context.today, last) if not e.whole_day]
        trouble = ""
    except CalendarError as error:
        events, trouble = [], f"Your calendar: {error}"
    people = {(c.email or "").casefold(): c for c in context.reader.contacts(account_id) if c.email} if events else {}
    accounts = _accounts(context, account_id) if events else []
    for event in events:
        found = _from_calendar(context, event, people, accounts)
        if found.start + timedelta(minutes=found.minutes) > context.now and account_id in (None, found.account_id):
            planned = _merged(planned, found)
    return Ahead(sorted(planned, key=lambda one: (one.start, one.title)), trouble)


def _entries(context: Context, account_id: str | None) -> Iterator[Activity]:
    owner = context.owner_id
    mine = {owner} if owner and account_id is None else None
    since = context.now - timedelta(hours=12)
    for one in context.reader.activities(account_id, since=since, owners=mine):
        ends = one.at + timedelta(minutes=one.minutes or USUAL)
        # What began already is still to be prepared for while it lasts; a call that was logged has no planned end.
        planned = one.at > context.now or (one.kind == "meeting" and one.minutes and ends > context.now)
        if one.kind in ("meeting", "call") and planned and one.at <= context.now + AHEAD:
            yield one


def _zone(context: Context) -> ZoneInfo:
    return ZoneInfo(context.asker.time_zone)


def _from_crm(context: Context, one: Activity) -> Meeting:
    return Meeting(
        title=one.subject,
        start=one.at.astimezone(_zone(context)),
        minutes=one.minutes or USUAL,
        assumed=not one.minutes,
        account_id=one.account_id,
        opportunity_id=one.opportunity_id,
        contact_ids=one.contact_ids,
        activity=one,
    )


def _accounts(context: Context, account_id: str | None) -> Sequence[Account]:
    one = context.reader.account(account_id) if account_id else None
    if one:
        return [one]
    return context.reader.accounts(context.owner_id) if context.owner_id else context.reader.accounts()


def _from_calendar(context: Context, event: Event, people: dict[str, Contact], accounts: Sequence[Account]) -> Meeting:
    known = [people[email.casefold()] for _, email in event.attendees if email.casefold() in people]
    ours = {(user.email or "").casefold() for user in context.reader.users()} | {(context.asker.email or "").casefold()}
    others = [(name, email) for name, email in event.attendees if email.casefold() not in people | dict.fromkeys(ours)]
    account = next((contact.account_id for contact in known if contact.account_id), None)
    account = account or next((a.id for a in accounts if _is_about(a, event, [email for _, email in others])), None)
    minutes = round((event.end - event.start).total_seconds() / 60)
    return Meeting(
        title=event.title or "untitled",
        start=event.start.astimezone(_zone(context)),
        minutes=minutes if minutes > 0 else USUAL,
        assumed=minutes <= 0,
        account_id=account,
        contact_ids=tuple(dict.fromkeys(contact.id for contact in known)),
        others=tuple(
            f"{name} ({email})" if name and email else name or email for name, email in others if name or email
        ),
        place=event.place,
    )


def _is_about(account: Account, event: Event, emails: Sequence[str]) -> bool:
    domain = (account.domain or "").casefold()
    by_mail = any(domain and email.casefold().endswith((f"@{domain}", f".{domain}")) for email in emails)
    return by_mail or re.search(rf"\b{re.escape(account.name)}\b", event.title, re.IGNORECASE) is not None


def _merged(planned: list[Meeting], found: Meeting) -> list[Meeting]:
    """The meetings with one of the calendar, which adds people to its entry in the CRM where it has one."""
    for k, one in enumerate(planned):
        if abs(one.start - found.start) <= SAME and found.account_id in (None, one.account_id):
            ids = tuple(dict.fromkeys((*one.contact_ids, *found.contact_ids)))
            minutes = found.minutes if one.assumed else one.minutes
            both = replace(one, contact_ids=ids, others=found.others, place=found.place, minutes=minutes,
                           assumed=one.assumed and found.assumed)  # fmt: skip
            return [*planned[:k], both, *planned[k + 1 :]]
    return [*planned, found] if found.account_id else planned


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
