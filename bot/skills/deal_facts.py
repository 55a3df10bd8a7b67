"""The figures of one deal: what it is worth, how long it takes, when it closes, and what changed since it was last looked at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from bot.crm.records import Opportunity
from bot.pipeline.deal import CYCLE, Deal, days_between, quarter_pushes, stage_entered, usual_for
from bot.pipeline.digest import FEW
from bot.proposals import Figure, Line, Section
from bot.skills import Context
from bot.skills import account as facts
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.since import KEPT, Since, first_look, of_deal
from bot.skills.view import AccountView


@dataclass(frozen=True)
class Sheet:
    """What the parts of a deal summary are written from, and the figures that they state."""

    context: Context
    view: AccountView
    ledger: Ledger
    deal: Deal
    figures: list[Figure] = field(default_factory=list)

    @cached_property
    def live(self) -> Sequence[Opportunity]:
        """Every open deal that the asker may see, read once."""
        return self.context.reader.opportunities(open_only=True)

    @cached_property
    def segments(self) -> Mapping[str, str | None]:
        """The segment by account."""
        return {account.id: account.segment for account in self.context.reader.accounts()}

    @property
    def n(self) -> int:
        """The number of the deal's own record."""
        return facts.cite_deal(self.deal.opportunity, self.ledger)

    def line(self, text: str, *cites: int) -> Line:
        """A line that rests on the deal's record, and on others."""
        return self.ledger.line(text, self.n, *cites)

    def figure(self, name: str, value: Decimal | int | float | None, unit: str, n: int, filter_: str) -> None:
        """Keep a figure with the records behind it."""
        if value is not None:
            self.figures.append(Figure(name=name, value=float(value), unit=unit, n=n, filter=filter_))
            self.ledger.figure(value, f"{name} ({filter_})")
            self.ledger.figure(n, f"records behind {name}")


def the_deal(sheet: Sheet) -> Section:
    """Account, owner, amount, stage and age against what is usual, close date and pushes, the owner's category."""
    o = sheet.deal.opportunity
    owner = sheet.context.reader.user(o.owner_id) if o.owner_id else None
    account = sheet.view.account
    about = joined([account.type, account.industry, account.segment])
    whose = f"Account: {account.name}{f' ({about})' if about else ''}; owner of the deal: {owner.name if owner else 'unknown'}."
    cites = [facts.cite_account(sheet.view, sheet.ledger)] if account.id else []
    sheet.figure("amount", o.amount, o.currency, 1, "this deal, as in the CRM")
    lines = [
        sheet.line(whose, *cites),
        sheet.line(f"{money(o.amount, o.currency)}; {_stay(sheet)}{_kind(sheet)}."),
        *(sheet.line(f"{text}.") for text in (_age(sheet), _dates(sheet)) if text),
        sheet.line(f"{_category(sheet)}."),
    ]
    return Section(
        title="The deal", lines=(*lines, *([sheet.line(f"Against: {o.competitor}.")] if o.competitor else []))
    )


def _stay(sheet: Sheet) -> str:
    entered = stage_entered(sheet.deal.history)
    stage, usual = sheet.deal.opportunity.stage, sheet.deal.usual
    if entered:
        days = days_between(entered, sheet.view.now)
        sheet.figure("days in stage", days, "days", 1, f"since it entered {stage}")
    if entered and usual:
        sheet.figure(
            "usual days in stage", usual.median, "days", usual.n, f"won deals {_whose(sheet, stage)}in {stage}, median"
        )
    return facts.stay(sheet.view, sheet.ledger, sheet.deal)


def _whose(sheet: Sheet, what: str) -> str:
    """Of which segment the usual is; where it has too few won deals, that of all stands for it."""
    segment = sheet.deal.segment
    return f"of {segment} " if segment and (what, segment) in sheet.context.benchmarks() else "of all segments "


def _kind(sheet: Sheet) -> str:
    told = joined([sheet.deal.opportunity.type, sheet.deal.opportunity.product])
    return f"; {told}" if told else ""


def _age(sheet: Sheet) -> str:
    """Since when it is open, against the days that won deals took."""
    o = sheet.deal.opportunity
    if o.created_at is None:
        return ""
    born = o.created_at.astimezone(sheet.view.now.tzinfo).date()
    if o.is_closed and o.close_date:
        days = (o.close_date - born).days
        sheet.figure("days from creation to close", days, "days", 1, "this deal")
        return f"Created {born}, closed after {plural(days, 'day')}"
    days = (sheet.view.now.date() - born).days
    sheet.figure("age", days, "days", 1, "since it was created")
    return f"Created {born}, {plural(days, 'day')} ago{_cycle(sheet, days)}"


def _cycle(sheet: Sheet, days: int) -> str:
    usual = usual_for(sheet.context.benchmarks(), CYCLE, sheet.deal.segment)
    if usual is None:
        return ""
    sheet.figure(
        "usual sales cycle",
        usual.median,
        "days",
        usual.n,
        f"won deals {_whose(sheet, CYCLE)}from creation to close, median",
    )
    told = f"; won deals took {usual.median:g} (median of {usual.n})"
    if usual.n < FEW or usual.median <= 0:
        return told
    times = round(days / usual.median, 1)
    sheet.figure("age against the cycle", times, "×", usual.n, "age ÷ median cycle of won deals")
    return f"{told}, so {times:g} × the usual"


def _dates(sheet: Sheet) -> str:
    o = sheet.deal.opportunity
    text = facts.closing(sheet.ledger, sheet.deal)
    crossed = quarter_pushes(sheet.deal.history)
    sheet.figure("pushes into a later quarter", crossed, "", len(sheet.deal.history), "moves of the close date")
    across = f", {crossed} of them into a later quarter" if crossed else ""
    born = o.created_at.date() if o.created_at else None
    odd = ", which is before it was created" if born and o.close_date and o.close_date < born else ""
    return f"{text[0].upper()}{text[1:]}{across}{odd}" if text else ""


def _category(sheet: Sheet) -> str:
    o = sheet.deal.opportunity
    said = (
        f"Forecast category: {o.forecast_category}, as the owner set it"
        if o.forecast_category
        else "No forecast category is set"
    )
    stage = sheet.deal.stages.get(o.stage)
    if stage is None or o.is_closed:
        return said
    sheet.figure("the CRM's probability", round(stage.probability * 100), "%", 1, f"of the stage {o.stage}")
    return f"{said}; the CRM's probability of the stage {o.stage} is {stage.probability:.0%}, the same for every deal in it"


def changed(sheet: Sheet) -> Section | None:
    """What changed of the deal since the asker last reviewed it, else in 30 days; the review is kept."""
    memory, o, context = sheet.context.memory, sheet.deal.opportunity, sheet.context
    key = f"deal {o.id}"
    look = memory.looks.last(context.asker.id, key, context.now) if memory else None
    since = first_look(context, sheet.view)
    since = Since(since.moment, f"Changed in the last 30 days (since {since.moment.date()})")
    if look:
        at = look.at.astimezone(sheet.view.now.tzinfo)
        since = Since(at, f"Changed since your last review ({at.date()})", look.state, look=True)
    if memory:
        memory.looks.keep(context.asker.id, key, context.now, {"deals": {o.id: _fields(sheet)}})
    found = sorted(of_deal(context, sheet.view, since, sheet.ledger, o), key=lambda one: one.at, reverse=True)
    lines = [
        sheet.ledger.line(f"{one.at.astimezone(sheet.view.now.tzinfo).date()}: {one.text}.", one.cite) for one in found
    ]
    if not lines and not look:
        return None
    return Section(title=since.title, lines=tuple(lines) or (sheet.line("Nothing changed in its fields."),))


def _fields(sheet: Sheet) -> dict[str, str | None]:
    """The deal's fields as a later look compares them."""
    told = sheet.deal.opportunity.model_dump(mode="json", include=set(KEPT))
    if sheet.deal.opportunity.amount is not None:
        told["amount"] = format(sheet.deal.opportunity.amount.normalize(), "f")
    return told


def next_step(sheet: Sheet) -> Section:
    """The next step with its day."""
    return Section(title="Next step", lines=tuple(_step(sheet)))


def _step(sheet: Sheet) -> Iterator[Line]:
    o = sheet.deal.opportunity
    if not o.next_step:
        return
    late = (sheet.ledger.today - o.next_step_date).days if o.next_step_date else 0
    sheet.ledger.figure(late if late > 0 else None, f"days since the next step of {o.name} was due")
    due = f", due {o.next_step_date}" if o.next_step_date else ", no date"
    tail = f" ({plural(late, 'day')} ago)" if late > 0 else ""
    yield sheet.line(f"{o.next_step}{due}{tail}.")
