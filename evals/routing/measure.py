"""Run the suite: each sentence goes through the router as a whole, on the sample company; confusions are listed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from bot.app import App
from bot.assistant import Request
from bot.slack.showing.help import asks_for_help
from bot.store.threads import Thread
from evals.runner import home
from evals.suite import Result, Suite

FILES = ("tuned", "fresh", "later")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure the share that reaches the skill it is for: in all, by file and by skill."""
    rows = [(name, skill, text) for name in FILES for skill, text in read(suite.folder / f"{name}.tsv")]
    with home(suite.now) as app:
        got = [chosen(app, suite, text) for _, _, text in rows]
    right = [float(one == want) for (_, want, _), one in zip(rows, got, strict=True)]
    groups = {"right": [True] * len(rows)} | {name: [of == name for of, *_ in rows] for name in FILES}
    groups |= {
        f"of_{skill}": [want == skill for _, want, _ in rows] for skill in dict.fromkeys(want for _, want, _ in rows)
    }
    metrics = {name: fmean(one for one, kept in zip(right, mask, strict=True) if kept) for name, mask in groups.items()}
    # A question for the pages that a skill takes away is worse than one too many that is asked there.
    pages = [one for one, (_, want, _) in zip(right, rows, strict=True) if want == "ask"]
    metrics["pages_kept"] = fmean(pages)
    wrong = [(want, one, text) for (_, want, text), one in zip(rows, got, strict=True) if one != want]
    return Result(
        suite=suite.name,
        metrics=metrics,
        n={name: sum(mask) for name, mask in groups.items()} | {"pages_kept": len(pages)},
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
    if asks_for_help(text):
        return "help"
    user = app.user(suite.asker)
    own = replace(app.assistant, reader=app.rights.reader_for(user))
    request = Request(text, user, suite.now, "eval:routing")
    return own._route(request, Thread(id="eval:routing", updated_at=suite.now)).skill


def _confusions(wrong: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """Each pair of skills that was confused, with its sentences."""
    pairs = Counter((want, got) for want, got, _ in wrong)
    return {
        f"{want} → {got} ({n})": {"sentences": "; ".join(text for w, g, text in wrong if (w, g) == (want, got))}
        for (want, got), n in pairs.most_common()
    }
