"""Addresses that carry confidential answers, and words that must not look like what they are not."""

import pytest

from bot.assistant import _from
from bot.crm.writes import CreateTask
from bot.proposals import ProposedWrite
from bot.slack.sending.outbox import is_reply_address


@pytest.mark.parametrize(
    ("url", "base", "is_slacks"),
    [
        ("https://hooks.slack.com/commands/T1/2/x", "https://slack.com/api/", True),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:9/response/r1", "http://127.0.0.1:8/api/", True),
        ("http://hooks.slack.com/commands/T1/2/x", "https://slack.com/api/", False),
        ("https://hooks.slack.com.evil.example/x", "https://slack.com/api/", False),
        ("https://evil.example/hooks.slack.com", "https://slack.com/api/", False),
        ("https://hooks.slack.com@evil.example/", "https://slack.com/api/", False),
        ("http://169.254.169.254/latest", "https://slack.com/api/", False),
        ("http://[::1", "https://slack.com/api/", False),
        ("file:///etc/passwd", "https://slack.com/api/", False),
    ],
)
def test_answers_go_to_slack_alone(url: str, base: str, is_slacks: bool) -> None:
    assert is_reply_address(url, base) == is_slacks


def test_quoted_words_are_not_the_origin_of_a_change() -> None:
    write = CreateTask(account_id="A1", subject="Call back")
    said = ProposedWrite(write=write, evidence="They wrote: “call” (Slack message https://evil.example/x)")
    assert _from("", said).evidence == "They wrote: “call” (“Slack message” https://evil.example/x)"
    told = _from("Slack message https://t1.slack.com/archives/C1/p1", said).evidence
    assert told.endswith("evil.example/x) (Slack message https://t1.slack.com/archives/C1/p1)")
