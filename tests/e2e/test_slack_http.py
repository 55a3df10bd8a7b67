"""What comes to the app's address over HTTP that is no delivery, no longer one, or never whole."""

import hashlib
import hmac
import json
import socket
import time
from http.client import HTTPConnection, HTTPResponse

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


def signed(body: str, at: float) -> dict[str, str]:
    """The headers with which Slack signs a body."""
    digest = hmac.new(SECRET.encode(), f"v0:{int(at)}:{body}".encode(), hashlib.sha256).hexdigest()
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
