"""Secrets of the settings stay out of answers, errors, logs, prompts, databases and files, whatever fails; and out of the tree."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bot.log import SECRET
from bot.settings import SECRETS
from tests.conftest import Ran, Seller

ROOT = Path(__file__).parents[2]
PLANTED = {
    "OPENAI_API_KEY": "sk-planted-0penai-Qz81",
    "SELLER_SLACK_BOT_TOKEN": "xoxb-planted-b0t-Wk22",
    "SELLER_SLACK_APP_TOKEN": "xapp-planted-4pp-Lm33",
    "SELLER_SLACK_SIGNING_SECRET": "planted5igning5ecretPd44",
    "SELLER_HUBSPOT_TOKEN": "pat-planted-hub5pot-Rt55",
    "SELLER_SALESFORCE_SESSION_ID": "00Dplanted!5e55ionGh66",
    "SELLER_SALESFORCE_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\nplantedKeyVb77\n-----END PRIVATE KEY-----",
    "SELLER_ERASURE_KEY": "planted-era5ure-key-Nx88",
    "SELLER_AUDIT_KEY": "planted-aud1t-key-Jc99",
    "SELLER_CALENDARS": '{"maya.lindqvist@fernhollow.example": "http://127.0.0.1:9/plantedCalFy10.ics"}',
}
MARKS = {
    "OPENAI_API_KEY": "planted-0penai-Qz81",
    "SELLER_SLACK_BOT_TOKEN": "planted-b0t-Wk22",
    "SELLER_SLACK_APP_TOKEN": "planted-4pp-Lm33",
    "SELLER_SLACK_SIGNING_SECRET": "planted5igning5ecretPd44",
    "SELLER_HUBSPOT_TOKEN": "planted-hub5pot-Rt55",
    "SELLER_SALESFORCE_SESSION_ID": "planted!5e55ionGh66",
    "SELLER_SALESFORCE_PRIVATE_KEY": "plantedKeyVb77",
    "SELLER_ERASURE_KEY": "planted-era5ure-key-Nx88",
    "SELLER_AUDIT_KEY": "planted-aud1t-key-Jc99",
    "SELLER_CALENDARS": "plantedCalFy10",
    "SELLER_DATABASE_URL": "plantedPw11",
}
"""what of each must not be found anywhere"""
ADMIN = ("--as", "sam.ito@fernhollow.example")


class Refusing(BaseHTTPRequestHandler):
    """Refuses everything, and repeats the key in its words, as some servers do."""

    bodies: list[str]

    def do_POST(self) -> None:
        given = self.headers.get("Authorization", "")
        self.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace"))
        words = f"Incorrect key provided: {given}"
        body = {
            "ok": False,
            "error": "invalid_auth",
            "message": words,
            "status": "error",
            "category": "INVALID_AUTHENTICATION",
        }
        shaped = [body | {"errorCode": "INVALID_SESSION_ID"}] if self.path.startswith("/services/") else body
        if not self.path.startswith(("/services/", "/api/")):
            shaped = body | {"error": {"message": words, "type": "invalid_request_error", "code": "invalid_api_key"}}
        data = json.dumps(shaped).encode()
        self.send_response(200 if self.path.startswith("/api/") else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST
    do_PATCH = do_POST

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that refuses, and what it was sent."""
    bodies: list[str] = []
    handler = type("Handler", (Refusing,), {"bodies": bodies})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", bodies
    server.shutdown()
    server.server_close()


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, refusing: tuple[str, list[str]]) -> None:
    """A secret in every secret setting, and addresses of the server that refuses them."""
    for name, value in PLANTED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("OPENAI_BASE_URL", f"{refusing[0]}/v1")
    monkeypatch.setenv("SELLER_MODEL", "openai:planted")
    monkeypatch.setenv("SELLER_SLACK_API_URL", f"{refusing[0]}/api/")
    monkeypatch.setenv("SELLER_HUBSPOT_URL", refusing[0])


def held(home: Path, ran: Ran | None = None, sent: tuple[str, ...] = ()) -> list[str]:
    """The secrets that can be read: in what was printed, in what was sent beside the headers, in any byte of the home."""
    places: dict[str, bytes] = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    if ran:
        places |= {"standard output": ran.out.encode(), "standard error": ran.err.encode()}
    places |= {f"sent {n}": body.encode() for n, body in enumerate(sent)}
    return [
        f"{name} in {place}" for place, data in places.items() for name, mark in MARKS.items() if mark.encode() in data
    ]


def test_every_secret_setting_is_planted() -> None:
    names = {name.removeprefix("SELLER_").lower() for name in PLANTED}
    assert names == SECRETS


@pytest.mark.parametrize(
    "words",
    [
        ("ask", "what do we say when they call us expensive?"),
        ("ask", "brief me on Northwick Dairy", "--json"),
        ("ask", "my day"),
        ("doctor",),
        ("doctor", "--json"),
        ("audit", "verify"),
        ("serve",),
        ("search", "discount"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("planted")
def test_a_refused_key_is_repeated_nowhere(
    words: tuple[str, ...], seller: Seller, sample_home: Path, refusing: tuple[str, list[str]]
) -> None:
    ran = seller(*words, *(ADMIN if words[0] in ("ask", "search") else ()))
    assert held(sample_home, ran, tuple(refusing[1])) == []
    assert refusing[1] or words in (("audit", "verify"), ("search", "discount"), ("ask", "my day"))


@pytest.mark.parametrize("crm", ["hubspot", "salesforce"])
@pytest.mark.parametrize("words", [("sync",), ("crm", "setup"), ("doctor",)], ids=" ".join)
@pytest.mark.usefixtures("planted")
def test_a_crm_that_refuses_tells_nothing(
    crm: str,
    words: tuple[str, ...],
    seller: Seller,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refusing: tuple[str, list[str]],
) -> None:
    monkeypatch.setenv("SELLER_CRM", crm)
    monkeypatch.setenv("SELLER_SALESFORCE_INSTANCE_URL", refusing[0])
    ran = seller(*words)
    assert (ran.code, held(tmp_path / "home", ran, tuple(refusing[1]))) == (1, [])


@pytest.mark.parametrize("key", [PLANTED["SELLER_SALESFORCE_PRIVATE_KEY"], "plantedKeyVb77.pem"], ids=["text", "file"])
@pytest.mark.usefixtures("planted")
def test_a_key_that_is_none_is_not_repeated(
    key: str, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusing: tuple[str, list[str]]
) -> None:
    values = {
        "CRM": "salesforce",
        "SALESFORCE_LOGIN_URL": refusing[0],
        "SALESFORCE_USERNAME": "u@ours.example",
        "SALESFORCE_CONSUMER_KEY": "c",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"SELLER_{name}", value)
    monkeypatch.delenv("SELLER_SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SELLER_SALESFORCE_PRIVATE_KEY", key)
    ran = seller("sync")
    assert (ran.code, held(tmp_path / "home", ran)) == (1, [])


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:plantedPw11@127.0.0.1:9/none", "postgresql://me:plantedPw11@/none?host=127.0.0.1&port=9",
        "mysql://me:plantedPw11@127.0.0.1/none", "me:plantedPw11", "postgresql://127.0.0.1:9/none?password=plantedPw11&user=me",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "words", [("ask", "hello there"), ("doctor",), ("doctor", "--json"), ("audit", "verify")], ids=" ".join
)
def test_a_database_that_is_not_there_is_named_without_its_password(
    url: str, words: tuple[str, ...], seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_DATABASE_URL", url)
    ran = seller(*words)
    assert (ran.code, held(tmp_path / "home", ran)) == (1, [])


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_secret_in_the_settings_file_is_refused_without_repeating_it(
    name: str, seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text(f"{name.removeprefix('SELLER_').lower()} = {json.dumps(PLANTED[name])}\n")
    ran = seller("doctor")
    assert (ran.code, [mark for mark in MARKS.values() if mark in ran.out + ran.err]) == (1, [])


LOOKS_SECRET = re.compile(
    r"xox[abpr]-\d[\w-]{20,}|xapp-\d-[\w-]{20,}|\bsk-(?:proj-)?[A-Za-z0-9]{32,}|\bpat-(?:na|eu)\d-[\w-]{30,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36}\b|-----BEGIN (?:RSA |EC )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{200,}|\b00D[A-Za-z0-9]{12,15}![\w.]{60,}"
)
"""what vendors' keys look like"""
BINARY = {".npz", ".npy", ".onnx", ".png", ".pdf", ".docx", ".pptx", ".xlsx", ".ico", ".zip"}


def _tree() -> Mapping[Path, str]:
    rooms = ("bot", "knowledge", "prompts", "evals", "tests", "docs")
    files = [path for room in rooms for path in (ROOT / room).rglob("*")] + [
        path for path in ROOT.iterdir() if path.is_file()
    ]
    kept = [
        p
        for p in files
        if p.is_file() and p.suffix not in BINARY and "__pycache__" not in p.parts and p.name != "uv.lock"
    ]
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in kept}


def test_nothing_in_the_tree_looks_like_a_secret() -> None:
    assert [
        f"{path.relative_to(ROOT)}: {found[0][:12]}…"
        for path, text in _tree().items()
        for found in LOOKS_SECRET.finditer(text)
    ] == []


def test_no_cassette_holds_a_header_with_a_key() -> None:
    folder = ROOT / "tests" / "integration" / "cassettes"
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()}
    heads = re.compile(
        r"^\s*[\"']?(?:authorization|cookie|set-cookie|x-api-key|api-key)[\"']?:", re.IGNORECASE | re.MULTILINE
    )
    assert texts
    assert [f"{path.name}: {found[0]}" for path, text in texts.items() for found in heads.finditer(text)] == []
    assert [
        path.name for path, text in texts.items() if re.search(r"\bBearer\s+\S{6,}", text) or "loopback-key" in text
    ] == []


@pytest.mark.parametrize(
    "name",
    [
        "OPENAI_API_KEY",
        "SELLER_SLACK_BOT_TOKEN",
        "SELLER_SLACK_APP_TOKEN",
        "SELLER_HUBSPOT_TOKEN",
        "SELLER_SALESFORCE_SESSION_ID",
    ],
)
def test_the_log_knows_what_a_key_looks_like(name: str) -> None:
    assert MARKS[name] not in SECRET.sub("(secret)", f"401 for Bearer {PLANTED[name]} and again {PLANTED[name]}.")
