"""`seller proposals`: the write gate from the terminal."""

from typing import Annotated

import typer

from bot.cli_options import As, Json, Now, opened

proposals = typer.Typer(
    name="proposals",
    help="The write gate: list, show, approve, edit, reject, undo.\n\nExample: seller proposals list",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@proposals.command("list")
def proposals_list(
    all_: Annotated[bool, typer.Option("--all", help="Also those that are done with.")] = False,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """List proposals that wait for something.

    Example: seller proposals list
    """
    from bot.commands.proposals import show_list

    with opened(now) as app:
        show_list(app, named=as_, every=all_, as_json=json_)


@proposals.command("show")
def proposals_show(
    proposal: Annotated[str, typer.Argument(help="Its id.")], as_: As = None, json_: Json = False, now: Now = None
) -> None:
    """Show one proposal: old → new, evidence and state of each change.

    Example: seller proposals show P7K3
    """
    from bot.commands.proposals import show

    with opened(now) as app:
        show(app, proposal, named=as_, as_json=json_)


Only = Annotated[str, typer.Option(help="Positions of the changes, such as 1,3; without it all of them.")]
ProposalId = Annotated[str, typer.Argument(help="The proposal's id.")]


@proposals.command("approve")
def proposals_approve(
    proposal: ProposalId, only: Only = "", as_: As = None, json_: Json = False, now: Now = None
) -> None:
    """Say yes: the changes are applied once, read back and receipted.

    Example: seller proposals approve P7K3 --only 1
    """
    _decide("approve", proposal, only, [], as_, json_, now)


@proposals.command("reject")
def proposals_reject(
    proposal: ProposalId, only: Only = "", as_: As = None, json_: Json = False, now: Now = None
) -> None:
    """Say no: nothing is written.

    Example: seller proposals reject P7K3
    """
    _decide("reject", proposal, only, [], as_, json_, now)


@proposals.command("undo")
def proposals_undo(proposal: ProposalId, only: Only = "", as_: As = None, json_: Json = False, now: Now = None) -> None:
    """Take applied changes back: a created task is cancelled, an updated field restored.

    Example: seller proposals undo P7K3
    """
    _decide("undo", proposal, only, [], as_, json_, now)


@proposals.command("edit")
def proposals_edit(
    proposal: ProposalId,
    values: Annotated[list[str], typer.Argument(help="field=value, or 2.field=value for the second change.")],
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Change a proposal before you approve it; that makes a new revision.

    Example: seller proposals edit P7K3 due=2026-12-04
    """
    _decide("edit", proposal, "", values, as_, json_, now)


def _decide(
    verb: str, proposal: str, only: str, values: list[str], as_: str | None, as_json: bool, now: str | None
) -> None:
    from bot.commands.proposals import decide

    with opened(now) as app:
        decide(app, verb, proposal, only=only, values=values, named=as_, as_json=as_json)
