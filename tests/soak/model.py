"""An OpenAI-compatible model on loopback: valid and meaningless, or failing in the way that is set."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Plain = dict[str, Any]


class Model:
    """The server; each fault in `faults` is for one request."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.met: list[str] = []
        self.asked = 0
        self.released = threading.Event()
        handler = type("Bound", (_Handler,), {"model": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        """Free the port."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    def next_fault(self) -> str:
        """The fault of this request."""
        self.asked += 1
        fault = self.faults.pop(0) if self.faults else ""
        self.met += [fault] if fault else []
        return fault


class _Handler(BaseHTTPRequestHandler):
    model: Model

    def do_GET(self) -> None:
        self._reply(200, {"object": "list", "data": [{"id": "loopback", "object": "model"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        fault = self.model.next_fault()
        if fault == "model timeout":
            self.model.released.wait(4)
        elif fault == "model half-closed":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"id": "x", "choi')
            self.wfile.flush()
            self.connection.close()
        elif fault in STATUS:
            status, code, more = STATUS[fault]
            self._reply(status, {"error": {"message": code, "code": code, "type": code}}, more)
        else:
            self._answer(asked, fault)

    def _answer(self, asked: Plain, fault: str) -> None:
        schema = asked.get("response_format", {}).get("json_schema", {}).get("schema", {"type": "object"})
        text = "The moon is a cheese." if fault == "model nonsense" else json.dumps(filled(schema, schema))
        text = text[: len(text) // 2] if fault == "model truncated" else text
        if asked.get("stream"):
            self._stream(text)
        else:
            message = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            self._reply(200, {"id": "c", "object": "chat.completion", "created": 1, "model": "loopback",
                              "choices": [message], "usage": USAGE})  # fmt: skip

    def _stream(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        head = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "loopback"}
        pieces = [text[at : at + 40] for at in range(0, len(text), 40)]
        parts = [
            {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None} for piece in pieces
        ]
        for part in (*parts, {"index": 0, "delta": {}, "finish_reason": "stop"}):
            self._event({**head, "choices": [part]})
        self._event({**head, "choices": [], "usage": USAGE})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: Plain) -> None:
        self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def _reply(self, status: int, body: Plain, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        """Whoever asked may be dead by now."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
STATUS: dict[str, tuple[int, str, dict[str, str]]] = {
    "model 401": (401, "invalid_api_key", {}),
    "model 400 context": (400, "context_length_exceeded", {}),
    "model 429": (429, "rate_limit_exceeded", {"Retry-After": "1"}),
    "model 500": (500, "server_error", {}),
}


def filled(schema: Plain, root: Plain) -> Any:
    """The smallest value of a JSON schema, with one claim that no source supports in each list."""
    if "$ref" in schema:
        return filled(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return filled(schema["anyOf"][-1], root)
    match schema.get("type"):
        case "object":
            return {name: filled(one, root) for name, one in schema.get("properties", {}).items()}
        case "array":
            return [filled(schema["items"], root)] if "items" in schema else []
        case "string":
            return "Nothing of this is known to anybody."
        case "integer" | "number":
            return 1
        case "boolean":
            return False
    return None
