"""Run the suite: waterfalls of generated books against SQL over the raw rows that asks no code under test."""

import random
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import fmean

from bot.crm.records import Opportunity, OpportunityHistory, SnapshotRow, Stage
from bot.pipeline.book import Book, by_deal
from bot.pipeline.movement import Side, movement
from bot.pipeline.period import Period
from bot.pipeline.sides import kept_on, now_of, told_at
from evals.suite import Result, Suite

BOOKS, DEALS = 120, 60
BEGIN = date(2026, 11, 1)
MOMENT = datetime.combine(BEGIN, time(), UTC) - timedelta(microseconds=1)
"""the end of the day before: from then on histories count"""
PERIODS = {"whole": None, "quarter": Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")}
STAGES = {
    name: Stage(id=name, name=name, order=order, probability=0.5, forecast_category=category, is_closed=closed, is_won=name == "Won")
    for order, (name, category, closed) in enumerate(
        [("Discovery", "Pipeline", False), ("Proposal", "Commit", False), ("Won", "Closed", True), ("Lost", "Omitted", True)]
    )
}  # fmt: skip
SQL = (Path(__file__).parent / "terms.sql").read_text(encoding="utf-8")
Parts = dict[tuple[str, str], tuple[int, int]]
"""(cents, deals) by part and currency"""


@dataclass
class Drawn:
    """A generated book: records as they are now, and what was kept of the begin."""

    deals: list[Opportunity] = field(default_factory=list)
    snapshot: list[SnapshotRow] = field(default_factory=list)
    rows: list[OpportunityHistory] = field(default_factory=list)


def run(suite: Suite, *, quiet: bool) -> Result:
    """Compare every part of every waterfall, for the whole pipeline and for a quarter."""
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    for seed in range(BOOKS):
        drawn = draw(random.Random(seed), by_history=bool(seed % 2))
        for name, period in PERIODS.items():
            key = f"{'history' if seed % 2 else 'snapshot'}-{seed}-{name}"
            scores[key], notes[key] = _scored(ours(drawn, period, suite.now), theirs(drawn, period))
    return Result(
        suite=suite.name,
        metrics={name: fmean(row[name] for row in scores.values()) for name in ("exact", "parts")},
        n=dict.fromkeys(("exact", "parts"), len(scores)),
        model="offline",
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
        questions={key: key for key, why in notes.items() if why},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is drawn, so that it always is."""
    return "movement: skipped."


def ours(drawn: Drawn, period: Period | None, now: datetime) -> Parts:
    """The waterfalls of the code under test."""
    book = Book(drawn.deals, STAGES, now, by_deal(drawn.rows))
    begin: Side = kept_on(book, BEGIN, drawn.snapshot) if drawn.snapshot else told_at(book, MOMENT)
    found = movement(begin, now_of(book), period).waterfalls
    return {
        (name, currency): (int(term.amount * 100), term.n)
        for currency, fall in found.items()
        for name, term, _ in fall.parts()
        if term.ids
    }


def theirs(drawn: Drawn, period: Period | None) -> Parts:
    """The same by SQL."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE was (id, currency, amount, close_date, category)")
    base.execute("CREATE TABLE deals (id, currency, amount, close_date, category, outcome, fresh, last_open)")
    base.execute("CREATE TABLE rows (id, at, stage, amount, close_date, category)")
    base.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?)", map(_of_row, drawn.rows))
    base.executemany(
        "INSERT INTO deals VALUES (?, ?, ?, ?, ?, ?, ?, NULL)", (_of_deal(deal, drawn) for deal in drawn.deals)
    )
    if drawn.snapshot:
        base.executemany("INSERT INTO was VALUES (?, ?, ?, ?, ?)", map(_of_snapshot, drawn.snapshot))
    else:
        base.execute(
            "INSERT INTO was SELECT r.id, d.currency, r.amount, r.close_date, r.category FROM rows r JOIN deals d ON d.id = r.id "
            "WHERE r.at = (SELECT MAX(at) FROM rows x WHERE x.id = r.id AND x.at <= ?) AND r.stage NOT IN ('Won', 'Lost')",
            (MOMENT.isoformat(),),
        )
    base.execute(
        "UPDATE deals SET last_open = (SELECT r.amount FROM rows r WHERE r.id = deals.id AND r.stage NOT IN ('Won', 'Lost') "
        "ORDER BY r.at DESC LIMIT 1)"
    )
    asked = {
        "whole": period is None,
        "first": _iso(period.first if period else None),
        "last": _iso(period.last if period else None),
    }
    return {(part, currency): (amount, n) for part, currency, amount, n in base.execute(SQL, asked)}


def draw(chance: random.Random, *, by_history: bool) -> Drawn:
    """Draw a book."""
    drawn = Drawn()
    for number in range(DEALS):
        key = f"d{number}"
        if by_history:
            _with_history(chance, key, drawn)
        else:
            _with_snapshot(chance, key, drawn)
    return drawn


def _with_snapshot(chance: random.Random, key: str, drawn: Drawn) -> None:
    kind = chance.choice(["stays"] * 4 + ["new", "deleted", "closed before"])
    currency, before = chance.choice(["USD", "EUR", "JPY"]), _state(chance)
    if kind in ("stays", "deleted"):
        drawn.snapshot.append(SnapshotRow(day=BEGIN, opportunity_id=key, name=key, currency=currency, **before))
    if kind == "deleted":
        return
    if chance.random() < 0.05:
        currency = chance.choice(["USD", "EUR"])
    created = datetime(2026, 11, 5, 9, tzinfo=UTC) if kind == "new" else datetime(2026, 9, 1, tzinfo=UTC)
    now = before if chance.random() < 0.3 else _state(chance)
    ends = {"closed before": 1.0, "new": 0.3, "stays": 0.4}[kind]
    closed_on = date(2026, 10, 3) if kind == "closed before" else None
    drawn.deals.append(_deal(chance, key, currency, created, now, ends, closed_on))


def _with_history(chance: random.Random, key: str, drawn: Drawn) -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=chance.randint(0, 70))
    created, state, closed = at, _state(chance), False
    for number in range(chance.randint(1, 5)):
        drawn.rows.append(OpportunityHistory(id=f"{key}-{number}", opportunity_id=key, at=at, **state))
        closed = state["stage"] in ("Won", "Lost")
        last, at = at, at + timedelta(days=chance.randint(1, 25), minutes=1)
        if at > datetime(2026, 11, 15, tzinfo=UTC):
            break
        state = _state(chance) | ({"stage": chance.choice(["Won", "Lost"])} if chance.random() < 0.2 else {})
    row = drawn.rows[-1]
    now: dict[str, object] = {
        "stage": row.stage,
        "amount": row.amount,
        "close_date": row.close_date,
        "forecast_category": row.forecast_category,
    }
    if closed:
        now |= {"close_date": last.date()}
    drawn.deals.append(_record(key, chance.choice(["USD", "EUR", "JPY"]), created, now))


def _state(chance: random.Random) -> dict[str, object]:
    amount = Decimal(chance.randint(-20_000, 900_000)) / 100 if chance.random() < 0.9 else None
    day = date(2026, 8, 1) + timedelta(days=chance.randint(0, 220)) if chance.random() < 0.93 else None
    category = chance.choice(["Omitted", "Pipeline", "Commit"])
    return {
        "stage": chance.choice(["Discovery", "Proposal"]),
        "amount": amount,
        "close_date": day,
        "forecast_category": category,
    }


def _deal(
    chance: random.Random,
    key: str,
    currency: str,
    created: datetime,
    now: dict[str, object],
    ends: float,
    day: date | None,
) -> Opportunity:
    if chance.random() < ends:
        closed = day or date(2026, 11, 6) + timedelta(days=chance.randint(0, 8))
        now = now | {"stage": chance.choice(["Won", "Lost"]), "close_date": closed}
        if now["stage"] == "Lost" and chance.random() < 0.3:
            now = now | {"amount": Decimal(0)}
    return _record(key, currency, created, now)


def _record(key: str, currency: str, created: datetime, now: dict[str, object]) -> Opportunity:
    ends = {"is_closed": now["stage"] in ("Won", "Lost"), "is_won": now["stage"] == "Won"}
    return Opportunity.model_validate(
        {"id": key, "name": key, "currency": currency, "created_at": created, **now, **ends}
    )


def _of_deal(deal: Opportunity, drawn: Drawn) -> tuple[object, ...]:
    outcome = {True: "won", False: "lost"}[deal.is_won] if deal.is_closed else "open"
    created = deal.created_at or MOMENT
    fresh = created > MOMENT or (bool(drawn.snapshot) and deal.close_date is not None and deal.close_date > BEGIN)
    return deal.id, deal.currency, _cents(deal.amount), _iso(deal.close_date), deal.forecast_category, outcome, fresh


def _of_row(row: OpportunityHistory) -> tuple[object, ...]:
    return (
        row.opportunity_id,
        row.at.isoformat(),
        row.stage,
        _cents(row.amount),
        _iso(row.close_date),
        row.forecast_category,
    )


def _of_snapshot(row: SnapshotRow) -> tuple[object, ...]:
    return row.opportunity_id, row.currency, _cents(row.amount), _iso(row.close_date), row.forecast_category


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _scored(got: Parts, want: Parts) -> tuple[dict[str, float], dict[str, str]]:
    keys = sorted({*got, *want})
    wrong = [key for key in keys if got.get(key) != want.get(key)]
    score = {"exact": float(not wrong), "parts": 1 - len(wrong) / max(len(keys), 1)}
    return score, {} if not wrong else {"exact": _differences(wrong, got, want)}


def _differences(wrong: Iterable[tuple[str, str]], got: Parts, want: Parts) -> str:
    return "; ".join(
        f"{part} {currency}: {got.get((part, currency))}, by SQL {want.get((part, currency))}"
        for part, currency in wrong
    )
