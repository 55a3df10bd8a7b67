"""iCalendar feeds: series, zones, what is called off, and what is no calendar."""

from collections.abc import Iterator
from datetime import date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import events, reading
from bot.errors import CalendarError

OSLO = ZoneInfo("Europe/Oslo")
OUTLOOK = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


def feed(*rows: str) -> bytes:
    """A calendar of these appointments, each as its own lines."""
    inner = "\n".join(f"BEGIN:VEVENT\n{row}\nEND:VEVENT" for row in rows)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//t//t//EN\n{OUTLOOK}\n{inner}\nEND:VCALENDAR\n".encode()


def shown(text: bytes, first: date = date(2026, 11, 16), last: date = date(2026, 11, 16)) -> list[tuple[str, str]]:
    """(time on the clock in Oslo, title) of what the calendar holds."""
    return [(f"{one.start:%d %H:%M}", one.title) for one in events(text, first, last, "ann@ours.example", OSLO)]


def test_a_series_has_its_exceptions_and_keeps_its_hour_when_the_clock_changes() -> None:
    weekly = (
        "UID:1\nDTSTART;TZID=W. Europe Standard Time:20261019T100000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY\n"
        "EXDATE;TZID=W. Europe Standard Time:20261109T100000\nSUMMARY:Weekly"
    )
    moved = (
        "UID:1\nRECURRENCE-ID;TZID=W. Europe Standard Time:20261116T100000\n"
        "DTSTART;TZID=W. Europe Standard Time:20261116T150000\nDURATION:PT30M\nSUMMARY:Weekly, later"
    )
    assert shown(feed(weekly, moved), date(2026, 10, 19), date(2026, 11, 23)) == [
        ("19 10:00", "Weekly"), ("26 10:00", "Weekly"), ("02 10:00", "Weekly"), ("16 15:00", "Weekly, later"), ("23 10:00", "Weekly"),
    ]  # fmt: skip


def test_times_of_all_kinds_are_on_the_owners_clock() -> None:
    rows = (
        "UID:1\nDTSTART:20261116T080000Z\nDURATION:PT45M\nSUMMARY:In UTC",
        "UID:2\nDTSTART:20261116T120000\nDURATION:PT45M\nSUMMARY:On no clock",
        "UID:3\nDTSTART;TZID=America/New_York:20261116T120000\nDURATION:PT45M\nSUMMARY:In New York",
        "UID:4\nDTSTART;VALUE=DATE:20261116\nSUMMARY:All day",
        "UID:5\nDTSTART:20261115T233000Z\nDURATION:PT45M\nSUMMARY:After midnight here",
    )
    assert shown(feed(*rows)) == [
        ("16 00:00", "All day"), ("16 00:30", "After midnight here"), ("16 09:00", "In UTC"), ("16 12:00", "On no clock"), ("16 18:00", "In New York"),
    ]  # fmt: skip
    [whole] = list(events(feed(rows[3]), date(2026, 11, 16), date(2026, 11, 16), "", OSLO))
    assert whole.whole_day


@pytest.mark.parametrize(
    "more", ["STATUS:CANCELLED", "ATTENDEE;PARTSTAT=DECLINED:MAILTO:Ann@ours.example"], ids=["called off", "declined"]
)
def test_what_will_not_be_is_left_out(more: str) -> None:
    assert shown(feed(f"UID:1\nDTSTART:20261116T080000Z\nSUMMARY:No\n{more}")) == []


def test_those_who_attend_are_named_without_the_owner_and_each_once() -> None:
    row = (
        "UID:1\nDTSTART:20261116T080000Z\nSUMMARY:Pricing\n call\nORGANIZER;CN=Ann:mailto:ann@ours.example\n"
        'ATTENDEE;CN="Solheim, Ingrid":mailto:Ingrid@north.example\nATTENDEE;CN=ann@ours.example:mailto:ann@ours.example\n'
        "ATTENDEE;CN=per@north.example:mailto:per@north.example\nATTENDEE;CN=Room 4:urn:room:4\nLOCATION:Room\\, 4"
    )
    [one] = events(feed(row), date(2026, 11, 16), date(2026, 11, 16), "ann@ours.example", OSLO)
    assert (one.title, one.place) == ("Pricingcall", "Room, 4")
    assert one.attendees == (("Solheim, Ingrid", "ingrid@north.example"), ("", "per@north.example"), ("Room 4", ""))
    assert one.end - one.start == datetime.min - datetime.min


def test_a_broken_appointment_costs_only_itself() -> None:
    rows = ("UID:1\nDTSTART:garbage\nSUMMARY:Bad", "UID:2\nDTSTART:20261116T080000Z\nSUMMARY:Good", "SUMMARY:No time")
    assert shown(feed(*rows)) == [("16 09:00", "Good")]


@pytest.mark.parametrize(
    "text", [b"", b"<html>login</html>", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n", b"\xff\xfe\x00", b"%PDF-1.7"]
)
def test_what_is_no_calendar_is_said(text: bytes) -> None:
    with pytest.raises(
        CalendarError, match=r"^The calendar cannot be read \(it is no iCalendar file\); the answer comes without it\."
    ):
        shown(text)


class Feed(BaseHTTPRequestHandler):
    """Serves a calendar, and things that are none."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404 if "gone" in self.path else 200)
        self.end_headers()
        self.wfile.write(feed("UID:1\nDTSTART:20261116T080000Z\nSUMMARY:Served"))

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a loopback server of calendars."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Feed) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


def test_a_feed_is_fetched_once_for_some_minutes(server: str) -> None:
    Feed.asked.clear()
    read = reading({"ann@ours.example": f"{server}/secret.ics"}, "Ann@ours.example", "Europe/Oslo")
    for _ in range(3):
        assert [one.title for one in read(date(2026, 11, 16), date(2026, 11, 16))] == ["Served"]
    assert Feed.asked == ["/secret.ics"]


def test_an_address_is_a_secret_that_no_sentence_names(server: str) -> None:
    day = date(2026, 11, 16)
    for address, why in (
        (f"{server}/gone-secret", "its server says 404"),
        ("http://127.0.0.1:1/secret", "ConnectionError"),
    ):
        with pytest.raises(CalendarError) as caught:
            reading({"a@b.example": address}, "a@b.example", "UTC")(day, day)
        assert str(caught.value) == (
            f"The calendar cannot be read ({why}); the answer comes without it. Check its address in SELLER_CALENDARS."
        )
        assert caught.value.__cause__ is None


def test_nobody_elses_calendar_is_read(server: str) -> None:
    assert (
        reading({"ann@ours.example": server}, "ben@ours.example", "UTC")(date(2026, 11, 16), date(2026, 11, 16)) == ()
    )
    assert reading({"": server}, "", "UTC")(date(2026, 11, 16), date(2026, 11, 16)) == ()
