"""Amounts as sellers write them; digits of two readings are not guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.money import find_money


@pytest.mark.parametrize(
    ("words", "value", "currency"),
    [
        ("120k", "120000", None),
        ("96,000", "96000", None),
        ("96000", "96000", None),
        ("120 000", "120000", None),
        ("$1.2m", "1200000", "USD"),
        ("$ 78,500.50", "78500.50", "USD"),
        ("US$ 45k", "45000", "USD"),
        ("1,2 Mio €", "1200000", "EUR"),
        ("1.2 m €", "1200000", "EUR"),
        ("€120.000", "120000", "EUR"),
        ("1.200.000,50 EUR", "1200000.50", "EUR"),
        ("1,200,000", "1200000", None),
        ("£64k", "64000", "GBP"),
        ("64 thousand pounds", "64000", "GBP"),
        ("2 million dollars", "2000000", "USD"),
        ("12'500 CHF", "12500", "CHF"),
        ("300 000 kr", "300000", "KR"),
        ("-5k", "-5000", None),
        ("1.5k", "1500", None),
    ],
)
def test_an_amount_is_read_as_it_is_meant(words: str, value: str, currency: str | None) -> None:
    [money] = find_money(words)
    assert (money.value, money.currency, words[money.start : money.end]) == (Decimal(value), currency, words)


@pytest.mark.parametrize("words", ["120.000", "$120.000", "1.2.3", "1,20,000", "1.200,000.5"])
def test_digits_of_two_readings_have_no_value(words: str) -> None:
    assert [money.value for money in find_money(words)] == [None]


@pytest.mark.parametrize("words", ["no digits", "10 %", "10%", "the 30th", "SOC2", "v2.1", "Q1"])
def test_what_is_no_amount(words: str) -> None:
    assert find_money(words) == []


def test_a_sign_may_stand_for_several_currencies() -> None:
    dollars, crowns, euros = (find_money(words)[0] for words in ("$5k", "5k kr", "5k €"))
    assert [dollars.may_be("CAD"), dollars.may_be("EUR"), crowns.may_be("SEK"), euros.may_be("USD")] == [
        True, False, True, False,
    ]  # fmt: skip


@given(st.text(max_size=60))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert all(0 <= money.start < money.end <= len(text) for money in find_money(text))
