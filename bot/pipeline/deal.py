"""What a deal's history says: days in stage, pushes, and what is usual for won deals (reference: METRICS)."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise
from statistics import median, quantiles
from typing import Any

from bot.crm.records import Activity, Contact, Opportunity, OpportunityContactRole, OpportunityHistory, Stage, Task

THIN = 5
"""below this many won deals a median says nothing and is not shown"""


@dataclass(frozen=True)
class Usual:
    """What is usual: days that won deals spent in a stage, days from creation to close, or the amount of deals."""

    median: float
    p90: float
    n: int


CYCLE = "days from creation to close"
"""under which the sales cycle stands among the benchmarks"""
Benchmarks = Mapping[tuple[str, str | None], Usual]
"""by (stage, segment), and so for CYCLE and each currency's amounts; the segment None means all segments"""


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
    stages: Mapping[str, Stage] = field(default_factory=dict)
    """the picklist, by name"""
    planned: Sequence[Activity] = ()
    """calls and meetings that lie ahead"""
    size: Usual | None = None
    """amounts of the segment's deals in its currency"""
    pages: Sequence[Activity] = ()
    """notes and transcripts of the deal beside the CRM, as activities"""
    kept: dict[datetime, list[Any]] = field(default_factory=dict, compare=False, repr=False)
    """its sentences by moment, split once"""


def sizes(currency: str) -> str:
    """Under which the amounts of deals in a currency stand among the benchmarks."""
    return f"amounts in {currency}"


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


def benchmarks(stays: Iterable[tuple[str, str | None, float]]) -> dict[tuple[str, str | None], Usual]:
    """Median and P90 of days in stage, by stage and segment; `stays` are (stage, segment, days) of won deals.

    Source: METRICS "days in stage": compared with won deals of that stage and segment.
    """
    days: dict[tuple[str, str | None], list[float]] = defaultdict(list)
    for stage, segment, spent in stays:
        for key in {None, segment}:
            days[stage, key].append(spent)
    return {key: _usual(values) for key, values in days.items() if len(values) >= THIN}


def _usual(values: Sequence[float]) -> Usual:
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


_MISSED = re.compile(
    r"\bvoice ?mail\b|\banswering machine\b|\bleft (?:\w+ ){0,2}messages?\b|\b(?:did ?n[o']t|nobody|no one) (?:pick(?:ed)? up|answer(?:ed)?)\b|"
    r"\b(?:could|can) ?(?:no|n')t reach\b|\bnot reached\b|\bno[- ]show\b|^[^\w\n]*no (?:answer|reply|response)\b",
    re.IGNORECASE | re.MULTILINE,
)
_MACHINE = re.compile(
    r"^\W*(?:automatic reply|auto-?reply|autoresponse|out of (?:the )?office|undeliver|delivery (?:status|failure)|mail delivery|abwesen)",
    re.IGNORECASE,
)
SHORT = 20
"""words up to which a note on a call that says it was missed is about nothing else"""


def missed(activity: Activity) -> bool:
    """Whether a call or meeting of ours came to nothing: a voicemail, nobody there."""
    if activity.kind not in ("call", "meeting") or activity.direction == "inbound":
        return False
    told = f"{activity.subject}\n{activity.body or ''}"
    return len(told.split()) <= SHORT and bool(_MISSED.search(told))


def is_two_way(activity: Activity) -> bool:
    """Whether the customer took part: they wrote (no machine of theirs), or there was a call or meeting with a contact."""
    if activity.kind in ("call", "meeting"):
        return bool(activity.contact_ids) and not missed(activity)
    return activity.kind == "email" and activity.direction == "inbound" and not _MACHINE.match(activity.subject)
