"""The bulk of the sample CRM: small accounts and some 400 deals, drawn from one seed around the anchor day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import accumulate
from math import exp
from random import Random

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Task,
)
from bot.sample import companies
from bot.sample.tables import (
    CATEGORY,
    CYCLE,
    MIXES,
    ODDS,
    PATH,
    PEOPLE,
    RIVALS,
    SITES,
    SOURCES,
    STEPS,
    STRENGTH,
    TOUCHES,
    WEIGHTS,
)

ANCHOR = date(2026, 11, 16)
"""the day that counts as today in the CSV files and here"""
SEED = 2026
CLOSED, OPEN, WINDOW = 366, 30, 546
"""deals to draw, and the six quarters (days) in which the closed ones ended"""


@dataclass
class Bulk:
    """What is drawn, under the names of the world's lists."""

    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    opportunities: list[Opportunity] = field(default_factory=list)
    history: list[OpportunityHistory] = field(default_factory=list)
    roles: list[OpportunityContactRole] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)


def grow(accounts: Sequence[Account], contacts: Sequence[Contact]) -> Bulk:
    """Draw the bulk beside the hand-written records; lost deals may hang on their accounts, won ones never."""
    maker = _Maker(Random(SEED), accounts, contacts)
    for number, end in enumerate(sorted(maker.rng.randint(-WINDOW, -1) for _ in range(CLOSED))):
        maker.closed_deal(number, end)
    for number in range(CLOSED, CLOSED + OPEN):
        maker.open_deal(number)
    maker.bulk.accounts = [maker.as_bought(account) for account in maker.bulk.accounts]
    return maker.bulk


@dataclass(frozen=True)
class _Deal:
    """One deal being drawn; days count from the anchor."""

    id: str
    account: Account
    type: str
    mix: str
    price: Decimal
    quality: float
    """latent: shows, noisily, in contacts, pushes, days in stage and outcome"""
    created: int
    end: int
    """the day of closing; for an open deal, today"""
    close: int
    """the close date as it stands now"""
    stages: tuple[str, ...]

    @property
    def owner(self) -> str:
        return self.account.owner_id or ""

    @property
    def is_closed(self) -> bool:
        return self.stages[-1] not in PATH


class _Maker:
    """Draws deals in order of their end, so that a first win turns a prospect into a customer."""

    def __init__(self, rng: Random, accounts: Sequence[Account], contacts: Sequence[Contact]) -> None:
        self.rng, self.bulk = rng, Bulk()
        self.named = [account for account in accounts if account.type == "customer"]
        self.since: dict[str, int] = {}
        self.owned: dict[str, set[str]] = defaultdict(set)
        self.names: set[str] = set()
        self.bulk.accounts.extend(companies.accounts(rng))
        for number, account in enumerate(self.bulk.accounts):
            self.bulk.contacts.extend(companies.contacts(rng, number, account))
        self.people: dict[str, list[Contact]] = defaultdict(list)
        for contact in [*contacts, *self.bulk.contacts]:
            self.people[contact.account_id or ""].append(contact)

    def closed_deal(self, number: int, end: int) -> None:
        """Draw a deal that ended on day `end`."""
        account, quality = self.rng.choice(self.bulk.accounts), self.rng.gauss(0, 1)
        kind = self._kind(account, end)
        odds = ODDS[kind] + 1.1 * quality + STRENGTH[account.owner_id or ""]
        won = self.rng.random() < 1 / (1 + exp(-odds))
        days = self._cycle(account, quality) if won else int(self._cycle(account, quality) * 1.25)
        if not won and self.rng.random() < 0.08:
            account = self._named(end - days) or account
            kind = "expansion" if account.type == "customer" else kind
        reached = 5 if won else self.rng.choices((2, 3, 4, 5), (30, 35, 25, 10))[0]
        stages = (*PATH[:reached], "Closed Won" if won else "Closed Lost")
        self._keep(self._deal(number, account, kind, quality, (end - days, end, end), stages))

    def open_deal(self, number: int) -> None:
        """Draw a deal that is still going."""
        account, quality = self.rng.choice(self.bulk.accounts), self.rng.gauss(0, 1)
        days, share = self._cycle(account, quality), self.rng.uniform(0.05, 1.0)
        reached = 1 + max(0, min(4, round(share * 3.4 + self.rng.gauss(0, 0.8))))
        age = max(6, int(days * share))
        close = max(4, int(days * self.rng.uniform(1.0, 1.5)) - age)
        kind = "expansion" if account.id in self.since else "new"
        self._keep(self._deal(number, account, kind, quality, (-age, 0, close), PATH[:reached]))

    def as_bought(self, account: Account) -> Account:
        """Return the account as its won deals leave it."""
        if account.id not in self.since:
            return account
        first = self.since[account.id]
        changes = {
            "type": "customer",
            "customer_since": _date(first),
            "products": tuple(sorted(self.owned[account.id])),
        }
        return account.model_copy(update=changes | {"renewal_date": _date(first + 365 * (-first // 365 + 1))})

    def _kind(self, account: Account, end: int) -> str:
        if account.id not in self.since:
            return "new"
        return "renewal" if end - self.since[account.id] > 300 and self.rng.random() < 0.2 else "expansion"

    def _cycle(self, account: Account, quality: float) -> int:
        days = CYCLE[account.segment or ""] * exp(self.rng.gauss(0, 0.35) - 0.18 * quality)
        return min(330, max(14, int(days)))

    def _named(self, day: int) -> Account | None:
        known = [account for account in self.named if account.created_at and account.created_at < _on(day)]
        return self.rng.choice(known) if known else None

    def _deal(
        self,
        number: int,
        account: Account,
        kind: str,
        quality: float,
        days: tuple[int, int, int],
        stages: tuple[str, ...],
    ) -> _Deal:
        segment = account.segment or ""
        mix = self.rng.choices(tuple(MIXES), WEIGHTS[segment])[0]
        units = self.rng.choices((1, 2, 3, 4), (4, 4, 2, 1))[0] if segment == "Enterprise" else 1
        price = Decimal(MIXES[mix] * 1000 * units)
        return _Deal(f"o-{number + 1:04d}", account, kind, mix, price, quality, *days, stages)

    def _keep(self, deal: _Deal) -> None:
        rows, people = self._history(deal), self._threads(deal)
        self.bulk.history.extend(rows)
        self.bulk.opportunities.append(self._opportunity(deal, rows[-1]))
        self.bulk.roles.extend(_role(deal, place, contact) for place, contact in enumerate(people))
        self.bulk.activities.extend(self._activities(deal, people))
        if not deal.is_closed and self.rng.random() < 0.7:
            self.bulk.tasks.append(self._task(deal, people[0]))
        if deal.stages[-1] == "Closed Won":
            self.since.setdefault(deal.account.id, deal.end)
            self.owned[deal.account.id] |= {f"Fernhollow {part}" for part in deal.mix.split(" + ")}

    def _threads(self, deal: _Deal) -> list[Contact]:
        count = round(2.0 + 0.7 * deal.quality + self.rng.gauss(0, 0.7))
        return self.people[deal.account.id][: max(1, min(4, count))]

    def _history(self, deal: _Deal) -> list[OpportunityHistory]:
        """Fold stage moves, pushes and the discount into full rows, oldest first."""
        first, *pushes = self._pushes(deal)
        events = sorted([*self._moves(deal), *pushes], key=lambda event: event[0])
        state = {"amount": deal.price} | first[1]
        rows = []
        for number, (day, change) in enumerate(events):
            state |= change
            state["forecast_category"] = CATEGORY[str(state["stage"])]
            fixed = {
                "id": f"h-{deal.id[2:]}-{number + 1}",
                "opportunity_id": deal.id,
                "user_id": deal.owner,
            }
            rows.append(OpportunityHistory.model_validate(fixed | state | {"at": _on(day, 7 * number)}))
        return rows

    def _moves(self, deal: _Deal) -> Iterator[tuple[int, dict[str, object]]]:
        """Spread the stages over the deal's days; where a weak deal ends, it has sat for long."""
        spans = [self.rng.uniform(0.5, 1.5) for _ in deal.stages]
        at_end = -2 if deal.is_closed else -1
        spans[at_end] *= exp(-0.35 * deal.quality)
        steps = spans[:-1] if deal.is_closed else spans
        starts = [0.0, *accumulate(steps)][: len(deal.stages)]
        for stage, start in zip(deal.stages, starts, strict=True):
            change: dict[str, object] = {"stage": stage}
            if stage == "Proposal":
                change["amount"] = deal.price * (100 - self.rng.choice((0, 0, 5, 8, 10, 10, 15))) / 100
            yield (
                deal.created + int((deal.end - deal.created) * start / sum(steps)),
                change,
            )

    def _pushes(self, deal: _Deal) -> Iterator[tuple[int, dict[str, object]]]:
        """Set the first close date and move it later, more often for a weak deal."""
        weak = 0.9 - 0.6 * deal.quality + 0.3 * ("Closed Lost" in deal.stages)
        count = max(0, min(4, round(self.rng.gauss(weak, 0.7))))
        gap = int(0.6 * (deal.close - deal.created) / (count + 1))
        yield deal.created, {"close_date": _date(deal.close - count * gap)}
        days = sorted(
            int(deal.created + (deal.end - 1 - deal.created) * self.rng.uniform(0.3, 1)) for _ in range(count)
        )
        for number, day in enumerate(days, 1):
            yield day, {"close_date": _date(deal.close - (count - number) * gap)}

    def _opportunity(self, deal: _Deal, last: OpportunityHistory) -> Opportunity:
        rival, reason = self.rng.choice(RIVALS)
        step = None if deal.is_closed or self.rng.random() < 0.25 else self.rng.choice(STEPS)
        return Opportunity(
            id=deal.id, name=self._name(deal), account_id=deal.account.id, owner_id=deal.owner, amount=last.amount,
            stage=last.stage, forecast_category=last.forecast_category, type=deal.type,
            product=f"Fernhollow {deal.mix.split(' + ')[0]}", created_at=_on(deal.created), close_date=last.close_date,
            is_closed=deal.is_closed, is_won=last.stage == "Closed Won", next_step=step,
            next_step_date=_date(self.rng.randint(-12, 14)) if step else None, competitor=rival,
            loss_reason=reason if last.stage == "Closed Lost" else None, lead_source=self.rng.choice(SOURCES),
            updated_at=last.at,
        )  # fmt: skip

    def _name(self, deal: _Deal) -> str:
        names = [f"{deal.account.name} - {deal.mix}, {site}" for site in self.rng.sample(SITES, len(SITES))]
        name = next(
            (name for name in names if name not in self.names),
            f"{names[0]} ({deal.id[2:]})",
        )
        self.names.add(name)
        return name

    def _activities(self, deal: _Deal, people: Sequence[Contact]) -> Iterator[Activity]:
        earliest = deal.created if deal.is_closed else max(deal.created, -40)
        for number in range(max(1, round(2 + deal.quality / 2 + self.rng.gauss(0, 0.8)))):
            kind, direction, subject, body = self.rng.choice(TOUCHES)
            contact = self.rng.choice(people)
            yield Activity.model_validate({
                "id": f"ac-{deal.id[2:]}-{number + 1}", "kind": kind, "direction": direction,
                "account_id": deal.account.id, "opportunity_id": deal.id,
                "at": _on(self.rng.randint(earliest, deal.end - 1), 60 * self.rng.randint(0, 8)),
                "subject": subject.format(contact.name), "body": body.format(contact.name), "owner_id": deal.owner,
                "contact_ids": (contact.id,), "minutes": None if kind == "email" else self.rng.choice((15, 30, 45)),
            })  # fmt: skip

    def _task(self, deal: _Deal, contact: Contact) -> Task:
        return Task(
            id=f"t-{deal.id[2:]}", subject=f"{self.rng.choice(STEPS)} ({contact.name})", contact_id=contact.id,
            due=_date(self.rng.randint(-8, 20)), owner_id=deal.owner, account_id=deal.account.id,
            opportunity_id=deal.id, created_at=_on(self.rng.randint(deal.created, -1)),
        )  # fmt: skip


def _role(deal: _Deal, place: int, contact: Contact) -> OpportunityContactRole:
    role = PEOPLE[place % len(PEOPLE)][1]
    return OpportunityContactRole(
        id=f"r-{deal.id[2:]}-{place + 1}",
        opportunity_id=deal.id,
        contact_id=contact.id,
        role=role,
    )


def _on(day: int, minute: int = 0) -> datetime:
    return datetime.combine(_date(day), time(8, tzinfo=UTC)) + timedelta(minutes=minute)


def _date(day: int) -> date:
    return ANCHOR + timedelta(days=day)
