"""Deals that share a name: each can be told apart, chosen and found by its id."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local import replace_all
from bot.crm.records import Account, Opportunity, Stage, User
from bot.settings import Settings
from tests.conftest import TODAY

USER = User(id="u-kim", name="Kim Roe", email="kim@example.com", role="seller")
STAGE = Stage(id="s-1", name="Proposal", probability=0.5, forecast_category="Pipeline", order=1)


def deal_of(key: str, name: str, account: str | None) -> Opportunity:
    """An open deal of Kim's."""
    return Opportunity(id=key, name=name, account_id=account, owner_id=USER.id, currency="EUR", stage="Proposal")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A CRM with deals of one name, at an account and at none."""
    with App(Settings(home=tmp_path, model="offline"), lambda: TODAY) as app:
        deals = [deal_of("deal-0001", "Reed - Plan", "a-1"), deal_of("deal-0002", "Reed - Plan", "a-1")]
        deals += [deal_of("loose-0001", "Dock", None), deal_of("loose-0002", "Dock", None)]
        records = [Account(id="a-1", name="Reed", owner_id=USER.id), USER, STAGE, *deals]
        replace_all(app.engine, records, as_of=TODAY, source="test")
        yield app


def say(app: App, text: str, skill: str | None = None) -> str:
    """What Kim reads."""
    return app.assistant.answer(Request(text, USER, TODAY, "t", skill=skill)).text


def test_two_deals_of_one_name_are_offered_apart_and_the_chosen_one_is_told(app: App) -> None:
    asked = say(app, "where is the Reed deal?")
    assert "1. Reed - Plan (Proposal, deal-0001)" in asked
    assert "2. Reed - Plan (Proposal, deal-0002)" in asked
    assert "seller://opportunity/deal-0002" in say(app, "2")


def test_deals_of_one_name_without_an_account_are_asked_about(app: App) -> None:
    asked = say(app, "Dock", "deal")
    assert "Dock is the name of 2 deals; which one do you mean?" in asked
    assert "1. Dock (Proposal, loose-0001)" in asked
    assert "seller://opportunity/loose-0002" in say(app, "2")


def test_an_id_finds_its_deal(app: App) -> None:
    assert "seller://opportunity/deal-0001" in say(app, "deal-0001", "deal")
    assert "seller://opportunity/loose-0001" in say(app, "loose-0001", "deal")


def test_a_change_is_proposed_for_the_one_that_was_chosen(app: App) -> None:
    say(app, "set the next step of the Reed deal to legal review")
    proposal = app.assistant.answer(Request("2", USER, TODAY, "t")).proposal
    assert proposal is not None
    assert [getattr(change.write, "opportunity_id", None) for change in proposal.changes] == ["deal-0002"]
