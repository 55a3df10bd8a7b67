"""What a model writes of an account: who is what, what is signed, when it closes."""

import pytest

from bot.grounding import check_text

NOTE = (
    "Visit to Kestrel Foods on 12 November 2026. Open deal: Line 4, EUR 84,000, stage Proposal, close date 18 December 2026. Nora Beck is the "
    "plant manager and our champion. Jonas Wirth, CFO, signs; the legal team has not reviewed the contract. We promised a pilot plan by Friday. "
    "Arvid Lund (head of procurement) joined."
)


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Nora Beck is our champion.", True),
        ("Jonas Wirth is our champion.", False),
        ("Jonas Wirth is CFO and Arvid Lund is head of procurement.", True),
        ("Arvid Lund is CFO and Jonas Wirth is head of procurement.", False),
        ("Arvid Lund is head of procurement, Nora Beck is the plant manager.", True),
        ("Jonas Wirth, the CFO, is the one who signs.", True),
        ("Jonas Wirth has signed the contract.", False),
        ("The pilot plan was sent on Friday.", False),
        ("The deal closes on 18 December 2026.", True),
        ("The deal closes in December.", True),
        ("The deal closes on 12 November 2026.", False),
        ("We promised a pilot plan by Friday.", True),
        ("They promised a pilot plan by Friday.", False),
    ],
)
def test_who_is_what_and_how_far_a_deal_is(text: str, stands: bool) -> None:
    assert check_text(text, [NOTE], {})["sentences"][0]["supported"] is stands
