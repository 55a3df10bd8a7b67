"""Where past periods are looked at: the asker's days, whatever the hour is elsewhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.crm.records import Opportunity
from bot.pipeline.book import Book
from bot.pipeline.cuts import learning_cuts, past_cuts, snaps
from bot.pipeline.period import Period

Q4 = Period(date(2026, 10, 1), date(2026, 12, 31), "Q4 2026")
ZONES = ("UTC", "America/Los_Angeles", "Pacific/Auckland")


def now_in(zone: str) -> datetime:
    return datetime(2026, 11, 16, 1, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize("zone", ZONES)
def test_a_cut_lies_as_many_days_before_its_end_as_today_does(zone: str) -> None:
    found = past_cuts(Q4, now_in(zone))
    assert [(one.at.date(), one.left) for one in found] == [
        (date(2025, 11, 16), 45),
        (date(2026, 2, 14), 45),
        (date(2026, 5, 16), 45),
        (date(2026, 8, 16), 45),
    ]
    assert [one.left for one in learning_cuts(date(2026, 7, 1), now_in(zone))] == [90, 60, 30]


@pytest.mark.parametrize("zone", ZONES)
def test_a_deal_that_closed_on_the_day_after_a_cut_was_open_at_it(zone: str) -> None:
    here = now_in(zone)
    next_day = Opportunity(
        id="d", name="d", stage="Won", created_at=here.replace(month=2), close_date=date(2026, 8, 17), is_closed=True
    )
    found = list(snaps(Book([next_day], {}, here), past_cuts(Q4, here)))
    assert [one.cut.at.date() for one in found] == [date(2026, 5, 16), date(2026, 8, 16)]
