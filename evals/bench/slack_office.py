"""A Slack and a language model on loopback, as small as the load run needs them; every message is counted and timed."""

import itertools
import json
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

Plain = dict[str, Any]
PEOPLE = 40
EMAIL = "maya.reyes@example.com"
WORDING = {"sentences": [{"text": "Ask what they compare the price with.", "cites": [1]}], "unknown": []}
START = 1_790_000_000


@dataclass
class Asked:
    """One question: when it was sent, acknowledged and answered."""

    sent: float
    acked: float | None = None
    answered: list[float] = field(default_factory=list)


class Office:
    """The Slack: it delivers questions over Socket Mode and takes answers over its Web API."""

    def __init__(self, email: str) -> None:
        self.changed = threading.Condition()
        self.asked: dict[str, Asked] = {}
        self._email, self._numbers = email, itertools.count(1)
        self._envelopes: dict[str, str] = {}
        self._sockets: list[ServerConnection] = []
        self.calls: dict[str, int] = defaultdict(int)
        self._web = _Burst(("127.0.0.1", 0), _handler(self._call))
        self._ws: Server = serve(self._talk, "127.0.0.1", 0)

    @property
    def api(self) -> str:
        """Base URL of the Web API."""
        return f"http://127.0.0.1:{self._web.server_address[1]}/api/"

    @contextmanager
    def open(self) -> Iterator["Office"]:
        """Serve until the block ends."""
        for target in (self._web.serve_forever, self._ws.serve_forever):
            threading.Thread(target=target, daemon=True).start()
        try:
            yield self
        finally:
            self._web.shutdown()
            self._ws.shutdown()

    def ask(self, words: str) -> str:
        """Deliver a question in a thread of its own; gives the thread."""
        number = next(self._numbers)
        ts, person = f"{START + number}.000100", number % PEOPLE
        event = {
            "type": "message", "channel_type": "im", "channel": f"D{person}", "user": f"U{person}", "text": words,
            "ts": ts, "thread_ts": ts,
        }  # fmt: skip
        payload = {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}
        envelope = f"E{number}"
        self._envelopes[envelope] = ts
        self.asked[ts] = Asked(time.perf_counter())
        self._sockets[-1].send(json.dumps({"envelope_id": envelope, "type": "events_api", "payload": payload}))
        return ts

    def wait(self, threads: list[str], seconds: float) -> None:
        """Wait until all of these have an answer, or the time is over."""
        with self.changed:
            self.changed.wait_for(
                lambda: all(self.asked[ts].answered and self.asked[ts].acked for ts in threads), seconds
            )

    def connected(self, seconds: float) -> None:
        """Wait for the app."""
        with self.changed:
            if not self.changed.wait_for(lambda: bool(self._sockets), seconds):
                raise RuntimeError("the app did not connect")

    def _call(self, path: str, params: Plain) -> Plain:
        method = path.rpartition("/")[2]
        self.calls[method] += 1
        if method == "chat.postMessage":
            with self.changed:
                if params.get("thread_ts") in self.asked:
                    self.asked[params["thread_ts"]].answered.append(time.perf_counter())
                self.changed.notify_all()
            return {"ok": True, "channel": params["channel"], "ts": f"{START}.{next(self._numbers):06}"}
        known: dict[str, Plain] = {
            "auth.test": {"team_id": "T1", "user_id": "UBOT", "bot_id": "BBOT", "user": "seller", "url": "https://t1"},
            "apps.connections.open": {"url": f"ws://127.0.0.1:{self._ws.socket.getsockname()[1]}/"},
            "users.info": {"user": {"id": "U", "team_id": "T1", "profile": {"email": self._email}}},
            "assistant.threads.setStatus": {},
        }
        return {"ok": True, **known[method]} if method in known else {"ok": False, "error": "unknown_method"}

    def _talk(self, socket: ServerConnection) -> None:
        socket.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}}))
        with self.changed:
            self._sockets.append(socket)
            self.changed.notify_all()
        try:
            for text in socket:
                with self.changed:
                    self.asked[self._envelopes[json.loads(text)["envelope_id"]]].acked = time.perf_counter()
                    self.changed.notify_all()
        except ConnectionClosed:
            pass  # how a client leaves


class Model:
    """An OpenAI-compatible endpoint that takes its time and always says the same."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.asked = 0
        self._web = _Burst(("127.0.0.1", 0), _handler(self._call))

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self._web.server_address[1]}/v1"

    @contextmanager
    def open(self) -> Iterator["Model"]:
        """Serve until the block ends."""
        threading.Thread(target=self._web.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._web.shutdown()

    def _call(self, path: str, params: Plain) -> Plain | str:
        if path.endswith("/models"):
            return {"object": "list", "data": [{"id": "bench", "object": "model"}]}
        self.asked += 1
        time.sleep(self._seconds)
        told = {"role": "assistant", "content": json.dumps(WORDING)}
        head = {"id": "c1", "created": 1, "model": "bench"}
        usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
        if not params.get("stream"):
            choice = {"index": 0, "message": told, "finish_reason": "stop"}
            return {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        choice = {"index": 0, "delta": told, "finish_reason": "stop"}
        chunk = {**head, "object": "chat.completion.chunk", "choices": [choice]}
        last = {**head, "object": "chat.completion.chunk", "choices": [], "usage": usage}
        return "".join(f"data: {text}\n\n" for text in (json.dumps(chunk), json.dumps(last), "[DONE]"))


class _Burst(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def _handler(answer: Any) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            is_json = self.headers.get("Content-Type", "").startswith("application/json")
            params = json.loads(text or "{}") if is_json else dict(parse_qsl(text))
            said = answer(urlsplit(self.path).path, params)
            data = (said if isinstance(said, str) else json.dumps(said)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if isinstance(said, str) else "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    return Handler
