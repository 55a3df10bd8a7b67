"""The answer to what changed: the waterfall as words, table and chart, and what cannot be told."""

from collections.abc import Sequence
from decimal import Decimal

from bot.pipeline.movement import DELETED, Movement, Side, Term, Waterfall
from bot.pipeline.sides import untold
from bot.proposals import Chart, Draft, Line, Section, Series, Table
from bot.skills import Context
from bot.skills.changes_deals import Moved, Sheet, Story, deal_lines, moved_in, owner_lines, slipped
from bot.skills.ledger import Ledger, joined, money, plural

MOST_CURRENCIES = 3
LIVE = "open, forecast category not Omitted"


def told(context: Context, story: Story, account_id: str | None) -> Draft:
    """Write the answer."""
    ledger = Ledger(context.reader, context.today)
    names = {user.id: user.name for user in context.reader.users()}
    sheet = Sheet(context, story, ledger, names)
    deals = {deal.id: deal for deal in story.book.deals}
    moved = moved_in(story)
    sections = [
        Section(title="What changed", lines=tuple(_head(sheet, moved))),
        *(_table(sheet, fall) for fall in _shown(story.inside)),
        Section(title=f"Slipped out of {story.name}", lines=tuple(slipped(sheet, moved, deals))),
        Section(title="What moved, largest first", lines=tuple(deal_lines(sheet, moved, deals))),
        Section(title="Changed owner", lines=tuple(owner_lines(sheet, moved, deals))),
    ]
    settled, citations = ledger.settle([one for one in sections if one.lines or one.table])
    ends = (story.whole.begin, story.whole.end)
    live = {one.id for side in ends for one in side.deals.values() if one.outcome == "open"}
    return Draft(
        skill="changes",
        sections=settled,
        citations=citations,
        unknowns=tuple(_unknowns(story)),
        numbers=tuple(ledger.numbers),
        figures=tuple(sheet.figures),
        charts=tuple(_charts(story)),
        records=tuple(f"opportunity:{key}" for key in sorted(live.union(story.whole.steps))),
        account_id=account_id,
        as_of=context.reader.as_of(),
    )


def _shown(one: Movement) -> list[Waterfall]:
    return list(one.waterfalls.values())[:MOST_CURRENCIES]


def _head(sheet: Sheet, moved: Sequence[Moved]) -> list[Line]:
    story, period = sheet.story, sheet.story.inside.period
    ends = f"from {_moment(story.inside.begin)} to {_moment(story.inside.end)}"
    whose = f"{story.scope[0].upper()}{story.scope[1:]}"
    lines = [f"{whose}; {period.told if period else 'all close dates'}; {ends}; {_basis(sheet)}."]
    if not story.whole.waterfalls:
        return [Line(text=text) for text in (*lines, "No deal that you may see was open at either moment.")]
    for fall in _shown(story.inside):
        lines.append(f"To close in {story.name}: {_levels(fall)}.")
    if not story.inside.waterfalls:
        lines.append(f"No deal was to close in {story.name} at either moment.")
    for fall in _shown(story.whole):
        lines.append(_whole(sheet, fall))
    if not moved:
        lines.append("Nothing moved on these deals.")
    return [Line(text=text) for text in lines]


def _basis(sheet: Sheet) -> str:
    """Which amounts these are: the CRM's, or at declared rates."""
    rates = sheet.context.policy.rates
    return rates.told if rates.worth else "amounts as in the CRM"


def _moment(side: Side) -> str:
    if side.source == "snapshot":
        return f"the snapshot of {side.day}"
    if side.source == "history":
        return f"the end of {side.moment.date()} (by the CRM's history; no snapshot was kept)"
    return f"now ({side.moment:%Y-%m-%d %H:%M})"


def _levels(fall: Waterfall) -> str:
    begin, end = (money(term.amount, fall.currency) for term in (fall.begin, fall.end))
    change = fall.end.amount - fall.begin.amount
    by = f", {_signed(change, fall.currency)}" if change else ", the same amount"
    return f"{begin} in {_count(fall.begin)} → {end} in {_count(fall.end)}{by}"


def _count(term: Term) -> str:
    blank = f", {term.blank} without an amount" if term.blank else ""
    return f"{plural(term.n, 'deal')}{blank}"


def _signed(amount: Decimal, currency: str) -> str:
    return f"{'+' if amount > 0 else '−'}{money(abs(amount), currency).removeprefix(f'{currency} ')}"


def _whole(sheet: Sheet, fall: Waterfall) -> str:
    """The whole open pipeline in one line; its terms are figures too."""
    parts = []
    for name, term, sign in fall.parts():
        sheet.amount(f"whole pipeline: {name}", term, fall.currency, LIVE)
        if term.ids and name not in ("begin", "end"):
            parts.append(
                f"{name} {_signed(term.amount * sign, fall.currency)} ({term.n})"
                if term.amount
                else f"{name} 0 ({term.n})"
            )
    change = fall.end.amount - fall.begin.amount
    sheet.ledger.figure(abs(change), "change of the whole open pipeline")
    return f"Whole open pipeline: {_levels(fall)}{f': {joined(parts)}' if parts else ''}."


def _table(sheet: Sheet, fall: Waterfall) -> Section:
    """The waterfall as rows."""
    rows = []
    story = sheet.story
    for name, term, sign in fall.parts():
        rule = f"{LIVE}, close date in {story.name}; {_rule(name, story)}"
        sheet.amount(name, term, fall.currency, rule)
        level = name in ("begin", "end")
        amount = (
            f"{term.amount * sign:,}" if level else _signed(term.amount * sign, fall.currency) if term.amount else "0"
        )
        rows.append((_row_name(name, story), str(term.n), _plain(term.amount) if level else amount))
    sheet.ledger.figure(abs(fall.end.amount - fall.begin.amount), f"change in {story.name}")
    if not fall.moved:
        return Section(title=f"Movement in {story.name} ({fall.currency})", lines=(Line(text="Nothing moved."),))
    table = Table(columns=("", "Deals", "Amount"), rows=tuple(rows), numeric=(1, 2))
    return Section(title=f"Movement in {story.name} ({fall.currency})", table=table)


def _plain(amount: Decimal) -> str:
    return money(amount, "").strip()


def _row_name(name: str, story: Story) -> str:
    if name == "begin":
        return f"Begin ({_short(story.inside.begin)})"
    return f"End ({_short(story.inside.end)})" if name == "end" else name.capitalize()


def _short(side: Side) -> str:
    return "now" if side.source == "now" else str(side.day or side.moment.date())


def _rule(name: str, story: Story) -> str:
    if name == "begin":
        return f"as of {_moment(story.inside.begin)}"
    if name == "end":
        return f"as of {_moment(story.inside.end)}"
    return f"{name} between {_short(story.inside.begin)} and {_short(story.inside.end)}"


def _unknowns(story: Story) -> list[str]:
    begin, end = story.inside.begin, story.inside.end
    found = []
    if "history" in (begin.source, end.source) and story.whole.waterfalls:
        found.append("By the CRM's history, who owned a deal then is not known: whose it is today counts.")
    for side in (begin, end):
        if untold(side) and side.source == "history":
            n = len(untold(side))
            found.append(
                f"{plural(n, 'deal')} had no history on {side.moment.date()}: their movement cannot be told, and they count as first known."
            )
    if len(story.whole.waterfalls) > 1:
        found.append(
            f"Amounts in {joined(story.whole.waterfalls, ' and ')} are not added: no exchange rate is on record."
        )
    deleted = [key for key, steps in story.whole.steps.items() if any(step.why == DELETED for step in steps)]
    if deleted:
        one = len(deleted) == 1
        count = "counts" if one else "count"
        it = "it" if one else "them"
        found.append(f"{plural(len(deleted), 'deal')} {count} as lost, as the CRM no longer holds {it}.")
    hidden = len(story.whole.waterfalls) - MOST_CURRENCIES
    return [*found, f"Tables are left out for {plural(hidden, 'further currency')}."] if hidden > 0 else found


def _charts(story: Story) -> list[Chart]:
    """The waterfall of the main currency; what did not move has no bar."""
    fall = next(iter(story.inside.waterfalls.values()), None)
    if fall is None or not fall.moved:
        return []
    bars = [(name, term.amount * sign) for name, term, sign in fall.parts() if name in ("begin", "end") or term.amount]
    said = joined(
        [f"{name} {_signed(value, '') if name not in ('begin', 'end') else _plain(value)}" for name, value in bars]
    )
    return [
        Chart(
            kind="waterfall",
            title=f"What changed in {story.name}, {_short(story.inside.begin)} to {_short(story.inside.end)} ({fall.currency})",
            alt=f"Waterfall in {fall.currency}: {said}.",
            labels=tuple(name.capitalize() for name, _ in bars),
            series=(Series(name="Amount", values=tuple(float(value) for _, value in bars)),),
            unit=fall.currency,
        )
    ]
