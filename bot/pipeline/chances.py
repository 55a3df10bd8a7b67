"""The chance of each open deal to be won in a period: rates of past deals at the same point, and the model where it is shown (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import exp

import numpy as np
from pydantic import BaseModel, ConfigDict

from bot.crm.records import Opportunity
from bot.pipeline.book import Book, State
from bot.pipeline.calm import calm
from bot.pipeline.cuts import Ages, Cut, Snap, past_cuts, snap, snaps
from bot.pipeline.forecast import shock_of
from bot.pipeline.learning import Backtest, Model
from bot.pipeline.odds import Chance, Rates, rates
from bot.pipeline.period import Period
from bot.pipeline.rates import interval
from bot.pipeline.scoring import Bin

UNTESTED = (
    "No model has been tested on this CRM yet; `seller pipeline backtest` does that, and `seller serve` every night."
)
FOR_ALL = "The model was learnt from deals that you may not all see, so the base rate of those that you see is shown."
UNITS = {
    "age": "{:.0f} days old", "days in stage": "{:.0f} days in its stage", "pushes": "pushed {:.0f} times",
    "days to the close date": "{:.0f} days to its close date", "days left": "{:.0f} days left in the period",
}  # fmt: skip


class Learnt(BaseModel):
    """What the last backtest came to, as it is kept."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    shown: bool
    why: str
    model: Model | None = None
    bins: tuple[tuple[int, float, float], ...] = ()
    """(n, predicted, observed) of the quarter that was held out"""
    held_out: str = ""
    """that quarter, such as 2026 Q3"""
    rate: tuple[int, int] = (0, 0)
    """(won, n) of the deals that ended"""


def learnt_from(test: Backtest, at: datetime, ended: tuple[int, int]) -> Learnt:
    """What is kept of a backtest: the model only where it is shown."""
    kept = test.model if test.verdict.model else None
    bins = tuple((one.n, one.predicted, one.observed) for one in test.newest.scores.bins) if test.newest else ()
    held_out = test.newest.period if test.newest else ""
    return Learnt(
        at=at, shown=kept is not None, why=test.verdict.why, model=kept, bins=bins, held_out=held_out, rate=ended
    )


@dataclass(frozen=True)
class Chances:
    """What tells the chance of any open deal to be won in one period."""

    cut: Cut
    """now, and the period"""
    rates: Rates
    ages: Ages
    learnt: Learnt | None
    shock: float
    periods: int
    """past periods that the rates rest on"""
    owners: Mapping[str, str] = field(default_factory=dict)
    """names by id, for the reasons"""
    untold: str = UNTESTED
    """why there is no model"""

    @property
    def model(self) -> Model | None:
        """The model, where it is shown and was tested on periods like this one."""
        months = (self.cut.period.last - self.cut.period.first).days
        return self.learnt.model if self.learnt and 80 <= months <= 100 else None

    @property
    def why(self) -> str:
        """Why the model is shown, or the base rate."""
        if self.learnt is None:
            return self.untold
        told = f"{self.learnt.why[0].upper()}{self.learnt.why[1:]} (tested on {self.learnt.at.date()})."
        if self.learnt.shown and self.model is None:
            return f"The model was tested on quarters alone, so the base rate is shown. {told}"
        return told

    def of(self, book: Book, deal: Opportunity) -> Chance:
        """The chance of one open deal, by the model where it is shown."""
        at = self._snap(book, deal)
        return self.by_model(at) or self.by_rate(at)

    def rated(self, book: Book, deal: Opportunity) -> Chance:
        """The chance of one open deal by the base rate."""
        return self.by_rate(self._snap(book, deal))

    def all(self, book: Book, deals: Sequence[Opportunity]) -> tuple[list[float], list[float] | None]:
        """(by the base rate, by the model) for many deals at once, without their reasons."""
        found = [self._snap(book, deal) for deal in deals]
        rated = [self.rates.rate(one.due, one.state.stage, one.segment) for one in found]
        if self.model is None or not found:
            return rated, None
        return rated, list(self.model.chances([one.features for one in found], np.array(rated)))

    def by_rate(self, at: Snap) -> Chance:
        """The shrunk rate of its stage and segment."""
        return self.rates.chance(at.due, at.state.stage, at.segment)

    def by_model(self, at: Snap) -> Chance | None:
        """The model's chance, with the interval of what came of deals that were given about as much."""
        if self.model is None or self.learnt is None:
            return None
        rated = self.by_rate(at)
        p = float(self.model.chances([at.features], np.array([rated.p]))[0])
        near = min((Bin(*one) for one in self.learnt.bins), key=lambda one: abs(one.predicted - p))
        low, high = interval(round(near.n * near.observed), near.n)
        told = tuple(self._reason(at, name, moved) for name, moved in self.model.reasons(at.features))
        return replace(
            rated, p=p, low=min(low, p), high=max(high, p), won=round(near.n * near.observed), n=near.n, prior=0.0,
            model=True, reasons=told,
        )  # fmt: skip

    def _snap(self, book: Book, deal: Opportunity) -> Snap:
        state = book.state(deal, self.cut.at) or State(None, deal.amount, deal.close_date, None, None, 0)
        return snap(book, deal, self.cut, state, self.ages)

    def _reason(self, at: Snap, name: str, moved: float) -> str:
        value = at.features.get(name)
        told = UNITS[name].format(value) if isinstance(value, float) and name in UNITS else self._word(name, value)
        times = exp(abs(moved))
        return f"{told}: odds {'×' if moved > 0 else '÷'} {times:.1f}"

    def _word(self, name: str, value: object) -> str:
        if name == "amount" and isinstance(value, float):
            return f"amount of about {exp(value) - 1:,.0f}"
        shown = self.owners.get(str(value), str(value)) if name == "owner" else value
        return f"{name} {shown}" if shown is not None else f"{name} not known"


@calm
def chances(book: Book, span: Period, learnt: Learnt | None, owners: Mapping[str, str]) -> Chances:
    """Count what became of past deals at the same point of their periods."""
    cuts = past_cuts(span, book.now)
    ages = Ages(book)
    found = list(snaps(book, cuts, ages))
    told = rates(found)
    seen = {one.cut.period.first for one in found}
    return Chances(Cut(book.now, span), told, ages, learnt, shock_of(surprises(told, found)), len(seen), owners)


def surprises(told: Rates, found: Sequence[Snap]) -> list[tuple[float, float, float]]:
    """(expected wins, wins, variance) of each past period."""
    sums: dict[object, list[float]] = {}
    for one in found:
        p = told.rate(one.due, one.state.stage, one.segment)
        row = sums.setdefault(one.cut.period.first, [0.0, 0.0, 0.0])
        row[0], row[1], row[2] = row[0] + p, row[1] + one.won, row[2] + p * (1 - p)
    return [(row[0], row[1], row[2]) for row in sums.values()]
