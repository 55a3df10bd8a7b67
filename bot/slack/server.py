"""Run the app until it is told to stop: over Socket Mode, or over HTTP with Slack's signature checked."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError

from slack_bolt import App, BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError
from bot.log import event, failure
from bot.settings import Settings

PATH = "/slack/events"
LARGEST = 1_000_000
"""bytes of a request; Slack's own are far smaller"""
PATIENCE = 10
"""seconds for a request to arrive"""


class SlackApp(App):
    """A Bolt app that can be closed."""

    finish: Callable[[], None]
    """waits for the work of the listeners"""
    tell: Callable[[], None]
    """tells those whose question to the knowledge base has an answer now"""
    remind: Callable[[datetime], None]
    """sends the digests and briefs that are due at a moment"""

    def close(self) -> None:
        """Finish what was begun."""
        self.finish()
        self.listener_runner.listener_executor.shutdown(wait=True)


def serve(settings: Settings, app: SlackApp, http_port: int | None, host: str = "127.0.0.1") -> None:
    """Answer until SIGTERM or Ctrl-C; BotError names a missing setting or says why Slack refuses."""
    stop = threading.Event()
    with _signals(stop.set), running(settings, app, http_port, host) as where:
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
    _check(settings, "SELLER_SLACK_BOT_TOKEN", app.client.auth_test)
    # The handler asks for its address through the app's own client, so both follow the one setting.
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value(), web_client=app.client)
    try:
        _check(settings, "SELLER_SLACK_APP_TOKEN", handler.connect)
        yield "socket mode"
    finally:
        handler.client.close()
        app.close()


@contextmanager
def _http(settings: Settings, app: SlackApp, port: int, host: str) -> Iterator[str]:
    if settings.slack_signing_secret is None:
        raise BotError(
            "HTTP mode checks Slack's signature; set SELLER_SLACK_SIGNING_SECRET to the app's signing secret, "
            "or leave --http out."
        )
    _check(settings, "SELLER_SLACK_BOT_TOKEN", app.client.auth_test)
    server = _listen(app, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="slack-http")
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}{PATH}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Keep the trace of a connection that broke in the log; the base class prints it to the terminal."""
        error = sys.exc_info()[1]
        if error is not None:
            failure("slack_delivery_broke", error)


def _listen(app: SlackApp, host: str, port: int) -> ThreadingHTTPServer:
    try:
        return _Server((host, port), _handler(app))
    except OSError as error:
        raise BotError(
            f"Port {port} on {host} cannot be used ({error.strerror}); choose another with --http."
        ) from error


def _check(settings: Settings, setting: str, call: Callable[[], object]) -> None:
    try:
        call()
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


def _handler(app: SlackApp) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE

        def do_POST(self) -> None:
            """Hand a delivery to Bolt, which checks its signature."""
            length = self.headers.get("Content-Length", "")
            if self.path.partition("?")[0] != PATH:
                self._answer(404, {}, "")
            elif not length.isdigit() or int(length) > LARGEST:
                self._answer(413, {}, "")
            else:
                text = self.rfile.read(int(length)).decode(errors="replace")
                headers: dict[str, str | list[str]] = dict(self.headers.items())
                reply = app.dispatch(BoltRequest(body=text, headers=headers))  # type: ignore[arg-type]
                self._answer(reply.status, reply.first_headers_without_set_cookie(), reply.body)

        def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
            data = body.encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            logging.getLogger(__name__).debug(format, *args)

    return Handler
