"""Run the suite: what is read of a recording's consent, which sentences hold a call back, and that nothing of it is shown."""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from bot.app import App
from bot.assistant import Request
from bot.crm.records import User
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.clearing import EVERYBODY
from bot.skills.summarising.consent import read_consent
from bot.skills.summarising.quarantine import subjects
from bot.skills.summarising.sensing import Sensed, sensed
from bot.skills.summarising.transcript import pasted, read
from bot.text import answer_text
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
ACCOUNT = "a-northwick"


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure both, and ask the assistant about each call that must wait."""
    with home(suite.now) as app:
        agreed = {case["id"]: (case["status"], _status(app, case)) for case in _cases(suite, "consent.jsonl")}
        held = _cases(suite, "subjects.jsonl")
        silent = {case["id"]: _silent(app, suite, case) for case in held if case["subjects"]}
        # One by one, as a call has a bound on how much of it is looked at.
        guesses = [sensed([case["text"]], app.meaning)[0] for case in held]
    touched = {
        case["id"]: (bool(case["subjects"]), _found(case, guess)) for case, guess in zip(held, guesses, strict=True)
    }
    scores = {key: {"status": float(wanted == found)} for key, (wanted, found) in agreed.items()}
    scores |= {key: {"quarantine": float(wanted == found)} for key, (wanted, found) in touched.items()}
    for key, value in silent.items():
        scores[key]["silent"] = value
    consented = {key: (wanted == "all", found == "all") for key, (wanted, found) in agreed.items()}
    precise, recalled = _shares(list(consented.values()))
    held_precise, held_recalled = _shares(list(touched.values()))
    return Result(
        suite=suite.name,
        metrics={
            "consent_precision": precise,
            "consent_recall": recalled,
            "status": fmean(row["status"] for row in scores.values() if "status" in row),
            "quarantine_precision": held_precise,
            "quarantine_recall": held_recalled,
            "silent": fmean(silent.values()),
        },
        n={
            "consent_precision": sum(found for _, found in consented.values()),
            "consent_recall": sum(wanted for wanted, _ in consented.values()),
            "status": len(agreed),
            "quarantine_precision": sum(found for _, found in touched.values()),
            "quarantine_recall": len(silent),
            "silent": len(silent),
        },
        model="offline",
        cases=scores,
        notes={key: {"wrong": "not as marked"} for key, row in scores.items() if min(row.values()) < 1},
        questions={key: key for key, row in scores.items() if min(row.values()) < 1},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "consent: skipped."


def _cases(suite: Suite, name: str) -> list[Case]:
    return [json.loads(line) for line in (suite.folder / name).read_text(encoding="utf-8").splitlines()]


def _status(app: App, case: Case) -> str | None:
    text = "\n".join(case["lines"])
    transcript = read(case["name"], text.encode()) if "name" in case else pasted(text)
    contacts, users = app.reader.contacts(ACCOUNT), list(app.reader.users())
    people = attendees(transcript, app.reader.account(ACCOUNT), contacts, users, _asker(users))
    return read_consent(transcript, people).status


def _asker(users: Sequence[User]) -> User:
    return next(user for user in users if user.id == "u-maya")


def _found(case: Case, guess: Sensed | None) -> bool:
    """Whether a sentence holds a call back; which subject is named is of less weight."""
    return guess is not None or next(subjects(case["text"]), None) is not None


def _shares(pairs: Sequence[tuple[bool, bool]]) -> tuple[float, float]:
    """(precision, recall) of (wanted, found)."""
    hits = sum(wanted and found for wanted, found in pairs)
    return hits / max(1, sum(found for _, found in pairs)), hits / max(1, sum(wanted for wanted, _ in pairs))


def _silent(app: App, suite: Suite, case: Case) -> float:
    """Whether the answer on a call with the sentence shows no word of the call, and proposes nothing."""
    lines = ["Maya Lindqvist: How is planning done?", f"Ingrid Solheim: {case['text']}", "Maya Lindqvist: I see."]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "call.txt"
        path.write_text("\n".join(lines), encoding="utf-8")
        text = f"summarise this call of 2026-11-13 ({EVERYBODY})"
        request = Request(text, app.user(suite.asker), suite.now, f"eval:{case['id']}", "summary", ACCOUNT, file=path)
        draft = app.assistant.answer(request).draft
    said = f"{answer_text(draft)} {json.dumps(draft.data, ensure_ascii=False)}"
    return float(not draft.writes and case["text"] not in said and "How is planning" not in said)
