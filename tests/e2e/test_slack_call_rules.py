"""A dropped call in Slack: who agreed is asked once, and the file is found again for the answer and for another view."""

from collections.abc import Callable

import pytest
from slack_office import Office

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)

CALL = b"""WEBVTT

00:00:02.000 --> 00:00:05.000
<v Mia Reyes>Good morning Jane.

00:00:09.000 --> 00:00:14.000
<v Jane Holt>Good morning. We have decided to start with plant 2.

00:00:23.000 --> 00:00:30.000
<v Mia Reyes>I'll send you the security paper by Friday.
"""
WORDS = "summarise this for Northwick, it was today"


def test_consent_is_asked_for_and_the_answer_finds_the_file_again(office: Office) -> None:
    office.mia.share(office.slack.drop("call.vtt", CALL), text=WORDS)
    asked = office.mia.sees("Did everybody agree to the recording?")
    assert "1. Everybody agreed" in asked.words
    office.mia.say("1", thread_ts=asked.thread_ts)
    summary = office.mia.sees("*Bottom line*").words
    assert "Recording consent: everybody agreed, stated by Mia Reyes" in summary
    assert len(office.slack.downloads) == 2
    customer_success(office, lambda: office.mia.say("customer-success view", thread_ts=asked.thread_ts))
    assert office.slack.errors == []


def customer_success(office: Office, ask: Callable[[], object]) -> str | None:
    """Ask for the other view and return the thread in which it comes, beneath the summary that has its heading, too."""
    before = len(office.slack.shown)
    ask()
    [view] = office.slack.wait(
        lambda: [one for one in office.slack.shown[before:] if "*Not said in this call*" in one.words]
    )
    return view.thread_ts


def test_a_pasted_call_is_asked_about_and_found_again(office: Office) -> None:
    pasted = "\n".join(["Mia Reyes: Good morning.", "Jane Holt: We have decided to start with plant 2."] * 3)
    office.mia.say(f"{WORDS}:\n{pasted}")
    asked = office.mia.sees("Did everybody agree to the recording?")
    office.mia.say("everybody agreed", thread_ts=asked.thread_ts)
    assert "stated by Mia Reyes" in office.mia.sees("*Bottom line*").words


def test_a_call_on_a_person_is_released_by_its_host_alone(office: Office) -> None:
    private = CALL.replace(b"We have decided", b"We will have to let Lars go at the end of May. We have decided")
    office.mia.share(
        office.slack.drop("call.vtt", private.replace(b"WEBVTT\n", b"WEBVTT\n\nNOTE Consent: all\n", 1)), text=WORDS
    )
    held = office.mia.sees("touches personnel (1 line)")
    assert "Lars" not in "".join(shown.words for shown in office.slack.shown)
    office.mia.say("release it", thread_ts=held.thread_ts)
    assert "Touches personnel; released by Mia Reyes" in office.mia.sees("*Bottom line*").words


def test_consent_is_given_with_a_button_in_a_direct_message(office: Office) -> None:
    office.mia.share(office.slack.drop("call.vtt", CALL), text=WORDS)
    asked = office.mia.sees("Did everybody agree to the recording?")
    office.mia.click(asked, "say:0")
    assert "Recording consent: everybody agreed, stated by Mia Reyes" in office.mia.sees("*Bottom line*").words
    customer_success(office, lambda: _press(office, "Customer-success view"))
    assert office.slack.errors == []


def test_consent_is_given_with_a_button_in_a_thread(office: Office) -> None:
    office.mia.share(office.slack.drop("call.vtt", CALL), text=WORDS, thread_ts=office.mia.say("help")["event"]["ts"])
    asked = office.mia.sees("Did everybody agree to the recording?")
    office.mia.click(asked, "say:0")
    assert office.mia.sees("*Bottom line*").thread_ts == asked.thread_ts
    assert customer_success(office, lambda: _press(office, "Customer-success view")) == asked.thread_ts
    assert office.slack.errors == []


@pytest.mark.parametrize(
    ("button", "said"),
    [("say:1", "not everybody agreed to the recording"), ("say:2", "as long as nobody knows whether all agreed")],
)
def test_without_consent_a_click_says_what_is_possible_instead(office: Office, button: str, said: str) -> None:
    office.mia.share(office.slack.drop("call.vtt", CALL), text=WORDS)
    office.mia.click(office.mia.sees("Did everybody agree to the recording?"), button)
    assert "write down from memory what was agreed" in office.mia.sees(said).words
    assert "plant 2" not in "".join(shown.words for shown in office.slack.shown)


def test_a_call_that_waits_is_released_with_a_button(office: Office) -> None:
    private = CALL.replace(b"We have decided", b"We will have to let Lars go at the end of May. We have decided")
    agreed = private.replace(b"WEBVTT\n", b"WEBVTT\n\nNOTE Consent: all\n", 1)
    office.mia.share(office.slack.drop("call.vtt", agreed), text=WORDS)
    office.mia.click(office.mia.sees("touches personnel (1 line)"), "say:0")
    assert "Touches personnel; released by Mia Reyes" in office.mia.sees("*Bottom line*").words


def _press(office: Office, label: str) -> None:
    """Click what the end of an answer offers, once it is there."""
    office.mia.sees("Follow-up mail")
    for shown in reversed(office.slack.shown):
        for block in shown.blocks:
            for one in block.get("elements", ()) if block["type"] == "actions" else ():
                if one["text"]["text"] == label:
                    office.mia.click(shown, one["action_id"])
                    return
    raise AssertionError(f"No button says {label}.")


def test_a_call_that_waits_is_not_kept_as_a_note_either(office: Office) -> None:
    private = CALL.replace(b"We have decided", b"We will have to let Lars go at the end of May. We have decided")
    office.mia.share(office.slack.drop("northwick.vtt", private))
    office.mia.click(office.mia.sees("northwick.vtt"), "file:note")
    office.mia.sees("touches personnel and is not kept")
    assert office.app.library.documents() == []
