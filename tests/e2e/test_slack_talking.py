"""Talking in Slack: threads with their sessions, what they keep, and answers that grow."""

from datetime import timedelta

import pytest
from slack_office import NOW, Office
from slack_sdk import WebClient
from slack_server import BOT_TOKEN, SlackServer
from slack_talk import BRIEF, LINES, LOG, Typist, card_id, posted, settled, ts_of

from bot.proposals import Line
from bot.slack.sending.outbox import Place
from bot.slack.sending.sessions import LOADING, REST, Sessions, SmallTalk
from bot.slack.sending.streams import Stream
from bot.slack.showing.views import Message, sections
from bot.store.answers import Answers

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


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
