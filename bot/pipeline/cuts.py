"""Past deals as they stood at a cut, with what became of them: what rates and models learn from (pure; reference: METRICS).

A cut is a moment before the end of a period, so many days ahead of it; a deal gives one snapshot a cut. Its outcome is whether it
was won with a close date in the period; a deal that is still open at the end was not.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from math import inf, log

from bot.crm.records import Opportunity
from bot.pipeline.book import Book, State, end_of
from bot.pipeline.period import Period, period

Value = float | str | None
Features = Mapping[str, Value]
HORIZONS = (90, 60, 30)
"""days before the end of a quarter at which the past is looked at"""
MOST_PERIODS = 4
"""past periods that rates rest on: a year of quarters, so that every season is in it and old levels are not"""
DUE, LATER, UNDATED = "due in the period", "due outside the period", "without a known close date"
STALE = "older than nearly all deals that ever closed"
OLDEST = 0.99
"""share of closed deals that were younger at their close than a deal that counts as stale"""
KNOWN = 20
"""closed deals below which no deal counts as stale"""


@dataclass(frozen=True)
class Cut:
    """A moment, and the period whose end is awaited."""

    at: datetime
    period: Period

    @property
    def left(self) -> int:
        """Days from the moment to the end of the period."""
        return (self.period.last - self.at.date()).days


@dataclass(frozen=True)
class Snap:
    """One deal at one cut; only what was known then, and, for learning, the outcome."""

    deal: str
    cut: Cut
    state: State
    segment: str | None
    due: str
    """whether it is due in the period, or stale"""
    won: bool
    told: Callable[[], Features]

    @property
    def features(self) -> Features:
        """What may tell how it ends: worked out where it is asked for, as rates ask for none."""
        return self.told()


class Ages:
    """How old closed deals were at their close, as known at any moment."""

    def __init__(self, book: Book) -> None:
        closed = [o for o in book.deals if o.is_closed and o.close_date and o.created_at]
        pairs = sorted(
            (o.close_date, (o.close_date - o.created_at.date()).days) for o in closed if o.close_date and o.created_at
        )
        self._days = [day for day, _ in pairs]
        self._ages = [age for _, age in pairs]

    @lru_cache(maxsize=256)  # noqa: B019  # lives as long as one computation
    def oldest(self, day: date) -> float:
        """The age in days that nearly all deals closed by a day were below; infinite where too few were."""
        known = sorted(self._ages[: bisect_right(self._days, day)])
        return float(known[int(OLDEST * (len(known) - 1))]) if len(known) >= KNOWN else inf


def due(day: date | None, span: Period, age: float | None = None, oldest: float = inf) -> str:
    """In words, whether a deal of an age with a close date is due in a period."""
    if age is not None and age > oldest:
        return STALE
    if day is None:
        return UNDATED
    return DUE if span.holds(day) else LATER


def past_cuts(span: Period, now: datetime, most: int = MOST_PERIODS) -> list[Cut]:
    """The same place in the periods before one: as far ahead of their ends as now is of its end, oldest first."""
    left = max(0, (span.last - now.date()).days)
    found = []
    for steps in range(1, most + 1):
        before = earlier(span, steps)
        if before.last >= now.date():  # a period in the future: the ones between are not over
            continue
        found.append(Cut(_end(before.last - timedelta(days=left), now), before))
    return found[::-1]


def learning_cuts(first: date, now: datetime) -> list[Cut]:
    """Every horizon of every quarter that is over, from the one of a day on, oldest first."""
    span, found = period("quarter", first), []
    while span.last < now.date():
        found += [Cut(_end(span.last - timedelta(days=days), now), span) for days in HORIZONS]
        span = earlier(span, -1)
    return found


def _end(day: date, now: datetime) -> datetime:
    """The last moment of a day on the asker's clock, so that its date is that day."""
    return end_of(day, now).astimezone(now.tzinfo)


def earlier(span: Period, steps: int) -> Period:
    """The period so many before one, of the same length in months."""
    months = (span.last.year - span.first.year) * 12 + span.last.month - span.first.month + 1
    unit = {1: "month", 3: "quarter", 12: "year"}[months]
    return period(unit, span.first, -steps)


def snaps(book: Book, cuts: Sequence[Cut], ages: Ages | None = None) -> Iterator[Snap]:
    """Every deal at every cut, the oldest first, at which it was open; one of which nobody knows when it began is left out."""
    ages, places = ages or Ages(book), [(cut, _long_before(cut)) for cut in cuts]
    for deal in book.deals:
        begins = deal.created_at or next((row.at for row in book.histories.get(deal.id, ())), None)
        if begins is None:
            continue
        for cut, long_before in places:
            if begins > cut.at or (deal.is_closed and deal.close_date and deal.close_date < long_before):
                continue
            state = book.state(deal, cut.at)
            if state is None:  # closed by then, so at each later cut as well
                break
            yield snap(book, deal, cut, state, ages)


def snap(book: Book, deal: Opportunity, cut: Cut, state: State, ages: Ages) -> Snap:
    """One deal at a cut."""
    won = deal.is_closed and deal.is_won and cut.period.holds(deal.close_date)
    group = due(state.close_date, cut.period, _since(deal.created_at, cut.at), ages.oldest(cut.at.date()))
    told = partial(features, book, deal, cut, state, group)
    return Snap(deal.id, cut, state, book.segment(deal), group, won, told)


def features(book: Book, deal: Opportunity, cut: Cut, state: State, group: str) -> dict[str, Value]:
    """What may tell how a deal ends: numbers, and words; None where it was not known."""
    at = cut.at
    return {
        "stage": state.stage,
        "forecast category": state.category,
        "close date": group,
        "days left": float(cut.left),
        "days to the close date": _days(at.date(), state.close_date),
        "age": _since(deal.created_at, at),
        "days in stage": _since(state.entered, at),
        "pushes": float(state.pushes),
        "amount": _log(state.amount),
        "segment": book.segment(deal),
        "type": deal.type,
        "product": deal.product,
        "lead source": deal.lead_source,
        "owner": deal.owner_id,
    }


def _long_before(cut: Cut) -> date:
    """A deal that closed before this day was closed at the cut, whatever its history says of the hour."""
    return cut.at.date() - timedelta(days=400)


def _since(then: datetime | None, at: datetime) -> float | None:
    return float(max(0, (at - then).days)) if then else None


def _days(day: date, other: date | None) -> float | None:
    return float((other - day).days) if other else None


def _log(amount: Decimal | None) -> float | None:
    return log(1 + float(amount)) if amount is not None and amount >= 0 else None
