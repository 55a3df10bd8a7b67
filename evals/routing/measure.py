"""Run the suite: each sentence goes through the router as a whole, on the sample company; confusions are listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from bot import skills, small_words
from bot.app import App
from bot.assistant import Assistant, Request
from bot.crm.records import User
from bot.store.threads import Thread
from evals.runner import home
from evals.suite import Result, Suite

FILES = ("tuned", "fresh", "later", "blind1", "blind2", "blind3", "blind4", "blind5", "changes")
TURNS = ("turns", "turns2", "turns3")
OPENINGS = {
    "brief": "brief me on Northwick Dairy",
    "prep": "prepare my meeting with Northwick Dairy",
    "deal": "where is the Northwick Dairy deal?",
    "draft": "draft a note to Per Aune at Northwick Dairy",
    "plan": "make a mutual action plan for Northwick Dairy, go-live on 1 March",
    "day": "what is on today?",
    "pipeline": "show me the pipeline",
    "changes": "what changed since Monday?",
    "battlecard": "battlecard Brightquay",
    "ask": "what discount may I give?",
    "log": "log that I called Ingrid at Northwick Dairy",
    "summary": "summarise this call for Northwick Dairy, everybody agreed to the recording:\n"
    "Maya Lindqvist: Thanks for joining. Shall we start with the pilot?\n"
    "Ingrid Solheim: Yes. We decided to start the pilot in January. Please send me the DPA by Friday.\n"
    "Maya Lindqvist: I will send the DPA by Friday.\n"
    "Ingrid Solheim: Good. Was this recorded? I agree to it.\n",
}
"""what was said before the turns of turns.tsv"""


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the share that reaches the skill it is for: in all, by file and by skill."""
    rows = [(name, skill, text) for name in FILES for skill, text in read(suite.folder / f"{name}.tsv")]
    with home(suite.now) as app:
        got = [chosen(app, suite, text) for _, _, text in rows]
        turns = _turns(app, suite)
    right = [float(one == want) for (_, want, _), one in zip(rows, got, strict=True)]
    groups = {"right": [True] * len(rows)} | {name: [of == name for of, *_ in rows] for name in FILES}
    groups |= {
        f"of_{skill}": [want == skill for _, want, _ in rows] for skill in dict.fromkeys(want for _, want, _ in rows)
    }
    metrics = {name: fmean(one for one, kept in zip(right, mask, strict=True) if kept) for name, mask in groups.items()}
    # A question for the pages that a skill takes away is worse than one too many that is asked there.
    pages = [one for one, (_, want, _) in zip(right, rows, strict=True) if want == "ask"]
    metrics["pages_kept"] = fmean(pages)
    metrics["turns"] = fmean(one == want for *_, want, one in turns)
    metrics["turns3"] = fmean(one == want for of, _, want, one in turns if of == "turns3")
    wrong = [(want, one, text) for (_, want, text), one in zip(rows, got, strict=True) if one != want]
    wrong += [(want, one, text) for _, text, want, one in turns if one != want]
    return Result(
        suite=suite.name,
        metrics=metrics,
        n={name: sum(mask) for name, mask in groups.items()}
        | {"pages_kept": len(pages), "turns": len(turns), "turns3": sum(of == "turns3" for of, *_ in turns)},
        model="offline",
        cases={text: {"right": 0.0} for _, _, text in wrong},
        notes=_confusions(wrong),
        questions={},
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "routing: skipped."


def read(path: Path) -> list[tuple[str, str]]:
    """Read (skill, sentence) pairs."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return [(skill, text) for skill, text in rows]


def chosen(app: App, suite: Suite, text: str) -> str:
    """Give the skill that answers, or help."""
    if small_words.answer(text, skills.cards(), suite.now):
        return "help"
    user = app.user(suite.asker)
    own = replace(app.assistant, reader=app.rights.reader_for(user))
    request = Request(text, user, suite.now, "eval:routing")
    thread = Thread(id="eval:routing", updated_at=suite.now)
    return own._route(request, thread, own._context(request, thread, _quiet, _quiet)).skill


def _quiet(told: object) -> None:
    """Take what nobody looks at."""


def _turns(app: App, suite: Suite) -> list[tuple[str, str, str, str]]:
    """(file, before / text, the skill it is for, the one that answers) of each second turn, after a first one that was really answered."""
    lines = [(name, line) for name in TURNS for line in (suite.folder / f"{name}.tsv").read_text("utf-8").splitlines()]
    rows = [(name, *line.split("\t")) for name, line in lines]
    user = app.user(suite.asker)
    for before, opening in OPENINGS.items():
        app.assistant.answer(Request(opening, user, suite.now, f"eval:{before}"))
    own = replace(app.assistant, reader=app.rights.reader_for(user))
    return [(of, f"{before} / {text}", want, _next(own, user, suite, before, text)) for of, before, text, want in rows]


def _next(assistant: Assistant, user: User, suite: Suite, before: str, text: str) -> str:
    """The skill that takes the second turn."""
    request = Request(text, user, suite.now, f"eval:{before}")
    thread = assistant.threads.get(request.thread) or Thread(id=request.thread, updated_at=suite.now)
    if small_words.answer(text, skills.cards(), suite.now):
        return "help"
    context = assistant._context(request, thread, _quiet, _quiet)
    going_on = assistant._going_on(request, thread, context)
    return (going_on[1] if going_on else assistant._route(request, thread, context)).skill


def _confusions(wrong: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Each pair of skills that was confused, with its sentences."""
    pairs = Counter((want, got) for want, got, _ in wrong)
    return {
        f"{want} → {got} ({n})": {"sentences": "; ".join(text for w, g, text in wrong if (w, g) == (want, got))}
        for (want, got), n in pairs.most_common()
    }
