"""`seller crm`: the CRM's records, listed, brought in and sent out."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import Account, As, Json, Now, opened

crm = typer.Typer(
    name="crm",
    help="Read, import and export the CRM's records.\n\nExample: seller crm import exports/ --dry-run",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@crm.command("import")
def crm_import(
    folder: Annotated[Path, typer.Argument(help="A folder of CSV files.")],
    merge: Annotated[
        bool, typer.Option("--merge", help="Add to the present records instead of replacing them.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and report everything, write nothing; exit status 1 for a bad row.")
    ] = False,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="Set a column by hand, such as accounts.Firma=name, or a file of such lines."),
    ] = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Load CSV files into the embedded CRM.

    Example: seller crm import exports/ --dry-run
    """
    from bot.commands.crm import bring_in

    with opened(now) as app:
        raise typer.Exit(bring_in(app, folder, merge=merge, dry_run=dry_run, by_hand=map_ or [], as_json=json_))


@crm.command("setup")
def crm_setup(json_: Json = False) -> None:
    """Create or check the field in a connected CRM that keeps a write from being made twice.

    Example: seller crm setup
    """
    from bot.commands.crm import set_up

    with opened() as app:
        set_up(app, as_json=json_)


@crm.command("export")
def crm_export(folder: Annotated[Path, typer.Argument(help="Where the CSV files go.")], json_: Json = False) -> None:
    """Write every record as CSV files that `crm import` reads back.

    Example: seller crm export backup/
    """
    from bot.commands.crm import send_out

    with opened() as app:
        send_out(app, folder, as_json=json_)


def _listing(kind: str) -> Callable[..., None]:
    def command(account: Account = None, as_: As = None, json_: Json = False, now: Now = None) -> None:
        from bot.commands.crm import listing

        with opened(now) as app:
            listing(app, kind, account=account, named=as_, as_json=json_)

    command.__doc__ = f"List {kind}, of one account with --account.\n\nExample: seller crm {kind} --account Northwick"
    return command


for _kind in ("accounts", "contacts", "opportunities", "tasks", "activities"):
    crm.command(_kind)(_listing(_kind))
