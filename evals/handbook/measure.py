"""Run the suite: is a page that answers among the first passages, and is what no page answers refused."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from pydantic import BaseModel, ConfigDict, Field

from bot.terminal import bars
from evals.measuring import DATA, auroc, library_of, place
from evals.suite import Result, Suite
from knowledge.documents import Retrieval, Scope
from knowledge.question import Question
from knowledge.walking import absolute

HANDBOOK = DATA / "handbook"
K = 8
"""passages asked for, as `seller search` does"""
FIRST = 5
"""passages among which a page that answers must stand"""


class Turn(BaseModel):
    """What was said before in the thread."""

    model_config = ConfigDict(frozen=True)

    role: str
    text: str


class Golden(BaseModel):
    """A question and the files of the handbook that answer it; none: no page does."""

    model_config = ConfigDict(frozen=True)

    id: str
    question: str
    files: tuple[str, ...]
    thread: tuple[Turn, ...] = Field(default=())

    @property
    def asked(self) -> Question:
        """The question with the thread it leans on."""
        return Question.in_thread(self.question, [(turn.role, turn.text) for turn in self.thread])


class Found(BaseModel):
    """What the search gave for a question: the file of each passage, and how sure it was."""

    files: tuple[str, ...]
    score: float
    answerable: bool


def run(suite: Suite, *, quiet: bool) -> Result | None:
    """Measure; None, with a sentence for the caller, where the handbook is not there."""
    if not HANDBOOK.is_dir():
        return None
    questions = read(suite)
    with bars(quiet=quiet) as bar, library_of(HANDBOOK, bar.track(f"{suite.name}: pages")) as opened:
        moved = bar.track(f"{suite.name}: questions")
        found = []
        for i, one in enumerate(questions, start=1):
            found.append(_found(opened.retrieve(one.asked, scope=Scope.shared(), now=suite.now, k=K)))
            moved(i, len(questions), one.id)
    return result(suite, questions, found)


def skipped() -> str:
    """Say why the suite was not run."""
    return f"handbook: skipped, as there is no handbook at {HANDBOOK}; set SELLER_TEST_DATA to the folder above."


def read(suite: Suite) -> list[Golden]:
    """The suite's questions in file order."""
    lines = (suite.folder / suite.cases).read_text(encoding="utf-8").splitlines()
    return [Golden.model_validate_json(line) for line in lines if line.strip()]


def _found(retrieval: Retrieval) -> Found:
    root = absolute(HANDBOOK)
    files = tuple(Path(p.document.uri).relative_to(root).as_posix() for p in retrieval.passages)
    return Found(files=files, score=retrieval.score, answerable=retrieval.answerable)


def result(suite: Suite, questions: Sequence[Golden], found: Sequence[Found]) -> Result:
    """Give the figures, and why each question lost a point (pure)."""
    pairs = list(zip(questions, found, strict=True))
    inside, outside = [p for p in pairs if p[0].files], [p for p in pairs if not p[0].files]
    places = [place(one.files, asked.files) for asked, one in inside]
    metrics: dict[str, float | None] = {
        "recall5": fmean(at is not None and at <= FIRST for at in places),
        "mrr": fmean(1 / at if at else 0.0 for at in places),
        "auroc": auroc([one.score for _, one in inside], [one.score for _, one in outside]),
        "answered": fmean(one.answerable for _, one in inside),
        "refused": fmean(not one.answerable for _, one in outside),
    }
    scores = {asked.id: _scores(asked, one) for asked, one in pairs}
    notes = {asked.id: why for asked, one in pairs if (why := _why(one, scores[asked.id]))}
    n = {name: len(pairs) if name == "auroc" else len(outside if name == "refused" else inside) for name in metrics}
    lost = {asked.id: asked.question for asked in questions if asked.id in notes}
    return Result(suite=suite.name, metrics=metrics, n=n, model="offline", cases=scores, notes=notes, questions=lost)


def _scores(asked: Golden, found: Found) -> dict[str, float]:
    if not asked.files:
        return {"refused": float(not found.answerable)}
    at = place(found.files, asked.files)
    return {"recall5": float(at is not None and at <= FIRST), "answered": float(found.answerable)}


def _why(found: Found, scores: dict[str, float]) -> dict[str, str]:
    first = ", ".join(dict.fromkeys(found.files[:FIRST])) or "nothing"
    said = {
        "recall5": f"found {first}",
        "answered": f"judged not answerable, at {found.score:.2f}",
        "refused": f"judged answerable, at {found.score:.2f}",
    }
    return {name: said[name] for name, value in scores.items() if value < 1}
