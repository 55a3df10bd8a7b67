"""Writing to Salesforce when it is busy, fails or refuses: each fault and each bad input gives its one sentence."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from crm_contract import CALL, CONTACT, NEW_ROLE, NOW, RECORDS, TASK, approve, update
from standins.salesforce import Salesforce
from standins.salesforce_org import stamp
from standins.salesforce_world import by_login, connected, made, serving, writes

from bot.crm.port import Remote
from bot.crm.writes import Approval, CrmWrite, LogActivity
from bot.errors import CrmChanged, CrmDoubtful, CrmRejected, CrmUnavailable
from bot.settings import Settings

NOTE = LogActivity(
    activity="note",
    at=NOW,
    subject="Security review",
    body="They ask for <SOC 2> & a price.",
    account_id="A1",
    opportunity_id="O1",
    contact_ids=("C1",),
)
MEETING = CALL.model_copy(update={"activity": "meeting", "direction": None, "contact_ids": ("C1", "C2")})
AMOUNT = update("amount", Decimal("120000.50"), Decimal("130000"))
DROPPED = {"mode": "after"}


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


def doubtful(write: CrmWrite, change_id: str = "change-1") -> Approval:
    return approve(write, change_id).model_copy(update={"doubtful": True})


UNREACHED = [
    (
        429,
        [{"message": "ApiRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}],
        "ApiRequests Limit exceeded",
    ),
    (403, [{"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}], "TotalRequests Limit"),
    (503, "<html><body>Down for maintenance</body></html>", "Down for maintenance"),
    (
        400,
        [{"message": "unable to obtain exclusive access", "errorCode": "UNABLE_TO_LOCK_ROW"}],
        "unable to obtain exclusive",
    ),
]


@pytest.mark.parametrize(("status", "body", "words"), UNREACHED)
def test_a_busy_salesforce_lets_the_change_wait(
    server: Salesforce, remote: Remote, status: int, body: Any, words: str
) -> None:
    server.fail("sobjects/Opportunity/O1", status=status, body=body, headers={"Retry-After": "3600"}, times=9)
    with pytest.raises(CrmUnavailable, match=words) as raised:
        remote.writer.apply(approve(AMOUNT))
    assert not isinstance(raised.value, CrmDoubtful)
    server.faults.clear()
    assert remote.writer.apply(approve(AMOUNT)).values == {"amount": "130000"}


def test_a_short_wait_is_waited_for(server: Salesforce, remote: Remote) -> None:
    body = [{"message": "slow down", "errorCode": "REQUEST_LIMIT_EXCEEDED"}]
    server.fail("sobjects/Opportunity/O1", status=429, body=body, headers={"Retry-After": "0"}, times=2)
    assert remote.writer.apply(approve(AMOUNT)).values == {"amount": "130000"}
    assert [call.status for call in server.sent("PATCH")] == [429, 429, 204]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_a_failure_of_the_server_leaves_a_write_doubtful(server: Salesforce, remote: Remote, status: int) -> None:
    server.fail("sobjects/Opportunity/O1", status=status, body="<html>An unexpected error</html>")
    with pytest.raises(CrmDoubtful, match=f"failed with {status} on a change that it may have made"):
        remote.writer.apply(approve(AMOUNT))
    assert len(server.sent("PATCH")) == 1


def test_a_write_that_cannot_be_read_back_is_doubtful_and_done_by_the_repeat(
    server: Salesforce, remote: Remote
) -> None:
    server.fail(r"/query/.*FROM Opportunity ", method="GET", status=500, skip=1, times=9)
    with pytest.raises(CrmDoubtful, match="took the change, but it could not be read back"):
        remote.writer.apply(approve(AMOUNT))
    server.faults.clear()
    assert remote.writer.apply(doubtful(AMOUNT)).values == {"amount": "130000"}
    assert len(server.sent("PATCH")) == 1


def test_nobody_there_lets_the_change_wait(server: Salesforce, remote: Remote) -> None:
    remote.check()
    server.stop()
    with pytest.raises(CrmUnavailable, match="Salesforce cannot be reached") as raised:
        remote.writer.apply(approve(AMOUNT))
    assert not isinstance(raised.value, CrmDoubtful)


REFUSALS = [
    (
        "REQUIRED_FIELD_MISSING",
        "Required fields are missing: [Reason]",
        "Required fields are missing: \\[Reason\\] - fill it",
    ),
    ("DUPLICATES_DETECTED", "Use one of these records?", "Use one of these records\\? - use the record that is there"),
    ("ENTITY_IS_DELETED", "entity is deleted", "The CRM has no opportunity with the id O1"),
    (
        "INSUFFICIENT_ACCESS_OR_READONLY",
        "insufficient access rights",
        "insufficient access rights - ask the Salesforce admin",
    ),
    ("SOMETHING_NEW", "the moon is full", "the moon is full - correct it"),
]


@pytest.mark.parametrize(("code", "words", "told"), REFUSALS)
def test_a_refusal_reaches_the_seller_in_salesforces_own_words(
    server: Salesforce, remote: Remote, code: str, words: str, told: str
) -> None:
    server.fail("sobjects/Opportunity/O1", status=400, body=[{"message": words, "errorCode": code, "fields": []}])
    with pytest.raises(CrmRejected, match=told):
        remote.writer.apply(approve(AMOUNT))


def test_the_words_of_a_validation_rule_reach_the_seller(server: Salesforce, remote: Remote) -> None:
    server.org.rules.append(
        ("Opportunity", lambda row: row["Amount"] == 130000, "Deals over 125k need a signed approval.")
    )
    with pytest.raises(CrmRejected) as raised:
        remote.writer.apply(approve(AMOUNT))
    assert str(raised.value) == (
        "Salesforce refuses it: Deals over 125k need a signed approval - meet that first, then ask for the change anew."
    )
    assert server.org.rows["Opportunity"]["O1"]["Amount"] == 120000.5


def test_a_missing_right_to_one_field_is_said_before_anything_is_sent(server: Salesforce, remote: Remote) -> None:
    server.org.rights[("U1", "Opportunity.Amount")] = "read"
    with pytest.raises(CrmRejected, match="You may not set Amount in Salesforce: ask its admin"):
        remote.writer.apply(approve(AMOUNT))
    assert writes(server) == []


def test_an_amount_that_is_ignored_in_silence_is_told(server: Salesforce, remote: Remote) -> None:
    server.org.rows["Opportunity"]["O1"]["HasOpportunityLineItem"] = True
    with pytest.raises(CrmRejected, match="kept 120000.50 as amount instead of 130000: the deal has products"):
        remote.writer.apply(approve(AMOUNT))


def test_a_change_between_reading_and_writing_is_noticed(server: Salesforce, remote: Remote) -> None:
    def someone_else(amount: float) -> None:
        later = stamp(NOW + timedelta(seconds=5))
        server.org.rows["Opportunity"]["O1"] |= {"Amount": amount, "LastModifiedDate": later, "SystemModstamp": later}

    remote.writer.apply(approve(update("next_step", None, "Call")))
    server.fail("sobjects/Opportunity/O1", method="PATCH", status=412)
    someone_else(99)
    with pytest.raises(CrmChanged, match="was changed from 120000.50 to 99 meanwhile"):
        remote.writer.apply(approve(AMOUNT, "change-2"))
    server.faults.clear()
    someone_else(120000.5)
    server.fail("sobjects/Opportunity/O1", method="PATCH", status=412)
    assert remote.writer.apply(approve(AMOUNT, "change-3")).values == {"amount": "130000"}


def test_the_condition_of_an_update_is_the_moment_of_the_row_that_was_read(server: Salesforce, remote: Remote) -> None:
    later = stamp(NOW + timedelta(seconds=5))
    real = server.org.get

    def changed_meanwhile(name: str, record_id: str) -> dict[str, Any]:
        row = real(name, record_id)
        row |= {"LastModifiedDate": later, "NextStep": "Somebody else's"}
        return row

    server.org.get = changed_meanwhile  # type: ignore[method-assign]
    receipt = remote.writer.apply(approve(AMOUNT))
    assert [call.status for call in server.sent("PATCH")] == [412, 204]
    assert receipt.values == {"amount": "130000"}


def test_a_stage_that_does_not_exist_is_refused_with_those_that_do(server: Salesforce, remote: Remote) -> None:
    with pytest.raises(CrmRejected) as raised:
        remote.writer.apply(approve(update("stage", "Discovery", "Legal")))
    assert str(raised.value) == (
        "Legal is no stage of the CRM: choose one of Prospecting, Qualification, Discovery, Proposal/Price Quote, "
        "Negotiation, Closed Won, Closed Lost."
    )


def test_a_closed_deal_may_be_changed_as_salesforce_allows(server: Salesforce, remote: Remote) -> None:
    won = remote.writer.apply(approve(update("stage", "Discovery", "Closed Won")))
    assert won.values["is_closed"] is True
    receipt = remote.writer.apply(approve(AMOUNT, "change-2"))
    assert receipt.values == {"amount": "130000"}


def test_a_deal_deleted_since_is_said(server: Salesforce, remote: Remote) -> None:
    server.org.delete("Opportunity", "O1")
    with pytest.raises(CrmRejected, match="The CRM has no opportunity with the id O1: look it up again"):
        remote.writer.apply(approve(AMOUNT))


@pytest.mark.parametrize("activity", ["call", "meeting", "note"])
def test_a_note_of_40000_characters_is_refused_before_it_is_sent(
    server: Salesforce, remote: Remote, activity: str
) -> None:
    with pytest.raises(CrmRejected, match="The body has 40000 characters; shorten it to 32000"):
        remote.writer.apply(approve(NOTE.model_copy(update={"activity": activity, "body": "x" * 40_000})))
    assert writes(server) == []


def test_lengths_and_required_fields_are_those_of_describe(server: Salesforce, remote: Remote) -> None:
    with pytest.raises(CrmRejected, match="The MainCompetitors has 120 characters; shorten it to 100"):
        remote.writer.apply(approve(update("competitor", None, "x" * 120)))
    server.org.add_key("Contact", "Badge__c", external=False)
    server.org.fields["Contact"][-1] |= {"nillable": False, "label": "Badge"}
    with pytest.raises(CrmRejected, match="Salesforce requires Badge for a new Contact"):
        remote.writer.apply(approve(CONTACT))
    assert writes(server) == []


def test_a_role_without_a_value_is_refused_with_those_there_are(server: Salesforce, tmp_path: Path) -> None:
    coach = NEW_ROLE.model_copy(update={"role": "coach"})
    remote = connected(by_login(server, tmp_path), lambda: NOW)
    with pytest.raises(CrmRejected, match="no contact role for coach but Business User.*which one means role.coach"):
        remote.writer.apply(approve(coach))
    named = connected(by_login(server, tmp_path, crm_fields={"role.coach": "Executive Sponsor"}), lambda: NOW)
    assert named.writer.apply(approve(coach)).values["role"] == "coach"
    assert made(server, "OpportunityContactRole")[-1]["Role"] == "Executive Sponsor"


def test_further_people_are_named_in_the_text_where_salesforce_keeps_one(server: Salesforce, remote: Remote) -> None:
    receipt = remote.writer.apply(approve(MEETING))
    assert receipt.values["contact_ids"] == ["C1"]
    assert receipt.values["body"] == "Budget is agreed.\n\nAlso present: Jon Berg"


def test_the_day_of_a_call_is_that_of_its_owners_time_zone(server: Salesforce, remote: Remote) -> None:
    server.org.rows["User"]["U1"]["TimeZoneSidKey"] = "Australia/Sydney"
    evening = CALL.model_copy(update={"at": datetime(2026, 11, 15, 22, 0, tzinfo=UTC)})
    remote.writer.apply(approve(evening))
    assert made(server, "Task")[0]["ActivityDate"] == date(2026, 11, 16).isoformat()


def test_without_a_status_that_means_cancelled_undo_deletes_the_task(server: Salesforce, remote: Remote) -> None:
    receipt = remote.writer.apply(approve(TASK))
    remote.writer.undo(receipt)
    assert made(server, "Task") == []
    assert writes(server) == ["PATCH", "DELETE"]


def test_undo_bears_the_sellers_name_and_is_refused_after_an_edit(
    server: Salesforce, settings: Settings, remote: Remote
) -> None:
    receipt = remote.writer.apply(approve(TASK))
    server.org.update("Task", receipt.record_id, {"Subject": "Send it twice"}, "U1")
    with pytest.raises(CrmRejected, match="subject was changed from Send the contract to Send it twice since"):
        remote.writer.undo(receipt)
    server.org.update("Task", receipt.record_id, {"Subject": "Send the contract"}, "U1")
    server.fail("sobjects/Task/", method="DELETE", **DROPPED)
    with pytest.raises(CrmDoubtful):
        connected(settings, lambda: NOW).writer.undo(receipt)
    assert connected(settings, lambda: NOW).writer.undo(receipt).values == {}
    assert {call.user for call in server.calls if call.method == "DELETE"} <= {"U1", None}


def test_a_field_that_this_seller_may_not_even_see_is_named(server: Salesforce, remote: Remote) -> None:
    server.org.rights[("U1", "Opportunity.Amount")] = "none"
    with pytest.raises(CrmRejected, match="You may not see the amount in Salesforce: ask its admin"):
        remote.writer.apply(approve(AMOUNT))


def test_without_describe_the_standard_fields_are_written(server: Salesforce, tmp_path: Path) -> None:
    server.undescribed = set(server.org.rows)
    server.org.drop_field("Opportunity", "LeadSource")
    remote = connected(by_login(server, tmp_path, crm_fields={}), lambda: NOW)
    assert remote.writer.apply(approve(AMOUNT)).values == {"amount": "130000"}
    assert remote.writer.apply(approve(TASK, "change-2")).values["subject"] == "Send the contract"


def test_a_row_with_fractions_of_a_second_can_be_updated(server: Salesforce, remote: Remote) -> None:
    server.org.rows["Opportunity"]["O1"]["LastModifiedDate"] = "2026-11-16T09:30:00.500+0000"
    assert remote.writer.apply(approve(AMOUNT)).values == {"amount": "130000"}
    assert [call.status for call in server.sent("PATCH")] == [412, 204]
