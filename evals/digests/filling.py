"""A world as plain tables of SQLite: integers for money, days where the asker is, and nothing of the code under test."""

import sqlite3
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from bot.crm.records import Account, Opportunity, OpportunityHistory, Quota, Stage, User
from evals.digests.worlds import World

TABLES = """
CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT, team TEXT, role TEXT, active INT);
CREATE TABLE stage (name TEXT PRIMARY KEY, place INT, percent INT, category TEXT, closed INT, won INT);
CREATE TABLE account (id TEXT PRIMARY KEY, segment TEXT);
CREATE TABLE every (id TEXT PRIMARY KEY, name TEXT, owner TEXT, account TEXT, money INT, currency TEXT, stage TEXT, category TEXT,
  made TEXT, made_day TEXT, close TEXT, closed INT, won INT, next_step TEXT, next_day TEXT);
CREATE TABLE moved (id TEXT PRIMARY KEY, deal TEXT, at TEXT, stage TEXT, money INT, close TEXT, category TEXT);
CREATE TABLE quota (id TEXT PRIMARY KEY, person TEXT, first TEXT, last TEXT, money INT, currency TEXT);
CREATE INDEX by_deal ON moved (deal, at);
"""
UNIT = 100
"""money is kept in cents; each amount is converted and rounded for itself"""


def filled(world: World) -> sqlite3.Connection:
    """Give the tables of a world."""
    base = sqlite3.connect(":memory:")
    base.executescript(TABLES)
    base.create_function("local_day", 1, lambda at: at and _day(at, world), deterministic=True)
    fill = _Filling(base, world)
    for record in world.records:
        fill.add(record)
    return base


def start_of(day: date, world: World) -> str:
    """The moment that a day begins where the asker is."""
    return stamp(datetime.combine(day, time(0), ZoneInfo(str(world.now.tzinfo))))


def end_of(day: date, world: World) -> str:
    """The moment that a day ends where the asker is."""
    return start_of(day + timedelta(days=1), world)


def stamp(at: datetime) -> str:
    """A moment as text that sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _day(at: str, world: World) -> str:
    return datetime.fromisoformat(at).astimezone(world.now.tzinfo).date().isoformat()


class _Filling:
    def __init__(self, base: sqlite3.Connection, world: World) -> None:
        self.base, self.world = base, world
        self.currencies = {record.id: record.currency for record in world.records if isinstance(record, Opportunity)}

    def add(self, record: object) -> None:
        """Insert one record."""
        if isinstance(record, User):
            self._put("person", record.id, record.name, record.team, record.role, record.active)
        elif isinstance(record, Stage):
            percent, category = round(record.probability * 100), _category(record.forecast_category)
            self._put("stage", record.name, record.order, percent, category, record.is_closed, record.is_won)
        elif isinstance(record, Account):
            self._put("account", record.id, record.segment)
        elif isinstance(record, Opportunity):
            self._deal(record)
        elif isinstance(record, OpportunityHistory):
            money = self._money(record.amount, self.currencies[record.opportunity_id])
            self._put("moved", record.id, record.opportunity_id, stamp(record.at), self._stage(record.stage), money,
                      _text(record.close_date), _category(record.forecast_category))  # fmt: skip
        elif isinstance(record, Quota):
            money, unit = self._money(record.amount, record.currency), self._unit(record.currency)
            self._put("quota", record.id, record.user_id, _text(record.first), _text(record.last), money, unit)

    def _deal(self, deal: Opportunity) -> None:
        made = stamp(deal.created_at) if deal.created_at else None
        self._put("every", deal.id, deal.name, deal.owner_id, deal.account_id, self._money(deal.amount, deal.currency),
                  self._unit(deal.currency), self._stage(deal.stage), _category(deal.forecast_category), made,
                  made and _day(made, self.world), _text(deal.close_date), deal.is_closed, deal.is_won, deal.next_step,
                  _text(deal.next_step_date))  # fmt: skip

    def _put(self, table: str, *values: object) -> None:
        self.base.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", values)

    def _unit(self, currency: str) -> str:
        """The currency that an amount is counted in: the settings' one where there is a rate."""
        return self.world.base if currency in self.world.rates else currency

    def _money(self, amount: Decimal | None, currency: str) -> int | None:
        if amount is None:
            return None
        return int((amount * self.world.rates.get(currency, Decimal(1)) * UNIT).to_integral_value(ROUND_HALF_UP))

    def _stage(self, name: str) -> str:
        return self.world.aliases.get(name, name)


def _category(name: str | None) -> str | None:
    return "Commit" if name == "Forecast" else name


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
