"""The stand-in's door: HTTP, OAuth, and the way to its faults."""

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote_plus

import jwt

from standins.salesforce_api import Answer, Api

if TYPE_CHECKING:
    from standins.salesforce import Fault, Salesforce


def handler(server: "Salesforce") -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one class, made for one server
    """The request handler of one server."""
    api = Api(server)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: Any) -> None: ...

        def do_GET(self) -> None:
            self._do()

        do_POST = do_PATCH = do_DELETE = do_GET

        def _do(self) -> None:
            from standins.salesforce import Call

            if server.stopped.is_set():
                self.close_connection = True
                return
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            if len(raw) < length:
                return  # the caller was killed while it sent
            with server.lock:
                fault = _fault(server, self.command, self.path)
                if fault and fault.mode == "drop":
                    server.calls.append(Call(self.command, unquote_plus(self.path), None, None, 0))
                    self.close_connection = True
                    return
            if fault and fault.mode == "slow":
                server.stopped.wait(fault.seconds)
            with server.lock:
                user, (status, body), headers = self._handled(raw, fault)
                server.calls.append(Call(self.command, unquote_plus(self.path), user, _json(raw), status))
            if fault and fault.mode in ("after", "hang", "slow", "trickle"):
                if fault.mode == "trickle":
                    self._trickle()
                if fault.mode == "hang":
                    server.stopped.wait(20)
                self.close_connection = True
                return
            if fault and fault.mode == "late":
                status, body, headers = fault.status, fault.body, fault.headers
            self._reply(status, body, headers)

        def _handled(self, raw: bytes, fault: "Fault | None") -> tuple[str | None, Answer, dict[str, str]]:
            if self.path == "/__control":
                return None, _control(server, _json(raw)), {}
            if self.path == "/services/oauth2/token" and not (fault and fault.mode == "answer"):
                return None, _token(server, raw), {}
            user = server.tokens.get(self.headers.get("Authorization", "").removeprefix("Bearer "))
            if fault and fault.mode == "answer":
                return user, (fault.status, fault.body), fault.headers
            if user is None:
                return None, (401, [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]), {}
            return user, api.answer(user, self.command, self.path, _json(raw), dict(self.headers)), {}

        def _trickle(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            for _ in range(400):
                if server.stopped.wait(0.05) or not server.faults:
                    return
                self.wfile.write(b" ")
                self.wfile.flush()

        def _reply(self, status: int, body: Any, headers: Mapping[str, str]) -> None:
            data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
            self.send_response(status)
            for key, value in headers.items():
                self.send_header(key, value)
            self.send_header("Content-Type", "application/json;charset=UTF-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler


def _fault(server: "Salesforce", method: str, path: str) -> "Fault | None":
    for index, fault in enumerate(server.faults):
        if fault.method in ("", method) and re.search(fault.path, unquote_plus(path)) and path != "/__control":
            if fault.skip:
                server.faults[index] = replace(fault, skip=fault.skip - 1)
                return None
            if fault.times <= 1:
                server.faults.remove(fault)
            else:
                server.faults[index] = replace(fault, times=fault.times - 1)
            return fault
    return None


def _token(server: "Salesforce", raw: bytes) -> Answer:
    given = {key: values[0] for key, values in parse_qs(raw.decode()).items()}
    if given.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
        return 400, {"error": "unsupported_grant_type", "error_description": "grant type not supported"}
    issuer = jwt.decode(given["assertion"], options={"verify_signature": False}).get("iss")
    if issuer not in server.apps:
        return 400, {"error": "invalid_client_id", "error_description": "client identifier invalid"}
    try:
        claims = jwt.decode(given["assertion"], server.apps[issuer], algorithms=["RS256"], audience=server.url)
    except jwt.PyJWTError as error:
        return 400, {"error": "invalid_grant", "error_description": f"invalid assertion: {error}"}
    users = [row for row in server.org.rows["User"].values() if row["Username"] == claims["sub"] and row["IsActive"]]
    if not users or claims["sub"] in server.denied:
        return 400, {"error": "invalid_grant", "error_description": "user hasn't approved this consumer"}
    token = f"00D000000000001!{secrets.token_urlsafe(24)}"
    server.tokens[token] = users[0]["Id"]
    return 200, {
        "access_token": token,
        "instance_url": server.url,
        "token_type": "Bearer",
        "scope": "api",
        "id": f"{server.url}/id/00D000000000001AAA/{users[0]['Id']}",
    }


def _control(server: "Salesforce", given: Any) -> Answer:
    from standins.salesforce import Fault

    acts: dict[str, Callable[[Any], Any]] = {
        "fault": lambda value: server.faults.append(Fault(**value)),
        "put": lambda value: server.org.put(value[0], **value[1]),
        "delete": lambda value: server.org.delete(*value),
        "merge": lambda value: server.org.merge(*value),
        "right": lambda value: server.org.rights.update({(value[0], value[1]): value[2]}),
        "expire": lambda value: server.expire_tokens(),
        "batch": lambda value: setattr(server, "batch_size", value),
        "clock": lambda value: setattr(server.org, "clock", lambda: datetime.fromisoformat(value)),
        "rule": lambda value: server.org.rules.append((value[0], lambda row: row.get(value[1]) == value[2], value[3])),
        "rows": lambda value: list(server.org.rows[value].values()),
        "calls": lambda value: [vars(call) for call in server.calls],
    }
    return 200, {key: acts[key](value) for key, value in given.items()}


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
