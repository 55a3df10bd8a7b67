"""A language model on loopback that repeats its sources: it speaks HTTP as OpenAI's servers do, and keeps what it was sent."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str, Mapping[str, Any]], Mapping[str, Any]]
SOURCE = re.compile(r"^\[(\d+)\] .*\n(.+)$", re.MULTILINE)
DONE = {"tool": "done", "arguments": {}}


def repeating(user: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The first line of each source as a sentence, in every list of sentences; `done` where a tool is to be picked."""
    fields = schema["properties"]
    if "tool" in fields:
        return dict(DONE)
    if "skill" in fields:
        return {name: "ask" if name == "skill" else "" for name in fields}
    claims = [{"text": line, "cites": [int(n)]} for n, line in SOURCE.findall(user)]
    lists = {name for name, field in fields.items() if field.get("type") == "array"}
    worded = {name for name in lists if "$ref" in fields[name]["items"] and "Claim" in fields[name]["items"]["$ref"]}
    return {name: claims[:2] if name in worded else [] if name in lists else "" for name in fields}


class ModelServer:
    """Serves until it is closed; `usage` None: it counts no tokens."""

    def __init__(self, answer: Answer = repeating, usage: tuple[int, int] | None = (1000, 100)) -> None:
        self.answer, self.usage = answer, usage
        self.asked: list[list[dict[str, str]]] = []
        self.status = 200
        self.held = threading.Event()
        self.held.set()
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                server.asked.append(body["messages"])
                server.held.wait(20)
                server.reply(self, body)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    @property
    def words(self) -> str:
        """All that it was ever sent."""
        return "\n".join(message["content"] for messages in self.asked for message in messages)

    def close(self) -> None:
        self.held.set()
        self._http.shutdown()
        self._http.server_close()

    def reply(self, handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
        if self.status != 200:
            data = json.dumps({"error": {"message": "no"}}).encode()
            self._send(handler, self.status, "application/json", data)
            return
        schema = body["response_format"]["json_schema"]["schema"]
        text = json.dumps(self.answer(body["messages"][-1]["content"], schema), ensure_ascii=False)
        if body.get("stream"):
            self._send(handler, 200, "text/event-stream", self._events(text))
        else:
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            whole = {**self._head("chat.completion"), "choices": [choice], **self._counted()}
            self._send(handler, 200, "application/json", json.dumps(whole).encode())

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": "c1", "object": kind, "created": 1, "model": "house-2026-01-01"}

    def _counted(self) -> dict[str, Any]:
        if self.usage is None:
            return {}
        asked, wrote = self.usage
        return {"usage": {"prompt_tokens": asked, "completion_tokens": wrote, "total_tokens": asked + wrote}}

    def _events(self, text: str) -> bytes:
        """The answer in pieces of seven signs, so that a mark is cut."""
        head, pieces = self._head("chat.completion.chunk"), [text[at : at + 7] for at in range(0, len(text), 7)]
        parts: list[dict[str, Any]] = [{"delta": {"content": piece}, "finish_reason": None} for piece in pieces]
        parts.append({"delta": {}, "finish_reason": "stop"})
        chunks = [{**head, "choices": [{"index": 0, **part}]} for part in parts]
        chunks += [{**head, "choices": [], **self._counted()}] if self.usage else []
        return "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in [*chunks]).encode() + b"data: [DONE]\n\n"

    @staticmethod
    def _send(handler: BaseHTTPRequestHandler, status: int, kind: str, data: bytes) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)
