"""What the log of the app in Slack never holds."""

import logging

import pytest
from slack_office import Office
from slack_server import APP_TOKEN, BOT_TOKEN, SECRET

http_only = pytest.mark.parametrize("office", ["http"], indirect=True)


def test_no_token_reaches_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office.slack.fail("users.info", 500)
    office.slack.decline("chat.postMessage", "invalid_auth")
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees("no longer takes this app's bot token")
    secrets = (BOT_TOKEN, APP_TOKEN, SECRET)
    assert [r.getMessage() for r in caplog.records if any(secret in str(r.__dict__) for secret in secrets)] == []


@http_only
def test_no_words_and_no_address_of_a_person_reach_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    office.member("UNEW", "nobody@else.example").say("what about Quetzalcoatl?")
    office.slack.wait(lambda: [m for m in office.slack.shown if m.channel == "DUNEW"], "the refusal")
    office.slack.decline("chat.postMessage", "invalid_blocks", times=2)
    office.mia.say("what about Quetzalcoatl?")
    office.slack.wait(lambda: [m for m in office.slack.shown if m.channel == "DUMIA"], "an answer")
    office.mia.command("/brief", "Quetzalcoatl")
    office.slack.wait(lambda: [m for m in office.slack.shown if m.user == "UMIA"], "an answer to the command")
    told = [str(record.__dict__) for record in caplog.records]
    assert [line for line in told if "uetzal" in line or "@else.example" in line or "@example.test" in line] == []
    assert "slack_shape_refused" in "".join(told)
