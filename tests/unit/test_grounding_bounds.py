"""Counts told by a bound or as most of a whole: "more than 300" of 340 stands, "most" of 3 of 10 does not."""

import pytest

from bot.grounding import check_text

NOTE = "340 people attended. The price is EUR 48 per seat. 3 of 10 sites are live. Eight of the ten tills are new."


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("More than 300 people attended.", True),
        ("Fewer than 400 people attended.", True),
        ("More than 350 people attended.", False),
        ("More than 200 people attended.", False),
        ("The price is under EUR 50 per seat.", True),
        ("The price is over EUR 50 per seat.", False),
        ("Most of the sites are live.", False),
        ("Few of the sites are live.", True),
        ("A few of the tills are new.", True),
        ("Few of the tills are new.", False),
        ("Most of the tills are new.", True),
    ],
)
def test_a_bound_stands_for_what_it_may_be_said_of(text: str, stands: bool) -> None:
    assert check_text(text, [NOTE], {})["sentences"][0]["supported"] is stands
