"""What comes by itself, for those who asked for it: a digest in the morning, a brief an hour before a meeting."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from slack_sdk.errors import SlackApiError

from bot.crm.noted import Reads
from bot.crm.records import Activity, User
from bot.errors import CalendarError, NotAllowed
from bot.log import event as log_event
from bot.log import failure
from bot.proposals import Action
from bot.screening import screened_view
from bot.skills import acts
from bot.skills.agenda import Agenda, Day
from bot.skills.appointments import Meeting
from bot.slack.home import reading as home_reading
from bot.slack.home.team_digests import SORTS, TeamDigests, key_of, time_of
from bot.slack.room import Room
from bot.slack.sending.outbox import Place
from bot.slack.showing import day_views, home_views
from bot.slack.showing.views import Message
from bot.slack.talk.answering import Answering
from bot.slack.talk.digest_words import Kind
from bot.store.deliveries import Deliveries
from bot.store.preferences import Preference, Preferences

LATE = timedelta(hours=2)
"""a digest that could not be sent in time is of no use after that"""
AHEAD = timedelta(hours=1)
"""how long before a meeting its brief comes"""
MOVED = timedelta(hours=2)
"""a meeting that moved by no more than that has its brief already"""
WEEKEND = 5
Job = Callable[[Preference, datetime], None]


class Digests:
    """Sends what is due; a key is claimed before anything is sent, so that no process sends it twice."""

    def __init__(self, room: Room, answering: Answering) -> None:
        self._room, self._answering = room, answering
        self._preferences = Preferences(room.kit.engine)
        self._team = TeamDigests(room)
        self._out: set[str] = set()

    def round(self, now: datetime) -> None:
        """Send what is due at a moment; what fails for one person is logged, and the others get theirs."""
        ahead: list[Sequence[Activity]] = []
        for wanted in self._preferences.wanting():
            jobs: list[Job] = [self._digest, *(partial(self._of_team, kind) for kind in SORTS)]
            jobs.append(partial(self._coming, ahead))
            for job in jobs:
                self._try(job, wanted, now)

    def _try(self, job: Job, wanted: Preference, now: datetime) -> None:
        try:
            job(wanted, now)
        except NotAllowed as left:
            self._left_out(wanted.user_id, str(left))
        except Exception as error:  # noqa: BLE001  # logged; one trouble must not keep anything else from anybody
            failure("slack_reminder_failed", error, user=wanted.user_id)

    def _coming(self, ahead: list[Sequence[Activity]], wanted: Preference, now: datetime) -> None:
        """Send the briefs that are due; everybody's appointments are read once a round, into `ahead`."""
        if not wanted.briefs:
            return
        if not ahead:
            ahead.append(self._ahead(now))
        self._briefs(wanted, [one for one in ahead[0] if one.owner_id == wanted.user_id], now)

    def _left_out(self, user_id: str, why: str) -> None:
        """Log once that somebody gets nothing, such as a person who left."""
        if user_id not in self._out:
            self._out.add(user_id)
            log_event("slack_reminder_left_out", user=user_id, why=why)

    def _whose(self, wanted: Preference, at: str | None, now: datetime) -> tuple[User, date] | None:
        """Return the person and the day whose digest is due; None where none is."""
        known = self._room.kit.reader.user(wanted.user_id)
        if at is None or (known and known.time_zone != "UTC" and due_day(at, known.time_zone, now) is None):
            return None  # Where the CRM has no zone, Slack must be asked for it first.
        user = self._user(wanted)
        day = due_day(at, user.time_zone, now)
        return (user, day) if day else None

    def _digest(self, wanted: Preference, now: datetime) -> None:
        due = self._whose(wanted, wanted.digest_at, now)
        if due is None:
            return
        user, day = due
        if _digest_key(wanted, day) in self._room.kit.deliveries.seen(_digest_key(wanted, day)):
            return
        reads = Reads()
        found = home_reading.shown(self._room.kit, user, wanted, now, reads)
        if day.weekday() >= WEEKEND and not _presses(found.day):
            return
        tell = partial(self._room.kit.assistant.tracing.shown, "digest", user, now, reads)
        self._send(wanted, _digest_key(wanted, day), now, home_views.digest(found), tell)

    def _of_team(self, kind: Kind, wanted: Preference, now: datetime) -> None:
        if due := self._whose(wanted, time_of(kind, wanted), now):
            self._team.send(kind, wanted, *due, now)

    def _send(self, wanted: Preference, key: str, now: datetime, message: Message, tell: Callable[[], None]) -> None:
        deliveries = self._room.kit.deliveries
        if not deliveries.first_time(key, now):
            return
        tell()
        try:
            self._room.outbox.direct(_known(wanted), message)
        except SlackApiError:
            # Slack said no, so nothing was shown; where it said nothing, it may have been, and never twice counts more.
            deliveries.forget(key)
            raise

    def _ahead(self, now: datetime) -> Sequence[Activity]:
        """Read everybody's appointments that begin within the hour."""
        coming = self._room.kit.reader.activities(since=now)
        return [one for one in coming if one.kind in ("meeting", "call") and now < one.at <= now + AHEAD]

    def _briefs(self, wanted: Preference, ahead: Sequence[Activity], now: datetime) -> None:
        for one in ahead:
            if one.account_id and not self._briefed(wanted, one):
                agenda = self._agenda(wanted, now)
                seen = agenda.reader.activity(one.id)
                self._brief(wanted, agenda.meeting(seen) if seen else None, agenda.local)
        for meeting in self._from_calendar(wanted, now):
            if not self._briefed(wanted, meeting.activity):
                self._brief(wanted, meeting, now.astimezone(meeting.activity.at.tzinfo))

    def _agenda(self, wanted: Preference, now: datetime) -> Agenda:
        kit, user = self._room.kit, self._user(wanted)
        calendar = kit.assistant.calendar(user)
        return Agenda(
            kit.rights.reader_for(user),
            user,
            now,
            partial(kit.assistant.benchmarks, user),
            calendar,
            kit.assistant.policy.limits,
        )

    def _from_calendar(self, wanted: Preference, now: datetime) -> Sequence[Meeting]:
        """Read what the person's own calendar alone has within the hour."""
        known = self._room.kit.reader.user(wanted.user_id)
        calendar = self._room.kit.assistant.calendar(known) if known else None
        try:
            # A calendar that is empty today costs no look into the CRM.
            if calendar is None or not calendar(now.date(), (now + AHEAD).date()):
                return ()
            return [one for one in self._agenda(wanted, now).meetings(now + AHEAD) if one.own]
        except CalendarError as error:
            log_event("calendar_not_read", user=wanted.user_id, why=str(error))
            return ()

    def _brief(self, wanted: Preference, meeting: Meeting | None, now: datetime) -> None:
        if meeting is None or meeting.account is None:
            return
        one, slack_id = meeting.activity, _known(wanted)
        key, place = f"{_brief_key(wanted, one)}{one.at.isoformat()}", Place(slack_id, slack_id, True, slack_id)
        before, zone = day_views.heads_up(screened_view(meeting), now), self._room.directory.user(slack_id).time_zone
        # The meeting prepared, said on the clock on which it is answered.
        ask = acts.on_meeting(meeting, now.astimezone(ZoneInfo(zone)))[0]
        tell = partial(self._room.kit.assistant.tracing.shown, "reminder", self._user(wanted), now, _read(meeting))
        self._room.work.answer(key, place, lambda: self._briefing(slack_id, before, ask, tell), ask.ask)

    def _briefing(self, slack_id: str, before: Message, ask: Action, tell: Callable[[], None]) -> None:
        tell()
        # A conversation of its own, so that "approve" and "their CFO" go on meaning what they did.
        self._answering.answer(self._room.outbox.begin(slack_id, before), ask.ask, ask.skill, account=ask.account)

    def _briefed(self, wanted: Preference, one: Activity) -> bool:
        """Whether a brief for this meeting went out for about this time."""
        key = _brief_key(wanted, one)
        began = [datetime.fromisoformat(seen.removeprefix(key)) for seen in self._room.kit.deliveries.seen(key)]
        return any(abs(one.at - before) <= MOVED for before in began)

    def _user(self, wanted: Preference) -> User:
        """Return the person on their own clock; NotAllowed where they left here or there, or are another by now."""
        user = self._room.directory.local(_known(wanted))
        if user.id != wanted.user_id:
            raise NotAllowed(f"The Slack member who set this is {user.name} in the CRM now.")
        return user


def due_day(at: str, zone: str, now: datetime) -> date | None:
    """Return the day whose digest is due at a moment; None where none is.

    A time that the day of a clock change does not have counts as that much later, one that it has twice as the first.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today, today - timedelta(days=1))
    return next((day for day in days if timedelta(0) <= now - _moment(day, at, zone) < LATE), None)


def claim_passed(deliveries: Deliveries, kind: Kind | None, wanted: Preference, zone: str, now: datetime) -> None:
    """Keep a time that is set for a moment ago from bringing today's digest at once: it begins with the next one.

    Without a kind it is the morning's.
    """
    at = time_of(kind, wanted) if kind else wanted.digest_at
    day = due_day(at, zone, now) if at else None
    if day is not None:
        deliveries.first_time(key_of(kind, wanted, day) if kind else _digest_key(wanted, day), now)


def _moment(day: date, at: str, zone: str) -> datetime:
    # By way of UTC: between two times of one zone Python counts the hands of the clock, not the hours.
    return datetime.combine(day, time.fromisoformat(at), ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


def _presses(day: Day) -> bool:
    """Whether a weekend's digest has something of that very day."""
    return bool(day.meetings) or any(one.day == day.today for one in day.due)


def _read(meeting: Meeting) -> Reads:
    """What the word before a brief tells of."""
    reads = Reads()
    reads.add("activity", [] if meeting.own else [meeting.activity.id])
    reads.add("account", [meeting.account.id] if meeting.account else [])
    reads.add("contact", [one.id for one in meeting.people])
    return reads


def _known(wanted: Preference) -> str:
    if wanted.slack_id is None:
        raise NotAllowed("The settings name no Slack member.")
    return wanted.slack_id


def _digest_key(wanted: Preference, day: date) -> str:
    return f"digest:{wanted.user_id}:{day}"


def _brief_key(wanted: Preference, one: Activity) -> str:
    return f"prebrief:{wanted.user_id}:{one.id}:"
