"""Run the suite: each call is summarised by the real assistant, and each claim is held against what a reader marks."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.app import App
from bot.assistant import Assistant, Reply, Request
from bot.crm.local.bulk import replace_all
from bot.crm.records import Account, Contact, Record, User
from bot.skills.summarising.clearing import EVERYBODY, RELEASE
from bot.terminal import bars
from evals.extraction import nominating
from evals.extraction.calls import Call, Written, read_calls, written
from evals.extraction.scoring import Tally, score
from evals.runner import home
from evals.suite import Result, Suite

PARTS = ("tuned", "fresh", "later", "blind", "blind2", "blind3", "blind4", "blind5", "blind6", "blind7", "blind8")

OF_A_MODEL = (
    "precision", "steps_recall", "decisions_recall", "objections_recall", "pains_recall", "open_questions_recall", "qualification_recall",
)  # fmt: skip
"""what is told of a model that finds all, and of one that finds anything"""


def run(suite: Suite, *, quiet: bool, live: bool = False) -> Result:
    """Measure each part: the calls that the rules were written beside, and those that they were not."""
    parts = {part: read_calls((suite.folder / f"{part}.calls").read_text(encoding="utf-8")) for part in PARTS}
    everything = [call for calls in parts.values() for call in calls]
    with home(suite.now, live=live) as app, bars(quiet=quiet) as bar, tempfile.TemporaryDirectory() as folder:
        replace_all(app.engine, records(everything), as_of=suite.now, source="calls")
        moved = bar.track(suite.name)
        tallies: dict[str, Tally] = {}
        models: set[str] = set()
        for at, call in enumerate(everything, start=1):
            file = written(call)
            reply = summarised(app, call, file, Path(folder), suite.now)
            tallies[call.id] = score(call, file, reply.draft.data or {})
            models.add(reply.draft.model)
            moved(at, len(everything), call.id)
        told = {} if live else _told(app, [*parts["blind6"], *parts["blind7"]], Path(folder), suite.now)
    return _result(suite, parts, tallies, told, min(models - {"offline"}, default="offline"))


def _told(app: App, calls: Sequence[Call], folder: Path, now: datetime) -> dict[str, Tally]:
    """What comes of calls where a model finds all that a reader marks, and where it finds anything."""
    found = {"told_all": Tally(), "told_anything": Tally()}
    for name, nominate in (("told_all", nominating.everything), ("told_anything", nominating.anything)):
        for call in calls:
            file = written(call)
            assistant = replace(app.assistant, model=nominating.Reader(nominate, call, file))
            reply = summarised(app, call, file, folder, now, assistant, name)
            found[name].add(score(call, file, reply.draft.data or {}))
    return found


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "extraction: skipped."


def records(calls: Sequence[Call]) -> Iterator[Record]:
    """A CRM of the companies and people of these calls."""
    users: dict[str, User] = {}
    for call in calls:
        key = f"a-{call.id}"
        yield Account(id=key, name=call.head["account"])
        for letter, name in call.names.items():
            if letter in call.ours:
                users.setdefault(name, User(id=f"u-{len(users)}", name=name))
            elif call.titles[letter]:
                yield Contact(id=f"{key}-{letter}", account_id=key, name=name, title=call.titles[letter])
    yield from users.values()


def summarised(
    app: App,
    call: Call,
    file: Written,
    folder: Path,
    now: datetime,
    assistant: Assistant | None = None,
    by: str = "eval",
) -> Reply:
    """Ask for the summary of one call, as a file or pasted."""
    assistant = assistant or app.assistant
    path = folder / file.name
    path.write_bytes(file.data or file.text.encode())
    users = {user.name: user for user in app.reader.users()}
    asker = (
        users.get(call.names[call.ours[0]] if call.ours else "")
        or users.get("Tom Becker")
        or next(iter(users.values()))
    )
    words, pasted = f"summarise this call of {call.day} by {call.framework}", call.head["format"] == "pasted"
    request = Request(
        text=f"{words}:\n{file.text}" if pasted else f"{words} ({EVERYBODY}) ({RELEASE})",
        user=asker,
        now=now.astimezone(UTC),
        thread=f"{by}:{call.id}",
        skill="summary",
        account=f"a-{call.id}",
        file=None if pasted else path,
    )
    reply = assistant.answer(request)
    quarantine = (reply.draft.data or {}).get("quarantine") or {}
    held = pasted and quarantine.get("released") is False
    # What is pasted cannot be followed by what was chosen: its host says so in a message of their own.
    return assistant.answer(replace(request, text=RELEASE)) if held else reply


def _result(
    suite: Suite, parts: dict[str, list[Call]], tallies: dict[str, Tally], told: dict[str, Tally], model: str
) -> Result:
    totals = {part: Tally() for part in parts} | told
    for part, calls in parts.items():
        for call in calls:
            totals[part].add(tallies[call.id])
    names = {
        f"{part}_{name}": (part, name)
        for part, total in totals.items()
        for name in sorted(total.all)
        if part in parts or name in OF_A_MODEL
    }
    metrics = {shown: totals[part].share(name) for shown, (part, name) in names.items()}
    # Offline no model words the bottom line: what one would come to is not known.
    worded = {
        f"{part}_bottom_line_by_model": metrics[f"{part}_bottom_line"] if model != "offline" else None for part in parts
    }
    return Result(
        suite=suite.name,
        metrics=metrics | worded,
        n={shown: totals[part].all[name] for shown, (part, name) in names.items()} | dict.fromkeys(worded, 0),
        model=model,
        cases={key: _shares(tally) for key, tally in tallies.items()},
        notes={key: {"wrong": " | ".join(tally.wrong)} for key, tally in tallies.items() if tally.wrong},
        questions={key: key for key, tally in tallies.items() if tally.wrong},
    )


def _shares(tally: Tally) -> dict[str, float]:
    return {name: share for name in ("precision", "steps_recall") if (share := tally.share(name)) is not None}
