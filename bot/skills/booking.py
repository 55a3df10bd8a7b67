"""Deals read for figures: with their histories, segments and list prices, as they were known on the asker's day."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.crm.port import CrmReader
from bot.crm.records import Opportunity
from bot.pipeline.book import Book, by_deal, squashed
from bot.skills import Context


def open_book(context: Context, deals: Sequence[Opportunity]) -> Book:
    """The book of these deals on the asker's clock."""
    return book_of(context.reader, deals, context.now.astimezone(ZoneInfo(context.asker.time_zone)))


def book_of(reader: CrmReader, deals: Sequence[Opportunity], now: datetime) -> Book:
    """The book of these deals; where the clock is set to before the data, the deals as they were then."""
    as_of = reader.as_of()
    book = Book(
        deals=deals,
        stages={stage.name: stage for stage in reader.stages()},
        now=now,
        histories=by_deal(reader.histories({deal.id for deal in deals})),
        segments={account.id: account.segment for account in reader.accounts() if account.segment},
        prices={squashed(one.name): one.list_price for one in reader.products() if one.list_price is not None},
    )
    return book if as_of is None or as_of <= now else book.as_then()
