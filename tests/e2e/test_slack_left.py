"""What a process leaves on a person's screen when it dies while it shows an answer."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from slack_blocks import Plain
from slack_office import Office
from slack_talk import BRIEF, Typist, posted, settled, ts_of

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
SORRY = "I was restarted while I worked on “brief me on Northwick Dairy”. Please ask again."


def change(office: Office, statement: str, *values: str) -> None:
    """Put into the database what a process leaves that dies in the middle."""
    with closing(sqlite3.connect(office.settings.home / "seller.db")) as database, database:
        assert database.execute(statement, values).rowcount == 1


def dies(office: Office, delivery: Plain) -> None:
    """Let the process that works on a delivery count as dead."""
    change(office, "UPDATE deliveries SET owner = 'dead' WHERE key = ?", f"event:{delivery['event_id']}")


def left_in(office: Office, delivery: Plain, state: str) -> None:
    """Write the delivery back as it stood while its answer was shown."""
    event = delivery["event"]
    place = {
        "channel": event["channel"], "user": event["user"], "direct": True, "thread": f"{event['channel']}:{event['ts']}",
        "thread_ts": event["ts"], "message_ts": event["ts"],
    }  # fmt: skip
    change(
        office, "UPDATE deliveries SET owner = 'dead', state = ?, task = ? WHERE key = ?", state,
        json.dumps({"place": place, "asked": event["text"]}), f"event:{delivery['event_id']}",
    )  # fmt: skip


@pytest.fixture
def another(writing: Office, model: Typist) -> Iterator[list[Office]]:
    """Processes that come after the first one."""
    made: list[Office] = []
    yield made
    model.may_end.set()
    for one in made:
        one.stop()


def test_half_an_answer_that_a_dead_process_left_goes_and_one_apology_comes(
    writing: Office, model: Typist, another: list[Office]
) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.slack.wait(lambda: kept_stream(writing), "a note of the stream")
    dies(writing, asked)
    another.append(Office(writing.settings, writing.slack, "http", model))
    writing.mia.sees("I was restarted")
    assert settled(writing, asked)["went"][-1] == "active"
    model.may_end.set()
    writing.stop()
    assert posted(writing) == [(None, ts_of(asked), SORRY)]
    assert writing.slack.streaming == {}


def kept_stream(office: Office) -> bool:
    """Whether the database knows of a message that grows."""
    with closing(sqlite3.connect(office.settings.home / "seller.db")) as database:
        return database.execute("SELECT count(*) FROM deliveries WHERE task LIKE '%\"stream\"%'").fetchone() == (1,)


def test_an_answer_that_grew_and_was_finished_is_not_apologised_for(office: Office, model: Typist) -> None:
    model.may_end.set()
    streaming = Office(office.settings, office.slack, "http", model)
    asked = streaming.mia.say(BRIEF)
    streaming.mia.sees_card()
    settled(streaming, asked, "suspended")
    assert office.slack.made("chat.startStream")
    streaming.stop()
    left_in(office, asked, "posting")
    before = posted(office)
    office.restart()
    office.slack.wait(lambda: open_ones(office) == 0, "a look")
    assert posted(office) == before


def open_ones(office: Office) -> int:
    """How many deliveries are not done."""
    with closing(sqlite3.connect(office.settings.home / "seller.db")) as database:
        return int(database.execute("SELECT count(*) FROM deliveries WHERE state <> 'done'").fetchone()[0])


@pytest.mark.parametrize("noted", [True, False])
def test_the_card_that_should_have_followed_an_answer_comes_once(office: Office, noted: bool) -> None:
    asked = office.mia.say(BRIEF)
    card = office.mia.sees_card()
    settled(office, asked, "suspended")
    office.stop()
    left_in(office, asked, "posting")
    change(office, "DELETE FROM slack_cards")
    if not noted:
        office.slack.shown.remove(card)
    office.start()
    office.slack.wait(lambda: open_ones(office) == 0, "a look")
    assert [m.buttons[0] for m in office.slack.shown if "approve:1" in m.buttons] == ["approve:1"]
    assert (card in office.slack.shown) is noted
    office.mia.click(office.mia.sees_card(), "approve:1")
    office.slack.wait(lambda: office.app.reader.tasks("A1"), "the task")


def test_a_word_that_decides_finds_the_card_that_a_dead_process_did_not_note(office: Office) -> None:
    asked = office.mia.say(BRIEF)
    card = office.mia.sees_card()
    settled(office, asked, "suspended")
    office.stop()
    change(office, "DELETE FROM slack_cards")
    office.start()
    office.mia.say("approve 1", thread_ts=ts_of(asked))
    office.slack.wait(lambda: "undo:1" in card.buttons, "the card with the outcome")
    assert [message for message in office.slack.shown if message.text.startswith("Proposal ")] == [card]
