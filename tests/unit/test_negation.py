"""What is denied: the same in other words stands, and the same without its "not" does not."""

import pytest

from bot.grounding import check_text

NOTE = (
    "Jana needs no SSO module. They did not make a decision on the pilot. The customer has yet to receive the quote. "
    "Procurement did not join the call. Unless legal signs off, the order waits. Bea Kranz signs only after the site visit."
)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Jana does not need the SSO module.", "supported"),
        ("Jana needs the SSO module.", "contradicted"),
        ("No decision was made on the pilot.", "supported"),
        ("The customer has not received the quote.", "supported"),
        ("The customer has received the quote.", "contradicted"),
        ("Nobody from procurement joined the call.", "supported"),
        ("Procurement joined the call.", "contradicted"),
        ("The order waits if legal does not sign off.", "supported"),
        ("The order waits if legal signs off.", "contradicted"),
        ("Bea Kranz does not sign before the site visit.", "supported"),
        ("Bea Kranz does not sign until the site visit.", "supported"),
        ("Bea Kranz does not sign after the site visit.", "contradicted"),
    ],
)
def test_a_not_counts_by_what_it_denies(text: str, verdict: str) -> None:
    assert check_text(text, [NOTE], {})["sentences"][0]["verdict"] == verdict
