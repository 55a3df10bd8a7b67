"""Forecasts of quarters that are over, as they would have been made then, beside what was won (pure; reference: METRICS).

Only what was known at the cut counts: amounts before the close, rates of the quarters before, and closed won so far. What was won by
deals that did not exist at the cut is told apart, as no open deal can forecast it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.book import Book
from bot.pipeline.chances import surprises
from bot.pipeline.cuts import DUE, Cut, Snap
from bot.pipeline.forecast import Spread, shock_of, spread
from bot.pipeline.odds import Rates, rates


@dataclass(frozen=True)
class Outlook:
    """One quarter at one horizon, in one currency; amounts as floats, as they are forecasts."""

    cut: Cut
    n: int
    """open deals at the cut"""
    blank: int
    """of them without an amount that was known"""
    closed: float
    """won before the cut"""
    staged: float
    """closed + stage probability × amount of deals due"""
    rated: Spread
    """closed + base rate × amount"""
    won: float
    """what was won in the quarter"""
    later: float
    """of that, by deals that did not exist at the cut"""

    @property
    def reachable(self) -> float:
        """What was won by deals that existed at the cut."""
        return self.won - self.later


def retrospect(book: Book, found: Sequence[Snap], currency: str) -> list[Outlook]:
    """Forecast every quarter at every horizon, from the second quarter on."""
    deals = {deal.id: deal for deal in book.deals if deal.currency == currency}
    by_cut: dict[tuple[int, object], list[Snap]] = {}
    for snap in found:
        by_cut.setdefault((snap.cut.left, snap.cut.period.first), []).append(snap)
    told = []
    for left in sorted({key[0] for key in by_cut}, reverse=True):
        periods = sorted((key for key in by_cut if key[0] == left), key=lambda key: str(key[1]))
        for k, key in enumerate(periods[1:], start=1):
            before = [snap for earlier in periods[:k] for snap in by_cut[earlier]]
            told.append(_outlook(book, deals, by_cut[key], before))
    return sorted(told, key=lambda one: (one.cut.period.first, -one.cut.left))


def _outlook(book: Book, deals: Mapping[str, Opportunity], now: Sequence[Snap], before: Sequence[Snap]) -> Outlook:
    cut, known = now[0].cut, rates(before)
    here = [snap for snap in now if snap.deal in deals]
    amounts = [float(snap.state.amount or 0) for snap in here]
    won = [deal for deal in deals.values() if deal.is_won and cut.period.holds(deal.close_date)]
    closed = _sum(deal for deal in won if book.closed_by(deal, cut.at))
    open_then = {snap.deal for snap in here}
    later = _sum(deal for deal in won if deal.id not in open_then and not book.closed_by(deal, cut.at))
    staged = closed + sum(a * _stage(book, snap) for a, snap in zip(amounts, here, strict=True))
    shock = shock_of(surprises(known, before))
    chances = [_rate(known, snap) for snap in here]
    blank = sum(1 for snap in here if snap.state.amount is None)
    return Outlook(cut, len(here), blank, closed, staged, spread(closed, amounts, chances, shock), _sum(won), later)


def _rate(known: Rates, snap: Snap) -> float:
    return known.rate(snap.due, snap.state.stage, snap.segment)


def _stage(book: Book, snap: Snap) -> float:
    stage = book.stages.get(snap.state.stage or "")
    return stage.probability if stage and snap.due == DUE else 0.0


def _sum(deals: Iterable[Opportunity]) -> float:
    return float(sum((deal.amount or Decimal(0) for deal in deals), Decimal(0)))
