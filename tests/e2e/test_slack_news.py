"""A card that said a change waits for the CRM is drawn anew once it is applied."""

import threading
from collections.abc import Iterator

import pytest
from slack_blocks import Shown
from slack_office import NOW, RECORDS, Office
from slack_server import SlackServer

from bot.crm.local import LocalWriter, upsert_all
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmUnavailable, CrmUnknown
from bot.settings import Settings

LOG = "log that I spoke to their CFO at Northwick Dairy"


class MoodyCrm(LocalWriter):
    """A CRM that is away until it is switched on."""

    on = threading.Event()
    forgets = threading.Event()

    def apply(self, approval: Approval) -> Receipt:
        """Write, if on; one that forgets cannot say whether it did."""
        if not self.on.is_set():
            raise CrmUnavailable("The CRM is away.")
        if self.forgets.is_set():
            raise CrmUnknown("The CRM cannot tell whether it wrote this.")
        return super().apply(approval)


@pytest.fixture
def moody(settings: Settings, slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The app on a CRM that is away."""
    MoodyCrm.on.clear()
    MoodyCrm.forgets.clear()
    monkeypatch.setattr("bot.app.LocalWriter", MoodyCrm)
    office = Office(settings, slack, "http")
    yield office
    office.stop()


def come_back(office: Office) -> None:
    """Let the CRM be there, and the worker look again: its clock stands still in tests."""
    MoodyCrm.on.set()
    pause = threading.Event()
    # The first run may still be closing when the card says waiting, and a job under way is not taken again.
    while any(change.status == "waiting" for one in office.app.approvals.list() for change in one.changes):
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


def test_a_card_is_drawn_anew_without_what_its_person_may_not_see_by_now(
    settings: Settings, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    MoodyCrm.on.clear()
    monkeypatch.setattr("bot.app.LocalWriter", MoodyCrm)
    office = Office(settings.model_copy(update={"crm_sees": "own"}), slack, "http")
    office.mia.say(LOG)
    card = office.mia.sees_card()
    office.mia.click(card, "approve:1")
    slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    moved = [one.model_copy(update={"owner_id": "U-OMAR"}) for one in RECORDS if one.id in ("A1", "O1")]
    upsert_all(office.app.engine, moved, as_of=NOW)
    come_back(office)
    slack.wait(lambda: card.buttons == ["undo:1"], "the card with the outcome")
    office.stop()
    assert "Log activity on the CRM" in card.text
    assert "Northwick" not in card.text


def test_a_change_that_asks_again_comes_as_a_card_of_its_own(moody: Office) -> None:
    moody.mia.say(LOG)
    card = moody.mia.sees_card()
    moody.mia.click(card, "approve:1")
    moody.slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    MoodyCrm.forgets.set()
    come_back(moody)
    again = moody.mia.sees("The CRM cannot tell whether it wrote this.")
    assert again.ts != card.ts
    moody.slack.wait(lambda: "see the newer card" in card.words, "an old card that points to the new one")
    assert (card.buttons, again.buttons) == ([], ["approve:1", "reject:1"])
    MoodyCrm.forgets.clear()
    moody.mia.click(again, "approve:1")
    moody.slack.wait(lambda: again.buttons == ["undo:1"], "the outcome on the new card")
    assert len(moody.app.reader.activities("A1")) == 1


def waiting(office: Office) -> Shown:
    """A card that says that its change waits for the CRM."""
    office.mia.say(LOG)
    card = office.mia.sees_card()
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    return card


def test_a_card_that_waited_is_redrawn_once_after_a_restart(moody: Office) -> None:
    card = waiting(moody)
    moody.stop()
    drawn = len(moody.slack.made("chat.update"))
    MoodyCrm.on.set()
    moody.start()
    moody.app.work()
    come_back(moody)
    moody.slack.wait(lambda: card.buttons == ["undo:1"], "the card with the outcome")
    moody.bolt.tell()
    moody.bolt.tell()
    assert len(moody.slack.made("chat.update")) == drawn + 1
    assert [m.ts for m in moody.slack.shown if "*In the CRM*" in m.words] == [card.ts]


def test_of_two_processes_one_redraws_a_card(moody: Office, settings: Settings) -> None:
    card = waiting(moody)
    drawn = len(moody.slack.made("chat.update"))
    other = Office(settings, moody.slack, "http")
    come_back(moody)
    moody.slack.wait(lambda: card.buttons == ["undo:1"], "the card with the outcome")
    other.bolt.tell()
    moody.bolt.tell()
    other.stop()
    assert len(moody.slack.made("chat.update")) == drawn + 1


def test_a_change_that_asks_again_after_a_restart_comes_as_a_card_of_its_own(moody: Office) -> None:
    card = waiting(moody)
    moody.stop()
    MoodyCrm.forgets.set()
    moody.start()
    moody.app.work()
    come_back(moody)
    again = moody.mia.sees("The CRM cannot tell whether it wrote this.")
    moody.slack.wait(lambda: "see the newer card" in card.words, "an old card that points to the new one")
    assert (again.channel, again.buttons) == ("DUMIA", ["approve:1", "reject:1"])


def test_news_that_could_not_be_sent_are_told_at_the_next_look(moody: Office) -> None:
    moody.mia.mention(LOG)
    card = moody.mia.sees_card()
    moody.mia.click(card, "approve:1")
    moody.slack.wait(lambda: "The CRM is away." in card.words, "a card that says so")
    moody.slack.fail("response", 404, 9)
    moody.slack.decline("chat.postMessage", "internal_error")
    come_back(moody)
    moody.slack.wait(lambda: len(moody.slack.made("chat.postMessage")) == 1, "a message that is refused")
    moody.bolt.tell()
    assert moody.mia.sees("*In the CRM*").channel == "DUMIA"
