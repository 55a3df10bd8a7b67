"""Time finding a name among 10,000, and a CRM of 8,800 deals: `python -m evals.bench.records` prints one JSON line.

Milliseconds are of the processor, so that others on the machine do not count. The baselines, in the same run: RapidFuzz
over the same names, and `executemany` of as many rows of four columns with sqlite3.
"""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from rapidfuzz import fuzz, process

from bot.crm.local import LocalReader, replace_all
from bot.crm.match import mentions, options
from bot.crm.records import Account, Opportunity, OpportunityHistory, Record
from bot.store.database import open_engine, prepare

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
STAGES = ("Discovery", "Negotiation", "Closed Won")
DEALS, ACCOUNTS, NAMES = 8800, 85, 10_000


def took(work: Callable[[], object], runs: int = 7) -> float:
    """The median of some runs after a warm-up, in milliseconds of the processor."""
    spent = []
    for _ in range(runs + 1):
        started = time.process_time()
        work()
        spent.append((time.process_time() - started) * 1000)
    return round(median(spent[1:]), 2)


def names() -> dict[str, float]:
    """A misspelt name, and the names in a sentence."""
    many = [(str(n), f"{chr(97 + n % 26)}{n // 40} Works {n}") for n in range(NAMES)]
    plain = [name for _, name in many]
    found = took(lambda: (options("b26 Wrks 1041", many), mentions("where do we stand with p26?", many)))
    base = took(lambda: process.extract("b26 Wrks 1041", plain, scorer=fuzz.ratio, limit=5))
    return {"names_ms": found, "rapidfuzz_ms": base, "names_ratio": round(found / base, 1)}


def company() -> list[Record]:
    """Deals with three steps each."""
    records: list[Record] = [Account(id=f"a{n}", name=f"Account {n}") for n in range(ACCOUNTS)]
    for n in range(DEALS):
        records.append(Opportunity(id=f"o{n}", name=f"Deal {n}", account_id=f"a{n % ACCOUNTS}", stage=STAGES[n % 2]))
        begun = NOW - timedelta(days=300 - n % 300)
        records += [
            OpportunityHistory(id=f"o{n}-{k}", opportunity_id=f"o{n}", at=begun + timedelta(days=k), stage=stage)
            for k, stage in enumerate(STAGES)
        ]
    return records


def crm(folder: Path) -> dict[str, float]:
    """Loading all, and reading one account's deals with their histories."""
    records, engine = company(), open_engine(f"sqlite:///{folder / 'seller.db'}")
    prepare(engine)
    load = took(lambda: replace_all(engine, records, as_of=NOW), runs=3)
    reader = LocalReader(engine)
    read = took(lambda: [reader.history(deal.id) for deal in reader.opportunities("a1")])
    engine.dispose()
    base = took(lambda: _plain(folder / "plain.db", len(records)), runs=3)
    return {"load_ms": load, "sqlite3_ms": base, "load_ratio": round(load / base, 1), "read_account_ms": read}


def _plain(path: Path, rows: int) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE plain (id TEXT PRIMARY KEY, name TEXT, account TEXT, stage TEXT)")
        connection.executemany("INSERT INTO plain VALUES (?, ?, ?, ?)", ((n, n, n, n) for n in range(rows)))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        print(json.dumps(names() | crm(Path(home))))
