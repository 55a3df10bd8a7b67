"""The deals of a book that one period is about, sorted once (pure)."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from dateutil.relativedelta import relativedelta

from bot.crm.records import Opportunity
from bot.pipeline.book import Book, end_of
from bot.pipeline.period import Period

Deals = Sequence[Opportunity]


@dataclass(frozen=True)
class Window:
    """A book and a period; money is that of one currency, counts are of all deals."""

    book: Book
    period: Period
    currency: str

    @cached_property
    def _sorted(self) -> tuple[list[Opportunity], list[Opportunity], list[Opportunity], list[Opportunity]]:
        first, last = self.period.first, self.period.last
        won: list[Opportunity] = []
        lost: list[Opportunity] = []
        live: list[Opportunity] = []
        omitted: list[Opportunity] = []
        for deal in self.book.deals:
            if not deal.is_closed:
                (omitted if self.book.category(deal) == "Omitted" else live).append(deal)
            elif deal.close_date is not None and first <= deal.close_date <= last:
                (won if deal.is_won else lost).append(deal)
        return won, lost, live, omitted

    @property
    def won(self) -> Deals:
        """Won in the period."""
        return self._sorted[0]

    @property
    def lost(self) -> Deals:
        """Lost in the period."""
        return self._sorted[1]

    @property
    def open(self) -> Deals:
        """Open today, but for those that are left out of the forecast."""
        return self._sorted[2]

    @property
    def omitted(self) -> Deals:
        """Open today and left out of the forecast."""
        return self._sorted[3]

    @cached_property
    def closing(self) -> Deals:
        """Open deals that are to close in the period."""
        return [deal for deal in self.open if self.period.holds(deal.close_date)]

    def money(self, deals: Deals) -> Deals:
        """Those of the one currency in which money is told."""
        return deals if self._alone else [deal for deal in deals if deal.currency == self.currency]

    @cached_property
    def _alone(self) -> bool:
        """Whether every deal is in the one currency."""
        return {deal.currency for deal in self.book.deals} <= {self.currency}

    def amounts(self, deals: Deals) -> list[Decimal | None]:
        """Their amounts in that currency."""
        return [deal.amount for deal in self.money(deals)]

    def standing(self, day: date) -> Deals:
        """Deals that were open at the end of a day: made by then, and not closed by then; none whose making nobody knows."""
        moment, left = end_of(day, self.book.now), {deal.id for deal in self.omitted}
        return [
            deal
            for deal in self.book.deals
            if deal.created_at is not None
            and deal.created_at <= moment
            and (deal.close_date is None or deal.close_date > day if deal.is_closed else deal.id not in left)
        ]

    def before(self) -> "Window":
        """The same for the period before this one."""
        return Window(self.book, period_before(self.period), self.currency)


def period_before(period: Period) -> Period:
    """As many whole months before, where it is of whole months; else as many days."""
    after = period.last + timedelta(days=1)
    if period.first.day == 1 and after.day == 1:
        months = (after.year - period.first.year) * 12 + after.month - period.first.month
        first = period.first - relativedelta(months=months)
    else:
        first = period.first - (after - period.first)
    last = period.first - timedelta(days=1)
    return Period(first, last, f"{first} to {last}")


def main_currency(deals: Iterable[Opportunity], usual: str) -> tuple[str, dict[str, int]]:
    """The currency in which money is told (the usual one where any deal is in it, else the most frequent), and the others'
    deals."""
    often = Counter(deal.currency for deal in deals if deal.amount is not None)
    if not often:
        return usual, {}
    best = usual if usual in often else min(often, key=lambda code: (-often[code], code))
    return best, {code: often[code] for code in sorted(often) if code != best}


def grouped(deals: Iterable[Opportunity], name: Callable[[Opportunity], str]) -> dict[str, list[Opportunity]]:
    """Deals by a name, in the order of names."""
    found: dict[str, list[Opportunity]] = {}
    for deal in deals:
        found.setdefault(name(deal), []).append(deal)
    return dict(sorted(found.items()))
