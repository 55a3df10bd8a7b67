"""What people and other apps write in ways that are easily misread: by another name, edited, hidden, by a bot."""

import pytest
from slack_blocks import Plain
from slack_office import Office
from slack_server import BOT, BOT_ID, CLOCK, TEAM

from bot.proposals import Chart, Series
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.sending.pictures import Pictures

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)

ASK = "brief me on Northwick Dairy"


def deliver(office: Office, kind: str, **event: object) -> None:
    """Deliver an event as it is."""
    number = office.slack.number()
    plain: Plain = {"type": kind, "channel": "C1", "ts": f"{CLOCK + number}.000200", **event}
    body = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{number}", "event": plain}
    office.mia.by.send("events_api", body)


@pytest.mark.parametrize("text", [f"<@{BOT}|seller> {ASK}", f"{ASK} <@{BOT}|Seller Assistant>", ASK])
def test_a_mention_by_another_name_is_heard(office: Office, text: str) -> None:
    office.mia  # noqa: B018  # known to this Slack from here on
    deliver(office, "app_mention", user="UMIA", text=text)
    assert office.mia.sees("Bottom line").channel == "C1"


def test_a_mention_by_another_name_within_code_is_none(office: Office) -> None:
    deliver(office, "app_mention", user="UMIA", text=f"write `<@{BOT}|seller> {ASK}`")
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_a_me_message_to_the_bot_is_answered(office: Office) -> None:
    office.mia.say(ASK, subtype="me_message")
    assert office.mia.sees("Bottom line").channel == "DUMIA"


def test_a_mention_that_an_edit_brings_in_is_heard_once(office: Office) -> None:
    first = office.mia.chat(f"who can {ASK}?")
    changed = office.mia.edit(first, f"<@{BOT}> {ASK}")
    assert office.mia.sees("Bottom line").user == "UMIA"
    office.mia.edit({"event": {**changed["event"]["message"], "channel": "C1"}}, f"<@{BOT}> {ASK}, please")
    office.mia.mention(ASK, edited={"user": "UMIA", "ts": "1770000009.000100"})
    assert office.slack.stays(lambda: sum("Bottom line" in m.words for m in office.slack.shown) > 2)


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "bot_message", "bot_id": "BFLOW", "username": "A workflow", "text": ASK},
        {"user": BOT, "bot_id": BOT_ID, "text": ASK},
        {"user": "UMIA", "bot_id": BOT_ID, "app_id": "A1", "text": ASK},
        {"user": None, "text": ASK},
        {"user": "UMIA", "hidden": True, "text": ASK},
        {"user": "UMIA", "subtype": "huddle_thread", "room": {"id": "R1"}, "text": ""},
        {"user": "USLACKBOT", "subtype": "tombstone", "text": "This message was deleted.", "hidden": True},
        {"subtype": "message_changed", "message": {"subtype": "tombstone", "user": "USLACKBOT", "ts": "1.1"}},
        {"subtype": "message_changed", "message": {"user": "UMIA", "ts": "1.1", "text": ASK}, "previous_message": {"text": ""}},
        {"subtype": "message_deleted"},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_person_wrote_is_left_alone(office: Office, event: Plain) -> None:
    office.mia  # noqa: B018  # known to this Slack from here on
    deliver(office, "message", **{"channel": "DUMIA", "channel_type": "im", **event})
    assert office.slack.stays(lambda: bool(office.slack.shown))


@pytest.mark.parametrize("kind", ["channel_rename", "channel_archive", "channel_deleted", "member_joined_channel"])
def test_news_of_a_channel_is_acknowledged_and_left_alone(office: Office, kind: str) -> None:
    channel = {"id": "C1", "name": "renamed", "created": CLOCK} if kind == "channel_rename" else "C1"
    deliver(office, kind, channel=channel, user="UMIA")
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_a_closed_form_is_acknowledged_and_left_alone(office: Office) -> None:
    user, view = {"id": "UMIA", "team_id": TEAM}, {"id": "V1", "type": "modal", "callback_id": "log_request"}
    ack = office.mia.by.send("interactive", {"type": "view_closed", "user": user, "view": view, "is_cleared": False})
    assert ack.status == 200
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_an_answer_whose_thread_is_gone_comes_beside_it(office: Office) -> None:
    office.slack.decline("chat.postMessage", "thread_not_found")
    office.mia.say(ASK)
    assert office.mia.sees("Bottom line").thread_ts is None


def test_a_command_in_a_message_to_a_colleague_is_answered_though_its_address_is_used_up(office: Office) -> None:
    office.slack.decline("chat.postMessage", "channel_not_found")
    office.slack.fail("response", 404)
    office.mia.command("/brief", "Northwick Dairy", channel="DOTHERS")
    assert office.mia.sees("Bottom line").channel == "DUMIA"


def test_two_colleagues_in_one_direct_message_have_conversations_of_their_own(office: Office) -> None:
    office.mia.command("/brief", "Northwick Dairy", channel="DOTHERS")
    office.mia.sees("Bottom line")
    office.omar.command("/deal", "", channel="DOTHERS")
    assert "Which account?" in office.omar.sees("Which account?").words


def test_a_chart_for_a_persons_id_goes_to_the_channel_of_their_messages(office: Office) -> None:
    office.mia  # noqa: B018  # known to this Slack from here on
    shown = Series(name="Amount", values=(4,))
    chart = Chart(
        kind="barh", title="Pipeline", alt="All in Discovery.", labels=("Discovery",), series=(shown,), unit="USD"
    )
    Pictures(Outbox(web_client(office.settings))).show(Place("UMIA", "UMIA", True, "t"), [chart])
    assert [(p["channel"], p["title"]) for p in office.slack.pictures] == [("DUMIA", "Pipeline")]
    assert [m.channel for m in office.slack.shown] == ["DUMIA"]


@pytest.mark.parametrize(
    ("company", "told"), [("E1", "Bottom line"), ("E2", "Only members of this Slack workspace may use the assistant")]
)
def test_another_workspace_of_the_same_company_is_no_stranger(
    office: Office, monkeypatch: pytest.MonkeyPatch, company: str, told: str
) -> None:
    identity = {"team_id": TEAM, "enterprise_id": "E1", "user_id": BOT, "bot_id": BOT_ID}
    monkeypatch.setattr(office.slack, "_do_auth_test", lambda params: identity, raising=False)
    elsewhere = {"team_id": "T2", "enterprise_user": {"enterprise_id": company, "teams": ["T2"]}}
    office.member("UMIA", "mia@example.test", **elsewhere).say(ASK)
    assert told in office.mia.sees(told).words
