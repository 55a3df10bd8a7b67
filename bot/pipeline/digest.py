"""The figures of a pipeline: open, weighted, closing, won and overdue, each currency apart (pure; reference: METRICS).

Open pipeline is every open deal but those whose forecast category is Omitted; weighted is amount × the stage's
probability; amounts of two currencies are never added.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.crm.records import Opportunity, Stage
from bot.pipeline.book import category_of
from bot.pipeline.period import Period

CATEGORIES = ("Commit", "Best Case", "Pipeline", "Omitted")
FEW = 20
"""below this many deals a ratio says little, and the counts are shown instead"""


@dataclass(frozen=True)
class Total:
    """Deals of one currency: how many, their amount, and how many have none."""

    n: int = 0
    amount: Decimal = Decimal(0)
    blank: int = 0


@dataclass(frozen=True)
class Row:
    """A stage or a forecast category in one currency."""

    name: str
    total: Total
    weighted: Decimal
    """amount × stage probability"""
    closing: Total
    """those that are to close in the period"""
    deals: Sequence[Opportunity] = ()


@dataclass(frozen=True)
class Digest:
    """The pipeline of one scope and period."""

    period: Period
    open: Sequence[Opportunity]
    """without the omitted ones"""
    omitted: Sequence[Opportunity]
    closing: Sequence[Opportunity]
    overdue: Sequence[Opportunity]
    """by close date"""
    won: Sequence[Opportunity]
    lost: Sequence[Opportunity]
    currencies: Sequence[str]
    """of the deals that count here, the most frequent first"""
    stages: Mapping[str, Stage]
    category_of: Mapping[str, str]
    """forecast category by deal; the stage's where the deal has none"""

    @property
    def counted(self) -> list[Opportunity]:
        """Every deal that a figure rests on, once."""
        every = {o.id: o for group in (self.open, self.omitted, self.won, self.lost) for o in group}
        return list(every.values())

    def by_stage(self, currency: str) -> list[Row]:
        """Open deals by stage, in the picklist's order."""
        names = Counter(o.stage for o in self.open if o.currency == currency)
        last = len(self.stages)
        ranked = sorted(names, key=lambda name: (self.stages[name].order if name in self.stages else last, name))
        return [self._row(name, [o for o in self.open if o.stage == name], currency) for name in ranked]

    def by_category(self, currency: str) -> list[Row]:
        """Open deals by forecast category, the omitted ones last."""
        every = [*self.open, *self.omitted]
        names = {self.category_of[o.id] for o in every if o.currency == currency}
        ranked = [*(c for c in CATEGORIES if c in names), *sorted(names.difference(CATEGORIES))]
        return [self._row(name, [o for o in every if self.category_of[o.id] == name], currency) for name in ranked]

    def forecast(self, currency: str, categories: Iterable[str]) -> Total:
        """Closed won of the period and the open deals of these categories that are to close in it."""
        wanted = set(categories)
        return total([*self.won, *(o for o in self.closing if self.category_of[o.id] in wanted)], currency)

    def weighted(self, deals: Iterable[Opportunity], currency: str) -> Decimal:
        """Sum of amount × stage probability; a stage that the picklist does not know weighs nothing."""
        return sum((self._weight(o) for o in deals if o.currency == currency), Decimal(0))

    @property
    def unweighted(self) -> list[Opportunity]:
        """Open deals with a stage that the picklist does not know."""
        return [o for o in self.open if o.stage not in self.stages]

    def top(self, currency: str, count: int) -> list[Opportunity]:
        """The largest open deals."""
        known = [o for o in self.open if o.currency == currency and o.amount is not None]
        return sorted(known, key=lambda o: (-(o.amount or Decimal(0)), o.id))[:count]

    def missing(self) -> dict[str, list[Opportunity]]:
        """Which open deals lack what."""
        return {
            "amount": [o for o in self.open if o.amount is None],
            "close date": [o for o in self.open if o.close_date is None],
            "next step": [o for o in self.open if not o.next_step],
        }

    def _weight(self, deal: Opportunity) -> Decimal:
        stage = self.stages.get(deal.stage)
        return (deal.amount or Decimal(0)) * Decimal(str(stage.probability)) if stage else Decimal(0)

    def _row(self, name: str, deals: Sequence[Opportunity], currency: str) -> Row:
        inside = [o for o in deals if self.period.holds(o.close_date)]
        here = [o for o in deals if o.currency == currency]
        return Row(name, total(deals, currency), self.weighted(deals, currency), total(inside, currency), here)


def digest(deals: Sequence[Opportunity], stages: Sequence[Stage], period: Period, today: date) -> Digest:
    """Work out the pipeline of these deals on a day."""
    by_name = {stage.name: stage for stage in stages}
    category = {o.id: category_of(o.forecast_category, o.stage, by_name) for o in deals if not o.is_closed}
    live = [o for o in deals if not o.is_closed and category[o.id] != "Omitted"]
    closed = [o for o in deals if o.is_closed and period.holds(o.close_date)]
    won, lost = [o for o in closed if o.is_won], [o for o in closed if not o.is_won]
    omitted = [o for o in deals if not o.is_closed and category[o.id] == "Omitted"]
    known = Counter(o.currency for o in [*live, *omitted, *won])
    return Digest(
        period=period,
        open=live,
        omitted=omitted,
        closing=[o for o in live if period.holds(o.close_date)],
        overdue=sorted((o for o in live if o.close_date and o.close_date < today), key=lambda o: (o.close_date, o.id)),
        won=won,
        lost=lost,
        currencies=[currency for currency, _ in sorted(known.items(), key=lambda pair: (-pair[1], pair[0]))],
        stages=by_name,
        category_of=category,
    )


def total(deals: Iterable[Opportunity], currency: str) -> Total:
    """Count and add the deals of one currency."""
    rows = [o.amount for o in deals if o.currency == currency]
    amounts = [amount for amount in rows if amount is not None]
    return Total(len(rows), sum(amounts, Decimal(0)), len(rows) - len(amounts))
