"""The pipeline of a scope and a period: every figure is computed by code, with its n and its filter in words."""

import calendar
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.digest import FEW, Digest, Row, Total, digest, total
from bot.pipeline.period import period, period_in
from bot.proposals import Chart, Draft, Figure, Line, Section, Series, Table
from bot.skills import Ask, Card, Context, load
from bot.skills.account import cite_deal
from bot.skills.asking.records import instead_of_figures
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.pipeline_turns import goes_on
from bot.skills.scoping import Scope, elsewhere, scope_of

_SHOW = r"(?:please |can you |could you )?(?:show|give|get|send)(?: me| us)?"
_WHOSE = r"(?:(?:the|my|our|a|this|next|current|[\w&-]+(?: [\w&-]+)?['’]s|[\w&-]+ team(?:['’]s)?) )*"
_TAIL = r"(?:\s+(?:for|of|in|this|next|last|by|at)\b.*)?"

CARD = Card(
    name="pipeline",
    goes_on=lambda context, said: goes_on(context, said),
    description="The pipeline of a person, team or region in a period: open, weighted, closing, won, overdue, what is missing.",
    examples=("show me the pipeline", "how does the quarter look?", "pipeline for next quarter"),
    command="/pipeline",
    usage="this quarter | next quarter | team name",
    bare="run",
    about=frozenset(
        "pipeline forecast quarter deals opportunities numbers number quota target commit month year".split()
    ),
    around=frozenset(
        "amount behind big biggest book booked close closed closes closing coming current date end far five full "
        "hit largest last late left list look looking lose lost make miss missing mine money much many next open overdue people person rank reach "
        "report review slip slipping stage stages stand step sum team three top total totals track value whole way week win won worth".split()
    )
    | {month.lower() for month in calendar.month_name[1:]},
    triggers=(
        rf"^(?P<rest>{_SHOW} {_WHOSE}(?:pipeline|forecast|funnel){_TAIL})[.!?]*$",
        rf"^(?P<rest>{_WHOSE}(?:pipeline|forecast){_TAIL})[.!?]*$",
        r"^(?P<rest>how(?! do (?:we|you|i) forecast\b)(?:['’]s| does| do| is| are) (?:[\w&'’-]+ ){0,4}?(?:quarter|month|year|pipeline|forecast|numbers|q[1-4](?: \d{4})?)"
        r"(?: (?:for|of) .+?)?(?: (?:look|looking|doing|going|shaping up|coming along)(?: like)?)?"
        r"(?: (?:for|in|at) .+?)?)[?.! ]*$",
    ),
)
SHOWN = 5
MOST_CURRENCIES = 3
"""tables are shown for so many currencies; the others are counted"""
NO_QUOTA = "No quota is on record, so no gap and no coverage is computed."
NO_FORECAST = (
    "A calibrated forecast (P10, P50, P90) is not computed; weighted figures rest on the CRM's stage probabilities."
)


@dataclass(frozen=True)
class Sheet:
    """What the lines are written from, and the figures they state."""

    told: Digest
    scope: Scope
    ledger: Ledger
    figures: list[Figure] = field(default_factory=list)

    def amount(self, name: str, value: Decimal, currency: str, n: int, filter_: str) -> str:
        """Write an amount, and keep it as a figure."""
        self._keep(name, float(value), currency, n, filter_)
        self.ledger.figure(n, f"deals: {name} ({filter_})")
        return money(value, currency)

    def count(self, name: str, n: int, filter_: str) -> str:
        """Write a number of deals, and keep it as a figure."""
        self._keep(name, n, "", n, filter_)
        return plural(n, "deal")

    def _keep(self, name: str, value: float, unit: str, n: int, filter_: str) -> None:
        self.figures.append(Figure(name=name, value=value, unit=unit, n=n, filter=f"{self.scope.words}; {filter_}"))
        self.ledger.figure(value, f"{name} ({filter_})")


def run(context: Context, ask: Ask) -> Draft:
    """Compute the pipeline that the words ask for, or list the deals, within what the asker may see."""
    if listed := instead_of_figures(context, ask):
        return listed.model_copy(update={"skill": CARD.name})
    if elsewhere(ask.text):
        answered: Draft = load("ask").run(context, ask)
        return answered
    account = context.reader.account(ask.account_id) if ask.account_id else None
    scope = scope_of(context, ask.text, account)
    span = period_in(ask.text, context.today) or period("quarter", context.today)
    context.progress("adding up the pipeline")
    deals = [o for o in context.reader.opportunities(ask.account_id, owners=scope.owners) if scope.holds(o)]
    told = digest(deals, context.reader.stages(), span, context.today)
    sheet = Sheet(told, scope, Ledger(context.reader, context.today))
    sections, citations = sheet.ledger.settle(_sections(sheet, context))
    return Draft(
        skill="pipeline",
        sections=sections,
        citations=citations,
        unknowns=tuple(_unknowns(told)),
        numbers=tuple(sheet.ledger.numbers),
        figures=tuple(sheet.figures),
        charts=tuple(_charts(told)),
        records=tuple(f"opportunity:{o.id}" for o in told.counted),
        account_id=account.id if account else None,
        as_of=context.reader.as_of(),
    )


def _sections(sheet: Sheet, context: Context) -> list[Section]:
    told = sheet.told
    head = Section(title="Pipeline", lines=tuple(_head(sheet)))
    if not told.counted:
        return [head]
    tables = [part for currency in told.currencies[:MOST_CURRENCIES] for part in _tables(sheet, currency)]
    names = {user.id: user.name for user in context.reader.users()}
    lists = [
        Section(title="Past their close date", lines=tuple(_overdue(sheet, names))),
        Section(title="Largest open deals", lines=tuple(_top(sheet, names))),
        Section(title="To put right", lines=tuple(_hygiene(sheet))),
    ]
    return [head, *tables, *(part for part in lists if part.lines)]


def _head(sheet: Sheet) -> list[Line]:
    told, name = sheet.told, sheet.told.period.name
    scope = f"{sheet.scope.words[0].upper()}{sheet.scope.words[1:]}; {told.period.told}; amounts as in the CRM."
    if not told.counted:
        return [
            Line(text=scope),
            Line(text="No deal that you may see counts here: none is open, none closed in the period."),
        ]
    lines = [scope]
    for currency in told.currencies:
        lines += _open_lines(sheet, currency)
    lines += _closed_lines(sheet)
    lost = sheet.count("closed lost", len(told.lost), f"lost, close date in {name}")
    lines.append(f"Closed lost in {name}: {lost}.")
    return [Line(text=text) for text in lines]


def _open_lines(sheet: Sheet, currency: str) -> list[str]:
    """Open, weighted and closing in one currency."""
    told, name = sheet.told, sheet.told.period.name
    every, closing = total(told.open, currency), total(told.closing, currency)
    live = "open, forecast category not Omitted"
    inside = f"{live}, close date in {name}"
    late = len([o for o in told.overdue if o.currency == currency and told.period.holds(o.close_date)])
    weighted = sheet.amount(
        "weighted", told.weighted(told.open, currency), currency, every.n, f"{live}; amount × stage probability"
    )
    closing_weighted = sheet.amount(
        f"weighted, closing in {name}",
        told.weighted(told.closing, currency),
        currency,
        closing.n,
        f"{inside}; amount × stage probability",
    )
    amount = sheet.amount("open pipeline", every.amount, currency, every.n, live)
    within = sheet.amount(f"closing in {name}", closing.amount, currency, closing.n, inside)
    past = f", {late} of them past that date" if late else ""
    return [
        f"Open pipeline: {amount} in {_deals(every)}; weighted by stage probability {weighted}.",
        f"To close in {name}: {within} in {_deals(closing)}{past}; weighted {closing_weighted}.",
    ]


def _closed_lines(sheet: Sheet) -> list[str]:
    """Won, and the forecast categories added up, in the main currency and each further one."""
    told, name = sheet.told, sheet.told.period.name
    lines = []
    for currency in told.currencies:
        won = total(told.won, currency)
        commit, best = told.forecast(currency, ["Commit"]), told.forecast(currency, ["Commit", "Best Case"])
        rule = f"won with close date in {name}"
        lines.append(
            f"Closed won in {name}: {sheet.amount('closed won', won.amount, currency, won.n, rule)} in {_deals(won)}."
        )
        a = sheet.amount("commit forecast", commit.amount, currency, commit.n, f"{rule}, or Commit to close in it")
        b = sheet.amount(
            "best case forecast", best.amount, currency, best.n, f"{rule}, or Commit or Best Case to close in it"
        )
        lines.append(f"Closed and Commit in {name}: {a} ({_deals(commit)}); with Best Case {b} ({_deals(best)}).")
    return lines


def _deals(total: Total) -> str:
    blank = f", {total.blank} without an amount" if total.blank else ""
    return f"{plural(total.n, 'deal')}{blank}"


def _tables(sheet: Sheet, currency: str) -> list[Section]:
    stages, categories = sheet.told.by_stage(currency), sheet.told.by_category(currency)
    inside = f"In {sheet.told.period.name}"
    return [
        _table(sheet, f"Open by stage ({currency})", "stage", currency, stages, "Weighted", lambda row: row.weighted),
        _table(
            sheet, f"Open by forecast category ({currency})", "category", currency, categories, inside,
            lambda row: row.closing.amount,
        ),
    ]  # fmt: skip


def _table(
    sheet: Sheet,
    title: str,
    kind: str,
    currency: str,
    rows: Sequence[Row],
    last: str,
    value: Callable[[Row], Decimal],
) -> Section:
    """A table of open deals: name, number, amount and one more amount."""
    cells = []
    for row in rows:
        rule = f"open, {kind} {row.name}"
        amount = sheet.amount(f"open in {row.name}", row.total.amount, currency, row.total.n, rule)
        n = row.closing.n if kind == "category" else row.total.n
        more = sheet.amount(f"{last.lower()}: {row.name}", value(row), currency, n, rule)
        cells.append((row.name, str(row.total.n), *(text.removeprefix(f"{currency} ") for text in (amount, more))))
    table = Table(columns=(kind.capitalize(), "Deals", "Open", last), rows=tuple(cells), numeric=(1, 2, 3))
    return Section(title=title, table=table)


def _overdue(sheet: Sheet, names: Mapping[str, str]) -> list[Line]:
    rows = sheet.told.overdue
    if not rows:
        return []
    sums = joined([money(total(rows, c).amount, c) for c in sheet.told.currencies if total(rows, c).n], " and ")
    for currency in sheet.told.currencies:
        late = total(rows, currency)
        sheet.amount("past their close date", late.amount, currency, late.n, "open, close date before today")
    lines = [Line(text=f"{sums} in {plural(len(rows), 'deal')}.")]
    return [*lines, *(_deal(sheet, o, names) for o in rows[:SHOWN])]


def _top(sheet: Sheet, names: Mapping[str, str]) -> list[Line]:
    if not sheet.told.currencies:
        return []
    main = sheet.told.currencies[0]
    rows = sheet.told.top(main, SHOWN)
    return [*(_deal(sheet, o, names) for o in rows), *_concentration(sheet, main, rows)]


def _deal(sheet: Sheet, deal: Opportunity, names: Mapping[str, str]) -> Line:
    sheet.ledger.figure(deal.amount, f"amount of {deal.name}")
    closing = f"close date {deal.close_date}" if deal.close_date else "no close date"
    owner = names.get(deal.owner_id or "", "no owner")
    text = f"{deal.name}: {money(deal.amount, deal.currency)}, {deal.stage}, {closing}, {owner}."
    return sheet.ledger.line(text, cite_deal(deal, sheet.ledger))


def _concentration(sheet: Sheet, currency: str, rows: Sequence[Opportunity]) -> list[Line]:
    """How much of the open amount hangs on the largest deal; below twenty deals the amounts alone are said."""
    every = total(sheet.told.open, currency)
    if not rows or every.amount <= 0:
        return []
    largest = rows[0].amount or Decimal(0)
    share = float(largest / every.amount)
    told = f"{money(largest, currency)} of {money(every.amount, currency)} open ({plural(every.n, 'deal')})"
    if every.n >= FEW:
        sheet.ledger.figure(round(share * 100), "percent of the open amount in the largest deal")
        told = f"{share:.0%}: {told}"
    return [sheet.ledger.line(f"The largest holds {told}.", cite_deal(rows[0], sheet.ledger))]


def _hygiene(sheet: Sheet) -> list[Line]:
    told = sheet.told
    every = len(told.open)
    lines = [
        Line(text=f"No {what}: {sheet.count(f'without {what}', n, f'open, no {what}')} of {every}.")
        for what, n in told.missing().items()
        if n
    ]
    if told.omitted:
        counted = sheet.count("omitted", len(told.omitted), "open, forecast category Omitted")
        lines.append(Line(text=f"Left out of the open pipeline as Omitted: {counted}."))
    if told.unweighted:
        counted = sheet.count("unknown stage", told.unweighted, "open, stage not in the picklist")
        lines.append(Line(text=f"In a stage without a probability, so weighted as nothing: {counted}."))
    return lines


def _unknowns(told: Digest) -> list[str]:
    found = [NO_QUOTA, NO_FORECAST]
    if len(told.currencies) > 1:
        names = joined(told.currencies[:-1]) + f" and {told.currencies[-1]}"
        found.insert(0, f"Amounts in {names} are not added: no exchange rate is on record.")
    hidden = len(told.currencies) - MOST_CURRENCIES
    return [*found, f"Tables are left out for {plural(hidden, 'further currency')}."] if hidden > 0 else found


def _charts(told: Digest) -> list[Chart]:
    """Open amount by stage in the main currency; the alt text tells the figures."""
    rows = told.by_stage(told.currencies[0]) if told.currencies else []
    if not rows:
        return []
    currency = told.currencies[0]
    said = joined(
        [f"{row.name} {money(row.total.amount, currency)} in {plural(row.total.n, 'deal')}" for row in rows], "; "
    )
    return [
        Chart(
            kind="barh",
            title=f"Open pipeline by stage ({currency})",
            alt=f"Open amount by stage: {said}.",
            labels=tuple(row.name for row in rows),
            series=(Series(name="Open", values=tuple(float(row.total.amount) for row in rows)),),
            unit=currency,
        )
    ]
