"""From when to when words ask what changed, and of which period's pipeline."""

from datetime import date

import pytest

from bot.errors import BotError
from bot.skills.changes_when import span_in

THURSDAY, MONDAY = date(2026, 11, 26), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("words", "since", "until", "period"),
    [
        ("what changed since Monday?", "2026-11-23", None, "Q4 2026"),
        ("what moved this week", "2026-11-23", None, "Q4 2026"),
        ("what changed", "2026-11-23", None, "Q4 2026"),
        ("what changed last week", "2026-11-16", "2026-11-22", "Q4 2026"),
        ("pipeline movement since last Friday", "2026-11-20", None, "Q4 2026"),
        ("what changed in my team's pipeline since the 1st", "2026-11-01", None, "Q4 2026"),
        ("what changed since 1 November", "2026-11-01", None, "Q4 2026"),
        ("what changed since 1 August for next quarter", "2026-08-01", None, "Q1 2027"),
        ("what changed since 2026-11-01 until 2026-11-20 in Q1 2027", "2026-11-01", "2026-11-20", "Q1 2027"),
        ("what changed since quarter start", "2026-10-01", None, "Q4 2026"),
        ("changes since the start of the month", "2026-11-01", None, "Q4 2026"),
        ("what changed since October", "2026-10-01", None, "Q4 2026"),
        ("what slipped this quarter?", "2026-10-01", None, "Q4 2026"),
        ("what slipped last quarter", "2026-07-01", "2026-09-30", "Q3 2026"),
        ("what moved in the past two weeks for Jonas", "2026-11-12", None, "Q4 2026"),
        ("what changed yesterday", "2026-11-25", None, "Q4 2026"),
        ("what changed since Monday until 2027-01-01", "2026-11-23", None, "Q4 2026"),
    ],
)
def test_words_say_from_when_to_when(words: str, since: str, until: str | None, period: str) -> None:
    found = span_in(words, THURSDAY)
    assert (str(found.since), found.until and str(found.until), found.period.name) == (since, until, period)


def test_on_a_monday_the_last_one_is_meant() -> None:
    days = [
        span_in(words, MONDAY).since for words in ("what changed since Monday?", "what changed", "what moved this week")
    ]
    assert days == [date(2026, 11, 16), date(2026, 11, 16), MONDAY]


def test_a_day_to_come_and_days_turned_round_are_refused() -> None:
    with pytest.raises(BotError, match="2026-12-24 is still to come"):
        span_in("what changed since 2026-12-24", THURSDAY)
    with pytest.raises(BotError, match="turn them round"):
        span_in("what changed since 2026-11-10 until 2026-11-09", THURSDAY)
