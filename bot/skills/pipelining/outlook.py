"""What the period may bring: quota, gap and coverage; three weighted forecasts and their spread; each rep's call beside the model's."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.book import category_of
from bot.pipeline.cuts import past_cuts
from bot.pipeline.digest import FEW, total
from bot.pipeline.forecast import DRAWS, Spread, spread
from bot.pipeline.measures import bias
from bot.proposals import Line, Section, Table
from bot.skills.ledger import money, plural
from bot.skills.pipelining.sheet import Sheet, amounts, rounded

SHOWN = 8
"""reps in the table"""


@dataclass(frozen=True)
class Outlook:
    """The forecasts of one scope, in one currency."""

    closed: float
    staged: float
    rated: Spread
    """by the base rate"""
    modelled: Spread | None
    """by the model, where it is shown"""
    chances: Mapping[str, float]
    """of each open deal, as shown"""

    @property
    def shown(self) -> Spread:
        """The calibrated one: the model's, else the base rate's."""
        return self.modelled or self.rated


def outlook(sheet: Sheet, deals: Sequence[Opportunity], won: Sequence[Opportunity], currency: str) -> Outlook:
    """Forecast from these open deals and what they already won."""
    here, done = sheet.of(deals, currency), float(total(won, currency).amount)
    rated, modelled = sheet.chances.all(sheet.book, here)
    worth, shock = amounts(here), sheet.chances.shock
    due = [deal for deal in here if sheet.told.period.holds(deal.close_date)]
    return Outlook(
        closed=done,
        staged=done + float(sheet.told.weighted(due, currency)),
        rated=spread(done, worth, rated, shock),
        modelled=spread(done, worth, modelled, shock) if modelled is not None else None,
        chances={deal.id: p for deal, p in zip(here, modelled or rated, strict=True)},
    )


def over(sheet: Sheet) -> bool:
    """Whether the period lies behind us, so that nothing is to be forecast."""
    return sheet.told.period.last < sheet.book.today


def lines(sheet: Sheet, found: Outlook) -> list[Line]:
    """The forecast first, as one screen has room for one line of it; quota, gap, coverage, and what all of it rests on."""
    first, *rest = forecast(sheet, found) or [""]
    return [Line(text=text) for text in (first, *quota(sheet, found), *rest) if text]


def quota(sheet: Sheet, found: Outlook) -> list[str]:
    """The quota, what is missing to it, and whether enough is open; that there is none is said among the unknowns."""
    target, currency, name = sheet.target, sheet.currency, sheet.name
    if target.amount is None:
        return []
    inside = f"quotas of {name}"
    closed = total(sheet.told.won, currency)
    left = target.amount - closed.amount
    told = sheet.amount("quota", target.amount, currency, target.n, inside)
    if left <= 0:
        return [f"Quota of {name}: {told}, met: covered."]
    gap = sheet.amount(
        "gap", left, currency, closed.n, f"quota − won with close date in {name}", sheet.of(sheet.told.won, currency)
    )
    others = [
        money(won.amount, other) for other in sheet.told.currencies[1:] if (won := total(sheet.told.won, other)).amount
    ]
    beside = f", and {' and '.join(others)} won that no rate brings to {currency}" if others else ""
    return [f"Quota of {name}: {told}; {gap} to go{beside}.", _coverage(sheet, left)]


def _coverage(sheet: Sheet, left: Decimal) -> str:
    """Open amount of the period over what is missing, against what the win rate asks for."""
    inside = total(sheet.told.closing, sheet.currency)
    value = float(inside.amount / left)
    sheet.keep(
        "coverage",
        value,
        "",
        inside.n,
        f"open amount closing in {sheet.name} ÷ (quota − won)",
        sheet.of(sheet.told.closing, sheet.currency),
    )
    told = f"Coverage: {value:.1f} × what is to go, with {money(inside.amount, sheet.currency)} open to close in {sheet.name}"
    won, closed = _value_rate(sheet)
    if closed < FEW:
        return f"{told}; what is required cannot be told from {plural(closed, 'deal')} closed in the year before."
    if won <= 0:
        return f"{told}; nothing was won in the year before, so no coverage is enough."
    sheet.keep("coverage required", 1 / won, "", closed, "1 ÷ value-weighted win rate of the year before")
    return f"{told}; required {1 / won:.1f} × by the win rate by value of the year before ({won:.0%}, {plural(closed, 'deal')})."


def _value_rate(sheet: Sheet) -> tuple[float, int]:
    """(share of the closed amount that was won, deals) in the year before the period."""
    first = sheet.told.period.first.replace(year=sheet.told.period.first.year - 1, day=1)
    rows = [
        o for o in sheet.book.deals if o.is_closed and o.close_date and first <= o.close_date < sheet.told.period.first
    ]
    here = [o for o in sheet.of(rows, sheet.currency) if o.amount is not None]
    every, won = sum(amounts(here)), sum(amounts([o for o in here if o.is_won]))
    return (won / every if every > 0 else 0.0), len(here)


def forecast(sheet: Sheet, found: Outlook) -> list[str]:
    """P10, P50, P90, the three weighted forecasts, and what the rates rest on."""
    if over(sheet):
        return []
    base = sheet.chances.rates
    ends = "period" if sheet.chances.periods == 1 else f"{sheet.chances.periods} periods"
    rests = f"{plural(base.n, 'deal')}, open as long before the end of the last {ends}: {base.won:,} won in theirs"
    return [
        _range(sheet, found),
        _weighted(sheet, found),
        f"The base rate rests on {rests}."
        if base.n
        else "No past deal tells a rate yet, so the chance of each is taken as even.",
    ]


def _range(sheet: Sheet, found: Outlook) -> str:
    way, shown = "the calibrated model" if found.modelled else "the base rate", found.shown
    every = [*sheet.of(sheet.told.won, sheet.currency), *sheet.of(sheet.told.open, sheet.currency)]
    low, middle, high = (
        _keep(sheet, name, value, f"won + {DRAWS:,} draws by {way}", every)
        for name, value in (("P10", shown.p10), ("P50", shown.p50), ("P90", shown.p90))
    )
    live = plural(len(found.chances), "open deal")
    return f"Forecast of {sheet.name}, by {way}: P50 {middle}, with P10 {low} and P90 {high} ({live})."


def _weighted(sheet: Sheet, found: Outlook) -> str:
    """By the CRM's stage probabilities, by base rates, and by the model where it is shown."""
    won, name = sheet.of(sheet.told.won, sheet.currency), sheet.name
    every = [*won, *sheet.of(sheet.told.open, sheet.currency)]
    due = [*won, *sheet.of(sheet.told.closing, sheet.currency)]
    rule = f"won + amount × the CRM's stage probability, closing in {name}"
    staged = _keep(sheet, "forecast by stage probability", found.staged, rule, due)
    rule = f"won + amount × chance to be won in {name}, by past deals of the stage and segment"
    rated = _keep(sheet, "forecast by base rate", found.rated.mean, rule, every)
    told = f"Weighted: {staged} by the CRM's stage probabilities, {rated} by base rates"
    if found.modelled is None:
        return f"{told}."
    rule = f"won + amount × the model's chance to be won in {name}"
    return f"{told}, {_keep(sheet, 'forecast by model', found.modelled.mean, rule, every)} by the model."


def _keep(sheet: Sheet, name: str, value: float, rule: str, deals: Sequence[Opportunity]) -> str:
    return sheet.amount(name, rounded(value), sheet.currency, len(deals), rule, deals)


@dataclass(frozen=True)
class Call:
    """One rep's call beside the model's; amounts as floats."""

    owner: str
    call: float
    """closed + Commit"""
    model: float
    bias: float | None
    """of their past calls at this point: Σ (call − won) ÷ Σ won"""
    periods: int


def calls(sheet: Sheet, found: Outlook) -> list[Call]:
    """Each rep's closed and Commit, the forecast of their deals, and how their past calls came out."""
    told, currency = sheet.told, sheet.currency
    call: dict[str, float] = defaultdict(float)
    model: dict[str, float] = defaultdict(float)
    for deal in sheet.of(told.won, currency):
        call[deal.owner_id or ""] += float(deal.amount or 0)
        model[deal.owner_id or ""] += float(deal.amount or 0)
    for deal in sheet.of(told.open, currency):
        model[deal.owner_id or ""] += float(deal.amount or 0) * found.chances.get(deal.id, 0.0)
        if told.category_of[deal.id] == "Commit" and told.period.holds(deal.close_date):
            call[deal.owner_id or ""] += float(deal.amount or 0)
    past = biases(sheet)
    rows = [Call(key, call[key], model[key], *past.get(key, (None, 0))) for key in model]
    return sorted(rows, key=lambda row: (-max(row.call, row.model), row.owner))


def biases(sheet: Sheet) -> dict[str, tuple[float | None, int]]:
    """(bias, periods) of each rep's calls at the same point of the last periods: their Commit then against what was won.

    A period in which nothing was in Commit yet counts for nobody: no call was made.
    """
    book, sums = sheet.book, dict[str, list[float]]()
    live = sheet.of(book.deals, sheet.currency)
    won = [deal for deal in live if deal.is_closed and deal.is_won]
    for cut in past_cuts(sheet.told.period, book.now):
        then: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        called = False
        for deal in won:
            if cut.period.holds(deal.close_date):
                then[deal.owner_id or ""][1] += float(deal.amount or 0)
                then[deal.owner_id or ""][0] += float(deal.amount or 0) if book.closed_by(deal, cut.at) else 0.0
        # Cuts go from the oldest on: what was closed at one is closed at the next, and nothing is looked at before it was there.
        to_come = [deal for deal in live if deal.created_at and deal.created_at > cut.at]
        open_then = [d for d in live if not (d.created_at and d.created_at > cut.at) and not book.closed_by(d, cut.at)]
        live = [*open_then, *to_come]
        for deal in open_then:
            last = book.last_open(deal, cut.at)
            if (
                last
                and cut.period.holds(last.close_date)
                and category_of(last.forecast_category, last.stage, book.stages) == "Commit"
            ):
                amount = last.amount if last.amount is not None else book.listed(deal)
                then[deal.owner_id or ""][0] += float(amount or 0)
                called = True
        for key, (said, won_amount) in then.items():
            if called and (said or won_amount):
                row = sums.setdefault(key, [0.0, 0.0, 0.0])
                row[0], row[1], row[2] = row[0] + said, row[1] + won_amount, row[2] + 1
    return {key: (bias(said, won), int(n)) for key, (said, won, n) in sums.items()}


def call_section(sheet: Sheet, found: Outlook, names: Mapping[str, str]) -> Section | None:
    """The table of calls; None where the period is over or nobody has anything."""
    rows = [] if over(sheet) else calls(sheet, found)
    if not rows:
        return None
    cells = [_cells(sheet, row, names) for row in rows[:SHOWN]]
    table = Table(columns=("Owner", "Call", "Model", "Past bias"), rows=tuple(cells), numeric=(1, 2, 3))
    more = (
        [Line(text=f"{plural(len(rows) - SHOWN, 'further person')} not shown.".replace("persons", "people"))]
        if len(rows) > SHOWN
        else []
    )
    head = Line(
        text="The call is closed won and Commit; past bias is what calls at this point were above (+) or below what was then won."
    )
    return Section(title=f"Rep call against the model ({sheet.currency})", lines=(head, *more), table=table)


def _cells(sheet: Sheet, row: Call, names: Mapping[str, str]) -> tuple[str, str, str, str]:
    who, currency = names.get(row.owner, "no owner"), sheet.currency
    told = sheet.told
    won = [o for o in sheet.of(told.won, currency) if (o.owner_id or "") == row.owner]
    live = [o for o in sheet.of(told.open, currency) if (o.owner_id or "") == row.owner]
    commit = [o for o in live if told.category_of[o.id] == "Commit" and told.period.holds(o.close_date)]
    rule = f"deals of {who}; closed won and Commit in {sheet.name}"
    call = sheet.amount(f"call of {who}", rounded(row.call), currency, len(won) + len(commit), rule, [*won, *commit])
    rule = f"deals of {who}; won + amount × chance"
    model = sheet.amount(f"model for {who}", rounded(row.model), currency, len(won) + len(live), rule, [*won, *live])
    bias = "–" if row.bias is None else f"{row.bias:+.0%} ({row.periods})"
    return who, call.removeprefix(f"{currency} "), model.removeprefix(f"{currency} "), bias
