"""A Slack on loopback: Web API with state, Socket Mode over a websocket, failures on demand."""

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from slack_agents import Agents
from slack_blocks import Ack, Call, Failure, Plain, Shown
from slack_channels import Channel, Channels
from slack_files import SlackFiles
from slack_home import Homes
from slack_limits import call_trouble
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from bot.slack.scopes import asked_for

T = TypeVar("T")

TEAM, BOT, BOT_ID = "T1", "UBOT", "BBOT"
BOT_TOKEN, APP_TOKEN, SECRET = "xoxb-loopback", "xapp-loopback", "loopback-signing-secret"
DEADLINE = 30.0
"""seconds after which a thing that should have happened is missed, however slow the machine is"""
HANGING = 10.0
"""seconds that a call hangs, longer than the app waits for one"""
TICK = 0.05
"""seconds after which it is looked for again, as what the database holds wakes nobody"""
QUIET = 0.2
"""seconds in which a thing that must not happen is watched for"""
CLOCK = 1_770_000_000


class SlackServer(Agents, Channels, SlackFiles, Homes):
    """State and transport; every change wakes those who wait for it."""

    def __init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()
        self.users: dict[str, Plain] = {}
        self.channels: dict[str, Channel] = {}
        self.refused: dict[str, Plain] = {}
        self.left: set[str] = set()
        """channels that the app was removed from"""
        self.unknown_blocks: set[str] = set()
        self.scopes: list[str] | None = asked_for()
        self.calls: list[Call] = []
        self.shown: list[Shown] = []
        self.modals: list[Plain] = []
        self.threads: dict[str, list[Plain]] = {}
        self.errors: list[str] = []
        self.acks: dict[str, Ack] = {}
        self._failures: dict[str, Failure] = {}
        self._replies: dict[str, Plain] = {}
        self._numbers = itertools.count(1)
        self._sockets: list[ServerConnection] = []
        self.connections = 0
        self.shows_tables = True
        self._held: dict[str, threading.Event] = {}
        self._ended = threading.Event()
        self._web = ThreadingHTTPServer(("127.0.0.1", 0), _web_handler(self))
        # The client looks up from its socket when something arrives, so frequent pings let it stop at once.
        self._ws: Server = serve(self._talk, "127.0.0.1", 0, ping_interval=0.05)

    @property
    def api_url(self) -> str:
        """Base URL of the Web API."""
        return f"http://127.0.0.1:{self._web.server_address[1]}/api/"

    @contextmanager
    def open(self) -> Iterator["SlackServer"]:
        """Serve until the block ends."""
        threads = [threading.Thread(target=target) for target in (self._serve_web, self._ws.serve_forever)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            self._web.shutdown()
            self._ws.shutdown()
            for thread in threads:
                thread.join()
            self._web.server_close()

    def _serve_web(self) -> None:
        self._web.serve_forever(poll_interval=0.02)

    def number(self) -> int:
        """Give a number that was never given before."""
        return next(self._numbers)

    def person(self, user_id: str, email: str | None, **profile: Any) -> str:
        """Add a member."""
        user = {"id": user_id, "team_id": TEAM, "is_bot": False, "profile": {"email": email} if email else {}}
        self.users[user_id] = {**user, **profile}
        return user_id

    def fail(self, method: str, status: int, times: int = 1, **headers: str) -> None:
        """Answer the next calls of a method (or `response`) with this status."""
        plain = {name.replace("_", "-"): value for name, value in headers.items()}
        self._failures[method] = Failure(status, times, plain)

    def decline(self, method: str, error: str, times: int = 1, **more: Any) -> None:
        """Answer the next calls of a method with `ok: false` and this error."""
        self._failures[method] = Failure(200, times, body={"ok": False, "error": error, **more})

    def hang(self, method: str, when: str = "before", times: int = 1) -> None:
        """Give no answer to the next calls of a method, `before` or `after` doing what they ask for."""
        self._failures[method] = Failure(504, times, hangs=when)

    @contextmanager
    def holding(self, method: str) -> Iterator[None]:
        """Leave calls of a method without an answer until the block ends."""
        self._held[method] = threading.Event()
        try:
            yield
        finally:
            self._held.pop(method).set()

    def connected(self) -> bool:
        """Tell whether the app holds a websocket."""
        return bool(self._sockets)

    def refuse(self, method: str, error: str = "unknown_method", **more: Any) -> None:
        """Refuse a method from now on, as a workspace does that does not know it, or where a scope is missing."""
        self.refused[method] = {"ok": False, "error": error, **more}

    def wait(self, look: Callable[[], T | bool | None], what: str = "it", seconds: float = DEADLINE) -> T:
        """Return what `look` finds, as soon as it finds something; AssertionError after the deadline."""
        until = time.monotonic() + seconds
        with self.changed:
            while not (found := look()) and time.monotonic() < until:
                self.changed.wait(TICK)
        seen = [f"{c.method} {c.params.get('text', '')[:200]}" for c in self.calls]
        assert found, f"{what} did not happen; calls: {seen}"
        return found  # type: ignore[return-value]

    def stays(self, wrong: Callable[[], bool]) -> bool:
        """Tell whether `wrong` stays false for a while, woken by each change."""
        with self.changed:
            return not self.changed.wait_for(wrong, QUIET)

    def made(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    def reply_address(self, channel: str, user: str, ts: str | None = None) -> str:
        """Make a response_url; with `ts` it belongs to the message that was clicked."""
        key = f"r{self.number()}"
        self._replies[key] = {"channel": channel, "user": user, "ts": ts}
        return f"http://127.0.0.1:{self._web.server_address[1]}/response/{key}"

    def socket_url(self) -> str:
        """Address of the websocket."""
        return f"ws://127.0.0.1:{self._ws.socket.getsockname()[1]}/"

    def answer(self, path: str, token: str, params: Plain) -> tuple[int, dict[str, str], Plain]:
        """Answer one request: (status, headers, body)."""
        room, _, name = path.strip("/").partition("/")
        method = room if room in ("response", "upload") else name
        with self.changed:
            self.calls.append(Call(method, token, params))
            self.changed.notify_all()
        if method in self._held:
            self._held[method].wait(DEADLINE)
        failure = self._failing(method)
        if failure is None or failure.hangs == "after":
            with self.changed:
                answer = self._answered(method, name, token, params)
                self.changed.notify_all()
        if failure is None:
            return answer
        if failure.hangs:
            self._ended.wait(HANGING)
        return failure.status, failure.headers, failure.body

    def _failing(self, method: str) -> Failure | None:
        with self.changed:
            failure = self._failures.get(method)
            if failure is None or not failure.times:
                return None
            failure.times -= 1
            return failure

    def _answered(self, method: str, name: str, token: str, params: Plain) -> tuple[int, dict[str, str], Plain]:
        if method in self.refused:
            self.errors.append(f"{method}: {self.refused[method]['error']}")
            return 200, {}, self.refused[method]
        wrong = self._refuse(method, token, params)
        if wrong:
            self.errors.append(f"{method}: {wrong}")
            return 400 if method == "response" else 200, {}, {"ok": False, "error": wrong}
        handler = getattr(self, "_do_" + method.replace(".", "_").lower())
        granted = {} if self.scopes is None else {"x-oauth-scopes": ",".join(self.scopes)}
        body = {"ok": True, **handler({**params, "_name": name})}
        if not body["ok"]:
            self.errors.append(f"{method}: {body['error']}")
        return 200, granted, body

    def _refuse(self, method: str, token: str, params: Plain) -> str | None:
        needed = {"response": "", "upload": "", "apps.connections.open": APP_TOKEN}.get(method, BOT_TOKEN)
        if needed and token != needed:
            return "invalid_auth"
        if not hasattr(self, "_do_" + method.replace(".", "_").lower()):
            return "unknown_method"
        if params.get("channel") in self.left and method != "conversations.info":
            return "not_in_channel"
        blocks = params.get("blocks") or (params.get("view") or {}).get("blocks") or []
        unknown = self.unknown_blocks if self.shows_tables else {*self.unknown_blocks, "table"}
        if any(block["type"] in unknown for block in blocks):
            return "invalid_blocks"
        return call_trouble(method, params)

    def _do_auth_test(self, params: Plain) -> Plain:
        return {"url": "https://t1.example.test/", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "user": "seller"}

    def _do_apps_connections_open(self, params: Plain) -> Plain:
        return {"url": self.socket_url()}

    def _do_users_info(self, params: Plain) -> Plain:
        return {"user": self.users[params["user"]]}

    def _do_users_lookupbyemail(self, params: Plain) -> Plain:
        wanted = params["email"].casefold()
        found = [u for u in self.users.values() if (u["profile"].get("email") or "").casefold() == wanted]
        return {"user": found[0]} if found else {"ok": False, "error": "users_not_found"}

    def _do_chat_getpermalink(self, params: Plain) -> Plain:
        return {"permalink": f"https://t1.example.test/{params['channel']}/p{params['message_ts'].replace('.', '')}"}

    def _do_chat_postmessage(self, params: Plain) -> Plain:
        if params["channel"] in self.users:
            params = {**params, "channel": f"D{params['channel']}"}
        return {"channel": params["channel"], "ts": self._show(params).ts}

    def _do_chat_postephemeral(self, params: Plain) -> Plain:
        return {"message_ts": self._show(params, user=params["user"]).ts}

    def _do_chat_update(self, params: Plain) -> Plain:
        if params["ts"] in self.streaming:
            return {"ok": False, "error": "streaming_state_conflict"}
        message = self.find(params["channel"], params["ts"])
        message.text, message.blocks = params["text"], params.get("blocks") or []
        message.metadata = params.get("metadata", message.metadata)
        return {"ts": params["ts"]}

    def _do_upload(self, params: Plain) -> Plain:
        return {}

    def _do_conversations_history(self, params: Plain) -> Plain:
        there = [m for m in self.shown if m.channel == params["channel"] and m.user is None and m.thread_ts is None]
        return {"messages": [message.plain for message in reversed(there)]}

    def _do_views_open(self, params: Plain) -> Plain:
        view = {**params["view"], "id": f"V{self.number()}", "hash": "h1"}
        self.modals.append(view)
        return {"view": view}

    def _do_conversations_replies(self, params: Plain) -> Plain:
        there = [m for m in self.shown if m.channel == params["channel"] and m.user is None]
        if params["ts"] not in self.threads:
            return {"messages": [m.plain for m in there if params["ts"] in (m.ts, m.thread_ts)]}
        messages, start = self.threads[params["ts"]], int(params.get("cursor") or 0)
        more = start + 2 < len(messages)
        cursor = {"next_cursor": str(start + 2) if more else ""}
        return {"messages": messages[start : start + 2], "has_more": more, "response_metadata": cursor}

    def _do_response(self, params: Plain) -> Plain:
        reply = self._replies[params["_name"]]
        if params.get("replace_original") and reply["ts"]:
            message = self.find(reply["channel"], reply["ts"])
            message.text, message.blocks = params["text"], params.get("blocks") or []
        else:
            self._show({**params, "channel": reply["channel"]}, user=reply["user"])
        return {}

    def _show(self, params: Plain, user: str | None = None) -> Shown:
        ts = f"{CLOCK + self.number()}.000100"
        blocks = params.get("blocks") or []
        message = Shown(
            params["channel"], ts, params["text"], blocks, user, params.get("thread_ts"), params.get("metadata")
        )
        self.shown.append(message)
        return message

    def find(self, channel: str, ts: str) -> Shown:
        """The message at that place."""
        return next(m for m in self.shown if (m.channel, m.ts) == (channel, ts))

    def _talk(self, socket: ServerConnection) -> None:
        socket.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        with self.changed:
            self._sockets.append(socket)
            self.connections += 1
            self.changed.notify_all()
        try:
            for text in socket:
                self._acknowledged(json.loads(text))
        except ConnectionClosed:
            pass  # how a client leaves
        finally:
            with self.changed:
                self._sockets.remove(socket)
                self.changed.notify_all()

    def _acknowledged(self, answer: Plain) -> None:
        envelope = answer["envelope_id"]
        with self.changed:
            self.acks[envelope] = Ack(answer.get("payload"))
            self.changed.notify_all()

    def send_envelope(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Deliver over Socket Mode and return the acknowledgement."""
        socket = self.wait(lambda: self._sockets[-1] if self._sockets else None, "a connection")
        envelope = f"E{self.number()}"
        body: Plain = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": True}
        body |= {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        socket.send(json.dumps(body))
        return self.wait(lambda: self.acks.get(envelope), f"an acknowledgement of {kind}")

    def send_at_once(self, kind: str, payloads: list[Plain]) -> None:
        """Deliver over Socket Mode without waiting for any acknowledgement."""
        socket = self.wait(lambda: self._sockets[-1] if self._sockets else None, "a connection")
        for payload in payloads:
            envelope = f"E{self.number()}"
            socket.send(json.dumps({"envelope_id": envelope, "type": kind, "payload": payload}))

    def drop_connection(self) -> None:
        """Tell the client that its connection ends, as Slack does every few hours."""
        self.wait(self.connected)
        self._sockets[-1].send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))


def _web_handler(slack: SlackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answer a call of the Web API or a response address."""
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length)
            if len(sent) < length:
                self.close_connection = True  # the caller was killed while it sent
                return
            path = urlsplit(self.path).path
            if path.startswith("/upload/"):
                slack.take_upload(path.removeprefix("/upload/"), sent)
            text = "" if path.startswith("/upload/") else sent.decode()
            is_json = self.headers.get("Content-Type", "").startswith("application/json")
            params = json.loads(text or "{}") if is_json else {k: _value(v) for k, v in parse_qsl(text)}
            params |= dict(parse_qsl(urlsplit(self.path).query))
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, headers, body = slack.answer(path, token, params)
            data = json.dumps(body).encode()
            if "/response/" in self.path:
                data = b"ok" if status == 200 else str(body["error"]).encode()
            self.send_response(status)
            kind = "text/plain" if "/response/" in self.path else "application/json"
            for name, value in {**headers, "Content-Type": kind, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked has given up
                self.wfile.write(data)

        def do_GET(self) -> None:
            """Hand out a file, or answer a call as a POST does."""
            if not self.path.startswith("/files/"):
                return self.do_POST()
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            status, headers, data = slack.download(urlsplit(self.path).path, token)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(data)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            return None

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler


def _value(text: str) -> Any:
    return json.loads(text) if text[:1] in "[{" else text
