"""A Slack that answers with the least: `ok` and nothing else, or only what tells one person from another."""

from collections.abc import Iterator

import pytest
from slack_blocks import Plain
from slack_office import Office
from slack_server import BOT, SlackServer
from slack_talk import BRIEF

from bot.settings import Settings

ASK = "brief me on Northwick Dairy"


class Least(SlackServer):
    """Does what it is asked and says next to nothing of it."""

    tells_who = True

    def _answered(self, method: str, name: str, token: str, params: Plain) -> tuple[int, dict[str, str], Plain]:
        status, _, body = super()._answered(method, name, token, params)
        return status, {}, self._least(method, body) if body.get("ok") else body

    def _least(self, method: str, body: Plain) -> Plain:
        if method == "files.getUploadURLExternal":
            return body
        if method == "auth.test" and self.tells_who:
            return {"ok": True, "user_id": BOT, "team_id": body["team_id"]}
        if method == "users.info" and self.tells_who:
            return {"ok": True, "user": {"id": body["user"]["id"], "profile": body["user"]["profile"]}}
        return {"ok": True}


@pytest.fixture
def slack() -> Iterator[Least]:
    """The Slack of these tests."""
    with Least().open() as server:
        yield server  # type: ignore[misc]


@pytest.fixture
def least(settings: Settings, slack: Least) -> Iterator[Office]:
    """The app in front of it."""
    office = Office(settings, slack, "http")
    yield office
    office.stop()


def test_a_direct_message_is_answered(least: Office) -> None:
    least.mia.say(BRIEF)
    assert "Bottom line" in least.mia.sees("Bottom line").words
    least.mia.sees_card()
    assert least.slack.stays(lambda: any("incident" in m.text for m in least.slack.shown))


def test_a_mention_is_answered_to_the_asker_alone(least: Office) -> None:
    least.mia.mention(ASK)
    answer = least.mia.sees("Bottom line")
    assert (answer.channel, answer.user) == ("C1", "UMIA")
    least.mia.sees_card()
    assert least.slack.stays(lambda: any("incident" in m.text for m in least.slack.shown))


def test_a_command_and_a_click_are_answered(least: Office) -> None:
    least.mia.command("/brief", "Northwick Dairy")
    card = least.mia.sees_card()
    before = len(least.slack.calls)
    least.mia.click(card, "approve:1")
    least.slack.wait(
        lambda: any("In the CRM" in str(call.params) for call in least.slack.calls[before:]), "the outcome"
    )
    assert least.slack.stays(lambda: any("incident" in m.text for m in least.slack.shown))


def test_a_form_opens(least: Office) -> None:
    least.mia.command("/log", "")
    least.slack.wait(lambda: least.slack.modals, "a form")
    assert least.slack.stays(lambda: any("incident" in m.text for m in least.slack.shown))


def test_a_chart_is_shown(least: Office) -> None:
    least.mia.say("how does the pipeline look?")
    least.mia.sees("Pipeline")
    least.slack.wait(lambda: least.slack.made("files.completeUploadExternal"), "a picture")
    assert least.slack.stays(lambda: any("incident" in m.text for m in least.slack.shown))


def test_home_is_drawn_and_a_brief_is_asked_there(least: Office) -> None:
    least.mia.opens()
    least.slack.wait(lambda: least.slack.made("views.publish"), "the tab")
    assert "incident" not in str(least.slack.made("views.publish")[-1].params)


def test_who_cannot_be_told_is_told_so(least: Office, slack: Least) -> None:
    slack.tells_who = False
    least.mia.say(BRIEF)
    least.mia.mention(ASK)
    least.mia.command("/brief", "Northwick")
    told = "Your Slack profile shows me no e-mail address"
    slack.wait(lambda: sum(told in m.text for m in slack.shown) == 3, "three sentences")
    assert [m.user for m in slack.shown if m.channel == "C1"] == ["UMIA", "UMIA"]
