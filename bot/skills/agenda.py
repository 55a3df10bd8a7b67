"""A person's day out of the CRM: what meets, what is due, which deals need them; code alone decides the order."""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice, zip_longest
from zoneinfo import ZoneInfo

from bot.calendars import Reading
from bot.crm.port import CrmReader
from bot.crm.records import Account, Activity, Opportunity, Stage, Task, User
from bot.crm.rights.org import Org
from bot.errors import CalendarError
from bot.pipeline.deal import Benchmarks, Deal, sizes, usual_for
from bot.pipeline.limits import NO_LIMITS, Limits
from bot.pipeline.risk import signals
from bot.pipeline.signal import HARM, Signal
from bot.skills.appointments import Meeting, from_calendar, merged
from bot.skills.stakes import Due, Needy, by_stake, first_of

TOP = 5
"""deals that are shown"""
LOOKED = 200
"""deals of one person or team that are looked into, those with the most to lose first"""
SOON = timedelta(days=7)


@dataclass(frozen=True)
class Day:
    """One person's day."""

    user: User
    now: datetime
    """on the person's clock"""
    as_of: datetime | None
    meetings: tuple[Meeting, ...] = ()
    due: tuple[Due, ...] = ()
    """ours, up to today, the oldest first"""
    promises: tuple[Due, ...] = ()
    """theirs up to a week ahead, and ours of the coming week"""
    deals: tuple[Needy, ...] = ()
    team: tuple[Needy, ...] = ()
    """deals of those whom the person leads"""
    leads: bool = False
    mixed: bool = False
    """whether the deals come in several currencies, so that each is ranked by itself"""
    unseen: int = 0
    """open deals that may have more at stake than those shown, and were not looked into as there are too many"""
    trouble: str = ""
    """why the person's own calendar could not be read"""

    @property
    def first(self) -> tuple[Due | Needy, ...]:
        """What costs most if it is left."""
        return first_of((*self.due, *self.promises), self.deals, self.today)

    @property
    def today(self) -> date:
        """The person's calendar day."""
        return self.now.date()

    @property
    def empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.meetings or self.due or self.promises or self.deals or self.team)


@dataclass(frozen=True)
class Agenda:
    """Reads days from the CRM as one person sees it."""

    reader: CrmReader
    user: User
    now: datetime
    benchmarks: Callable[[], Benchmarks]
    calendar: Reading = lambda first, last: ()
    """the person's own"""
    limits: Limits = NO_LIMITS
    _accounts: dict[str, Account | None] = field(default_factory=dict)
    _deals: dict[str, Sequence[Opportunity]] = field(default_factory=dict)

    def day(self) -> Day:
        """Read the whole day."""
        led = Org(self._users.values()).led(self.user) - {self.user.id}
        due, promises = self._tasks()
        meetings, trouble = self._meetings()
        own, team = self._needing(self._own), self._needing(led) if led else _Ranked()
        return Day(
            user=self.user,
            now=self.local,
            as_of=self.reader.as_of(),
            meetings=meetings,
            trouble=trouble,
            due=due,
            promises=promises,
            deals=own.first,
            team=team.first,
            leads=bool(led),
            mixed=own.mixed or team.mixed,
            unseen=own.unseen + team.unseen,
        )

    @property
    def local(self) -> datetime:
        """The moment on the person's clock."""
        return self.now.astimezone(ZoneInfo(self.user.time_zone))

    def meetings(self, until: datetime | None = None) -> tuple[Meeting, ...]:
        """Read what lies ahead, until a moment or the end of the day, the next one first; CalendarError for the person's own."""
        return merged(self._recorded(until), self._own_events(until))

    def planned(self, day: date) -> Day:
        """Read what stands on a day that lies ahead: appointments, and what is due then."""
        midnight = datetime.combine(day, datetime.min.time(), self.local.tzinfo)
        then = replace(self, now=max(self.now, midnight - timedelta(seconds=1)))
        until = midnight + timedelta(days=1) - timedelta(seconds=1)
        try:
            meetings, trouble = merged(then._recorded(until), then._own_events(until)), ""
        except CalendarError as error:
            meetings, trouble = merged(then._recorded(until), ()), str(error)
        near = by_stake([self.due(one, day) for one in self.reader.tasks(owners=self._own) if one.due == day])
        ours = tuple(one for one in near if one.task.side == "ours")
        theirs = tuple(one for one in near if one.task.side != "ours")
        return Day(self.user, self.local, self.reader.as_of(), meetings, ours, theirs, trouble=trouble)

    def _meetings(self) -> tuple[tuple[Meeting, ...], str]:
        try:
            return self.meetings(), ""
        except CalendarError as error:
            return merged(self._recorded(None), ()), str(error)

    def _recorded(self, until: datetime | None) -> list[Meeting]:
        ahead = self.reader.activities(since=self.now, owners=self._own)
        planned = [one for one in ahead if one.kind in ("meeting", "call") and self._lies_ahead(one.at, until)]
        return [self.meeting(one) for one in sorted(planned, key=lambda one: (one.at, one.id))]

    def _own_events(self, until: datetime | None) -> list[Meeting]:
        last = until.astimezone(self.local.tzinfo).date() if until else self.local.date()
        ahead = [one for one in self.calendar(self.local.date(), last) if self._lies_ahead(one.start, until)]
        return from_calendar(self.reader, self.user, ahead)

    def _lies_ahead(self, at: datetime, until: datetime | None) -> bool:
        if at <= self.now:
            return False
        return at <= until if until else at.astimezone(self.local.tzinfo).date() == self.local.date()

    def meeting(self, activity: Activity) -> Meeting:
        """Read who and which account an appointment is with."""
        people = [self.reader.contact(key) for key in activity.contact_ids]
        return Meeting(activity, self.account(activity.account_id), tuple(one for one in people if one))

    def account(self, account_id: str | None) -> Account | None:
        """Read an account once."""
        if account_id is None:
            return None
        if account_id not in self._accounts:
            self._accounts[account_id] = self.reader.account(account_id)
        return self._accounts[account_id]

    @cached_property
    def _own(self) -> Collection[str] | None:
        """Whose records are the person's; None for a local admin, whom no CRM knows and who has all of them."""
        return {self.user.id} if self.user.id in self._users else None

    @cached_property
    def _users(self) -> Mapping[str, User]:
        return {user.id: user for user in self.reader.users()}

    @cached_property
    def _usual(self) -> Benchmarks:
        return self.benchmarks()

    def _tasks(self) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
        """Read what is due, and the promises around it, those first that cost most if they are left."""
        today = self.local.date()
        dated = [(task, task.due) for task in self.reader.tasks(owners=self._own) if task.due]
        near = by_stake([self.due(task, day) for task, day in dated if day <= today + SOON])
        ours = [one.task.side == "ours" and one.day <= today for one in near]
        due = tuple(one for one, mine in zip(near, ours, strict=True) if mine)
        return due, tuple(one for one, mine in zip(near, ours, strict=True) if not mine)

    def due(self, task: Task, day: date) -> Due:
        """Read what a promise is about, and what it puts at stake."""
        deal = self.reader.opportunity(task.opportunity_id) if task.opportunity_id else None
        open_ones = [deal] if deal and not deal.is_closed else self._open(task.account_id) if not deal else []
        # What a colleague sells there counts only where the person sells nothing.
        open_ones = [one for one in open_ones if one.owner_id == self.user.id] or open_ones
        worth = {one.id: self.worth(one) for one in open_ones}
        greatest = max(open_ones, key=lambda one: worth[one.id], default=None)
        stake = worth[greatest.id] if greatest else Decimal(0)
        return Due(task, self.account(task.account_id), day, greatest if stake else None, stake)

    def _open(self, account_id: str | None) -> Sequence[Opportunity]:
        """Read the open deals of an account once."""
        if account_id is None:
            return ()
        if account_id not in self._deals:
            self._deals[account_id] = self.reader.opportunities(account_id, open_only=True)
        return self._deals[account_id]

    @cached_property
    def _stages(self) -> Mapping[str, Stage]:
        return {stage.name: stage for stage in self.reader.stages()}

    @cached_property
    def _chances(self) -> Mapping[str, float]:
        return {name: stage.probability for name, stage in self._stages.items()}

    def worth(self, deal: Opportunity) -> Decimal:
        """What a deal is expected to bring: amount × the stage's probability."""
        return (deal.amount or Decimal(0)) * Decimal(str(self._chances.get(deal.stage, 0)))

    def _needing(self, owners: Collection[str] | None) -> "_Ranked":
        """Rank the deals of these users by what they put at stake; amounts of two currencies are never compared."""
        by_currency: dict[str, list[tuple[Decimal, Opportunity]]] = {}
        for deal in self.reader.opportunities(open_only=True, owners=owners):
            by_currency.setdefault(deal.currency, []).append((self.worth(deal), deal))
        # The currency of most deals first; then each currency's worst, each one's second, and so on.
        groups = [sorted(group, key=lambda one: -one[0]) for group in by_currency.values()]
        groups.sort(key=len, reverse=True)
        turns = zip_longest(*(self._ranked(group[:LOOKED]) for group in groups))
        first = tuple(islice((one for turn in turns for one in turn if one), TOP))
        # A deal that was not looked into matters where it might have had more at stake than the last one shown.
        least = {one.deal.currency: one.stake for one in first} if len(first) == TOP else {}
        rest = [one for group in groups for one in group[LOOKED:]]
        return _Ranked(first, len(groups) > 1, sum(worth > least.get(deal.currency, 0) for worth, deal in rest))

    def _ranked(self, deals: Sequence[tuple[Decimal, Opportunity]]) -> Iterator[Needy]:
        """Give those that need somebody in the order of their stake, looking into no more deals than that takes."""
        waiting: list[tuple[Decimal, int, Needy]] = []
        for place, (worth, deal) in enumerate(deals):
            # No deal from here on can have more at stake than its worth.
            while waiting and -waiting[0][0] >= worth:
                yield heapq.heappop(waiting)[2]
            needy = self._look(deal, worth, self._chances.get(deal.stage))
            if needy:
                heapq.heappush(waiting, (-needy.stake, place, needy))
        while waiting:
            yield heapq.heappop(waiting)[2]

    def _look(self, deal: Opportunity, worth: Decimal, probability: float | None) -> Needy | None:
        found = [one for one in self.signals(deal) if one.severity in HARM]
        if not found:
            return None
        owner = self._users.get(deal.owner_id or "")
        stake = worth * HARM[found[0].severity]
        return Needy(deal, self.account(deal.account_id), owner, tuple(found), probability, stake)

    def signals(self, deal: Opportunity) -> Sequence[Signal]:
        """What speaks against a deal, the most severe first."""
        known = self._deal(deal)
        return signals(known, self.local, self.limits.of(known.segment, deal.stage))

    def _deal(self, deal: Opportunity) -> Deal:
        """Read what the signals look at."""
        key, account = deal.account_id, self.account(deal.account_id)
        own = [a for a in self._activities(key) if a.opportunity_id in (deal.id, None)]
        segment = account.segment if account else None
        return Deal(
            opportunity=deal,
            segment=segment,
            history=[row for row in self.reader.history(deal.id) if row.at <= self.now],
            activities=[a for a in own if a.at <= self.now],
            roles=self.reader.contact_roles(deal.id),
            contacts={one.id: one for one in self.reader.contacts(key)} if key else {},
            tasks=[task for task in self.reader.tasks(key) if task.opportunity_id == deal.id] if key else [],
            usual=usual_for(self._usual, deal.stage, segment),
            stages=self._stages,
            planned=[a for a in own if a.at > self.now],
            size=usual_for(self._usual, sizes(deal.currency), segment),
        )

    def _activities(self, account_id: str | None) -> Sequence[Activity]:
        return self.reader.activities(account_id) if account_id else ()


@dataclass(frozen=True)
class _Ranked:
    first: tuple[Needy, ...] = ()
    mixed: bool = False
    unseen: int = 0
