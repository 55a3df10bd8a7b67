"""How the period's pipeline came from its start to now: the waterfall, and what slipped out of it."""

from collections.abc import Mapping
from datetime import timedelta

from bot.pipeline.book import Book, end_of
from bot.pipeline.movement import Movement, Waterfall, movement
from bot.pipeline.period import Period
from bot.pipeline.sides import kept_on, now_of, told_at, untold
from bot.pipeline.slippage import slippage
from bot.pipeline.window import Window
from bot.proposals import Chart, Line, Section, Series
from bot.skills import Context
from bot.skills.booking import kept_rows
from bot.skills.ledger import money, plural
from bot.skills.pipelining.lists import SHOWN, deal_line
from bot.skills.pipelining.sheet import Sheet

NEAR = timedelta(days=3)
"""how much older than the start of the period a snapshot may be"""


def moved(context: Context, sheet: Sheet) -> Movement | None:
    """The movement since the start of the period; None where it has not begun, or nothing tells how it stood."""
    book, period = sheet.book, sheet.told.period
    if period.first > book.today:
        return None
    day = period.first - timedelta(days=1)
    near = [kept for kept in context.reader.snapshot_days() if day - NEAR <= kept <= day]
    if not near:
        return told(book, period)
    ids = {deal.id for deal in book.deals}
    rows = [row for row in kept_rows(context, near[-1]) if row.opportunity_id in ids]
    return movement(kept_on(book, near[-1], rows), now_of(book), period)


def told(book: Book, period: Period) -> Movement | None:
    """The movement since the start of the period by histories; None where these tell of no deal that was open then."""
    moment = end_of(period.first - timedelta(days=1), book.now).astimezone(book.now.tzinfo)
    # What was closed at both moments moved nothing, and is most of an old CRM.
    live = book.of([deal for deal in book.deals if not book.closed_by(deal, moment)])
    begin = told_at(live, moment)
    if (unknown := untold(begin)) and len(unknown) == sum(one.outcome == "open" for one in begin.deals.values()):
        return None
    return movement(begin, now_of(live), period)


def section(sheet: Sheet, found: Movement | None, names: Mapping[str, str]) -> Section | None:
    """The waterfall in a sentence, then what slipped, largest first."""
    fall = found.waterfalls.get(sheet.currency) if found else None
    if found is None or fall is None:
        return None
    since = sheet.told.period.first
    source = (
        f"snapshot of {found.begin.day}" if found.begin.day else "opportunity history, as no snapshot was kept then"
    )
    lines = [Line(text=f"To close in {sheet.name}, since {since} ({source}): {_sum(sheet, fall)}.")]
    return Section(title="What moved since the start", lines=(*lines, *_slipped(sheet, fall, names)))


def _sum(sheet: Sheet, fall: Waterfall) -> str:
    texts, by_id = [], {deal.id: deal for deal in sheet.book.deals}
    for name, term, sign in fall.parts():
        rule, deals = f"{name}, to close in {sheet.name}", [by_id[key] for key in term.ids if key in by_id]
        shown = sheet.amount(f"waterfall {name}", term.amount, fall.currency, term.n, rule, deals)
        if name in ("begin", "end"):
            texts.append(f"{'from' if name == 'begin' else 'to'} {shown}")
        elif term.n:
            texts.append(f"{'+' if sign > 0 else '−'} {shown.removeprefix(f'{fall.currency} ')} {name} ({term.n})")
    return " ".join([texts[0], ", ".join(texts[1:-1]), texts[-1]]).replace("  ", " ")


def _slipped(sheet: Sheet, fall: Waterfall, names: Mapping[str, str]) -> list[Line]:
    ids = set(fall.terms["slipped"].ids)
    deals = sorted((o for o in sheet.book.deals if o.id in ids), key=lambda o: (-(o.amount or 0), o.id))
    if not deals:
        return []
    rate = slippage(Window(sheet.book, sheet.told.period, sheet.currency))
    share = (
        f": {rate.value:.0%} of what was to close at its start"
        if isinstance(rate.value, float) and rate.n >= 20
        else ""
    )
    head = Line(
        text=f"Slipped: {money(fall.terms['slipped'].amount, sheet.currency)} in {plural(len(deals), 'deal')}{share}."
    )
    return [head, *(deal_line(sheet, deal, names) for deal in deals[:SHOWN])]


def chart(sheet: Sheet, found: Movement | None) -> Chart | None:
    """The waterfall as a picture."""
    fall = found.waterfalls.get(sheet.currency) if found else None
    if fall is None or not fall.moved:
        return None
    parts = fall.parts()
    values = tuple(float(term.amount) * sign for _, term, sign in parts)
    said = "; ".join(
        f"{name} {money(term.amount, fall.currency)} in {plural(term.n, 'deal')}" for name, term, _ in parts
    )
    labels = tuple(
        {"begin": f"{sheet.told.period.first:%d %b}", "end": f"{sheet.book.today:%d %b}"}.get(name, name.capitalize())
        for name, _, _ in parts
    )
    return Chart(
        kind="waterfall", title=f"What moved in {sheet.name} ({fall.currency})", alt=f"To close in {sheet.name}: {said}.",
        labels=labels, series=(Series(name="Amount", values=values),), unit=fall.currency,
    )  # fmt: skip
