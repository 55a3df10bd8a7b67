"""What a tool found: the records, the filter in words, and the figures that code worked out (pure)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Generic, TypeVar

from bot.crm.records import Opportunity, Record
from bot.proposals import Figure, Table
from bot.skills.asking.arguments import Column
from bot.skills.ledger import joined, money, plural

T = TypeVar("T")


LISTED = 40
"""records that an answer tells at all"""


@dataclass(frozen=True)
class Hit:
    """One record, and the line that tells it."""

    kind: str
    record: Record
    title: str
    text: str
    changed: datetime | None = None

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.record.id}"


@dataclass(frozen=True)
class Result:
    """What fits; `hits` are the first `LISTED` in order."""

    noun: str
    words: str
    """the filter, as in "open deals of Maya Lindqvist, type renewal" """
    hits: Sequence[Hit]
    summary: str
    """the count and the sums, as one sentence"""
    counted: Sequence[str] = ()
    """kinds and ids of all records that the figures rest on"""
    figures: Sequence[Figure] = ()
    table: Table | None = None
    notes: Sequence[str] = ()
    rows: Sequence[Record] = ()
    """all that fit"""
    shown: Mapping[str, Mapping[Column, str]] = field(default_factory=dict)
    """what was asked to be shown, by kind and id of the record"""
    topic: str = ""
    """what the filter is about, as words to search the playbook with"""

    @property
    def n(self) -> int:
        return len(self.counted)

    @property
    def deals(self) -> list[Opportunity]:
        """All that fit, where deals were asked for."""
        return [row for row in self.rows if isinstance(row, Opportunity)]


@dataclass(frozen=True)
class Rule(Generic[T]):
    """One condition, in words and as a test."""

    words: str
    holds: Callable[[T], bool]


@dataclass
class Rules(Generic[T]):
    """Conditions in the order in which they are looked at: the cheap ones first."""

    found: list[Rule[T]] = field(default_factory=list)

    def add(self, wanted: object, words: str, holds: Callable[[T], bool]) -> None:
        """Add a condition where it is wanted."""
        if wanted:
            self.found.append(Rule(words, holds))

    def keep(self, rows: Iterable[T]) -> list[T]:
        """The rows for which every condition holds."""
        return [row for row in rows if all(rule.holds(row) for rule in self.found)]

    @property
    def words(self) -> str:
        return joined(rule.words for rule in self.found if rule.words)


def between(first: date | None, last: date | None) -> str:
    """A stretch of days in words."""
    if first and last:
        return f"{first} to {last}" if first != last else f"{first}"
    return f"from {first}" if first else f"until {last}"


def inside(day: date | None, first: date | None, last: date | None) -> bool:
    """Whether a day lies in a stretch; a missing one does not."""
    return day is not None and (first is None or first <= day) and (last is None or day <= last)


def sums(deals: Sequence[Opportunity]) -> list[tuple[str, Decimal, int, int]]:
    """(currency, amount, deals with an amount, deals without one), the most frequent currency first."""
    names = sorted({o.currency for o in deals}, key=lambda c: (-sum(o.currency == c for o in deals), c))
    found = []
    for name in names:
        amounts = [o.amount for o in deals if o.currency == name]
        told = [amount for amount in amounts if amount is not None]
        found.append((name, sum(told, Decimal(0)), len(told), len(amounts) - len(told)))
    return found


def told_sums(deals: Sequence[Opportunity]) -> str:
    """The sums in words, each currency apart."""
    parts = []
    for currency, amount, n, blank in sums(deals):
        parts.append(joined([money(amount, currency) if n else None, f"{blank} without an amount" if blank else None]))
    return " and ".join(parts)


def deal_figures(deals: Sequence[Opportunity], words: str) -> list[Figure]:
    """Count, sum, mean and median of the deals."""
    figures = [Figure(name="deals", value=len(deals), n=len(deals), filter=words)]
    for currency, amount, n, _ in sums(deals):
        if not n:
            continue
        amounts = [float(o.amount) for o in deals if o.currency == currency and o.amount is not None]
        figures.append(Figure(name="amount", value=float(amount), unit=currency, n=n, filter=words))
        figures.append(Figure(name="mean amount", value=float(amount / n), unit=currency, n=n, filter=words))
        figures.append(Figure(name="median amount", value=median(amounts), unit=currency, n=n, filter=words))
    return figures


def counted(n: int, noun: str, words: str) -> str:
    """How many fit, in words."""
    return f"{plural(n, noun)}: {words}." if n else f"No {noun} fits: {words}."
