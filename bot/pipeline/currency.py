"""Amounts in one currency at declared rates, so that those of several may be added (pure; reference: METRICS)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.crm.records import Opportunity, SnapshotRow
from bot.pipeline.book import Book, Rows

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Rates:
    """What one unit of each currency is worth in the base, on a declared day."""

    base: str = "USD"
    on: date | None = None
    worth: Mapping[str, Decimal] = field(default_factory=dict)

    def convert(self, amount: Decimal, currency: str) -> Decimal | None:
        """The amount in the base, to the cent; None where there is no rate."""
        if currency == self.base:
            return amount
        rate = self.worth.get(currency)
        return None if rate is None else (amount * rate).quantize(CENT, ROUND_HALF_UP)

    def into(self, currency: str) -> Callable[[Decimal, str], Decimal | None]:
        """What brings amounts to a currency: to the base at the rates; to another none, as rates lead to the base alone."""
        return self.convert if currency == self.base else lambda amount, of: amount if of == currency else None

    def in_base(self, deals: Iterable[Opportunity]) -> list[Opportunity]:
        """The deals, as copies in the base where there is a rate; the others as they are."""
        foreign = self._foreign
        return [self._deal(deal) if deal.currency in foreign else deal for deal in deals]

    def kept(self, rows: Iterable[SnapshotRow]) -> list[SnapshotRow]:
        """The rows of a snapshot in the base where there is a rate, so that they compare with deals in it."""
        foreign = self._foreign
        return [self._kept(row) if row.currency in foreign else row for row in rows]

    def book(self, book: Book) -> Book:
        """The book with its deals and their histories in the base, where there is a rate."""
        foreign = self._foreign
        moved = {deal.id: deal.currency for deal in book.deals if deal.currency in foreign}
        if not moved:
            return book
        changed = {key: self._rows(book.histories[key], of) for key, of in moved.items() if key in book.histories}
        histories = {**book.histories, **changed}
        return Book(self.in_base(book.deals), book.stages, book.now, histories, book.segments, book.prices)

    @property
    def told(self) -> str:
        """The base and the day of the rates, in words."""
        return f"amounts in {self.base} at the rates{f' of {self.on}' if self.on else ' of the settings'}"

    @property
    def _foreign(self) -> frozenset[str]:
        return frozenset(self.worth) - {self.base}

    def _deal(self, deal: Opportunity) -> Opportunity:
        amount = None if deal.amount is None else self.convert(deal.amount, deal.currency)
        return deal.model_copy(update={"amount": amount, "currency": self.base})

    def _kept(self, row: SnapshotRow) -> SnapshotRow:
        amount = None if row.amount is None else self.convert(row.amount, row.currency)
        return row.model_copy(update={"amount": amount, "currency": self.base})

    def _rows(self, rows: Rows, currency: str) -> Rows:
        return [
            row if row.amount is None else row.model_copy(update={"amount": self.convert(row.amount, currency)})
            for row in rows
        ]
