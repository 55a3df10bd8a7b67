"""`seller costs`: what the language model took, by day, person, skill or model."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from rich.table import Table

from bot.app import App
from bot.commands.output import emit
from bot.crm.records import User
from bot.errors import UsageError
from bot.llm.budget import Budget
from bot.skills.changes_when import past_day
from bot.store.model_calls import Totals
from bot.terminal import escape, out

KEYS = ("day", "person", "skill", "model")
USUAL = timedelta(days=29)
BAR = 20
"""signs of the longest bar"""


def run(app: App, *, since: str, by: str, named: str | None, as_json: bool) -> None:
    """Print all calls' tokens and money for an admin, one's own for anybody else."""
    if by not in KEYS:
        raise UsageError(f"--by {by} is not known; choose {', '.join(KEYS[:-1])} or {KEYS[-1]}.")
    user, today = app.user(named), app.clock().astimezone(UTC).date()
    first = past_day(since, today) if since else today - USUAL
    if first is None:
        raise UsageError(f'--since "{since}" is no day; write it like 2026-11-01 or “Monday”.')
    own = None if user.role == "admin" else user.id
    start = datetime.combine(first, time(), UTC)
    rows = app.door.calls.totals(by, start, own)
    rows = _named(app, rows) if by == "person" else rows
    if as_json:
        emit(_plain(app, user, first.isoformat(), by, rows))
    else:
        _show(app, user, first.isoformat(), by, rows)


def _named(app: App, rows: list[Totals]) -> list[Totals]:
    names = {one.id: one.name for one in app.reader.users()}
    return [Totals(**{**vars(row), "key": names.get(row.key, row.key)}) for row in rows]


def total(rows: list[Totals]) -> Totals:
    """All groups together; what has no price is counted, and its cost is not known."""
    costs = [row.cost for row in rows if row.cost is not None]
    sums = {
        name: sum(getattr(row, name) for row in rows)
        for name in ("calls", "failed", "input", "output", "estimated", "unpriced")
    }
    return Totals(key="all", cost=sum(costs) if costs else None, **sums)


def limits(app: App, user: User) -> list[dict[str, Any]]:
    """What of today's limits is used."""
    budget: Budget = app.door.budget
    calls, now = app.door.calls, app.clock()
    found = budget.limits(calls.spent(now, user.id), calls.spent(now))
    return [
        {"limit": one.kind, "most": one.most, "used": one.used, "share": one.share}
        for one in found
        if user.role == "admin" or one.kind.startswith("person")
    ]


def _plain(app: App, user: User, since: str, by: str, rows: list[Totals]) -> dict[str, Any]:
    return {
        "since": since,
        "by": by,
        "of": "all" if user.role == "admin" else user.id,
        "currency": "USD",
        "rows": [vars(row) for row in rows],
        "total": vars(total(rows)),
        "limits": limits(app, user),
    }


def _show(app: App, user: User, since: str, by: str, rows: list[Totals]) -> None:
    whose = "Everybody's" if user.role == "admin" else "Your"
    out.print(f"{whose} calls of the language model since {since}, by {by} (days are UTC):")
    if not rows:
        out.print("none.")
    else:
        table = _table(by, rows)
        fits = out.measure(table, options=out.options.update(width=out.width + 1)).maximum <= out.width
        out.print(table if fits else _table(by, rows, barred=False))
    unpriced = total(rows).unpriced
    if unpriced:
        out.print(
            f"{unpriced:,} {'call' if unpriced == 1 else 'calls'} of models without a price in SELLER_PRICES: their cost is not known and in no sum."
        )
    for one in limits(app, user):
        used, most = (_amount(one["limit"], one[name]) for name in ("used", "most"))
        out.print(f"Today {one['share'] * 100:.0f} % of {one['limit']} ({used} of {most}).")


def _amount(limit: str, amount: float) -> str:
    return f"{amount:,.4f}".rstrip("0").rstrip(".") if limit.endswith("cost") else f"{amount:,.0f}"


def _table(by: str, rows: list[Totals], *, barred: bool = True) -> Table:
    """The rows with a bar each, which goes first where the window is narrow: names and figures are what was asked for."""
    table = Table(box=None, pad_edge=False)
    table.add_column(by, overflow="fold")
    for name in ("calls", "failed", "tokens in", "tokens out", "USD"):
        table.add_column(name, justify="right", no_wrap=True)
    if barred:
        table.add_column("")
    most = max(row.input + row.output for row in rows) or 1
    for row in [*rows, total(rows)]:
        about = "~" if row.estimated else ""
        cells = (f"{row.calls:,}", f"{row.failed:,}", f"{about}{row.input:,}", f"{about}{row.output:,}", money(row))
        size = 0 if row.key == "all" else round(BAR * (row.input + row.output) / most)
        table.add_row(escape(row.key), *cells, *(["█" * size] if barred else []))
    return table


def money(row: Totals) -> str:
    """Its cost, or that it is not known."""
    if row.cost is None:
        return "not known"
    return f"{row.cost:,.4f}{' + ?' if row.unpriced else ''}"
