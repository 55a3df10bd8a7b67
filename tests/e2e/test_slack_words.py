"""Words that are no questions, bots, code, long pastes, and many messages at once."""

import shutil
from pathlib import Path

import pytest
from slack_office import Office
from slack_server import BOT
from slack_talk import BRIEF, Typist, posted, settled, ts_of

from bot import skills
from tests.conftest import TODAY

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


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


def test_a_mere_name_after_a_question_to_the_pages_asks_for_a_brief(office: Office) -> None:
    settled(office, office.mia.say("what do we say when they call us expensive?"))
    asked = office.mia.say("and Pellworm?")
    settled(office, asked)
    assert posted(office)[-1] == (None, ts_of(asked), "*Bottom line*")


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
