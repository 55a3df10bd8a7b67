"""HubSpot on recorded answers: reads of backlot, which answers as api.hubapi.com does, and writes of our stand-in.

Recorded anew by `python -m standins.hubspot_record` from the folder `tests`; see there.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import vcr
from crm_contract import NOW, WRITES, approve, label
from standins.hubspot_connection import everything

from bot.crm import hubspot
from bot.crm.hubspot import live
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Stage, Task
from bot.settings import Settings

FOLDER = Path(__file__).parent / "cassettes" / "hubspot"
READS, WRITTEN = "http://127.0.0.1:8310/hubspot", "http://127.0.0.1:8311"
KEYS = {READS: "admin-service-token", WRITTEN: "pat-eu1-stand-in"}
MATCHED = ["method", "scheme", "host", "port", "path", "query", "raw_body"]


def remote(url: str) -> hubspot.HubSpot:
    fields = {"opportunity.competitor": "competitor_name"} if url == WRITTEN else {}
    return hubspot.connect(Settings(hubspot_url=url, hubspot_token=KEYS[url], crm_fields=fields), lambda: NOW)


def whole() -> list[Any]:
    """Everything backlot holds."""
    return everything(remote(READS).source)


def changed() -> list[Any]:
    """A full pass and what a second pass finds."""
    source = remote(READS).source
    cursors = {kind: list(source.pages(kind, None, full=True))[-1].cursor for kind in source.kinds()}
    return [row for kind in cursors for page in source.pages(kind, cursors[kind], full=False) for row in page.records]


def written() -> list[Any]:
    """Every write of the contract, applied and taken back."""
    writer = remote(WRITTEN).writer
    receipts = []
    for write in WRITES:
        receipt = writer.apply(approve(write, f"change-{label(write)}"))
        receipts += [receipt, writer.undo(receipt)]
    return receipts


SCENARIOS: dict[str, Callable[[], list[Any]]] = {"whole": whole, "changed": changed, "written": written}


@pytest.fixture(autouse=True, scope="module")
def nobody_else_calls() -> None:
    """Wait for what tests before this module left running: a call of another thread breaks the patches for all tests after."""
    ends = monotonic() + 20
    for thread in threading.enumerate():
        if thread.name.startswith(("slack-", "worker", "crm-")):
            thread.join(max(0.0, ends - monotonic()))


@pytest.fixture(autouse=True)
def one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cassette takes its patches away while a connection is made: two threads at once can leave them away, or on for good."""
    monkeypatch.setattr(live, "AT_A_TIME", 1)


@contextmanager
def cassette(name: str, mode: str = "none") -> Iterator[Any]:
    """Record or replay one scenario; the token is never written."""
    path = str(FOLDER / f"{name}.yaml")
    with vcr.use_cassette(path, record_mode=mode, filter_headers=["authorization"], match_on=MATCHED) as tape:
        yield tape


def replay(name: str) -> list[Any]:
    with cassette(name) as tape:
        got = SCENARIOS[name]()
    assert tape.all_played
    return got


def test_everything_that_backlot_holds_is_read() -> None:
    records = replay("whole")
    assert sorted(row.name for row in records if isinstance(row, Account)) == ["Brightwell & Söhne", "Northwick Dairy"]
    people = sorted((row.name, row.title) for row in records if isinstance(row, Contact))
    assert people == [("Jon Berg", "Head of Logistics"), ("Mira Holt", "CFO"), ("Zoë Åberg", "COO")]
    deals = sorted(
        (row.name, str(row.amount), row.stage, str(row.close_date)) for row in records if isinstance(row, Opportunity)
    )
    assert deals == [
        ("Brightwell - Lab", "None", "Closed Won", "2026-06-17"),
        ("Northwick - Cold chain", "120000.50", "Contract Sent", "2026-12-18"),
    ]
    accounts = {row.id: row.name for row in records if isinstance(row, Account)}
    held = sorted(
        (row.kind, row.subject, row.body, accounts[row.account_id or ""], len(row.contact_ids))
        for row in records
        if isinstance(row, Activity)
    )
    assert held == [
        ("call", "First call", "Budget & plan\nAgreed.", "Northwick Dairy", 2),
        ("email", "Re: Offer", "Thank you,\nwe look at it.", "Northwick Dairy", 1),
        ("meeting", "Site visit", "Toured the plant.", "Northwick Dairy", 2),
        ("note", "Wants SOC 2", "Wants SOC 2\nby March", "Northwick Dairy", 1),
    ]
    assert [(row.subject, str(row.due)) for row in records if isinstance(row, Task)] == [
        ("Send the offer", "2026-11-14")
    ]
    roles = [row.role for row in records if isinstance(row, OpportunityContactRole)]
    assert roles == ["decision_maker", "decision_maker"]


def test_a_second_pass_of_backlot_reads_what_changed() -> None:
    records = [row for row in replay("changed") if not isinstance(row, Stage)]
    assert [getattr(row, "name", getattr(row, "role", "")) for row in records] == [
        "Northwick - Cold chain",
        "decision_maker",
        *("decision_maker", "decision_maker"),  # the roles of deals that are not known to be closed are read anew
    ]


def test_every_write_is_sent_as_recorded() -> None:
    receipts = replay("written")
    assert [receipt.record for receipt in receipts[::2]] == [
        *("activity", "task", "task", "contact", "contact_role", "contact_role"),
        *("opportunity",) * 9,
    ]
    assert all(undone.previous == applied.values for applied, undone in zip(receipts[::2], receipts[1::2], strict=True))


def test_every_cassette_is_used_and_holds_no_key() -> None:
    expected = {FOLDER / f"{name}.yaml" for name in SCENARIOS}
    assert set(FOLDER.rglob("*.yaml")) == expected
    for path in expected:
        text = path.read_text(encoding="utf-8")
        assert "authorization" not in text.lower()
        assert [key for key in KEYS.values() if key in text] == []
