"""A person's day out of the CRM: what meets, what is due, which deals need them; code alone decides the order."""

import heapq
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice, zip_longest
from zoneinfo import ZoneInfo

from bot.crm.port import CrmReader
from bot.crm.records import Account, Activity, Contact, Opportunity, Task, User
from bot.crm.rights.org import Org
from bot.pipeline.deal import Benchmarks, Deal, usual_for
from bot.pipeline.risk import Signal, signals

TOP = 5
"""deals that are shown"""
LOOKED = 200
"""deals of one person or team that are looked into, those with the most to lose first"""
SOON = timedelta(days=7)
HARM = {"red": Decimal(1), "amber": Decimal("0.5")}
"""share of a deal's expected value that a signal puts at stake; what is unknown counts for nothing"""
REMEDY = {
    "close date passed": "confirm the close date",
    "close date too near": "check the close date",
    "no two-way activity": "get in touch",
    "stalled in stage": "agree what moves it on",
    "close date pushed": "ask what has to happen before they sign",
    "no economic buyer": "find out who signs",
    "no next step": "agree a next step",
    "next step in the past": "agree a new next step",
    "single-threaded": "bring in a second contact",
    "hygiene": "fill in what is missing",
}
"""what to do about each signal"""


@dataclass(frozen=True)
class Meeting:
    """An appointment that lies ahead."""

    activity: Activity
    account: Account | None
    people: tuple[Contact, ...]


@dataclass(frozen=True)
class Due:
    """A promise of ours or theirs with the day it is due."""

    task: Task
    account: Account | None
    day: date


@dataclass(frozen=True)
class Needy:
    """A deal that needs somebody: why, what to do, and what it puts at stake."""

    deal: Opportunity
    account: Account | None
    owner: User | None
    signals: tuple[Signal, ...]
    probability: float | None
    """the stage's; None where the picklist does not have it"""
    stake: Decimal
    """amount × probability × severity"""

    @property
    def why(self) -> str:
        """The reasons, the most severe first."""
        return "; ".join(signal.text for signal in self.signals[:2])

    @property
    def remedy(self) -> str:
        """What to do about the most severe one."""
        return REMEDY[self.signals[0].name]


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
    _accounts: dict[str, Account | None] = field(default_factory=dict)

    def day(self) -> Day:
        """Read the whole day."""
        led = Org(self._users.values()).led(self.user) - {self.user.id}
        due, promises = self._tasks()
        own, team = self._needing(self._own), self._needing(led) if led else _Ranked()
        return Day(
            user=self.user,
            now=self.local,
            as_of=self.reader.as_of(),
            meetings=self.meetings(),
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

    def meetings(self) -> tuple[Meeting, ...]:
        """Read what of today lies ahead, the next one first."""
        ahead = self.reader.activities(since=self.now, owners=self._own)
        found = [one for one in ahead if self._is_today(one)]
        return tuple(self.meeting(one) for one in sorted(found, key=lambda one: (one.at, one.id)))

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

    def _is_today(self, one: Activity) -> bool:
        planned = one.kind in ("meeting", "call") and one.at > self.now
        return planned and one.at.astimezone(self.local.tzinfo).date() == self.local.date()

    def _tasks(self) -> tuple[tuple[Due, ...], tuple[Due, ...]]:
        """Read what is due, and the promises around it."""
        today = self.local.date()
        dated = [(task, task.due) for task in self.reader.tasks(owners=self._own) if task.due]
        near = [Due(task, self.account(task.account_id), day) for task, day in dated if day <= today + SOON]
        ours = [one.task.side == "ours" and one.day <= today for one in near]
        due = tuple(one for one, mine in zip(near, ours, strict=True) if mine)
        return due, tuple(one for one, mine in zip(near, ours, strict=True) if not mine)

    def _needing(self, owners: Collection[str] | None) -> "_Ranked":
        """Rank the deals of these users by what they put at stake; amounts of two currencies are never compared."""
        chances = {stage.name: stage.probability for stage in self.reader.stages()}
        by_currency: dict[str, list[tuple[Decimal, Opportunity]]] = {}
        for deal in self.reader.opportunities(open_only=True, owners=owners):
            worth = (deal.amount or Decimal(0)) * Decimal(str(chances.get(deal.stage, 0)))
            by_currency.setdefault(deal.currency, []).append((worth, deal))
        # The currency of most deals first; then each currency's worst, each one's second, and so on.
        groups = [sorted(group, key=lambda one: -one[0]) for group in by_currency.values()]
        groups.sort(key=len, reverse=True)
        turns = zip_longest(*(self._ranked(group[:LOOKED], chances) for group in groups))
        first = tuple(islice((one for turn in turns for one in turn if one), TOP))
        # A deal that was not looked into matters where it might have had more at stake than the last one shown.
        least = {one.deal.currency: one.stake for one in first} if len(first) == TOP else {}
        rest = [one for group in groups for one in group[LOOKED:]]
        return _Ranked(first, len(groups) > 1, sum(worth > least.get(deal.currency, 0) for worth, deal in rest))

    def _ranked(self, deals: Sequence[tuple[Decimal, Opportunity]], chances: Mapping[str, float]) -> Iterator[Needy]:
        """Give those that need somebody in the order of their stake, looking into no more deals than that takes."""
        waiting: list[tuple[Decimal, int, Needy]] = []
        for place, (worth, deal) in enumerate(deals):
            # No deal from here on can have more at stake than its worth.
            while waiting and -waiting[0][0] >= worth:
                yield heapq.heappop(waiting)[2]
            needy = self._look(deal, worth, chances.get(deal.stage))
            if needy:
                heapq.heappush(waiting, (-needy.stake, place, needy))
        while waiting:
            yield heapq.heappop(waiting)[2]

    def _look(self, deal: Opportunity, worth: Decimal, probability: float | None) -> Needy | None:
        found = [one for one in signals(self._deal(deal), self.local) if one.severity in HARM]
        if not found:
            return None
        owner = self._users.get(deal.owner_id or "")
        stake = worth * HARM[found[0].severity]
        return Needy(deal, self.account(deal.account_id), owner, tuple(found), probability, stake)

    def _deal(self, deal: Opportunity) -> Deal:
        """Read what the signals look at."""
        key, account = deal.account_id, self.account(deal.account_id)
        activities = [a for a in self._activities(key) if a.at <= self.now and a.opportunity_id in (deal.id, None)]
        segment = account.segment if account else None
        return Deal(
            opportunity=deal,
            segment=segment,
            history=[row for row in self.reader.history(deal.id) if row.at <= self.now],
            activities=activities,
            roles=self.reader.contact_roles(deal.id),
            contacts={one.id: one for one in self.reader.contacts(key)} if key else {},
            usual=usual_for(self._usual, deal.stage, segment),
        )

    def _activities(self, account_id: str | None) -> Sequence[Activity]:
        return self.reader.activities(account_id) if account_id else ()


@dataclass(frozen=True)
class _Ranked:
    first: tuple[Needy, ...] = ()
    mixed: bool = False
    unseen: int = 0
