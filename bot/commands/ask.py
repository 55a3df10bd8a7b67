"""`seller ask`: one question to any skill."""

import sys
from pathlib import Path
from typing import Any

from bot.app import App
from bot.assistant import Reply, Request
from bot.commands.accounts import say_if_another
from bot.commands.output import emit
from bot.crm.records import User
from bot.errors import BotError, UsageError
from bot.slack.showing import views
from bot.terminal import err, out, save_charts, show_answer, show_proposal, show_rows, status
from bot.text import proposal_json


def run(
    app: App,
    text: str,
    *,
    as_: str | None,
    thread: str,
    skill: str | None,
    file: Path | None,
    account: str | None,
    as_json: bool,
    save_files: bool = True,
    charts: Path | None = None,
) -> Reply:
    """Answer and print; a proposal that came of it is printed with its id, and files are saved in this folder.

    Charts are saved in the folder `charts`, where one is named.
    """
    user = app.user(as_)
    words = _input() if text == "-" else text
    if file and not file.is_file():
        raise UsageError(f"There is no file {file}; check its name.")
    if charts and charts.exists() and not charts.is_dir():
        raise UsageError(f"{charts} is no folder; name one for the charts, it is made if it is not there.")
    request = Request(
        text=words,
        user=user,
        now=app.clock(),
        thread=f"terminal:{user.id}:{thread or 'default'}" if thread else f"once:{app.clock().isoformat()}:{user.id}",
        skill=skill,
        account=account,
        file=file,
    )
    if account:
        say_if_another(account, app.rights.reader_for(user))
    with status(quiet=as_json) as say:
        reply = app.assistant.answer(request, progress=say, on_line=lambda line: say(line.text))
    if as_json:
        emit(reply_json(app, reply, user))
        save_charts(reply.draft.charts, charts, err)
        return reply
    show_answer(reply.draft, save_files=save_files)
    if reply.proposal:
        show_proposal(reply.proposal, app.rights.reader_for(user))
        show_rows(reply.proposal, app.reader)
    save_charts(reply.draft.charts, charts, out)
    return reply


def _input() -> str:
    if sys.stdin is None:
        raise BotError("There is no standard input to read; write the question as an argument.")
    return sys.stdin.read()


def reply_json(app: App, reply: Reply, user: User) -> dict[str, Any]:
    """A reply in the shape of the command line's contract."""
    draft, reader = reply.draft, app.rights.reader_for(user)
    return {
        "skill": draft.skill,
        "text": reply.text,
        "sections": draft.sections,
        "charts": draft.charts,
        "blocks": views.answer(draft, reply.request_id)[0].blocks,
        "citations": draft.citations,
        "unknowns": draft.unknowns,
        "dropped": draft.dropped,
        "proposals": [reply.proposal.id] if reply.proposal else [],
        "changes": proposal_json(reply.proposal, reader)["changes"] if reply.proposal else [],
        "numbers": draft.numbers,
        "figures": draft.figures,
        "actions": draft.actions,
        "files": draft.files,
        "data": draft.data,
        "lead": draft.lead,
        "notice": draft.notice,
        "model": draft.model,
        "prompt_version": draft.prompt_version,
        "usage": draft.usage,
        "ms": {"total": round(reply.total_ms, 1), "model": round(draft.model_ms, 1)},
        "as_of": draft.as_of,
        "request": reply.request_id,
    }
