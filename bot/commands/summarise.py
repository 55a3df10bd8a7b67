"""`seller summarise`: a call from its transcript."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.app import App
from bot.assistant import Request
from bot.commands.accounts import say_if_another
from bot.commands.ask import reply_json
from bot.commands.output import emit
from bot.errors import Ambiguous, UsageError
from bot.proposals import Draft
from bot.skills.summarising.clearing import CHOICES, RELEASE, STATED
from bot.skills.summarising.lenses import LENSES
from bot.skills.summarising.rules import FRAMEWORKS
from bot.terminal import show_answer, show_proposal, show_rows, status

SHARED = (
    "unknowns", "dropped", "actions", "proposals", "changes", "notice", "model", "prompt_version", "usage", "ms", "as_of", "request",
)  # fmt: skip
"""fields that every answer has"""


@dataclass(frozen=True)
class Said:
    """What the options say of the call."""

    framework: str | None = None
    day: str | None = None
    consent: str | None = None
    lens: str = "sales"
    release: bool = False


def run(app: App, file: Path, said: Said, *, as_: str | None, account: str | None, as_json: bool) -> None:
    """Summarise and print; the proposal that came of it is printed with its id."""
    user, reader = app.user(as_), app.rights.reader_for(app.user(as_))
    request = Request(
        text=_words(file, said, app.clock().date()),
        user=user,
        now=app.clock(),
        thread=f"once:{app.clock().isoformat()}:{user.id}",
        skill="summary",
        account=account,
        file=file,
    )
    if account:
        say_if_another(account, reader)
    with status(quiet=as_json) as say:
        reply = app.assistant.answer(request, progress=say, on_line=lambda line: say(line.text))
    if reply.draft.data is None:
        raise _asked_back(reply.draft)
    if as_json:
        plain = reply_json(app, reply, user)
        emit(reply.draft.data | {name: plain[name] for name in SHARED})
        return
    show_answer(reply.draft)
    if reply.proposal:
        show_proposal(reply.proposal, reader)
        show_rows(reply.proposal, app.reader)


def _asked_back(draft: Draft) -> Ambiguous:
    """A question as one sentence that names the option which answers it."""
    question, *offered = [line.text for section in draft.sections for line in section.lines]
    if any(offered[0].endswith(choice) for choice in CHOICES) if offered else False:
        return Ambiguous(f"{question} Say it with --consent all, --consent some or --consent none.")
    return Ambiguous(f"{question} Name it with --account: {'; '.join(offered)}.")


def _words(file: Path, said: Said, today: date) -> str:
    if not file.is_file():
        raise UsageError(f"There is no file {file}; check its name.")
    if said.framework and said.framework.lower() not in FRAMEWORKS:
        raise UsageError(f"--framework {said.framework} is not known; choose one of {', '.join(FRAMEWORKS)}.")
    if said.lens not in LENSES:
        raise UsageError(f"--lens {said.lens} is not known; choose one of {', '.join(LENSES)}.")
    stated = {word: label for label, word in STATED.items()}
    if said.consent and said.consent not in stated:
        raise UsageError(f"--consent {said.consent} is not known; choose one of {', '.join(stated)}.")
    held = _held(said.day, today)
    words = [
        "summarise this call",
        f"of {held}" if held else "",
        f"by {said.framework.lower()}" if said.framework else "",
    ]
    words += ["for customer success" if said.lens == "success" else ""]
    words += [f"({stated[said.consent]})" if said.consent else "", f"({RELEASE})" if said.release else ""]
    return " ".join(filter(None, words))


def _held(day: str | None, today: date) -> date | None:
    try:
        held = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise UsageError(f'--date "{day}" is no date; write it like 2026-11-22.') from error
    if held and held > today:
        raise UsageError(f"--date {day} lies ahead; a call is summarised once it was held.")
    return held
