"""Salesforce behind Slack: a brief, a yes that is written in the seller's name, an outage, and the undo."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_office import NOW, RECORDS, Office
from standins.salesforce import Salesforce
from standins.salesforce_world import CONSUMER, serving

from bot.settings import Settings

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
LOG = "log for Northwick Dairy: spoke to Jane Holt, follow up Tuesday"


@pytest.fixture
def crm() -> Iterator[Salesforce]:
    """The office's records in Salesforce."""
    with pytest.MonkeyPatch.context() as patch, serving(patch, NOW, RECORDS) as server:
        yield server


@pytest.fixture
def settings(settings: Settings, crm: Salesforce, tmp_path: Path) -> Settings:
    """The office's settings, with Salesforce and a home of its own."""
    more = {
        "home": tmp_path / "connected", "crm": "salesforce", "salesforce_login_url": crm.url,
        "salesforce_consumer_key": CONSUMER, "salesforce_private_key": SecretStr(crm.register(CONSUMER)),
        "salesforce_username": "integration@crm.example", "crm_timeout": 5,
    }  # fmt: skip
    made = settings.model_copy(update=more)
    made.home.mkdir()
    return made


@pytest.fixture
def synced(office: Office) -> Office:
    """The office, whose mirror is filled."""
    office.app.sync()
    return office


def tasks(crm: Salesforce) -> list[tuple[str, str, str]]:
    """What was written, as what and by whom."""
    rows = [row for row in crm.org.rows["Task"].values() if not row["IsDeleted"]]
    return [(row["TaskSubtype"], row["Status"], row["CreatedById"]) for row in rows]


def test_a_yes_in_slack_is_written_in_the_sellers_name_and_taken_back(synced: Office, crm: Salesforce) -> None:
    synced.mia.say(LOG)
    card = synced.mia.sees_card()
    synced.mia.click(card, "approve:all")
    synced.slack.wait(lambda: "undo:2" in card.buttons, "the outcome")
    assert sorted(tasks(crm)) == [("Call", "Completed", "U-MIA"), ("Task", "Not Started", "U-MIA")]
    assert f"{crm.url}/lightning/r/Task/" in card.words
    synced.mia.click(card, "undo:2")
    synced.slack.wait(lambda: "undo:2" not in card.buttons, "the undo")
    assert tasks(crm) == [("Call", "Completed", "U-MIA")]


def test_a_brief_in_slack_says_as_of_when_while_salesforce_is_away(synced: Office, crm: Salesforce) -> None:
    crm.fail(mode="drop", times=10**9)
    synced.mia.command("/brief", "Northwick Dairy")
    said = synced.mia.sees("Bottom line").words
    assert "the CRM's data is as of 2026-03-02 09:00 UTC. CRM as of 2026-03-02 09:00 UTC." in said
    assert "USD 48,000" in said
