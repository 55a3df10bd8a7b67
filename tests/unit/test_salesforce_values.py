"""Single values between Salesforce's JSON and ours."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.salesforce import values


@pytest.mark.parametrize(
    ("given_", "amount"),
    [
        (Decimal("120000.5"), "120000.50"),
        (Decimal("130000.0"), "130000"),
        (99999.99, "99999.99"),
        (Decimal("1E+6"), "1000000"),
        (0, "0"),
        (Decimal("0.125"), "0.125"),
        (Decimal("-12.3"), "-12.30"),
    ],
)
def test_an_amount_is_exact_and_always_written_alike(given_: object, amount: str) -> None:
    assert str(values.money(given_)) == amount


@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_an_amount_comes_back_as_it_was_sent(amount: Decimal) -> None:
    sent = values.sent(amount)
    assert values.money(Decimal(repr(sent)) if isinstance(sent, float) else sent) == amount


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=80))
def test_a_note_comes_back_as_it_was_written(text: str) -> None:
    assert values.plain(values.marked_up(text)) == text.strip()


@pytest.mark.parametrize(
    "written", ["2026-11-16T09:30:00.000+0000", "2026-11-16T09:30:00Z", "2026-11-16T10:30:00.000+01:00"]
)
def test_a_time_is_aware_utc(written: str) -> None:
    assert values.time(written) == datetime(2026, 11, 16, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.Acme.com/en?x=1", "acme.com"),
        ("acme.com", "acme.com"),
        ("", None),
        (None, None),
        ("http://", None),
    ],
)
def test_a_website_is_a_bare_domain(website: str | None, domain: str | None) -> None:
    assert values.domain(website) == domain
