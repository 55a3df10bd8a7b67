"""Which deals: past their date, largest, those that make up most of it, and what to put right."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.digest import FEW, total
from bot.proposals import Figure, Line, Section
from bot.skills.account import cite_deal
from bot.skills.ledger import joined, money, plural
from bot.skills.pipelining.sheet import Sheet

SHOWN, LISTED = 5, 25


def overdue(sheet: Sheet, names: Mapping[str, str]) -> list[Line]:
    """Open deals whose close date has passed, the longest ago first."""
    rows = sheet.told.overdue
    if not rows:
        return []
    sums = joined([money(total(rows, c).amount, c) for c in sheet.told.currencies if total(rows, c).n], " and ")
    for currency in sheet.told.currencies:
        late = total(rows, currency)
        sheet.amount(
            "past their close date",
            late.amount,
            currency,
            late.n,
            "open, close date before today",
            sheet.of(rows, currency),
        )
    lines = [Line(text=f"{sums} in {plural(len(rows), 'deal')}.")]
    return [*lines, *(deal_line(sheet, o, names) for o in rows[:SHOWN])]


def top(sheet: Sheet, names: Mapping[str, str]) -> list[Line]:
    """The largest open deals, and how much hangs on the first."""
    if not sheet.told.currencies:
        return []
    main = sheet.told.currencies[0]
    rows = sheet.told.top(main, SHOWN)
    return [*(deal_line(sheet, o, names) for o in rows), *_concentration(sheet, main, rows)]


def deal_line(sheet: Sheet, deal: Opportunity, names: Mapping[str, str]) -> Line:
    """One deal: amount, stage, close date, owner."""
    sheet.ledger.figure(deal.amount, f"amount of {deal.name}")
    closing = f"close date {deal.close_date}" if deal.close_date else "no close date"
    owner = names.get(deal.owner_id or "", "no owner")
    text = f"{deal.name}: {money(deal.amount, deal.currency)}, {deal.stage}, {closing}, {owner}."
    return sheet.ledger.line(text, cite_deal(deal, sheet.ledger))


def _concentration(sheet: Sheet, currency: str, rows: Sequence[Opportunity]) -> list[Line]:
    """How much of the open amount hangs on the largest deal; below twenty deals the amounts alone are said."""
    every = total(sheet.told.open, currency)
    largest = (rows[0].amount if rows else None) or Decimal(0)
    if not rows or every.amount < largest or largest <= 0:  # amounts below zero leave no share to tell
        return []
    share = float(largest / every.amount)
    told = f"{money(largest, currency)} of {money(every.amount, currency)} open ({plural(every.n, 'deal')})"
    if every.n >= FEW:
        sheet.ledger.figure(round(share * 100), "percent of the open amount in the largest deal")
        told = f"{share:.0%}: {told}"
    return [sheet.ledger.line(f"The largest holds {told}.", cite_deal(rows[0], sheet.ledger))]


def hygiene(sheet: Sheet, gone: Collection[str] = ()) -> list[Line]:
    """What open deals lack, whose owners are gone, and what is left out for it."""
    told = sheet.told
    every = len(told.open)
    lines = [
        Line(text=f"No {what}: {sheet.count(f'without {what}', len(rows), f'open, no {what}', rows)} of {every}.")
        for what, rows in told.missing().items()
        if rows
    ]
    orphaned = [o for o in told.open if o.owner_id in gone]
    if orphaned:
        counted = sheet.count("owner inactive", len(orphaned), "open, owner inactive in the CRM", orphaned)
        lines.append(Line(text=f"Owner inactive in the CRM, to be handed over: {counted} of {every}."))
    below = [o for o in told.open if o.amount is not None and o.amount < 0]
    if below:
        counted = sheet.count("amount below zero", len(below), "open, amount below zero", below)
        lines.append(Line(text=f"Amount below zero, added as it stands: {counted} of {every}."))
    early = [o for o in told.counted if o.close_date and o.created_at and o.close_date < o.created_at.date()]
    if early:
        counted = sheet.count("closing before creation", len(early), "close date before the day of creation", early)
        lines.append(Line(text=f"Close date before the day of creation: {counted} of {len(told.counted)}."))
    if told.omitted:
        counted = sheet.count("omitted", len(told.omitted), "open, forecast category Omitted", told.omitted)
        lines.append(Line(text=f"Left out of the open pipeline as Omitted: {counted}."))
    if told.unweighted:
        counted = sheet.count("unknown stage", len(told.unweighted), "open, stage not in the picklist", told.unweighted)
        lines.append(Line(text=f"In a stage without a probability, so weighted as nothing: {counted}."))
    return lines


def opened(sheet: Sheet, figure: Figure, deals: Sequence[Opportunity], names: Mapping[str, str]) -> Section:
    """The deals behind one figure, the largest first."""
    value = _value(figure)
    sheet.ledger.figure(figure.value, figure.name)
    sheet.ledger.figure(figure.n, f"deals: {figure.name}")
    head = Line(text=f"{value} in {plural(figure.n, 'deal')}: {figure.filter}.")
    rows = sorted(deals, key=lambda o: (-(o.amount or 0), o.id))
    more = [Line(text=f"{plural(figure.n - LISTED, 'further deal')} not shown.")] if figure.n > LISTED else []
    return Section(
        title=f"Behind “{figure.name}”",
        lines=(head, *(deal_line(sheet, deal, names) for deal in rows[:LISTED]), *more),
    )


def _value(figure: Figure) -> str:
    """A figure as it is written: an amount to the cent, a share in percent, a number that is not whole with two digits."""
    exact = Decimal(str(round(figure.value, 2)))
    if figure.unit and figure.unit.isupper():
        return money(exact, figure.unit)
    if figure.name == "win rate":
        return f"{figure.value:.0%}"
    return f"{exact:,f} {figure.unit}".strip() if exact % 1 else f"{exact:,.0f} {figure.unit}".strip()
