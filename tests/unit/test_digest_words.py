"""Words after `/pipeline` that wish for a digest, and those that ask for figures."""

import pytest

from bot.errors import BotError
from bot.slack.talk.digest_words import HOW, Wish, is_wish, wish


@pytest.mark.parametrize(
    ("words", "wished"),
    [
        ("weekly", Wish("weekly")),
        ("weekly here", Wish("weekly", to="here")),
        ("Weekly digest off", Wish("weekly", off=True)),
        ("every Monday at 8:30 in this channel, please", Wish("weekly", to="here", at="08:30")),
        ("weekly 7am to me", Wish("weekly", to="me", at="07:00")),
        ("daily at 8.30", Wish("daily", at="08:30")),
        ("daily here at 17:05", Wish("daily", to="here", at="17:05")),
        ("send me daily by DM", Wish("daily", to="me")),
        ("every weekday at 9", Wish("daily", at="09:00")),
        ("stop daily", None),
        ("daily stop", Wish("daily", off=True)),
    ],
)
def test_wishes_are_read(words: str, wished: Wish | None) -> None:
    assert (wish(words) if is_wish(words) else None) == wished


@pytest.mark.parametrize("words", ["this quarter", "EMEA next quarter", "Monday", "of the Weekly team", "dailymotion"])
def test_other_words_ask_for_figures(words: str) -> None:
    assert not is_wish(words)


@pytest.mark.parametrize("words", ["weekly for EMEA", "daily at 25:00", "weekly at 8 or 9"])
def test_what_cannot_be_read_says_how_to_write_it(words: str) -> None:
    with pytest.raises(BotError) as said:
        wish(words)
    assert str(said.value) == f"“{words}” cannot be read as a wish for a digest. {HOW}"
