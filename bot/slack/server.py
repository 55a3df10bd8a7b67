"""Run the app until it is told to stop: over Socket Mode, or over HTTP with Slack's signature checked."""

import json
import logging
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.error import URLError

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.middleware import SingleTeamAuthorization
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.errors import BotError
from bot.log import event, failure
from bot.settings import Settings
from knowledge.whole import whole

T = TypeVar("T")
PATH = "/slack/events"
LARGEST = 1_000_000
"""bytes of a request; Slack's own are far smaller"""
PATIENCE = 10
"""seconds for a request to arrive and be answered"""
SWITCH = 0.001
"""seconds between two threads' turns: with Python's own 5 ms an acknowledgement waits long behind a burst of answers"""
HEALTH = "/healthz"
BACKLOG = 128
"""connections that wait to be accepted; Python's own five make a burst wait a second"""
ENVELOPES = 64
"""deliveries over the websocket that are acknowledged at once"""


UNKEPT = "unkept"
"""of a delivery that does not stand in the database"""


class SlackApp(App):
    """A Bolt app that can be closed."""

    expect: Callable[[dict[str, Any]], None]
    """notes a delivery in the order of its coming"""
    begin: Callable[[], None]
    """looks after what a process that died left"""
    finish: Callable[[], None]
    """waits for the work of the listeners"""
    tell: Callable[[], None]
    """tells those whose question to the knowledge base has an answer now"""
    remind: Callable[[datetime], None]
    """sends the digests and briefs that are due at a moment"""

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Let the parts of the room have a delivery; one that is not kept is not acknowledged."""
        req.body = whole(req.body)
        reply = super().dispatch(req)
        return BoltResponse(status=503, body="Not kept yet; send it again.") if req.context.get(UNKEPT) else reply

    def known(self, identity: SlackResponse) -> None:
        """Remember who this app is; else the first deliveries wait for Slack to say it."""
        if isinstance(identity.data, dict):
            # Whom a bot token speaks for is the bot, also where its bot_id does not stand beside it.
            identity.data.setdefault("bot_id", "")
        for one in self._middleware_list:
            if isinstance(one, SingleTeamAuthorization):
                one.auth_test_result = identity

    def close(self) -> None:
        """Finish what was begun."""
        self.finish()
        self.listener_runner.listener_executor.shutdown(wait=True)


def serve(settings: Settings, app: SlackApp, http_port: int | None, host: str = "127.0.0.1") -> None:
    """Answer until SIGTERM or Ctrl-C; BotError names a missing setting or says why Slack refuses."""
    stop = threading.Event()
    with _quick_turns(), _signals(stop.set), running(settings, app, http_port, host) as where:
        event("slack_ready", listening=where)
        stop.wait()
    event("slack_stopped")


@contextmanager
def running(settings: Settings, app: SlackApp, http_port: int | None, host: str = "127.0.0.1") -> Iterator[str]:
    """Answer while open; gives the address that is listened on, or `socket mode`."""
    mode = _socket_mode(settings, app) if http_port is None else _http(settings, app, http_port, host)
    with mode as where:
        yield where


@contextmanager
def _socket_mode(settings: Settings, app: SlackApp) -> Iterator[str]:
    if settings.slack_app_token is None:
        raise BotError(
            "Socket Mode needs an app-level token; set SELLER_SLACK_APP_TOKEN to the one that starts with xapp-, "
            "or give a port with --http."
        )
    app.known(_check(settings, "SELLER_SLACK_BOT_TOKEN", app.client.auth_test))
    # The handler asks for its address through the app's own client, so both follow the one setting.
    handler = SocketModeHandler(
        app, settings.slack_app_token.get_secret_value(), web_client=app.client, concurrency=ENVELOPES
    )
    handler.client.on_message_listeners.append(lambda text: _expect(app, text))
    try:
        _check(settings, "SELLER_SLACK_APP_TOKEN", handler.connect)
        app.begin()
        yield "socket mode"
    finally:
        handler.client.close()
        app.close()


def _expect(app: SlackApp, text: str) -> None:
    """Read a delivery in the one thread that takes them off the websocket."""
    try:
        app.expect(whole(json.loads(text))["payload"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return  # a greeting or a farewell; whatever else it is, its reader says so


@contextmanager
def _http(settings: Settings, app: SlackApp, port: int, host: str) -> Iterator[str]:
    if settings.slack_signing_secret is None:
        raise BotError(
            "HTTP mode checks Slack's signature; set SELLER_SLACK_SIGNING_SECRET to the app's signing secret, "
            "or leave --http out."
        )
    app.known(_check(settings, "SELLER_SLACK_BOT_TOKEN", app.client.auth_test))
    server = _listen(app, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="slack-http")
    thread.start()
    app.begin()
    try:
        yield f"http://{host}:{server.server_address[1]}{PATH}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = BACKLOG

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._since: dict[socket.socket, float] = {}
        super().__init__(address, handler)

    def process_request(self, request: object, client_address: object) -> None:
        """Note when a connection began."""
        if isinstance(request, socket.socket):
            self._since[request] = time.monotonic()
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: object) -> None:
        """Forget a connection that ends."""
        self._since.pop(request, None)  # type: ignore[call-overload]
        super().shutdown_request(request)  # type: ignore[arg-type]

    def service_actions(self) -> None:
        """Cut off whoever sends a byte now and then: a timeout of the socket starts anew with each of them."""
        late = time.monotonic() - PATIENCE
        for connection in [one for one, since in list(self._since.items()) if since < late]:
            if self._since.pop(connection, None):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep the trace of a connection that broke in the log; the base class prints it to the terminal."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            event("slack_delivery_broke", error=type(error).__name__)
        elif error is not None:
            failure("slack_delivery_broke", error)


def _listen(app: SlackApp, host: str, port: int) -> ThreadingHTTPServer:
    try:
        return _Server((host, port), type("Handler", (_Handler,), {"app": app}))
    except OSError as error:
        raise BotError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --http."
        ) from error


def _check(settings: Settings, setting: str, call: Callable[[], T]) -> T:
    try:
        return call()
    except SlackApiError as error:
        why = error.response.get("error", "no reason given")
        raise BotError(f"Slack refuses {setting} ({why}); copy the token again from the app's page.") from error
    except (SlackClientError, URLError, OSError) as error:
        url = settings.slack_api_url
        raise BotError(
            f"Slack cannot be reached at {url} ({error}); check the network and SELLER_SLACK_API_URL."
        ) from error


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """End in order on SIGTERM and Ctrl-C, and put back what was there before."""
    before = {one: signal.signal(one, lambda *_: stop()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextmanager
def _quick_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class _Handler(BaseHTTPRequestHandler):
    app: SlackApp
    timeout = PATIENCE

    def do_POST(self) -> None:
        """Hand a delivery to Bolt, which checks its signature."""
        length = self.headers.get("Content-Length", "")
        if self._path() != PATH:
            self._answer(404, {}, "Nothing is here.")
        elif not (length.isascii() and length.isdecimal()):
            self._answer(411, {}, "Say how long the request is.")
        elif int(length) > LARGEST:
            self._answer(413, {}, "That is too long.")
        else:
            reply = self._delivered(self.rfile.read(int(length)).decode(errors="replace"))
            self._answer(reply.status, reply.first_headers_without_set_cookie(), reply.body)

    def do_GET(self) -> None:
        """Say that this process is up; nothing else is to be had."""
        if self._path() == HEALTH:
            self._answer(200, {}, "ok")
        elif self._path() == PATH:
            self._answer(405, {"Allow": "POST"}, "Slack's deliveries come by POST.")
        else:
            self._answer(404, {}, "Nothing is here.")

    do_HEAD = do_GET

    def version_string(self) -> str:
        """Name the program without its versions."""
        return "seller"

    def _path(self) -> str:
        return self.path.partition("?")[0]

    def _delivered(self, text: str) -> BoltResponse:
        headers: dict[str, str | list[str]] = dict(self.headers.items())
        try:
            request = BoltRequest(body=text, headers=headers)  # type: ignore[arg-type]
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            # Bolt reads a body before it checks who sent it.
            event("slack_delivery_unreadable", error=type(error).__name__)
            return BoltResponse(status=400, body="That is no delivery of Slack.")
        return self.app.dispatch(request)

    def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
        data = body.encode()
        self.send_response(status)
        for name, value in {"content-type": "text/plain", **headers, "content-length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        logging.getLogger(__name__).debug(format, *args)
