"""Deals counted and added up by owner, stage, month and the like."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.proposals import Table
from bot.skills.asking.crm import Crm
from bot.skills.asking.result import sums
from bot.skills.ledger import money


def groups(crm: Crm, group: str, deals: Sequence[Opportunity], rank: str = "deals") -> Table:
    """Count and sum by group, the largest count or amount first."""
    rows: dict[str, list[Opportunity]] = defaultdict(list)
    for o in deals:
        rows[_group(crm, group, o)].append(o)
    currencies = [currency for currency, *_ in sums(deals)]
    first = currencies[0] if currencies and rank == "amount" else None
    size: dict[str, Decimal | int] = {name: _total(part, first) if first else len(part) for name, part in rows.items()}
    ranked = sorted(rows.items(), key=lambda row: (row[0] if group == "month" else "", -size[row[0]], row[0]))
    cells = tuple((name, str(len(part)), *(_sum(part, c) for c in currencies)) for name, part in ranked)
    columns = (group.capitalize(), "Deals", *(f"Amount ({c})" for c in currencies))
    return Table(columns=columns, rows=cells, numeric=tuple(range(1, len(columns))))


def _sum(deals: Sequence[Opportunity], currency: str) -> str:
    return money(_total(deals, currency), "").strip()


def _total(deals: Sequence[Opportunity], currency: str) -> Decimal:
    return sum((o.amount or Decimal(0) for o in deals if o.currency == currency), Decimal(0))


def _group(crm: Crm, group: str, o: Opportunity) -> str:
    account = crm.accounts.get(o.account_id or "")
    if group == "owner":
        return crm.owner_name(o.owner_id)
    if group == "month":
        return f"{o.close_date:%Y-%m}" if o.close_date else "no close date"
    if group == "account":
        return account.name if account else "no account"
    if group in ("country", "segment", "industry", "region"):
        return str(getattr(account, group) or "not set") if account else "no account"
    return str(getattr(o, group.replace(" ", "_")) or "not set")
