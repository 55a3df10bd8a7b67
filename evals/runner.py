"""Run suites against the real assistant on the sample company; non-zero exit where a threshold is missed."""

import importlib
import inspect
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import fmean

from bot import demo, settings
from bot.app import App
from bot.assistant import Reply, Request
from bot.commands.output import emit
from bot.terminal import bars, err, out
from evals import suite as suites_on_disk
from evals.report import write
from evals.scorers import SCORERS, Score
from evals.suite import Case, Result, Suite


def run(
    names: Sequence[str], *, live: bool = False, accept: bool = False, report: Path | None = None, as_json: bool = False
) -> int:
    """Run the named suites, or all; return 1 where one misses a threshold or falls below its accepted results."""
    chosen = [suites_on_disk.load(name) for name in (names or suites_on_disk.names())]
    results, failures, skipped = [], list[str](), list[str]()
    for suite, result in _ran(chosen, live=live, quiet=as_json):
        if isinstance(result, str):
            err.print(result, markup=False)
            skipped.append(result)
            continue
        before = suites_on_disk.accepted(suite, result.model)
        if accept:
            suites_on_disk.accept(suite, result)
        failures += result.failures(suite, None if accept else before)
        results.append((suite, result, before))
    if report:
        write(report, results, failures, skipped)
    show(results, failures, as_json=as_json)
    return 1 if failures else 0


def run_own(file: Path, *, live: bool, report: Path | None, as_json: bool) -> int:
    """Ask the cases of a file in the present home; return 1 where one lost a point."""
    code: int = importlib.import_module("evals.own").run(file, live=live, report=report, as_json=as_json)
    return code


def run_suite(suite: Suite, *, live: bool = False, quiet: bool = True) -> Result:
    """Ask every case of a suite in a fresh home with the sample company, and score the replies."""
    cases = suite.read_cases()
    with home(suite.now, live=live) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        replies = []
        for i, case in enumerate(cases, start=1):
            replies.append(_ask(app, suite, case))
            moved(i, len(cases), case.id)
    return score(suite, cases, replies)


def _ran(chosen: Sequence[Suite], *, live: bool, quiet: bool) -> Iterator[tuple[Suite, Result | str]]:
    """Run the suites, several at a time, each in a process of its own; with a model one after the other, as it is one."""
    if live or len(chosen) == 1:
        yield from ((suite, _timed(suite, live=live, quiet=quiet)) for suite in chosen)
        return
    apart = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(chosen), os.cpu_count() or 1), apart) as pool, bars(quiet=quiet) as bar:
        moved = bar.track("suites")
        under_way = [pool.submit(_timed, suite, live=False, quiet=True) for suite in chosen]
        for done, (suite, run) in enumerate(zip(chosen, under_way, strict=True), start=1):
            yield suite, run.result()
            moved(done, len(chosen), suite.name)


def _timed(suite: Suite, *, live: bool, quiet: bool) -> Result | str:
    began = time.perf_counter()
    run = _measured if suite.runs else run_suite
    result = run(suite, live=live, quiet=quiet)
    took = round(time.perf_counter() - began, 1)
    return result if isinstance(result, str) else result.model_copy(update={"seconds": took})


def _measured(suite: Suite, *, live: bool, quiet: bool) -> Result | str:
    """Run a suite by a module of its own, with a model where it can; where its data is not there, return why it was skipped."""
    module = importlib.import_module(str(suite.runs))
    with_model = live and "live" in inspect.signature(module.run).parameters
    result: Result | None = module.run(suite, quiet=quiet, **({"live": True} if with_model else {}))
    return str(module.skipped()) if result is None else result


@contextmanager
def home(now: datetime, *, live: bool = False, **wanted: object) -> Iterator[App]:
    """A home of its own with the sample company; as `empty` else."""
    with empty(now, live=live, **wanted) as app:
        demo.load_crm(app.engine, now)
        app.library.ingest([demo.write_pages(app.settings.home, now)], resolve_account=app.account_key)
        yield app


@contextmanager
def empty(now: datetime, *, live: bool = False, **wanted: object) -> Iterator[App]:
    """A home of its own that no setting of the machine reaches, but for the model's where `live`; `wanted` are settings."""
    with tempfile.TemporaryDirectory() as folder:
        present = settings.load() if live else settings.Settings(model="offline")
        kept = {"model", "model_timeout", "openai_api_key", "openai_base_url"}
        values = {name: getattr(present, name) for name in kept if name in settings.Settings.model_fields}
        bare = settings.Settings.model_construct(**{**_defaults(), **values, **wanted, "home": Path(folder)})
        with App(bare, lambda: now) as app:
            yield app


def _defaults() -> dict[str, object]:
    fields = settings.Settings.model_fields
    return {name: field.get_default(call_default_factory=True) for name, field in fields.items()}


def _ask(app: App, suite: Suite, case: Case) -> Reply:
    request = Request(
        text=case.question,
        user=app.user(case.asker or suite.asker),
        now=suite.now,
        thread=f"eval:{case.id}",
        skill=case.skill,
        account=case.account,
    )
    return app.assistant.answer(request)


def score(suite: Suite, cases: Sequence[Case], replies: Sequence[Reply]) -> Result:
    scores: dict[str, dict[str, Score]] = {}
    for case, reply in zip(cases, replies, strict=True):
        given = {name: SCORERS[name](case, reply) for name in suite.scorers}
        scores[case.id] = {name: score for name, score in given.items() if score is not None}
    values = {name: [s[name].value for s in scores.values() if name in s] for name in suite.scorers}
    notes = {key: why for key, row in scores.items() if (why := {n: s.why for n, s in row.items() if s.why})}
    versions = sorted({reply.draft.prompt_version for reply in replies if reply.draft.prompt_version})
    costs = [reply.draft.usage.cost for reply in replies if reply.draft.usage.cost is not None]
    models = {reply.draft.model for reply in replies} - {"offline"}
    return Result(
        suite=suite.name,
        metrics={name: fmean(found) if found else None for name, found in values.items()},
        n={name: len(found) for name, found in values.items()},
        model=min(models, default="offline"),
        prompt_versions=tuple(versions),
        tokens=sum(reply.draft.usage.input + reply.draft.usage.output for reply in replies),
        cost=sum(costs) if costs else None,
        cases={key: {name: s.value for name, s in row.items()} for key, row in scores.items()},
        notes=notes,
        questions={case.id: case.question for case in cases if case.id in notes},
    )


def show(results: Sequence[tuple[Suite, Result, Result | None]], failures: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        emit({"results": [result for _, result, _ in results], "failures": list(failures)})
        return
    for suite, result, before in results:
        out.print(f"[bold]{suite.name}[/bold] ({result.model}): {suite.description}")
        for name, value in result.metrics.items():
            floor = suite.thresholds.get(name)
            was = before.metrics.get(name) if before else None
            shown = "unmeasured" if value is None else f"{value:.3f}"
            tail = f"  threshold {floor:.3f}" if floor is not None else ""
            tail += f"  accepted {was:.3f}" if was is not None else ""
            out.print(f"  {name:<17} {shown}  n={result.n[name]}{tail}", markup=False)
        for case, why in result.notes.items():
            out.print(f"    {case}: {'; '.join(f'{name}: {text}' for name, text in why.items())}"[:220], markup=False)
    for sentence in failures:
        err.print(sentence, style="red", markup=False)
