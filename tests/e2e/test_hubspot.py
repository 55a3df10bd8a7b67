"""HubSpot as its users meet it: connected, read, asked about, written to, and not there for a while."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.app import App
from tests.conftest import Seller
from tests.standins.hubspot import TOKEN, HubSpotStandIn
from tests.standins.hubspot_sample import environment, sample
from tests.standins.hubspot_world import keyed

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
MAYA = "maya.lindqvist@fernhollow.example"
NOWHERE = "http://127.0.0.1:9"


def at(minutes: int) -> tuple[str, str]:
    return "--now", (NOW + timedelta(minutes=minutes)).isoformat()


@dataclass
class Office:
    """A portal with the sample company and a home that mirrors it."""

    server: HubSpotStandIn
    ids: dict[str, str]
    home: Path

    def deal(self, key: str) -> dict[str, str]:
        return self.server.portal.things["deals"][self.ids[key]].properties

    def made(self, kind: str) -> list[dict[str, str]]:
        """What was created since the sample company was put in."""
        return [
            row.properties for row in self.server.portal.things[kind].values() if "seller_change_id" in row.properties
        ]


@pytest.fixture(scope="module")
def connected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Filled and synced once."""
    home = tmp_path_factory.mktemp("hubspot") / "home"
    with HubSpotStandIn(lambda: NOW).running() as server, pytest.MonkeyPatch.context() as patch:
        ids = sample(server.portal, NOW.date())
        keyed(server.portal)
        for name, value in environment(server.url, TOKEN).items():
            patch.setenv(name, value)
        patch.setenv("SELLER_HOME", str(home))
        with App(settings.load(), lambda: NOW) as app:
            app.ready()
            assert app.mirror is not None
            app.mirror.sync()
        yield Office(server, ids, home)


@pytest.fixture
def office(connected: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A home of its own for each test."""
    shutil.copytree(connected.home, tmp_path / "home", ignore=shutil.ignore_patterns("*.lock"))
    for name, value in environment(connected.server.url, TOKEN).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SELLER_MODEL", "offline")
    monkeypatch.setenv("SELLER_USER", MAYA)
    yield connected
    connected.server.faults.clear()
    connected.server.token = TOKEN


@pytest.fixture
def propose(seller: Seller) -> Callable[..., str]:
    """Say something about Northwick Dairy; the id of the proposal that comes of it."""

    def say(text: str, minutes: int = 1) -> str:
        ran = seller("ask", text, "--account", "Northwick", "--json", *at(minutes))
        (proposal,) = json.loads(ran.out)["proposals"]
        return str(proposal)

    return say


def changes(seller: Seller, proposal: str) -> list[tuple[str, str | None]]:
    """How each change of a proposal stands, with what is said of it."""
    told = json.loads(seller("proposals", "show", proposal, "--json", *at(5)).out)
    return [(change["status"], change["error"]) for change in told["changes"]]


def test_doctor_setup_sync_and_listings(
    seller: Seller, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "new"))
    parts = {part["part"]: part for part in json.loads(seller("doctor", "--json").out)}
    assert (parts["CRM"]["state"], parts["people"]["state"]) == ("optional", "optional")
    assert parts["CRM"]["says"] == (
        f"HubSpot answers at {office.server.url} as portal 4242 (USD). The mirror is not filled yet; run `seller sync`."
    )
    assert seller("crm", "setup").out.splitlines()[::11] == [
        "seller_change_id is there on contacts.",
        "Every role has its association label between deals and contacts.",
    ]
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "home"))
    report = json.loads(seller("sync", "--json", *at(1)).out)
    assert (report["source"], report["as_of"], report["failed"], report["snapshot"]) == (
        "hubspot", "2026-11-16T09:01:00Z", [], None,
    )  # fmt: skip
    assert report["notes"] == [
        "HubSpot does not list deleted meetings: they leave the mirror with `seller sync --full`."
    ]
    for kind, listing in (("companies", "accounts"), ("contacts", "contacts"), ("deals", "opportunities")):
        listed = json.loads(seller("crm", listing, "--json").out)
        assert {row["id"] for row in listed} == office.server.portal.things[kind].keys()


def test_a_brief_rests_on_records_that_open_in_hubspot(seller: Seller, office: Office) -> None:
    answer = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", *at(1)).out)
    assert answer["as_of"] == "2026-11-16T09:01:00Z"
    account = f"https://app.hubspot.com/contacts/4242/record/0-2/{office.ids['a-northwick']}"
    assert account in [citation["source"] for citation in answer["citations"]]
    assert "Ingrid Solheim: CFO; economic buyer; last call 2026-11-10." in answer["text"]
    assert "pushed 2 times" in answer["text"]


def test_what_was_approved_is_in_the_portal_with_its_owner_and_undo_takes_it_back(
    seller: Seller, office: Office, propose: Callable[..., str]
) -> None:
    before = dict(office.deal("o-northwick-plan"))
    proposal = propose("log that I spoke to their CFO, next step is send the contract, remind me Tuesday")
    done = seller("proposals", "approve", proposal, *at(2))
    assert (done.code, [status for status, _ in changes(seller, proposal)]) == (0, ["applied"] * 3)
    (call,) = office.made("calls")
    (task,) = office.made("tasks")
    maya = office.ids["u-maya"]
    assert (call["hubspot_owner_id"], call["hs_call_title"]) == (maya, "Call with Ingrid Solheim (CFO)")
    assert (task["hubspot_owner_id"], task["hs_timestamp"][:10]) == (maya, "2026-11-17")
    assert office.deal("o-northwick-plan")["hs_next_step"] == "Send the contract"
    assert f"record/0-3/{office.ids['o-northwick-plan']}?engagement={call['hs_object_id']}" in done.out
    assert seller("proposals", "undo", proposal, *at(3)).code == 0
    assert office.server.portal.live("calls", call["hs_object_id"]) is None
    assert task["hs_task_status"] == "DEFERRED"
    assert office.deal("o-northwick-plan")["hs_next_step"] == before["hs_next_step"]


def test_a_deal_that_somebody_changes_meanwhile_is_asked_about_again(
    seller: Seller, office: Office, propose: Callable[..., str]
) -> None:
    proposal = propose("set the amount to 90000")
    deal = office.server.portal.things["deals"][office.ids["o-northwick-plan"]]
    office.server.portal.update("deals", deal, {"amount": "81000.55"})
    seller("proposals", "approve", proposal, *at(2))
    ((status, why),) = changes(seller, proposal)
    assert (status, deal.properties["amount"]) == ("pending", "81000.55")
    assert why is not None and why.startswith("The amount was 78000 when this was proposed and is 81000.55 now")
    rule = {"message": 'Property values were not valid: [{"message": "Deals over 80,000 need a code."}]'}
    office.server.fail("status", method="PATCH", status=400, body=rule)
    seller("proposals", "approve", proposal, *at(3))
    assert changes(seller, proposal) == [
        (
            "failed",
            "HubSpot refuses the new amount: Deals over 80,000 need a code; correct the value, or ask your HubSpot admin.",
        )
    ]
    office.server.portal.update("deals", deal, {"amount": "78000"})


@pytest.mark.parametrize("trouble", ["expired token", "stopped server"])
def test_what_was_approved_waits_and_is_applied_once_in_order(
    seller: Seller, office: Office, propose: Callable[..., str], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    first, second = (propose(f"next step is {step}") for step in (f"tell Ingrid of the {trouble}", "wait"))
    before = {row["hs_object_id"] for row in office.made("tasks")}
    third = propose("remind me Friday to call Per Aune")
    if trouble == "expired token":
        office.server.token = "rotated"
        words = "HubSpot refuses the token in SELLER_HUBSPOT_TOKEN"
    else:
        monkeypatch.setenv("SELLER_HUBSPOT_URL", NOWHERE)
        words = f"HubSpot cannot be reached at {NOWHERE}"
    for proposal in (first, third):
        seller("proposals", "approve", proposal, *at(2))
    ((status, why),) = changes(seller, first)
    assert (status, (why or "").startswith(words)) == ("waiting", True)
    brief = json.loads(seller("ask", "brief me on Northwick Dairy", "--json", *at(3)).out)
    assert words in brief["notice"]
    assert brief["as_of"] == "2026-11-16T09:00:00Z" or brief["as_of"] == "2026-11-16T09:01:00Z"
    office.server.token = TOKEN
    monkeypatch.setenv("SELLER_HUBSPOT_URL", office.server.url)
    seller("proposals", "approve", second, *at(60))
    assert [changes(seller, proposal)[0][0] for proposal in (first, third)] == ["applied", "applied"]
    new = [row for row in office.made("tasks") if row["hs_object_id"] not in before]
    assert [row["hs_task_subject"] for row in new] == ["Call Per Aune"]


def test_a_lost_answer_without_the_property_is_for_a_person(
    seller: Seller, office: Office, propose: Callable[..., str]
) -> None:
    properties: dict[str, Any] = office.server.portal.properties["tasks"]
    key = properties.pop("seller_change_id")
    proposal = propose("remind me Thursday to call Per Aune")
    office.server.fail("status", method="POST", path="/tasks$", status=502)
    seller("proposals", "approve", proposal, *at(2))
    properties["seller_change_id"] = key
    ((status, why),) = changes(seller, proposal)
    deal = f"https://app.hubspot.com/contacts/4242/record/0-3/{office.ids['o-northwick-plan']}"
    assert (status, why) == (
        "unknown",
        f"Nobody can tell whether HubSpot made this task: please check {deal} and propose it again only if it is missing.",
    )
