"""Run the suite: what each phrase asks of the letter that a conversation has, held against what a reader takes it for."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from bot.skills.outreach.changes import Change, forgets, read
from bot.skills.outreach.going_on import meant
from bot.store.letters import KeptLetter
from bot.terminal import bars
from evals.suite import Result, Suite

FILES = ("phrases", "fresh", "later", "traps")
POINTS = (
    ("call-1", "Thank you for our call on 14 November 2026.", True),
    ("renewal", "Your agreement comes up for renewal on 1 March 2027.", False),
    ("problem-stock-outs", "stock-outs", True),
    ("proof-1", "Harrowgate Foods cut stock-outs by 31 % in two quarters", True),
    ("proof-2", "Tarn & Vale halved its write-offs", False),
)
TEXT = "Hello Per Aune,\n\nThank you for our call. Would a short call be useful?\n\nKind regards\nMaya"
LETTER = KeptLetter(
    id="l1",
    thread="t",
    user_id="u",
    account_id="a",
    contact_id="c",
    at=datetime(2026, 11, 16, tzinfo=UTC),
    spec={"channel": "email", "points_offered": [{"key": k, "text": t, "used": u} for k, t, u in POINTS]},
    written=TEXT,
)
BLANK = json.loads(json.dumps(asdict(Change())))


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the exact change of each phrase, set by set; traps are words that ask nothing of a letter."""
    cases = [(name, case) for name in FILES for case in read_cases(suite, name)]
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for at, (name, case) in enumerate(cases, start=1):
            found = made(case["say"])
            scores[case["id"]] = {name: float(found == case["want"])}
            if found != case["want"]:
                notes[case["id"]] = {name: f"reads {found}, not {case['want']}"}
            moved(at, len(cases), case["id"])
    values = {name: [row[name] for row in scores.values() if name in row] for name in FILES}
    return Result(
        suite=suite.name,
        metrics={name: fmean(found) for name, found in values.items()},
        n={name: len(found) for name, found in values.items()},
        model="offline",
        cases=scores,
        notes=notes,
        questions={case["id"]: case["say"] for _, case in cases if case["id"] in notes},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "edits: skipped."


def read_cases(suite: Suite, name: str) -> list[dict[str, Any]]:
    """Read the phrases of one set and what each means."""
    lines = (suite.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def made(say: str) -> dict[str, Any] | None:
    """What a phrase asks right after the letter, without what stays as it is; None where it asks nothing of it."""
    change = read(say) if forgets(say) else meant(say, LETTER, last=True)
    if change is None:
        return None
    plain = json.loads(json.dumps(asdict(change)))
    return {name: value for name, value in plain.items() if value != BLANK[name] and name != "certain"}
