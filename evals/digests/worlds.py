"""Two hundred small CRMs of many shapes, each with who asks for what: seeded, so that a number names its world for good."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.crm.records import Account, Opportunity, OpportunityHistory, Quota, Record, Stage, User
from evals.digests.days import Span, spans
from evals.digests.stages import CATEGORIES, OLD_NAME, stages_of

PEOPLE = ("Ada Brandt", "Ben Okoye", "Chloe Vance", "Dario Fels", "Esme Tan", "Finn Aalto", "Greta Holm", "Hugo Prieto",
          "Ines Duarte", "Jonah Reyes", "Kira Sato", "Lars Wendt")  # fmt: skip
TEAMS = ("Falcon", "Heron", "Osprey", "Kestrel")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata")
MOMENTS = ("2026-11-16T09:00", "2026-09-30T22:30", "2026-10-01T05:15", "2026-12-31T11:30", "2027-01-01T03:00",
           "2026-03-29T01:30", "2026-02-10T15:00", "2026-07-01T00:10")  # fmt: skip
SIZES = (0, 1, 2, 5, 12, 30, 60, 110, 180, 300)


@dataclass(frozen=True)
class World:
    """A CRM, who asks for which deals and days, and the settings it is asked under."""

    number: int
    now: datetime
    records: tuple[Record, ...]
    asker: str
    scope: str
    """own, team, person or all"""
    owners: frozenset[str] | None
    """whose deals are meant; None: everybody's"""
    span: Span
    question: str
    base: str
    rates: dict[str, Decimal]
    aliases: dict[str, str]

    @property
    def today(self) -> date:
        """The asker's day."""
        return self.now.date()


def worlds(count: int = 200) -> Iterator[World]:
    """Make that many worlds, always the same."""
    return (world(number) for number in range(count))


def world(number: int) -> World:
    """Make one world out of its number."""
    luck = random.Random(f"digests-{number}")
    users = _users(luck)
    stages, old = stages_of(luck)
    currencies = ("USD", "EUR", "GBP")[: luck.choice((1, 1, 2, 3))]
    rates = {"EUR": Decimal("1.0825"), "GBP": Decimal("1.27")} if luck.random() < 0.6 else {}
    aliases = {OLD_NAME: old} if old and luck.random() < 0.5 else {}
    asker, scope, owners, whose = _scope(luck, users)
    zone = ZoneInfo(asker.time_zone)
    now = datetime.fromisoformat(luck.choice(MOMENTS)).replace(tzinfo=UTC).astimezone(zone)
    span = luck.choice(spans(now.date()))
    maker = _Maker(luck, now, users, stages, currencies, old)
    records = (*users, *stages, *maker.accounts, *maker.deals(luck.choice(SIZES)), *_quotas(luck, users, span))
    return World(
        number, now, records, asker.id, scope, owners, span, f"{whose} {span.words}".strip(), "USD", rates, aliases
    )


def _users(luck: random.Random) -> list[User]:
    """Reps in teams with a manager each, under one admin; now and then one has left."""
    reps, teams = luck.randint(1, 12), luck.randint(1, 4)
    zone = luck.choice(ZONES)
    boss = User(id="u-boss", name="Morgan Quill", role="admin", time_zone=zone)
    heads = [
        User(
            id=f"u-m{i}", name=f"Lead {TEAMS[i]}son", role="manager", team=TEAMS[i], manager_id="u-boss", time_zone=zone
        )
        for i in range(min(teams, reps))
    ]
    people = [
        User(id=f"u-{i}", name=PEOPLE[i], team=heads[i % len(heads)].team, manager_id=heads[i % len(heads)].id,
             time_zone=zone, active=not (i == reps - 1 and reps > 2 and luck.random() < 0.4))
        for i in range(reps)
    ]  # fmt: skip
    return [boss, *heads, *people]


def _scope(luck: random.Random, users: list[User]) -> tuple[User, str, frozenset[str] | None, str]:
    """Who asks, and for whose deals in which words."""
    boss = users[0]
    heads = [user for user in users if user.role == "manager"]
    reps = [user for user in users if user.role == "seller" and user.active]
    kind = luck.choice(("own", "led", "team", "person", "all"))
    if kind == "own":
        rep = luck.choice(reps)
        return rep, "own", frozenset({rep.id}), "my pipeline"
    head = luck.choice(heads)
    team = frozenset(user.id for user in users if user.team == head.team)
    if kind == "led":
        return head, "team", team, "pipeline of my team"
    if kind == "team":
        return boss, "team", team, f"pipeline of the {head.team} team"
    if kind == "person":
        rep = luck.choice(reps)
        return boss, "person", frozenset({rep.id}), f"pipeline of {rep.name}"
    return boss, "all", None, "the whole pipeline"


def _quotas(luck: random.Random, users: list[User], span: Span) -> list[Record]:
    """Quotas of some, for the days that are asked for; sometimes of all."""
    share = luck.choice((0.0, 0.0, 0.5, 1.0, 1.0))
    return [
        Quota(id=f"q-{user.id}", user_id=user.id, first=span.first, last=span.last,
              amount=Decimal(luck.randint(1, 60) * 10_000), currency="USD")
        for user in users[1:] if luck.random() < share
    ]  # fmt: skip


class _Maker:
    """Makes the deals of a world, with the gaps and twists that real ones have."""

    def __init__(
        self, luck: random.Random, now: datetime, users: list[User], stages: list[Stage],
        currencies: tuple[str, ...], renamed: str | None,
    ) -> None:  # fmt: skip
        self.luck, self.now, self.currencies, self.renamed = luck, now, currencies, renamed
        self.owners = [user.id for user in users if user.role == "seller"]
        self.open = [stage for stage in stages if not stage.is_closed]
        self.won = next(stage for stage in stages if stage.is_won)
        self.lost = next(stage for stage in stages if stage.is_closed and not stage.is_won)
        self.closing = luck.choice((0.0, 0.5, 0.75, 0.75, 0.75))
        self.gaps = luck.choice((0.0, 0.03, 0.15))
        self.accounts = [
            Account(id=f"a-{i}", name=f"Company {i:02} Works", segment=luck.choice((*SEGMENTS, None)))
            for i in range(luck.randint(1, 20))
        ]

    def deals(self, count: int) -> list[Record]:
        """Deals, each followed by its history."""
        return [record for i in range(count) for record in self._deal(f"d-{i:03}")]

    def _deal(self, key: str) -> list[Record]:
        luck = self.luck
        # Some days end within hours of midnight in the zones that ask, where a quarter's end is decided.
        created = self._moment(self.now - timedelta(days=luck.randint(1, 540)))
        length = luck.randint(2, 150)
        closed = luck.random() < self.closing and created + timedelta(days=length) < self.now
        end = created + timedelta(days=length) if closed else self.now
        rows = self._history(key, created, end)
        last = rows[-1]
        if closed:
            stage = self.won if luck.random() < 0.4 else self.lost
            last = last.model_copy(
                update={"id": f"{key}-end", "at": end, "stage": stage.name, "close_date": end.date(),
                        "forecast_category": stage.forecast_category}
            )  # fmt: skip
            rows.append(last)
        deal = Opportunity(
            id=key, name=f"Deal {key[2:]}", account_id=None if self._gap() else luck.choice(self.accounts).id,
            owner_id=None if self._gap() else luck.choice(self.owners), amount=last.amount,
            currency=luck.choice(self.currencies), stage=self._today(last.stage), forecast_category=last.forecast_category,
            created_at=None if self._gap() else created, close_date=last.close_date, is_closed=closed,
            is_won=closed and last.stage == self.won.name, next_step=luck.choice((None, "call", "send the offer")),
        )  # fmt: skip
        if not closed and self._gap():
            deal = deal.model_copy(update={"close_date": None})
        if self._gap():
            deal = deal.model_copy(update={"close_date": created.date() - timedelta(days=luck.randint(1, 30))})
        return [deal, *([] if self._gap() else rows)]

    def _history(self, key: str, created: datetime, end: datetime) -> list[OpportunityHistory]:
        """The deal as it stood from its making on: moves on, back, pushes and new amounts."""
        luck = self.luck
        at, step = created, 0
        worth = Decimal(luck.randint(200, 9_000_000)) / 100
        amount = None if self._gap() else -worth if self._gap() else worth
        close = created.date() + timedelta(days=luck.randint(10, 160))
        rows: list[OpportunityHistory] = []
        while at < end and len(rows) < 8:
            stage = self.open[step]
            category = luck.choice(CATEGORIES) if luck.random() < 0.2 else stage.forecast_category
            rows.append(
                OpportunityHistory(
                    id=f"{key}-{len(rows)}", opportunity_id=key, at=at, stage=self._then(stage.name, at), amount=amount,
                    close_date=close, forecast_category=category, user_id=luck.choice(self.owners),
                )
            )  # fmt: skip
            at = self._moment(at + timedelta(days=luck.randint(1, 40)))
            step = max(0, min(len(self.open) - 1, step + luck.choice((-1, 0, 1, 1, 1, 2))))
            if luck.random() < 0.3:
                close += timedelta(days=luck.randint(-20, 60))
            if amount is not None and luck.random() < 0.25:
                amount = (amount * luck.randint(60, 140) / 100).quantize(Decimal("0.01"))
        return rows

    def _moment(self, at: datetime) -> datetime:
        """A time of day; now and then minutes from midnight where the asker is."""
        if self.luck.random() < 0.3:
            edge = datetime.combine(at.date(), time(0), at.tzinfo)
            return (edge + timedelta(minutes=self.luck.choice((-40, -1, 0, 1, 40)))).astimezone(UTC)
        return at.replace(hour=self.luck.randint(0, 23), minute=self.luck.randint(0, 59)).astimezone(UTC)

    def _then(self, stage: str, at: datetime) -> str:
        """The stage as it was called then."""
        return OLD_NAME if stage == self.renamed and at < self.now - timedelta(days=120) else stage

    def _today(self, stage: str) -> str:
        """The stage as it is called today."""
        return self.renamed if self.renamed and stage == OLD_NAME else stage

    def _gap(self) -> bool:
        return self.luck.random() < self.gaps
