"""A deal's chance to be won in its period: with its interval, what it rests on, why, and the category that it speaks for."""

from dataclasses import dataclass

from bot.pipeline.odds import Chance as Odds
from bot.pipeline.period import Period, period
from bot.proposals import Line
from bot.skills import Context
from bot.skills.booking import odds, open_book
from bot.skills.deal_facts import Sheet
from bot.skills.ledger import plural

COMMIT, BEST = 0.5, 0.25
"""from which chance on the category is Commit (source: RISK, “forecast mismatch”), and Best Case"""


@dataclass(frozen=True)
class Chance:
    """The probability of winning, and the lines that tell it with its interval, n and reasons."""

    value: float
    lines: tuple[Line, ...]
    why: str
    """why the model is shown, or the base rate"""
    model: float | None
    """the model's, where it is shown: what a rep's Commit is held against"""


def chance(context: Context, sheet: Sheet) -> Chance | None:
    """The chance of an open deal; None for a closed one."""
    deal = sheet.deal.opportunity
    if deal.is_closed:
        return None
    span = _span(context, sheet)
    context.progress("working out its chance")
    book, told = open_book(context, [deal]), odds(context, span)
    if not book.deals or book.deals[0].is_closed:
        return None
    found = told.of(book, book.deals[0])
    sheet.figure("chance", round(found.p * 100), "%", found.n, f"to be won in {span.name}, by {_way(found)}")
    for name, value in (("lower", found.low), ("upper", found.high)):
        sheet.ledger.figure(round(value * 100), f"percent, {name} end of the interval of the chance")
    why = [] if _untold(found) else [*(f"{one[0].upper()}{one[1:]}." for one in found.reasons), _category(sheet, found)]
    lines = (_first(found, span), *why)
    return Chance(found.p, tuple(sheet.line(text) for text in lines), told.why, found.p if found.model else None)


def _span(context: Context, sheet: Sheet) -> Period:
    """The quarter in which the deal is to close; this one where that is past or unknown."""
    this, day = period("quarter", context.today), sheet.deal.opportunity.close_date
    return period("quarter", day) if day and day > this.last else this


def _way(found: Odds) -> str:
    return "the calibrated model" if found.model else "the base rate"


def _first(found: Odds, span: Period) -> str:
    band = f"{found.p:.0%} to be won in {span.name} (95 % interval {found.low:.0%} to {found.high:.0%})"
    if found.model:
        return f"{band}, by the calibrated model: of {plural(found.n, 'deal')} that it gave about as much in the held-out quarter, {found.won} were won."
    if _untold(found):
        return f"No past deal tells a chance for {span.name} yet, so it is taken as even: {found.p:.0%}."
    prior = (
        f"{found.prior:.0%} of the figure is the rate of all deals"
        if found.n
        else "all of it is the rate of all deals, as none was like this one"
    )
    return f"{band}, by the base rate of {plural(found.n, 'past deal')} like it; {prior}."


def _untold(found: Odds) -> bool:
    """Whether nothing has ended yet: any chance is as likely as another."""
    return not found.model and (found.low, found.high) == (0.0, 1.0)


def _category(sheet: Sheet, found: Odds) -> str:
    """The owner's forecast category beside the one that the chance speaks for."""
    said = sheet.deal.opportunity.forecast_category
    meant = "Commit" if found.p >= COMMIT else "Best Case" if found.p >= BEST else "Pipeline"
    owner = f"The owner says {'Commit' if said == 'Forecast' else said}" if said else "No forecast category is set"
    return f"{owner}; by its chance it would be {meant} (Commit from {COMMIT:.0%}, Best Case from {BEST:.0%})."
