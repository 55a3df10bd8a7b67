"""`seller audit`: bare the lines of the trail, and beside it whether it is whole."""

from typing import Annotated

import typer

from bot.cli_options import As, Json, Now, opened
from bot.errors import UsageError

audit = typer.Typer(
    name="audit",
    help="Show the audit trail: who asked, what was read, proposed, approved and written.\n\n"
    "Example: seller audit --since Monday --person Maya",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@audit.callback()
def audit_bare(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="First day, such as 2026-11-01 or “Monday”.")] = "",
    until: Annotated[str, typer.Option(help="Last day.")] = "",
    person: Annotated[str, typer.Option(help="Lines of this person and of their proposals.")] = "",
    record: Annotated[str, typer.Option(help="Lines that name this record or page by its id.")] = "",
    proposal: Annotated[str, typer.Option(help="Lines of this proposal.")] = "",
    verb: Annotated[str, typer.Option(help="Lines of this kind, such as answered or applied.")] = "",
    last: Annotated[int | None, typer.Option(min=1, max=1_000_000, help="This many of the newest.")] = None,
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Show the lines where no subcommand is named; its options belong to it alone."""
    said = {"since": since, "until": until, "person": person, "record": record, "proposal": proposal, "verb": verb}
    if context.invoked_subcommand:
        if any(said.values()) or last or as_ is not None or json_ or now:
            name = context.invoked_subcommand
            raise UsageError(f"Write the options after the subcommand, as in `seller audit {name} --json`.")
        return
    from bot.commands.audit import SHOWN, show

    newest = last or (0 if json_ or any(said.values()) else SHOWN)
    with opened(now) as app:
        show(app, said, last=newest, named=as_, as_json=json_)


@audit.command("verify")
def audit_verify(
    head: Annotated[str, typer.Option(help="Also look for this head, as an earlier verification printed it.")] = "",
    json_: Json = False,
) -> None:
    """Tell whether the trail is whole: each line is sealed to the one before; exit status 1 where one is not.

    Example: seller audit verify
    """
    from bot.commands.audit import verify

    with opened() as app:
        raise typer.Exit(verify(app, head, as_json=json_))
