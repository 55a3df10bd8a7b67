"""8,800 opportunities of a fictitious company, kept outside of the project: what the backtest concludes there, and its sums by quarter."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.commands import backtest
from bot.commands.backtest import Found
from bot.crm.files import import_folder
from bot.pipeline.learning import Backtest
from bot.pipeline.measures import wape
from bot.pipeline.period import period
from bot.pipeline.stats import stats
from bot.settings import Settings
from bot.skills.booking import book_of
from evals.measuring import DATA
from evals.suite import Result, Suite

NOW = datetime(2018, 1, 1, 9, tzinfo=UTC)
WON = {1: 1_134_672, 2: 3_086_111, 3: 2_982_255, 4: 2_802_496}
"""what was won in each quarter of 2017, summed over the file by hand"""
DEALS = ("deal_stage=Won", "close_date")


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None where the files are not there."""
    folder = _folder()
    if folder is None:
        return None
    table = folder / "sales_pipeline.csv"
    named = backtest.of_csv(table, *DEALS, "product,sales_agent,account")
    every = backtest.of_csv(table, *DEALS, "")
    with _home(folder) as app:
        book = book_of(app.reader, app.reader.opportunities(), NOW, app.policy)
        found = backtest.crm_test(book)
        sums = [
            stats(book, period("quarter", datetime(2017, 3 * q, 1, tzinfo=UTC).date()), "USD").figures["won_amount"]
            for q in WON
        ]
        closed = [o for o in book.deals if o.is_closed]
    right = [float(round(float(one.value or 0)) == want) for one, want in zip(sums, WON.values(), strict=True)]
    counts = (sum(o.is_won for o in closed), sum(not o.is_won for o in closed)) == (4238, 2473)
    metrics = {
        "sums": sum(right) / len(right), "counts": float(counts), "flat": _flat(named.test), "flat_first_day": _flat(found.ended),
        "base_in_period": float(not found.test.verdict.model), "leak": float(every.test.left_out == ("close_value",)),
        "skill": 1 - abs(named.test.newest.scores.skill) if named.test.newest else 0.0, **_forecasts(found),
    }  # fmt: skip
    return Result(suite=suite.name, metrics=metrics, n=dict.fromkeys(metrics, named.test.n), model="offline")


def skipped() -> str:
    """Say why the suite was not run."""
    return "maven: skipped, as it needs the files of crm_maven (set SELLER_TEST_DATA to the folder above crm_maven/)."


def _folder() -> Path | None:
    found = DATA / "crm_maven"
    return found if (found / "sales_pipeline.csv").is_file() else None


@contextmanager
def _home(folder: Path) -> Iterator[App]:
    with tempfile.TemporaryDirectory() as home, App(Settings(home=Path(home), model="offline"), lambda: NOW) as app:
        app.ready()
        import_folder(app.engine, folder, as_of=NOW)
        yield app


def _flat(test: Backtest | None) -> float:
    """Whether the one flat rate is what the test concludes."""
    return float(test is not None and not test.verdict.model)


def _forecasts(found: Found) -> dict[str, float]:
    """1 − WAPE against what deals open then brought, by horizon, and the share of quarters within P10 to P90."""
    told = {}
    for left in (90, 60, 30):
        here = [one for one in found.outlooks if one.cut.left == left]
        told[f"accuracy_{left}"] = 1 - (wape([(one.rated.mean, one.reachable) for one in here]) or 1.0)
    inside = [one.rated.p10 <= one.reachable <= one.rated.p90 for one in found.outlooks]
    return {**told, "within_p10_p90": sum(inside) / len(inside)}
