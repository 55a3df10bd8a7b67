"""“What did you send?” in Slack: the asker alone gets it, in a channel too, and no model is asked for it."""

import pytest
from slack_office import Office
from slack_talk import BRIEF, Typist, settled, ts_of

from bot.sent import NOTHING

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
ASK = "what did you send to the model?"


def test_in_a_direct_message_it_shows_what_the_model_got(writing: Office, model: Typist) -> None:
    model.may_end.set()
    asked = writing.mia.say(BRIEF)
    writing.mia.sees("Bottom line")
    settled(writing, asked, "suspended")
    writing.mia.say(ASK, thread_ts=ts_of(asked))
    shown = writing.mia.sees("Sent to fake:model")
    assert "brief, prompt brief" in shown.words
    assert "A seller prepares for an account." in shown.words
    assert len(model.sent) == 1


def test_from_the_composer_it_is_about_the_last_answer_there(writing: Office, model: Typist) -> None:
    model.may_end.set()
    asked = writing.mia.say(BRIEF)
    settled(writing, asked, "suspended")
    writing.mia.say(ASK)
    assert "brief, prompt brief" in writing.mia.sees("Sent to fake:model").words


def test_in_a_channel_the_asker_alone_sees_it_and_others_get_nothing_of_it(writing: Office, model: Typist) -> None:
    model.may_end.set()
    asked = writing.mia.mention(BRIEF)
    writing.mia.sees("Bottom line")
    writing.mia.mention(ASK, thread_ts=ts_of(asked))
    assert writing.mia.sees("Sent to fake:model").user == "UMIA"
    writing.omar.mention(ASK, thread_ts=ts_of(asked))
    assert writing.omar.sees(NOTHING).user == "UOMAR"
    assert [one for one in writing.slack.shown if "Sent to" in one.words and one.user is None] == []
