"""Deal by deal what moved in a pipeline: which fields, who moved them, and what came with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from bot.crm.records import Activity, Opportunity, SnapshotRow
from bot.pipeline.book import Book
from bot.pipeline.movement import EARLIER, Movement, Standing, Step, Term, worth
from bot.pipeline.moves import Move, Value, arrived, evidence, moves
from bot.proposals import Figure, Line
from bot.skills import Context
from bot.skills.account import cite_activity, cite_deal
from bot.skills.ledger import Ledger, joined, money, plural

SHOWN = 8
"""deals that are shown; the rest are counted"""
MARKED = {"moved back": "stage moved back", "down": "amount down"}


@dataclass(frozen=True)
class Story:
    """What is told: the movement of the period, that of the whole open pipeline, and deals that went to others."""

    scope: str
    inside: Movement
    whole: Movement
    book: Book
    handed: Sequence[SnapshotRow] = ()

    @property
    def name(self) -> str:
        """The period's."""
        return self.inside.period.name if self.inside.period else "the whole pipeline"


@dataclass
class Sheet:
    """What the lines are written from, and the figures that they state."""

    context: Context
    story: Story
    ledger: Ledger
    names: Mapping[str, str]
    figures: list[Figure] = field(default_factory=list)

    def owner(self, one: Standing, deals: Mapping[str, Opportunity]) -> str:
        """Whose a deal is today; of a deleted one, whose it was."""
        return self.who(deals[one.id].owner_id if one.id in deals else one.owner_id)

    def who(self, user_id: str | None) -> str:
        """Somebody's name."""
        return self.names.get(user_id or "", "nobody known")

    def amount(self, name: str, term: Term, currency: str, filter_: str) -> str:
        """Write the amount of a term, and keep it as a figure."""
        whole = f"{self.story.scope}; {filter_}"
        self.figures.append(Figure(name=name, value=float(term.amount), unit=currency, n=term.n, filter=whole))
        self.ledger.figure(term.amount, f"{name} ({filter_})")
        self.ledger.figure(term.n, f"deals: {name} ({filter_})")
        return money(term.amount, currency)


@dataclass(frozen=True)
class Moved:
    """A deal that moved."""

    one: Standing
    """as it is known best"""
    before: Standing | None
    after: Standing | None
    steps: Sequence[Step]
    moves: Sequence[Move]

    @property
    def stake(self) -> Decimal:
        """The largest amount that it stood at."""
        return max(abs(worth(one)) for one in (self.before, self.after) if one)


def moved_in(story: Story) -> list[Moved]:
    """Deals of which anything moved, by amount at stake, those of the main currency first."""
    begin, end = story.whole.begin, story.whole.end
    found = []
    created = {deal.id: deal.created_at for deal in story.book.deals}
    for key in {**begin.deals, **end.deals}:
        before, after = begin.deals.get(key), end.deals.get(key)
        taken = story.inside.steps.get(key) or story.whole.steps.get(key) or ()
        if before == after or not (taken or (before and after and "open" in (before.outcome, after.outcome))):
            continue
        rows = story.book.histories.get(key, ())
        if before and after:
            fields: Sequence[Move] = moves(before, after, rows, begin, end, story.book.stages)
        else:
            fields = [arrived(after, created.get(key), rows)] if after else []
        known = after or before
        if known and (taken or fields):
            found.append(Moved(known, before, after, taken, fields))
    order = {currency: at for at, currency in enumerate(story.whole.waterfalls)}
    return sorted(found, key=lambda one: (order.get(one.one.currency, len(order)), -one.stake, one.one.id))


def slipped(sheet: Sheet, moved: Sequence[Moved], deals: Mapping[str, Opportunity]) -> list[Line]:
    """Deals that left the period, with their old and new close dates."""
    gone = [(one, step) for one in moved for step in one.steps if step.term == "slipped"]
    lines = []
    for one, step in gone[:SHOWN]:
        new = one.one.close_date
        where = f"{one.before.close_date if one.before else 'none'} → {new or 'no close date'}"
        early = f" ({step.why})" if step.why == EARLIER else ""
        text = f"{one.one.name}: {money(step.amount, step.currency)}, close date {where}{early}, {sheet.owner(one.one, deals)}."
        lines.append(_line(sheet, text, one, deals))
    if len(gone) > SHOWN:
        lines.append(Line(text=f"{plural(len(gone) - SHOWN, 'further deal')} slipped."))
    return lines


def deal_lines(sheet: Sheet, moved: Sequence[Moved], deals: Mapping[str, Opportunity]) -> list[Line]:
    """The deals that moved, the largest first."""
    lines = [_deal(sheet, one, deals) for one in moved[:SHOWN]]
    if len(moved) > SHOWN:
        lines.append(Line(text=f"{plural(len(moved) - SHOWN, 'further deal')} moved."))
    return lines


def _deal(sheet: Sheet, one: Moved, deals: Mapping[str, Opportunity]) -> Line:
    """One deal: what it did to the waterfall, which fields moved and by whom, and the evidence."""
    for value in (one.before, one.after):
        sheet.ledger.figure(value.amount if value else None, f"amount of {one.one.name}")
    did = joined([_step(step) for step in one.steps], " and ")
    fields = joined([_move(sheet, one, move) for move in one.moves if _worth_saying(one, move)], "; ")
    whose = f"{one.one.name} ({sheet.owner(one.one, deals)})"
    found = _evidence(sheet, one)
    told = f"With it: {_activity(sheet, found)}." if found else "No activity within 7 days of it."
    text = f"{whose}: {joined([did, fields], '; ')}. {told}"
    return _line(sheet, text, one, deals, found)


def _worth_saying(one: Moved, move: Move) -> bool:
    """An owner has a list of its own, and what a changed currency does is told by its steps."""
    if move.field == "currency" and one.steps:
        return False
    return move.field != "owner" or len(one.moves) == 1


def _step(step: Step) -> str:
    amount = money(step.amount, step.currency)
    by = " by" if step.term in ("increased", "decreased") and not step.why else ""
    why = f" ({step.why})" if step.why else ""
    return f"{step.term}{by} {amount}{why}"


def _move(sheet: Sheet, one: Moved, move: Move) -> str:
    by = _by(sheet, move)
    if move.field == "created":
        return f"created{f' in {move.new}' if move.new else ''}{by}"
    mark = f", {MARKED.get(move.mark, move.mark)}" if move.mark else ""
    return f"{move.field} {_value(sheet, one, move, move.old)} → {_value(sheet, one, move, move.new)}{mark}{by}"


def _by(sheet: Sheet, move: Move) -> str:
    who = sheet.names.get(move.by or "")
    if move.at is None:
        return " (by whom is unknown)"
    day = move.at.astimezone(sheet.story.book.now.tzinfo).date()
    return f" ({who or 'by whom is unknown'}, {day})"


def _value(sheet: Sheet, one: Moved, move: Move, value: Value) -> str:
    if value is None:
        return "none"
    if move.field == "owner":
        return sheet.who(_id(value))
    if isinstance(value, Decimal):
        currency = one.before.currency if one.before and value == move.old else one.one.currency
        return money(value, currency)
    return str(value)


def _evidence(sheet: Sheet, one: Moved) -> Activity | None:
    if one.one.account_id is None:
        return None
    begin, end = sheet.story.whole.begin, sheet.story.whole.end
    at = [move.at for move in one.moves if move.at]
    return evidence(sheet.context.reader.activities(one.one.account_id), one.one.id, at, begin, end)


def _activity(sheet: Sheet, one: Activity) -> str:
    day = one.at.astimezone(sheet.story.book.now.tzinfo).date()
    side = f" ({one.direction})" if one.direction in ("inbound", "outbound") else ""
    return f"{one.kind}{side} “{one.subject}”, {day}"


def _line(sheet: Sheet, text: str, one: Moved, deals: Mapping[str, Opportunity], found: Activity | None = None) -> Line:
    deal = deals.get(one.one.id)
    if deal is None:
        return sheet.ledger.line(text, sheet.ledger.search(f"snapshot of {sheet.story.inside.begin.day}"))
    cites = [cite_deal(deal, sheet.ledger), *([cite_activity(found, sheet.ledger)] if found else [])]
    return sheet.ledger.line(text, *cites)


def owner_lines(sheet: Sheet, moved: Sequence[Moved], deals: Mapping[str, Opportunity]) -> list[Line]:
    """Deals that changed hands: they count on both sides with whose they are today."""
    came = [(one, move) for one in moved for move in one.moves if move.field == "owner"]
    lines = [
        _line(
            sheet,
            f"{one.one.name}: {sheet.who(_id(move.old))} → {sheet.who(_id(move.new))}; counts on both sides.",
            one,
            deals,
        )
        for one, move in came[:SHOWN]
    ]
    for row in sheet.story.handed[:SHOWN]:
        deal = sheet.context.reader.opportunity(row.opportunity_id)
        if deal is not None:
            text = f"{row.name}: {sheet.who(row.owner_id)} → {sheet.who(deal.owner_id)}; counts on neither side ({money(row.amount, row.currency)} then)."
            lines.append(sheet.ledger.line(text, cite_deal(deal, sheet.ledger)))
            sheet.ledger.figure(row.amount, f"amount of {row.name} then")
    rest = max(len(came) - SHOWN, 0) + max(len(sheet.story.handed) - SHOWN, 0)
    return [*lines, Line(text=f"{plural(rest, 'further deal')} changed owner.")] if rest else lines


def _id(value: Value) -> str | None:
    return None if value is None else str(value)
