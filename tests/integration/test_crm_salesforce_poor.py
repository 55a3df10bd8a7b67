"""A server that knows little of Salesforce: plain HTTP on this machine, few calls, pages of 200; everything still comes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from standins.salesforce import SESSION, Salesforce
from standins.salesforce_company import Company, furnish

from tests.conftest import Seller

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
FIXED = ("--now", NOW.isoformat())
MAYA = "maya.lindqvist@fernhollow.example"
NONE = [{"errorCode": "NOT_FOUND", "message": "The requested resource does not exist"}]
MISSING = (
    ("/composite", 404, NONE),
    ("/queryAll", 404, NONE),
    ("/chatter/", 404, NONE),
    ("/tooling/", 403, None),
    ("(Task|Product2|ContentNote)/describe", 404, NONE),
    ("FROM (ContentNote|OpportunityContactRole|PricebookEntry) ", 400, [{"errorCode": "INVALID_TYPE", "message": "sObject type is not supported."}]),
    ("FROM Event ", 404, None),
    ("FROM UserRecordAccess ", 403, [{"errorCode": "INSUFFICIENT_ACCESS", "message": "no access"}]),
)  # fmt: skip


@pytest.fixture
def company(monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """The sample company behind such a server, and the settings that lead there."""
    with Salesforce(secure=False) as crm:
        crm.org.clock = lambda: NOW
        crm.batch_size = 200
        for path, status, body in MISSING:
            crm.fail(path, status=status, body=body, times=10**9)
        for name, value in (
            ("CRM", "salesforce"), ("MODEL", "offline"), ("SALESFORCE_INSTANCE_URL", crm.url + "/"),
            ("SALESFORCE_SESSION_ID", SESSION), ("SALESFORCE_API_VERSION", "v58.0"),
        ):  # fmt: skip
            monkeypatch.setenv(f"SELLER_{name}", value)
        yield furnish(crm, NOW.date(), currencies=False)


def test_a_sync_says_what_is_left_out_and_a_brief_and_a_task_come(seller: Seller, company: Company) -> None:
    synced = json.loads(seller("sync", "--json", *FIXED).out)
    counts = {kind: counts["records"] for kind, counts in synced["kinds"].items()}
    assert (synced["failed"], counts["opportunities"], counts["accounts"]) == ([], 425, 70)
    assert [note.split(" (")[0] for note in synced["notes"]] == [
        "Not read: PricebookEntry", "Not read: OpportunityContactRole", "Not read: Event", "Not read: ContentNote",
    ]  # fmt: skip
    assert (counts["contact_roles"], counts["notes"], counts["events"]) == (0, 0, 0)
    crm = next(part for part in json.loads(seller("doctor", "--json").out) if part["part"] == "CRM")
    assert crm["state"] == "well"
    answer = json.loads(seller("ask", "brief me on Northwick Dairy", "--as", MAYA, "--json", *FIXED).out)
    assert "USD 78,000" in answer["text"] and answer["as_of"] == "2026-11-16T09:00:00Z"
    asked = json.loads(seller("ask", "remind me Tuesday to call Northwick Dairy", "--as", MAYA, "--json", *FIXED).out)
    done = json.loads(seller("proposals", "approve", *asked["proposals"], "--as", MAYA, "--json", *FIXED).out)
    assert {change["status"] for change in done["changes"]} == {"applied"}
    made = [row for row in company.crm.org.rows["Task"].values() if row.get("CreatedById")]
    assert [(row["ActivityDate"], row["OwnerId"]) for row in made] == [("2026-11-17", company.ids["u-maya"])]


def test_doctor_says_what_the_server_does_not_tell(seller: Seller, company: Company) -> None:
    seller("sync", *FIXED)
    crm = next(part for part in json.loads(seller("doctor", "--json").out) if part["part"] == "CRM")
    host = company.crm.url.removeprefix("http://")
    assert crm["says"] == (
        f"Salesforce (Stand-in Ltd, {host}) answers as the session's user; "
        "not read: OpportunityContactRole, Event, ContentNote (refused to this login); "
        "not read: deletions (only `seller sync --full` finds them here); "
        "not told: rights to records, so owner and team decide (Salesforce refuses it: no access - ask the Salesforce "
        "admin for the right to it); contact roles lack the field that makes writes unrepeatable, run `seller crm setup`. "
        "The mirror holds 70 accounts, as of 2026-11-16 09:00 UTC."
    )


def test_where_rights_are_not_told_owner_and_team_decide(
    seller: Seller, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    seller("sync", *FIXED)
    brief = ("ask", "brief me on Northwick Dairy", *FIXED, "--as")
    assert seller(*brief, "Tomas Okafor").code == 0  # of the owner's team
    assert "There is no account called" in seller(*brief, "Jonas Weber").err
    monkeypatch.setenv("SELLER_CRM_SEES", "all")
    later = (NOW + timedelta(minutes=6)).isoformat()
    assert seller(*brief, "Jonas Weber", "--now", later).code == 0
