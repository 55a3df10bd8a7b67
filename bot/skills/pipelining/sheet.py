"""What the lines of a pipeline are written from, and the figures they state, each with the deals behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from bot.crm.records import Opportunity
from bot.pipeline.book import Book
from bot.pipeline.chances import Chances
from bot.pipeline.digest import Digest, Total
from bot.pipeline.target import Target
from bot.proposals import Figure
from bot.skills.ledger import Ledger, money, plural
from bot.skills.scoping import Scope

BEHIND = 500
"""ids of deals that a figure names; the filter says which the others are"""


@dataclass(frozen=True)
class Sheet:
    """One scope and period: what was read, and the figures that lines state."""

    told: Digest
    scope: Scope
    ledger: Ledger
    book: Book
    chances: Chances
    target: Target
    converted: str = ""
    """at which rates amounts were brought to one currency; empty where none was"""
    figures: list[Figure] = field(default_factory=list)

    def amount(
        self, name: str, value: Decimal, currency: str, n: int, filter_: str, deals: Iterable[Opportunity] = ()
    ) -> str:
        """Write an amount, and keep it as a figure."""
        self.keep(name, float(value), currency, n, filter_, deals)
        self.ledger.figure(n, f"deals: {name} ({filter_})")
        return money(value, currency)

    def count(self, name: str, n: int, filter_: str, deals: Iterable[Opportunity] = ()) -> str:
        """Write a number of deals, and keep it as a figure."""
        self.keep(name, n, "", n, filter_, deals)
        return plural(n, "deal")

    def keep(self, name: str, value: float, unit: str, n: int, filter_: str, deals: Iterable[Opportunity] = ()) -> None:
        """Keep a figure with its filter and the deals behind it."""
        ids = tuple(deal.id for deal in deals)[:BEHIND]
        told = f"{self.scope.words}; {filter_}"
        self.figures.append(Figure(name=name, value=value, unit=unit, n=n, filter=told, deals=ids))
        self.ledger.figure(value, f"{name} ({filter_})")

    @property
    def name(self) -> str:
        """The period's name."""
        return self.told.period.name

    @property
    def currency(self) -> str:
        """That of most deals."""
        return self.told.currencies[0] if self.told.currencies else "USD"

    @cached_property
    def _only(self) -> str:
        """The currency of every deal; empty where there are several."""
        every = {deal.currency for deal in self.book.deals}
        return every.pop() if len(every) == 1 else ""

    def of(self, deals: Iterable[Opportunity], currency: str) -> list[Opportunity]:
        """Those in a currency."""
        if self._only == currency:
            return list(deals)
        return [deal for deal in deals if deal.currency == currency]


def deals_words(total: Total) -> str:
    """How many deals, and how many of them without an amount."""
    blank = f", {total.blank} without an amount" if total.blank else ""
    return f"{plural(total.n, 'deal')}{blank}"


def rounded(value: float) -> Decimal:
    """A forecast as an amount: it is no truer than a whole unit."""
    return Decimal(round(value))


def amounts(deals: Sequence[Opportunity]) -> list[float]:
    """Amounts as numbers; a missing one counts as nothing."""
    return [float(deal.amount or 0) for deal in deals]
