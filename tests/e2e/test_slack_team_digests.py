"""The pipeline on Mondays and what one's people need on weekdays: opt-in, audience-checked, never twice."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from slack_blocks import Shown
from slack_office import NOW, Office
from slack_server import SlackServer

from bot.app import App
from bot.commands.serve import kit
from bot.crm.local import upsert_all
from bot.crm.records import Opportunity, Quota, User
from bot.settings import Settings
from bot.slack.home.digest_setting import LEADS_NOBODY, NOT_IN, OUTSIDE
from bot.slack.listeners import build_app
from bot.store.preferences import Preference, Preferences

MIA = User(id="U-MIA", name="Mia Reyes", email="mia@example.test", role="seller", manager_id="U-DANA")
DANA = User(id="U-DANA", name="Dana Fox", email="dana@example.test", role="manager", time_zone="Europe/Berlin")
OMAR = User(id="U-OMAR", name="Omar Haddad", email="omar@example.test", role="seller")
LATE = Opportunity(
    id="O1", name="Northwick plant 2", account_id="A1", owner_id="U-MIA", amount=Decimal("48000"), stage="Discovery",
    close_date=date(2026, 2, 27), created_at=NOW - timedelta(days=90),
)  # fmt: skip
SEVEN = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""eight o'clock in Berlin, on a Monday"""
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def office(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP, with Dana in Berlin, who leads Mia."""
    opened = Office(settings, slack, "http")
    furnish(opened)
    yield opened
    opened.stop()


def furnish(office: Office) -> None:
    """Put the people and the deal into the CRM and into this Slack."""
    upsert_all(office.app.engine, [MIA, DANA, LATE], as_of=NOW)
    assert office.mia
    assert office.omar
    assert office.member("UDANA", "dana@example.test")


def wants(office: Office, **more: str) -> None:
    """Keep what Dana set."""
    Preferences(office.app.engine).save(Preference(user_id="U-DANA", slack_id="UDANA", **more), NOW)


def titles(office: Office, channel: str = "DUDANA") -> list[str]:
    """The first lines of what arrived in a channel, without what belongs to charts."""
    shown = [message.text.partition("\n")[0] for message in office.slack.shown if message.channel == channel]
    return [text for text in shown if text.startswith("*")]


def last(office: Office) -> Shown:
    """What was shown last."""
    return office.slack.shown[-1]


def dana(office: Office):  # type: ignore[no-untyped-def]
    """The manager."""
    return office.member("UDANA", "dana@example.test")


def test_on_monday_the_pipeline_comes_once_with_its_chart_and_figures(office: Office) -> None:
    wants(office, weekly_at="08:00")
    office.bolt.remind(SEVEN - MINUTE)
    assert titles(office) == []
    for minutes in (0, 1, 60, 119, 121):
        office.bolt.remind(SEVEN + minutes * MINUTE)
    office.restart()
    office.bolt.remind(SEVEN + 2 * MINUTE)
    for day in range(1, 7):
        office.bolt.remind(SEVEN + day * DAY)
    assert titles(office) == ["*Your pipeline, Monday 2026-03-02*"]
    [digest] = [message for message in office.slack.shown if message.text.startswith("*Your pipeline")]
    assert "USD 48,000" in digest.words
    assert "Stop this with `/pipeline weekly off`; its time is under Settings in the Home tab." in digest.words
    assert len(digest.blocks) <= 50
    assert [picture["channel"] for picture in office.slack.pictures] == ["DUDANA"] * 2
    assert len(office.slack.sheets) == 2
    office.bolt.remind(SEVEN + 7 * DAY)
    assert titles(office)[1:] == ["*Your pipeline, Monday 2026-03-09*"]
    assert office.slack.errors == []


def test_on_weekdays_a_manager_hears_what_their_people_need(office: Office) -> None:
    wants(office, daily_at="08:00")
    for day in range(7):
        office.bolt.remind(SEVEN + day * DAY)
    assert titles(office) == [f"*What needs you, {(SEVEN + day * DAY):%A} 2026-03-0{2 + day}*" for day in range(5)]
    first = next(message for message in office.slack.shown if message.text.startswith("*What needs you, Monday"))
    assert first.words.splitlines()[:4] == [
        "*What needs you, Monday 2026-03-02*",
        "1 deal of 1 person needs a word; USD 9,600 at stake.",
        "*A word today*",
        "• Mia Reyes: Northwick plant 2 (Northwick Dairy), USD 48,000 at 20% in Discovery; "
        "the close date 2026-02-27 passed 3 days ago. Do: confirm the close date. [1]",
    ]
    assert office.slack.errors == []


@pytest.mark.parametrize(
    ("zone", "at", "moments"),
    [
        # The Monday after the clocks went forward, and after they went back: still eight by the person's clock.
        ("Europe/Berlin", "08:00", ["2026-03-30T05:59", "2026-03-30T06:00"]),
        ("Europe/Berlin", "08:00", ["2026-10-26T06:59", "2026-10-26T07:00"]),
        # Monday begins earlier in the East, and ends later in the West, than in UTC.
        ("Pacific/Kiritimati", "08:00", ["2026-03-01T17:59", "2026-03-01T18:00"]),
        ("Pacific/Honolulu", "23:30", ["2026-03-03T09:29", "2026-03-03T09:30"]),
    ],
)
def test_monday_is_the_persons_own(office: Office, zone: str, at: str, moments: list[str]) -> None:
    upsert_all(office.app.engine, [DANA.model_copy(update={"time_zone": zone})], as_of=NOW)
    wants(office, weekly_at=at)
    before, then = (datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments)
    office.bolt.remind(before)
    assert titles(office) == []
    for minutes in (0, 1, 119, 120, 24 * 60):
        office.bolt.remind(then + minutes * MINUTE)
    assert len(titles(office)) == 1


def test_the_buttons_of_a_digest_answer_its_reader_where_no_tables_are_taken(office: Office) -> None:
    office.slack.shows_tables = False
    wants(office, weekly_at="08:00", daily_at="08:00")
    office.bolt.remind(SEVEN)
    assert len(titles(office)) == 2
    needs = next(message for message in office.slack.shown if message.text.startswith("*What needs you"))
    menu = needs.button("say:1.0")
    dana(office).pick(needs, "say:1.0", menu["options"][0]["value"])
    answer = office.slack.wait(lambda: office.slack.shown[-1] if len(office.slack.shown) == 3 else None, "the deal")
    assert "Northwick plant 2" in answer.words
    assert (answer.channel, answer.user) == ("DUDANA", None)


def test_two_replicas_send_it_once(office: Office, settings: Settings) -> None:
    wants(office, weekly_at="08:00", daily_at="08:00")
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
        replica.finish()
    assert sorted(titles(office)) == ["*What needs you, Monday 2026-03-02*", "*Your pipeline, Monday 2026-03-02*"]


def test_in_a_channel_of_those_who_may_see_it_it_is_there_for_all(office: Office) -> None:
    office.slack.channel("C1", "UDANA", "UMIA", is_member=True)
    wants(office, weekly_at="08:00", weekly_to="C1")
    office.bolt.remind(SEVEN)
    assert (titles(office, "C1"), titles(office)) == (["*Pipeline of Dana Fox, Monday 2026-03-02*"], [])
    [digest] = [message for message in office.slack.shown if message.channel == "C1"]
    assert digest.user is None
    assert {(p["channel"], p["thread_ts"]) for p in office.slack.pictures} == {("C1", digest.ts)}


def quota(office: Office) -> None:
    """Give Mia a quota, which she and Dana may see; 82,900 of it is to go."""
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    mias = Quota(id="Q1", user_id="U-MIA", first=first, last=last, amount=Decimal(90000))
    won = LATE.model_copy(
        update={
            "id": "O2",
            "name": "Hall",
            "amount": Decimal(7100),
            "stage": "Closed Won",
            "is_closed": True,
            "is_won": True,
        }
    )
    upsert_all(office.app.engine, [mias, OMAR, won], as_of=NOW)


def test_in_a_channel_the_digest_tells_no_quota(office: Office) -> None:
    quota(office)
    office.slack.channel("C1", "UDANA", "UOMAR", is_member=True)
    wants(office, weekly_at="08:00", weekly_to="C1")
    office.bolt.remind(SEVEN)
    [digest] = [message for message in office.slack.shown if message.channel == "C1" and message.text.startswith("*")]
    assert "Quotas are left out, as asked" in digest.words
    assert "90,000" not in digest.words + str(office.slack.pictures) + str(office.slack.sheets)


@pytest.mark.parametrize(("members", "alone"), [(["UDANA", "UMIA"], False), (["UDANA", "UOMAR"], True)])
def test_an_answer_with_a_quota_is_for_those_alone_who_may_see_it(
    office: Office, members: list[str], alone: bool
) -> None:
    quota(office)
    office.slack.channel("C1", *members, is_member=True)
    for words in ("how does the quarter look?", "deals behind “gap”"):
        before = len(office.slack.shown)
        dana(office).mention(words, "C1")
        said = office.slack.wait(lambda: [m for m in office.slack.shown[before:] if "82,900" in m.words], words)  # noqa: B023
        assert [message.channel == "C1" and message.user is None for message in said] == [not alone]


def test_where_a_member_may_not_see_it_the_manager_alone_gets_it_and_why(
    settings: Settings, slack: SlackServer
) -> None:
    office = Office(settings.model_copy(update={"crm_sees": "own"}), slack, "http")
    furnish(office)
    slack.channel("C1", "UDANA", "UOMAR", is_member=True)
    wants(office, weekly_at="08:00", weekly_to="C1")
    office.bolt.remind(SEVEN)
    office.stop()
    assert [message for message in slack.shown if message.channel == "C1"] == []
    [digest] = [message for message in slack.shown if message.text.startswith("*Your pipeline")]
    assert digest.text.splitlines()[1] == (
        "It was to go to <#C1>. Shown to you alone: not everybody there may see what you may see."
    )
    assert {picture["channel"] for picture in slack.pictures} == {"DUDANA"}


@pytest.mark.parametrize(
    ("marks", "member", "why"),
    [
        ({"is_ext_shared": True}, "UMIA", "that channel is shared with people of other companies, and nothing internal is posted there."),
        ({}, "UGUEST", "there are guests in that channel, and nothing internal is posted before them."),
    ],
)  # fmt: skip
def test_a_channel_with_people_from_outside_never_gets_it(
    office: Office, marks: dict[str, bool], member: str, why: str
) -> None:
    office.slack.person("UGUEST", "guest@else.example", is_restricted=True)
    office.slack.channel("C1", "UDANA", member, **marks)
    wants(office, daily_at="08:00", daily_to="C1")
    office.bolt.remind(SEVEN)
    assert [message for message in office.slack.shown if message.channel == "C1"] == []
    [digest] = [message for message in office.slack.shown if message.text.startswith("*What needs you")]
    assert digest.text.splitlines()[1] == f"It was to go to <#C1>. Shown to you alone: {why}"


def test_a_channel_that_takes_nothing_any_more_leaves_it_to_the_manager(office: Office) -> None:
    office.slack.channel("C1", "UDANA", "UMIA")
    wants(office, weekly_at="08:00", weekly_to="C1")
    office.slack.refuse("conversations.info", "channel_not_found")
    office.bolt.remind(SEVEN)
    [digest] = [message for message in office.slack.shown if message.text.startswith("*Your pipeline")]
    assert digest.channel == "DUDANA"
    assert "I cannot read who is in that channel; invite me with `/invite`." in digest.text


@pytest.mark.parametrize("left", ["slack", "crm", "leads nobody"])
def test_who_left_or_leads_nobody_gets_nothing(office: Office, left: str) -> None:
    wants(office, daily_at="08:00")
    if left == "slack":
        office.slack.person("UDANA", "dana@example.test", deleted=True)
    elif left == "crm":
        upsert_all(office.app.engine, [DANA.model_copy(update={"active": False})], as_of=NOW)
    else:
        upsert_all(office.app.engine, [MIA.model_copy(update={"manager_id": None})], as_of=NOW)
    office.bolt.remind(SEVEN)
    assert [call.method for call in office.slack.calls if call.method.startswith("chat")] == []


def test_what_slack_refuses_is_tried_again(office: Office) -> None:
    wants(office, weekly_at="08:00")
    office.slack.fail("chat.postMessage", 429, times=4, Retry_After="0")
    office.bolt.remind(SEVEN)
    assert titles(office) == []
    office.bolt.remind(SEVEN + MINUTE)
    assert len(titles(office)) == 1


def test_an_empty_pipeline_and_a_calm_team_read_well(office: Office) -> None:
    gone = LATE.model_copy(update={"owner_id": "U-OMAR"})
    upsert_all(office.app.engine, [gone], as_of=NOW)
    office.slack.channel("C1", "UDANA", "UMIA", is_member=True)
    wants(office, weekly_at="08:00", daily_at="08:00", daily_to="C1")
    office.bolt.remind(SEVEN)
    pipeline, needs = office.slack.shown
    assert "No deal that you may see counts here: none is open, none closed in the period." in pipeline.words
    assert (needs.channel, needs.words.splitlines()[:2]) == (
        "DUDANA",
        ["*What needs you, Monday 2026-03-02*",
         "Nothing needs a word of yours: no red risk, no promise overdue, no proposal waiting, no big move since Friday."],
    )  # fmt: skip
    assert office.slack.pictures == []


def test_words_set_and_stop_a_digest(office: Office) -> None:
    office.slack.channel("C1", "UDANA", "UMIA", is_member=True)
    dana(office).command("/pipeline", "weekly here at 11:30", channel="C1")
    said = dana(office).sees("comes at 11:30")
    assert (said.user, said.text) == (
        "UDANA",
        "The pipeline digest on Mondays comes at 11:30 (Europe/Berlin), to this channel if everybody in it may see what it "
        "rests on, else to you alone. Stop it with `/pipeline weekly off`.",
    )
    office.bolt.remind(NOW + 90 * MINUTE)
    assert titles(office, "C1") == ["*Pipeline of Dana Fox, Monday 2026-03-02*"]
    dana(office).command("/pipeline", "weekly off", channel="C1")
    dana(office).sees("is off")
    office.bolt.remind(NOW + 90 * MINUTE + 7 * DAY)
    assert len(titles(office, "C1")) == 1
    kept = Preferences(office.app.engine).get("U-DANA")
    assert (kept.weekly_at, kept.weekly_to) == (None, None)


def test_a_time_set_for_a_moment_ago_begins_with_the_next_day(office: Office) -> None:
    dana(office).command("/pipeline", "daily at 9:30")
    dana(office).sees("The digest of what your people need comes on weekdays at 09:30 (Europe/Berlin), to you alone.")
    office.bolt.remind(NOW + MINUTE)
    assert titles(office) == []
    office.bolt.remind(NOW + DAY)
    assert titles(office) == ["*What needs you, Tuesday 2026-03-03*"]


@pytest.mark.parametrize(
    ("who", "words", "marks", "says"),
    [
        ("dana", "weekly here", {"is_member": False}, NOT_IN),
        ("dana", "daily here", {"is_member": True, "is_ext_shared": True}, OUTSIDE),
        ("omar", "daily here", {"is_member": True}, LEADS_NOBODY),
        ("dana", "weekly for EMEA", {}, "“weekly for EMEA” cannot be read as a wish for a digest. "),
    ],
)
def test_what_cannot_be_set_says_why(office: Office, who: str, words: str, marks: dict[str, bool], says: str) -> None:
    office.slack.channel("C1", "UDANA", "UOMAR", **marks)
    member = dana(office) if who == "dana" else office.omar
    member.command("/pipeline", words, channel="C1")
    assert says in member.sees(says[:30]).text
    assert Preferences(office.app.engine).wanting() == []


def test_settings_in_the_home_tab_hold_both_times(office: Office) -> None:
    wants(office, weekly_at="08:00", weekly_to="C1")
    dana(office).opens()
    dana(office).sees_home("• Pipeline on Mondays: 08:00, in <#C1>")
    dana(office).click_home("home:settings")
    modal = office.slack.wait(lambda: office.slack.modals[-1] if office.slack.modals else None, "the form")
    refused = dana(office).submit(modal, {"daily_needs": "soon"}).payload
    assert refused["errors"] == {
        "daily_needs": "“soon” is no time of day; write it like 08:00, or leave it empty for no digest."
    }
    dana(office).submit(modal, {"weekly_pipeline": "7:15", "daily_needs": "8:30"})
    dana(office).sees_home("• What your people need: 08:30 on weekdays")
    kept = Preferences(office.app.engine).get("U-DANA")
    assert (kept.weekly_at, kept.weekly_to, kept.daily_at, kept.daily_to) == ("07:15", "C1", "08:30", None)
