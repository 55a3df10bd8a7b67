"""Cases of a home's own, such as what people judged in Slack, asked of its own knowledge base; nothing is written there."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot import settings
from bot.app import App
from bot.assistant import Assistant, Reply, Request
from bot.errors import BotError, NotFound, UsageError
from bot.proposals import Proposal
from bot.store.threads import Thread, Threads
from bot.terminal import bars
from evals import report as html
from evals.runner import score, show
from evals.suite import Case, Result, Suite
from knowledge.documents import Passage
from knowledge.library import Library

SCORERS = ("answered", "abstained", "correct", "sourced", "avoided", "cited")


def run(file: Path, *, live: bool, report: Path | None, as_json: bool) -> int:
    """Ask the cases of a file in the present home; return 1 where one lost a point."""
    cases, failures = read(file), []
    asked: list[tuple[Case, Reply]] = []
    present = settings.load()
    with App(present if live else present.model_copy(update={"model": "offline"})) as app, bars(quiet=as_json) as bar:
        moved, now = bar.track(file.name), app.clock()
        for i, case in enumerate(cases, start=1):
            try:
                asked.append((case, _ask(app, case, now)))
            except BotError as error:
                # Its asker left, or its account is gone: the others are asked all the same.
                failures.append(f"{case.id}: {error}")
            moved(i, len(cases), case.id)
    suite = Suite(name=file.name, description="cases of your own", now=now, scorers=SCORERS, thresholds={})
    result = score(suite, [case for case, _ in asked], [reply for _, reply in asked])
    failures += [f"{case}: {'; '.join(why.values())}" for case, why in result.notes.items()]
    rows: Sequence[tuple[Suite, Result, Result | None]] = [(suite, result, None)]
    if report:
        html.write(report, rows, failures)
    show(rows, failures, as_json=as_json)
    return 1 if failures else 0


def read(file: Path) -> list[Case]:
    """Read a file of JSON lines; UsageError names the line that is no case."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # not splitlines: a text may hold other separators
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"{file} cannot be read ({why}); give a file of JSON lines, one case a line.") from error
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            cases += [Case.model_validate_json(line)] if line.strip() else []
        except ValidationError as error:
            raise UsageError(f"{file}, line {number} is no case; it needs at least `id` and `question`.") from error
    if not cases:
        raise UsageError(f"{file} holds no cases; people's thumbs in Slack fill feedback/cases.jsonl in the home.")
    return cases


def _ask(app: App, case: Case, now: datetime) -> Reply:
    request = Request(
        text=case.question, user=app.user(case.asker), now=now, thread=f"eval:{case.id}", skill=case.skill,
        account=case.account,
    )  # fmt: skip
    return _dry(app).answer(request)


def _dry(app: App) -> Assistant:
    """The assistant without what it keeps: no conversation, no proposal, no gap, no use of a page."""
    return replace(
        app.assistant,
        threads=_Forgetful(app.engine),
        memory=None,
        approvals=_NoProposals(),  # type: ignore[arg-type]
        open_library=lambda: _Silent(app.library),  # type: ignore[arg-type,return-value]
    )


class _Forgetful(Threads):
    def get(self, thread_id: str) -> Thread | None:
        """Give none: every case begins anew."""
        return None

    def save(self, thread: Thread) -> None:
        """Keep nothing."""

    def add_turn(self, thread_id: str, turn: Any) -> None:
        """Keep nothing."""


class _NoProposals:
    def get(self, proposal_id: str) -> Proposal:
        """Know of none."""
        raise NotFound(f"There is no proposal {proposal_id} here.")

    def propose(self, *args: Any, **kwargs: Any) -> None:
        """Propose nothing."""


class _Silent:
    """A library that keeps neither gaps nor uses."""

    def __init__(self, library: Library) -> None:
        self._library, self.uses = library, self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def log_gap(self, question: str, *, passages: Collection[Passage] = (), **more: Any) -> int:
        """Keep nothing."""
        return 0

    def add(self, *args: Any) -> None:
        """Keep nothing."""
