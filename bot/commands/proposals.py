"""`seller proposals`: the write gate in the terminal."""

from contextlib import suppress

from bot.app import App
from bot.commands.output import emit
from bot.crm.port import CrmReader
from bot.errors import NotFound, UsageError
from bot.people import sees_proposal
from bot.proposals import Decision, Proposal
from bot.terminal import out, show_as_of, show_proposal, show_rows
from bot.text import proposal_json


def show_list(app: App, *, named: str | None, every: bool, as_json: bool) -> None:
    """Print the proposals, newest first: those of the one named, else all that the asker may see."""
    found = app.approvals.list(app.user(named).id if named else None, live_only=not every)
    if not app.unnamed(named) and not app.rights.open_to_all:
        user = app.user(named)
        found = [proposal for proposal in found if sees_proposal(user, proposal, app.rights)]
    reader = app.viewer(named)
    if as_json:
        emit([proposal_json(proposal, reader) for proposal in found])
        return
    if not found:
        out.print("Nothing waits for a decision.")
    for proposal in found:
        show_proposal(proposal, reader)
    show_as_of(reader.as_of())


def show(app: App, written: str, *, named: str | None, as_json: bool) -> None:
    """Print one proposal that the asker may see."""
    _show(_visible(app, written, named), app.viewer(named), as_json)


def decide(
    app: App, verb: str, proposal: str, *, only: str, values: list[str], named: str | None, as_json: bool
) -> None:
    """Decide as the named person, else as the one whose home it is; print what came of it."""
    decision = Decision.model_validate(
        {"verb": verb, "proposal_id": proposal, "only": _positions(only), "values": _values(values)}
    )
    user = app.user(named)
    _visible(app, proposal, named)
    _show(app.approvals.decide(decision, user), app.rights.reader_for(user), as_json)


def _visible(app: App, written: str, named: str | None) -> Proposal:
    """The proposal; where the asker may not see it, the same as where there is none."""
    if app.unnamed(named) or app.rights.open_to_all:
        return app.approvals.get(written)
    user = app.user(named)
    with suppress(NotFound):
        found = app.approvals.get(written)
        if sees_proposal(user, found, app.rights):
            return found
    raise NotFound(f"There is no proposal {written.strip().upper()}; `seller proposals list` shows yours.")


def _show(proposal: Proposal, reader: CrmReader, as_json: bool) -> None:
    if as_json:
        emit(proposal_json(proposal, reader))
        return
    show_proposal(proposal, reader)
    show_rows(proposal, reader)
    show_as_of(reader.as_of())


def _positions(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise UsageError(f'--only "{text}" is no list of positions; write it like 1,3.') from error


def _values(pairs: list[str]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise UsageError(f'"{pair}" is no field=value; write it like due=2026-12-04.')
    return {key.strip(): value.strip() for key, _, value in (pair.partition("=") for pair in pairs)}
