"""What a pipeline says so that no figure misleads: odd amounts and days, no call made, a longer cycle, what cannot be told."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import App
from bot.crm.local import replace_all
from bot.crm.records import Opportunity, OpportunityHistory, Quota, Record, Stage, User
from bot.people import LOCAL_ADMIN, teams_of
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, deal, pipeline
from tests.conftest import TODAY

STAGE = Stage(id="s", name="Proposal", order=1, probability=0.5, forecast_category="Pipeline")
DEAL = Opportunity(
    id="a", name="Alpha", stage="Proposal", amount=Decimal(1000), close_date=date(2026, 12, 15),
    created_at=TODAY - timedelta(days=30),
)  # fmt: skip


def told(home: Path, *records: Record) -> Draft:
    """The pipeline of a CRM of these records."""
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        app.ready()
        replace_all(app.engine, [STAGE, *records], as_of=TODAY, source="test")
        return pipeline.run(
            Context(app.reader, lambda: app.library, None, LOCAL_ADMIN, frozenset(), TODAY, dict), Ask("pipeline")
        )


def asked(app: App, words: str) -> Draft:
    """What the manager of the sample company gets."""
    user = app.user("u-dana")
    reader = app.rights.reader_for(user)
    return pipeline.run(
        Context(reader, lambda: app.library, None, user, teams_of(user, reader.users()), TODAY, app.benchmarks),
        Ask(words),
    )


def lines(given: Draft, title: str) -> list[str]:
    """The lines of a section."""
    return next([line.text for line in part.lines] for part in given.sections if part.title == title)


def test_amounts_below_zero_and_days_before_creation_are_named(tmp_path: Path) -> None:
    below = DEAL.model_copy(update={"id": "b", "name": "Beta", "amount": Decimal(-400)})
    early = DEAL.model_copy(update={"id": "c", "name": "Gamma", "close_date": date(2026, 10, 2), "amount": Decimal(1)})
    given = told(tmp_path, DEAL, below, early)
    assert lines(given, "To put right") == [
        "No next step: 3 deals of 3.",
        "Amount below zero, added as it stands: 1 deal of 3.",
        "Close date before the day of creation: 1 deal of 3.",
    ]
    assert not [text for text in lines(given, "Largest open deals") if "holds" in text]


def test_what_moved_is_said_to_be_unknown_without_history_and_snapshot(tmp_path: Path) -> None:
    assert (
        "What moved since 2026-10-01 cannot be told: no snapshot was kept then, and no deal has a history that reaches back."
    ) in told(tmp_path, DEAL.model_copy(update={"created_at": TODAY - timedelta(days=90)})).unknowns


def test_a_stage_that_only_histories_name_is_named(tmp_path: Path) -> None:
    row = OpportunityHistory(id="h", opportunity_id="a", at=TODAY - timedelta(days=20), stage="Evaluation")
    assert (
        "Histories name the stage “Evaluation” (1 row), which is none of today's; SELLER_STAGE_ALIASES says which it became."
    ) in told(tmp_path, DEAL, row).unknowns


def test_what_was_won_in_another_currency_is_named_beside_what_is_to_go(tmp_path: Path) -> None:
    won = {"stage": "Won", "is_closed": True, "is_won": True, "close_date": date(2026, 10, 20)}
    euros = DEAL.model_copy(update={"id": "e", "currency": "EUR", "amount": Decimal(300), **won})
    dollars = DEAL.model_copy(update={"id": "d", "amount": Decimal(200), **won})
    quota = Quota(id="q", first=date(2026, 10, 1), last=date(2026, 12, 31), amount=Decimal(900))
    given = told(tmp_path, DEAL, euros, dollars, quota)
    assert "Quota of Q4 2026: USD 900; USD 700 to go, and EUR 300 won that no rate brings to USD." in lines(
        given, "Forecast"
    )


def test_whose_owner_left_is_to_be_handed_over(tmp_path: Path) -> None:
    gone = User(id="u", name="Gone Guy", active=False)
    given = told(tmp_path, DEAL.model_copy(update={"owner_id": "u"}), gone)
    assert "Owner inactive in the CRM, to be handed over: 1 deal of 1." in lines(given, "To put right")
    assert lines(given, "Largest open deals")[0].endswith(", Gone Guy (inactive).")


def test_a_chance_that_nothing_tells_speaks_for_no_category(tmp_path: Path) -> None:
    with App(Settings(home=tmp_path / "home", model="offline"), lambda: TODAY) as app:
        app.ready()
        replace_all(
            app.engine, [STAGE, DEAL.model_copy(update={"forecast_category": "Pipeline"})], as_of=TODAY, source="test"
        )
        given = deal.run(
            Context(app.reader, lambda: app.library, None, LOCAL_ADMIN, frozenset(), TODAY, app.benchmarks),
            Ask("Alpha"),
        )
    assert lines(given, "Chance") == ["No past deal tells a chance for Q4 2026 yet, so it is taken as even: 50%."]


def test_who_made_no_call_yet_has_no_bias(shared: App) -> None:
    def bias(words: str) -> set[str]:
        given = asked(shared, words)
        part = next(one for one in given.sections if one.title.startswith("Rep call"))
        return {row[-1] for row in part.table.rows} if part.table else set()

    assert "–" not in bias("pipeline this quarter")
    assert bias("pipeline for Q2 2027") == {"–"}


def test_a_cycle_is_named_as_longer_where_it_cost_velocity(shared: App) -> None:
    [velocity] = [
        text
        for text in lines(asked(shared, "pipeline of everybody for Q2 2026"), "Pace")
        if text.startswith("Sales velocity")
    ]
    assert "longer cycle -" in velocity


@pytest.mark.parametrize(
    ("name", "head"), [("win rate", "26% in 35 deals: "), ("cycle", "45 days in 9 deals: "), ("closed won", "USD ")]
)
def test_the_figure_behind_which_deals_are_listed_is_written_as_it_was(shared: App, name: str, head: str) -> None:
    given = asked(shared, f"deals behind “{name}” in Q3 2026")
    assert given.sections[0].lines[0].text.startswith(head)


def test_every_figure_names_as_many_deals_as_it_counts(shared: App) -> None:
    given = asked(shared, "how does the quarter look?")
    bare = {one.name for one in given.figures if len(one.deals) != one.n}
    assert bare == {"quota", "coverage required"}
    opened = asked(shared, "deals behind “waterfall slipped” in Q4 2026")
    assert len(opened.sections[0].lines) == 1 + opened.figures[0].n
