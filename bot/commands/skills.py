"""`seller deal`, `seller pipeline`, `seller draft`: thin ways into the skills of these names."""

from bot.app import App
from bot.commands import ask
from bot.errors import UsageError
from bot.pipeline.period import period_in


def run(app: App, skill: str, text: str, *, as_: str | None, account: str | None = None, as_json: bool) -> None:
    """Ask one skill by its name; as `seller ask --skill`, with nothing remembered."""
    ask.run(app, text, as_=as_, thread="", skill=skill, file=None, account=account, as_json=as_json)


def pipeline(app: App, *, team: str, period: str, as_: str | None, as_json: bool) -> None:
    """Ask for the pipeline of a team, person or region in a period; UsageError for a period that cannot be read."""
    if period and period_in(period, app.clock().date()) is None:
        raise UsageError(f"--period “{period}” is no period; write “this quarter”, “next month”, “Q1 2027” or “2026”.")
    whose = f" of the {team} team" if team else ""
    run(app, "pipeline", f"pipeline{whose} for {period or 'this quarter'}", as_=as_, as_json=as_json)
