"""How fast it goes: win rate, cycle, and sales velocity with its four levers against the period before."""

from collections.abc import Mapping
from decimal import Decimal
from math import expm1
from typing import Any

from bot.pipeline.digest import FEW
from bot.pipeline.measures import Metric
from bot.pipeline.stats import pace
from bot.pipeline.velocity import cycles
from bot.pipeline.window import Window
from bot.proposals import Line
from bot.skills.ledger import money, plural
from bot.skills.pipelining.sheet import Sheet, rounded

LEVERS = {"deals": "open deals", "win_rate": "win rate", "average_won": "average won", "cycle_days": "cycle"}


def lines(sheet: Sheet) -> list[Line]:
    """Win rate, cycle and velocity of the period, each with its n."""
    found = pace(Window(sheet.book, sheet.told.period, sheet.currency))
    texts = (_rate(sheet, found), _cycle(sheet, found["cycle_days"]), _velocity(sheet, found["velocity"]))
    return [Line(text=text) for text in texts if text]


def _rate(sheet: Sheet, found: Mapping[str, Metric]) -> str:
    """Counts below twenty closed deals, else the rate with its interval and that by value."""
    rate, won = found["win_rate"], sheet.told.won
    if not rate.n:
        return f"No deal was closed in {sheet.name} yet."
    counts = f"{len(won)} of {plural(rate.n, 'closed deal')} won in {sheet.name}"
    if rate.value is None or rate.n < FEW:
        return f"{counts}."
    sheet.keep(
        "win rate",
        float(rate.value),
        "",
        rate.n,
        f"won of closed, close date in {sheet.name}",
        [*won, *sheet.told.lost],
    )
    told = f"Win rate {float(rate.value):.0%} (95 % interval {rate.low:.0%} to {rate.high:.0%}): {counts}"
    by_value = found["win_rate_value"]
    return f"{told}; {float(by_value.value):.0%} by value." if by_value.value is not None else f"{told}."


def _cycle(sheet: Sheet, cycle: Metric) -> str:
    if cycle.value is None:
        return ""
    sheet.keep(
        "cycle",
        float(cycle.value),
        "days",
        cycle.n,
        f"median days from creation to close, won in {sheet.name}",
        [deal for deal in sheet.told.won if cycles([deal])],
    )
    return f"Cycle: {float(cycle.value):g} days in the median of {plural(cycle.n, 'won deal')}."


def _velocity(sheet: Sheet, velocity: Metric) -> str:
    """Money a day, its levers, and which of them moved it."""
    if velocity.value is None:
        return ""
    extra: Mapping[str, Any] = velocity.extra
    levers, amount = extra["levers"], rounded(float(velocity.value))
    closed = sheet.of([*sheet.told.won, *sheet.told.lost], sheet.currency)
    told = sheet.amount("velocity", amount, sheet.currency, velocity.n, velocity.filter, closed)
    four = (
        f"{levers['deals']} open deals × win rate {_ratio(levers['win_rate'], velocity.n)} × average won "
        f"{money(Decimal(round(levers['average_won'])), sheet.currency)} ÷ {levers['cycle_days']:g} days"
    )
    for name, value in levers.items():
        sheet.ledger.figure(value, f"{LEVERS[name]} of the velocity in {sheet.name}")
    if sheet.told.period.last >= sheet.book.today:
        return f"Sales velocity so far: {told} a day ({four}); what closes early in a period is what closes quickly, so it falls as {sheet.name} goes on."
    return f"Sales velocity: {told} a day ({four}){_change(sheet, extra)}."


def _ratio(rate: float, n: int) -> str:
    return f"{rate:.0%}" if n >= FEW else f"{round(rate * n)}/{n}"


def _lever(name: str, change: float) -> str:
    """What moved it: a cycle is named as longer or shorter, as its percent are those of the velocity."""
    return LEVERS[name] if name != "cycle_days" else f"{'shorter' if change > 0 else 'longer'} cycle"


def _change(sheet: Sheet, extra: Mapping[str, Any]) -> str:
    """How it changed against the period before, split over the levers: Δln V = Δln N + Δln W + Δln A − Δln L."""
    change = extra["change"]
    if change is None:
        return ""
    moved = sorted((name for name in LEVERS if abs(change[name]) >= 0.005), key=lambda name: -abs(change[name]))
    parts = ", ".join(f"{_lever(name, change[name])} {expm1(change[name]):+.0%}" for name in moved)
    for name in (*LEVERS, "velocity"):
        sheet.ledger.figure(round(expm1(change[name]) * 100), f"percent change of the velocity by {name}")
    return f"; {expm1(change['velocity']):+.0%} against the period before{f': {parts}' if parts else ''}"
