"""The morning digest and the brief before a meeting: opt-in, on the person's own clock, never twice."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_blocks import Shown
from slack_office import NOW, Office
from slack_server import SlackServer

from bot.app import App
from bot.commands.serve import kit, run
from bot.crm.local import upsert_all
from bot.crm.records import Activity, Contact, Task, User
from bot.settings import Settings
from bot.slack.listeners import build_app
from bot.store.preferences import Preference, Preferences

MIA = User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller", time_zone="Europe/Berlin")
SEVEN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""eight o'clock in Berlin, on a Monday"""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP, with Mia in Berlin."""
    opened = Office(settings, slack, "http")
    upsert_all(opened.app.engine, [MIA], as_of=NOW)
    assert opened.mia
    yield opened
    opened.stop()


def wants(office: Office, digest_at: str | None = "08:00", *, briefs: bool = False, slack_id: str = "UMIA") -> None:
    """Keep what Mia set."""
    wanted = Preference(user_id="U-MIA", slack_id=slack_id, digest_at=digest_at, briefs=briefs)
    Preferences(office.app.engine).save(wanted, NOW)


def meeting(office: Office, at: datetime, **more: object) -> None:
    """Put a meeting with Northwick Dairy into Mia's calendar."""
    fields = {"account_id": "A1", "owner_id": "U-MIA", "contact_ids": ("C1",), **more}
    row = Activity.model_validate({"id": "M1", "kind": "meeting", "at": at, "subject": "Plant review", **fields})
    upsert_all(office.app.engine, [row], as_of=NOW)


def posted(slack: SlackServer) -> list[Shown]:
    """All that arrived among Mia's direct messages."""
    return [message for message in slack.shown if message.channel == "DUMIA"]


def test_nothing_comes_without_being_asked_for(office: Office) -> None:
    meeting(office, SEVEN + timedelta(minutes=30))
    office.bolt.remind(SEVEN)
    assert posted(office.slack) == []


def test_the_digest_is_the_day_in_one_message_with_its_buttons(office: Office) -> None:
    wants(office)
    meeting(office, SEVEN + timedelta(hours=6))
    task = Task(id="T1", subject="Send the price", due=date(2026, 3, 1), owner_id="U-MIA", account_id="A1")
    upsert_all(office.app.engine, [task], as_of=NOW)
    office.bolt.remind(SEVEN)
    [digest] = posted(office.slack)
    assert digest.text == "Your day, Monday: 1 meeting, 1 task due, 1 deal in need of you."
    assert digest.words == (
        "Your day, Monday, 2026-03-02\n*Today*\n*14:00* Plant review\nNorthwick Dairy; Jane Holt, CFO\nPrepare\n"
        "*Due*\n• Send the price (Northwick Dairy), overdue by 1 day; USD 9,600 at stake\nDone\nDraft\n*Deals that need you*\n"
        "*Northwick plant 2 (Northwick Dairy)* · USD 48,000 at 20% in Discovery\n"
        "no next step is set; contact missing in the CRM → agree a next step\nDeal\nBrief\nLog\n"
        "Times in Europe/Berlin. In the order of what is at stake: amount × the stage's probability, for deals × severity. "
        "CRM as of 2026-03-02 10:00. Change or stop this in the Home tab under Settings."
    )
    assert digest.buttons == ["home:act", "home:act", "home:act", "home:brief", "home:log"]
    office.mia.click(digest, "home:brief")
    brief, opener = office.mia.sees("Bottom line"), office.mia.sees("Brief on Northwick Dairy")
    assert (brief.channel, brief.thread_ts, opener.thread_ts) == ("DUMIA", opener.ts, None)
    assert office.slack.made("views.publish") == []
    assert office.slack.errors == []


@pytest.mark.parametrize(
    ("zone", "at", "moments"),
    [
        ("Europe/Berlin", "08:00", ["2026-03-02T06:59", "2026-03-02T07:00"]),
        ("America/Los_Angeles", "23:30", ["2026-03-03T07:29", "2026-03-03T08:10"]),
        ("Asia/Kathmandu", "07:45", ["2026-03-02T01:59", "2026-03-02T02:00"]),
        # The night when clocks jump from 02:00 to 03:00: 02:30 comes as 03:30, by then at two hours from UTC.
        ("Europe/Berlin", "02:30", ["2026-03-29T01:29", "2026-03-29T01:30"]),
        # The night when 02:30 comes twice: the first one counts, and the second brings no other.
        ("Europe/Berlin", "02:30", ["2026-10-25T00:29", "2026-10-25T00:30"]),
    ],
)
def test_the_digest_comes_on_the_persons_own_clock(office: Office, zone: str, at: str, moments: list[str]) -> None:
    upsert_all(office.app.engine, [MIA.model_copy(update={"time_zone": zone})], as_of=NOW)
    wants(office, at)
    before, then = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments)
    # A task of that very day, so that the digest comes on the Sundays of the clock change as well.
    days = [then.date() - timedelta(days=1), then.date()]
    tasks = [Task(id=f"T{n}", subject="Due", due=day, owner_id="U-MIA") for n, day in enumerate(days)]
    upsert_all(office.app.engine, tasks, as_of=NOW)
    office.bolt.remind(before)
    assert posted(office.slack) == []
    for minutes in (0, 1, 59, 60, 61, 119, 120, 180):
        office.bolt.remind(then + minutes * MINUTE)
    assert len(posted(office.slack)) == 1


def test_slacks_time_zone_counts_where_the_crm_has_none(office: Office) -> None:
    upsert_all(office.app.engine, [MIA.model_copy(update={"time_zone": "UTC"})], as_of=NOW)
    office.slack.person("UMIA", "mia@example.test", tz="America/New_York")
    wants(office)
    office.bolt.remind(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    assert posted(office.slack) == []
    office.bolt.remind(datetime(2026, 3, 2, 13, 0, tzinfo=UTC))
    assert [m.text[:16] for m in posted(office.slack)] == ["Your day, Monday"]


def test_a_move_to_another_time_zone_brings_no_second_digest_of_the_day(office: Office) -> None:
    wants(office)
    office.bolt.remind(SEVEN)
    upsert_all(office.app.engine, [MIA.model_copy(update={"time_zone": "America/New_York"})], as_of=NOW)
    office.bolt.remind(datetime(2026, 3, 2, 13, 0, tzinfo=UTC))
    assert len(posted(office.slack)) == 1
    office.bolt.remind(datetime(2026, 3, 3, 13, 0, tzinfo=UTC))
    assert len(posted(office.slack)) == 2


def test_a_digest_is_not_sent_when_it_is_of_no_use_any_more(office: Office) -> None:
    wants(office)
    office.bolt.remind(SEVEN + timedelta(hours=2))
    assert posted(office.slack) == []
    office.bolt.remind(SEVEN + timedelta(days=1, hours=1, minutes=59))
    assert len(posted(office.slack)) == 1


def test_at_the_weekend_a_digest_comes_for_what_is_of_that_very_day(office: Office) -> None:
    wants(office)
    saturday = SEVEN + timedelta(days=5)
    overdue = Task(id="T1", subject="Late", due=date(2026, 3, 1), owner_id="U-MIA", account_id="A1")
    upsert_all(office.app.engine, [overdue], as_of=NOW)
    office.bolt.remind(saturday)
    assert posted(office.slack) == []
    meeting(office, saturday + timedelta(days=1, hours=3))
    office.bolt.remind(saturday + timedelta(days=1))
    assert len(posted(office.slack)) == 1


def test_two_replicas_and_a_restart_send_it_once(office: Office, settings: Settings) -> None:
    wants(office, briefs=True)
    meeting(office, SEVEN + timedelta(minutes=45))
    with App(settings, clock=lambda: NOW) as other:
        replica = build_app(kit(other))
        start = threading.Barrier(2)

        def both(remind: object) -> None:
            start.wait()
            remind(SEVEN)  # type: ignore[operator]

        threads = [threading.Thread(target=both, args=(app.remind,)) for app in (office.bolt, replica)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        office.mia.sees("*The meeting*")
        replica.finish()
    office.restart()
    office.bolt.remind(SEVEN + MINUTE)
    office.stop()
    words = [message.text.partition("\n")[0] for message in posted(office.slack)]
    assert len([text for text in words if text.startswith("Your day")]) == 1
    assert len([text for text in words if text.startswith("Meeting with")]) == 1
    office.start()


def test_what_slack_refuses_is_tried_again_and_what_it_left_open_is_not(office: Office) -> None:
    wants(office)
    office.slack.fail("chat.postMessage", 429, times=4, Retry_After="0")
    office.bolt.remind(SEVEN)
    assert posted(office.slack) == []
    office.bolt.remind(SEVEN + MINUTE)
    assert len(posted(office.slack)) == 1


@pytest.mark.parametrize("left", ["slack", "crm", "other"])
def test_who_left_gets_nothing(office: Office, left: str) -> None:
    wants(office, briefs=True)
    meeting(office, SEVEN + timedelta(minutes=30))
    if left == "slack":
        office.slack.person("UMIA", "mia@example.test", deleted=True)
    elif left == "crm":
        upsert_all(office.app.engine, [MIA.model_copy(update={"active": False})], as_of=NOW)
    else:
        office.slack.person("UMIA", "omar@example.test")
    office.bolt.remind(SEVEN)
    office.bolt.finish()
    assert [call.method for call in office.slack.calls if call.method.startswith("chat")] == []


def test_a_brief_comes_within_the_hour_before_a_meeting_with_who_attends(office: Office) -> None:
    wants(office, None, briefs=True)
    at = NOW + timedelta(hours=1)
    cto = Contact(id="C9", account_id="A1", name="Ida Moe")
    upsert_all(office.app.engine, [cto], as_of=NOW)
    meeting(office, at, contact_ids=("C1", "C9"))
    office.bolt.remind(at - timedelta(minutes=61))
    assert office.slack.stays(lambda: bool(posted(office.slack)))
    office.bolt.remind(at - timedelta(minutes=60))
    brief = office.mia.sees("*The meeting*")
    first, second = posted(office.slack)[:2]
    assert first.text == (
        "Meeting with Northwick Dairy at 11:00, in 60 minutes: Plant review.\n"
        "From their side: Jane Holt (CFO); Ida Moe."
    )
    assert "2026-03-02 11:00 (Europe/Berlin): Plant review; 30 minutes assumed." in brief.words
    assert (second, second.thread_ts) == (brief, first.ts)
    office.bolt.remind(at - timedelta(minutes=59))
    office.bolt.remind(at)
    office.bolt.finish()
    assert len([m for m in posted(office.slack) if m.text.startswith("Meeting with")]) == 1


def test_a_meeting_of_ones_own_calendar_brings_its_brief_and_one_of_both_brings_one(
    settings: Settings, slack: SlackServer, tmp_path: Path
) -> None:
    events = [
        f"BEGIN:VEVENT\nUID:{uid}\nDTSTART:{start}\nDURATION:PT30M\nSUMMARY:{title}\nEND:VEVENT"
        for uid, start, title in (
            ("1", "20260302T074500Z", "Northwick Dairy: pricing"),
            ("2", "20260302T090000Z", "Plant review"),
        )
    ]
    (tmp_path / "mia.ics").write_text(
        "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", *events, "END:VCALENDAR"])
    )
    feeds = {"mia@example.test": SecretStr(str(tmp_path / "mia.ics"))}
    office = Office(settings.model_copy(update={"calendars": feeds}), slack, "http")
    upsert_all(office.app.engine, [MIA], as_of=NOW)
    assert office.mia
    wants(office, None, briefs=True)
    meeting(office, SEVEN + 2 * 60 * MINUTE)
    for minutes in (0, 1, 70, 71):
        office.bolt.remind(SEVEN + minutes * MINUTE)
    office.stop()
    assert [m.text.partition("\n")[0] for m in posted(slack) if m.text.startswith("Meeting with")] == [
        "Meeting with Northwick Dairy at 08:45, in 45 minutes: Northwick Dairy: pricing.",
        "Meeting with Northwick Dairy at 10:00, in 50 minutes: Plant review.",
    ]


@pytest.mark.parametrize(("moved", "briefs"), [(30, 1), (120, 1), (121, 2), (-45, 1)])
def test_a_meeting_that_moves_far_gets_a_new_brief(office: Office, moved: int, briefs: int) -> None:
    wants(office, None, briefs=True)
    at = SEVEN + timedelta(hours=3)
    meeting(office, at)
    office.bolt.remind(at - timedelta(minutes=60))
    office.mia.sees("*The meeting*")
    later = at + moved * MINUTE
    meeting(office, later)
    office.bolt.remind(later - timedelta(minutes=10))
    office.bolt.finish()
    assert len([m for m in posted(office.slack) if m.text.startswith("Meeting with")]) == briefs


@pytest.mark.parametrize(
    "more",
    [{"account_id": None}, {"owner_id": "U-OMAR"}, {"kind": "note"}, {"kind": "email"}],
    ids=["no account", "another's", "note", "email"],
)
def test_other_records_bring_no_brief(office: Office, more: dict[str, object]) -> None:
    wants(office, None, briefs=True)
    meeting(office, SEVEN + timedelta(minutes=30), **more)
    office.bolt.remind(SEVEN)
    office.bolt.finish()
    assert posted(office.slack) == []


def test_no_brief_on_an_account_that_the_person_may_not_see(settings: Settings, slack: SlackServer) -> None:
    office = Office(settings.model_copy(update={"crm_sees": "own"}), slack, "http")
    omar = Preference(user_id="U-OMAR", slack_id="UOMAR", briefs=True)
    Preferences(office.app.engine).save(omar, NOW)
    assert office.omar
    meeting(office, SEVEN + timedelta(minutes=30), owner_id="U-OMAR")
    office.bolt.remind(SEVEN)
    office.stop()
    assert [m.words for m in slack.shown] == []


def test_a_time_that_is_set_for_a_moment_ago_begins_with_the_next_day(office: Office) -> None:
    office.mia.opens()
    office.mia.sees_home("Monday")
    office.mia.click_home("home:settings")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None, "the form")
    office.mia.submit(modal, {"digest_at": "09:30"})
    office.mia.sees_home("• Morning digest: 09:30 on weekdays")
    office.bolt.remind(NOW + MINUTE)
    assert posted(office.slack) == []
    office.bolt.remind(NOW + timedelta(days=1))
    assert len(posted(office.slack)) == 1


def test_serve_looks_for_what_is_due(settings: Settings, slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.serve.REMINDER_SECONDS", 0.02)
    slack.person("UMIA", "mia@example.test")

    def stop_then() -> None:
        try:
            slack.wait(lambda: bool(posted(slack)), "a digest")
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    with App(settings, clock=lambda: SEVEN) as app:
        upsert_all(app.engine, [MIA], as_of=NOW)
        wanted = Preference(user_id="U-MIA", slack_id="UMIA", digest_at="08:00")
        Preferences(app.engine).save(wanted, NOW)
        watcher = threading.Thread(target=stop_then)
        watcher.start()
        run(app, 0)
        watcher.join()
    assert [message.text[:16] for message in posted(slack)] == ["Your day, Monday"]
