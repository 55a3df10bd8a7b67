"""Run the suite: the records and figures of every answer against SQL that asks no code under test."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, mean
from typing import Any

from sqlalchemy import text

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.files.export import export_folder
from bot.crm.files.folder import import_folder
from bot.crm.local import replace_all
from bot.settings import Settings
from bot.terminal import bars
from evals.questions import bounds, second, third
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
TABLES = {
    "deals": ("o.id, o.amount, o.currency", "crm_opportunities o LEFT JOIN crm_accounts a ON a.id = o.account_id", "opportunity"),
    "accounts": ("a.id, NULL, ''", "crm_accounts a", "account"),
    "contacts": ("c.id, NULL, ''", "crm_contacts c JOIN crm_accounts a ON a.id = c.account_id", "contact"),
    "tasks": ("t.id, NULL, ''", "crm_tasks t", "task"),
    "activities": ("x.id, NULL, ''", "crm_activities x", "activity"),
}  # fmt: skip
"""what is read, from where, and the kind of record"""
LATER = ("qa-", "qb-", "qc-", "qd-")
"""questions by another hand that came after the reader was built: `later` are those answered exactly, `honest` those that
are, or say which words were not read"""


def run(suite: Suite, *, quiet: bool, live: bool = False) -> Result:
    """Ask every question of all companies, with a model those of the sample's; then see that an agent keeps its bounds."""
    lines = (suite.folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = [json.loads(line) for line in lines if line.strip()]
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    models: set[str] = set()
    with _worlds(suite, live=live) as worlds, bars(quiet=quiet) as bar:
        first = worlds["sample"]
        moved = bar.track(suite.name)
        for at, case in enumerate(cases, start=1):
            app = worlds[case["world"]]
            reply = _asked(app, suite, case)
            models.add(reply.draft.model)
            scores[case["id"]], notes[case["id"]] = _scored(app, case, reply)
            moved(at, len(cases), case["id"])
        for name, fault in bounds.run(first, suite.now).items():
            scores[name], notes[name] = {"bounded": float(not fault)}, {"bounded": fault} if fault else {}
    return _result(suite, cases, scores, notes, min(models - {"offline"}, default="offline"))


def _result(suite: Suite, cases: list[Case], scores: dict[str, dict[str, float]], notes: Any, model: str) -> Result:
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    return Result(
        suite=suite.name,
        metrics={name: fmean(row[name] for row in scores.values() if name in row) for name in names},
        n={name: sum(name in row for row in scores.values()) for name in names},
        model=model,
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
        questions={case["id"]: case["question"] for case in cases if notes[case["id"]]},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "questions: skipped."


@contextmanager
def _worlds(suite: Suite, *, live: bool) -> Iterator[dict[str, App]]:
    """A home of each company: the sample's, and two without any page."""
    with (
        home(suite.now, live=live) as first,
        _bare(suite) as own,
        _bare(suite) as brought,
        tempfile.TemporaryDirectory() as folder,
    ):
        replace_all(own.engine, second.records(suite.now), as_of=suite.now)
        replace_all(brought.engine, third.records(suite.now), as_of=suite.now)
        export_folder(brought.reader, Path(folder))
        import_folder(brought.engine, Path(folder), as_of=suite.now)
        yield {"sample": first, "second": own, "third": brought}


@contextmanager
def _bare(suite: Suite) -> Iterator[App]:
    with (
        tempfile.TemporaryDirectory() as folder,
        App(Settings(home=Path(folder), model="offline"), lambda: suite.now) as app,
    ):
        yield app


def _asked(app: App, suite: Suite, case: Case) -> Reply:
    default = suite.asker if case["world"] == "sample" else "n1"
    user = app.user(case.get("asker", default))
    return app.assistant.answer(
        Request(case["question"], user, suite.now, f"eval:{case['id']}", skill=case.get("skill"))
    )


def _scored(app: App, case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    if "refused" in case:
        return _refusal(case, reply)
    rows = _rows(app, case)
    found = ((reply.draft.data or {}).get("found") or [{}])[0]
    kind = TABLES[case["from"]][2]
    wanted, got = {f"{kind}:{row[0]}" for row in rows}, set(found.get("records", ()))
    both = len(wanted & got)
    figures = _figures(rows, found) if case["from"] == "deals" else ""
    said = "" if f"{len(rows)} " in reply.text or (not rows and "No " in reply.text) else f"does not say {len(rows)}"
    cited = {citation.source for citation in reply.draft.citations}
    said = said or next(
        (f"no page {end}" for end in case.get("pages", ()) if not any(s.endswith(end) for s in cited)), ""
    )
    scores = {
        "exact": float(wanted == got and bool(found)),
        "precision": both / len(got) if got else float(not wanted and bool(found)),
        "recall": both / len(wanted) if wanted else float(bool(found)),
        "figures": float(not figures),
        "told": float(not said),
    }
    if case["id"].startswith(LATER):
        unread = bool((reply.draft.data or {}).get("unread"))
        scores = {"later": scores["exact"], "honest": float(bool(scores["exact"]) or unread)}
    why = "" if wanted == got and found else f"{len(got)} for {len(wanted)}: {found.get('filter') or reply.text[:160]}"
    notes = {name: text for name, text in (("exact", why), ("figures", figures), ("told", said)) if text}
    return scores, notes if min(scores.values()) < 1 else {}


def _refusal(case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    """The words that were not understood are named, and nothing is counted."""
    low = reply.text.casefold()
    silent = [word for word in case["refused"] if word not in low]
    counted = (reply.draft.data or {}).get("found")
    fine = not silent and not counted
    return {"refused": float(fine)}, {} if fine else {"refused": f"{silent} not named, or counted: {reply.text[:160]}"}


def _rows(app: App, case: Case) -> list[tuple[str, Any, str]]:
    fields, tables, _ = TABLES[case["from"]]
    tail = f" ORDER BY {case['order']} LIMIT {case['limit']}" if "limit" in case else ""
    query = f"SELECT {fields} FROM {tables} WHERE {case['where']}{tail}"  # noqa: S608
    with app.engine.connect() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(text(query))]


def _figures(rows: list[tuple[str, Any, str]], found: dict[str, Any]) -> str:
    """What is wrong with the count, the sums and the means; nothing where all hold."""
    told = {(figure["name"], figure["unit"]): figure for figure in found.get("figures", ())}
    wanted: dict[tuple[str, str], tuple[float, int]] = {("deals", ""): (len(rows), len(rows))}
    for currency in {row[2] for row in rows}:
        amounts = [float(row[1]) for row in rows if row[2] == currency and row[1] is not None]
        if amounts:
            wanted["amount", currency] = (sum(amounts), len(amounts))
            wanted["mean amount", currency] = (mean(amounts), len(amounts))
    for key, (value, n) in wanted.items():
        figure = told.get(key)
        if figure is None or abs(figure["value"] - value) > 0.005 or figure["n"] != n:
            return f"{' '.join(key)} is {figure and figure['value']}, not {value} of {n}"
    return ""
