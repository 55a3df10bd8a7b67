"""Run the suite: each call is summarised by the real assistant, and what it marks is held against what a reader marks."""

import json
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.writes import CreateTask
from bot.skills.summarising.clearing import EVERYBODY
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
MARKED = ("decisions", "suggestions", "open_questions", "objections", "competitors")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure what is marked by line, that quotes stand there, what is proposed, and that traps mark nothing."""
    cases = read_cases(suite)
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar, tempfile.TemporaryDirectory() as folder:
        moved = bar.track(suite.name)
        for at, case in enumerate(cases, start=1):
            scores[case["id"]], notes[case["id"]] = _scored(case, _summarised(app, suite, case, Path(folder)))
            moved(at, len(cases), case["id"])
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    values = {name: [row[name] for row in scores.values() if name in row] for name in names}
    return Result(
        suite=suite.name,
        metrics={name: fmean(found) for name, found in values.items()},
        n={name: len(found) for name, found in values.items()},
        model="offline",
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
        questions={case["id"]: case["call"][0] for case in cases if notes[case["id"]]},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "summary: skipped."


def read_cases(suite: Suite) -> list[Case]:
    """Read the calls, a list of lines each, and what a reader marks in them."""
    text = (suite.folder / "calls.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def _summarised(app: App, suite: Suite, case: Case, folder: Path) -> Reply:
    path = folder / f"{case['id']}.txt"
    path.write_text("\n".join(case["call"]), encoding="utf-8")
    request = Request(
        text=f"summarise this call of {case.get('day', '2026-11-16')} ({EVERYBODY})",
        user=app.user(suite.asker),
        now=suite.now,
        thread=f"eval:{case['id']}",
        skill="summary",
        account=case.get("account", "a-northwick"),
        file=path,
    )
    return app.assistant.answer(request)


def _scored(case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    wanted = {(kind, *row) for kind in MARKED for row in _rows(case.get(kind, ()))}
    wanted |= {("steps", *row) for row in case.get("steps", ())}
    found = _marked(reply.draft.data or {})
    hits, missed, extra = wanted & found, wanted - found, found - wanted
    scores = {"verbatim": _verbatim(case, reply.draft.data or {}), "writes": float(_writes(case, reply))}
    if found:
        scores["precision"] = len(hits) / len(found)
    if wanted:
        scores["recall"] = len(hits) / len(wanted)
    else:
        scores["traps"] = float(not found)
    told = {
        "recall": f"missed {sorted(missed)}" if missed else "",
        "precision": f"marked {sorted(extra)}" if extra else "",
    }
    told["writes"] = "" if scores["writes"] else f"proposed {[one.write.kind for one in reply.draft.writes]}"
    return scores, {name: why for name, why in told.items() if why}


def _rows(given: Any) -> list[tuple[Any, ...]]:
    return [tuple(one) if isinstance(one, list) else (one,) for one in given]


def _marked(data: dict[str, Any]) -> set[tuple[Any, ...]]:
    """(kind, first line …) of all that the summary marks; a step also with owner and day, a competitor with its name."""
    found: set[tuple[Any, ...]] = {
        (kind, *((one["name"],) if kind == "competitors" else ()), one["lines"][0])
        for kind in MARKED
        for one in data[kind]
    }
    steps = [one for side in data["next_steps"].values() for one in side]
    return found | {("steps", one["owner"], one["due"], one["lines"][0]) for one in steps}


def _verbatim(case: Case, data: dict[str, Any]) -> float:
    """Share of the quotes that stand, word for word, in the lines that they name."""
    said = [one for kind in MARKED for one in data[kind]] + [s for side in data["next_steps"].values() for s in side]
    stands = [
        all(piece in " ".join(case["call"][n - 1] for n in one["lines"]) for piece in one["quote"].split(" … "))
        for one in said
    ]
    return fmean(stands) if stands else 1.0


def _writes(case: Case, reply: Reply) -> bool:
    """Whether the call is proposed once, and beside it just what a reader wants, as (kind, side, day), all of it the asker's."""
    made = [one.write for one in reply.draft.writes]
    told = [(w.kind, *((w.side, str(w.due)) if isinstance(w, CreateTask) else ("", ""))) for w in made]
    owners = {w.owner_id for w in made if isinstance(w, CreateTask)}
    wanted = [("log_activity", "", ""), *(tuple(one) for one in case.get("writes", ()))]
    return told == wanted and owners <= {"u-maya"}
