"""Deals read for figures: with their histories, segments and list prices, as they were known on the asker's day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.crm.port import CrmReader
from bot.crm.records import Opportunity, Product, SnapshotRow
from bot.pipeline.book import Book, by_deal, squashed
from bot.pipeline.chances import Chances, chances
from bot.pipeline.currency import Rates
from bot.pipeline.period import Period
from bot.skills import Context, Policy


def open_book(context: Context, deals: Sequence[Opportunity]) -> Book:
    """The book of these deals on the asker's clock."""
    now = context.now.astimezone(ZoneInfo(context.asker.time_zone))
    return book_of(context.reader, deals, now, context.policy)


def kept_rows(context: Context, day: date) -> list[SnapshotRow]:
    """A day's snapshot as the book has its deals: by today's names of stages, and at the declared rates."""
    names = context.policy.stage_aliases
    rows = context.reader.snapshot(day)
    known = [row.model_copy(update={"stage": names[row.stage]}) if row.stage in names else row for row in rows]
    return context.policy.rates.kept(known)


def odds(context: Context, span: Period) -> Chances:
    """What tells an open deal's chance in a period."""
    now = context.now.astimezone(ZoneInfo(context.asker.time_zone))
    if context.chances is not None:
        return context.chances(span, now)
    names = {user.id: user.name for user in context.reader.users()}
    return chances(book_of(context.reader, context.reader.opportunities(), now, context.policy), span, None, names)


def book_of(reader: CrmReader, deals: Sequence[Opportunity], now: datetime, policy: Policy) -> Book:
    """The book of these deals; where the clock is set to before the data, the deals as they were then."""
    as_of = reader.as_of()
    rows = by_deal(reader.histories({deal.id for deal in deals}))
    book = Book(
        deals=_renamed(deals, policy.stage_aliases),
        stages={stage.name: stage for stage in reader.stages()},
        now=now,
        histories=rows,
        segments={account.id: account.segment for account in reader.accounts() if account.segment},
        prices=_prices(reader.products(), policy.rates),
    )
    told = policy.rates.book(book)
    return told if as_of is None or as_of <= now else told.as_then()


def _prices(products: Sequence[Product], rates: Rates) -> dict[tuple[str, str], Decimal]:
    """List prices by product and currency, in the base where there is a rate, as the deals are."""
    found = {}
    for one in products:
        if one.list_price is not None:
            worth = rates.convert(one.list_price, one.currency)
            code, price = (one.currency, one.list_price) if worth is None else (rates.base, worth)
            found[squashed(one.name), code] = price
    return found


def _renamed(deals: Sequence[Opportunity], aliases: Mapping[str, str]) -> Sequence[Opportunity]:
    return [o.model_copy(update={"stage": aliases[o.stage]}) if o.stage in aliases else o for o in deals]
