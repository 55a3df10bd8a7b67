"""Answers that a person stops, and errors: the session always leaves `processing`."""

import itertools
from datetime import timedelta

import pytest
from slack_office import NOW, Office
from slack_talk import BRIEF, Typist, posted, settled, ts_of

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


@pytest.mark.parametrize("how", ["button", "word", "composer"])
def test_a_stopped_answer_leaves_nothing_but_the_word(writing: Office, model: Typist, how: str) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    if how == "button":
        writing.slack.streaming.clear()  # Slack ends the streams of a session whose stop button is clicked
        writing.mia.stop(asked)
    else:
        writing.mia.say("stop!", thread_ts=ts_of(asked) if how == "word" else None)
    writing.mia.sees("Stopped.")
    assert model.left.wait(10), "the model's call was not left"
    assert posted(writing) == [(None, ts_of(asked), "Stopped.")]
    assert settled(writing, asked)["went"][-1] == "active"
    assert writing.app.approvals.list() == []
    assert writing.slack.stays(lambda: len(writing.slack.shown) > 1)
    model.may_end.set()
    writing.mia.say(BRIEF)
    assert writing.mia.sees("Bottom line").words.startswith("*Bottom line*")


def test_only_the_asker_stops_an_answer_in_a_channel(writing: Office, model: Typist) -> None:
    asked = writing.mia.mention(BRIEF)
    assert model.asked.acquire(timeout=10)
    writing.omar.stop(asked)
    assert writing.omar.sees("who asked").text == "Only the person who asked can stop this answer."
    writing.omar.mention("stop", thread_ts=ts_of(asked))
    assert writing.omar.sees("Nothing").text == "Nothing of yours is being answered here any more."
    writing.mia.mention("stop", thread_ts=ts_of(asked))
    settled(writing, asked)
    assert [m.words for m in writing.slack.shown if m.user == "UMIA"] == ["Stopped."]


def test_a_stop_that_reaches_another_process_stops_the_answer(office: Office, model: Typist) -> None:
    seconds = itertools.count()
    clock = lambda: NOW + timedelta(seconds=next(seconds))  # noqa: E731
    one, other = (Office(office.settings, office.slack, "http", model, clock) for _ in range(2))
    try:
        asked = one.mia.say(BRIEF)
        assert model.asked.acquire(timeout=10)
        other.mia.stop(asked)
        settled(office, asked)
        model.may_end.set()
        assert one.mia.sees("Stopped.").thread_ts == ts_of(asked)
        assert (posted(office), office.app.approvals.list()) == ([(None, ts_of(asked), "Stopped.")], [])
        again = one.mia.say(BRIEF, thread_ts=ts_of(asked))
        one.mia.sees_card()
        assert settled(office, again, "suspended")["status"] == "suspended"
    finally:
        one.stop()
        other.stop()


@pytest.mark.parametrize("in_thread", [True, False])
def test_a_typed_stop_that_reaches_another_process_stops_the_answer(
    office: Office, model: Typist, in_thread: bool
) -> None:
    seconds = itertools.count()
    clock = lambda: NOW + timedelta(seconds=next(seconds))  # noqa: E731
    one, other = (Office(office.settings, office.slack, "http", model, clock) for _ in range(2))
    try:
        asked = one.mia.say(BRIEF)
        assert model.asked.acquire(timeout=10)
        other.mia.say("stop", thread_ts=ts_of(asked) if in_thread else None)
        other.mia.sees("Nothing of yours is being answered here any more.")
        model.may_end.set()
        assert one.mia.sees("Stopped.").thread_ts == ts_of(asked)
        assert office.app.approvals.list() == []
    finally:
        one.stop()
        other.stop()


def test_what_waits_in_line_may_be_followed_up(writing: Office, model: Typist) -> None:
    writing.mia.mention(BRIEF)
    assert model.asked.acquire(timeout=10)
    second = writing.mia.mention("what needs me today?")
    writing.mia.chat("what is due this week?", thread_ts=ts_of(second))
    model.may_end.set()
    # The brief with its card, and the answers to both.
    writing.slack.wait(lambda: len(writing.slack.made("chat.postEphemeral")) == 4, "all answers")


def test_a_stop_of_what_is_over_ends_the_session(office: Office) -> None:
    asked = office.mia.say("thanks!")
    office.mia.sees("Any time.")
    office.mia.stop(asked)
    assert settled(office, asked)["went"] == ["active"]
    assert [m.words for m in office.slack.shown] == ["Any time."]


def test_an_error_leaves_processing_and_says_its_sentence(office: Office) -> None:
    asked = office.mia.say("brief me on Nordwig Dairies")
    session = settled(office, asked)
    assert session["went"] == ["processing", "active"]
    [said] = office.slack.shown
    assert (said.thread_ts, said.words.split("\n")[0]) == (ts_of(asked), said.text.split("\n")[0])
    assert "Northwick Dairy" in said.words
