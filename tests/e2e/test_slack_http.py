"""What comes to the app's address over HTTP that is no delivery, no longer one, or never whole."""

import hashlib
import hmac
import json
import socket
import time
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode

import pytest
from slack_office import Office, port_of
from slack_server import SECRET

http_only = pytest.mark.parametrize("office", ["http"], indirect=True)


def request(office: Office, verb: str, path: str, body: str = "", **headers: str) -> tuple[HTTPResponse, str]:
    """Send a request to the app; gives the answer and its text."""
    connection = HTTPConnection("127.0.0.1", port_of(office), timeout=10)
    try:
        connection.request(verb, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def signed(body: str, at: float, secret: str = SECRET) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    digest = hmac.new(secret.encode(), f"v0:{int(at)}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"X_Slack_Request_Timestamp": str(int(at)), "X_Slack_Signature": f"v0={digest}"}


@http_only
@pytest.mark.parametrize(
    ("verb", "path", "status", "text"),
    [
        ("GET", "/healthz", 200, "ok"),
        ("HEAD", "/healthz", 200, ""),
        ("GET", "/slack/events", 405, "Slack's deliveries come by POST."),
        ("HEAD", "/slack/events", 405, ""),
        ("GET", "/", 404, "Nothing is here."),
        ("POST", "/healthz", 404, "Nothing is here."),
    ],
)
def test_other_requests_are_answered_plainly(office: Office, verb: str, path: str, status: int, text: str) -> None:
    answer, said = request(office, verb, path)
    assert (answer.status, said, answer.headers["Server"]) == (status, text, "seller")


@http_only
def test_slack_may_check_the_address(office: Office) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "old"})
    answer, said = request(office, "POST", "/slack/events", body, Content_Type="application/json",
                           **signed(body, time.time()))  # fmt: skip
    assert (answer.status, json.loads(said)) == (200, {"challenge": "abc"})


@http_only
def test_a_signature_older_than_five_minutes_is_refused(office: Office) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})
    headers = signed(body, time.time() - 301)
    assert request(office, "POST", "/slack/events", body, Content_Type="application/json", **headers)[0].status == 401


@http_only
@pytest.mark.parametrize("body", ["{", "[" * 100_000, "[]"])
def test_a_body_that_cannot_be_read_is_refused(office: Office, body: str) -> None:
    headers = signed(body, time.time())
    answer, said = request(office, "POST", "/slack/events", body, Content_Type="application/json", **headers)
    assert (answer.status, said) == (400, "That is no delivery of Slack.")


@http_only
def test_a_request_that_does_not_say_its_length_is_refused(office: Office) -> None:
    with socket.create_connection(("127.0.0.1", port_of(office)), 10) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 411 ")


@http_only
def test_a_client_that_never_finishes_is_cut_off(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.server.PATIENCE", 0.1)
    with socket.create_connection(("127.0.0.1", port_of(office)), 10) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nContent-Le")
        assert connection.recv(100) == b""


@http_only
@pytest.mark.parametrize("secret", ["guessed", SECRET])
def test_what_somebody_forges_or_replays_late_leaves_no_trace(office: Office, secret: str) -> None:
    event = {
        "type": "message",
        "channel": "DUMIA",
        "channel_type": "im",
        "user": "UMIA",
        "text": "thanks!",
        "ts": "1.2",
    }
    body = json.dumps({"type": "event_callback", "event_id": "EvForged", "event": event})
    headers = signed(body, time.time() - (301 if secret == SECRET else 0), secret)
    answer, _ = request(office, "POST", "/slack/events", body, Content_Type="application/json", **headers)
    assert (answer.status, office.app.deliveries.last("event"), office.slack.shown) == (401, None, [])


@http_only
def test_a_body_too_large_is_refused_before_it_is_read(office: Office) -> None:
    with socket.create_connection(("127.0.0.1", port_of(office)), 10) as connection:
        connection.sendall(b"POST /slack/events HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.0 413 ")


@http_only
def test_a_form_field_nested_too_deep_is_refused(office: Office) -> None:
    body = urlencode({"payload": "[" * 100_000})
    kind = "application/x-www-form-urlencoded"
    answer, said = request(office, "POST", "/slack/events", body, Content_Type=kind, **signed(body, time.time()))
    assert (answer.status, said) == (400, "That is no delivery of Slack.")


@http_only
def test_who_asks_counts_and_not_the_team_and_app_that_a_delivery_names(office: Office) -> None:
    # In a shared channel Slack names the other company's team; the signature tells that it is Slack, and our own
    # token's look at the profile tells whose colleague somebody is.
    office.slack.person("UELSE", "mia@example.test", team_id="T2")
    for person in (office.mia, office.member("UELSE", None)):
        event = {"type": "message", "channel": person.dm, "channel_type": "im", "user": person.id, "text": "brief me on Pellworm",
                 "ts": f"17.{person.id == 'UMIA':d}"}  # fmt: skip
        named = {"team_id": "T2", "api_app_id": "A2", "event_id": f"Ev{person.id}"}
        person.by.send("events_api", {"type": "event_callback", **named, "event": event})
    assert office.mia.sees("Bottom line").channel == "DUMIA"
    refused = office.slack.wait(lambda: [m for m in office.slack.shown if m.channel == "DUELSE"], "a refusal")
    assert [m.text for m in refused] == [
        "Only members of this Slack workspace may use the assistant; ask a colleague there."
    ]
