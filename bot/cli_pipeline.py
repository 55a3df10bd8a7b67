"""`seller pipeline`: bare the skill, and beside it what computes over the whole CRM."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import As, Charts, Json, Now, opened
from bot.errors import UsageError

pipeline = typer.Typer(
    name="pipeline",
    help="Add up a pipeline: open, weighted, closing, won, overdue, and what is missing.\n\n"
    'Example: seller pipeline --team Enterprise --period "next quarter"',
    invoke_without_command=True,
    rich_markup_mode=None,
)


@pipeline.callback()
def pipeline_bare(
    context: typer.Context,
    team: Annotated[
        str, typer.Option(help="Team or region; without it, your own deals and those of whom you lead.")
    ] = "",
    segment: Annotated[str, typer.Option(help="Deals of accounts in this segment.")] = "",
    period: Annotated[str, typer.Option(help="Such as “next quarter”, “Q1 2027” or “2026”.")] = "",
    as_: As = None,
    charts: Charts = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Run the skill where no subcommand is named; its options belong to it alone."""
    if context.invoked_subcommand:
        if team or segment or period or as_ is not None or charts or json_ or now:
            name = context.invoked_subcommand
            raise UsageError(f"Write the options after the subcommand, as in `seller pipeline {name} --json`.")
        return
    from bot.commands import skills

    with opened(now) as app:
        skills.pipeline(app, team=team, segment=segment, period=period, as_=as_, as_json=json_, charts=charts)


@pipeline.command("stats")
def pipeline_stats(
    from_: Annotated[str, typer.Option("--from", help="First day, such as 2026-10-01.")],
    to: Annotated[str, typer.Option(help="Last day, such as 2026-12-31.")],
    group: Annotated[str, typer.Option(help="Also by owner, team or segment.")] = "",
    team: Annotated[str, typer.Option(help="Deals of this team alone; without it, all that you may see.")] = "",
    as_: As = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Compute win rate, cycle, velocity, coverage, conversion, slippage and more, without a model.

    Example: seller pipeline stats --from 2026-10-01 --to 2026-12-31 --group owner
    """
    from bot.commands.stats import run

    with opened(now) as app:
        run(app, from_, to, group=group, team=team, named=as_, as_json=json_)


@pipeline.command("backtest")
def pipeline_backtest(
    csv: Annotated[
        Path | None, typer.Option(help="A table of deals instead of the CRM; with --won and --date.")
    ] = None,
    won: Annotated[str, typer.Option(help="What says won in the table, such as deal_stage=Won.")] = "",
    date: Annotated[str, typer.Option(help="The table's column with the day of the end, such as close_date.")] = "",
    features: Annotated[
        str,
        typer.Option(help="The table's columns to learn from, such as product,region; without it, all that may be."),
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="Write the HTML report here instead of into the data folder.")
    ] = None,
    json_: Json = False,
    now: Now = None,
) -> None:
    """Test probabilities and forecasts on what is over, and write a report with plots; the answers use what it found.

    Example: seller pipeline backtest --csv deals.csv --won stage=Won --date closed --features product,segment
    """
    from bot.commands.backtest import run

    with opened(now) as app:
        run(app, csv=csv, won=won, date=date, features=features, report=report, as_json=json_)
