"""Sales velocity, its four levers, and which of them moved it (pure; reference: METRICS)."""

from collections.abc import Iterable
from datetime import UTC
from math import log
from statistics import median
from typing import NamedTuple

from bot.crm.records import Opportunity
from bot.pipeline.measures import ZERO, Metric
from bot.pipeline.window import Window


class Levers(NamedTuple):
    """What velocity is made of; None: not known."""

    deals: int
    win_rate: float | None
    average_won: float | None
    cycle_days: float | None

    @property
    def velocity(self) -> float | None:
        """Money a day: deals × win rate × average won ÷ cycle days."""
        if self.win_rate is None or self.average_won is None or not self.cycle_days:
            return None
        return self.deals * self.win_rate * self.average_won / self.cycle_days


def levers(window: Window) -> Levers:
    """The four levers of a period, all over the deals of one currency."""
    won, lost = window.money(window.won), window.money(window.lost)
    amounts = [deal.amount for deal in won if deal.amount is not None]
    days, closed = cycles(won), len(won) + len(lost)
    day = min(window.period.last, window.book.today)
    return Levers(
        len(window.money(window.standing(day))),
        len(won) / closed if closed else None,
        float(sum(amounts, ZERO) / len(amounts)) if amounts else None,
        float(median(days)) if days else None,
    )


def cycles(deals: Iterable[Opportunity]) -> list[int]:
    """Days from a deal's making to its close (calendar days, UTC); none that closed before it was made."""
    return [
        days
        for deal in deals
        if deal.created_at and deal.close_date
        if (days := (deal.close_date - deal.created_at.astimezone(UTC).date()).days) >= 0
    ]


def velocity(window: Window) -> Metric:
    """Velocity with its levers, that of the period before, and how its change splits in logarithms."""
    now, before = levers(window), levers(window.before())
    told = (
        f"money a day: deals open at the end of {min(window.period.last, window.book.today)} × win rate × average won ÷ median days from "
        f"making to close of deals closed {window.period.first} to {window.period.last}, in {window.currency}"
    )
    beside = {
        "levers": now._asdict(),
        "before": {
            **before._asdict(), "velocity": before.velocity,
            "from": window.before().period.first, "to": window.before().period.last,
        },
        "change": change(before, now),
    }  # fmt: skip
    value = now.velocity
    why = "" if value is not None else _lacking(now)
    n = len(window.money(window.won)) + len(window.money(window.lost))
    return Metric(value, n, told, "money per day", window.currency, why=why, extra=beside)


def change(before: Levers, now: Levers) -> dict[str, float] | None:
    """Δln V = Δln N + Δln W + Δln A − Δln L, each lever with its sign; None where a lever is nothing or unknown."""
    pairs = list(zip(before, now, strict=True))
    if any(not one or one < 0 for pair in pairs for one in pair):
        return None
    moved = {name: log(new / old) for name, (old, new) in zip(Levers._fields, pairs, strict=True)}  # type: ignore[operator]
    moved["cycle_days"] = -moved["cycle_days"]
    return {**moved, "velocity": sum(moved.values())}


def _lacking(found: Levers) -> str:
    if found.win_rate is None:
        return "no deal was closed in the period"
    if found.average_won is None:
        return "no won deal of the period has an amount"
    return "no won deal of the period took a day or longer between its making and its close"
