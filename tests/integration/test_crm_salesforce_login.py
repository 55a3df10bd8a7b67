"""Who speaks to Salesforce: tokens that end, sellers who may not, settings that are missing, secrets that stay so."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import requests
from crm_contract import NOW, RECORDS, TASK, approve, update
from standins.salesforce import SESSION, Salesforce
from standins.salesforce_world import by_login, by_session, connected, made, serving

from bot.crm.port import Remote
from bot.errors import BotError, CrmError, CrmRejected, CrmUnavailable
from bot.settings import Settings

AMOUNT = update("amount", Decimal("120000.50"), Decimal("130000"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Salesforce]:
    with serving(monkeypatch, NOW, RECORDS) as server:
        yield server


@pytest.fixture
def settings(server: Salesforce, tmp_path: Path) -> Settings:
    return by_login(server, tmp_path)


@pytest.fixture
def remote(settings: Settings) -> Remote:
    return connected(settings, lambda: NOW)


def test_a_token_that_ended_is_renewed_once_and_unseen(server: Salesforce, remote: Remote) -> None:
    remote.writer.apply(approve(TASK))
    server.expire_tokens()
    receipt = remote.writer.apply(approve(AMOUNT, "change-2"))
    assert receipt.values == {"amount": "130000"}
    assert server.org.rows["Opportunity"]["O1"]["LastModifiedById"] == "U1"


def test_a_session_that_ended_says_what_to_renew(server: Salesforce, tmp_path: Path) -> None:
    remote = connected(by_session(server, tmp_path), lambda: NOW)
    server.expire_tokens()
    with pytest.raises(CrmRejected) as raised:
        remote.writer.apply(approve(AMOUNT))
    assert str(raised.value) == "The Salesforce session has expired: put a fresh one into SELLER_SALESFORCE_SESSION_ID."


def test_a_seller_who_may_not_log_in_is_named(server: Salesforce, remote: Remote) -> None:
    server.denied.add("ana@seller.example.crm")
    with pytest.raises(
        CrmRejected, match="does not let ana@seller.example.crm log in .*hasn't approved this consumer.*pre-authorize"
    ):
        remote.writer.apply(approve(AMOUNT))


def test_by_session_the_seller_owns_what_is_written(server: Salesforce, tmp_path: Path) -> None:
    remote = connected(by_session(server, tmp_path), lambda: NOW)
    remote.writer.apply(approve(TASK.model_copy(update={"owner_id": None})))
    assert [(row["OwnerId"], row["CreatedById"]) for row in made(server, "Task")] == [("U1", "005000000000001AAA")]


def test_an_approver_may_be_named_by_e_mail(server: Salesforce, remote: Remote) -> None:
    approval = approve(TASK).model_copy(update={"approved_by": "ana@seller.example"})
    assert remote.writer.apply(approval).applied_by == "U1"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "SELLER_SALESFORCE_CONSUMER_KEY"),
        ({"salesforce_session_id": "x"}, "SELLER_SALESFORCE_INSTANCE_URL"),
        ({"salesforce_instance_url": "https://a.example"}, "SELLER_SALESFORCE_SESSION_ID"),
        ({"salesforce_consumer_key": "x"}, "SELLER_SALESFORCE_PRIVATE_KEY"),
        ({"salesforce_consumer_key": "x", "salesforce_private_key": "x"}, "SELLER_SALESFORCE_USERNAME"),
    ],
)
def test_a_missing_setting_is_named(given: dict[str, str], missing: str) -> None:
    with pytest.raises(BotError, match=missing):
        connected(Settings(crm="salesforce", **given), lambda: NOW)  # type: ignore[arg-type]


def test_no_secret_is_told(
    server: Salesforce, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    for each in (settings, by_session(server, tmp_path)):
        remote = connected(each, lambda: NOW)
        for fault in ({"status": 500}, {"mode": "drop"}, {"status": 401}, {"status": 400, "body": "no"}):
            server.faults.clear()
            server.fail("sobjects|query", **{"times": 99, **fault})
            with pytest.raises(CrmError) as raised:
                remote.writer.apply(approve(AMOUNT))
            told += [
                str(raised.value),
                repr(raised.value),
                repr(raised.value.__cause__),
                repr(vars(remote)),
                repr(remote),
            ]
    pem = each_secret(settings)
    secrets = [SESSION, pem, pem.splitlines()[2], *server.tokens]
    assert [secret for secret in secrets if secret in "\n".join([*told, caplog.text])] == []


def each_secret(settings: Settings) -> str:
    assert settings.salesforce_private_key is not None
    return settings.salesforce_private_key.get_secret_value()


def test_set_up_makes_the_field_or_says_what_an_admin_must_do(server: Salesforce, tmp_path: Path) -> None:
    remote = connected(by_session(server, tmp_path), lambda: NOW)
    assert (
        remote.set_up()[2] == "OpportunityContactRole.Seller_Change_Id__c was created: contact roles are written once."
    )
    server.org.drop_field("Task", "Seller_Change_Id__c")
    server.setup_allowed = False
    first = remote.set_up()[0]
    assert first.startswith(
        "Activity.Seller_Change_Id__c could not be created (Salesforce refuses it: insufficient access"
    )
    assert "an admin creates it in Salesforce's Setup as Text (255), External ID, Unique" in first


def test_check_says_who_answers_as_whom(server: Salesforce, remote: Remote, tmp_path: Path) -> None:
    host = server.url.removeprefix("https://")
    end = "contact roles lack the field that makes writes unrepeatable, run `seller crm setup`."
    assert remote.check() == f"Salesforce (Stand-in Ltd, {host}) answers as integration@crm.example; {end}"
    by_id = connected(by_session(server, tmp_path), lambda: NOW)
    assert by_id.check() == f"Salesforce (Stand-in Ltd, {host}) answers as integration@crm.example; {end}"


def test_the_stand_in_runs_by_itself_and_takes_its_faults_over_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(__file__).parent.parent
    command = [sys.executable, "-m", "standins.salesforce"]
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told = json.loads(child.stdout.readline())
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", told["certificate"])
        settings = Settings(
            home=tmp_path,
            crm="salesforce",
            salesforce_instance_url=told["url"],
            salesforce_session_id=told["session"],
        )
        remote = connected(settings, lambda: NOW)
        put = {"put": ["Account", {"Id": "001000000000001AAA", "Name": "Northwick"}]}
        assert requests.post(f"{told['url']}/__control", json=put, timeout=5).json() == {"put": "001000000000001AAA"}
        fault = {"fault": {"path": "FROM Account", "status": 500}}
        requests.post(f"{told['url']}/__control", json=fault, timeout=5)
        with pytest.raises(CrmUnavailable, match="Salesforce failed \\(500\\)"):
            list(remote.source.pages("accounts", None, full=True))
        pages = list(remote.source.pages("accounts", None, full=True))
        assert [record.id for page in pages for record in page.records] == ["001000000000001AAA"]
        child.communicate("")
    assert child.returncode == 0


@pytest.mark.parametrize(
    ("url", "fits"), [("http://login.example", False), ("login.example", False), ("http://127.0.0.1:9", True)]
)
def test_an_address_without_encryption_is_refused_but_for_a_login_on_this_machine(url: str, fits: bool) -> None:
    settings = Settings(
        crm="salesforce",
        salesforce_login_url=url,
        salesforce_consumer_key="k",
        salesforce_private_key="k",
        salesforce_username="u",
    )  # type: ignore[arg-type]
    if fits:
        connected(settings, lambda: NOW)
    else:
        with pytest.raises(BotError, match="SELLER_SALESFORCE_LOGIN_URL must begin with https://"):
            connected(settings, lambda: NOW)
