"""Run the suite: each sentence is said to the real assistant, and its proposals are held against what it means."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from statistics import fmean
from typing import Any

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.writes import (
    CompleteTask,
    CreateContact,
    CreateTask,
    CrmWrite,
    LogActivity,
    SetContactRole,
    UpdateOpportunity,
)
from bot.errors import BotError
from bot.terminal import bars
from evals.runner import home
from evals.suite import Result, Suite

Case = dict[str, Any]
LEADS = set(
    "log that this please and then also so can you i to it the a an of for on by is with now note record we our but "
    "from at in as was are be remind me task add create new contact contacts they them their no ok thanks".split()
)
"""words that carry nothing which could be lost"""


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the exact changes, their evidence, what is kept, what is asked, and that traps change nothing."""
    cases = read_cases(suite)
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, dict[str, str]] = {}
    with home(suite.now) as app, bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        for at, case in enumerate(cases, start=1):
            scores[case["id"]], notes[case["id"]] = _scored(case, _said(app, suite, case))
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
        questions={case["id"]: case["say"] for case in cases if notes[case["id"]]},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "log: skipped."


def read_cases(suite: Suite) -> list[Case]:
    """Read the sentences and what each means."""
    texts = [
        (suite.folder / name).read_text(encoding="utf-8") for name in ("sentences.jsonl", "fresh.jsonl", "blind.jsonl")
    ]
    return [json.loads(line) for text in texts for line in text.splitlines() if line.strip()]


def _said(app: App, suite: Suite, case: Case) -> Reply | BotError:
    user = app.user(case.get("asker", suite.asker))
    reply: Reply | BotError = BotError("nothing was said")
    for text in [*case.get("before", ()), case["say"]]:
        account = case.get("account")
        # The id and not the name: two of the accounts have the same one.
        request = Request(text, user, suite.now, f"eval:{case['id']}", account=account)
        try:
            reply = app.assistant.answer(request)
        except BotError as error:
            reply = error
    return reply


def _scored(case: Case, reply: Reply | BotError) -> tuple[dict[str, float], dict[str, str]]:
    """Give the case's scores and why it lost a point."""
    writes = [] if isinstance(reply, BotError) else [(p.write, p.evidence) for p in reply.draft.writes]
    made, want = sorted(short(write, case.get("asker", "u-maya")) for write, _ in writes), sorted(case["want"])
    told = str(reply) if isinstance(reply, BotError) else reply.text
    scores = {"exact": float(made == want)}
    notes = {} if made == want else {"exact": f"proposes {made}, not {want}"}
    changes, wanted = _changes(made), _changes(want)
    if changes:
        scores["precision"] = len(changes & wanted) / len(changes)
    if wanted:
        scores["recall"] = len(changes & wanted) / len(wanted)
    if writes:
        scores["verbatim"] = float(all(evidence and evidence in _text(case) for _, evidence in writes))
    if case.get("trap"):
        scores["traps"] = float(not changes)
    if case.get("asks"):
        missing = [words for words in case["asks"] if words not in told]
        scores["asked"] = float(not missing)
        notes |= {"asked": f"does not say {missing}"} if missing else {}
    lost = [] if isinstance(reply, BotError) or reply.draft.skill != "log" else _lost(case, reply)
    scores["kept"] = float(not lost)
    notes |= {"kept": f"loses {lost}"} if lost else {}
    # What nobody tuned for is told apart: it says how much is still to be read.
    told_apart = {f"blind_{name}": value for name, value in scores.items()} if case.get("blind") else scores
    return told_apart, notes


def _text(case: Case) -> str:
    return "\n".join([*case.get("before", ()), case["say"]])


def _changes(shorts: Sequence[str]) -> set[str]:
    """Changes of deals and people: what is more than a logged touch or a task."""
    return {text for text in shorts if not text.startswith(("log ", "task "))}


def short(write: CrmWrite, asker: str) -> str:
    """Write a change in short, as the sentences' file does."""
    if isinstance(write, UpdateOpportunity):
        return f"{write.opportunity_id} {write.field} {_plain(write.new)}"
    if isinstance(write, SetContactRole):
        return f"{write.opportunity_id} role {write.contact_id} {write.role}"
    if isinstance(write, CreateContact):
        return f"contact {write.account_id} {write.name}|{write.title or ''}|{write.email or ''}"
    if isinstance(write, CreateTask):
        return f"task {write.due}" + (f" {write.owner_id}" if write.owner_id != asker else "")
    if isinstance(write, CompleteTask):
        return f"done {write.task_id}"
    return " ".join(["log", write.activity, *sorted(write.contact_ids)])


def _plain(value: object) -> str:
    """A number without the zeros behind its point."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _lost(case: Case, reply: Reply) -> list[str]:
    """Words of the seller that stand in no note, evidence, unknown or line of the answer."""
    bodies = [p.write.body or "" for p in reply.draft.writes if isinstance(p.write, LogActivity)]
    kept = " ".join([*bodies, *(p.evidence for p in reply.draft.writes), reply.text])
    present = set(_words(kept))
    return [word for word in dict.fromkeys(_words(case["say"])) if word not in present and word not in LEADS]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
