"""A stage that was renamed midway: with its alias no answer takes the old name for another stage."""

from datetime import timedelta
from pathlib import Path

from bot.app import App
from bot.crm.local import replace_all
from bot.crm.records import Account, Opportunity, OpportunityHistory, Stage
from bot.people import LOCAL_ADMIN
from bot.settings import Settings
from bot.skills import Ask, Context, deal
from tests.conftest import TODAY

ROWS = [
    Stage(id="1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    Account(id="a", name="Alpha"),
    Opportunity(id="d", name="Alpha deal", account_id="a", stage="Discovery", created_at=TODAY - timedelta(days=40)),
    OpportunityHistory(id="h1", opportunity_id="d", at=TODAY - timedelta(days=40), stage="Evaluation"),
    OpportunityHistory(id="h2", opportunity_id="d", at=TODAY - timedelta(days=4), stage="Discovery"),
]


def told(home: Path, aliases: dict[str, str]) -> str:
    with App(Settings(home=home, model="offline", stage_aliases=aliases), lambda: TODAY) as app:
        app.ready()
        replace_all(app.engine, ROWS, as_of=TODAY, source="test")
        context = Context(app.reader, lambda: app.library, None, LOCAL_ADMIN, frozenset(), TODAY, app.benchmarks)
        given = deal.run(context, Ask("where is the Alpha deal?", "a"))
        return next(
            line.text
            for part in given.sections
            if part.title == "The deal"
            for line in part.lines
            if "Discovery" in line.text
        )


def test_days_in_stage_go_on_under_the_new_name(tmp_path: Path) -> None:
    assert "Discovery for 4 days" in told(tmp_path / "without", {})
    assert "Discovery for 40 days" in told(tmp_path / "with", {"Evaluation": "Discovery"})
