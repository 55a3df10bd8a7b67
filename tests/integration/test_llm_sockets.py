"""The model layer against a real socket: servers that hang, dribble, refuse, talk nonsense or come back."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from bot.errors import ModelError, ModelNonsense, ModelRefused, ModelTimeout, Stopped
from bot.llm import ChatModel, from_settings
from bot.llm.deadline import REST, Breaker
from bot.llm.leaving import Leave, leaving
from bot.settings import Settings
from prompts import Rendered

RENDERED = Rendered("test", "0123456789ab", "Answer with the capital.", "France?")
GOOD = '{"city": "Paris", "people": 2100000}'


class Capital(BaseModel):
    """A capital."""

    city: str
    people: int


class Server:
    """An OpenAI-like endpoint whose behaviour is one function of the request."""

    def __init__(self, answer: Callable[["Handler", dict[str, Any]], None]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.released = threading.Event()
        self.arrived = threading.Semaphore(0)
        handler = type("Bound", (Handler,), {"server_state": self, "answer": staticmethod(answer)})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"

    def close(self) -> None:
        self.released.set()
        self.http.shutdown()
        self.http.server_close()


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the server's function."""

    server_state: Server
    answer: Callable[["Handler", dict[str, Any]], None]

    def do_GET(self) -> None:
        self.reply(200, {"object": "list", "data": [{"id": "house-model", "object": "model"}]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server_state.requests.append(body)
        self.server_state.arrived.release()
        try:
            self.answer(self, body)
        except (BrokenPipeError, ConnectionResetError):
            # The client gave up: what these tests are about.
            self.close_connection = True

    def reply(self, status: int, body: Any, **headers: str) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        for name, value in {"content-type": "application/json", "content-length": str(len(text)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def say(self, content: str, finish: str = "stop", *, tokens: tuple[int, int] = (20, 7), **message: str) -> None:
        choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
        usage = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}
        self.reply(200, {"id": "1", "object": "chat.completion", "model": "house-model", "created": 1,
                         "choices": [choice], "usage": usage})  # fmt: skip

    def stream(self, pieces: list[str]) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for piece in pieces:
            delta = {"index": 0, "delta": {"role": "assistant", "content": piece}, "finish_reason": None}
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: Any) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[Handler, dict[str, Any]], None]], Server]]:
    servers: list[Server] = []

    def start(answer: Callable[[Handler, dict[str, Any]], None]) -> Server:
        servers.append(Server(answer))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="module", autouse=True)
def warm_up() -> None:
    """Importing LangChain and reading the certificates takes longer than these tests' budgets."""
    ChatOpenAI(model="m", api_key=lambda: "k", base_url="http://127.0.0.1:9/v1")


@pytest.fixture(autouse=True)
def clean_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "SELLER_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SELLER_HOME", str(tmp_path))


def model(url: str, budget: float = 5.0, name: str | None = "openai:house-model", **more: Any) -> ChatModel:
    return ChatModel(Settings(OPENAI_BASE_URL=url, model=name, model_timeout=budget, **more))


def test_answer_fits_and_is_counted(serve: Any) -> None:
    server: Server = serve(lambda h, _: h.say(GOOD))
    done = model(server.url).write(RENDERED, Capital)
    assert (done.value, done.model, done.prompt_version) == (
        Capital(city="Paris", people=2100000), "openai:house-model", "0123456789ab",
    )  # fmt: skip
    assert (done.usage.input, done.usage.output, done.usage.cost) == (20, 7, None)
    asked = server.requests[0]["response_format"]["json_schema"]
    assert asked["strict"] is True
    assert asked["schema"]["required"] == ["city", "people"]
    assert asked["schema"]["additionalProperties"] is False


@pytest.mark.parametrize("wrong", [-5000, 10**15, 10**20])
def test_count_that_cannot_be_one_is_not_taken(serve: Any, wrong: int) -> None:
    server: Server = serve(lambda h, _: h.say(GOOD, tokens=(wrong, wrong)))
    done = model(server.url).write(RENDERED, Capital)
    assert (done.value.city, done.usage.input, done.usage.output) == ("Paris", 0, 0)


def test_name_is_asked_of_a_custom_endpoint(serve: Any) -> None:
    server: Server = serve(lambda h, _: h.say(GOOD))
    asked = model(server.url, name=None)
    assert asked.name == "openai"
    assert asked.write(RENDERED, Capital).model == "openai:house-model"
    assert (asked.name, server.requests[0]["model"]) == ("openai:house-model", "house-model")


@pytest.mark.parametrize(
    "content",
    [
        f"```json\n{GOOD}\n```",
        f"Sure! Here it is: {GOOD} I hope {{this}} helps.",
        f"<think>Is it {{'city': 'Lyon'}}? No.</think>{GOOD}",
    ],
)
def test_json_is_found_in_prose(serve: Any, content: str) -> None:
    server: Server = serve(lambda h, _: h.say(content))
    assert model(server.url).write(RENDERED, Capital).value == Capital(city="Paris", people=2100000)
    assert len(server.requests) == 1


def test_one_repair_then_nonsense(serve: Any) -> None:
    server: Server = serve(lambda h, _: h.say('{"town": "Paris"}'))
    with pytest.raises(ModelNonsense, match="city: Field required"):
        model(server.url).write(RENDERED, Capital)
    assert len(server.requests) == 2
    assert "city: Field required" in server.requests[1]["messages"][-1]["content"]


def test_repair_succeeds_and_both_turns_are_counted(serve: Any) -> None:
    server: Server = serve(lambda h, _: h.say(GOOD if len(server.requests) > 1 else "I would rather not say."))
    done = model(server.url).write(RENDERED, Capital)
    assert (done.value.city, done.usage.input, done.usage.output) == ("Paris", 40, 14)


def test_refused_response_format_is_left_out_from_then_on(serve: Any) -> None:
    def answer(handler: Handler, body: dict[str, Any]) -> None:
        if "response_format" in body:
            return handler.reply(400, {"error": {"message": "unknown field response_format"}})
        return handler.say(GOOD)

    server: Server = serve(answer)
    asked = model(server.url)
    assert [asked.write(RENDERED, Capital).value.city for _ in range(2)] == ["Paris", "Paris"]
    assert ["response_format" in body for body in server.requests] == [True, False, False]
    assert '"city"' in server.requests[1]["messages"][0]["content"]


def test_busy_then_fine(serve: Any) -> None:
    busy = {"error": {"message": "slow down"}}
    server: Server = serve(
        lambda h, _: h.say(GOOD) if len(server.requests) > 1 else h.reply(429, busy, retry_after="0")
    )
    assert model(server.url).write(RENDERED, Capital).value.city == "Paris"
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"error": {"message": "bad key sk-secret123"}}, ModelRefused, "check OPENAI_API_KEY"),
        (403, {"error": {"message": "no"}}, ModelRefused, "forbids this"),
        (404, {"error": {"message": "no model"}}, ModelRefused, "check SELLER_MODEL"),
        (429, {"error": {"message": "no", "code": "insufficient_quota"}}, ModelRefused, "quota"),
        (400, {"error": {"message": "the request exceeds the available context size"}}, ModelRefused, "too long"),
        (500, {"error": {"message": "oops"}}, ModelError, "unreachable (500)"),
        (200, "<html>login</html>", ModelError, "failed"),
    ],
)
def test_failures_say_what_to_check(serve: Any, status: int, body: Any, kind: type[ModelError], words: str) -> None:
    server: Server = serve(lambda h, _: h.reply(status, body))
    with pytest.raises(ModelError) as caught:
        model(server.url, OPENAI_API_KEY="sk-secret123").write(RENDERED, Capital)
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("finish", "message", "kind"), [
    ("length", {}, ModelNonsense), ("content_filter", {}, ModelRefused), ("stop", {"refusal": "No."}, ModelRefused),
])  # fmt: skip
def test_cut_off_and_declined(serve: Any, finish: str, message: dict[str, str], kind: type[ModelError]) -> None:
    server: Server = serve(lambda h, _: h.say('{"city": "Par', finish, **message))
    with pytest.raises(kind):
        model(server.url).write(RENDERED, Capital)
    assert len(server.requests) == 1


def hang(handler: Handler, _: dict[str, Any]) -> None:
    handler.server_state.released.wait()


def dribble(handler: Handler, _: dict[str, Any]) -> None:
    """Send a byte now and then for ever: every read succeeds in time, the answer never comes."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    while not handler.server_state.released.wait(0.05):
        handler.wfile.write(b" ")


@pytest.mark.parametrize("behaviour", [hang, dribble])
@pytest.mark.parametrize("live", [False, True])
def test_budget_holds_whatever_the_server_does(serve: Any, behaviour: Any, live: bool) -> None:
    asked = model(serve(behaviour).url, budget=0.5)
    started = time.perf_counter()
    with pytest.raises(ModelTimeout, match=r"within 0\.5 s"):
        asked.write(RENDERED, Capital, (lambda _: None) if live else None)
    assert time.perf_counter() - started < 20  # neither server would ever come to an end


@pytest.mark.parametrize("behaviour", [hang, dribble])
def test_a_persons_stop_is_not_held_up_by_the_server(serve: Any, behaviour: Any) -> None:
    server: Server = serve(behaviour)
    asked, leave = model(server.url, budget=60.0), Leave()

    def stop() -> None:
        assert server.arrived.acquire(timeout=30)
        leave.now(Stopped("Stopped."))

    stopper, started = threading.Thread(target=stop), time.perf_counter()
    stopper.start()
    with pytest.raises(Stopped), leaving(leave):
        asked.write(RENDERED, Capital, lambda _: None)
    stopper.join()
    assert time.perf_counter() - started < 30


def test_after_a_timeout_nobody_else_waits(serve: Any) -> None:
    now = [100.0]
    server: Server = serve(hang)
    settings = Settings(OPENAI_BASE_URL=server.url, model="openai:m", model_timeout=0.5)
    asked = ChatModel(settings, Breaker(lambda: now[0]))
    with pytest.raises(ModelTimeout):
        asked.write(RENDERED, Capital)
    with pytest.raises(ModelError, match="not asked again for 30 s"):
        asked.write(RENDERED, Capital)
    assert server.arrived.acquire(timeout=10)
    now[0] += REST
    with pytest.raises(ModelTimeout):
        asked.write(RENDERED, Capital)
    assert server.arrived.acquire(timeout=10)
    assert len(server.requests) == 2


def test_nobody_listens() -> None:
    with pytest.raises(ModelError, match="unreachable; check that it runs"):
        model("http://127.0.0.1:9/v1").write(RENDERED, Capital)


def test_partial_answers_grow(serve: Any) -> None:
    pieces = ["```json\n", '{"ci', 'ty": "Pa', 'ris", "peo', 'ple": 2100000}', "\n```"]
    server: Server = serve(lambda h, _: h.stream(pieces))
    seen: list[dict[str, Any]] = []
    done = model(server.url).write(RENDERED, Capital, seen.append)
    assert seen == [{"city": "Pa"}, {"city": "Paris"}, {"city": "Paris", "people": 2100000}]
    assert done.value == Capital(city="Paris", people=2100000)


def test_server_that_does_not_stream(serve: Any) -> None:
    server: Server = serve(lambda h, _: h.say(GOOD))
    assert model(server.url).write(RENDERED, Capital, lambda _: None).value.city == "Paris"


def test_no_key_and_unknown_provider_are_refused() -> None:
    with pytest.raises(ModelRefused, match="OPENAI_API_KEY"):
        ChatModel(Settings(model="openai:gpt-5-mini")).write(RENDERED, Capital)
    with pytest.raises(ModelRefused, match="provider:model"):
        ChatModel(Settings(model="nobody:x")).write(RENDERED, Capital)


def test_offline_is_no_model() -> None:
    assert from_settings(Settings()) is None
    assert from_settings(Settings(model="offline")) is None
