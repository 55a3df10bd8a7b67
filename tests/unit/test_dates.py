"""Dates as sellers write them, read on a Monday."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import find_dates, parse_date, read_dates
from bot.errors import BotError

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("follow up Friday the first draft is ready", "2026-11-20"),
        ("on Thursday, the second thing", "2026-11-19"),
        ("once a week on Tuesday", "2026-11-17"),
        ("the Monday week report", "2026-11-23"),
    ],
)
def test_what_only_counts_something_makes_no_other_day(words: str, expected: str) -> None:
    assert parse_date(words, MONDAY) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2026-12-04", "2026-12-04"),
        ("4.12.2026", "2026-12-04"),
        ("today", "2026-11-16"),
        ("this afternoon", "2026-11-16"),
        ("by end of day", "2026-11-16"),
        ("tomorrow", "2026-11-17"),
        ("day after tomorrow", "2026-11-18"),
        ("yesterday", "2026-11-15"),
        ("Tuesday", "2026-11-17"),
        ("monday", "2026-11-23"),
        ("on Fri", "2026-11-20"),
        ("COB Friday", "2026-11-20"),
        ("next Monday", "2026-11-23"),
        ("next thurs", "2026-11-26"),
        ("Tuesday next week", "2026-11-24"),
        ("a week from Tuesday", "2026-11-24"),
        ("last Friday", "2026-11-13"),
        ("last Monday", "2026-11-09"),
        ("last week", "2026-11-09"),
        ("in two weeks", "2026-11-30"),
        ("in a couple of weeks", "2026-11-30"),
        ("in seven days", "2026-11-23"),
        ("within 3 days", "2026-11-19"),
        ("in a month", "2026-12-16"),
        ("in one quarter", "2027-02-16"),
        ("two weeks ago", "2026-11-02"),
        ("a week from now", "2026-11-23"),
        ("next week", "2026-11-23"),
        ("the week after next", "2026-11-30"),
        ("next month", "2026-12-01"),
        ("next quarter", "2027-01-01"),
        ("next year", "2027-01-01"),
        ("end of the week", "2026-11-20"),
        ("eom", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("end of November", "2026-11-30"),
        ("end of January", "2027-01-31"),
        ("EOQ", "2026-12-31"),
        ("end of the year", "2026-12-31"),
        ("Thursday week", "2026-11-26"),
        ("a week on Thursday", "2026-11-26"),
        ("a week Friday", "2026-11-27"),
        ("Friday after next", "2026-11-27"),
        ("Monday fortnight", "2026-12-07"),
        ("tomorrow week", "2026-11-24"),
        ("Tuesday, December first", "2026-12-01"),
        ("Friday the twentieth of November", "2026-11-20"),
        ("Wednesday, the twenty-fifth", "2026-11-25"),
        ("by the twenty fifth", "2026-11-25"),
        ("let's say the fourteenth.", "2026-12-14"),
        ("the 16th", "2026-11-16"),
        ("by the 30th", "2026-11-30"),
        ("the 15th", "2026-12-15"),
        ("the 31st", "2026-12-31"),
        ("30 Nov", "2026-11-30"),
        ("30th of November", "2026-11-30"),
        ("Dec 4, 2027", "2027-12-04"),
        ("Friday, 4 December", "2026-12-04"),
        ("Fri Dec 4", "2026-12-04"),
        ("3 January", "2027-01-03"),
        ("20 September", "2026-09-20"),
        ("1 March", "2027-03-01"),
        ("25/12", "2026-12-25"),
        ("12/25/2026", "2026-12-25"),
        ("quarter end", "2026-12-31"),
    ],
)
def test_a_phrase_is_read_as_a_seller_means_it(words: str, expected: str) -> None:
    assert parse_date(words, MONDAY) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "words",
    ["", "soon", "31 June", "the 31st of June", "2026-13-40", "40.12.2026", "may", "sat in a meeting", "in 2 hours",
     "12/04/2026", "in 99999 years", "monthly", "the 45th"],
)  # fmt: skip
def test_what_is_no_date_or_could_be_two_is_not_guessed(words: str) -> None:
    with pytest.raises(BotError) as refused:
        parse_date(words, MONDAY)
    assert str(refused.value) == (
        f'"{words}" is no date I can read; write it like 2026-12-04, "Tuesday" or "in two weeks".'
    )


def test_all_dates_of_a_sentence_in_order_with_their_places() -> None:
    text = "Met on 3 November, send the price by Friday, sign at the end of the quarter"
    assert [(text[start:end], day.isoformat()) for start, end, day in find_dates(text, MONDAY)] == [
        ("3 November", "2026-11-03"), ("Friday", "2026-11-20"), ("end of the quarter", "2026-12-31"),
    ]  # fmt: skip


def test_end_of_the_month_and_leap_days() -> None:
    assert parse_date("in a month", date(2027, 1, 31)) == date(2027, 2, 28)
    assert parse_date("end of February", date(2028, 1, 5)) == date(2028, 2, 29)
    assert parse_date("end of the week", date(2026, 11, 21)) == date(2026, 11, 27)
    assert parse_date("next quarter", date(2026, 12, 31)) == date(2027, 1, 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["Monday", "thu", "Sunday"]))
def test_a_weekday_lies_one_to_seven_days_ahead_and_next_is_in_the_next_calendar_week(today: date, day: str) -> None:
    assert 1 <= (parse_date(day, today) - today).days <= 7
    start = today - timedelta(days=today.weekday())
    assert 7 <= (parse_date(f"next {day}", today) - start).days < 14


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_any_text_is_read_without_a_crash_and_phrases_do_not_overlap(text: str, today: date) -> None:
    found = find_dates(text, today)
    assert all(0 <= start < end <= len(text) for start, end, _ in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("words", "kind", "first", "last"),
    [
        ("Q1", "period", "2027-01-01", "2027-03-31"),
        ("Q4", "period", "2026-10-01", "2026-12-31"),
        ("Q3 of 2028", "period", "2028-07-01", "2028-09-30"),
        ("by March", "period", "2027-03-01", "2027-03-31"),
        ("mid-January", "period", "2027-01-11", "2027-01-20"),
        ("late February 2028", "period", "2028-02-21", "2028-02-29"),
        ("next quarter", "period", "2027-01-01", "2027-03-31"),
        ("this month", "period", "2026-11-16", "2026-11-30"),
        ("by March 3", "day", "2027-03-03", "2027-03-03"),
        ("Tuesday next week", "day", "2026-11-24", "2026-11-24"),
        ("03/03", "day", "2027-03-03", "2027-03-03"),
    ],
)
def test_a_stretch_of_days_has_its_first_and_last(words: str, kind: str, first: str, last: str) -> None:
    [phrase] = read_dates(words, MONDAY)
    assert (phrase.kind, str(phrase.first), str(phrase.last)) == (kind, first, last)


@pytest.mark.parametrize(
    ("words", "kind", "options"),
    [
        ("04/05", "ambiguous", ["2027-04-05", "2027-05-04"]),
        ("12/04/2026", "ambiguous", ["2026-04-12", "2026-12-04"]),
        ("30 February", "impossible", []),
        ("31/04/2027", "impossible", []),
        ("the 31st of June", "impossible", []),
    ],
)
def test_a_day_that_cannot_be_told_is_said_to_be_so(words: str, kind: str, options: list[str]) -> None:
    [phrase] = read_dates(words, MONDAY)
    assert (phrase.kind, phrase.first, list(map(str, phrase.options))) == (kind, None, options)


@pytest.mark.parametrize("words", ["24/7", "may", "4-5 weeks", "50/50", "march on", "in 2026"])
def test_what_looks_like_a_date_is_none(words: str) -> None:
    assert read_dates(words, MONDAY) == []


@given(st.text(max_size=60), st.dates(date(1990, 1, 1), date(2200, 1, 1)))
def test_phrases_of_any_text_do_not_overlap(text: str, today: date) -> None:
    found = read_dates(text, today)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("in a fortnight", date(2026, 3, 17)),
        ("on the tenth of May", date(2026, 5, 10)),
        ("by May the first", date(2026, 5, 1)),
        ("by the fifteenth", date(2026, 3, 15)),
        ("this evening", date(2026, 3, 3)),
    ],
)
def test_days_in_words(text: str, day: date) -> None:
    assert [found for _, _, found in find_dates(text, date(2026, 3, 3))] == [day]


@pytest.mark.parametrize("text", ["on the second call", "by the first of these", "the third one"])
def test_a_number_in_words_is_no_day_by_itself(text: str) -> None:
    assert find_dates(text, date(2026, 3, 3)) == []
