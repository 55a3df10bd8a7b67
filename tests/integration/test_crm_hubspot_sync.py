"""HubSpot as the mirror reads it: whole and changed, cut off anywhere, deleted and merged, one account in time."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from crm_contract import EARLIER, NOW, RECORDS, TASK, approve, update
from standins.hubspot import HubSpotStandIn
from standins.hubspot_connection import connect, everything
from standins.hubspot_world import fill, keyed

from bot.crm.port import Complete, CrmSource
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Stage,
    User,
)
from bot.errors import CrmRejected, CrmUnavailable

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.fixture
def stand_in() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        server.now = START
        yield server


@pytest.fixture
def source(stand_in: HubSpotStandIn) -> CrmSource:
    return connect(stand_in, lambda: stand_in.now or NOW).source


def companies(server: HubSpotStandIn, count: int, at: datetime, first: int = 1) -> None:
    for number in range(first, first + count):
        server.portal.put("companies", str(10_000 + number), {"name": f"Company {number}"}, at)


def read(source: CrmSource, kind: str, cursor: str | None, *, full: bool = False) -> tuple[list[str], str]:
    """The ids that a pass brings, and its last cursor."""
    ids: list[str] = []
    for page in source.pages(kind, cursor, full=full):
        ids += [row.id for row in page.records]
        cursor = page.cursor
    return ids, cursor or ""


def test_everything_comes_as_it_is(source: CrmSource) -> None:
    records = {(type(row), row.id): row for row in everything(source)}
    made = EARLIER
    assert records[User, "U1"] == User(id="U1", name="Ana Rey", email="ana@seller.example")
    assert records[Account, "A1"] == Account(
        id="A1", name="Northwick Dairy", owner_id="U1", created_at=made, updated_at=made
    )
    assert records[Contact, "C1"].model_dump(exclude_defaults=True, exclude={"created_at", "updated_at"}) == {
        "id": "C1",
        "account_id": "A1",
        "name": "Mira Holt",
        "title": "CFO",
        "email": "mira@northwick.example",
    }
    assert records[Opportunity, "O1"].model_dump(exclude_defaults=True) == {
        "id": "O1",
        "name": "Northwick - Cold chain",
        "account_id": "A1",
        "owner_id": "U1",
        "amount": Decimal("120000.50"),
        "stage": "Discovery",
        "forecast_category": "Pipeline",
        "close_date": date(2026, 12, 18),
        "created_at": made,
        "updated_at": made,
    }
    history = [row for row in records.values() if isinstance(row, OpportunityHistory)]
    assert [(row.at, row.stage, row.amount, row.user_id) for row in history] == [
        (made, "Discovery", Decimal("120000.50"), "U1")
    ]
    assert records[OpportunityContactRole, "O1:C1:economic_buyer"].contact_id == "C1"
    assert records[Activity, "call-X1"] == Activity(
        id="call-X1", kind="call", at=EARLIER, subject="First call", account_id="A1", contact_ids=("C1",)
    )


def test_a_full_pass_is_counted_and_says_what_is_complete(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    companies(stand_in, 250, START)
    pages = list(source.pages("companies", None, full=True))
    assert [len(page.records) for page in pages] == [100, 100, 52]
    assert [page.total for page in pages] == [252, 252, 252]
    deals = next(iter(source.pages("deals", None, full=True)))
    assert deals.complete == [Complete(OpportunityContactRole, "opportunity_id", frozenset({"O1"}))]


@pytest.mark.parametrize("full", [True, False])
def test_a_pass_that_was_cut_off_after_any_page_goes_on(
    stand_in: HubSpotStandIn, source: CrmSource, full: bool
) -> None:
    companies(stand_in, 450, START)
    cursor = None if full else read(source, "companies", None)[1]
    stand_in.now = START + timedelta(minutes=1)
    expected = set(read(source, "companies", cursor, full=full)[0])
    met: list[str] = []
    while True:
        page = next(iter(source.pages("companies", cursor, full=full)))
        met += [row.id for row in page.records]
        cursor = page.cursor
        if '"done"' in cursor:
            break
    assert set(met) == expected
    assert len(expected) >= 450


def test_only_what_changed_is_read_again(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    companies(stand_in, 30, START - timedelta(days=3))
    _, cursor = read(source, "companies", None)
    stand_in.now = START + timedelta(hours=1)
    companies(stand_in, 2, stand_in.now, first=100)
    stand_in.portal.update("companies", stand_in.portal.things["companies"]["A2"], {"name": "Brightwell Ltd"})
    ids, cursor = read(source, "companies", cursor)
    assert sorted(ids) == ["10100", "10101", "A2"]
    stand_in.now = START + timedelta(hours=2)
    ids, cursor = read(source, "companies", cursor)
    assert sorted(ids) == ["10100", "10101", "A2"], "once more, for the search may have lagged"
    assert read(source, "companies", cursor)[0] == []


def test_a_search_that_lags_loses_nothing(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.portal.search_lag = timedelta(minutes=2)
    _, cursor = read(source, "companies", None)
    stand_in.now = START + timedelta(hours=1)
    companies(stand_in, 3, stand_in.now, first=200)
    ids, cursor = read(source, "companies", cursor)
    assert ids == []
    stand_in.now = START + timedelta(hours=1, minutes=10)
    assert read(source, "companies", cursor)[0] == ["10200", "10201", "10202"]


def test_more_changes_of_one_moment_than_a_search_may_show_are_all_read(
    stand_in: HubSpotStandIn, source: CrmSource
) -> None:
    _, cursor = read(source, "companies", None)
    stand_in.search_cap = 500
    stand_in.now = START + timedelta(hours=1)
    companies(stand_in, 150, stand_in.now - timedelta(minutes=2), first=1)
    companies(stand_in, 900, stand_in.now - timedelta(minutes=1), first=200)
    companies(stand_in, 300, stand_in.now, first=2000)
    ids, _ = read(source, "companies", cursor)
    expected = {
        str(10_000 + n) for first, count in ((1, 150), (200, 900), (2000, 300)) for n in range(first, first + count)
    }
    assert set(ids) == expected


def test_a_record_that_changes_while_a_pass_reads_hides_no_other(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    _, cursor = read(source, "companies", None)
    stand_in.now = START + timedelta(hours=1)
    for number in range(450):
        stand_in.portal.put("companies", str(10_000 + number), {"name": "x"}, stand_in.now + timedelta(seconds=number))
    stand_in.now = START + timedelta(hours=2)
    met: set[str] = set()
    for at, page in enumerate(source.pages("companies", cursor, full=False)):
        met |= {row.id for row in page.records}
        changed = stand_in.portal.things["companies"][str(10_000 + at)]
        stand_in.portal.update("companies", changed, {"name": f"changed {at}"})
    assert len(met) == 450


def test_what_was_deleted_and_merged_is_told(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    companies(stand_in, 4, START)
    _, cursor = read(source, "companies", None)
    stand_in.now = START + timedelta(hours=1)
    rows = stand_in.portal.things["companies"]
    stand_in.portal.archive(rows["10001"])
    stand_in.portal.merge("companies", rows["A1"], rows["10002"])
    pages = list(source.pages("companies", cursor, full=False))
    assert [gone for page in pages for gone in page.gone] == [(Account, "10001")]
    assert {old: new for page in pages for old, new in page.merged.items()} == {"10002": "A1"}


def test_the_history_of_a_deal_follows_its_changes(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    _, cursor = read(source, "deals", None)
    deal = stand_in.portal.things["deals"]["O1"]
    stand_in.now = START + timedelta(days=2)
    stand_in.portal.update("deals", deal, {"dealstage": "S2", "amount": "130000"})
    stand_in.now = START + timedelta(days=5)
    stand_in.portal.update("deals", deal, {"dealstage": "S3"})
    records = [row for page in source.pages("deals", cursor, full=False) for row in page.records]
    told = [row for row in records if isinstance(row, OpportunityHistory)]
    assert [(row.stage, row.amount, row.close_date, row.forecast_category) for row in told] == [
        ("Discovery", Decimal("120000.50"), date(2026, 12, 18), "Pipeline"),
        ("Negotiation", Decimal(130000), date(2026, 12, 18), "Pipeline"),
        ("Closed Won", Decimal(130000), date(2026, 11, 6), "Closed"),
    ]


def test_stages_that_two_pipelines_share_are_told_apart(stand_in: HubSpotStandIn) -> None:
    renewals = {**stand_in.portal.pipelines[0], "id": "renewals", "label": "Renewals", "displayOrder": 1}
    renewals["stages"] = [{**row, "id": f"r-{row['id']}"} for row in renewals["stages"][:1]]
    stand_in.portal.pipelines.append(renewals)
    remote = connect(stand_in)
    names = [row.name for row in everything(remote.source) if isinstance(row, Stage)]
    assert names == [
        "Discovery (Sales Pipeline)",
        "Negotiation",
        "Closed Won",
        "Closed Lost",
        "Discovery (Renewals)",
    ]
    moved = remote.writer.apply(approve(update("stage", "Discovery", "Negotiation")))
    assert moved.previous == {"stage": "Discovery (Sales Pipeline)"}
    with pytest.raises(CrmRejected, match="Discovery \\(Renewals\\) is no stage of the CRM: choose one of Discovery"):
        remote.writer.apply(approve(update("stage", "Negotiation", "Discovery (Renewals)"), "change-2"))
    back = remote.writer.apply(approve(update("stage", "Negotiation", "Discovery"), "change-3"))
    assert back.values == {"stage": "Discovery (Sales Pipeline)"}


def test_days_are_those_of_the_portal(stand_in: HubSpotStandIn) -> None:
    stand_in.portal.account["timeZone"] = "Pacific/Auckland"
    remote = connect(stand_in)
    receipt = remote.writer.apply(approve(update("close_date", date(2026, 12, 19), date(2027, 1, 29))))
    assert receipt.values == {"close_date": "2027-01-29"}
    assert stand_in.portal.things["deals"]["O1"].properties["closedate"] == "2027-01-28T23:00:00.000Z"
    assert remote.writer.apply(approve(TASK, "change-2")).values["due"] == "2026-11-24"


def test_one_account_is_read_live(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    page = source.account("A1", 5.0)
    assert sorted((type(row).__name__, row.id) for row in page.records) == [
        ("Account", "A1"),
        ("Activity", "call-X1"),
        ("Contact", "C1"),
        ("Contact", "C2"),
        ("Opportunity", "O1"),
        ("OpportunityContactRole", "O1:C1:economic_buyer"),
        ("OpportunityHistory", f"O1-{int(EARLIER.timestamp()) * 1000}"),
        ("Task", "T1"),
    ]
    assert source.account("A9", 5.0).gone == [(Account, "A9")]


def test_an_account_that_takes_too_long_is_given_up(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.fail("hang", path="/associations/companies/", times=99)
    with pytest.raises(CrmUnavailable):
        source.account("A1", 0.3)


def test_an_account_is_read_live_without_what_the_token_may_not_read(
    stand_in: HubSpotStandIn, source: CrmSource
) -> None:
    stand_in.scopes_missing["companies/emails|emails/"] = ["sales-email-read"]
    assert len(source.account("A1", 5.0).records) == 8


@pytest.mark.parametrize("path", ["/crm/v4/associations/deals/contacts/batch/read", "/crm/v3/objects/deals/batch/read"])
def test_a_batch_that_failed_in_part_counts_for_nothing(stand_in: HubSpotStandIn, source: CrmSource, path: str) -> None:
    error = {"status": "error", "category": "INTERNAL_ERROR", "message": "Shard is not there."}
    stand_in.fail("status", path=path, status=207, body={"status": "COMPLETE", "results": [], "errors": [error]})
    with pytest.raises(
        CrmUnavailable, match=r"HubSpot did not give all of .*deals.* \(Shard is not there\)|contacts of deals"
    ):
        source.account("A1", 5.0)


def test_a_server_without_batches_and_lists_of_properties_is_read_all_the_same(stand_in: HubSpotStandIn) -> None:
    whole = everything(connect(stand_in).source)
    stand_in.absent += ["/v4/associations", "/v3/properties", "/account-info"]
    poor = everything(connect(stand_in).source)
    roles = [row for row in whole if isinstance(row, OpportunityContactRole)]
    assert [row for row in poor if isinstance(row, OpportunityContactRole)] == roles
    assert poor == whole


def test_what_a_write_touched_is_read_live(stand_in: HubSpotStandIn) -> None:
    remote = connect(stand_in)
    task = remote.writer.apply(approve(TASK))
    deal = remote.writer.apply(approve(update("stage", "Discovery", "Closed Won"), "change-2"))
    assert [row.id for row in remote.source.record(task).records] == [task.record_id]
    told = remote.source.record(deal)
    assert [(row.stage, row.close_date) for row in told.records if isinstance(row, Opportunity)] == [
        ("Closed Won", START.date())
    ]
    stand_in.portal.archive(stand_in.portal.things["deals"]["O1"])
    assert remote.source.record(deal).gone == [(Opportunity, "O1")]


@pytest.mark.parametrize("kind", ["emails", "products"])
def test_a_type_that_the_token_may_not_read_is_left_out_with_a_note(stand_in: HubSpotStandIn, kind: str) -> None:
    stand_in.scopes_missing[f"objects/{kind}"] = ["sales-email-read"]
    source = connect(stand_in).source
    pages = [page for kind in source.kinds() for page in source.pages(kind, None, full=True)]
    assert len([row for page in pages for row in page.records]) > 10
    assert pages[-1].notes == [
        f"{kind.capitalize()} are left out: The private app of SELLER_HUBSPOT_TOKEN lacks a scope for reading {kind}: "
        "add one of sales-email-read on its Scopes page."
    ]


def test_deals_that_the_token_may_not_read_stop_the_sync(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.scopes_missing["objects/deals"] = ["crm.objects.deals.read"]
    with pytest.raises(CrmRejected, match=r"lacks a scope for reading deals: add one of crm\.objects\.deals\.read"):
        everything(source)


def test_a_mapped_property_that_does_not_exist_is_said(stand_in: HubSpotStandIn) -> None:
    fields = {"account.segment": "tier"}
    source = connect(stand_in, crm_fields=fields).source
    with pytest.raises(
        CrmRejected, match=r"no property tier on companies, which SELLER_CRM_FIELDS names for account\.segm"
    ):
        everything(source)
    stand_in.portal.properties["companies"]["tier"] = {
        **stand_in.portal.properties["companies"]["city"],
        "name": "tier",
    }
    stand_in.portal.things["companies"]["A1"].properties["tier"] = "Mid-market"
    segments = [
        row.segment for row in everything(connect(stand_in, crm_fields=fields).source) if isinstance(row, Account)
    ]
    assert segments == ["Mid-market", None]


def test_owners_come_with_team_and_zone_and_those_who_left(stand_in: HubSpotStandIn) -> None:
    stand_in.portal.account["timeZone"] = "US/Eastern"
    gone = {
        "id": "U2",
        "email": "bo@seller.example",
        "firstName": "Bo",
        "lastName": "Li",
        "userId": None,
        "archived": True,
    }
    teams = [{"id": "8", "name": "South", "primary": False}, {"id": "7", "name": "North", "primary": True}]
    stand_in.portal.owners.append({**gone, "userIdIncludingInactive": 502, "teams": []})
    stand_in.portal.owners[0]["teams"] = teams
    users = {row.id: row for row in everything(connect(stand_in).source) if isinstance(row, User)}
    assert users == {
        "U1": User(id="U1", name="Ana Rey", email="ana@seller.example", team="North", time_zone="US/Eastern"),
        "U2": User(id="U2", name="Bo Li", email="bo@seller.example", time_zone="US/Eastern", active=False),
    }


def test_links_open_the_record(stand_in: HubSpotStandIn, source: CrmSource) -> None:
    stand_in.portal.account["uiDomain"] = "app-eu1.hubspot.com"
    portal = "https://app-eu1.hubspot.com/contacts/4242/record"
    assert source.link("account", "A1") == f"{portal}/0-2/A1"
    assert source.link("contact_role", "O1:C1:champion") == f"{portal}/0-3/O1"
    without: Any = connect(stand_in, hubspot_url="http://127.0.0.1:9").source
    assert without.link("opportunity", "O1") == "https://app.hubspot.com/l/contacts/record/0-3/O1"


def test_a_check_says_what_the_token_may_not_read(stand_in: HubSpotStandIn) -> None:
    keyed(stand_in.portal)
    stand_in.scopes_missing |= {"objects/(emails|products)": ["x"], "account-info": ["oauth"]}
    assert connect(stand_in).check() == (
        f"HubSpot answers at {stand_in.url} and does not tell which portal it is; the token may not read products, emails."
    )
    stand_in.token = "rotated"
    with pytest.raises(CrmUnavailable, match="HubSpot refuses the token in SELLER_HUBSPOT_TOKEN"):
        connect(stand_in).check()


def test_the_stand_in_is_steered_over_http(stand_in: HubSpotStandIn) -> None:
    told = {"clock": "2026-12-01T08:00:00+00:00", "faults": [{"how": "status", "status": 503, "path": "account-info"}]}
    request = urllib.request.Request(f"{stand_in.url}/_control", json.dumps(told).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"faults": 1, "misshapen": []}
    assert stand_in.portal.clock() == datetime(2026, 12, 1, 8, tzinfo=UTC)


def test_setting_up_creates_the_property_and_says_what_is_missing(stand_in: HubSpotStandIn) -> None:
    stand_in.portal.no_unique = {"notes"}
    remote = connect(stand_in)
    assert remote.check() == (
        f"HubSpot answers at {stand_in.url} as portal 4242 (USD); seller_change_id is missing on contacts, calls, "
        "emails, meetings, notes, tasks: run `seller crm setup`."
    )
    said = remote.set_up()
    assert list(said) == [
        "seller_change_id is created on contacts.",
        "seller_change_id is created on calls.",
        "seller_change_id is created on emails.",
        "seller_change_id is created on meetings.",
        "seller_change_id could not be created on notes (HubSpot refuses the property on notes: Unique properties are "
        "not supported for notes; correct the value, or ask your HubSpot admin); until then a change that got no answer "
        "stops as unknown instead of being repeated.",
        "seller_change_id is created on tasks.",
        "The property competitor_name on deals for opportunity.competitor is there.",
        "Every role has its association label between deals and contacts.",
    ]
    assert remote.set_up()[0] == "seller_change_id is there on contacts."
