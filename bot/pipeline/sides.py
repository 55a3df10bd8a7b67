"""How all deals of a book stood at a moment: as the records are now, as a snapshot kept them, or as their history tells (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from bot.crm.records import Opportunity, OpportunityHistory, SnapshotRow
from bot.pipeline.book import Book, Rows, category_of, end_of
from bot.pipeline.movement import Side, Standing


class _Fields(NamedTuple):
    stage: str | None
    amount: Decimal | None
    close_date: date | None
    category: str | None


def now_of(book: Book) -> Side:
    """The deals as the records are."""
    deals = {deal.id: _closed(book, deal) if deal.is_closed else _open(book, deal) for deal in book.deals}
    return Side(book.now, deals)


def kept_on(book: Book, day: date, rows: Sequence[SnapshotRow]) -> Side:
    """The deals as a day's snapshot holds them; what it lacks was closed by then, or not there."""
    moment = end_of(day, book.now).astimezone(book.now.tzinfo)
    records = {deal.id: deal for deal in book.deals}
    kept = {row.opportunity_id: _kept(book, row, records.get(row.opportunity_id)) for row in rows}
    missing = [deal for deal in book.deals if deal.id not in kept and not _came_on(deal, day, moment)]
    for deal in missing:
        last = _last(book.histories.get(deal.id, ()), moment)
        if closed := _was_closed(book, deal, moment, last):
            kept[deal.id] = _closed(book, deal, closed)
    return Side(moment, kept, "snapshot", day)


def told_at(book: Book, moment: datetime) -> Side:
    """The deals as their histories tell; one whose history tells nothing of then is taken as it was first known."""
    found = (_then(book, deal, moment) for deal in book.deals)
    return Side(moment, {one.id: one for one in found if one}, "history")


def beside(side: Side, later: Side, book: Book) -> Side:
    """A side by history with what a later snapshot alone holds: of a deal that was deleted since, no history is left."""
    records = {deal.id for deal in book.deals}
    lost = {key: one._replace(known=False) for key, one in later.deals.items() if key not in records}
    return replace(side, deals={**side.deals, **lost})


def untold(side: Side) -> list[Standing]:
    """Deals that were open then, and of which nothing told how they stood."""
    return [one for one in side.deals.values() if one.outcome == "open" and not one.known]


def _then(book: Book, deal: Opportunity, moment: datetime) -> Standing | None:
    rows = book.histories.get(deal.id, ())
    created = deal.created_at or (rows[0].at if rows else None)
    if created and created > moment:
        return None
    last = _last(rows, moment)
    if closed := _was_closed(book, deal, moment, last):
        return _closed(book, deal, closed)
    if last is not None:
        return _standing(deal, _of_row(book, deal, last))
    first = rows[0] if rows and not _ends(book, rows[0]) else None
    fields = _of_row(book, deal, first) if first else _of_record(book, deal)
    return _standing(deal, fields, known=False)


def _last(rows: Rows, moment: datetime) -> OpportunityHistory | None:
    for row in reversed(rows):
        if row.at <= moment:
            return row
    return None


def _was_closed(
    book: Book, deal: Opportunity, moment: datetime, last: OpportunityHistory | None
) -> Literal["won", "lost"] | None:
    """How a deal was closed, as known at the moment; None where it was open, though it may have been closed before or later."""
    if last is not None and _ends(book, last):
        return "won" if book.stages[last.stage].is_won else "lost"
    return _outcome(deal) if book.closed_by(deal, moment) else None


def _ends(book: Book, row: OpportunityHistory) -> bool:
    stage = book.stages.get(row.stage)
    return stage is not None and stage.is_closed


def _came_on(deal: Opportunity, day: date, moment: datetime) -> bool:
    """Whether a deal was created on the snapshot's day or later: that day's movement is still to be told."""
    return deal.created_at is not None and deal.created_at.astimezone(moment.tzinfo).date() >= day


def _outcome(deal: Opportunity) -> Literal["won", "lost"]:
    return "won" if deal.is_won else "lost"


def _open(book: Book, deal: Opportunity) -> Standing:
    return _standing(deal, _of_record(book, deal))


def _closed(book: Book, deal: Opportunity, outcome: Literal["won", "lost"] | None = None) -> Standing:
    amount = deal.amount if deal.is_won else _worth_last(book, deal, book.histories.get(deal.id, ()))
    fields = _Fields(deal.stage, amount, deal.close_date, None)
    return _standing(deal, fields, outcome or _outcome(deal))


def _worth_last(book: Book, deal: Opportunity, rows: Rows) -> Decimal | None:
    """What a lost deal was worth while it was open: many write a zero when they close one."""
    last = next((row for row in reversed(rows) if not _ends(book, row)), None)
    return last.amount if last and last.amount is not None else deal.amount or None


def _of_record(book: Book, deal: Opportunity) -> _Fields:
    if deal.is_closed:
        return _Fields(None, deal.amount if deal.is_won else deal.amount or None, deal.close_date, None)
    return _Fields(deal.stage, deal.amount, deal.close_date, book.category(deal))


def _of_row(book: Book, deal: Opportunity, row: OpportunityHistory) -> _Fields:
    """As a row of the history has it; where it tells no amount, the list price, as everywhere before a close."""
    category = category_of(row.forecast_category, row.stage, book.stages)
    amount = row.amount if row.amount is not None else book.listed(deal)
    return _Fields(row.stage, amount, row.close_date, category)


def _standing(
    deal: Opportunity, fields: _Fields, outcome: Literal["open", "won", "lost"] = "open", *, known: bool = True
) -> Standing:
    return Standing(
        deal.id, deal.name, deal.currency, fields.amount, fields.stage, fields.close_date, fields.category, outcome,
        deal.owner_id, deal.account_id, known,
    )  # fmt: skip


def _kept(book: Book, row: SnapshotRow, deal: Opportunity | None) -> Standing:
    category = category_of(row.forecast_category, row.stage, book.stages)
    return Standing(
        row.opportunity_id, deal.name if deal else row.name, row.currency, row.amount, row.stage, row.close_date, category,
        "open", row.owner_id, row.account_id,
    )  # fmt: skip
