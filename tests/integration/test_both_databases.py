"""What an admin does to a whole home, in SQLite and in PostgreSQL alike: erase, look deeply, back up, verify."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.app import App
from bot.assistant import Request
from bot.llm.door import Who
from bot.proposals import Decision
from bot.skills.battlecard import BattleWording
from bot.store.trail import Trail
from prompts import Rendered
from tests.conftest import TODAY, Seller
from tests.fake_model import FakeModel

NAME = "Ingrid Solheim"


@pytest.fixture
def home(stored_sample: App, store_url: str | None, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """A home in which a person was asked about, written about, and shown to a model."""
    app, maya = stored_sample, stored_sample.user("u-maya")
    app.settings.home.chmod(0o700)
    if store_url:
        monkeypatch.setenv("SELLER_DATABASE_URL", store_url)
    asked = Request(f"log that I spoke to {NAME} at Northwick Dairy, follow up Tuesday", maya, TODAY, "t")
    proposal = app.assistant.answer(asked).proposal
    assert proposal
    app.approvals.decide(Decision(verb="approve", proposal_id=proposal.id, revision=proposal.revision), maya)
    said = FakeModel({"battlecard": {"say": [{"text": f"Ask {NAME}.", "cites": [1]}]}})
    model = app.door.bind(said, Who(maya, "r1", "t", TODAY))
    assert model
    model.write(Rendered("battlecard", "1", "Be plain.", f"What does {NAME} want?"), BattleWording)
    app.__exit__()  # gives back what the commands need alone; the engine opens anew where it is used
    yield app
    app.engine.dispose()


def everything(app: App) -> str:
    """All texts that the database holds, as it keeps them."""
    with app.engine.connect() as connection:
        return "".join(
            str(connection.execute(text(f"SELECT * FROM {name}")).all())
            for name in (
                "model_calls",
                "audit",
                "changes",
                "crm_activities",
                "crm_contacts",
                "thread_turns",
                "kb_chunks",
            )
        )


def test_an_erased_person_is_in_no_table_and_the_trail_is_whole(home: App, seller: Seller) -> None:
    assert "Solheim" in everything(home)
    ran = seller("erase", NAME, "--yes", "--json")
    assert (ran.code, json.loads(ran.out)["proof"]["remaining"]) == (0, 0)
    assert "Solheim" not in everything(home)
    verdict = Trail(home.engine).verify()
    assert verdict.whole
    assert verdict.redacted > 0
    assert home.door.calls.of_request("r1", "u-maya")[0].input_tokens == 100


def test_the_stores_agree_and_what_does_not_is_named(home: App, seller: Seller) -> None:
    assert "✓ stores: every store agrees with the others." in seller("doctor", "--deep").out
    with home.engine.begin() as connection:
        connection.execute(text("UPDATE changes SET decided_by = NULL, status = 'pending' WHERE status = 'applied'"))
    ran = seller("doctor", "--deep")
    assert ran.code == 1
    assert "✓ stores" not in ran.out


def test_a_backup_of_it_is_restored_with_all_lines(home: App, seller: Seller, tmp_path: Path) -> None:
    assert seller("backup", str(tmp_path / "b.zip")).code == 0
    before = seller("audit", "verify").out.splitlines()[-1].removeprefix("head ")
    assert seller("restore", str(tmp_path / "b.zip"), "--into", str(home.settings.home), "--force").code == 0
    number = int(before.partition(":")[0])
    # The backup's own line came after it.
    held = Trail(home.engine).verify()
    assert (held.whole, held.head.line) == (True, number)
