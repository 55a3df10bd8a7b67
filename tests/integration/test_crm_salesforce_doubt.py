"""Writing to Salesforce when no answer comes: found again, done by the repeat, or unknown; never twice."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from crm_contract import CALL, CONTACT, NEW_ROLE, NOW, OTHER_ROLE, RECORDS, TASK, approve, update
from standins.salesforce import Salesforce
from standins.salesforce_org import stamp
from standins.salesforce_world import by_login, connected, made, serving, writes

from bot.crm.port import Remote
from bot.crm.writes import Approval, CrmWrite, LogActivity
from bot.errors import CrmDoubtful, CrmRejected, CrmUnknown
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


@pytest.mark.parametrize(("write", "name"), [(CALL, "Task"), (TASK, "Task"), (MEETING, "Event"), (CONTACT, "Contact")])
def test_a_write_without_an_answer_is_found_again_by_its_key(
    server: Salesforce, settings: Settings, remote: Remote, write: CrmWrite, name: str
) -> None:
    server.fail("Seller_Change_Id__c/change-1", method="PATCH", **DROPPED)
    with pytest.raises(CrmDoubtful, match="did not answer a change that it may have made"):
        remote.writer.apply(approve(write))
    assert len(made(server, name)) == 1
    again = connected(settings, lambda: NOW)
    receipt = again.writer.apply(doubtful(write))
    assert [row["Id"] for row in made(server, name)] == [receipt.record_id]
    assert made(server, name)[0]["CreatedById"] == "U1"


def test_a_lost_write_is_written_by_the_repeat(server: Salesforce, remote: Remote) -> None:
    server.fail("Seller_Change_Id__c/change-1", method="PATCH", mode="drop")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(TASK))
    assert made(server, "Task") == []
    receipt = remote.writer.apply(doubtful(TASK))
    assert [row["Id"] for row in made(server, "Task")] == [receipt.record_id]


def test_the_receipt_of_a_repeat_in_another_process_is_the_first_one(settings: Settings, remote: Remote) -> None:
    first = remote.writer.apply(approve(TASK))
    assert connected(settings, lambda: NOW + timedelta(hours=1)).writer.apply(approve(TASK)) == first


def test_a_record_deleted_since_is_not_made_again_by_a_repeat(
    server: Salesforce, settings: Settings, remote: Remote
) -> None:
    server.org.delete("Task", remote.writer.apply(approve(TASK)).record_id)
    with pytest.raises(CrmRejected, match="was made before, and its record was deleted in Salesforce since"):
        connected(settings, lambda: NOW).writer.apply(doubtful(TASK))


@pytest.mark.parametrize("write", [AMOUNT, update("stage", "Discovery", "Negotiation"), NEW_ROLE, OTHER_ROLE])
def test_an_update_without_an_answer_is_done_where_it_is_there(
    server: Salesforce, settings: Settings, remote: Remote, write: CrmWrite
) -> None:
    server.fail(r"sobjects/Opportunity", method="PATCH", **DROPPED)
    server.fail(r"sobjects/OpportunityContactRole", method="POST", **DROPPED)
    server.fail(r"sobjects/OpportunityContactRole", method="PATCH", **DROPPED)
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(write))
    before = len(writes(server))
    receipt = connected(settings, lambda: NOW).writer.apply(doubtful(write))
    assert len(writes(server)) == before
    assert receipt.change_id == "change-1"
    server.faults.clear()
    remote.writer.undo(receipt)
    deal, roles = server.org.rows["Opportunity"]["O1"], server.org.rows["OpportunityContactRole"].values()
    assert (deal["Amount"], deal["StageName"]) == (120000.5, "Discovery")
    assert [role["Role"] for role in roles if not role["IsDeleted"]] == ["Economic Buyer"]


@pytest.mark.parametrize(("write", "came"), [(AMOUNT, {"Amount": 130000.0}), (OTHER_ROLE, {"Role": "Blocker"})])
def test_an_earlier_try_that_arrives_after_the_look_is_taken_as_ours(
    server: Salesforce, remote: Remote, write: CrmWrite, came: dict[str, object]
) -> None:
    real, later = server.org.get, stamp(NOW + timedelta(seconds=5))

    def arriving(name: str, record_id: str) -> dict[str, Any]:
        row = real(name, record_id)
        row |= {**came, "LastModifiedDate": later}
        return row

    server.org.get = arriving  # type: ignore[method-assign]
    receipt = remote.writer.apply(doubtful(write))
    assert [call.status for call in server.sent("PATCH")] == [412]
    assert receipt.previous in ({"amount": "120000.50"}, {"role": "economic_buyer"})


def test_a_note_is_written_with_its_links_in_one_call_and_taken_back(server: Salesforce, remote: Remote) -> None:
    receipt = remote.writer.apply(approve(NOTE))
    links = [row["LinkedEntityId"] for row in server.org.rows["ContentDocumentLink"].values()]
    assert (links, writes(server)) == (["O1", "A1", "C1"], ["POST"])
    assert receipt.values["body"] == "They ask for <SOC 2> & a price."
    assert receipt.link == f"{server.url}/lightning/r/ContentNote/{receipt.record_id}/view"
    remote.writer.undo(receipt)
    assert made(server, "ContentNote") == []


def test_a_doubtful_note_is_found_by_what_it_says_and_never_repeated(
    server: Salesforce, settings: Settings, remote: Remote
) -> None:
    server.fail("composite", method="POST", **DROPPED)
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(NOTE))
    receipt = connected(settings, lambda: NOW).writer.apply(doubtful(NOTE))
    assert [row["Id"] for row in made(server, "ContentNote")] == [receipt.record_id]
    server.org.insert("ContentNote", {"Title": "Security review", "Content": ""}, "U1")
    with pytest.raises(CrmUnknown, match="more than one such record is there now; please check"):
        connected(settings, lambda: NOW).writer.apply(doubtful(NOTE))


def test_a_doubtful_note_that_is_not_there_stops_as_unknown(server: Salesforce, remote: Remote) -> None:
    with pytest.raises(CrmUnknown) as raised:
        remote.writer.apply(doubtful(NOTE))
    assert str(raised.value) == (
        "Nobody can tell whether the note was written: Salesforce gave no answer, and no such record is there now; please "
        f"check {server.url}/lightning/r/Opportunity/O1/view and write it there if it is missing."
    )
    assert writes(server) == []


def test_without_the_key_field_a_doubtful_task_is_looked_up_and_never_repeated(
    server: Salesforce, remote: Remote
) -> None:
    server.org.drop_field("Task", "Seller_Change_Id__c")
    server.fail("sobjects/Task", method="POST", mode="drop")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(TASK))
    with pytest.raises(CrmUnknown, match="whether the task was written"):
        remote.writer.apply(doubtful(TASK))
    assert made(server, "Task") == []
    remote.writer.apply(approve(TASK, "change-2"))
    assert remote.writer.apply(doubtful(TASK, "change-3")).record_id == made(server, "Task")[0]["Id"]


def test_a_key_that_is_no_external_id_is_still_looked_up(
    server: Salesforce, settings: Settings, remote: Remote
) -> None:
    server.org.drop_field("Task", "Seller_Change_Id__c")
    server.org.add_key("Task", "Seller_Change_Id__c", external=False)
    server.fail("sobjects/Task", method="POST", **DROPPED)
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(TASK))
    connected(settings, lambda: NOW).writer.apply(doubtful(TASK))
    assert [row["Seller_Change_Id__c"] for row in made(server, "Task")] == ["change-1"]


def test_a_record_that_another_process_made_meanwhile_is_taken_as_ours(server: Salesforce, remote: Remote) -> None:
    other = server.org.put(
        "Task", Subject="Send the contract", WhatId="A1", AccountId="A1", OwnerId="U1", Status="Not Started"
    )
    words = f"duplicate value found: Seller_Change_Id__c duplicates value on record with id: {other}"
    server.fail(
        "Seller_Change_Id__c", method="PATCH", status=400, body=[{"message": words, "errorCode": "DUPLICATE_VALUE"}]
    )
    looked_up = server.org.rows["Task"][other]
    real = server.org.may
    # The key shows only once our own write was refused.
    server.org.may = lambda *asked: (
        real(*asked) if not server.sent("PATCH") else looked_up.update(Seller_Change_Id__c="change-1") or real(*asked)
    )  # type: ignore[method-assign,func-returns-value]
    assert remote.writer.apply(approve(TASK)).record_id == other
