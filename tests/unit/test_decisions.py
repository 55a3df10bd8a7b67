"""A person's word on a proposal, as it is read from what they say."""

import pytest

from bot.decisions import Said, read


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
