"""An answer to our question picks what it names, and nothing that it only happens to contain."""

import pytest

from bot.targets import choice

OFFERED = ("Brookfield Dairy (United Kingdom, Maya Chen, a-1)", "Brookfield Dairy (Germany, Tom Roe, a-2)", "Halden AS")


@pytest.mark.parametrize(
    ("words", "picked"),
    [("1", 0), ("2.", 1), ("the german one", 1), ("a-2", 1), ("Maya's", None), ("halden", 2), ("as", 2),
     ("ok", None), ("yes", None), ("brookfield", None), ("4", None), ("0", None), ("many", None), ("", None)],
)  # fmt: skip
def test_a_choice_is_a_number_or_whole_words(words: str, picked: int | None) -> None:
    assert choice(words, OFFERED) == (None if picked is None else OFFERED[picked])
