"""Records and pages that carry escape sequences and unseen signs: nothing of them steers the terminal, and JSON stays the same."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import App
from bot.crm.local import upsert_all
from bot.crm.records import Account, Contact, Opportunity, Task
from bot.screening.inert import UNSEEN
from bot.settings import Settings
from tests.conftest import Seller

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SIGNS = "\u202e\u2066\U000e0061\x1b[31m\x9b2J\x1b]8;;https://evil.example\x07"
EVIL = f"Pellworm{SIGNS}[red]click[/red]"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose one account, deal, task, person and page are attacks."""
    folder = tmp_path / "home"
    monkeypatch.setenv("SELLER_HOME", str(folder))
    monkeypatch.setenv("SELLER_MODEL", "offline")
    (tmp_path / "a.md").write_text(f"# Terms {SIGNS}\n\nPay Pellworm in thirty days. {SIGNS}\n", encoding="utf-8")
    given = {"owner_id": "u1", "account_id": "A1"}
    rows = [
        Account(id="A1", name=EVIL, industry=EVIL, owner_id="u1"),
        Contact(id="C1", account_id="A1", name=EVIL, title=EVIL),
        Opportunity(id="O1", name=EVIL, stage="Proposal", next_step=EVIL, created_at=NOW, **given),
        Task(id="T1", subject=EVIL, due=NOW.date(), **given),
    ]
    with App(Settings(home=folder, model="offline"), clock=lambda: NOW) as app:
        upsert_all(app.engine, rows, as_of=NOW)
        app.library.ingest([tmp_path / "a.md"])
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("crm", "accounts"), ("crm", "opportunities"), ("kb", "list"), ("kb", "show", "Terms"), ("search", "thirty days"),
        ("ask", "brief me on Pellworm"), ("ask", "pay Pellworm in thirty days?"), ("kb", "show", SIGNS), ("kb", "gaps"), ("audit",),
        ("pipeline", "stats"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_command_lets_a_record_steer_the_terminal(home: Path, seller: Seller, words: tuple[str, ...]) -> None:
    ran = seller(*words)
    assert UNSEEN.findall((ran.out + ran.err).replace("\r", "")) == []


def test_json_holds_the_record_as_it_is_in_signs_that_draw_nothing(home: Path, seller: Seller) -> None:
    ran = seller("crm", "accounts", "--json")
    assert UNSEEN.findall(ran.out) == []
    assert EVIL in json.dumps([json.loads(line) for line in ran.out.splitlines()], ensure_ascii=False).replace(
        "\\u001b", "\x1b"
    ).replace("\\u0007", "\x07")
