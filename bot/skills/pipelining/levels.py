"""How much there is: open, weighted, closing, won, lost, and by stage and forecast category; each currency apart."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.digest import Row, total
from bot.proposals import Line, Section, Table
from bot.skills.pipelining.sheet import Sheet, deals_words


def head(sheet: Sheet) -> list[Line]:
    """Scope, filter and basis; then what is open, closing, won and lost."""
    told, name = sheet.told, sheet.told.period.name
    scope = f"{sheet.scope.words[0].upper()}{sheet.scope.words[1:]}; {told.period.told}; {_basis(sheet)}."
    if not told.counted:
        return [
            Line(text=scope),
            Line(text="No deal that you may see counts here: none is open, none closed in the period."),
        ]
    lines = [scope]
    for currency in told.currencies:
        lines += _open_lines(sheet, currency)
    lines += _closed_lines(sheet)
    lost = sheet.count("closed lost", len(told.lost), f"lost, close date in {name}", told.lost)
    lines.append(f"Closed lost in {name}: {lost}.")
    return [Line(text=text) for text in lines]


def _basis(sheet: Sheet) -> str:
    """Which amounts these are: the CRM's, or at declared rates."""
    return sheet.converted or "amounts as in the CRM"


def _open_lines(sheet: Sheet, currency: str) -> list[str]:
    """Open, weighted and closing in one currency."""
    told, name = sheet.told, sheet.told.period.name
    every, closing = total(told.open, currency), total(told.closing, currency)
    live = "open, forecast category not Omitted"
    inside = f"{live}, close date in {name}"
    late = len([o for o in told.overdue if o.currency == currency and told.period.holds(o.close_date)])
    weighted = sheet.amount(
        "weighted",
        told.weighted(told.open, currency),
        currency,
        every.n,
        f"{live}; amount × stage probability",
        sheet.of(told.open, currency),
    )
    closing_weighted = sheet.amount(
        f"weighted, closing in {name}",
        told.weighted(told.closing, currency),
        currency,
        closing.n,
        f"{inside}; amount × stage probability",
        sheet.of(told.closing, currency),
    )
    amount = sheet.amount("open pipeline", every.amount, currency, every.n, live, sheet.of(told.open, currency))
    within = sheet.amount(
        f"closing in {name}", closing.amount, currency, closing.n, inside, sheet.of(told.closing, currency)
    )
    past = f", {late} of them past that date" if late else ""
    return [
        f"Open pipeline: {amount} in {deals_words(every)}; weighted by stage probability {weighted}.",
        f"To close in {name}: {within} in {deals_words(closing)}{past}; weighted {closing_weighted}.",
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
            f"Closed won in {name}: {sheet.amount('closed won', won.amount, currency, won.n, rule, sheet.of(told.won, currency))} in {deals_words(won)}."
        )
        a = sheet.amount(
            "commit forecast",
            commit.amount,
            currency,
            commit.n,
            f"{rule}, or Commit to close in it",
            _in(sheet, currency, "Commit"),
        )
        b = sheet.amount(
            "best case forecast",
            best.amount,
            currency,
            best.n,
            f"{rule}, or Commit or Best Case to close in it",
            _in(sheet, currency, "Commit", "Best Case"),
        )
        lines.append(
            f"Closed and Commit in {name}: {a} ({deals_words(commit)}); with Best Case {b} ({deals_words(best)})."
        )
    return lines


def _in(sheet: Sheet, currency: str, *categories: str) -> list[Opportunity]:
    told = sheet.told
    return sheet.of([*told.won, *(o for o in told.closing if told.category_of[o.id] in categories)], currency)


def tables(sheet: Sheet, currency: str) -> list[Section]:
    """Open deals by stage and by forecast category."""
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
        amount = sheet.amount(f"open in {row.name}", row.total.amount, currency, row.total.n, rule, row.deals)
        inside = [o for o in row.deals if kind != "category" or sheet.told.period.holds(o.close_date)]
        more = sheet.amount(f"{last.lower()}: {row.name}", value(row), currency, len(inside), rule, inside)
        cells.append((row.name, str(row.total.n), *(text.removeprefix(f"{currency} ") for text in (amount, more))))
    table = Table(columns=(kind.capitalize(), "Deals", "Open", last), rows=tuple(cells), numeric=(1, 2, 3))
    return Section(title=title, table=table)
