"""Times that a person types become moments in UTC, as the card says."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.approvals.editing import Words
from bot.errors import UsageError

OSLO = Words(date.fromisoformat, ZoneInfo("Europe/Oslo"))


@pytest.mark.parametrize("typed", ["2026-03-02T14:30", "2026-03-02T14:30+01:00", "2026-03-02T13:30Z"])
def test_a_time_is_kept_in_utc(typed: str) -> None:
    at = OSLO.value("at", typed)
    assert (at, at.tzinfo) == (datetime(2026, 3, 2, 13, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize("typed", ["half past two", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match=f"^`{typed}` is not a time; write at=2026-03-31T14:30"):
        OSLO.value("at", typed)
