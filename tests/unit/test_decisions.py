"""A person's word on a proposal, as it is read from what they say."""

import pytest

from bot.approvals.gate import LETTERS, new_id
from bot.decisions import Said, day_instead, logs_nothing, read


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("approve", Said("approve")),
        ("Yes, please", Said("yes")),
        ("approve 1 and 3", Said("approve", None, (1, 3))),
        ("approve 3F2A", Said("approve", "3F2A")),
        ("approve #3f2a, please", Said("approve", "3F2A")),
        ("reject KXTR 2", Said("reject", "KXTR", (2,))),
        ("edit 3F2A due=Friday", Said("edit", "3F2A", (), {"due": "Friday"})),
        ("edit 1.due=next Friday subject=Call", Said("edit", None, (), {"1.due": "next Friday", "subject": "Call"})),
        ("no idea", None),
        ("change the close date", None),
        ("approve what we said", None),
        ("yes they do", None),
        ("and approve", None),
    ],
)
def test_words_on_a_proposal(words: str, said: Said | None) -> None:
    assert read(words) == said


@pytest.mark.parametrize(("word", "verb"), [("yes", "approve"), ("no", "reject"), ("change", "edit"), ("undo", "undo")])
def test_words_mean_verbs(word: str, verb: str) -> None:
    assert Said(word).verb == verb


def test_an_id_is_never_read_as_the_number_of_a_change() -> None:
    assert {new_id(4)[0] for _ in range(999)} <= set(LETTERS)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("make it Friday", "Friday"),
        ("Please move the follow-up to next Tuesday.", "next Tuesday"),
        ("move the follow-up to next Tuesday, please", "next Tuesday"),
        ("push it back to 4 December", "4 December"),
        ("change the due date to Friday", "Friday"),
        ("no, Friday instead", "Friday"),
        ("make that Friday instead of Thursday", "Friday"),
        ("Friday instead of Thursday", "Friday"),
        ("due tomorrow", "tomorrow"),
        ("make it shorter", "shorter"),
        ("Friday", None),
        ("what is due on Friday?", None),
    ],
)
def test_words_that_may_put_another_day(words: str, day: str | None) -> None:
    assert day_instead(words) == day


@pytest.mark.parametrize(("words", "nothing"), [
    ("log it", True), ("Please log this to the CRM.", True), ("save that, thanks!", True),
    ("log that I spoke to Jane", False), ("log it as a call with Jane", False), ("log", False),
])  # fmt: skip
def test_log_it_alone_says_nothing_to_log(words: str, nothing: bool) -> None:
    assert logs_nothing(words) is nothing
