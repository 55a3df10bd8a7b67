"""Run the suite: the weights that the product runs with, on the part that they have not seen, beside two baselines."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.skills.summarising.asking import weights
from bot.terminal import bars
from evals.suite import Result, Suite

if TYPE_CHECKING:
    from evals.commitments.recipe import Chances, Labelled


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None, with a sentence for the caller, where sentences or libraries are not there."""
    if not find_spec("sklearn"):
        return None
    from evals.commitments import recipe

    data = recipe.load()
    if data is None:
        return None
    train, test = recipe.split(data)
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        moved(0, 3, "the detector")
        ours = recipe.chances(test.texts, weights())
        metrics, notes = _compared(ours, train, test)
        moved(1, 3, "cross-validation")
        metrics |= _crossed(data)
        moved(3, 3, "")
    n = {name: len(data.texts) if name.startswith("cross") else len(test.texts) for name in metrics}
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline", notes={"95 % intervals": notes})


def skipped() -> str:
    """Say why the suite was not run."""
    return (
        "commitments: skipped, as it needs the labelled sentences (set SELLER_TEST_DATA to the folder above commitments/) "
        "and the dev group's scikit-learn."
    )


def _compared(ours: "Chances", train: "Labelled", test: "Labelled") -> tuple[dict[str, float | None], dict[str, str]]:
    from evals.commitments.baselines import bagged, intervals, paired, scores

    words, tuned = bagged(train, test, pairs=False), bagged(train, test, pairs=True)
    mine = scores(test.asks, ours, weights().threshold)
    metrics: dict[str, float | None] = {"f1": mine[0], "auc": mine[1]}
    for name, (given, threshold) in (("words", words), ("pairs", tuned)):
        f1, auc = scores(test.asks, given, threshold)
        metrics |= {f"{name}_f1": f1, f"{name}_auc": auc}
        metrics |= {f"f1_over_{name}": mine[0] - f1, f"auc_over_{name}": mine[1] - auc}
    notes = intervals(test.asks, ours, weights().threshold)
    for name, (given, threshold) in (("words", words), ("pairs", tuned)):
        notes |= paired(test.asks, (ours, weights().threshold), (given, threshold), name)
    return metrics, notes


def _crossed(data: "Labelled") -> dict[str, float | None]:
    """The recipe as a whole by cross-validation over all sentences; its threshold is picked inside each fold."""
    from statistics import fmean

    from evals.commitments import recipe
    from evals.commitments.baselines import bagged, scores

    ours, words = [], []
    for rows, unseen in recipe.folds(data):
        train, test = data.part(rows), data.part(unseen)
        made = recipe.fitted(train)
        ours.append(scores(test.asks, recipe.chances(test.texts, made), weights().threshold))
        words.append(scores(test.asks, *bagged(train, test, pairs=False)))
    return {
        "cross_f1": fmean(f1 for f1, _ in ours),
        "cross_auc": fmean(auc for _, auc in ours),
        "cross_words_f1": fmean(f1 for f1, _ in words),
        "cross_words_auc": fmean(auc for _, auc in words),
    }
