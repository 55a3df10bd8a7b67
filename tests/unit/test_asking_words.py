"""How a question over records is taken apart: what is understood goes, what is left is named."""

from datetime import date

import pytest

from bot.skills.asking.parts import take_amounts, take_parts
from bot.skills.asking.query import split
from bot.skills.asking.read_risks import take_risks, take_silence
from bot.skills.asking.spans import Span, take_span
from bot.skills.asking.words import Text

TODAY = date(2026, 11, 16)
"""a Monday"""


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("deals closing this quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("deals closing by the end of Q1", None, date(2027, 3, 31)),
        ("deals closing before 15 December", None, date(2026, 12, 14)),
        ("deals closing in the next 30 days", date(2026, 11, 16), date(2026, 12, 16)),
        ("lost since January 2026", date(2026, 1, 1), None),
        ("meetings since 1 December", date(2025, 12, 1), None),
        ("tasks due this week", date(2026, 11, 16), date(2026, 11, 22)),
        ("deals closing between 1 December and 15 December", date(2026, 12, 1), date(2026, 12, 15)),
        ("deals closing after March", date(2027, 4, 1), None),
        ("won in the last two months", date(2026, 9, 16), date(2026, 11, 16)),
    ],
)
def test_stretches_of_days_are_read_to_the_day(words: str, first: date | None, last: date | None) -> None:
    assert take_span(Text(words), TODAY) == Span(first, last)


def test_may_is_a_month_only_where_a_word_leads_to_it() -> None:
    assert take_span(Text("deals that may close"), TODAY) is None


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("with no champion", {"missing": ("champion",)}),
        ("without a champion or an economic buyer", {"missing": ("champion", "economic_buyer")}),
        ("with no next step or no champion", {"missing_any": ("next_step", "champion")}),
        ("that haven't got a close date", {"missing": ("close_date",)}),
        ("where the next step is missing", {"missing": ("next_step",)}),
        ("with an economic buyer", {"having": ("economic_buyer",)}),
    ],
)
def test_what_is_missing_and_what_is_there(words: str, got: dict[str, object]) -> None:
    found: dict[str, object] = {}
    take_parts(Text(words), found)
    assert found == got


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("over 50k", {"more_than": 50000.0}),
        ("at least EUR 20,000", {"at_least": 20000.0, "currency": "EUR"}),
        ("between 10k and 40k", {"at_least": 10000.0, "at_most": 40000.0}),
        ("100k or more", {"at_least": 100000.0}),
        ("silent for more than 30 days", {}),
    ],
)
def test_limits_of_the_amount(words: str, got: dict[str, object]) -> None:
    found: dict[str, object] = {}
    take_amounts(Text(words), found)
    assert found == got


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("larger than the average open deal", {"beside": "more than mean", "beside_state": "open"}),
        ("below the median deal size of won deals", {"beside": "less than median", "beside_state": "won"}),
        ("worth more today than when they were created", {"grown": "more"}),
        ("whose amount has gone down since creation", {"grown": "less"}),
        ("older than the average", {}),
    ],
)
def test_the_amount_against_the_average_and_against_what_it_was(words: str, got: dict[str, object]) -> None:
    found: dict[str, object] = {}
    take_amounts(Text(words), found)
    assert found == got


@pytest.mark.parametrize(
    ("words", "got"),
    [
        ("whose close date has never been pushed", {"pushed_most": 0}),
        ("pushed at most twice", {"pushed_most": 2}),
        ("that slipped only once", {"pushed": 1, "pushed_most": 1}),
        ("pushed at least three times", {"pushed": 3}),
        (
            "with no call, meeting or e-mail since 5 November",
            {"silent_days": 11, "silent_kinds": ("call", "meeting", "email")},
        ),
        ("without contact for 20 days", {"silent_days": 20}),
    ],
)
def test_pushes_and_silence_of_a_deal(words: str, got: dict[str, object]) -> None:
    found: dict[str, object] = {}
    take_risks(Text(words), found, TODAY)
    assert found == got


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("who have I not spoken to in 60 days", 60),
        ("who haven't I contacted for two weeks", 14),
        ("deals with no activity in the last 30 days", 30),
        ("who hasn't replied to me in two weeks", 14),
        ("deals that went quiet", None),
    ],
)
def test_silence_is_read_in_days(words: str, days: int | None) -> None:
    assert take_silence(Text(words), TODAY) == days


def test_words_that_turn_the_sense_are_never_swallowed() -> None:
    text = Text("which of my deals are not with the ones except these")
    assert text.unread() == ["not", "except"]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "which renewals have no champion, and what does the playbook say to do?",
            ("which renewals have no champion", "what does the playbook say to do?"),
        ),
        (
            "what should I do about my renewals without a champion?",
            ("my renewals without a champion?", "what should I do about"),
        ),
        ("which deals close this month?", ("which deals close this month?", "")),
    ],
)
def test_the_part_for_the_playbook_is_parted(question: str, parts: tuple[str, str]) -> None:
    assert split(question) == parts
