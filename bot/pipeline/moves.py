"""What moved on one deal between two moments: field by field, who did it and when, and whether evidence came with it (pure)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from bot.crm.records import Activity, OpportunityHistory, Stage
from bot.pipeline.book import Rows, category_of
from bot.pipeline.deal import is_two_way, quarter
from bot.pipeline.movement import Side, Standing

Value = str | Decimal | date | None
BEFORE, AFTER = timedelta(days=7), timedelta(days=1)
"""how long before and after a change an activity may lie to count as its evidence"""
BACK, DOWN, NEARER = "moved back", "down", "moved nearer"
PUSHED, MONTH, QUARTER = "pushed", "pushed into another month", "pushed into another quarter"


class Move(NamedTuple):
    """A field that changed."""

    field: str
    old: Value
    new: Value
    at: datetime | None = None
    """None: no row of the history tells"""
    by: str | None = None
    """id of the user"""
    mark: str = ""


def moves(
    before: Standing, after: Standing, rows: Rows, begin: Side, end: Side, stages: Mapping[str, Stage]
) -> list[Move]:
    """The fields that differ between two standings of a deal."""
    told = [row for row in rows if row.at <= _opens(begin)][-1:]
    told += [row for row in rows if _opens(begin) < row.at <= end.moment]
    found = [
        Move(name, old, new, *_told(told, read, new), _mark(name, old, new, stages))
        for name, old, new, read in _pairs(before, after, stages)
        if old != new and not (name == "owner" and "history" in (begin.source, end.source))
    ]
    return [move for move in found if not _renamed(move, stages)]


def _opens(begin: Side) -> datetime:
    """From when on changes are looked for: a snapshot may have been taken at any time of its day, which is one in UTC."""
    return begin.moment - timedelta(days=2) if begin.source == "snapshot" else begin.moment


def arrived(after: Standing, created: datetime | None, rows: Rows) -> Move:
    """That a deal came in."""
    first = rows[0] if rows else None
    return Move(
        "created", None, after.stage, created or (first.at if first else None), first.user_id if first else None
    )


def evidence(
    activities: Iterable[Activity], deal: str, at: Sequence[datetime], begin: Side, end: Side
) -> Activity | None:
    """The newest activity around these changes, two-way ones first: of the deal, or of the account where it names no deal.

    A change of which nothing tells when it was may have been at any time between the two moments.
    """
    spans = [(one - BEFORE, one + AFTER) for one in at] or [(_opens(begin) - BEFORE, end.moment)]
    near = [
        one
        for one in activities
        if one.opportunity_id in (deal, None) and one.at <= end.moment and any(a <= one.at <= b for a, b in spans)
    ]
    return max(near, key=lambda one: (is_two_way(one), one.at), default=None)


def _pairs(
    before: Standing, after: Standing, stages: Mapping[str, Stage]
) -> list[tuple[str, Value, Value, Callable[[OpportunityHistory], Value]]]:
    """(field, old, new, how a row of the history says it); of a closed deal category and date say nothing of their own."""
    if not before.known:
        return [("stage", "open", after.stage, lambda row: row.stage)] if after.outcome != "open" else []
    found: list[tuple[str, Value, Value, Callable[[OpportunityHistory], Value]]] = [
        ("stage", before.stage, after.stage, lambda row: row.stage),
        ("currency", before.currency, after.currency, lambda row: None),
    ]
    if not (after.outcome == "lost" and after.amount is None):
        found.insert(1, ("amount", before.amount, after.amount, lambda row: row.amount))
    if after.outcome == "open":
        found.append(("close date", before.close_date, after.close_date, lambda row: row.close_date))
        found.append(
            ("forecast category", before.category, after.category, lambda row: category_of(row.forecast_category, row.stage, stages))
        )  # fmt: skip
    found.append(("owner", before.owner_id, after.owner_id, lambda row: None))
    return found


def _told(
    rows: Sequence[OpportunityHistory], read: Callable[[OpportunityHistory], Value], new: Value
) -> tuple[datetime | None, str | None]:
    """When a field last came to its value, and by whom."""
    for earlier, row in reversed(list(pairwise(rows))):
        if read(row) == new and read(earlier) != new:
            return row.at, row.user_id
    return None, None


def _mark(name: str, old: Value, new: Value, stages: Mapping[str, Stage]) -> str:
    if name == "amount":
        return DOWN if (new or 0) < (old or 0) else ""  # type: ignore[operator]  # amounts alone
    if isinstance(old, date) and isinstance(new, date):
        return _push(old, new)
    if name == "stage" and old in stages and new in stages:
        open_ones = not stages[str(new)].is_closed
        return BACK if open_ones and stages[str(new)].order < stages[str(old)].order else ""
    return ""


def _push(old: date, new: date) -> str:
    if new < old:
        return NEARER
    if quarter(new) != quarter(old):
        return QUARTER
    return MONTH if (new.year, new.month) != (old.year, old.month) else PUSHED


def _renamed(move: Move, stages: Mapping[str, Stage]) -> bool:
    """Whether a stage has only another name now: the picklist lacks the old one, and no row tells of a change."""
    return move.field == "stage" and move.at is None and move.old not in stages and move.old != "open"
