"""Time from a seller's yes to the applied change on the embedded CRM: `python -m evals.bench.approvals`."""

import json
import statistics
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from bot import jobs
from bot.approvals import Approvals
from bot.crm.local import LocalReader, LocalWriter, upsert_all
from bot.crm.records import Account, User
from bot.crm.writes import CreateTask
from bot.proposals import Decision, ProposedWrite
from bot.settings import Settings
from bot.store.database import open_engine, prepare

RUNS = 50
TARGET_MS = 60.0
SELLER = User(id="U1", name="Bench Seller")


def now() -> datetime:
    """The present time."""
    return datetime.now(UTC)


def measure(home: Path) -> list[float]:
    """Return milliseconds of each approval, the CRM's write included; one goes ahead unmeasured."""
    settings = Settings(home=home)
    engine = open_engine(settings.database)
    prepare(engine)
    upsert_all(engine, [SELLER, Account(id="A1", name="Acme")], as_of=now())
    approvals = Approvals(engine, LocalReader(engine), LocalWriter(engine), now)
    with jobs.start(settings, approvals):
        times = [_one(approvals, number) for number in range(RUNS + 1)]
    engine.dispose()
    return times[1:]


def _one(approvals: Approvals, number: int) -> float:
    write = CreateTask(subject=f"Call {number}", owner_id=SELLER.id, account_id="A1")
    proposal = approvals.propose([ProposedWrite(write=write, evidence="bench")], requester=SELLER.id)
    started = perf_counter()
    done = approvals.decide(Decision(verb="approve", proposal_id=proposal.id), SELLER)
    elapsed = (perf_counter() - started) * 1000
    if done.status != "applied":
        raise RuntimeError(f"{proposal.id} is {done.status}, so there is nothing to measure")
    return elapsed


def main() -> None:
    """Measure and print one JSON line."""
    with TemporaryDirectory() as folder:
        times = measure(Path(folder))
    figures = {
        "bench": "approvals",
        "n": len(times),
        "median_ms": round(statistics.median(times), 1),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 1),
        "max_ms": round(max(times), 1),
        "target_ms": TARGET_MS,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
