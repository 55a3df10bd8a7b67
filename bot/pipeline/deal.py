"""What a deal's history says: days in stage, pushes, and what is usual for won deals (reference: METRICS)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median, quantiles

from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole, OpportunityHistory, Task

THIN = 5
"""below this many won deals a median says nothing and is not shown"""


@dataclass(frozen=True)
class Usual:
    """Days that won deals spent in a stage."""

    median: float
    p90: float
    n: int


Benchmarks = Mapping[tuple[str, str | None], Usual]
"""by (stage, segment); the segment None means all segments"""


@dataclass(frozen=True)
class Deal:
    """A deal with everything the signals look at."""

    opportunity: Opportunity
    segment: str | None = None
    history: Sequence[OpportunityHistory] = ()
    activities: Sequence[Activity] = ()
    roles: Sequence[OpportunityContactRole] = ()
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    tasks: Sequence[Task] = ()
    usual: Usual | None = None


def labels(deals: Sequence[Opportunity]) -> dict[str, str]:
    """How deals are offered as choices, by id: name, stage and close date, and the id where these are the same."""
    told = {deal.id: (deal.name, _standing(deal)) for deal in deals}
    often = Counter(told.values())
    return {
        key: f"{name} ({standing}{f', {key}' if often[name, standing] > 1 else ''})"
        for key, (name, standing) in told.items()
    }


def _standing(deal: Opportunity) -> str:
    word = "closed" if deal.is_closed else "closes"
    return f"{deal.stage}, {word} {deal.close_date}" if deal.close_date else deal.stage


def days_between(earlier: datetime, later: datetime) -> int:
    """Calendar days from one moment to another, on the calendar of the later one's time zone."""
    return (later.date() - earlier.astimezone(later.tzinfo).date()).days


def stage_entered(history: Sequence[OpportunityHistory]) -> datetime | None:
    """When the deal last entered the stage it is in; None without history."""
    entered = None
    for before, row in zip([None, *history], history, strict=False):
        if before is None or before.stage != row.stage:
            entered = row.at
    return entered


def pushes(history: Sequence[OpportunityHistory]) -> int:
    """How often the close date moved later while the deal was open."""
    return sum(1 for a, b in pairwise(history) if a.close_date and b.close_date and b.close_date > a.close_date)


def quarter_pushes(history: Sequence[OpportunityHistory]) -> int:
    """How often the close date moved into a later quarter."""
    return sum(
        1
        for a, b in pairwise(history)
        if a.close_date and b.close_date and quarter(b.close_date) > quarter(a.close_date)
    )


def quarter(day: date) -> tuple[int, int]:
    """Calendar quarter as (year, 1 to 4)."""
    return day.year, (day.month + 2) // 3


def benchmarks(stays: Iterable[tuple[str, str | None, int]]) -> dict[tuple[str, str | None], Usual]:
    """Median and P90 of days in stage, by stage and segment; `stays` are (stage, segment, days) of won deals.

    Source: METRICS "days in stage": compared with won deals of that stage and segment.
    """
    days: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for stage, segment, spent in stays:
        for key in {None, segment}:
            days[stage, key].append(spent)
    return {key: _usual(values) for key, values in days.items() if len(values) >= THIN}


def _usual(values: Sequence[int]) -> Usual:
    return Usual(median(values), quantiles(values, n=10, method="inclusive")[-1], len(values))


def usual_for(deal_benchmarks: Benchmarks, stage: str, segment: str | None) -> Usual | None:
    """The segment's own figure, else that of all segments."""
    return deal_benchmarks.get((stage, segment)) or deal_benchmarks.get((stage, None))


@dataclass(frozen=True)
class Record:
    """Won and lost deals of an account."""

    won: int
    lost: int
    won_amount: Decimal
    currency: str


def won_and_lost(opportunities: Sequence[Opportunity]) -> list[Record]:
    """Counts and won amount, one record a currency (amounts of two currencies are never added)."""
    closed = sorted((o for o in opportunities if o.is_closed), key=lambda o: o.currency)
    records = []
    for currency, group in groupby(closed, key=lambda o: o.currency):
        rows = list(group)
        won = [o for o in rows if o.is_won]
        amount = sum((o.amount or Decimal(0) for o in won), Decimal(0))
        records.append(Record(len(won), len(rows) - len(won), amount, currency))
    return records


def is_two_way(activity: Activity) -> bool:
    """Whether the customer took part: they wrote, or there was a call or meeting with a contact."""
    if activity.kind in ("call", "meeting"):
        return bool(activity.contact_ids)
    return activity.kind == "email" and activity.direction == "inbound"
