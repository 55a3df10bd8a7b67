"""Reading Salesforce: passes that are cut off, deletions, merges, what may not be read, one account now."""

import base64
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from standins.salesforce import Salesforce
from standins.salesforce_org import stamp
from standins.salesforce_world import by_login, by_session, connected

from bot.crm.port import Complete, Page, Remote
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Task,
    User,
)
from bot.errors import BotError, CrmRejected, CrmUnavailable

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


class Clock:
    """The stand-in's time, moved by hand."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def later(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Salesforce]:
    with Salesforce() as server:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", server.certificate)
        server.org.clock = clock
        yield server


@pytest.fixture
def remote(server: Salesforce, tmp_path: Path) -> Remote:
    return connected(by_session(server, tmp_path), lambda: START)


def read(remote: Remote, kind: str, cursor: str | None = None, *, full: bool = False) -> tuple[list[Page], str | None]:
    pages = list(remote.source.pages(kind, cursor, full=full))
    return pages, pages[-1].cursor if pages else cursor


def ids(pages: list[Page]) -> list[str]:
    return [record.id for page in pages for record in page.records]


def deal(server: Salesforce, account: str, **more: object) -> str:
    body = {"Name": "Deal", "AccountId": account, "StageName": "Discovery", "CloseDate": "2026-12-18", "Amount": 1000.5}
    return server.org.insert("Opportunity", {**body, **more}, "005000000000001AAA")


def test_a_pass_that_is_cut_off_after_any_page_goes_on_exactly_there(
    server: Salesforce, remote: Remote, clock: Clock
) -> None:
    server.batch_size = 3
    made = [server.org.put("Contact", Name=f"P{number}", LastName="P") for number in range(10)]
    clock.later(seconds=1)
    made += [server.org.put("Contact", Name=f"Q{number}", LastName="Q") for number in range(4)]
    for kept in range(1, 5):
        pages = remote.source.pages("contacts", None, full=True)
        first = [next(pages) for _ in range(kept)]
        rest, _ = read(remote, "contacts", first[-1].cursor, full=True)
        assert ids(first) + ids(rest) == made
        assert first[0].total == 14


def test_more_rows_of_one_stamp_than_a_cursor_remembers_are_neither_lost_nor_looped_on(
    server: Salesforce, remote: Remote
) -> None:
    server.batch_size = 100
    made = [server.org.put("Account", Name=f"A{number}") for number in range(450)]
    pages = remote.source.pages("accounts", None, full=True)
    first = [next(pages) for _ in range(3)]
    rest, cursor = read(remote, "accounts", first[-1].cursor, full=True)
    assert ids(first) + ids(rest) == made
    again, _ = read(remote, "accounts", cursor)
    assert ids(again) == []


def test_the_next_pass_brings_only_what_changed(server: Salesforce, remote: Remote, clock: Clock) -> None:
    accounts = [server.org.put("Account", Name=f"A{number}") for number in range(3)]
    _, cursor = read(remote, "accounts", full=True)
    pages, cursor = read(remote, "accounts", cursor)
    assert ids(pages) == []
    clock.later(minutes=10)
    server.org.update("Account", accounts[1], {"Industry": "Food"}, "005000000000001AAA")
    pages, cursor = read(remote, "accounts", cursor)
    assert [
        (record.id, record.industry) for page in pages for record in page.records if isinstance(record, Account)
    ] == [(accounts[1], "Food")]
    assert "SystemModstamp >= 2026-11-16T08:58:00.000Z" in server.sent("GET", "queryAll")[-1].path


def test_a_row_that_was_committed_late_is_not_lost(server: Salesforce, remote: Remote, clock: Clock) -> None:
    server.org.put("Account", Name="First")
    _, cursor = read(remote, "accounts", full=True)
    earlier = stamp(START - timedelta(seconds=30))
    late = server.org.put("Account", Name="Late", SystemModstamp=earlier, LastModifiedDate=earlier)
    pages, _ = read(remote, "accounts", cursor)
    assert ids(pages) == [late]


def test_deletions_and_merges_are_told(server: Salesforce, remote: Remote, clock: Clock) -> None:
    kept, lost, away = (server.org.put("Account", Name=name) for name in ("Kept", "Lost", "Away"))
    person = server.org.put("Contact", Name="Mira Holt", LastName="Holt", AccountId=lost)
    _, accounts = read(remote, "accounts", full=True)
    _, contacts = read(remote, "contacts", full=True)
    clock.later(minutes=5)
    server.org.merge("Account", kept, lost)
    server.org.delete("Account", away)
    pages, _ = read(remote, "accounts", accounts)
    assert [gone for page in pages for gone in page.gone] == [(Account, lost), (Account, away)]
    assert [page.merged for page in pages] == [{lost: kept}]
    moved, _ = read(remote, "contacts", contacts)
    assert [
        (record.id, record.account_id) for page in moved for record in page.records if isinstance(record, Contact)
    ] == [(person, kept)]


def test_an_invalid_query_locator_goes_on_from_the_last_page(server: Salesforce, remote: Remote) -> None:
    server.batch_size = 2
    made = [server.org.put("Account", Name=f"A{number}") for number in range(5)]
    refusal = [{"message": "invalid query locator", "errorCode": "INVALID_QUERY_LOCATOR"}]
    server.fail(r"/query/01g", status=400, body=refusal)
    pages, _ = read(remote, "accounts", full=True)
    assert ids(pages) == made


def test_roles_history_and_their_deletion(server: Salesforce, remote: Remote, clock: Clock) -> None:
    account = server.org.put("Account", Name="Northwick")
    person = server.org.put("Contact", Name="Mira Holt", LastName="Holt", AccountId=account)
    opportunity = deal(server, account)
    buyer = server.org.put("OpportunityContactRole", OpportunityId=opportunity, ContactId=person, Role="Economic Buyer")
    server.org.put("OpportunityContactRole", OpportunityId=opportunity, ContactId=person, Role="Influencer")
    pages, cursor = read(remote, "contact_roles", full=True)
    assert [record for page in pages for record in page.records] == [
        OpportunityContactRole(id=buyer, opportunity_id=opportunity, contact_id=person, role="economic_buyer")
    ]
    server.org.update("Opportunity", opportunity, {"StageName": "Negotiation"}, "005000000000001AAA")
    history, _ = read(remote, "history", full=True)
    rows = [record for page in history for record in page.records if isinstance(record, OpportunityHistory)]
    assert [(row.stage, row.amount, row.forecast_category) for row in rows] == [
        ("Discovery", Decimal("1000.50"), "Pipeline"),
        ("Negotiation", Decimal("1000.50"), "Commit"),
    ]
    clock.later(minutes=5)
    server.org.delete("OpportunityContactRole", buyer)
    pages, _ = read(remote, "contact_roles", cursor)
    assert [gone for page in pages for gone in page.gone] == [(OpportunityContactRole, buyer)]


def test_a_planned_call_is_a_task_until_it_is_done(server: Salesforce, remote: Remote, clock: Clock) -> None:
    account = server.org.put("Account", Name="Northwick")
    body = {"Subject": "Call Mira", "TaskSubtype": "Call", "WhatId": account, "ActivityDate": "2026-11-20"}
    call = server.org.insert("Task", body, "005000000000001AAA")
    pages, cursor = read(remote, "tasks", full=True)
    assert [type(record) for page in pages for record in page.records] == [Task]
    clock.later(minutes=5)
    server.org.update("Task", call, {"Status": "Completed"}, "005000000000001AAA")
    pages, _ = read(remote, "tasks", cursor)
    assert [(type(record), record.id) for page in pages for record in page.records] == [(Activity, call)]
    assert [gone for page in pages for gone in page.gone] == [(Task, call)]
    done = pages[0].records[0]
    assert isinstance(done, Activity)
    assert (done.at, done.account_id) == (START + timedelta(minutes=5), account)


def test_a_long_note_is_read_whole_and_a_private_one_not_at_all(server: Salesforce, remote: Remote) -> None:
    account = server.org.put("Account", Name="Northwick")
    opportunity = deal(server, account)
    text = "They asked for <b>SOC&nbsp;2</b> &amp; a price.<br>" + "x" * 400
    content = base64.b64encode(text.encode()).decode()
    note, _ = (
        server.org.insert("ContentNote", {"Title": title, "Content": content}, "005000000000001AAA")
        for title in ("Security", "Private")
    )
    server.org.put("ContentDocumentLink", ContentDocumentId=note, LinkedEntityId=opportunity)
    pages, _ = read(remote, "notes", full=True)
    assert [record for page in pages for record in page.records] == [
        Activity(
            id=note,
            kind="note",
            at=START,
            subject="Security",
            body="They asked for SOC\xa02 & a price.\n" + "x" * 400,
            account_id=account,
            opportunity_id=opportunity,
            owner_id="005000000000001AAA",
        )
    ]


def test_an_object_that_may_not_be_read_is_left_out_and_said_once(
    server: Salesforce, remote: Remote, caplog: pytest.LogCaptureFixture
) -> None:
    server.org.rights[("005000000000001AAA", "ContentNote")] = "none"
    with caplog.at_level(logging.WARNING):
        assert [read(remote, "notes", full=True)[0] for _ in range(2)] == [[], []]
    assert [record.message for record in caplog.records] == [
        "Salesforce's ContentNote is left out. Salesforce refuses it: sObject type 'ContentNote' is not supported - "
        "ask the Salesforce admin for the right to read it."
    ]
    assert "not read: ContentNote (Salesforce refuses it: sObject type 'ContentNote' is not supported" in remote.check()


def test_accounts_that_may_not_be_read_stop_the_sync_with_a_sentence(server: Salesforce, remote: Remote) -> None:
    server.org.rights[("005000000000001AAA", "Account")] = "none"
    with pytest.raises(CrmRejected, match="sObject type 'Account' is not supported"):
        read(remote, "accounts", full=True)


def test_without_describe_the_standard_fields_are_read(server: Salesforce, remote: Remote) -> None:
    server.undescribed = set(server.org.rows)
    server.org.drop_field("Account", "AnnualRevenue")
    made = server.org.put("Account", Name="Northwick", Industry="Food")
    server.org.drop_field("Opportunity", "MainCompetitors__c")
    with pytest.raises(CrmRejected, match="No such column 'MainCompetitors__c'.*correct SELLER_CRM_FIELDS"):
        read(remote, "opportunities", full=True)
    pages, _ = read(remote, "accounts", full=True)
    assert [
        (record.id, record.industry) for page in pages for record in page.records if isinstance(record, Account)
    ] == [(made, "Food")]


def test_a_field_of_the_settings_that_is_not_there_is_named(server: Salesforce, tmp_path: Path) -> None:
    settings = by_session(server, tmp_path, crm_fields={"opportunity.competitor": "Rival__c"})
    with pytest.raises(CrmRejected, match="opportunity.competitor is Rival__c, which Opportunity does not have"):
        connected(settings, lambda: START).check()
    wrong = by_session(server, tmp_path, crm_fields={"opportunity.rival": "Rival__c"})
    with pytest.raises(BotError, match="SELLER_CRM_FIELDS names opportunity.rival, which is no field here"):
        connected(wrong, lambda: START)


def test_currency_comes_from_the_record_or_from_the_company(server: Salesforce, tmp_path: Path) -> None:
    account = server.org.put("Account", Name="Northwick")
    deal(server, account)
    single = connected(by_session(server, tmp_path, currency="GBP"), lambda: START)
    assert _currencies(single) == ["GBP"]
    for name in ("Opportunity", "Organization"):
        server.org.add_key(name, "CurrencyIsoCode", external=False)
    for row in server.org.rows["Opportunity"].values():
        row["CurrencyIsoCode"] = "CHF"
    several = connected(by_session(server, tmp_path), lambda: START)
    assert _currencies(several) == ["CHF"]


def _currencies(remote: Remote) -> list[str]:
    pages, _ = read(remote, "opportunities", full=True)
    return [record.currency for page in pages for record in page.records if isinstance(record, Opportunity)]


def test_one_account_is_read_in_a_few_calls(server: Salesforce, remote: Remote) -> None:
    account, other = (server.org.put("Account", Name=name) for name in ("Northwick", "Other"))
    person = server.org.put("Contact", Name="Mira Holt", LastName="Holt", AccountId=account)
    opportunity = deal(server, account)
    deal(server, other)
    role = server.org.put("OpportunityContactRole", OpportunityId=opportunity, ContactId=person, Role="Champion")
    task = server.org.insert("Task", {"Subject": "Offer", "WhatId": opportunity}, "005000000000001AAA")
    remote.source.account(account, 5)
    before = len(server.calls)
    page = remote.source.account(account, 5)
    history = [
        row["Id"] for row in server.org.rows["OpportunityHistory"].values() if row["OpportunityId"] == opportunity
    ]
    assert [record.id for record in page.records] == [account, person, opportunity, task, role, *history]
    assert set(page.complete) == {
        Complete(Contact, "account_id", frozenset({account})),
        Complete(Opportunity, "account_id", frozenset({account})),
        Complete(OpportunityContactRole, "opportunity_id", frozenset({opportunity})),
        Complete(OpportunityHistory, "opportunity_id", frozenset({opportunity})),
    }
    assert len(server.calls) - before <= 4
    assert remote.source.account("001000000000999AAA", 5).gone == [(Account, "001000000000999AAA")]


def test_one_account_is_given_up_after_the_time_there_is(server: Salesforce, remote: Remote) -> None:
    account = server.org.put("Account", Name="Northwick")
    remote.source.account(account, 5)
    server.fail("composite", mode="hang")
    with pytest.raises(CrmUnavailable, match="no answer in time|in the time there was"):
        remote.source.account(account, 0.2)


def test_rights_are_asked_of_salesforce_200_records_at_a_time(server: Salesforce, tmp_path: Path) -> None:
    remote = connected(by_login(server, tmp_path), lambda: START)
    server.org.put("User", Id="005000000000002AAA", Name="Ana", Username="ana@x", Email="a@x", IsActive=True)
    accounts = [f"001{number:012d}AAA" for number in range(450)]
    server.org.access |= {("005000000000002AAA", accounts[3]): "read", ("005000000000002AAA", accounts[4]): "none"}
    ana = User(id="005000000000002AAA", name="Ana")
    assert remote.access is not None
    assert remote.access.allowed(ana, "read", "account", accounts) == set(accounts) - {accounts[4]}
    assert remote.access.allowed(ana, "edit", "account", accounts) == set(accounts) - set(accounts[3:5])
    assert len(server.sent("GET", "UserRecordAccess")) == 6


def test_where_composite_calls_are_refused_the_account_is_read_query_by_query(
    server: Salesforce, remote: Remote
) -> None:
    account = server.org.put("Account", Name="Northwick")
    opportunity = deal(server, account)
    refusal = [{"message": "not allowed", "errorCode": "METHOD_NOT_ALLOWED"}]
    server.fail("composite", status=405, body=refusal, times=9)
    assert [record.id for record in remote.source.account(account, 5).records][:2] == [account, opportunity]
