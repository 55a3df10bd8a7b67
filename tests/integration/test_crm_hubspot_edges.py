"""What a grown portal holds: one number for several activities, several companies, labels that move without a stamp."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from crm_contract import CALL, EARLIER, NOW, RECORDS, approve
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_connection import connect, everything
from standins.hubspot_world import fill, keyed

from bot.crm.hubspot import open_roles
from bot.crm.port import CrmSource
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    Record,
    Task,
)
from bot.errors import CrmUnavailable

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        keyed(server.portal)
        server.now = START
        yield server


@pytest.fixture
def source(stand_in: HubSpotStandIn) -> CrmSource:
    return connect(stand_in, lambda: stand_in.now or NOW).source


def held(source: CrmSource) -> dict[tuple[type[Record], str], Any]:
    """Everything by kind and id, as the mirror keeps it: of two records of one id the later would stay."""
    return {(type(row), row.id): row for row in everything(source)}


def through(source: CrmSource, cursors: dict[str, str]) -> tuple[list[Record], list[str]]:
    """What a pass over all kinds brings, and its notes; the cursors move on."""
    records: list[Record] = []
    notes: dict[str, None] = {}
    for kind in source.kinds():
        for page in source.pages(kind, cursors.get(kind), full=False):
            records += page.records
            notes |= dict.fromkeys(page.notes)
            cursors[kind] = page.cursor
    return records, list(notes)


def test_activities_of_one_number_are_kept_apart(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    for kind in ("calls", "emails", "meetings", "notes", "tasks"):
        stand_in.portal.put(kind, "500", {"hs_timestamp": "2026-10-01T08:00:00Z"}, EARLIER)
    records = held(source)
    ids = {row.id for row in records.values() if isinstance(row, Activity)}
    assert ids == {"call-X1", "call-500", "email-500", "meeting-500", "note-500"}
    assert records[Task, "500"].subject == "Task"
    assert source.link("activity", "email-500") == "https://app.hubspot.com/contacts/4242/record/0-49/500"


def test_a_deleted_call_takes_no_note_of_its_number_along(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    for kind in ("calls", "notes"):
        stand_in.portal.put(kind, "500", {"hs_timestamp": "2026-10-01T08:00:00Z"}, EARLIER)
    *_, last = source.pages("calls", None, full=True)
    stand_in.now = START + timedelta(hours=1)
    stand_in.portal.archive(stand_in.portal.things["calls"]["500"])
    gone = [one for page in source.pages("calls", last.cursor, full=False) for one in page.gone]
    assert gone == [(Activity, "call-500")]


def test_the_receipt_of_a_call_leads_back_to_the_call(stand_in: HubSpotStandIn) -> None:
    remote = connect(stand_in)
    receipt = remote.writer.apply(approve(CALL))
    number = receipt.record_id.removeprefix("call-")
    stand_in.portal.put("notes", number, {"hs_timestamp": "2026-10-01T08:00:00Z"}, EARLIER)
    assert receipt.link == f"https://app.hubspot.com/contacts/4242/record/0-3/O1?engagement={number}"
    assert [row.id for row in remote.source.record(receipt).records] == [f"call-{number}"]
    remote.writer.undo(receipt)
    assert remote.source.record(receipt).gone == [(Activity, f"call-{number}")]
    assert stand_in.portal.live("notes", number) is not None


def test_roles_that_move_in_hubspot_come_with_the_next_sync(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    cursors: dict[str, str] = {}
    through(source, cursors)
    stand_in.now = START + timedelta(hours=1)
    labels = {label: key for key, label in stand_in.portal.links.types["deals", "contacts"] if label}
    links = stand_in.portal.links
    links.drop("deals", "O1", "contacts", "C1", [labels["Economic buyer"]])
    links.add("deals", "O1", "contacts", "C2", [labels["Champion"]])
    records, _ = through(source, cursors)
    assert [row.id for row in records if isinstance(row, OpportunityContactRole)] == ["O1:C2:champion"]
    assert not any(isinstance(row, Opportunity) for row in records)
    (page,) = source.pages("roles", cursors["roles"], full=False)
    assert [(whole.kind, whole.ids) for whole in page.complete] == [(OpportunityContactRole, frozenset({"O1"}))]


def test_roles_of_five_thousand_open_deals_cost_thirty_one_calls(
    stand_in: HubSpotStandIn, source: CrmSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursors: dict[str, str] = {}
    through(source, cursors)
    for number in range(4999):
        stand_in.portal.put("deals", str(10_000 + number), {"dealstage": "S1"}, EARLIER)
    stand_in.portal.put("deals", "20000", {"dealstage": "S3"}, EARLIER)
    stand_in.portal.archive(stand_in.portal.things["deals"].pop("O1"))
    stand_in.portal.put("deals", "9", {"dealstage": "S2"}, EARLIER)
    stand_in.sent.clear()
    pages = list(source.pages("roles", cursors["roles"], full=False))
    searches = [one for one in stand_in.sent if one.path.endswith("/search")]
    assert (len(searches), len(stand_in.sent) - len(searches)) == (26, 5)
    assert [len(page.complete[0].ids) if page.complete else 0 for page in pages] == [1000] * 5 + [0]
    rest = list(source.pages("roles", pages[1].cursor, full=False))
    assert [page.complete for page in rest] == [page.complete for page in pages[2:]]
    monkeypatch.setattr(open_roles, "MOST", 2000)
    pages = list(source.pages("roles", pages[-1].cursor, full=False))
    assert [len(page.complete[0].ids) for page in pages] == [1000, 1000]
    assert pages[-1].notes == [
        "There are more than 2,000 open deals: roles that were changed in HubSpot on the oldest ones come with the "
        "deal's next change, or with `seller sync --full`."
    ]


def test_a_server_that_cannot_search_open_deals_says_so(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    cursors: dict[str, str] = {}
    through(source, cursors)
    stand_in.absent.append("/deals/search$")
    pages = list(source.pages("roles", cursors["roles"], full=False))
    assert [(list(page.records), page.notes) for page in pages] == [
        ([], ["This server does not have these, which are left out: roles that were changed on open deals."])
    ]


def test_deleted_meetings_are_said_not_to_be_listed(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    cursors: dict[str, str] = {}
    assert through(source, cursors)[1] == []
    assert through(source, cursors)[1] == [
        "HubSpot does not list deleted meetings: they leave the mirror with `seller sync --full`."
    ]


def test_of_several_companies_the_primary_one_counts(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    portal = stand_in.portal
    portal.put("companies", "A3", {"name": "Northwick Holding"}, EARLIER)
    portal.update("companies", portal.things["companies"]["A1"], {"hs_parent_company_id": "A3"})
    for kind, key in (("contacts", "C1"), ("deals", "O1")):
        portal.links.add(kind, key, "companies", "A3", [])
    portal.put("contacts", "C8", {"firstname": "Only", "lastname": "Linked"}, EARLIER)
    portal.links.add("contacts", "C8", "companies", "A3", [])
    portal.put("contacts", "C9", {"email": "alone@nowhere.example"}, EARLIER)
    portal.put("deals", "O9", {"dealname": "Alone", "dealstage": "S1"}, EARLIER)
    records = held(source)
    assert records[Account, "A1"].parent_id == "A3"
    assert [records[Contact, key].account_id for key in ("C1", "C8", "C9")] == ["A1", "A3", None]
    assert [records[Opportunity, key].account_id for key in ("O1", "O9")] == ["A1", None]
    assert records[Contact, "C9"].name == "alone@nowhere.example"


def test_each_deal_has_its_own_currency_and_every_decimal(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.portal.account["companyCurrency"] = "EUR"
    given = {"dealname": "x", "dealstage": "S1", "amount": "0.105"}
    stand_in.portal.put("deals", "O7", {**given, "deal_currency_code": "JPY"}, EARLIER)
    stand_in.portal.put("deals", "O8", {**given, "amount": "99999999999999.99"}, EARLIER)
    records = held(source)
    assert [(records[Opportunity, key].amount, records[Opportunity, key].currency) for key in ("O7", "O8")] == [
        (Decimal("0.105"), "JPY"),
        (Decimal("99999999999999.99"), "EUR"),
    ]


def test_pipelines_of_one_label_are_told_apart(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    twin = {**stand_in.portal.pipelines[0], "id": "twin", "displayOrder": 1}
    twin["stages"] = [{**row, "id": f"t-{row['id']}"} for row in twin["stages"]]
    stand_in.portal.pipelines.append(twin)
    names = [row.name for page in source.pages("pipelines", None, full=True) for row in page.records]
    assert [name for name in names if name.startswith("Discovery")] == [
        "Discovery (Sales Pipeline default)",
        "Discovery (Sales Pipeline twin)",
    ]
    assert len(set(names)) == len(names) == 8


def test_what_a_small_server_lacks_is_one_sentence(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.absent += ["/owners", "account-info", "/pipelines", "/labels$", "/properties/", "/products"]
    assert through(source, {})[1] == [
        "This server does not have these, which are left out: owners; account details; pipelines (the stages of a new "
        "portal are taken); association labels; products; properties of companies, contacts, deals, products, calls, "
        "emails, meetings, notes and tasks."
    ]


def test_what_is_there_by_now_is_no_longer_said_to_be_missing(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.scopes_missing["objects/emails"] = ["sales-email-read"]
    cursors: dict[str, str] = {}
    assert [note.partition(":")[0] for note in through(source, cursors)[1]] == ["Emails are left out"]
    stand_in.scopes_missing.clear()
    stand_in.portal.things["meetings"].clear()
    assert [note.partition(":")[0] for note in through(source, cursors)[1]] == [
        "HubSpot does not list deleted meetings"
    ]


def test_a_refused_token_stops_a_sync_at_once(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.token = "rotated"
    with pytest.raises(CrmUnavailable, match="HubSpot refuses the token in SELLER_HUBSPOT_TOKEN"):
        through(source, {})
    assert [one.path for one in stand_in.sent] == ["/crm/v3/owners/"]


def test_an_address_without_companies_is_no_hubspot(stand_in: HubSpotStandIn) -> None:
    remote = connect(stand_in, hubspot_url=f"{stand_in.url}/elsewhere")
    words = f"What answers at {stand_in.url}/elsewhere is not HubSpot's interface: check SELLER_HUBSPOT_URL."
    for attempt in (lambda: everything(remote.source), remote.check):
        with pytest.raises(CrmUnavailable) as error:
            attempt()
        assert str(error.value) == words


READ, LINKED = "/crm/v3/objects/companies/batch/read", "/crm/v4/associations/deals/contacts/batch/read"
SEARCHED = {"filterGroups": [], "sorts": [], "properties": [], "limit": 200, "after": "0"}
WITH_PAST = {"propertiesWithHistory": ["amount"]}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (READ, {"inputs": [{"id": "1"}] * 100, "properties": []}, 207),
        (READ, {"inputs": [{"id": "1"}] * 101, "properties": []}, 400),
        (READ, {"inputs": [{"id": "1"}] * 51, "properties": [], **WITH_PAST}, 400),
        (LINKED, {"inputs": [{"id": "1"}] * 1000}, 207),
        (LINKED, {"inputs": [{"id": "1"}] * 1001}, 400),
        ("/crm/v3/objects/deals/search", SEARCHED, 200),
        ("/crm/v3/objects/deals/search", {**SEARCHED, "limit": 201}, 400),
        ("/crm/v3/objects/deals/search", {**SEARCHED, "after": "9801"}, 400),
    ],
)
def test_the_stand_in_holds_requests_to_hubspots_limits(
    stand_in: HubSpotStandIn, path: str, body: dict[str, Any], status: int
) -> None:
    given = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(stand_in.url + path, json.dumps(body).encode(), given)
    try:
        with urllib.request.urlopen(request) as answer:
            told = answer.status
    except urllib.error.HTTPError as error:
        told = error.code
        error.close()
    assert told == status


def test_a_portal_that_tells_its_limit_never_has_to_say_no(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    """On a clock that moves only where the mirror waits, as fast as anybody could ask."""
    now = [0.0]
    pace = source._wire._pace  # type: ignore[attr-defined]
    pace._clock, pace._sleep = lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds)
    stand_in.rate, stand_in.monotonic = 20, lambda: now[0]
    for number in range(2000):
        stand_in.portal.put("companies", str(10_000 + number), {"name": "x"}, EARLIER)
    assert len([row for row in everything(source) if isinstance(row, Account)]) == 2002
    assert len(stand_in.sent) > 40
    assert now[0] > 10
    assert len(stand_in.came) <= 20 * 0.8
