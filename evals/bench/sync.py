"""Time the first sync of a large CRM into the mirror, and kill it three times on the way: `python -m evals.bench.sync`.

A generated CRM of 100,000 deals with about five rows of history each goes page by page through `Mirror.sync` on SQLite.
The baseline writes the same rows with plain executemany inserts into the same empty tables, a transaction a page, and
keeps no cursor. Each runs in a process of its own, so that its peak memory is its own. Then a sync is killed at three
random pages and started again each time; what it leaves must equal the undisturbed one, row by row. With
`--database URL` the two are timed on an empty PostgreSQL database instead.
"""

import argparse
import hashlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select, text

from bot.crm.local.tables import TABLES, metadata
from bot.crm.mirror import Mirror
from bot.crm.mirror.store import grouped
from bot.crm.port import Complete, Page
from bot.crm.records import Account, Opportunity, OpportunityHistory, Record
from bot.crm.writes import Receipt
from bot.store.database import open_engine, prepare

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
STAGES = ("Discovery", "Qualification", "Proposal", "Negotiation", "Closed Won", "Closed Lost")
DEALS_AN_ACCOUNT = 5
KILLS = 3


class Generated:
    """A CRM that makes its records up as they are read, the same ones every time."""

    name = "salesforce"

    def __init__(self, deals: int, page: int, die_at: int | None = None) -> None:
        self._sizes = {"accounts": deals // DEALS_AN_ACCOUNT, "deals": deals}
        self._page = page
        self._die_at = die_at
        self.made = 0

    def kinds(self) -> Sequence[str]:
        """Parents first."""
        return list(self._sizes)

    def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
        """From the number in the cursor on."""
        start, size = int(cursor or 0), self._sizes[kind]
        while start < size:
            stop = min(start + self._page, size)
            self._maybe_die()
            yield _page(kind, range(start, stop), str(stop), size)
            start = stop

    def _maybe_die(self) -> None:
        self.made += 1
        if self.made == self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def account(self, account_id: str, seconds: float) -> Page:
        """Nothing is refreshed here."""
        return Page([], "")

    def record(self, receipt: Receipt) -> Page:
        """Nothing is written here."""
        return Page([], "")

    def link(self, record: str, record_id: str) -> str:
        """Nowhere."""
        return f"https://crm.example/{record}/{record_id}"


def _page(kind: str, numbers: range, cursor: str, total: int) -> Page:
    if kind == "accounts":
        return Page([_account(n) for n in numbers], cursor, total=total)
    records = [record for n in numbers for record in _deal(n)]
    deals = frozenset(f"006{n:015d}" for n in numbers)
    return Page(records, cursor, complete=[Complete(OpportunityHistory, "opportunity_id", deals)], total=total)


def _account(n: int) -> Account:
    return Account(id=f"001{n:015d}", name=f"Account {n}", industry="Food", employees=n % 5000, owner_id=f"005{n % 40}")


def _deal(n: int) -> list[Record]:
    """A deal with three to seven rows of history."""
    began = NOW - timedelta(days=n % 1200, minutes=n % 997)
    rows = 3 + n % 5
    stages = [STAGES[min(k, len(STAGES) - 1)] for k in range(rows)]
    amounts = [Decimal(1000 + (n * 37 + k * 101) % 90_000) for k in range(rows)]
    key = f"006{n:015d}"
    history = [
        OpportunityHistory(
            id=f"008{n:012d}{k:03d}", opportunity_id=key, at=began + timedelta(days=9 * k), stage=stages[k],
            amount=amounts[k], close_date=date(2026, 12, 1 + k), forecast_category="Pipeline", user_id=f"005{n % 40}",
        )
        for k in range(rows)
    ]  # fmt: skip
    last = stages[-1]
    deal = Opportunity(
        id=key, name=f"Deal {n}", account_id=f"001{n // DEALS_AN_ACCOUNT:015d}", owner_id=f"005{n % 40}",
        amount=amounts[-1], stage=last, forecast_category="Pipeline", type="new", created_at=began,
        close_date=date(2026, 12, rows), is_closed=last.startswith("Closed"), is_won=last == "Closed Won",
        next_step="Send the proposal", lead_source="Web", updated_at=began + timedelta(days=9 * rows),
    )  # fmt: skip
    return [deal, *history]


def ours(engine: Engine, source: Generated) -> None:
    """One sync."""
    Mirror(engine, source, lambda: NOW).sync()


def plain(engine: Engine, source: Generated) -> None:
    """The same rows by plain executemany inserts."""
    for kind in source.kinds():
        for page in source.pages(kind, None, full=True):
            with engine.begin() as connection:
                for record, rows in grouped(page.records).items():
                    connection.execute(insert(TABLES[record]), [dict(row) for row in rows])


def child(given: argparse.Namespace) -> None:
    """Fill the database of the command line, and print seconds and peak memory."""
    engine = open_engine(given.url)
    prepare(engine)
    source = Generated(given.deals, given.page, given.die_at)
    before = _peak_mb()
    started = time.perf_counter()
    {"ours": ours, "plain": plain}[given.child](engine, source)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": round(seconds, 2), "peak_mb": _peak_mb(), "started_at_mb": before}))
    engine.dispose()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def spawn(given: argparse.Namespace, what: str, url: str, die_at: int | None = None) -> dict[str, Any] | None:
    """Run a child; None where it was killed, as it shall be."""
    words = [sys.executable, "-m", "evals.bench.sync", "--child", what, "--url", url]
    words += ["--deals", str(given.deals), "--page", str(given.page)]
    words += ["--die-at", str(die_at)] if die_at else []
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode == -signal.SIGKILL:
        return None
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout))


def digest(url: str) -> dict[str, Any]:
    """Count and fingerprint every record."""
    engine, counts, sum_ = open_engine(url), {}, hashlib.sha256()
    with engine.connect() as connection:
        for kind, table in TABLES.items():
            rows = connection.execution_options(yield_per=5000).execute(select(table).order_by(table.c.id))
            count = 0
            for row in rows:
                sum_.update(repr(tuple(row)).encode())
                count += 1
            counts[kind.__name__] = count
    engine.dispose()
    return {"rows": {name: count for name, count in counts.items() if count}, "sha256": sum_.hexdigest()}


def killed(given: argparse.Namespace, url: str) -> list[int]:
    """Sync with three kills at random pages on the way; return after how many pages of its own each died."""
    pages = -(-given.deals // given.page) - (-given.deals // DEALS_AN_ACCOUNT // given.page)
    draw, left, at = random.Random(given.seed), pages, []
    for kill in range(KILLS):
        die_at = draw.randint(2, max(2, left // (KILLS - kill)))
        if spawn(given, "ours", url, die_at) is not None:
            raise RuntimeError("a sync that was to be killed came through")
        at.append(die_at)
        left -= die_at - 1
    spawn(given, "ours", url)
    return at


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Baseline, ours, and ours with kills."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {name: given.database or f"sqlite:///{Path(folder) / name}.db" for name in ("plain", "ours", "killed")}
        baseline = spawn(given, "plain", urls["plain"]) or {}
        expected = digest(urls["plain"])
        _emptied(given.database)
        measured = spawn(given, "ours", urls["ours"]) or {}
        found = digest(urls["ours"])
        _emptied(given.database)
        died = killed(given, urls["killed"])
        after = digest(urls["killed"])
        _emptied(given.database)
    return {
        "bench": "sync",
        "on": "PostgreSQL" if given.database else "SQLite",
        "rows": found["rows"],
        "ours": measured,
        "plain_inserts": baseline,
        "ratio": round(measured["seconds"] / baseline["seconds"], 2),
        "killed_after_pages": died,
        "equal_to_plain_inserts": found == expected,
        "equal_after_kills": after == found,
    }


def _emptied(database: str | None) -> None:
    if database:
        engine = open_engine(database)
        with engine.begin() as connection:
            # Deleted rows would still lie in the way of the next run.
            connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
        engine.dispose()


def main() -> int:
    """Run the benchmark of the command line; status 1 where a kill left another result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=2000, help="records of one page: Salesforce gives 2,000")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", help="an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--child", choices=["ours", "plain"], help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--die-at", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given)
        return 0
    figures = run(given)
    print(json.dumps(figures))
    return 0 if figures["equal_to_plain_inserts"] and figures["equal_after_kills"] else 1


if __name__ == "__main__":
    sys.exit(main())
