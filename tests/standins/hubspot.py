"""A HubSpot on loopback for tests: stateful, written from HubSpot's public documentation, with faults on demand.

Run it with `python -m standins.hubspot --port 8300` from the folder `tests`. Faults come through `HubSpotStandIn.fail`
or, over HTTP, through POST /_control.
"""

import argparse
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from standins.hubspot_portal import Portal, Refusal
from standins.hubspot_routes import ROUTES, Asked

TOKEN = "pat-eu1-stand-in"


@dataclass
class Fault:
    """What goes wrong with the next matching requests."""

    how: str
    """`status` (answered without being done), `drop` (done, then the line is cut) or `hang` (done, never answered)"""
    method: str = "*"
    path: str = ""
    """regular expression that is searched in the path"""
    times: int = 1
    skip: int = 0
    """how many matching requests go well before"""
    status: int = 500
    body: dict[str, Any] = field(default_factory=lambda: {"message": "internal error"})
    headers: dict[str, str] = field(default_factory=dict)

    def meets(self, method: str, path: str) -> bool:
        """Whether this request is one of them; counts it."""
        met = self.times > 0 and self.method in ("*", method) and re.search(self.path, path) is not None
        if met and self.skip > 0:
            self.skip -= 1
            return False
        self.times -= met
        return met


@dataclass(frozen=True)
class Sent:
    """One request that came."""

    method: str
    path: str
    query: dict[str, list[str]]
    body: Any


class HubSpotStandIn:
    """The server, its portal and its faults."""

    def __init__(self, clock: Callable[[], datetime] | None = None, port: int = 0) -> None:
        self.now: datetime | None = None
        self._clock = clock or (lambda: datetime.now(UTC))
        self.portal = Portal(lambda: self.now or self._clock())
        self.token = TOKEN
        self.search_cap = 10_000
        self.scopes_missing: dict[str, list[str]] = {}
        """regular expression of `METHOD path` → scopes that the token lacks"""
        self.absent: list[str] = []
        """regular expressions of paths that this server does not have"""
        self.faults: list[Fault] = []
        self.sent: list[Sent] = []
        self.misshapen: list[str] = []
        """what did not fit HubSpot's specification"""
        self.rate: int | None = None
        """calls in ten seconds that the portal allows; answers bear its headers then, and 429 comes beyond it"""
        self.monotonic = time.monotonic
        self.came: deque[float] = deque()
        self.lock = threading.RLock()
        self.released = threading.Event()
        handler = type("Handler", (_Handler,), {"stand_in": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, how: str, **what: Any) -> None:
        """Let the next matching request go wrong."""
        self.faults.append(Fault(how, **what))

    def too_many(self, wait: int | None = 0, policy: str = "SECONDLY", **what: Any) -> None:
        """Answer 429 as HubSpot does."""
        body = {"message": "You have reached your limit.", "errorType": "RATE_LIMIT", "policyName": policy}
        headers = {} if wait is None else {"Retry-After": str(wait)}
        self.fail("status", status=429, body=body, headers=headers, **what)

    def writes(self) -> list[Sent]:
        """The requests that changed something."""
        reads = re.compile(r"/search$|/batch/read$")
        return [one for one in self.sent if one.method != "GET" and not reads.search(one.path)]

    @contextmanager
    def running(self) -> Iterator["HubSpotStandIn"]:
        """Serve until the block ends; then no request may have come that HubSpot would not understand."""
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()
        assert self.misshapen == []

    def control(self, told: dict[str, Any]) -> dict[str, Any]:
        """Set the clock, the search's lag, faults and ignored properties over HTTP."""
        if "clock" in told:
            self.now = datetime.fromisoformat(told["clock"]) if told["clock"] else None
        if "search_lag" in told:
            self.portal.search_lag = timedelta(seconds=float(told["search_lag"]))
        for kind, name in told.get("ignore", []):
            self.portal.ignored.add((kind, name))
        self.rate = told.get("rate", self.rate)
        for fault in told.get("faults", []):
            self.fail(**fault)
        if told.get("token"):
            self.token = told["token"]
        return {"faults": len([fault for fault in self.faults if fault.times > 0]), "misshapen": self.misshapen}

    def limited(self, path: str) -> tuple[dict[str, str], bool]:
        """The headers of the limit, which searches do not bear, and whether this call is one too many."""
        if self.rate is None:
            return {}, False
        now = self.monotonic()
        while self.came and self.came[0] <= now - 10:
            self.came.popleft()
        if len(self.came) >= self.rate:
            return {"Retry-After": "10"}, True
        self.came.append(now)
        told = {"Max": self.rate, "Remaining": self.rate - len(self.came), "Interval-Milliseconds": 10_000}
        return {} if path.endswith("/search") else {f"X-HubSpot-RateLimit-{k}": str(v) for k, v in told.items()}, False

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        """Do what is asked; Refusal otherwise."""
        for pattern in self.absent:
            if re.search(pattern, path):
                raise Refusal(404, {"message": "resource not found", "category": "OBJECT_NOT_FOUND"})
        for pattern, scopes in self.scopes_missing.items():
            if re.search(pattern, f"{method} {path}"):
                raise Refusal(403, _missing(scopes))
        for verb, pattern, route in ROUTES:
            found = re.fullmatch(pattern, path)
            if verb == method and found:
                asked = Asked(self.portal, [unquote(part) for part in found.groups()], query, body, self.search_cap)
                status, told = route(asked)
                self.misshapen += [f"{method} {path}: {fault}" for fault in asked.faults]
                if asked.faults:
                    raise Refusal(
                        400, {"message": f"Invalid input JSON: {asked.faults[0]}", "category": "VALIDATION_ERROR"}
                    )
                return status, told
        raise Refusal(404, {"message": "resource not found"})


def _missing(scopes: list[str]) -> dict[str, Any]:
    return {
        "message": "This app hasn't been granted all required scopes to make this call.",
        "errors": [
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
        "category": "MISSING_SCOPES",
    }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    stand_in: HubSpotStandIn

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        stand_in, split = self.stand_in, urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        if len(raw) < length:
            self.close_connection = True  # the caller was killed while it sent
            return
        body = json.loads(raw) if raw else None
        if split.path == "/_control":
            self._reply(200, stand_in.control(body or {}), {})
            return
        with stand_in.lock:
            query = parse_qs(split.query, keep_blank_values=True)
            stand_in.sent.append(Sent(self.command, split.path, query, body))
            limit, over = stand_in.limited(split.path)
            fault = next((one for one in stand_in.faults if one.meets(self.command, split.path)), None)
            if over:
                fault = Fault("status", status=429, body={"errorType": "RATE_LIMIT", "policyName": "SECONDLY"})
            status, told, headers = self._outcome(fault, split.path, query, body)
            headers = {**headers, **limit}
        if fault is not None and fault.how == "hang":
            stand_in.released.wait(30)
        if fault is not None and fault.how in ("hang", "drop"):
            self.close_connection = True
            return
        self._reply(status, told, headers)

    def _outcome(
        self, fault: Fault | None, path: str, query: dict[str, list[str]], body: Any
    ) -> tuple[int, Any, dict[str, str]]:
        if fault is not None and fault.how == "status":
            refusal = Refusal(fault.status, fault.body, fault.headers)
            return refusal.status, refusal.body, refusal.headers
        if self.headers.get("Authorization") != f"Bearer {self.stand_in.token}":
            words = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
            return 401, Refusal(401, {"message": words, "category": "INVALID_AUTHENTICATION"}).body, {}
        try:
            return (*self.stand_in.answer(self.command, path, query, body), {})
        except Refusal as refusal:
            return refusal.status, refusal.body, refusal.headers

    def _reply(self, status: int, told: Any, headers: dict[str, str]) -> None:
        raw = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve


def main() -> None:
    """Serve a portal, empty or with the sample company, until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--sample", action="store_true", help="fill it with the sample company as of today")
    given = parser.parse_args()
    stand_in = HubSpotStandIn(port=given.port)
    if given.sample:
        from standins.hubspot_sample import sample

        sample(stand_in.portal, datetime.now(UTC).date())
    with stand_in.running():
        print(f"HubSpot stand-in at {stand_in.url}, token {TOKEN}")  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
