"""The pictures of a pipeline, each with its figures in words: open by stage, forecast fan, funnel, cycle lengths."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.pipeline.digest import FEW
from bot.pipeline.forecast import spread
from bot.pipeline.measures import Metric
from bot.pipeline.rates import interval
from bot.pipeline.stage_flow import Flow
from bot.proposals import Chart, Series
from bot.skills.ledger import joined, money, plural
from bot.skills.pipelining.outlook import Outlook, over
from bot.skills.pipelining.sheet import Sheet, amounts

CYCLE = (0, 15, 30, 45, 60, 90, 120, 180, 270, 365)
"""days at which the bars of cycle lengths begin"""
WEEK = timedelta(days=7)


def by_stage(sheet: Sheet) -> Chart | None:
    """Open amount by stage in the main currency."""
    currency = sheet.currency
    rows = sheet.told.by_stage(currency)
    if not rows:
        return None
    said = joined(
        [f"{row.name} {money(row.total.amount, currency)} in {plural(row.total.n, 'deal')}" for row in rows], "; "
    )
    return Chart(
        kind="barh", title=f"Open pipeline by stage ({currency})", alt=f"Open amount by stage: {said}.",
        labels=tuple(row.name for row in rows),
        series=(Series(name="Open", values=tuple(float(row.total.amount) for row in rows)),), unit=currency,
    )  # fmt: skip


def fan(sheet: Sheet, found: Outlook) -> Chart | None:
    """What was won by each week, and from now on what may be, by the close dates of open deals; the end holds all of them."""
    if over(sheet) or not found.chances:
        return None
    days = _weeks(sheet)
    rows = [_band(sheet, found, day) for day in days]
    columns = {name: tuple(row[k] for row in rows) for k, name in enumerate(("P10", "P50", "P90"))}
    series = [Series(name=name, values=values) for name, values in columns.items()]
    if sheet.target.amount is not None:
        series.append(Series(name="Quota", values=(float(sheet.target.amount),) * len(days)))
    low, middle, high = rows[-1]
    said = f"Won so far {found.closed:,.0f}; by {days[-1]} P10 {low:,.0f}, P50 {middle:,.0f}, P90 {high:,.0f} {sheet.currency}"
    quota = f"; quota {float(sheet.target.amount):,.0f}" if sheet.target.amount is not None else ""
    return Chart(
        kind="fan", title=f"Forecast of {sheet.name} ({sheet.currency})", alt=f"{said}{quota}.",
        labels=tuple(f"{day:%d %b}" for day in days), series=tuple(series), unit=sheet.currency,
    )  # fmt: skip


def _weeks(sheet: Sheet) -> list[date]:
    """Every seventh day of the period, today, and its last day."""
    span, today = sheet.told.period, sheet.book.today
    step = WEEK if (span.last - span.first).days <= 100 else timedelta(days=30)
    days = {span.first + step * k for k in range(1, (span.last - span.first) // step + 1)}
    inside = {today} if span.holds(today) else set()
    return sorted(
        {day for day in days if abs((day - today).days) > 2 and (span.last - day).days > 2} | inside | {span.last}
    )


def _band(sheet: Sheet, found: Outlook, day: date) -> tuple[float, float, float]:
    if day <= sheet.book.today:
        won = [o for o in sheet.of(sheet.told.won, sheet.currency) if o.close_date and o.close_date <= day]
        return (sum(amounts(won)),) * 3
    if day == sheet.told.period.last:
        return found.shown.p10, found.shown.p50, found.shown.p90
    due = [o for o in sheet.of(sheet.told.open, sheet.currency) if o.close_date and o.close_date <= day]
    told = spread(found.closed, amounts(due), [found.chances[o.id] for o in due], sheet.chances.shock)
    return told.p10, told.p50, told.p90


def funnel(flow: Flow, name: str) -> Chart | None:
    """How many deals entered each stage in the cohort, and which share of them went on."""
    rows = [(stage, one) for stage, one in flow.conversion.items() if one.n]
    if len(rows) < 2:
        return None
    said = "; ".join(f"{stage} {plural(one.n, 'deal')}{_share(one)}" for stage, one in rows)
    counts = Series(name="Deals", values=tuple(float(one.n) for _, one in rows))
    shares = Series(name="Share", values=tuple(_passed(one) for _, one in rows))
    return Chart(
        kind="funnel", title=f"Stages entered, {name}", alt=f"Deals that entered each stage: {said}.",
        labels=tuple(stage for stage, _ in rows), series=(counts, shares),
    )  # fmt: skip


def _share(one: Metric) -> str:
    share = _passed(one)
    return f", {share:.0%} went on" if share is not None else ""


def _passed(one: Metric) -> float | None:
    """The share that went on, where enough deals tell it."""
    return float(one.value) if one.value is not None and one.n >= FEW else None


def cycles(won: Sequence[int], lost: Sequence[int], name: str) -> Chart | None:
    """How many days deals took to their close, won beside lost."""
    if not won and not lost:
        return None
    ends = (*CYCLE[1:], 10**6)
    labels = [f"{a}-{b - 1}" if b < 10**6 else f"{a}+" for a, b in zip(CYCLE, ends, strict=True)]
    counts = [
        [sum(1 for day in days if a <= day < b) for a, b in zip(CYCLE, ends, strict=True)] for days in (won, lost)
    ]
    said = "; ".join(f"{label} days: {a} won, {b} lost" for label, a, b in zip(labels, *counts, strict=True))
    series = tuple(
        Series(name=key, values=tuple(map(float, row))) for key, row in zip(("Won", "Lost"), counts, strict=True)
    )
    return Chart(
        kind="histogram",
        title=f"Days from creation to close, {name}",
        alt=f"{said}.",
        labels=tuple(labels),
        series=series,
    )


def reliability(bins: Sequence[tuple[int, float, float]], held_out: str) -> Chart | None:
    """Chances that the model gave in the quarter held out against what was won, (n, predicted, observed) a bin."""
    if not bins:
        return None
    ends = [interval(round(n * observed), n) for n, _, observed in bins]
    said = "; ".join(f"given {predicted:.0%}, {observed:.0%} of {n} were won" for n, predicted, observed in bins)
    columns = {
        "Predicted": [predicted for _, predicted, _ in bins], "Observed": [observed for _, _, observed in bins],
        "Low": [low for low, _ in ends], "High": [high for _, high in ends],
    }  # fmt: skip
    return Chart(
        kind="reliability", title=f"The model in {held_out}, which was held out", alt=f"Reliability: {said}.",
        labels=tuple(f"n={n}" for n, _, _ in bins), series=tuple(Series(name=key, values=tuple(row)) for key, row in columns.items()),
    )  # fmt: skip
