"""Salesforce against a stand-in on loopback: the adapter contract, once by a login of each person and once by a session."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from crm_contract import NOW, RECORDS, Crm, CrmContract
from standins.salesforce import Salesforce
from standins.salesforce_world import SyncedReader, by_login, by_session, connected, load

from bot.crm.records import Activity, Contact, Record


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Salesforce]:
    with Salesforce() as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.certificate)
        server.org.clock = lambda: NOW
        server.org.add_value("Task", "Status", "Cancelled")
        load(server, RECORDS)
        yield server


class SalesforceContract(CrmContract):
    """What Salesforce keeps otherwise: its history is its own, a deal closes on its date, a call has a day only."""

    erases_history = False
    closes_today = False

    def kept(self, record: Record) -> Record:
        if isinstance(record, Activity) and record.kind == "call":
            return record.model_copy(update={"at": datetime.combine(record.at.date(), time(), UTC)})
        return record


class TestByLogin(SalesforceContract):
    """Each person writes through a login of their own."""

    @pytest.fixture
    def crm(self, server: Salesforce, tmp_path: Path) -> Crm:
        remote = connected(by_login(server, tmp_path), lambda: NOW)
        return Crm(SyncedReader(server, remote, tmp_path), remote.writer)


class TestBySession(SalesforceContract):
    """Everything goes through one session, whose user is the seller here."""

    @pytest.fixture
    def crm(self, server: Salesforce, tmp_path: Path) -> Crm:
        server.tokens = dict.fromkeys(server.tokens, "U1")
        remote = connected(by_session(server, tmp_path), lambda: NOW)
        return Crm(SyncedReader(server, remote, tmp_path), remote.writer)


def test_half_a_sign_in_a_name_is_kept_as_an_unreadable_one(server: Salesforce, tmp_path: Path) -> None:
    load(server, [Contact(id="C99", name="A\ud800na", account_id="A1", created_at=NOW)])
    remote = connected(by_session(server, tmp_path), lambda: NOW)
    assert "A\ufffdna" in [one.name for one in SyncedReader(server, remote, tmp_path).contacts()]
