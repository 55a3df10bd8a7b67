"""What Slack's deliveries meet: repeats, restarts, strangers, failures, missing settings, the end of the process."""

import os
import re
import signal
import sqlite3
import threading
from http.client import HTTPConnection

import pytest
from slack_members import Http, Member, SocketMode
from slack_office import NOW, Office, port_of
from slack_server import SlackServer

from bot.app import App
from bot.commands.serve import kit
from bot.crm.local import upsert_all
from bot.crm.records import User
from bot.errors import BotError
from bot.settings import Settings
from bot.slack.listeners import build_app
from bot.slack.server import running, serve

socket_only = pytest.mark.parametrize("office", ["socket"], indirect=True)
http_only = pytest.mark.parametrize("office", ["http"], indirect=True)
LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"


def test_a_repeated_delivery_is_answered_once_even_after_a_restart(office: Office) -> None:
    delivery = office.mia.say(LOG)
    office.mia.sees_card()
    office.mia.repeat(delivery)
    office.restart()
    office.mia.repeat(delivery, times=2)
    assert office.slack.stays(lambda: len(office.slack.made("chat.postMessage")) > 2)
    assert len(office.app.approvals.list()) == 1


@http_only
def test_a_click_after_a_restart_is_applied(office: Office) -> None:
    office.mia.say(LOG)
    card = office.mia.sees_card()
    office.restart()
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "undo:1" in card.buttons)
    assert [a.subject for a in office.app.reader.activities("A1")] == ["Call with Jane Holt (CFO)"]


@http_only
def test_an_unknown_person_reads_which_address_is_missing(office: Office) -> None:
    office.member("UZOE", "zoe@elsewhere.test").say("brief me on Northwick Dairy")
    said = office.member("UZOE", "zoe@elsewhere.test").sees("zoe@elsewhere.test")
    assert said.text == (
        "zoe@elsewhere.test is not a user of the CRM; "
        "ask your admin to add you there, or to put that address on your user."
    )


@http_only
def test_a_guest_of_another_workspace_cannot_borrow_an_address(office: Office) -> None:
    guest = office.member("UEVE", "mia@example.test", team_id="T-OTHER")
    guest.say("brief me on Northwick Dairy")
    assert guest.sees("workspace").text == (
        "Only members of this Slack workspace may use the assistant; ask a colleague there."
    )


@http_only
@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_a_guest_of_this_workspace_gets_nothing(office: Office, mark: str) -> None:
    guest = office.member("UEVE", "mia@example.test", **{mark: True})
    guest.say("brief me on Northwick Dairy")
    assert guest.sees("workspace").text == (
        "Only members of this Slack workspace may use the assistant; ask a colleague there."
    )


@http_only
def test_somebody_who_left_the_crm_is_told_so(office: Office) -> None:
    gone = User(id="U-GUS", name="Gus Gone", email="gus@example.test", active=False)
    upsert_all(office.app.engine, [gone], as_of=NOW)
    member = office.member("UGUS", "gus@example.test")
    member.say("brief me on Northwick Dairy")
    assert member.sees("active").text == (
        "Gus Gone is no longer active in the CRM, so nothing can be asked in their name; "
        "ask your admin to activate them there."
    )


@http_only
def test_an_unknown_account_gets_the_nearest_names(office: Office) -> None:
    office.mia.command("/brief", "Nortwik")
    assert "Northwick Dairy" in office.mia.sees("Northwick Dairy").text


@http_only
def test_a_failure_of_ours_is_an_incident_that_the_log_holds(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    person = office.mia
    office.slack.users["UMIA"]["profile"] = "not what Slack promises"
    person.say("brief me on Northwick Dairy")
    said = office.mia.sees("incident")
    incident = re.search(r"incident ([0-9a-f]{8})\.", said.text)
    assert incident is not None
    assert [r.fields["incident"] for r in caplog.records if r.getMessage() == "slack_incident"] == [incident[1]]


@http_only
def test_a_rate_limit_and_a_server_error_lose_nothing(office: Office) -> None:
    office.slack.fail("chat.postMessage", 429, Retry_After="0")
    office.slack.fail("users.info", 503)
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees("Bottom line")
    assert len(office.slack.made("users.info")) == 2
    office.slack.fail("response", 429, Retry_After="0")
    office.mia.command("/brief", "Pellworm")
    office.mia.sees("Pellworm &amp; Sons")


@socket_only
def test_a_dropped_connection_comes_back(office: Office) -> None:
    office.slack.drop_connection()
    office.slack.wait(lambda: office.slack.connections == 2, "a second connection")
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees("Bottom line")


@http_only
def test_bots_edits_and_joins_get_no_answer(office: Office) -> None:
    office.mia.say("brief me on Northwick Dairy", bot_id="B9")
    office.mia.say("brief me on Northwick Dairy", subtype="message_changed")
    office.mia.say("brief me on Northwick Dairy", edited={"user": "UMIA"})
    assert office.slack.stays(lambda: bool(office.slack.shown))


def test_everything_is_acknowledged_at_once_while_answers_are_slow(office: Office) -> None:
    with office.slack.holding("users.info"):
        for number in range(20):
            office.member(f"U{number}", "mia@example.test").say(" ")
        office.mia.command("/brief", " ")
    office.slack.wait(lambda: len(office.slack.shown) == 21, "every answer")


@http_only
def test_a_wrong_signature_is_refused(office: Office) -> None:
    forged = Member(office.slack, Http(f"http://127.0.0.1:{port_of(office)}/slack/events", "wrong"), "UMIA")
    ack = forged.command("/brief", "Northwick Dairy")
    assert ack.status == 401
    assert office.slack.stays(lambda: bool(office.slack.shown))


@pytest.mark.parametrize(
    ("missing", "port", "named"),
    [
        ("slack_app_token", None, "SELLER_SLACK_APP_TOKEN"),
        ("slack_signing_secret", 0, "SELLER_SLACK_SIGNING_SECRET"),
        ("slack_bot_token", None, "SELLER_SLACK_BOT_TOKEN"),
    ],
)
def test_a_missing_setting_is_named(settings: Settings, missing: str, port: int | None, named: str) -> None:
    less = settings.model_copy(update={missing: None})
    with pytest.raises(BotError, match=named):
        start(less, port)


def test_a_token_that_slack_refuses_is_named(settings: Settings, slack: SlackServer) -> None:
    slack.fail("auth.test", 401)
    with pytest.raises(BotError, match=r"^Slack refuses SELLER_SLACK_BOT_TOKEN"):
        start(settings, None)


def start(settings: Settings, port: int | None) -> None:
    """Start an app that has nobody behind it and stop it again."""
    with App(settings) as app:
        bolt = build_app(kit(app))
        try:
            with running(settings, bolt, port):
                pass
        finally:
            bolt.close()


def test_sigterm_lets_the_answer_under_way_be_finished(settings: Settings, slack: SlackServer) -> None:
    mia = Member(slack, SocketMode(slack), slack.person("UMIA", "mia@example.test"))

    def ask_and_stop() -> None:
        slack.wait(slack.connected)
        with slack.holding("users.info"):
            mia.say("brief me on Northwick Dairy")
            slack.wait(lambda: slack.made("users.info"))
            os.kill(os.getpid(), signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    asker = threading.Thread(target=ask_and_stop)
    with App(settings) as app:
        bolt = build_app(kit(app))
        asker.start()
        serve(settings, bolt, None)
    asker.join()
    assert "Bottom line" in mia.sees("Bottom line").words
    assert signal.getsignal(signal.SIGTERM) == before


@http_only
def test_what_is_no_delivery_of_slack_is_refused(office: Office) -> None:
    by = office.mia.by
    assert isinstance(by, Http)
    assert Http(f"http://127.0.0.1:{by.port}/elsewhere").post("{}", "application/json").status == 404
    connection = HTTPConnection("127.0.0.1", by.port, timeout=10)
    connection.putrequest("POST", "/slack/events")
    connection.putheader("Content-Length", "1000001")
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_command_waits_for_a_busy_database_no_longer_than_slack_does(office: Office) -> None:
    other = sqlite3.connect(office.settings.home / "seller.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    free = threading.Timer(0.5, other.execute, ["ROLLBACK"])
    free.start()
    assert office.mia.command("/brief", " ").payload == {"text": "One moment…"}
    free.join()
    other.close()
    office.mia.sees("Which account?")


@http_only
def test_a_slack_that_hangs_delays_no_acknowledgement(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    with office.slack.holding("views.open"), office.slack.holding("users.info"), office.slack.holding("response"):
        acks = [office.mia.click(card, "edit:1") for _ in range(20)]
        acks += [office.member(f"U{n}", "mia@example.test").command("/brief", " ") for n in range(40)]
        assert {ack.status for ack in acks} == {200}
    office.slack.wait(lambda: len(office.slack.modals) == 20, "all forms")


@http_only
def test_two_replicas_answer_a_repeated_delivery_once(office: Office) -> None:
    second = Office(office.settings, office.slack, "http")
    delivery = office.mia.say(" ")
    second.mia.repeat(delivery)
    office.mia.sees("Ask me in your own words")
    second.mia.repeat(delivery, times=2)
    assert office.slack.stays(lambda: len(office.slack.shown) > 1)
    second.stop()


def test_the_same_delivery_twice_at_once_is_answered_once(office: Office) -> None:
    event = {"type": "message", "channel": "DUMIA", "channel_type": "im", "user": "UMIA", "text": " ", "ts": "1.1"}
    delivery = {"type": "event_callback", "team_id": "T1", "event_id": "EvTwice", "event": event}
    person = office.mia
    twice = [threading.Thread(target=person.repeat, args=(delivery,)) for _ in range(8)]
    for one in twice:
        one.start()
    for one in twice:
        one.join()
    person.sees("Ask me in your own words")
    assert office.slack.stays(lambda: len(office.slack.shown) > 1)


def test_an_unknown_button_is_answered(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    ack = office.mia.send_click(card, {**card.button("approve:1"), "action_id": "of_an_older_version"})
    assert ack.status == 200
    office.mia.sees("I no longer know that command or button; mention me or write to me directly instead.")


@http_only
def test_a_form_that_did_not_fit_may_be_corrected_and_sent_again(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    office.mia.click(card, "edit:1")
    modal = office.slack.wait(lambda: office.slack.modals, "the form")[0]
    refused = office.mia.submit(modal, {"subject": ""})
    assert refused.payload["response_action"] == "errors"
    office.mia.submit(modal, {"subject": "Call with Jane"})
    office.slack.wait(lambda: "Call with Jane" in card.words, "the corrected card")


@socket_only
def test_what_comes_in_one_go_is_answered_in_the_order_of_its_coming(office: Office) -> None:
    person, names = office.mia, [f"Nobody {number}" for number in range(20)]
    commands = [
        {
            "command": "/brief", "text": name, "user_id": person.id, "channel_id": "C1", "trigger_id": name,
            "response_url": office.slack.reply_address("C1", person.id),
        }
        for name in names
    ]  # fmt: skip
    office.slack.send_at_once("slash_commands", commands)
    office.slack.wait(lambda: len(office.slack.shown) == 20, "all answers")
    assert [next(name for name in names[::-1] if name in shown.text) for shown in office.slack.shown] == names
