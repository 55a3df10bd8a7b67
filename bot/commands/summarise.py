"""`seller summarise`: a call from its transcript."""

from datetime import date
from pathlib import Path

from bot.app import App
from bot.assistant import Request
from bot.commands.accounts import say_if_another
from bot.commands.ask import reply_json
from bot.commands.output import emit
from bot.errors import Ambiguous, UsageError
from bot.skills.summarising.rules import FRAMEWORKS
from bot.terminal import show_answer, show_proposal, show_rows, status

SHARED = (
    "unknowns", "proposals", "changes", "notice", "model", "prompt_version", "usage", "ms", "as_of", "request",
)  # fmt: skip
"""fields that every answer has"""


def run(
    app: App, file: Path, *, as_: str | None, account: str | None, framework: str, day: str | None, as_json: bool
) -> None:
    """Summarise and print; the proposal that came of it is printed with its id."""
    user, reader = app.user(as_), app.rights.reader_for(app.user(as_))
    request = Request(
        text=_words(file, framework, day, app.clock().date()),
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
        question, *offered = [line.text for section in reply.draft.sections for line in section.lines]
        raise Ambiguous(f"{question} Name it with --account: {'; '.join(offered)}.")
    if as_json:
        plain = reply_json(app, reply, user)
        emit(reply.draft.data | {name: plain[name] for name in SHARED})
        return
    show_answer(reply.draft)
    if reply.proposal:
        show_proposal(reply.proposal, reader)
        show_rows(reply.proposal, app.reader)


def _words(file: Path, framework: str, day: str | None, today: date) -> str:
    if not file.is_file():
        raise UsageError(f"There is no file {file}; check its name.")
    if framework.lower() not in FRAMEWORKS:
        raise UsageError(f"--framework {framework} is not known; choose one of {', '.join(FRAMEWORKS)}.")
    try:
        held = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise UsageError(f'--date "{day}" is no date; write it like 2026-11-22.') from error
    if held and held > today:
        raise UsageError(f"--date {day} lies ahead; a call is summarised once it was held.")
    return f"summarise this call{f' of {held}' if held else ''} by {framework.lower()}"
