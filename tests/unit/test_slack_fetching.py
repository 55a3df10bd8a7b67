"""Where the token may be sent, what a file is called on disk, and what is refused by its type."""

import pytest

from bot.slack.files.fetching import is_slacks
from bot.slack.files.reading import order_of
from bot.slack.files.sniffing import suffix_for
from bot.slack.showing.file_views import Dropped, question

SLACK = "https://slack.com/api/"
LOOPBACK = "http://127.0.0.1:4010/api/"


@pytest.mark.parametrize(
    ("url", "base", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/download/call.vtt", SLACK, True),
        ("https://slack.com/files/F1", SLACK, True),
        ("https://files.slack-gov.com/files-pri/T1-F1/call.vtt", "https://slack-gov.com/api/", True),
        ("http://127.0.0.1:4010/files/F1/call.vtt", LOOPBACK, True),
        ("http://127.0.0.1:4011/files/F1/call.vtt", LOOPBACK, False),
        ("https://127.0.0.1:4010/files/F1/call.vtt", LOOPBACK, False),
        ("http://files.slack.com/files-pri/T1-F1/call.vtt", SLACK, False),
        ("https://files.slack.com:8443/call.vtt", SLACK, False),
        ("https://files.slack.com.evil.test/call.vtt", SLACK, False),
        ("https://files.slack.com@evil.test/call.vtt", SLACK, False),
        ("https://evil.test/files.slack.com/call.vtt", SLACK, False),
        ("https://files.slack.com\\@evil.test/call.vtt", SLACK, False),
        ("https://files.slack.com:x/call.vtt", SLACK, False),
        ("file:///etc/passwd", SLACK, False),
        ("", SLACK, False),
    ],
)
def test_the_token_goes_to_slacks_own_hosts_only(url: str, base: str, ours: bool) -> None:
    assert is_slacks(url, base) is ours


@pytest.mark.parametrize(
    ("name", "filetype", "suffix"),
    [
        ("call.VTT", "vtt", ".vtt"),
        ("Untitled", "text", ".txt"),
        ("notes.abc", "markdown", ".md"),
        ("tool.exe", "binary", ".exe"),
        ("noname", "binary", ""),
    ],
)
def test_a_file_is_read_by_its_ending_else_by_its_type(name: str, filetype: str, suffix: str) -> None:
    assert suffix_for(name, {"filetype": filetype}) == suffix


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("summarise this for Northwick", "log"),
        ("please log this call", "log"),
        ("here is the call transcript", "log"),
        ("keep this as a note of Northwick", "note"),
        ("add this to the knowledge base", "draft"),
        ("here it is, please file it as a note", "note"),
        ("do not keep this as a note", None),
        ("who can add this to the playbook?", "ask"),
        ("does the file hold notes of the kick-off", None),
        ("what does this document say about returns?", "ask"),
        ("brief me on Northwick", None),
        ("what do we say when they call us expensive?", None),
        ("", None),
    ],
)
def test_words_with_a_file_may_say_what_to_do(words: str, order: str | None) -> None:
    assert order_of(words) == order


def test_a_button_carries_no_more_than_slack_takes() -> None:
    dropped = Dropped(
        "F0123456789", "n" * 104, "a transcript with 99,999 turns of 99 speakers", True, "a" * 18, "A" * 300, "w" * 300,
        "2026-03-02", "“" * 300, "1770000000.000100", "1770000000.000200",
    )  # fmt: skip
    for element in question(dropped).blocks[-1]["elements"]:
        assert len(element["value"]) <= 2000
        assert len(element["text"]["text"]) <= 75
    assert Dropped.loads(dropped.dumps()) == dropped
