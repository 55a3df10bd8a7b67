"""Run the suite: each case of a signal, and how often each signal is right on the sample company."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from statistics import fmean

import yaml

from bot.app import App
from bot.pipeline.risk import NAMES, signals
from bot.skills import Context
from bot.skills.view import focus, gather
from bot.terminal import bars
from evals.risk.cases import Case, cases, shares
from evals.runner import home
from evals.suite import Result, Suite


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the cases, and the precision of each signal against the labels."""
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        every = cases()
        for at, case in enumerate(every, start=1):
            told = _said(case)
            scores[case.id] = {"cases": float(told == case.want)}
            notes |= {case.id: {"cases": f"{told}, not {case.want}"}} if told != case.want else {}
            moved(at, len(every), case.id)
        for key, said, want in shares():
            scores[key] = {"cases": float(said == want)}
            notes |= {key: {"cases": f"{said}, not {want}"}} if said != want else {}
        labelled = yaml.safe_load((suite.folder / "labels.yaml").read_text(encoding="utf-8"))
        fired = _fired(app, suite, labelled.pop("deals"))
    metrics, n, missed = _precision(labelled, fired)
    return Result(
        suite=suite.name,
        metrics={"cases": fmean(row["cases"] for row in scores.values()), **metrics},
        n={"cases": len(scores), **n},
        model="offline",
        cases=scores,
        notes=notes | missed,
        questions={key: key for key in notes | missed},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "risk: skipped."


def _said(case: Case) -> str:
    fired = {signal.name: str(signal.severity) for signal in signals(case.deal, case.now, probability=case.probability)}
    return fired.get(case.signal, "none")


def _fired(app: App, suite: Suite, stories: Collection[str]) -> dict[str, set[str]]:
    """The deals on which each signal fires, of those that have a story."""
    user = app.user(suite.asker)
    context = Context(app.reader, lambda: app.library, None, user, frozenset(), suite.now, app.benchmarks)
    found: dict[str, set[str]] = defaultdict(set)
    for key in stories:
        if (deal := app.reader.opportunity(f"o-{key}")) and (account := app.reader.account(deal.account_id or "")):
            view = focus(context, gather(context, account), deal)
            for signal in view.signals(view.deals[0]):
                if signal.severity != "unknown":
                    found[signal.name].add(key)
    return found


def _precision(
    labelled: Mapping[str, list[str]], fired: Mapping[str, set[str]]
) -> tuple[dict[str, float | None], dict[str, int], dict[str, dict[str, str]]]:
    """Of what each signal fires on, the share that is labelled; None where it fires on nothing; and what differs, in words."""
    metrics: dict[str, float | None] = {}
    n: dict[str, int] = {}
    notes: dict[str, dict[str, str]] = {}
    right, told, wanted = 0, 0, 0
    for name in NAMES:
        said, want = fired.get(name, set()), set(labelled[name])
        n[f"precision: {name}"] = len(said)
        metrics[f"precision: {name}"] = len(said & want) / len(said) if said else None
        right, told, wanted = right + len(said & want), told + len(said), wanted + len(want)
        if said != want:
            notes[name] = {"differs": f"fires on {sorted(said - want)}, misses {sorted(want - said)}"}
    metrics |= {"precision": right / told, "recall": right / wanted}
    return metrics, n | {"precision": told, "recall": wanted}, notes
