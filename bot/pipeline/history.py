"""A CRM's history as examples to learn from: each quarter's deals at three horizons, beside the base rate of what was over before (pure)."""

from collections.abc import Sequence
from datetime import date

from bot.pipeline.book import Book
from bot.pipeline.cuts import Snap, learning_cuts, snaps
from bot.pipeline.learning import Example
from bot.pipeline.odds import Rates, by_horizon

NOTHING = Rates()


def past(book: Book) -> list[Snap]:
    """Every snapshot of every quarter that is over."""
    first = began(book)
    return list(snaps(book, learning_cuts(first, book.now))) if first else []


def began(book: Book) -> date | None:
    """The first day of which anything is known."""
    days = [deal.created_at.date() for deal in book.deals if deal.created_at and deal.created_at <= book.now]
    return min(days, default=None)


def examples(found: Sequence[Snap]) -> list[Example]:
    """Examples by quarter; the base rate of each rests on the quarters before it alone."""
    by_quarter: dict[str, list[Snap]] = {}
    for snap in sorted(found, key=lambda one: one.cut.at):
        by_quarter.setdefault(quarter_key(snap), []).append(snap)
    made, before = [], list[Snap]()
    for key, quarter in by_quarter.items():
        known = by_horizon(before or quarter)
        made += [Example(snap.deal, key, snap.features, snap.won, base(known, snap)) for snap in quarter]
        before += quarter
    return made


def base(known: dict[int, Rates], snap: Snap) -> float:
    """The shrunk rate of a snapshot's stage and segment at its horizon."""
    return known.get(snap.cut.left, NOTHING).rate(snap.due, snap.state.stage, snap.segment)


def quarter_key(snap: Snap) -> str:
    """A quarter's name that sorts by time, such as 2026 Q3."""
    first = snap.cut.period.first
    return f"{first.year} Q{(first.month + 2) // 3}"
