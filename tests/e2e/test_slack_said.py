"""What people say after an answer, in words alone: yes, no, another day, another account, hello."""

import pytest
from slack_blocks import Shown
from slack_office import Office
from slack_talk import BRIEF, LOG, settled, ts_of

from bot.slack.showing.help import SHORT

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


def id_of(card: Shown) -> str:
    """The proposal's id."""
    return str(card.button("approve:1")["value"]).partition(":")[0]


def test_a_yes_in_words_is_answered_in_words_and_its_card_is_drawn_anew(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    [_, card] = office.slack.shown
    office.mia.say("approve 1", thread_ts=ts_of(asked))
    assert office.mia.sees("*in the CRM*").words == (
        "1. Log activity on Northwick Dairy (subject Call with Jane Holt (CFO)): *in the CRM*.\n"
        "2. Create task on Northwick Dairy (subject Follow up with Jane Holt (CFO), due 2026-03-03): *waiting for your yes*."
    )
    office.slack.wait(lambda: card.buttons == ["undo:1", "approve:2", "edit:2", "reject:2"], "the card")
    assert len(office.slack.shown) == 3


def test_a_card_decided_on_elsewhere_lets_its_conversation_rest(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    office.mia.click(office.slack.shown[1], "approve:all")
    settled(office, asked)
    again = office.mia.say(BRIEF)
    settled(office, again, "suspended")
    card = office.slack.shown[3]
    office.mia.say(f"reject {id_of(card)}")
    settled(office, again)
    office.slack.wait(lambda: card.buttons == [], "the rejected card without buttons")


@pytest.mark.parametrize(
    "words", ["make it Friday", "move the task to Friday please", "Friday instead", "no, make that 6 March"]
)
def test_another_day_is_an_edit_of_the_task_that_waits(office: Office, words: str) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    [_, card] = office.slack.shown
    office.mia.say(words, thread_ts=ts_of(asked))
    assert office.mia.sees("due 2026-03-06").words.endswith("due 2026-03-06): *waiting for your yes*.")
    office.slack.wait(lambda: "due: 2026-03-06" in card.words, "the card with the new day")
    assert office.app.reader.tasks("A1") == []


def test_another_day_is_no_edit_where_nothing_waits(office: Office) -> None:
    settled(office, office.mia.say("brief me on Pellworm"))
    settled(office, office.mia.say("make it Friday"))
    assert office.slack.shown[-1].words.startswith("Nothing with a day waits here for another one;")


@pytest.mark.parametrize("words", ["Hi", "hello there!", "Good morning 👋", "hey :wave:"])
def test_a_greeting_gets_ways_to_ask_and_is_no_gap(office: Office, words: str) -> None:
    office.mia.say(words)
    office.mia.sees(SHORT)
    assert office.app.library.gap_log.all() == []


def test_an_account_alone_is_briefed_on_also_after_a_question_to_the_pages(office: Office) -> None:
    for words in (BRIEF, "and their CFO?"):
        settled(office, office.mia.say(words), "suspended" if words == BRIEF else "active")
    settled(office, office.mia.say("and Pellworm?"))
    assert office.slack.shown[-1].words.startswith("*Bottom line*\n• Prospect")


def test_an_account_is_picked_once(office: Office) -> None:
    office.mia.command("/brief", "")
    asked = office.mia.sees("Which account?")
    button = asked.button("run:1")
    office.mia.send_click(asked, button)
    office.mia.sees("Bottom line")
    office.slack.wait(lambda: asked.words == "/brief Northwick Dairy", "the question's end")
    office.mia.send_click(asked, button)
    office.mia.sees("An account was picked here already")
    assert len([m for m in office.slack.shown if "*Bottom line*" in m.words]) == 1


def test_half_a_sign_is_taken_as_an_unreadable_one(office: Office) -> None:
    asked = office.mia.say("log that I spoke to A\ud800na at Northwick Dairy about the price")
    settled(office, asked, "suspended")
    assert "\ufffd" in office.slack.shown[-1].words
