"""What was forecast for a period at its start and left it, and close dates that moved later (pure; reference: METRICS)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from bot.crm.records import Opportunity, OpportunityHistory
from bot.pipeline.book import Rows, category_of, end_of
from bot.pipeline.measures import ZERO, Metric
from bot.pipeline.window import Window

NO_HISTORY = "no history tells what was forecast for the period at its start"


class Told(NamedTuple):
    """A deal that was forecast for the period at its start, and whether its close date left the period since."""

    deal: Opportunity
    amount: Decimal | None
    left: bool


def forecast_at_start(window: Window) -> Iterator[Told]:
    """Deals that were open when the period began, not omitted, with a close date in it."""
    begin = _begin(window)
    if begin > window.book.now:
        return
    before, histories = _before(window), window.book.histories
    for deal in window.money(window.book.deals):
        if window.book.closed_by(deal, before):
            continue
        rows = histories.get(deal.id)
        if not rows or rows[0].at >= begin:
            continue
        row = _last_before(rows, begin)
        if window.period.holds(row.close_date) and _open(window, row):
            yield Told(deal, row.amount, not window.period.holds(deal.close_date))


def _last_before(rows: Rows, moment: datetime) -> OpportunityHistory:
    """The row that held at a moment after the first one."""
    for row in reversed(rows):
        if row.at < moment:
            return row
    return rows[0]


def _open(window: Window, row: OpportunityHistory) -> bool:
    stage = window.book.stages.get(row.stage)
    closed = stage is not None and stage.is_closed
    return not closed and category_of(row.forecast_category, row.stage, window.book.stages) != "Omitted"


def slippage(window: Window) -> Metric:
    """The share of the amount forecast at the start whose close date later left the period."""
    told = (
        f"amount of deals that were open when {window.period.first} began, not omitted, with a close date "
        f"{window.period.first} to {window.period.last}; slipped: their close date lies outside it now"
    )
    found = list(forecast_at_start(window))
    if not found:
        why = "the period has not begun" if _begin(window) > window.book.now else NO_HISTORY
        return Metric(None, 0, told, "ratio", why=why)
    amounts = [one.amount for one in found if one.amount is not None]
    forecast = sum(amounts, ZERO)
    slipped = sum((one.amount for one in found if one.left and one.amount is not None), ZERO)
    beside = {"part": slipped, "whole": forecast, "slipped_deals": sum(one.left for one in found)}
    base = Metric(None, len(found), told, "ratio", window.currency, missing=len(found) - len(amounts), extra=beside)
    if forecast <= 0:
        return replace(base, why="the deals forecast at the start have no amount")
    return replace(base, value=float(slipped / forecast))


def pushes(window: Window) -> dict[str, Metric]:
    """How often a close date moved later in the period, and how often over the end of a month or of a quarter."""
    begin, end = _begin(window), min(end_of(window.period.last, window.book.now), window.book.now)
    moves: list[tuple[str, date, date]] = []
    earlier, histories = _before(window), window.book.histories
    for deal in window.book.deals:
        if window.book.closed_by(deal, earlier):
            continue
        rows = histories.get(deal.id)
        if rows and rows[-1].at >= begin:
            moves += [
                (deal.id, before.close_date, row.close_date)
                for before, row in pairwise(rows)
                if before.close_date
                and row.close_date
                and row.close_date > before.close_date
                and begin <= row.at <= end
            ]
    told = f"moves of a close date to a later day, made {window.period.first} to {window.period.last}"
    months = [move for move in moves if _month(move[1]) != _month(move[2])]
    quarters = [move for move in months if _month(move[1]) // 3 != _month(move[2]) // 3]
    return {
        "pushes": _moved(moves, told),
        "pushes_month": _moved(months, f"{told}, over the end of a month"),
        "pushes_quarter": _moved(quarters, f"{told}, over the end of a quarter (also counted as over that of a month)"),
    }


def _moved(moves: list[tuple[str, date, date]], told: str) -> Metric:
    return Metric(len(moves), len({deal for deal, _, _ in moves}), told, "pushes")


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _begin(window: Window) -> datetime:
    """The first moment of the period, on the clock of the one who asks."""
    return end_of(window.period.first - timedelta(days=1), window.book.now) + timedelta(microseconds=1)


def _before(window: Window) -> datetime:
    """The last moment before the period, on the asker's clock."""
    now = window.book.now
    return end_of(window.period.first - timedelta(days=1), now).astimezone(now.tzinfo)
