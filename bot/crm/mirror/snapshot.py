"""The open deals as they stand on a day, kept for later comparison."""

from datetime import date

from sqlalchemy import Date, Engine, insert, literal, select
from sqlalchemy.exc import IntegrityError

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, snapshots
from bot.crm.records import Opportunity


def take_snapshot(engine: Engine, day: date) -> int:
    """Keep the open deals of a day, once: the day's first snapshot stays; return how many deals were kept."""
    deals = TABLES[Opportunity].c
    names = [column.name for column in snapshots.c if column.name not in ("day", "opportunity_id")]
    taken = select(snapshots.c.day).where(snapshots.c.day == day).exists()
    today = select(literal(day, Date()), deals.id, *(deals[name] for name in names))
    add = insert(snapshots).from_select(
        ["day", "opportunity_id", *names], today.where(deals.is_closed.is_(False), ~taken)
    )
    with crm_errors():
        try:
            with engine.begin() as connection:
                return connection.execute(add, execution_options={"preserve_rowcount": True}).rowcount
        except IntegrityError:  # another process was first
            return 0
