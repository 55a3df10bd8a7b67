"""Suggested prompts of a direct message: fitting the person and the day, and never in the way."""

from collections.abc import Iterator

import pytest
from slack_blocks import Plain
from slack_day import DAY
from slack_office import NOW, Office
from slack_server import SlackServer

from bot.crm.local import upsert_all
from bot.settings import Settings


@pytest.fixture
def busy(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP, and Mia with a full day."""
    office = Office(settings, slack, "http")
    upsert_all(office.app.engine, DAY, as_of=NOW)
    yield office
    office.stop()


@pytest.mark.parametrize("tab", ["messages", None])
def test_prompts_fit_the_role_and_the_day(busy: Office, tab: str | None) -> None:
    def offered(number: int) -> Plain:
        made = busy.slack.wait(
            lambda: (found := busy.slack.made("assistant.threads.setSuggestedPrompts"))[number:] and found, "prompts"
        )
        return made[number].params

    busy.mia.opens(tab)
    mine = offered(0)
    pellworm = "Pellworm & Sons <North>"
    assert mine == {
        "channel_id": "DUMIA",
        "title": "What can I do for you?",
        "prompts": [
            {"title": f"Brief me on {pellworm}: meeting at 15:00", "message": f"Brief me on {pellworm}"},
            {"title": "What needs me today?", "message": "What needs me today?"},
            {"title": "Draft a note to Northwick Dairy's CFO", "message": "Draft a note to Northwick Dairy's CFO"},
            {
                "title": "What do we say when they call us expensive?",
                "message": "What do we say when they call us expensive?",
            },
        ],
    }
    busy.lena.opens(tab)
    assert [prompt["title"] for prompt in offered(1)["prompts"]][:1] == ["What is due?"]
    assert busy.slack.errors == []


def test_a_slack_that_knows_no_prompts_is_no_trouble(busy: Office) -> None:
    busy.slack.fail("assistant.threads.setSuggestedPrompts", 404)
    busy.mia.opens("messages")
    busy.slack.wait(lambda: busy.slack.made("assistant.threads.setSuggestedPrompts"))
    busy.mia.say("what needs me today?")
    busy.mia.sees("Deals that need you")
    assert [m.words for m in busy.slack.shown if "wrong" in m.words] == []
