"""Time a pipeline's digest and forecast with the records in memory: `python -m evals.bench.pipeline`; prints a JSON line a size.

Timed is everything from the records to the figures: the sums by stage and category, quota and coverage, the base rates of past
periods, three forecasts with their 10,000 draws, each rep's call with its past bias, the waterfall since the start of the quarter, win
rate, cycle and velocity. Not timed: reading the records, and the risk signals of the forty largest deals, which read activities.
Milliseconds are of the processor, so that others on the machine do not count, on one core. The baseline is adding up the amounts of the same deals and of their histories in plain Python, in the same run.
"""

import argparse
import json
import os
import random
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import cast

os.environ.setdefault("OMP_NUM_THREADS", "1")

from bot.crm.port import CrmReader
from bot.crm.records import Opportunity, OpportunityHistory, Stage
from bot.pipeline.book import Book
from bot.pipeline.calm import calm
from bot.pipeline.chances import chances
from bot.pipeline.digest import digest
from bot.pipeline.period import Period
from bot.pipeline.target import Target
from bot.skills.ledger import Ledger
from bot.skills.pipelining import levels, lists, moving, outlook, pace, stakes
from bot.skills.pipelining.sheet import Sheet
from bot.skills.scoping import Scope

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
OPEN = (("Prospecting", "Pipeline"), ("Discovery", "Pipeline"), ("Proposal", "Best Case"), ("Negotiation", "Commit"))
ROWS = 4
"""history rows of a deal"""
OWNERS = {f"u-{n}": f"Rep {n}" for n in range(40)}
SEGMENTS = {f"a-{n}": ("Enterprise", "Mid-Market", "SMB")[n % 3] for n in range(500)}


def stages() -> dict[str, Stage]:
    """Four open stages and the two ends."""
    open_ones = [
        Stage(id=name, name=name, order=n, probability=n / 5, forecast_category=category)
        for n, (name, category) in enumerate(OPEN, start=1)
    ]
    won = Stage(id="w", name="Won", order=8, probability=1, forecast_category="Closed", is_closed=True, is_won=True)
    lost = Stage(id="l", name="Lost", order=9, probability=0, forecast_category="Omitted", is_closed=True)
    return {stage.name: stage for stage in (*open_ones, won, lost)}


def book(count: int) -> Book:
    """That many deals over two years, a quarter of them open, each with four rows of history."""
    luck = random.Random(count)
    deals, histories = [], {}
    for n in range(count):
        deal, rows = _deal(luck, f"d-{n}", live=n % 4 == 0)
        deals.append(deal)
        histories[deal.id] = rows
    return Book(deals, stages(), NOW, histories, SEGMENTS)


def _deal(luck: random.Random, key: str, *, live: bool) -> tuple[Opportunity, list[OpportunityHistory]]:
    created = NOW - timedelta(days=luck.randint(1, 110) if live else luck.randint(120, 700), hours=luck.randint(0, 23))
    length = (NOW - created).days if live else luck.randint(15, 110)
    amount, owner = Decimal(luck.randint(1_000, 90_000)), luck.choice(list(OWNERS))
    close = created.date() + timedelta(days=luck.randint(30, 150))
    end = "" if live else luck.choice(("Won", "Lost", "Lost"))
    rows = []
    for step in range(ROWS):
        stage, category = OPEN[min(step, 3)] if step < ROWS - 1 or live else (end, "Closed")
        at = created + timedelta(days=length * step / (ROWS - 1))
        close = close + timedelta(days=luck.choice((0, 0, 14)))
        rows.append(
            OpportunityHistory(
                id=f"{key}-{step}", opportunity_id=key, at=at, stage=stage, amount=amount, user_id=owner,
                close_date=at.date() if step == ROWS - 1 and end else close, forecast_category=category,
            )
        )  # fmt: skip
        amount = (amount * luck.choice((90, 100, 100, 115)) / 100).quantize(Decimal("0.01"))
    last = rows[-1]
    deal = Opportunity(
        id=key, name=f"Deal {key}", account_id=luck.choice(list(SEGMENTS)), owner_id=owner, amount=last.amount, stage=last.stage,
        forecast_category=last.forecast_category, created_at=created, close_date=last.close_date, is_closed=not live,
        is_won=end == "Won", next_step="call",
    )  # fmt: skip
    return deal, rows


class _Links:
    """What lines ask of a CRM: where a record opens."""

    def link(self, kind: str, record_id: str) -> str:
        """A link to a record."""
        return f"bench://{kind}/{record_id}"


@calm
def answer(records: Book) -> Sheet:
    """Work out all figures and forecasts of a quarter, with the collector off as the skill has it."""
    told = digest(records.deals, list(records.stages.values()), Q4, records.today)
    ledger, scope = Ledger(cast(CrmReader, _Links()), records.today), Scope("all deals", lambda deal: True)
    odds = chances(records, Q4, None, OWNERS)
    sheet = Sheet(told, scope, ledger, records, odds, Target(Decimal(10_000_000), 40))
    found = outlook.outlook(sheet, told.open, told.won, sheet.currency)
    levels.head(sheet)
    outlook.lines(sheet, found)
    outlook.call_section(sheet, found, OWNERS)
    moving.section(sheet, moving.told(records, Q4), OWNERS)
    levels.tables(sheet, sheet.currency)
    for part in (lists.overdue, lists.top, stakes.concentration):
        part(sheet, OWNERS)
    pace.lines(sheet)
    lists.hygiene(sheet)
    return sheet


def baseline(records: Book) -> Decimal:
    """Add up the amounts of deals and histories, deal by deal."""
    whole = sum((deal.amount or Decimal(0) for deal in records.deals), Decimal(0))
    return whole + sum((row.amount or Decimal(0) for rows in records.histories.values() for row in rows), Decimal(0))


def measured(count: int, rounds: int) -> dict[str, object]:
    """Milliseconds (median), the ratio to the baseline, and how much memory the computation adds at most."""
    records = book(count)
    answer(records)  # imports and first calls
    taken, plain = _taken(lambda: answer(records), rounds), _taken(lambda: baseline(records), rounds)
    tracemalloc.start()
    sheet = answer(records)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {
        "deals": count, "open": len(sheet.told.open), "history_rows": count * ROWS, "figures": len(sheet.figures),
        "ms": round(taken), "baseline_ms": round(plain, 1), "ratio": round(taken / plain, 1), "peak_mb": round(peak / 2**20, 1),
    }  # fmt: skip


def _taken(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return median(times)


def main() -> int:
    """Run the benchmark of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    for count in given.deals:
        print(json.dumps(measured(count, given.rounds)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
