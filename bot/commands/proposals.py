"""`seller proposals`: the write gate in the terminal."""

from bot.app import App
from bot.commands.output import emit
from bot.errors import UsageError
from bot.proposals import Decision, Proposal
from bot.terminal import out, show_proposal, show_rows
from bot.text import proposal_json


def show_list(app: App, *, named: str | None, every: bool, as_json: bool) -> None:
    """Print the proposals, newest first; without a name those of everybody."""
    requester = app.user(named).id if named else None
    found = app.approvals.list(requester, live_only=not every)
    if as_json:
        emit([proposal_json(proposal, app.reader) for proposal in found])
        return
    if not found:
        out.print("Nothing waits for a decision.")
    for proposal in found:
        show_proposal(proposal, app.reader)


def show(app: App, proposal: Proposal, *, as_json: bool) -> None:
    """Print one proposal."""
    if as_json:
        emit(proposal_json(proposal, app.reader))
        return
    show_proposal(proposal, app.reader)
    show_rows(proposal, app.reader)


def decide(
    app: App, verb: str, proposal: str, *, only: str, values: list[str], named: str | None, as_json: bool
) -> None:
    """Decide as the named person, else as the one whose home it is; print what came of it."""
    decision = Decision.model_validate(
        {"verb": verb, "proposal_id": proposal, "only": _positions(only), "values": _values(values)}
    )
    decided = app.approvals.decide(decision, app.user(named))
    show(app, decided, as_json=as_json)


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
