"""Run the suite: who is meant, what stands in which part, the record in SQL, and what is said of those nobody knows."""

import json
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

from sqlalchemy import text

from bot.app import App
from bot.assistant import Reply, Request
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
COUNTED = (
    "SELECT SUM(is_closed AND is_won), SUM(is_closed AND NOT is_won), SUM(NOT is_closed), MIN(CASE WHEN is_closed THEN close_date END) "
    "FROM crm_opportunities WHERE competitor = :name"
)


def run(suite: Suite, *, quiet: bool, live: bool = False) -> Result:
    """Measure each case; the pages of other makes are read beside the sample company's."""
    lines = (suite.folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    cases: list[Case] = [json.loads(line) for line in lines if line.strip()]
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    models: set[str] = set()
    with home(suite.now, live=live) as app, bars(quiet=quiet) as bar:
        app.library.ingest([Path(__file__).parent / "pages"])
        moved = bar.track(suite.name)
        for at, case in enumerate(cases, start=1):
            reply = _asked(app, suite, case)
            models.add(reply.draft.model)
            scores[case["id"]], notes[case["id"]] = _scored(app, case, reply)
            moved(at, len(cases), case["id"])
    names = list(dict.fromkeys(name for row in scores.values() for name in row))
    return Result(
        suite=suite.name,
        metrics={name: fmean(row[name] for row in scores.values() if name in row) for name in names},
        n={name: sum(name in row for row in scores.values()) for name in names},
        model=min(models - {"offline"}, default="offline"),
        cases=scores,
        notes={key: why for key, why in notes.items() if why},
        questions={case["id"]: case["says"] for case in cases if notes[case["id"]]},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "battlecard: skipped."


def _asked(app: App, suite: Suite, case: Case) -> Reply:
    return app.assistant.answer(Request(case["says"], app.user(suite.asker), suite.now, f"eval:{case['id']}"))


def _scored(app: App, case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    draft, data = reply.draft, reply.draft.data or {}
    if "other" in case:
        fine = draft.skill == case["other"]
        return {"meant": float(fine)}, {} if fine else {"meant": f"went to {draft.skill}"}
    if case["means"] is None:
        return _unknown(app, case, reply)
    parts = {part.title: " ".join(line.text for line in part.lines) for part in draft.sections}
    wanted = [(title, words) for title, every in case["parts"].items() for words in every]
    missing = [f"{title}: {words}" for title, words in wanted if words not in parts.get(title, "")]
    # What belongs to one part stands in no other, but for the first lines about the page.
    astray = [
        w
        for t, w in wanted
        for title, said in parts.items()
        if title != t and w in said and not title.startswith("Open deals")
    ]
    bare = [line.text for part in draft.sections for line in part.lines if not line.cites]
    wrong = _record(app, case["means"], data)
    status = case.get("status")
    if status and not any(citation.status == status for citation in draft.citations):
        missing.append(f"badge {status}")
    scores = {
        "meant": float(data.get("competitor") == case["means"] and draft.skill == "battlecard"),
        "parts": 1 - len(missing) / (len(wanted) or 1),
        "astray": float(not astray),
        "record": float(not wrong),
        "cited": float(not bare),
    }
    why = {"meant": f"{draft.skill} {data.get('competitor')}"} if not scores["meant"] else {}
    told = (("parts", "; ".join(missing)), ("astray", "; ".join(astray)), ("record", wrong), ("cited", "; ".join(bare)))
    return scores, why | {name: text for name, text in told if text}


def _record(app: App, name: str, data: dict[str, Any]) -> str:
    """What is wrong with the record against a competitor, with the interval by the textbook's formula."""
    with app.engine.connect() as connection:
        won, lost, live, since = connection.execute(text(COUNTED), {"name": name}).one()
    won, lost, live = int(won or 0), int(lost or 0), int(live or 0)
    got = (data.get("won"), data.get("lost"), len(data.get("open", ())), data.get("since"))
    if got != (won, lost, live, since):
        return f"{got}, not {(won, lost, live, since)}"
    n = won + lost
    if not n:
        return ""
    p, z = won / n, 1.959964
    spread = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((p + z * z / (2 * n) + sign * spread) / (1 + z * z / n) for sign in (-1, 1))
    close = max(abs(a - b) for a, b in zip(data["interval"], (low, high), strict=True)) < 1e-6
    return "" if close and abs(data["win_rate"] - p) < 1e-9 else f"interval {data['interval']}, not {low}, {high}"


def _unknown(app: App, case: Case, reply: Reply) -> tuple[dict[str, float], dict[str, str]]:
    """Nobody is taken for another; the nearest are named, and the question is kept as a gap."""
    data = reply.draft.data or {}
    wrong = []
    if data.get("page") or data.get("won"):
        wrong.append(f"took it for {data.get('competitor')}")
    if case["near"] and "The nearest are" not in reply.text:
        wrong.append("names nobody near")
    if case["near"] and case["says"] not in {gap.question for gap in app.library.gaps()}:
        wrong.append("kept no gap")
    if case.get("text", "") not in reply.text or case.get("says_near", "") not in reply.text:
        wrong.append(reply.text[:120])
    return {"unknown": float(not wrong)}, {"unknown": "; ".join(wrong)} if wrong else {}
