"""A card that said a change waits for the CRM is drawn anew once it is applied."""

import threading
from collections.abc import Iterator

import pytest
from slack_office import Office
from slack_server import SlackServer

from bot.crm.local import LocalWriter
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmUnavailable
from bot.settings import Settings

LOG = "log that I spoke to their CFO at Northwick Dairy"


class MoodyCrm(LocalWriter):
    """A CRM that is away until it is switched on."""

    on = threading.Event()

    def apply(self, approval: Approval) -> Receipt:
        """Write, if on."""
        if not self.on.is_set():
            raise CrmUnavailable("The CRM is away.")
        return super().apply(approval)


@pytest.fixture
def moody(settings: Settings, slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The app on a CRM that is away."""
    MoodyCrm.on.clear()
    monkeypatch.setattr("bot.app.LocalWriter", MoodyCrm)
    office = Office(settings, slack, "http")
    yield office
    office.stop()


def come_back(office: Office) -> None:
    """Let the CRM be there, and the worker look again: its clock stands still in tests."""
    MoodyCrm.on.set()
    pause = threading.Event()
    # The first run may still be closing when the card says waiting, and a job under way is not taken again.
    while not office.app.reader.activities("A1"):
        office.app.approvals.recover()
        pause.wait(0.02)


def test_a_card_is_redrawn_once_the_crm_is_back(moody: Office) -> None:
    moody.mia.say(LOG)
    card = moody.mia.sees_card()
    moody.mia.click(card, "approve:1")
    moody.slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    assert card.buttons == []
    come_back(moody)
    moody.slack.wait(lambda: card.buttons == ["undo:1"], "the card with the outcome")
    assert "*In the CRM*, approved by Mia Reyes" in card.words


def test_a_card_that_cannot_be_redrawn_any_more_comes_anew(moody: Office) -> None:
    moody.mia.mention(LOG)
    card = moody.mia.sees_card()
    moody.mia.click(card, "approve:1")
    moody.slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    moody.slack.fail("response", 404)
    come_back(moody)
    again = moody.mia.sees("*In the CRM*")
    assert (again.channel, again.user, again.buttons) == ("DUMIA", None, ["undo:1"])
    assert "The CRM is away." in card.words
