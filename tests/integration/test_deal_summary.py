"""The deal summary to a manager's whole checklist: verdict, grid, figures, changes, health and odd deals."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.crm.local import replace_all
from bot.crm.records import Account, Opportunity, OpportunityHistory, Record, Stage, User
from bot.pipeline.limits import limits
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, Policy, deal
from bot.store.memory import Memory
from tests.integration.test_skills_manager import context, section

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


def ask(app: App, account: str, **changes: object) -> Draft:
    """The summary of an account's deal for the manager of the sample company."""
    return deal.run(replace(context(app, "u-dana"), **changes), Ask("deal summary", account))  # type: ignore[arg-type]


def table(draft: Draft, title: str) -> list[tuple[str, ...]]:
    """The rows of a section's table."""
    found = next(part.table for part in draft.sections if part.title == title)
    assert found
    return list(found.rows)


def test_the_verdict_names_its_reason_and_cites_what_shows_it(shared: App) -> None:
    told = ask(shared, "a-juniper")
    assert section(told, "Verdict") == ["Downgrade from Best Case to Pipeline: no two-way activity for 38 days."]
    (line,) = next(part.lines for part in told.sections if part.title == "Verdict")
    cited = {citation.record for citation in told.citations if citation.n in line.cites}
    assert cited == {"opportunity:o-juniper-plan", "activity:ac-juniper-plan-04"}


def test_risks_are_ranked_by_what_they_cost_and_the_rule_is_said(shared: App) -> None:
    told = ask(shared, "a-rosario")
    *risks, ranked = section(told, "Risks")
    assert risks == [
        "Red: 126 days in Discovery against a median of 17.5 in 52 won deals.",
        "Red: the close date was pushed 3 times, 1 of them into a later quarter.",
        "Amber: Inês Carvalho said on 2026-11-03: “Ask me again after the budget round.”, and 3 more like it.",
        'Amber: the next step "Ask Inês who signs for software" was due on 2026-11-10.',
        "Amber: only Inês Carvalho was engaged in the last 30 days.",
    ]
    stake = next(one for one in told.figures if one.name == "at stake")
    assert ranked.startswith(
        f"Ranked by the value that each may cost: USD {stake.value:,.0f} for the first (amount × its chance of "
    )
    assert ranked.endswith(" × severity, 1 for red and 0.5 for amber).")


def test_a_sentence_that_two_signals_rest_on_is_said_once_and_ends_once(shared: App) -> None:
    told = ask(shared, "a-bramblewood")
    said = "Ken Dussault said on 2026-10-14: “My last day is Friday.”"
    assert section(told, "Verdict") == [f"Downgrade from Best Case to Pipeline: {said}"]
    assert section(told, "Risks")[:2] == [
        f"Red: {said}",
        "Amber: 47 days in Proposal against a median of 30 in 19 won deals.",
    ]


def test_the_grid_shows_evidence_with_its_age_and_what_is_missing(shared: App) -> None:
    told = ask(shared, "a-northwick")
    rows = {row[0]: row[1:] for row in table(told, "MEDDPICC")}
    assert rows["Economic buyer"] == ("CFO", "Ingrid Solheim", "6 days")
    assert rows["Decision criteria"] == ("missing", "–", "–")
    assert rows["Decision process"][1:] == ("Ingrid Solheim", "6 days")
    assert section(told, "MEDDPICC") == ["7 of 8 with evidence.", "Missing: decision criteria."]


def test_another_framework_has_its_own_grid(shared: App) -> None:
    told = ask(shared, "a-northwick", policy=Policy(framework="bant"))
    assert [row[0] for row in table(told, "BANT")] == ["Budget", "Authority", "Need", "Timeline"]


def test_the_thresholds_of_the_settings_count(shared: App) -> None:
    strict = Policy(limits=limits({"/Negotiation.silence_amber": 2, "/Negotiation.silence_red": 3}))
    lines = section(ask(shared, "a-pellworm", policy=strict), "Risks")
    assert lines[0] == "Red: no two-way activity for 5 days."


def test_each_figure_has_its_n_and_filter(shared: App) -> None:
    figures = {one.name: one for one in ask(shared, "a-northwick").figures}
    usual = figures["usual sales cycle"]
    assert (usual.value, usual.unit, usual.n) == (80.5, "days", 52)
    assert usual.filter == "won deals of Mid-Market from creation to close, median"
    assert (figures["amount"].value, figures["letters with evidence"].n) == (78000, 8)


def test_what_changed_since_the_last_review(tmp_path: Path) -> None:
    rows: Sequence[Record] = [
        User(id="u", name="Ann Seller", email="ann@ours.example"),
        Account(id="a", name="Acme", owner_id="u"),
        Opportunity(id="o-acme", name="Acme - Plan", account_id="a", owner_id="u", stage="Proposal", amount=5),
    ]
    with App(Settings(home=tmp_path, model="offline"), lambda: NOW) as app:
        replace_all(app.engine, rows, as_of=NOW, source="test")
        first = _asked(app, NOW)
        moved = [*rows[:2], rows[2].model_copy(update={"amount": 9, "stage": "Negotiation"})]
        replace_all(app.engine, moved, as_of=NOW, source="test")
        later = _asked(app, NOW + timedelta(days=3))
        again = _asked(app, NOW + timedelta(days=5))
    assert not [part for part in first.sections if part.title.startswith("Changed")]
    assert section(later, "Changed since your last review (2026-11-16)") == [
        "2026-11-19: stage of Acme - Plan: Proposal → Negotiation.",
        "2026-11-19: amount of Acme - Plan: USD 5 → USD 9.",
    ]
    assert section(again, "Changed since your last review (2026-11-19)") == ["Nothing changed in its fields."]


def _asked(app: App, now: datetime) -> Draft:
    user = app.user("Ann Seller")
    made = Context(app.reader, lambda: app.library, None, user, frozenset(), now, app.benchmarks)
    return deal.run(replace(made, memory=Memory(app.engine)), Ask("deal summary", "a"))


ODD = {
    "nothing": Opportunity(id="o-odd", name="Odd", account_id="a", stage="Proposal"),
    "negative": Opportunity(id="o-odd", name="Odd", account_id="a", stage="Commit", amount=-5, forecast_category="Commit"),
    "before": Opportunity(
        id="o-odd", name="Odd", account_id="a", stage="Renamed", amount=10, created_at=NOW, close_date=datetime(2026, 1, 1).date()
    ),
    "left": Opportunity(id="o-odd", name="Odd", account_id="a", stage="Engaging", owner_id="gone", amount=0),
}  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_odd_deals_get_a_whole_summary(kind: str, tmp_path: Path) -> None:
    rows = [
        User(id="u", name="Ann Seller", email="ann@ours.example"),
        Account(id="a", name="Acme", owner_id="u"),
        Stage(id="s", name="Engaging", order=1, probability=0.3, forecast_category="Pipeline"),
        ODD[kind],
        OpportunityHistory(id="h", opportunity_id="o-odd", at=NOW, stage="Gone stage"),
    ]
    with App(Settings(home=tmp_path, model="offline"), lambda: NOW) as app:
        replace_all(app.engine, rows, as_of=NOW, source="test")
        told = _asked(app, NOW)
    titles = [part.title for part in told.sections]
    assert titles[:5] == ["State of play", "The deal", "Chance", "Verdict", "Risks"]
    assert all(line.text and line.cites for part in told.sections for line in part.lines)


def test_a_close_date_before_the_creation_is_said(tmp_path: Path) -> None:
    rows = [User(id="u", name="Ann Seller"), Account(id="a", name="Acme", owner_id="u"), ODD["before"]]
    with App(Settings(home=tmp_path, model="offline"), lambda: NOW) as app:
        replace_all(app.engine, rows, as_of=NOW, source="test")
        lines = section(_asked(app, NOW), "The deal")
    assert "Close date 2026-01-01 (319 days ago), which is before it was created." in lines
