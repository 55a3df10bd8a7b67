"""The metrics that need no model, over the deals of a book in one period (pure; reference: METRICS)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.book import Book
from bot.pipeline.measures import ZERO, Metric, share, total, typical
from bot.pipeline.period import Period
from bot.pipeline.slippage import pushes, slippage
from bot.pipeline.stage_flow import Flow, flow
from bot.pipeline.target import Target
from bot.pipeline.velocity import cycles, velocity
from bot.pipeline.window import Window, main_currency

NO_CLOSED = "no deal was closed in the period"
NO_QUOTA = Target(why="no quota is known")
CUMULATIVE = ("Closed", "Commit", "Best Case", "Pipeline")


@dataclass(frozen=True)
class Stats:
    """Figures by name, the forecast by category, and the stages."""

    figures: Mapping[str, Metric]
    categories: Mapping[str, Metric]
    """each forecast category for itself"""
    cumulative: Mapping[str, Metric]
    """as Salesforce shows them by default: each with those before it"""
    stages: Flow


def stats(book: Book, period: Period, currency: str, target: Target = NO_QUOTA) -> Stats:
    """Every metric of the book's deals; money is that of the deals in this currency, counts are of all."""
    window = Window(book, period, currency)
    single = categories(window)
    return Stats(figures(window, target), single, cumulative(window, single), flow(book, period))


def figures(window: Window, target: Target = NO_QUOTA) -> dict[str, Metric]:
    """The figures that are one number each."""
    return {
        **pace(window),
        **_ahead(window, target),
        "slippage": slippage(window),
        **pushes(window),
    }


def pace(window: Window) -> dict[str, Metric]:
    """Those of what closed in the period: won and lost, how long it took, and velocity."""
    return {**_closed(window), **_time(window), "velocity": velocity(window)}


def _closed(window: Window) -> dict[str, Metric]:
    won, lost = window.won, window.lost
    span = f"with a close date {window.period.first} to {window.period.last}"
    won_amount = total(window.amounts(won), f"won deals in {window.currency} {span}", window.currency)
    priced = won_amount.n - won_amount.missing
    average = None if not priced else Decimal(won_amount.value or 0) / priced
    return {
        "won_amount": won_amount,
        "won_count": Metric(len(won), len(won), f"won deals {span}"),
        "lost_count": Metric(len(lost), len(lost), f"lost deals {span}"),
        "win_rate": share(len(won), len(won) + len(lost), f"won of all closed deals {span}", why=NO_CLOSED),
        "win_rate_value": _by_value(window, span),
        "average_won": replace(
            won_amount, value=average, n=priced, why="" if priced else "no won deal of the period has an amount",
            filter=f"won deals in {window.currency} that have an amount, {span}",
        ),
    }  # fmt: skip


def _by_value(window: Window, span: str) -> Metric:
    every = [*window.amounts(window.won), *window.amounts(window.lost)]
    won = sum((amount for amount in window.amounts(window.won) if amount is not None), ZERO)
    closed = [amount for amount in every if amount is not None]
    told = f"amount won of the amount of all closed deals in {window.currency} {span}"
    base = Metric(None, len(closed), told, "ratio", missing=len(every) - len(closed))
    whole = sum(closed, ZERO)
    base = replace(base, extra={"part": won, "whole": whole}, currency=window.currency)
    if whole <= 0:
        return replace(base, why="the closed deals of the period have no amount" if every else NO_CLOSED)
    return replace(base, value=float(won / whole))


def _time(window: Window) -> dict[str, Metric]:
    span = f"closed {window.period.first} to {window.period.last}; days from making to close, those that closed before it left out"
    won, lost = cycles(window.won), cycles(window.lost)
    none = "no won deal of the period tells when it was made and closed"
    usual = typical(won, f"median of won deals {span}", missing=len(window.won) - len(won), why=none)
    return {
        "cycle_days": usual,
        "cycle_mean": replace(usual, value=usual.extra.get("mean"), extra={}, filter=f"mean of won deals {span}"),  # type: ignore[arg-type]
        "cycle_p90": replace(usual, value=usual.extra.get("p90"), extra={}, filter=f"P90 of won deals {span}"),  # type: ignore[arg-type]
        "cycle_days_lost": typical(lost, f"median of lost deals {span}", missing=len(window.lost) - len(lost)),
        "relative_age": _age(window, usual),
    }


def _age(window: Window, usual: Metric) -> Metric:
    today = window.book.now.astimezone(UTC).date()
    ages = [(today - deal.created_at.astimezone(UTC).date()).days for deal in window.open if deal.created_at]
    told = "median age of the deals open today, but omitted ones, ÷ median cycle of the deals won in the period"
    found = typical(ages, told, missing=len(window.open) - len(ages))
    if not usual.value or found.value is None:
        return replace(
            found, value=None, unit="ratio", extra={}, why=usual.why or found.why or "the median cycle is no day"
        )
    return replace(found, value=float(found.value) / float(usual.value), unit="ratio", extra={})


def _ahead(window: Window, target: Target) -> dict[str, Metric]:
    inside = f"with a close date {window.period.first} to {window.period.last}"
    won = sum((amount for amount in window.amounts(window.won) if amount is not None), ZERO)
    live = total(
        window.amounts(window.closing),
        f"deals in {window.currency} open today, but omitted ones, {inside}",
        window.currency,
    )
    every = f"all deals in {window.currency} open today, but omitted ones, whatever their close date"
    return {
        "open_amount": live,
        "open_pipeline": total(window.amounts(window.open), every, window.currency),
        "weighted_forecast": _weighted(window, won, inside),
        **_against(window, target, won, live),
    }


def _weighted(window: Window, won: Decimal, inside: str) -> Metric:
    stages = window.book.stages
    odds = {name: Decimal(str(stage.probability)) for name, stage in stages.items()}
    deals = window.money(window.closing)
    weighed = [deal for deal in deals if deal.amount is not None and deal.stage in odds]
    value = won + sum(((deal.amount or ZERO) * odds[deal.stage] for deal in weighed), ZERO)
    told = f"won, and for open deals but omitted ones amount × the stage's probability in the CRM, in {window.currency}, {inside}"
    n = len(window.money(window.won)) + len(deals)
    return Metric(value, n, told, "money", window.currency, missing=len(deals) - len(weighed))


def _against(window: Window, target: Target, won: Decimal, live: Metric) -> dict[str, Metric]:
    told = f"quotas {window.period.first} to {window.period.last}, in {window.currency}"
    quota = Metric(target.amount, target.n, told, "money", window.currency, why=target.why)
    ratio = f"open amount of the period ÷ (quota − won), in {window.currency}"
    rate = _by_value(window, "")
    needed = None if not rate.value or rate.value <= 0 else 1 / float(rate.value)
    required = Metric(
        needed, rate.n, "1 ÷ the win rate by value of the period", "ratio", missing=rate.missing,
        why="" if needed else rate.why or "nothing was won in the period",
    )  # fmt: skip
    if target.amount is None:
        coverage = gap = replace(quota, unit="ratio", currency=None, filter=ratio)
        gap = replace(quota, filter="quota − won")
    else:
        left = target.amount - won
        gap = replace(quota, value=max(left, ZERO), filter="quota − won, nothing where the quota is met")
        covered = "covered: the quota is met"
        value = float(Decimal(live.value or 0) / left) if left > 0 else None
        coverage = Metric(value, live.n, ratio, "ratio", missing=live.missing, why="" if left > 0 else covered)
    return {"quota": quota, "gap": gap, "coverage": coverage, "coverage_required": required}


def categories(window: Window) -> dict[str, Metric]:
    """Won, and open deals of the period by forecast category, each for itself."""
    found: dict[str, list[Opportunity]] = {name: [] for name in ("Commit", "Best Case", "Pipeline")}
    inside = [deal for deal in window.omitted if window.period.holds(deal.close_date)]
    for deal in [*window.closing, *inside]:
        found.setdefault(window.book.category(deal), []).append(deal)
    span = f"with a close date {window.period.first} to {window.period.last}, in {window.currency}"
    closed = total(window.amounts(window.won), f"won deals {span}", window.currency)
    return {
        "Closed": closed,
        **{
            name: total(window.amounts(of), f"open deals in {name} {span}", window.currency)
            for name, of in found.items()
        },
    }


def cumulative(window: Window, single: Mapping[str, Metric]) -> dict[str, Metric]:
    """Commit with Closed, Best Case with both, and the open pipeline: all open but Omitted."""
    found, so_far = {}, list[Metric]()
    for name in CUMULATIVE[:-1]:
        so_far.append(single[name])
        found[name] = _added(so_far, " + ".join(CUMULATIVE[: len(so_far)]))
    rest = [one for name, one in single.items() if name not in ("Closed", "Omitted")]
    return {**found, "Open Pipeline": _added(rest, "all open deals of the period but omitted ones")}


def _added(parts: Sequence[Metric], told: str) -> Metric:
    value = sum((Decimal(part.value or 0) for part in parts), ZERO)
    return replace(parts[0], value=value, n=sum(p.n for p in parts), missing=sum(p.missing for p in parts), filter=told)


def renamed(unknown: Mapping[str, int]) -> list[str]:
    """Sentences on stages that histories name and the picklist lacks."""
    return [
        f"Histories name the stage “{name}” ({n:,} {'row' if n == 1 else 'rows'}), which is none of today's; SELLER_STAGE_ALIASES says which it became."
        for name, n in unknown.items()
    ]


def notes(book: Book, found: Stats, others: Mapping[str, int], currency: str) -> list[str]:
    """Sentences on what the figures leave out or take as it is."""
    said = [
        f"{n:,} {'deal is' if n == 1 else 'deals are'} in {code}, for which there is no rate: counted, and not in amounts in {currency}."
        for code, n in others.items()
    ]
    below = sum(1 for deal in book.deals if deal.amount is not None and deal.amount < 0)
    if below:
        said.append(
            f"{below:,} {'deal has an amount' if below == 1 else 'deals have amounts'} below zero, added as it stands."
        )
    said += renamed(found.stages.unknown)
    lacking = sum(1 for deal in book.deals if not deal.is_closed and deal.stage not in book.stages)
    if lacking:
        said.append(f"{lacking:,} open deals are in a stage that is none of today's, so they weigh nothing.")
    return said


__all__ = ["Stats", "categories", "cumulative", "figures", "main_currency", "notes", "renamed", "stats"]
