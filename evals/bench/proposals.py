"""Proposals a second (proposed, approved, applied) on SQLite and PostgreSQL: `python -m evals.bench.proposals`.

The baseline of each is the same writes on the same database by the CRM's writer alone, without proposal, approval,
audit trail and durable work: what the gate costs.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from bot import jobs
from bot.approvals import Approvals
from bot.crm.local import LocalReader, LocalWriter, upsert_all
from bot.crm.records import Account, User
from bot.crm.writes import Approval, CreateTask
from bot.proposals import Decision, Proposal, ProposedWrite
from bot.settings import Settings
from bot.store.database import Engine, open_engine, prepare, reading
from bot.store.queue import unfinished

RUNS = 200
ACCOUNTS = 20
PATIENCE = 120.0
SELLER = User(id="U1", name="Bench Seller")


def now() -> datetime:
    """The present time."""
    return datetime.now(UTC)


def measure(settings: Settings) -> dict[str, float]:
    """Return both rates and their ratio."""
    engine = open_engine(settings.database)
    prepare(engine)
    upsert_all(engine, [SELLER, *(Account(id=f"A{n}", name=f"Account {n}") for n in range(ACCOUNTS))], as_of=now())
    alone = RUNS / _alone(engine)
    gate = RUNS / _through_the_gate(settings, engine)
    engine.dispose()
    return {"per_second": round(gate, 1), "writer_alone_per_second": round(alone, 1), "ratio": round(gate / alone, 3)}


def _write(number: int) -> CreateTask:
    return CreateTask(subject=f"Call {number}", owner_id=SELLER.id, account_id=f"A{number % ACCOUNTS}")


def _alone(engine: Engine) -> float:
    writer, started = LocalWriter(engine), perf_counter()
    for number in range(RUNS):
        write = _write(number)
        writer.apply(Approval(change_id=f"alone-{number}", write=write, approved_by=SELLER.id, approved_at=now()))
    return perf_counter() - started


def _through_the_gate(settings: Settings, engine: Engine) -> float:
    approvals = Approvals(engine, LocalReader(engine), LocalWriter(engine), now)
    with jobs.start(settings, approvals):
        _one(approvals, RUNS, wait=10.0)
        started = perf_counter()
        for number in range(RUNS):
            _one(approvals, number, wait=0)
        while _left(engine):
            if perf_counter() - started > PATIENCE:
                raise RuntimeError("some changes were never applied, so there is nothing to measure")
            sleep(0.02)
        return perf_counter() - started


def _left(engine: Engine) -> int:
    with reading(engine) as connection:
        return len(unfinished(connection))


def _one(approvals: Approvals, number: int, wait: float) -> Proposal:
    proposal = approvals.propose([ProposedWrite(write=_write(number), evidence="bench")], requester=SELLER.id)
    return approvals.decide(Decision(verb="approve", proposal_id=proposal.id), SELLER, wait=wait)


@contextmanager
def postgres() -> Iterator[str | None]:
    """Give the address of a PostgreSQL: SELLER_BENCH_POSTGRES, else a throwaway server; None without one."""
    given, initdb = os.environ.get("SELLER_BENCH_POSTGRES"), _program("initdb")
    if given or initdb is None:
        yield given
        return
    with TemporaryDirectory() as folder, ExitStack() as stopping:
        data, ctl = Path(folder, "data"), str(Path(initdb).with_name("pg_ctl"))
        _run(initdb, "-D", str(data), "-U", "bench", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        _run(ctl, "-D", str(data), "-w", "-l", str(Path(folder, "log")), "-o", options, "start")
        stopping.callback(_run, ctl, "-D", str(data), "-m", "immediate", "stop")
        yield f"postgresql://bench@/postgres?host={folder}"


def _program(name: str) -> str | None:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(installed[-1]) if installed else None)


def _run(*words: str) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Measure each database that is there and print one JSON line for it."""
    with TemporaryDirectory() as folder:
        print(json.dumps({"bench": "proposals", "database": "sqlite", **measure(Settings(home=Path(folder)))}))
    with ExitStack() as open_here:
        home = Path(open_here.enter_context(TemporaryDirectory()))
        try:
            url = open_here.enter_context(postgres())
        except subprocess.CalledProcessError:
            url = None  # such as for root, as whom PostgreSQL does not run
        if url is None:
            print("skipped: no PostgreSQL runs here; set SELLER_BENCH_POSTGRES to the address of an empty database")
            return
        figures = measure(Settings(home=home, database_url=url))
        print(json.dumps({"bench": "proposals", "database": "postgresql", **figures}))


if __name__ == "__main__":
    main()
