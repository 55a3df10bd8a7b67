"""Talking in Slack: threads, sessions, streams, stop, follow-ups, edits, and words that are no questions."""

import itertools
import shutil
import threading
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from slack_blocks import Plain
from slack_office import NOW, Office
from slack_sdk import WebClient
from slack_server import BOT, BOT_TOKEN, SlackServer
from sqlalchemy import func, select

from bot import skills
from bot.llm import Completion, OnPartial
from bot.llm.deadline import Attempt, within
from bot.proposals import Line, Usage
from bot.slack.outbox import Place
from bot.slack.sessions import LOADING, REST, Sessions, SmallTalk
from bot.slack.streams import Stream
from bot.slack.views import Message, sections
from bot.store.answers import Answers
from bot.store.tables import metadata
from prompts import Rendered
from tests.conftest import TODAY
from tests.fake_model import FakeModel, T, parts

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
BRIEF = "brief me on Northwick Dairy"
LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
LINES = ("Northwick Dairy is a prospect.", "Jane Holt is the CFO.", "Northwick plant 2 is worth USD 48,000.")
WORDED = {
    "bottom_line": [{"text": text, "cites": [n]} for text, n in zip(LINES, (1, 3, 2), strict=True)],
    "what_happened": [],
    "risks": [],
    "play": [],
}


class Typist(FakeModel):
    """A model that writes its lines and then thinks until a test lets it go on; waited for as a real one is."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__(answers)
        self.may_end, self.left, self.asked = threading.Event(), threading.Event(), threading.Semaphore(0)

    def write(self, rendered: Rendered, schema: type[T], on_partial: OnPartial | None = None) -> Completion[T]:
        """Write the answer that this prompt is to have."""
        self.sent.append(rendered)
        self.asked.release()
        answer = self.answers[rendered.name]
        assert isinstance(answer, Mapping)

        def work(attempt: Attempt) -> T:
            for partial in parts(answer):
                attempt.emit(partial)
            while not self.may_end.wait(0.01):
                if attempt.cancelled:
                    self.left.set()
                    break
            return schema.model_validate(answer)

        return Completion(within(30, work, on_partial), Usage(), self.name, rendered.version, 1.0)


@pytest.fixture
def model() -> Typist:
    """The model of the office, where a test asks for one."""
    return Typist({"brief": WORDED})


@pytest.fixture
def writing(office: Office, model: Typist) -> Iterator[Office]:
    """The office with a model."""
    opened = Office(office.settings, office.slack, "http", model)
    yield opened
    model.may_end.set()
    opened.stop()


def ts_of(delivery: Plain) -> str:
    """The timestamp of a message."""
    return str(delivery["event"]["ts"])


def settled(office: Office, delivery: Plain, status: str = "active") -> Plain:
    """Wait until the session of a message's thread has left `processing`."""
    event = delivery["event"]
    key = event["channel"], event.get("thread_ts") or event["ts"]

    def look() -> Plain | None:
        session = office.slack.sessions.get(key)
        return session if session and session["status"] == status else None

    return office.slack.wait(look, f"a session that is {status}")


def posted(office: Office, before: int = 0) -> list[tuple[str | None, str | None, str]]:
    """(who sees it, thread, first line) of all messages."""
    return [(m.user, m.thread_ts, m.words.split("\n")[0]) for m in office.slack.shown[before:]]


# Threads and what they keep


def test_a_direct_message_opens_a_thread_with_a_session(office: Office) -> None:
    asked = office.mia.say(BRIEF)
    office.mia.sees_card()
    session = settled(office, asked, "suspended")
    assert session == {
        "title": "Brief: Northwick Dairy", "by": "UMIA", "went": ["processing", "suspended"], "status": "suspended",
    }  # fmt: skip
    card = office.mia.sees_card()
    assert posted(office) == [
        (None, ts_of(asked), "*Bottom line*"), (None, ts_of(asked), card.words.split("\n")[0]),
    ]  # fmt: skip
    loading = [c.params["loading_messages"] for c in office.slack.made("assistant.threads.setStatus")]
    assert loading == [["Looking into it…", *LOADING], ["Reading notes and playbook…"]]
    assert office.slack.errors == []


def test_a_mention_is_answered_outside_of_an_empty_thread_and_titled_in_the_askers_words(office: Office) -> None:
    asked = office.mia.mention("brief me on  Pellworm &amp; Sons")
    brief = office.mia.sees("Bottom line")
    session = settled(office, asked)
    assert (brief.user, brief.thread_ts) == ("UMIA", None)
    assert session == {
        "title": "brief me on Pellworm & Sons", "by": "UMIA", "went": ["processing", "active"], "status": "active",
    }  # fmt: skip
    assert office.slack.made("assistant.threads.setStatus") == []
    assert office.slack.made("agents.sessions.rename") == []


def test_a_mention_in_a_thread_is_answered_there(office: Office) -> None:
    office.mia.mention(BRIEF, thread_ts="1770000000.000001")
    assert office.mia.sees("Bottom line").thread_ts == "1770000000.000001"


def test_a_title_is_cut(office: Office) -> None:
    asked = office.mia.say("what do we say about " + "prices " * 60)
    assert settled(office, asked)["title"] == ("what do we say about " + "prices " * 60)[:200]


def test_approve_in_the_composer_means_what_was_just_shown(office: Office) -> None:
    office.mia.say(BRIEF)
    office.mia.sees_card()
    said = office.mia.say("approve")
    settled(office, said)
    assert [task.subject for task in office.app.reader.tasks("A1")] == ["Agree a next step on Northwick plant 2"]


def test_a_yes_that_may_mean_two_proposals_is_asked_back(office: Office) -> None:
    first = office.mia.say(BRIEF)
    settled(office, first, "suspended")
    second = office.mia.say(LOG)
    settled(office, second, "suspended")
    newest, oldest = (
        proposal.id for proposal in sorted(office.app.approvals.list(), key=lambda p: len(p.changes) * -1)
    )
    office.mia.say("approve")
    said = office.mia.sees("proposals wait")
    either = {
        f"{newest} (log activity, Northwick Dairy); {oldest} (create task, Northwick Dairy)": newest,
        f"{oldest} (create task, Northwick Dairy); {newest} (log activity, Northwick Dairy)": oldest,
    }
    [(listed, example)] = [(words, one) for words, one in either.items() if words in said.text]
    assert said.text == (
        f"2 proposals wait for you here: {listed}. Say which, such as “approve {example}”, or use the buttons of its card."
    )
    assert office.app.reader.tasks("A1") == []

    named = office.mia.say(f"approve {oldest}")
    settled(office, named)
    assert [task.subject for task in office.app.reader.tasks("A1")] == ["Agree a next step on Northwick plant 2"]
    in_its_thread = office.mia.say("approve", thread_ts=ts_of(second))
    settled(office, in_its_thread)
    assert [a.subject for a in office.app.reader.activities("A1")] == ["Call with Jane Holt (CFO)"]


def test_a_reply_in_an_older_thread_goes_on_with_that_one(office: Office) -> None:
    first = office.mia.say("brief me on Pellworm")
    settled(office, first)
    second = office.mia.say(BRIEF)
    settled(office, second, "suspended")
    again = office.mia.say("brief me", thread_ts=ts_of(first))
    office.slack.wait(lambda: settled(office, again)["went"].count("active") == 2)
    assert "Pellworm &amp; Sons" in office.slack.shown[-1].words
    assert office.slack.shown[-1].thread_ts == ts_of(first)
    # What was talked of last is what a new message goes on with.
    third = office.mia.say("brief me")
    office.slack.wait(
        lambda: (office.slack.sessions.get(("DUMIA", ts_of(third))) or {}).get("title", "").startswith("Brief: ")
    )


def test_and_another_account_asks_for_the_same_again(office: Office) -> None:
    asked = office.mia.say(BRIEF)
    settled(office, asked, "suspended")
    office.mia.say("and Pellworm?", thread_ts=ts_of(asked))
    brief = office.mia.sees("Pellworm &amp; Sons")
    assert (brief.thread_ts, brief.words.split("\n")[0]) == (ts_of(asked), "*Bottom line*")


def test_yesterdays_conversation_is_not_gone_on_with(office: Office) -> None:
    now = {"at": NOW}
    later = Office(office.settings, office.slack, "http", clock=lambda: now["at"])
    try:
        settled(later, later.mia.say(BRIEF), "suspended")
        now["at"] = NOW + timedelta(hours=13)
        later.mia.say("approve")
        assert later.mia.sees("nothing waiting").text == (
            "There is nothing waiting for your yes in this conversation; `seller proposals list` shows all."
        )
    finally:
        later.stop()


# Streams


def test_checked_lines_are_streamed_and_the_answer_takes_their_place(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    [begun] = writing.slack.made("chat.startStream")
    assert begun.params == {
        "channel": "DUMIA", "thread_ts": ts_of(asked), "markdown_text": f"• {LINES[0]}\n",
    }  # fmt: skip
    growing = writing.slack.shown[-1]
    model.may_end.set()
    settled(writing, asked, "suspended")
    assert growing.words.startswith("*Bottom line*\n") and growing.words.count(LINES[0]) == 1
    assert [m for m in writing.slack.shown if LINES[0] in m.words or LINES[0] in m.text] == [growing]
    assert (writing.slack.streaming, writing.slack.errors) == ({}, [])
    answer = Answers(writing.app.engine).to_question("DUMIA", ts_of(asked))
    assert answer is not None
    assert (answer.shown, answer.question) == ((growing.ts,), BRIEF)


def test_where_the_stream_cannot_be_replaced_it_is_taken_away(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.slack.refuse("chat.update", "edit_window_closed")
    model.may_end.set()
    settled(writing, asked, "suspended")
    assert [m.words.split("\n")[0][:13] for m in writing.slack.shown] == [
        "*Bottom line*",
        "*Proposal " + card_id(writing),
    ]


def card_id(office: Office) -> str:
    """The first signs of the one proposal's id."""
    return office.app.approvals.list()[0].id[:3]


@pytest.mark.parametrize("error", ["unknown_method", "missing_scope"])
def test_a_workspace_that_knows_no_agents_gets_its_answer_in_one_message(
    writing: Office, model: Typist, error: str
) -> None:
    for method in (
        "chat.startStream",
        "agents.sessions.setStatus",
        "assistant.threads.setStatus",
        "agents.sessions.rename",
    ):
        writing.slack.refuse(method, error)
    model.may_end.set()
    writing.mia.say(BRIEF)
    writing.mia.sees_card()
    assert [m.words.split("\n")[0][:13] for m in writing.slack.shown] == [
        "*Bottom line*",
        "*Proposal " + card_id(writing),
    ]
    # What is not known is not asked for again at the next question.
    asked = len(writing.slack.made("agents.sessions.setStatus"))
    writing.mia.say("thanks, and now brief me on Northwick Dairy")
    writing.slack.wait(lambda: len(writing.slack.shown) > 2)
    assert len(writing.slack.made("agents.sessions.setStatus")) == asked == 1


@pytest.mark.parametrize("status", [429, 500])
@pytest.mark.parametrize(
    "method",
    ["chat.startStream", "chat.stopStream", "chat.update", "agents.sessions.setStatus", "agents.sessions.rename",
     "assistant.threads.setStatus"],
)  # fmt: skip
def test_small_talk_that_fails_costs_nothing(writing: Office, model: Typist, method: str, status: int) -> None:
    writing.slack.fail(method, status, Retry_After="0")
    model.may_end.set()
    asked = writing.mia.say(BRIEF)
    writing.mia.sees_card()
    event = asked["event"]
    writing.slack.wait(
        lambda: writing.slack.sessions.get((event["channel"], event["ts"]), {}).get("status") in (None, "suspended")
    )
    once = ["*Bottom line*", "*Proposal " + card_id(writing)]
    writing.slack.wait(lambda: [m.words.split("\n")[0][:13] for m in writing.slack.shown] == once, "the answer, once")
    assert writing.slack.streaming == {}


def test_in_a_channel_nothing_is_streamed(writing: Office, model: Typist) -> None:
    model.may_end.set()
    writing.mia.mention(BRIEF)
    assert writing.mia.sees("Bottom line").user == "UMIA"
    assert writing.slack.made("chat.startStream") == []


@pytest.mark.usefixtures("office")
def test_a_stream_grows_once_a_second_and_shows_words_as_they_are(slack: SlackServer) -> None:
    now = [100.0]
    client = WebClient(BOT_TOKEN, slack.api_url)
    place = Place("DUMIA", "UMIA", True, "DUMIA:1", "1770000000.000001", "1770000000.000001")
    stream = Stream(SmallTalk(client), client, place, clock=lambda: now[0])
    said = "See <https://evil.example|here>, <!channel> @mia *now* [x](https://evil.example) & `run` www.evil.example"
    stream.add(Line(text=said))
    stream.add(Line(text="Second."))
    assert slack.made("chat.appendStream") == []
    now[0] += 1.0
    stream.add(Line(text="Third."))
    shown = slack.shown[0].text
    assert shown == (
        "• See &lt;https:\u200b//evil.example\\|here&gt;, &lt;\\!channel&gt; @\u200bmia \\*now\\* \\[x\\]\\(https:\u200b//evil.example\\) "
        "&amp; \\`run\\` www\u200b.evil.example\n• Second.\n• Third.\n"
    )
    now[0] += 1.0
    stream.add(Line(text="x" * 10_000))
    assert len(slack.made("chat.appendStream")) == 1
    assert stream.replace([Message("All.", sections(["All."]))]) == [slack.shown[0].ts]
    assert (slack.shown[0].words, slack.streaming, slack.errors) == ("All.", {}, [])


@pytest.mark.usefixtures("office")
def test_a_method_that_is_refused_is_tried_again_after_a_while(slack: SlackServer) -> None:
    now = [100.0]
    client = WebClient(BOT_TOKEN, slack.api_url)
    sessions = Sessions(SmallTalk(client, clock=lambda: now[0]))
    place = Place("C1", "UMIA", False, "C1:UMIA:1", "1770000000.000001", "1770000000.000001")
    slack.refuse("agents.sessions.setStatus")
    assert [sessions.begin(place, "hello"), sessions.begin(place, "hello")] == [False, False]
    assert len(slack.made("agents.sessions.setStatus")) == 1
    now[0] += REST
    sessions.begin(place, "hello")
    assert len(slack.made("agents.sessions.setStatus")) == 2
    slack.fail("agents.sessions.setStatus", 429, Retry_After="7")
    now[0] += REST
    sessions.begin(place, "hello")
    now[0] += 6.0
    sessions.begin(place, "hello")
    assert len(slack.made("agents.sessions.setStatus")) == 3


# Stop


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
    assert writing.omar.sees("Nothing").text == "Nothing is running here that could be stopped."
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


# Follow-ups in channels


def test_a_follow_up_in_a_thread_needs_no_mention(office: Office) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    before = len(office.slack.shown)
    office.mia.chat("brief me on Pellworm", thread_ts=root)
    brief = office.mia.sees("Pellworm &amp; Sons")
    assert (brief.user, brief.channel, brief.thread_ts) == ("UMIA", "C1", root)
    assert len(office.slack.shown) == before + 1


def test_other_talk_in_a_channel_is_dropped_unread(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    before, kept = len(office.slack.shown), rows(office)
    caplog.clear()
    theirs = office.omar.chat(BRIEF, thread_ts=root)
    office.omar.edit(theirs, f"{BRIEF}, please")
    office.omar.delete(theirs)
    office.mia.chat(BRIEF)
    office.mia.chat(BRIEF, thread_ts="1770000000.000777")
    office.mia.chat("<@UOMAR> can you " + BRIEF, thread_ts=root)
    office.mia.chat("<!here> " + BRIEF, thread_ts=root)
    office.mia.chat(f"<@{BOT}> {BRIEF}", thread_ts=root)
    office.mia.chat("thanks!", thread_ts=root)
    office.mia.chat(BRIEF, thread_ts=root, bot_id="B9")
    assert office.slack.stays(lambda: len(office.slack.shown) > before)
    assert rows(office) == kept
    assert [record for record in caplog.records if BRIEF in str(record.__dict__)] == []


def rows(office: Office) -> dict[str, int]:
    """How many rows each table of the store has."""
    with office.app.engine.connect() as connection:
        return {
            t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in metadata.sorted_tables
        }


def test_two_people_in_one_thread_are_kept_apart(office: Office) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    office.omar.mention("brief me on Pellworm", thread_ts=root)
    office.omar.sees("Pellworm")
    office.mia.chat("brief me", thread_ts=root)
    office.omar.chat("brief me", thread_ts=root)
    office.slack.wait(lambda: len([m for m in office.slack.shown if "*Bottom line*" in m.words]) == 4)
    briefs = [(m.user, "Northwick Dairy" in m.words) for m in office.slack.shown if "*Bottom line*" in m.words]
    assert sorted(briefs) == [("UMIA", True), ("UMIA", True), ("UOMAR", False), ("UOMAR", False)]


# Edits


def test_an_edited_question_is_answered_anew_in_its_place(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    [answer, card] = office.slack.shown
    old = card.button("approve:all")["value"][:-2]
    office.mia.edit(asked, BRIEF)
    office.slack.wait(lambda: "Answered anew" in answer.words, "the new answer")
    assert answer.words.split("\n")[0] == "*Bottom line*"
    assert answer.words.endswith("\nAnswered anew, after the edit.")
    office.slack.wait(lambda: len(office.slack.shown) == 3, "the new card")
    assert [p.changes[0].write.kind for p in office.app.approvals.list()] == ["create_task"]
    assert {change.status for change in office.app.approvals.get(old).changes} == {"rejected"}
    office.mia.click(card, "approve:all")
    office.slack.wait(lambda: card.buttons == [], "the old card without buttons")
    assert office.app.reader.activities("A1") == []


def test_an_edit_that_asks_for_the_same_changes_nothing(office: Office) -> None:
    asked = office.mia.say(BRIEF)
    settled(office, asked, "suspended")
    before = [(m.ts, m.words) for m in office.slack.shown]
    office.mia.edit(asked, BRIEF)
    office.mia.edit(asked, f" {BRIEF}  ")
    unfurled = office.mia.edit(asked, BRIEF, edited=None, attachments=[{"from_url": "https://example.test"}])
    assert unfurled["event"]["message"]["edited"] is None
    assert office.slack.stays(lambda: [(m.ts, m.words) for m in office.slack.shown] != before)


def test_a_misspelt_name_is_put_right_by_an_edit(office: Office) -> None:
    asked = office.mia.say("brief me on Nordwig Dairies")
    settled(office, asked)
    [said] = office.slack.shown
    office.mia.edit(asked, BRIEF)
    office.slack.wait(lambda: said.words.startswith("*Bottom line*"), "the brief in its place")
    assert said.words.endswith("\nAnswered anew, after the edit.")


def test_an_edited_mention_is_answered_anew_to_the_asker(office: Office) -> None:
    asked = office.mia.mention(LOG)
    office.mia.sees_card()
    [old] = office.app.approvals.list()
    office.mia.edit(asked, f"<@{BOT}> brief me on Pellworm")
    brief = office.mia.sees("Pellworm &amp; Sons")
    assert (brief.user, brief.channel) == ("UMIA", "C1")
    assert brief.words.endswith("\nAnswered anew, after the edit.")
    assert {change.status for change in office.app.approvals.get(old.id).changes} == {"rejected"}


def test_an_answer_that_was_deleted_meanwhile_is_posted_anew(office: Office) -> None:
    asked = office.mia.say("brief me on Nordwig Dairies")
    settled(office, asked)
    office.slack.shown.clear()
    office.slack.refuse("chat.update", "message_not_found")
    office.mia.edit(asked, BRIEF)
    brief = office.mia.sees("*Bottom line*")
    assert (brief.thread_ts, brief.words.endswith("\nAnswered anew, after the edit.")) == (ts_of(asked), True)


def test_a_command_is_gone_on_with_in_the_composer(office: Office) -> None:
    office.mia.command("/brief", "Northwick Dairy", channel="DUMIA")
    office.mia.sees_card()
    said = office.mia.say("approve")
    settled(office, said)
    assert [task.subject for task in office.app.reader.tasks("A1")] == ["Agree a next step on Northwick plant 2"]


def test_what_was_approved_is_not_proposed_again_by_an_edit(office: Office) -> None:
    asked = office.mia.say(LOG)
    card = office.mia.sees_card()
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "undo:1" in card.buttons)
    before = len(office.slack.shown)
    office.mia.edit(asked, LOG.replace("Tuesday", "Friday"))
    assert office.mia.sees("decided on before").text == (
        "The changes of the answer to this were decided on before the edit, so the answer stays as it is; "
        "write what should be different as a new message."
    )
    assert len(office.slack.shown) == before + 1
    assert len(office.app.approvals.list(live_only=False)) == 1


def test_an_edit_of_a_yes_decides_nothing(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    said = office.mia.say("reject 2", thread_ts=ts_of(asked))
    office.slack.wait(lambda: "Rejected" in office.slack.shown[-1].words)
    office.mia.edit(said, "approve 1")
    assert office.slack.stays(lambda: bool(office.app.reader.activities("A1")))


def test_a_question_edited_while_it_is_answered_is_answered_once(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.mia.edit(asked, "brief me on Pellworm")
    assert model.asked.acquire(timeout=10) and model.asked.acquire(timeout=10)
    model.may_end.set()
    writing.mia.sees("Pellworm &amp; Sons")
    assert [m.words.split("\n")[0] for m in writing.slack.shown] == ["*Bottom line*"]
    assert "Northwick" not in writing.slack.shown[0].words


def test_a_deleted_question_is_not_answered(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.mia.delete(asked)
    writing.slack.wait(lambda: not writing.slack.shown, "an end without a word")
    settled(writing, asked)
    assert writing.slack.stays(lambda: bool(writing.slack.shown))


# Words that are no questions


@pytest.mark.parametrize("words", ["thanks!", "Thank you so much 🙏", ":thumbsup::skin-tone-3:", "👍", "ok, great"])
def test_thanks_are_no_question(office: Office, words: str) -> None:
    office.mia.say(words)
    assert office.mia.sees("Any time.").text == "Any time."
    assert office.app.library.gap_log.all() == []
    assert office.slack.made("agents.sessions.setStatus") == []


@pytest.mark.parametrize("words", ["", "?"])
def test_an_empty_mention_is_shown_how_to_ask(office: Office, words: str) -> None:
    office.mia.mention(words)
    said = office.mia.sees("Ask me")
    ways = [f"• {card.examples[0]}" for card in skills.cards().values()]
    assert said.words.split("\n") == [
        "Ask me in your own words, such as:",
        *ways,
        "Write “help” for all that I can do.",
    ]
    assert said.user == "UMIA"


@pytest.mark.parametrize("words", ["help", "What can you do?"])
def test_help_lists_every_skill_with_its_command(office: Office, words: str) -> None:
    office.mia.say(words)
    said = office.mia.sees("What I can do").words.split("\n")
    assert said[:-2] == [
        line
        for card in skills.cards().values()
        for line in (
            f"*{card.command or card.name}*: {card.description}",
            "such as " + ", ".join(f"“{example}”" for example in card.examples),
        )
    ]


@pytest.mark.parametrize("text", [f"`<@{BOT}> {BRIEF}`", f"look:\n```\n<@{BOT}> {BRIEF}\n```"])
def test_a_mention_inside_code_is_no_question(office: Office, text: str) -> None:
    event = {"type": "app_mention", "channel": "C1", "user": "UMIA", "text": text, "ts": "1770000000.000009"}
    office.mia.repeat({"type": "event_callback", "team_id": "T1", "event_id": "EvCode", "event": event})
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_another_bot_gets_no_answer(office: Office) -> None:
    event = {
        "type": "app_mention", "channel": "C1", "user": "UBOT2", "bot_id": "B2", "app_id": "A2",
        "text": f"<@{BOT}> {BRIEF}", "ts": "1770000000.000009",
    }  # fmt: skip
    office.mia.repeat({"type": "event_callback", "team_id": "T1", "event_id": "EvBot", "event": event})
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_a_long_paste_gets_a_plain_sentence(office: Office) -> None:
    office.mia.say("words " * 6666)
    assert office.mia.sees("characters").text == (
        "That is 39,995 characters, and I read 20,000 at once; drop it here as a file, such as a .txt, and say what to do "
        "with it, or shorten it."
    )


def test_ten_messages_at_once_are_answered_in_order_and_hold_up_nobody(office: Office) -> None:
    with office.slack.holding("chat.postMessage"):
        asked = [office.mia.say(f"brief me on {name}") for name in ("Northwick Dairy", "Pellworm") * 5]
        office.slack.wait(lambda: office.slack.made("chat.postMessage"), "the first answer")
        office.omar.mention("brief me on Pellworm")
        office.omar.sees("Bottom line")
        assert len(office.slack.made("chat.postMessage")) == 1
    office.slack.wait(lambda: len({m.thread_ts for m in office.slack.shown if m.channel == "DUMIA"}) == 10)
    order = list(dict.fromkeys(m.thread_ts for m in office.slack.shown if m.channel == "DUMIA"))
    assert order == [ts_of(one) for one in asked]


def test_two_threads_of_one_person_are_answered_side_by_side(writing: Office, model: Typist) -> None:
    writing.mia.say(BRIEF, thread_ts="1770000000.000001")
    assert model.asked.acquire(timeout=10)
    writing.mia.say("help", thread_ts="1770000000.000002")
    assert writing.mia.sees("What I can do").thread_ts == "1770000000.000002"


def test_words_that_ask_for_nothing_but_a_name_get_no_empty_answer(office: Office) -> None:
    settled(office, office.mia.say("what do we say when they call us expensive?"))
    asked = office.mia.say("and Pellworm?")
    settled(office, asked)
    assert posted(office)[-1] == (None, ts_of(asked), "Not in the knowledge base.")


def test_and_their_cfo_is_answered_from_the_account_of_the_thread(
    office: Office, sample_master: Path, tmp_path: Path
) -> None:
    home = tmp_path / "sample"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    sold = Office(office.settings.model_copy(update={"home": home}), office.slack, "http", clock=lambda: TODAY)
    try:
        maya = sold.member("UMAYA", "maya.lindqvist@fernhollow.example")
        settled(sold, maya.say(BRIEF), "suspended")
        more = maya.say("and their CFO?")
        settled(sold, more)
        [answer] = [m for m in sold.slack.shown if m.thread_ts == ts_of(more)]
        title, first = answer.words.split("\n")[:2]
        assert (title, first[:42]) == ("*From the CRM*", "• Ingrid Solheim: CFO; economic buyer; las")
        assert sold.slack.session("DUMAYA", ts_of(more))["title"] == "and their CFO?"
    finally:
        sold.stop()
