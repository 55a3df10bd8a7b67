"""Salesforce from the first sync to the undo, as sellers meet it: the sample company behind the true adapter, by the CLI."""

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from standins.salesforce import INTEGRATION, Salesforce
from standins.salesforce_company import Company, furnish

from bot import settings
from bot.app import App
from tests.conftest import Seller
from tests.integration.mirror_world import content

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
FIXED = ("--now", NOW.isoformat())
MAYA = ("--as", "maya.lindqvist@fernhollow.example")
CONSUMER = "3MVG9.consumer"
NORTHWICK = "Northwick Dairy - Plan + Insight"


@dataclass
class Furnished:
    """The org as it was filled, and a home that was synced with it."""

    company: Company
    home: Path
    key: str
    rows: Any


def environment(crm: Salesforce, key: str) -> dict[str, str]:
    """Settings of a connected app, in whose name each seller logs in."""
    named = {
        "CRM": "salesforce", "MODEL": "offline", "SALESFORCE_LOGIN_URL": crm.url, "SALESFORCE_CONSUMER_KEY": CONSUMER,
        "SALESFORCE_PRIVATE_KEY": key, "SALESFORCE_USERNAME": "integration@crm.example",
    }  # fmt: skip
    return {**{f"SELLER_{name}": value for name, value in named.items()}, "REQUESTS_CA_BUNDLE": crm.certificate}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Furnished]:
    """An org and a synced home, made once."""
    home = tmp_path_factory.mktemp("salesforce") / "home"
    with Salesforce() as crm, pytest.MonkeyPatch.context() as patch:
        crm.org.clock = lambda: NOW
        company, key = furnish(crm, NOW.date()), crm.register(CONSUMER)
        note = company.put("ContentNote", None, Title="Stand", TextPreview="Per likes it", ContentSize=12)
        crm.org.put("ContentDocumentLink", ContentDocumentId=note, LinkedEntityId=company.ids["a-northwick"])
        for name, value in {**environment(crm, key), "SELLER_HOME": str(home)}.items():
            patch.setenv(name, value)
        with App(settings.load(), lambda: NOW) as app:
            app.ready()
            app.sync()
        yield Furnished(company, home, key, crm.org.saved())


@pytest.fixture
def company(furnished: Furnished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The org as it was filled, and a copy of the home."""
    shutil.copytree(furnished.home, tmp_path / "home", ignore=shutil.ignore_patterns("*.lock"))
    crm = furnished.company.crm
    for name, value in environment(crm, furnished.key).items():
        monkeypatch.setenv(name, value)
    crm.calls.clear()
    yield furnished.company
    crm.org.restore(furnished.rows)
    furnished.rows = crm.org.saved()
    crm.org.rules.clear()
    crm.org.rights.clear()
    crm.org.clock = lambda: NOW


def ask(seller: Seller, text: str, *more: str) -> dict[str, Any]:
    """What `seller ask` answers to Maya."""
    answer: dict[str, Any] = json.loads(seller("ask", text, *MAYA, "--json", *(more or FIXED)).out)
    return answer


def decide(seller: Seller, verb: str, proposal: str, *more: str) -> dict[str, Any]:
    """What became of Maya's decision."""
    done: dict[str, Any] = json.loads(seller("proposals", verb, proposal, *MAYA, "--json", *(more or FIXED)).out)
    return done


def states(decided: dict[str, Any]) -> list[str]:
    """The states of the changes, in their order."""
    return [change["status"] for change in decided["changes"]]


def deal(company: Company, ours: str = "o-northwick-plan") -> dict[str, Any]:
    """A deal as the org holds it."""
    row: dict[str, Any] = company.crm.org.rows["Opportunity"][str(company.ids[ours])]
    return row


def made(company: Company) -> list[tuple[str, str | None]]:
    """Tasks that were written through the API, with who wrote them."""
    rows = company.crm.org.rows["Task"].values()
    return [(row["Subject"], row["CreatedById"]) for row in rows if row.get("CreatedById") and not row["IsDeleted"]]


def later(**by: float) -> tuple[str, str]:
    """A later moment."""
    return ("--now", (NOW + timedelta(**by)).isoformat())


def test_from_the_question_to_the_record_in_the_sellers_name_and_back(seller: Seller, company: Company) -> None:
    text = ask(seller, "brief me on Northwick Dairy")["text"]
    assert "1 open opportunity worth USD 78,000" in text and "Ingrid Solheim: CFO; economic buyer" in text
    logged = ask(
        seller, "log for Northwick Dairy: spoke to Ingrid Solheim, push close to 18 December, remind me Tuesday"
    )
    done = decide(seller, "approve", logged["proposals"][0])
    assert (states(done), done["as_of"]) == (["applied"] * 3, "2026-11-16T09:00:00Z")
    for listed in (("proposals", "list", "--all", *FIXED), ("crm", "tasks", "--account", "Northwick Dairy")):
        ran = seller(*listed, *MAYA)
        assert "CRM as of 2026-11-16 09:00 UTC" in ran.out + ran.err
    maya = company.ids["u-maya"]
    assert [who for _, who in made(company)] == [maya, maya]
    assert (deal(company)["CloseDate"], deal(company)["LastModifiedById"]) == ("2026-12-18", maya)
    assert states(decide(seller, "undo", logged["proposals"][0])) == ["undone"] * 3
    left = [
        (row["Subject"], row["Status"])
        for row in company.crm.org.rows["Task"].values()
        if row.get("CreatedById") and not row["IsDeleted"]
    ]
    assert (left, deal(company)["CloseDate"]) == (
        [("Follow up with Ingrid Solheim (CFO)", "Cancelled")],
        "2026-12-11",
    )


def test_a_sync_that_is_killed_goes_on_and_comes_to_the_same(
    seller: Seller, company: Company, furnished: Furnished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "killed"))
    child = subprocess.Popen(
        [sys.executable, "-m", "bot", "sync"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while not company.crm.sent("GET", "FROM OpportunityHistory") and time.monotonic() < until:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    child.wait(20)
    assert "this one goes on from there." in seller("sync", *FIXED).out
    engines = [create_engine(f"sqlite:///{home / 'seller.db'}") for home in (tmp_path / "killed", furnished.home)]
    killed, undisturbed = map(content, engines)
    assert killed == undisturbed
    for engine in engines:
        engine.dispose()


def test_a_deal_that_somebody_changed_meanwhile_is_asked_about_again(seller: Seller, company: Company) -> None:
    logged = ask(seller, "log for Northwick Dairy: push the close date to 18 December")
    company.crm.org.update("Opportunity", deal(company)["Id"], {"CloseDate": "2027-01-15"}, str(company.ids["u-dana"]))
    asked = decide(seller, "approve", logged["proposals"][0])
    assert [(change["status"], change["old"], change["new"]) for change in asked["changes"]] == [
        ("pending", "2027-01-15", "2026-12-18")
    ]
    assert deal(company)["CloseDate"] == "2027-01-15"
    assert states(decide(seller, "approve", logged["proposals"][0])) == ["applied"]
    assert deal(company)["CloseDate"] == "2026-12-18"


def test_a_validation_rules_words_reach_the_seller(seller: Seller, company: Company) -> None:
    company.crm.org.rules.append(
        ("Opportunity", lambda row: row["NextStep"] == "Ask Per", "A next step needs a date, says RevOps.")
    )
    logged = ask(seller, "log for Northwick Dairy: next step is Ask Per")
    ran = seller("proposals", "approve", logged["proposals"][0], *MAYA, *FIXED)
    assert (
        "Salesforce refuses it: A next step needs a date, says RevOps - meet that first, then ask for the change anew."
        in ran.out
    )


def test_tokens_that_ended_are_renewed_unseen_and_a_seller_who_may_not_log_in_is_told(
    seller: Seller, company: Company
) -> None:
    first, second = (
        ask(seller, f"log for Northwick Dairy: remind me {day} to send the price")["proposals"][0]
        for day in ("Thursday", "Friday")
    )
    company.crm.expire_tokens()
    assert states(decide(seller, "approve", first)) == ["applied"]
    company.crm.denied.add("maya.lindqvist@fernhollow.example.crm")
    company.crm.expire_tokens()
    ran = seller("proposals", "approve", second, *MAYA, *FIXED)
    company.crm.denied.clear()
    assert "Salesforce does not let maya.lindqvist@fernhollow.example.crm log in through the connected app" in ran.out


def test_while_salesforce_is_away_a_brief_comes_and_what_was_approved_waits_for_its_turn(
    seller: Seller, company: Company
) -> None:
    first, second = (
        ask(seller, f"log for Northwick Dairy: {words}")["proposals"][0]
        for words in ("next step is Ask Per", "push the close date to 18 December and remind me Friday to send it")
    )
    company.crm.fail(mode="drop", times=10**9)
    brief = ask(seller, "brief me on Northwick Dairy", *later(minutes=2))
    assert (brief["as_of"], "USD 78,000" in brief["text"]) == ("2026-11-16T09:00:00Z", True)
    assert "the CRM's data is as of 2026-11-16 09:00 UTC." in brief["text"]
    assert states(decide(seller, "approve", first, *later(minutes=2))) == ["waiting"]
    assert states(decide(seller, "approve", second, *later(minutes=2))) == ["waiting", "waiting"]
    company.crm.faults.clear()
    company.crm.calls.clear()
    with App(settings.load(), lambda: NOW + timedelta(minutes=10)) as app:
        app.work()
        until = time.monotonic() + 30
        while time.monotonic() < until and not all(
            change.status == "applied" for one in (first, second) for change in app.approvals.get(one).changes
        ):
            time.sleep(0.02)
    written = [call.path.split("/sobjects/")[1].split("/")[0] for call in company.crm.sent("PATCH")]
    assert written == ["Opportunity", "Task", "Opportunity"]
    assert (deal(company)["NextStep"], deal(company)["CloseDate"], len(made(company))) == ("Ask Per", "2026-12-18", 1)


def test_what_was_deleted_and_merged_leaves_the_mirror_and_a_waiting_yes_follows(
    seller: Seller, company: Company
) -> None:
    logged = ask(seller, "log for Castellane Ceramics: remind me Friday to call them")
    org = company.crm.org
    org.clock = lambda: NOW + timedelta(minutes=5)
    org.merge("Account", str(company.ids["a-northwick"]), str(company.ids["a-castellane"]))
    org.delete("Opportunity", deal(company)["Id"])
    told = json.loads(seller("sync", "--json", *later(minutes=6)).out)["kinds"]
    assert (told["accounts"]["merged"], told["opportunities"]["gone"]) == (1, 1)
    with App(settings.load()) as app:
        assert app.reader.opportunity(deal(company)["Id"]) is None
        assert app.reader.history(deal(company)["Id"]) == app.reader.contact_roles(deal(company)["Id"]) == []
        merged = app.reader.account(str(company.ids["a-castellane"]))
        assert merged is not None and merged.name == "Northwick Dairy"
    assert states(decide(seller, "approve", logged["proposals"][0], *later(minutes=7))) == ["applied"]
    task = next(row for row in org.rows["Task"].values() if row.get("CreatedById"))
    assert task["AccountId"] == company.ids["a-northwick"]


def test_a_closed_deal_and_another_currency_are_told(seller: Seller, company: Company) -> None:
    logged = ask(seller, "log for Harrowgate Foods: push the close date of Harrowgate Foods - Plan to 18 December")
    assert (
        "Harrowgate Foods - Plan is closed (Closed Won, 2024-03-01); look twice before you say yes." in logged["text"]
    )
    euro = ask(seller, "log for Northwick Dairy: amount is now 1.2 m €")
    assert (euro["proposals"], "is in EUR, and the deal is kept in USD" in euro["text"]) == ([], True)


def test_a_field_and_a_record_that_are_not_for_the_asker_stay_away(seller: Seller, company: Company) -> None:
    org = company.crm.org
    org.rights[(INTEGRATION, "Contact.Phone")] = "none"
    org.access[(str(company.ids["u-maya"]), str(company.ids["a-quillon"]))] = "none"
    report = json.loads(seller("sync", "--full", "--json", *later(minutes=6)).out)
    assert report["failed"] == []
    people = json.loads(seller("crm", "contacts", *MAYA, "--json").out)
    assert people and {person["phone"] for person in people} == {None}
    ran = seller("ask", "brief me on Quillon", *MAYA, *later(minutes=7))
    org.access.clear()
    assert (ran.code, ran.err.splitlines()[0].split(";")[0]) == (1, "There is no account called “Quillon”")


@pytest.mark.parametrize("mode", ["hang", "trickle"])
def test_a_server_that_never_comes_to_an_end_costs_a_brief_seconds(seller: Seller, company: Company, mode: str) -> None:
    ask(seller, "brief me on Northwick Dairy")
    company.crm.fail("composite", mode=mode, times=10**9)
    started = time.monotonic()
    answer = ask(seller, "brief me on Northwick Dairy", *later(minutes=2))
    company.crm.faults.clear()
    assert time.monotonic() - started < 8
    assert answer["as_of"] == "2026-11-16T09:00:00Z"
    assert "; the CRM's data is as of 2026-11-16 09:00 UTC." in answer["text"], answer["text"][-600:]
