"""What words that follow an answer leave out."""

import pytest

from bot.follow_ups import counted, only_names, without_reason


@pytest.mark.parametrize(
    ("bare", "alone"),
    [
        ("and  ?", True),
        ("ok now the same about   please", True),
        ("no, I meant  ", True),
        ("und  ?", True),
        ("the same thing for  's, too", True),
        ("and  's CFO?", False),
        ("  at 80k", False),
        ("and the deal with  ", False),
    ],
)
def test_an_account_alone_leaves_out_the_job(bare: str, alone: bool) -> None:
    assert only_names(bare) is alone


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("how is the second one?", 1),
        ("what's the story with the third account on that list", 2),
        ("write to the first of them", 0),
        ("is the last deal there safe?", -1),
        ("et le premier ?", 0),
        ("is the second safe?", 1),
        ("is the second at risk?", 1),
        ("and the last company, please", -1),
        ("wie steht es um den zweiten Kunden?", 1),
        ("draft them a note about the last order", None),
        ("what did the first invoice say?", None),
        ("is the last invoice paid?", None),
        ("sum up the last customer meeting", None),
        ("cut the second sentence", None),
        ("prepare the first meeting", None),
        ("at first I thought so", None),
    ],
)
def test_one_of_several_that_were_listed_is_counted(words: str, at: int | None) -> None:
    assert counted(words) == at


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("shift everything by a week, their board meets later", "shift everything by a week"),
        ("shorter please because she is busy", "shorter please"),
        ("etwas kürzer, sie hat wenig Zeit", "etwas kürzer"),
        ("shorter, who signs there?", ""),
        ("shorter", ""),
    ],
)
def test_a_reason_behind_a_wish_is_no_part_of_it(words: str, wish: str) -> None:
    assert without_reason(words) == wish
