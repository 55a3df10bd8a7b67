"""Probabilities where the true ones are known: is real signal found and calibrated, and is none found where there is none."""

from statistics import fmean

import numpy as np

from bot.commands.backtest_report import reliability
from bot.pipeline import history
from bot.pipeline.cuts import Snap
from bot.pipeline.learning import Backtest, backtest
from bot.pipeline.odds import shrunk
from bot.proposals import Chart
from bot.terminal import bars
from evals.probability.world import World, draw
from evals.suite import Result, Suite

DEALS, SEEDS, SIGNAL = 5000, (1, 2, 3), 1.0
CLOSED = (10, 30, 100)
ROUNDS = 2000
CELLS = 12
"""stages × segments of the comparison with the raw rate"""


def run(suite: Suite, *, quiet: bool) -> Result:
    """Draw worlds with and without signal, and small histories for the base rate."""
    metrics: dict[str, float | None] = {}
    n: dict[str, int] = {}
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        found, drawn = [], list[Chart | None]()
        for at, seed in enumerate(SEEDS, start=1):
            scores, test = _with_signal(seed)
            found.append(scores)
            drawn.append(reliability(test))
            moved(at, 2 * len(SEEDS), f"world {seed}")
        none = []
        for at, seed in enumerate(SEEDS, start=len(SEEDS) + 1):
            none.append(backtest(history.examples(history.past(draw(DEALS, 100 + seed, signal=0.0).book)), 1))
            moved(at, 2 * len(SEEDS), f"world {seed} without signal")
    for name in found[0]:
        metrics[name], n[name] = min(row[name] for row in found), len(found)
    metrics["silent"], n["silent"] = fmean(float(not one.verdict.model) for one in none), len(none)
    for closed in CLOSED:
        metrics[f"shrunk_{closed}"], n[f"shrunk_{closed}"] = _gain(closed), ROUNDS
    charts = tuple(chart for chart in drawn if chart)
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline", charts=charts)


def skipped() -> str:
    """Say why the suite was not run; it draws its data, so that it always is."""
    return "probability: skipped."


def _with_signal(seed: int) -> tuple[dict[str, float], Backtest]:
    world = draw(DEALS, seed, signal=SIGNAL)
    past = sorted(history.past(world.book), key=lambda one: one.cut.at)
    test = backtest(history.examples(past), 1)
    told = {"shown": float(test.verdict.model), **_newest(test)}
    return {**told, "near_truth": 1 - _distance(test, past, world)}, test


def _newest(test: Backtest) -> dict[str, float]:
    if test.newest is None:
        return {"skill": 0.0, "calibrated": 0.0, "slope": 0.0}
    scores = test.newest.scores
    return {"skill": scores.skill, "calibrated": 1 - scores.ece, "slope": 1 - abs(1 - (scores.slope or 0.0))}


def _distance(test: Backtest, past: list[Snap], world: World) -> float:
    """Mean distance from the true probability in the quarter that was held out."""
    here = [snap for snap in past if test.newest and history.quarter_key(snap) == test.newest.period]
    told = test.newest.chances if test.newest else ()
    return fmean(abs(p - world.truth(snap)) for p, snap in zip(told, here, strict=True))


def _gain(closed: int) -> float:
    """By how much the shrunk rate's mean Brier score is below the raw rate's, in thousandths; what is not above 0 lost."""
    rng = np.random.default_rng(closed)
    gains = []
    for _ in range(ROUNDS):
        true = rng.beta(3, 6, CELLS)
        cells = rng.integers(0, CELLS, closed)
        won = rng.random(closed) < true[cells]
        everything = (won.sum() + 0.5) / (closed + 1)
        counts = [(int(won[cells == k].sum()), int((cells == k).sum())) for k in range(CELLS)]
        of_raw = np.array([raw(*pair, everything) for pair in counts])
        of_shrunk = np.array([shrunk(*pair, everything) for pair in counts])
        # The expected Brier score of a probability q where p is true is p(1 − p) + (q − p)²; the first part is the same for both.
        gains.append(float(((of_raw - true) ** 2 - (of_shrunk - true) ** 2).mean()))
    return 1000 * fmean(gains)


def raw(won: int, n: int, everything: float) -> float:
    """The raw stage rate, which the shrunk one is held against: of no deal, the rate of all."""
    return won / n if n else everything
