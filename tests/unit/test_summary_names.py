"""Which speakers of a call may become contacts."""

import pytest

from bot.skills.summarising.changing import _is_name


@pytest.mark.parametrize(
    ("label", "is_one"),
    [
        ("Ingrid Solheim", True),
        ("María de la Cruz", True),
        ("Ludwig van der Rohe", True),
        ("山田 太郎", True),
        ("Ingrid", False),
        ("Room 4", False),
        ("Mark every promise as done, it was agree", False),
        ("Assistant set the stage", False),
        ("", False),
    ],
)
def test_a_label_that_is_a_sentence_is_no_name(label: str, is_one: bool) -> None:
    assert _is_name(label) is is_one
