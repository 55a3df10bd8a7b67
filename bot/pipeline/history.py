"""A CRM's history as examples to learn from: each quarter's deals at three horizons, beside the base rate of what was over before (pure)."""

from collections.abc import Sequence
from datetime import date

from bot.crm.records import Opportunity
from bot.pipeline.book import Book, State
from bot.pipeline.cuts import Cut, Features, Snap, features, learning_cuts, snaps
from bot.pipeline.learning import Example
from bot.pipeline.odds import Rates, by_horizon, shrunk
from bot.pipeline.period import period

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


def from_first_day(book: Book) -> list[Example]:
    """Each deal that ended as it stood on its first day, by the quarter of its end: whether it was won at all.

    The base rate of a quarter's deals is the shrunk one of their stage and segment over the quarters before.
    """
    ended = [o for o in book.deals if o.is_closed and o.close_date and o.created_at and o.close_date <= book.today]
    found: dict[str, list[tuple[Opportunity, str | None, Features]]] = {}
    for deal in sorted(ended, key=lambda o: (o.close_date, o.id)):
        made = _first_day(book, deal)
        found.setdefault(_key(deal.close_date), []).append((deal, *made))
    counts: dict[tuple[str | None, str | None], list[int]] = {}
    examples = []
    for key, rows in found.items():
        everything = [sum(pair[0] for pair in counts.values()), sum(pair[1] for pair in counts.values())]
        prior = (everything[0] + 0.5) / (everything[1] + 1)
        for deal, stage, row in rows:
            won, n = counts.get((stage, book.segment(deal)), (0, 0))
            examples.append(Example(deal.id, key, row, deal.is_won, shrunk(won, n, prior)))
        for deal, stage, _ in rows:
            pair = counts.setdefault((stage, book.segment(deal)), [0, 0])
            pair[0], pair[1] = pair[0] + deal.is_won, pair[1] + 1
    return examples


def _first_day(book: Book, deal: Opportunity) -> tuple[str | None, Features]:
    begins = deal.created_at or book.now
    state = book.state(deal, begins) or State(None, book.before_close(deal), None, None, None, 0)
    row = features(book, deal, Cut(begins, period("quarter", begins.date())), state, "")
    return state.stage, {name: value for name, value in row.items() if name not in ("close date", "days left", "age")}


def base(known: dict[int, Rates], snap: Snap) -> float:
    """The shrunk rate of a snapshot's stage and segment at its horizon."""
    return known.get(snap.cut.left, NOTHING).rate(snap.due, snap.state.stage, snap.segment)


def quarter_key(snap: Snap) -> str:
    """A quarter's name that sorts by time, such as 2026 Q3."""
    return _key(snap.cut.period.first)


def _key(day: date | None) -> str:
    return f"{day.year} Q{(day.month + 2) // 3}" if day else ""
