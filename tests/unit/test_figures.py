"""Figures and dates: many ways to write one value, and none that makes another value pass."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grounding import Claim, Source, check

SOURCE = (
    "The offer of 12 December 2026 is EUR 1,184,000 for 250 seats, 12.4% above last time. "
    "They pay within 3 weeks. The pilot had twelve users and ran version 2.3.1 until 4:30 pm on Tuesday. "
    "Margin was 4-7 percent. A licence costs $0.13."
)


def holds(claim: str, source: str = SOURCE, **facts: object) -> bool:
    return check(Claim(text=claim, cites=[1]), {1: Source(1, "Offer", source)}, facts).supported  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "claim",
    [
        "The offer is EUR 1,184,000.",
        "The offer is 1.184.000 EUR.",
        "The offer is 1 184 000 euros.",
        "The offer is about 1.2 million.",
        "The offer is €1.2M.",
        "The offer is 1,2 Mio. EUR.",
        "The offer is 1184k.",
        "The offer is over 1.1 million.",
        "The offer is about 1,200,000 EUR.",
        "The offer is 12% above last time.",
        "The offer is 12.4 percent above last time.",
        "The pilot had a dozen users.",
        "The pilot had 12 users.",
        "They pay within three weeks.",
        "They pay within 21 days.",
        "The offer is of 2026-12-12.",
        "The offer is of Dec 12.",
        "The offer is of 12/12/2026.",
        "The offer is of the 12th of December.",
        "The offer is of December 2026.",
        "The offer is of Q4 2026.",
        "The offer is of Saturday.",
        "The pilot ran until 16:30 on Tuesday.",
        "The pilot ran version 2.3.1.",
        "Margin was 4% to 7%.",
        "A licence costs 0.13 dollars.",
    ],
)
def test_same_value_otherwise_written(claim: str) -> None:
    assert holds(claim)


@pytest.mark.parametrize(
    ("claim", "named"),
    [
        ("The offer is EUR 1,194,000.", "1,194,000"),
        ("The offer is USD 1,184,000.", "1,184,000"),
        ("The offer is $1.2M.", "1.2M"),
        ("The offer is 1.3 million.", "1.3 million"),
        ("The offer is under 1.1 million.", "1.1 million"),
        ("The offer is 14% above last time.", "14%"),
        ("The offer is 12.6% above last time.", "12.6%"),
        ("The offer is for 250%.", "250%"),
        ("The pilot had thirteen users.", "thirteen"),
        ("They pay within 3 days.", "3 days"),
        ("They pay within five weeks.", "five weeks"),
        ("The offer is of 13 December 2026.", "13 December 2026"),
        ("The offer is of 12 December 2025.", "12 December 2025"),
        ("The offer is of Q3 2026.", "Q3 2026"),
        ("The pilot ran until Wednesday.", "Wednesday"),
        ("The pilot ran until 5:30 pm.", "5:30 pm"),
        ("The pilot ran version 2.3.2.", "2.3.2"),
        ("They pay tomorrow.", "tomorrow"),
        ("They pay in the third week.", "third"),
    ],
)
def test_other_value(claim: str, named: str) -> None:
    verdict = check(Claim(text=claim, cites=[1]), {1: Source(1, "Offer", SOURCE)}, {})
    assert not verdict.supported
    assert named in verdict.why
    assert verdict.why.endswith("is in none of its sources")


def test_computed_facts_support_figures_and_dates() -> None:
    assert not holds("They pay in 12 days, on 4 January 2027, with a win rate of 31.5%.")
    assert holds(
        "They pay in 12 days, on 4 January 2027, with a win rate of 31.5%.", d=12, on=date(2027, 1, 4), win=0.315
    )
    assert holds("They pay within two months.", span=[1, 2])


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=1, max_value=10**9))
def test_whole_amounts_agree_only_with_themselves(told: int, claimed: int) -> None:
    source = f"The price is EUR {told:,}."
    assert holds(f"The price is {told} EUR.", source)
    assert holds(f"The price is {claimed:,} EUR.", source) is (told == claimed)


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2089, 12, 31)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%Y-%m-%d"]),
)
def test_dates_agree_in_every_form(day: date, form: str) -> None:
    source = f"The contract ends on {day.isoformat()}."
    assert holds(f"The contract ends on {day.strftime(form)}.", source)
    other = day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else day.replace(day=28)
    assert not holds(f"The contract ends on {other.strftime(form)}.", source)
