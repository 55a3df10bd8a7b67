"""Slack with HubSpot behind it: a card's yes is a record in the portal, and a card says why it waits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_office import NOW, RECORDS, Office
from slack_server import SlackServer
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_world import fill, keyed

from bot.app import App
from bot.settings import Settings

SAID = "spoke to the CFO of Northwick Dairy, next step is send the offer, follow up Tuesday"
EXPIRED = "HubSpot refuses the token in SELLER_HUBSPOT_TOKEN"


@pytest.fixture
def portal() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, NOW)
        keyed(server.portal)
        yield server


@pytest.fixture
def office(settings: Settings, slack: SlackServer, portal: HubSpotStandIn, tmp_path: Path) -> Iterator[Office]:
    """The app on a home that mirrors the portal."""
    behind = {"crm": "hubspot", "hubspot_url": portal.url, "hubspot_token": SecretStr(TOKEN)}
    mirrored = settings.model_copy(update={"home": tmp_path / "mirrored", **behind})
    with App(mirrored, clock=lambda: NOW) as app:
        app.ready()
        assert app.mirror is not None
        app.mirror.sync()
    opened = Office(mirrored, slack, "socket")
    yield opened
    opened.stop()


def test_a_yes_in_slack_is_in_the_portal_and_undo_takes_it_back(office: Office, portal: HubSpotStandIn) -> None:
    office.mia.command("/log", SAID)
    card = office.mia.sees_card()
    office.mia.click(card, "approve:all")
    office.slack.wait(lambda: "undo:3" in card.buttons)
    (call,) = (row.properties for row in portal.portal.things["calls"].values())
    deal = portal.portal.things["deals"]["O1"].properties
    assert (call["hubspot_owner_id"], deal["hs_next_step"]) == ("U-MIA", "Send the offer")
    assert f"record/0-3/O1?engagement={call['hs_object_id']}" in str(card.blocks)
    for k in (1, 2, 3):
        office.mia.click(card, f"undo:{k}")
        office.slack.wait(lambda k=k: f"undo:{k}" not in card.buttons)  # type: ignore[misc]
    assert (portal.portal.live("calls", call["hs_object_id"]), deal["hs_next_step"]) == (None, "")


def test_a_card_asks_again_where_somebody_changed_the_deal_and_waits_for_a_token(
    office: Office, portal: HubSpotStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.mia.command("/log", "set the amount of Northwick Dairy to 50000")
    card = office.mia.sees_card()
    deal = portal.portal.things["deals"]["O1"]
    portal.portal.update("deals", deal, {"amount": "49000"})
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "changed meanwhile" in card.words)
    assert deal.properties["amount"] == "49000"
    portal.token = "rotated"
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: EXPIRED in card.words)
    portal.token = TOKEN
    office.now = NOW + timedelta(minutes=5)
    office.slack.wait(lambda: "undo:1" in card.buttons)
    assert deal.properties["amount"] == "50000"
