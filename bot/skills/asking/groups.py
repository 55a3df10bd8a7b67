"""Records counted, and deals added up, by owner, stage, month and the like; the first group is the one asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from statistics import fmean, median
from typing import TypeVar

from bot.crm.records import Account, Activity, Contact, Opportunity, Record, Task
from bot.pipeline.rates import rate
from bot.proposals import Table
from bot.skills.asking.arguments import Deals
from bot.skills.asking.crm import Crm
from bot.skills.asking.result import sums
from bot.skills.ledger import money

R = TypeVar("R", bound=Record)
TIMES = ("month", "quarter", "year")
Rows = Mapping[str, Sequence[Opportunity]]


def count(
    crm: Crm, group: str, rows: Iterable[Record], noun: str, *, least: bool = False, minutes: bool = False
) -> Table:
    """How many of each group, or how many minutes, the largest first, or the smallest."""
    found = _grouped(crm, group, rows)
    size = {name: _minutes(part) if minutes else len(part) for name, part in found.items()}
    ranked = sorted(found.items(), key=lambda row: _place(group, row[0], size[row[0]], least=least))
    cells = tuple((name, str(len(part)), *([f"{size[name]:,}"] if minutes else [])) for name, part in ranked)
    columns = (group.capitalize(), noun, *(["Minutes"] if minutes else []))
    return Table(columns=columns, rows=cells, numeric=tuple(range(1, len(columns))))


def _minutes(part: Iterable[Record]) -> int:
    return sum(row.minutes or 0 for row in part if isinstance(row, Activity))


def groups(crm: Crm, args: Deals, deals: Sequence[Opportunity]) -> Table:
    """Count and sum by group, with the measure that was asked for; the first group has most of it."""
    group = str(args.group)
    rows = _grouped(crm, group, deals)
    currencies = [currency for currency, *_ in sums(deals)]
    first = currencies[0] if currencies else ""
    size = {name: _size(args.rank, part, first) for name, part in rows.items()}
    ranked = sorted(rows.items(), key=lambda row: _place(group, row[0], size[row[0]], least=args.least))
    extra = {
        "win rate": "Win rate",
        "mean": f"Mean amount ({first})",
        "cycle": "Median days",
        "largest": "Largest",
        "smallest": "Smallest",
    }.get(args.rank)
    cells = tuple(
        (
            name,
            str(len(part)),
            *([_told(args.rank, part, first)] if extra else []),
            *(_sum(part, c) for c in currencies),
        )
        for name, part in ranked
    )
    columns = (group.capitalize(), "Deals", *([extra] if extra else []), *(f"Amount ({c})" for c in currencies))
    return Table(columns=columns, rows=cells, numeric=tuple(range(1, len(columns))))


def _grouped(crm: Crm, group: str, rows: Iterable[R]) -> dict[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[group_of(crm, group, row)].append(row)
    return found


def _place(group: str, name: str, size: float, *, least: bool) -> tuple[str, float, str]:
    """Times in their order, all others by size."""
    return (name if group in TIMES else "", size if least else -size, name)


def _size(rank: str, part: Sequence[Opportunity], currency: str) -> float:
    measures: dict[str, Callable[[], float]] = {
        "amount": lambda: float(_total(part, currency)) if currency else len(part),
        "win rate": lambda: rate(sum(o.is_won for o in part), len(part)).value,
        "mean": lambda: fmean(_amounts(part, currency) or [0.0]),
        "cycle": lambda: median(_days(part) or [0]),
        "largest": lambda: max(_amounts(part, currency), default=0.0),
        "smallest": lambda: -min(_amounts(part, currency), default=0.0),
    }
    return measures[rank]() if rank in measures else len(part)


def _told(rank: str, part: Sequence[Opportunity], currency: str) -> str:
    if rank == "win rate":
        found = rate(sum(o.is_won for o in part), len(part))
        return f"{found.value:.0%} ({found.hits} of {found.n})"
    if rank == "mean":
        amounts = _amounts(part, currency)
        return money(Decimal(str(round(fmean(amounts), 2))), "").strip() if amounts else ""
    if rank in ("largest", "smallest"):
        sized = sorted(
            (o for o in part if o.currency == currency and o.amount is not None), key=lambda o: (o.amount, o.id)
        )
        one = sized[-1 if rank == "largest" else 0] if sized else None
        return f"{one.name}: {money(one.amount, currency)}" if one else ""
    days = _days(part)
    return f"{median(days):g}" if days else ""


def _days(part: Sequence[Opportunity]) -> list[int]:
    return [(o.close_date - o.created_at.date()).days for o in part if o.close_date and o.created_at]


def _amounts(part: Sequence[Opportunity], currency: str) -> list[float]:
    return [float(o.amount) for o in part if o.currency == currency and o.amount is not None]


def _sum(deals: Sequence[Opportunity], currency: str) -> str:
    return money(_total(deals, currency), "").strip()


def _total(deals: Sequence[Opportunity], currency: str) -> Decimal:
    return sum((o.amount or Decimal(0) for o in deals if o.currency == currency), Decimal(0))


def group_of(crm: Crm, group: str, row: Record) -> str:
    """The group that a record is in, in words."""
    account = row if isinstance(row, Account) else crm.accounts.get(getattr(row, "account_id", None) or "")
    if group in ("owner", "team"):
        owner = crm.users.get(_owner(row, account) or "")
        return (owner.name if group == "owner" else owner.team or "no team") if owner else "no owner"
    if group in TIMES:
        return _time(group, _day(row))
    if group == "account":
        return account.name if account else "no account"
    if group in ("country", "segment", "industry", "region"):
        return str(getattr(account, group) or "not set") if account else "no account"
    if group == "state" and isinstance(row, Opportunity):
        return ("won" if row.is_won else "lost") if row.is_closed else "open"
    return str(getattr(row, group.replace(" ", "_"), None) or "not set")


def _owner(row: Record, account: Account | None) -> str | None:
    if isinstance(row, Contact):
        return account.owner_id if account else None
    return getattr(row, "owner_id", None)


def _day(row: Record) -> date | datetime | None:
    if isinstance(row, Opportunity):
        return row.close_date
    if isinstance(row, Activity):
        return row.at
    return row.due if isinstance(row, Task) else getattr(row, "renewal_date", None)


def _time(group: str, day: date | datetime | None) -> str:
    if day is None:
        return "no date"
    quarter = f"{day.year} Q{(day.month + 2) // 3}"
    return {"month": f"{day:%Y-%m}", "quarter": quarter}.get(group, str(day.year))
