"""HubSpot when things go wrong: limits, lines that break after a write, refusals, values that are kept silently."""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from crm_contract import CALL, CONTACT, EARLIER, NEW_ROLE, NOW, OTHER_ROLE, RECORDS, TASK, approve, update
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_connection import connect
from standins.hubspot_portal import invalid
from standins.hubspot_world import fill, keyed

from bot.crm.hubspot import HubSpot
from bot.crm.writes import Approval, CrmWrite, LogActivity
from bot.errors import BotError, CrmDoubtful, CrmRejected, CrmUnavailable, CrmUnknown

NOTE = LogActivity(activity="note", at=NOW, subject="What they want", body="SOC 2\nby March", opportunity_id="O1")
MEETING = CALL.model_copy(update={"activity": "meeting", "direction": None})
EMAIL = CALL.model_copy(update={"activity": "email", "body": "Dear Mira <mira@northwick.example>,\nthank you."})
CREATES: Mapping[str, CrmWrite] = {
    "calls": CALL,
    "notes": NOTE,
    "meetings": MEETING,
    "emails": EMAIL,
    "tasks": TASK,
    "contacts": CONTACT,
}
UPDATES: tuple[CrmWrite, ...] = (
    update("amount", Decimal("120000.50"), Decimal(2)),
    update("stage", "Discovery", "Closed Won"),
    NEW_ROLE,
    OTHER_ROLE,
)


@pytest.fixture
def bare() -> Iterator[HubSpotStandIn]:
    """A portal where `seller crm setup` was not run."""
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        yield server


@pytest.fixture
def stand_in(bare: HubSpotStandIn) -> HubSpotStandIn:
    keyed(bare.portal)
    return bare


@pytest.fixture
def remote(stand_in: HubSpotStandIn) -> HubSpot:
    return connect(stand_in)


def again(write: CrmWrite) -> Approval:
    return approve(write).model_copy(update={"doubtful": True})


def made(server: HubSpotStandIn) -> dict[str, int]:
    """How many live records of each created type there are, beside those of the start."""
    start = {"calls": 1, "tasks": 1, "contacts": 2}
    counts = {
        kind: len([row for row in server.portal.things[kind].values() if not row.archived_at]) for kind in CREATES
    }
    return {kind: n - start.get(kind, 0) for kind, n in counts.items() if n - start.get(kind, 0)}


def test_a_limit_that_passes_soon_is_waited_for(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    stand_in.too_many(method="POST", path="/calls$")
    remote.writer.apply(approve(CALL))
    assert made(stand_in) == {"calls": 1}


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"wait": 600}, "HubSpot is asked too often just now: it is tried again in a minute."),
        (
            {"wait": None, "policy": "DAILY"},
            "HubSpot's calls for today are used up: it answers again after midnight of the portal's time zone.",
        ),
    ],
)
def test_a_limit_that_does_not_pass_soon_lets_the_change_wait(
    stand_in: HubSpotStandIn, remote: HubSpot, fault: dict[str, object], words: str
) -> None:
    stand_in.too_many(method="POST", path="/calls$", **fault)
    with pytest.raises(CrmUnavailable) as error:
        remote.writer.apply(approve(CALL))
    assert (type(error.value), str(error.value)) == (CrmUnavailable, words)
    assert made(stand_in) == {}


def test_maintenance_lets_the_change_wait(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    stand_in.fail("status", status=503, headers={"Retry-After": "900"}, method="PATCH")
    with pytest.raises(CrmUnavailable, match="not available just now") as error:
        remote.writer.apply(approve(UPDATES[0]))
    assert type(error.value) is CrmUnavailable


def test_a_refused_connection_lets_the_change_wait(stand_in: HubSpotStandIn) -> None:
    remote = connect(stand_in, hubspot_url="http://127.0.0.1:9")
    with pytest.raises(CrmUnavailable, match=r"cannot be reached at http://127\.0\.0\.1:9") as error:
        remote.writer.apply(approve(CALL))
    assert type(error.value) is CrmUnavailable


@pytest.mark.parametrize("how", ["drop", "hang"])
@pytest.mark.parametrize("kind", CREATES)
def test_a_create_without_an_answer_is_found_by_its_key(stand_in: HubSpotStandIn, kind: str, how: str) -> None:
    remote = connect(stand_in, crm_timeout=0.4 if how == "hang" else 5)
    stand_in.fail(how, method="POST", path=f"/{kind}$")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(CREATES[kind]))
    restarted = connect(stand_in)
    receipt = restarted.writer.apply(again(CREATES[kind]))
    assert made(stand_in) == {kind: 1}
    assert restarted.writer.undo(receipt).record_id == receipt.record_id


def test_a_create_without_an_answer_is_found_also_where_its_deal_is_gone_by_then(
    stand_in: HubSpotStandIn, remote: HubSpot
) -> None:
    stand_in.fail("drop", method="POST", path="/calls$")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(CALL))
    stand_in.portal.archive(stand_in.portal.things["deals"]["O1"])
    receipt = connect(stand_in).writer.apply(again(CALL))
    call = next(key for key in stand_in.portal.things["calls"] if key != "X1")
    assert receipt.record_id == f"call-{call}"
    assert receipt.link == f"https://app.hubspot.com/contacts/4242/record/0-2/A1?engagement={call}"


@pytest.mark.parametrize("kind", CREATES)
def test_a_create_that_failed_is_made_by_the_next_try(stand_in: HubSpotStandIn, remote: HubSpot, kind: str) -> None:
    stand_in.fail("status", status=502, method="POST", path=f"/{kind}$")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(CREATES[kind]))
    remote.writer.apply(again(CREATES[kind]))
    assert made(stand_in) == {kind: 1}


@pytest.mark.parametrize("kind", CREATES)
def test_a_second_process_with_the_same_change_makes_nothing_new(stand_in: HubSpotStandIn, kind: str) -> None:
    first = connect(stand_in).writer.apply(approve(CREATES[kind]))
    assert connect(stand_in).writer.apply(approve(CREATES[kind])) == first
    assert made(stand_in) == {kind: 1}


@pytest.mark.parametrize("kind", CREATES)
def test_without_the_property_one_alike_record_is_the_answer(bare: HubSpotStandIn, kind: str) -> None:
    remote = connect(bare)
    bare.fail("drop", method="POST", path=f"/{kind}$")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(CREATES[kind]))
    receipt = remote.writer.apply(again(CREATES[kind]))
    assert made(bare) == {kind: 1}
    assert receipt.record_id.rpartition("-")[2] in bare.portal.things[kind]


@pytest.mark.parametrize("kind", [kind for kind in CREATES if kind != "contacts"])
@pytest.mark.parametrize("there", [0, 2])
def test_without_the_property_none_or_two_alike_records_are_for_a_person(
    bare: HubSpotStandIn, kind: str, there: int
) -> None:
    remote = connect(bare)
    for number in range(there):
        remote.writer.apply(approve(CREATES[kind], f"other-{number}"))
    with pytest.raises(CrmUnknown) as error:
        remote.writer.apply(again(CREATES[kind]))
    anchor = "0-2/A1" if kind == "tasks" else "0-3/O1"
    one = kind.removesuffix("s")
    assert str(error.value) == (
        f"Nobody can tell whether HubSpot made this {one}: please check "
        f"https://app.hubspot.com/contacts/4242/record/{anchor} and propose it again only if it is missing."
    )
    assert made(bare) == ({kind: there} if there else {})


def test_an_older_record_of_the_same_content_is_not_taken_for_ours(bare: HubSpotStandIn) -> None:
    remote = connect(bare)
    bare.now = NOW - timedelta(hours=1)
    remote.writer.apply(approve(CALL, "yesterday"))
    bare.now = None
    with pytest.raises(CrmUnknown):
        remote.writer.apply(again(CALL))


@pytest.mark.parametrize("write", UPDATES, ids=str)
def test_an_update_without_an_answer_is_found_done(stand_in: HubSpotStandIn, write: CrmWrite) -> None:
    quiet = connect(stand_in)
    undisturbed = quiet.writer.apply(approve(write))
    quiet.writer.undo(undisturbed)
    stand_in.now = NOW + timedelta(minutes=1)
    path = "/associations/contacts/" if write.kind == "set_contact_role" else "/deals/O1"
    stand_in.fail("drop", method="PUT" if write.kind == "set_contact_role" else "PATCH", path=path)
    with pytest.raises(CrmDoubtful):
        connect(stand_in).writer.apply(approve(write))
    sent = len(stand_in.writes())
    receipt = connect(stand_in).writer.apply(again(write))
    known = {key: value for key, value in undisturbed.values.items() if key != "newly_linked"}
    assert (receipt.values, receipt.previous) == (known, undisturbed.previous)
    if write.kind == "update_opportunity":
        assert len(stand_in.writes()) == sent


@pytest.mark.parametrize("status", [401, 403, 429, 503])
@pytest.mark.parametrize("write", [CALL, *UPDATES], ids=str)
def test_a_write_that_cannot_be_read_back_is_in_doubt(bare: HubSpotStandIn, write: CrmWrite, status: int) -> None:
    remote = connect(bare)
    original = bare.answer

    def answer(method: str, path: str, query: dict[str, list[str]], body: object) -> tuple[int, object]:
        if method in ("PATCH", "PUT") or path == "/crm/v3/objects/calls":
            bare.fail("status", status=status, headers={"Retry-After": "600"}, times=9)
        return original(method, path, query, body)

    bare.answer = answer  # type: ignore[method-assign]
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(write))
    bare.faults.clear()
    bare.answer = original  # type: ignore[method-assign]
    connect(bare).writer.apply(again(write))
    assert made(bare) == ({"calls": 1} if write is CALL else {})


def test_a_token_that_expired_meanwhile_leaves_a_doubtful_write_in_doubt(
    stand_in: HubSpotStandIn, remote: HubSpot
) -> None:
    stand_in.token = "rotated"
    with pytest.raises(CrmDoubtful, match="HubSpot refuses the token"):
        remote.writer.apply(again(CALL))


def test_without_the_property_a_doubtful_write_that_is_refused_by_now_is_for_a_person(bare: HubSpotStandIn) -> None:
    bare.portal.archive(bare.portal.things["deals"]["O1"])
    with pytest.raises(CrmUnknown, match="Nobody can tell whether HubSpot made this change"):
        connect(bare).writer.apply(again(CALL))


def test_a_doubtful_update_that_was_not_made_is_made(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    stand_in.fail("status", status=500, method="PATCH")
    with pytest.raises(CrmDoubtful):
        remote.writer.apply(approve(UPDATES[0]))
    assert remote.writer.apply(again(UPDATES[0])).values == {"amount": "2"}


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("amount", UPDATES[0], "HubSpot kept 120000.50 as amount instead of 2, without a word"),
        ("hs_next_step", update("next_step", None, "Call"), "HubSpot kept nothing as next step instead of Call"),
        ("dealstage", update("stage", "Discovery", "Negotiation"), "HubSpot kept Discovery as stage instead of"),
        ("closedate", update("close_date", date(2026, 12, 18), date(2027, 1, 1)), "kept 2026-12-18 as close date"),
    ],
)
def test_a_value_that_is_kept_silently_is_said(
    stand_in: HubSpotStandIn, remote: HubSpot, name: str, write: CrmWrite, words: str
) -> None:
    stand_in.portal.ignored.add(("deals", name))
    with pytest.raises(CrmRejected, match=words):
        remote.writer.apply(approve(write))


def test_a_create_that_loses_a_value_is_taken_back(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    stand_in.portal.ignored.add(("calls", "hs_call_body"))
    with pytest.raises(
        CrmRejected, match="HubSpot kept None as body instead of Budget is agreed., so the call was taken"
    ):
        remote.writer.apply(approve(CALL))
    assert made(stand_in) == {}


def test_a_label_that_is_kept_silently_is_said(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    stand_in.fail("status", status=200, method="PUT", body={})
    with pytest.raises(CrmRejected, match="HubSpot kept nothing as role instead of champion"):
        remote.writer.apply(approve(NEW_ROLE))


def refusal(*wrong: tuple[str, str, str]) -> dict[str, object]:
    import json

    rows = json.dumps([invalid(*one) for one in wrong])
    return {"message": f"Property values were not valid: {rows}", "category": "VALIDATION_ERROR"}


SAID = (
    (
        {
            "status": 403,
            "body": {
                "category": "MISSING_SCOPES",
                "errors": [{"context": {"requiredGranularScopes": ["crm.objects.deals.write"]}}],
            },
        },
        "The private app of SELLER_HUBSPOT_TOKEN lacks a scope for the new amount: "
        "add one of crm.objects.deals.write on its Scopes page.",
    ),
    (
        {"status": 400, "body": refusal(("amount", "READ_ONLY_VALUE", '"amount" is a read only property.'))},
        'HubSpot refuses the new amount: "amount" is a read only property; '
        "correct the value, or ask your HubSpot admin.",
    ),
    (
        {"status": 400, "body": refusal(("x", "VALIDATION_RULE", "Amounts over 1 need the VP's approval code."))},
        "HubSpot refuses the new amount: Amounts over 1 need the VP's approval code; "
        "correct the value, or ask your HubSpot admin.",
    ),
    (
        {"status": 404, "body": {"message": "resource not found"}},
        "HubSpot has no such record (the new amount): it may have been deleted since; look it up again.",
    ),
)


@pytest.mark.parametrize(("fault", "sentence"), SAID, ids=[str(fault["status"]) for fault, _ in SAID])
def test_a_refusal_is_one_sentence(
    stand_in: HubSpotStandIn, remote: HubSpot, fault: dict[str, object], sentence: str
) -> None:
    stand_in.fail("status", method="PATCH", **fault)
    with pytest.raises(CrmRejected) as error:
        remote.writer.apply(approve(UPDATES[0]))
    assert str(error.value) == sentence


EXPIRED = (
    "HubSpot refuses the token in SELLER_HUBSPOT_TOKEN (it expired, was rotated or belongs to no private app): "
    "copy a new one from the private app's Auth page and set it. The change waits until then."
)


@pytest.mark.parametrize("write", [CALL, *UPDATES], ids=str)
def test_an_expired_token_lets_the_change_and_its_undo_wait(stand_in: HubSpotStandIn, write: CrmWrite) -> None:
    def refused(attempt: Callable[[], object]) -> None:
        stand_in.token = "rotated"
        with pytest.raises(CrmUnavailable) as error:
            attempt()
        assert (type(error.value), str(error.value)) == (CrmUnavailable, EXPIRED)
        stand_in.token = TOKEN

    remote = connect(stand_in)
    refused(lambda: remote.writer.apply(approve(write)))
    assert stand_in.writes() == []
    receipt = remote.writer.apply(approve(write))
    refused(lambda: remote.writer.undo(receipt))
    remote.writer.undo(receipt)


def test_a_restore_that_was_cut_off_is_ended_by_the_next(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    receipt = remote.writer.apply(approve(update("stage", "Discovery", "Closed Won")))
    stand_in.portal.things["deals"]["O1"].properties |= {"hs_manual_forecast_category": "CLOSED"}
    stand_in.fail("drop", method="PATCH", skip=1)
    with pytest.raises(CrmDoubtful):
        remote.writer.undo(receipt)
    remote.writer.undo(receipt)
    deal = stand_in.portal.things["deals"]["O1"].properties
    assert (deal["dealstage"], deal["closedate"], deal["hs_manual_forecast_category"]) == (
        *("S1", "2026-12-18T12:00:00.000Z"),
        "PIPELINE",
    )


def test_an_address_that_is_taken_names_the_contact(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    taken = CONTACT.model_copy(update={"email": "MIRA@northwick.example"})
    with pytest.raises(CrmRejected, match="HubSpot refuses the new contact: Contact already exists. Existing ID: C1;"):
        remote.writer.apply(approve(taken))


def test_a_record_deleted_since_is_said(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    receipt = remote.writer.apply(approve(UPDATES[0]))
    stand_in.portal.archive(stand_in.portal.things["deals"]["O1"])
    for attempt in (lambda: remote.writer.undo(receipt), lambda: remote.writer.apply(approve(CALL, "change-2"))):
        with pytest.raises(CrmRejected, match="The CRM has no opportunity with the id O1: look it up again"):
            attempt()


def test_a_note_of_40000_characters_is_kept_whole(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    body = "\n".join("Every word counts & stays <here>." for _ in range(1200))[:40_000].strip()
    receipt = remote.writer.apply(approve(NOTE.model_copy(update={"body": body})))
    assert receipt.values["body"] == body


def test_a_note_that_hubspot_would_cut_is_refused_before_it_is_sent(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    with pytest.raises(CrmRejected, match="HubSpot keeps 65536: shorten it or split it"):
        remote.writer.apply(approve(NOTE.model_copy(update={"body": "x" * 65_536})))
    assert stand_in.writes() == []


def test_a_task_without_a_day_is_refused_before_it_is_sent(stand_in: HubSpotStandIn, remote: HubSpot) -> None:
    with pytest.raises(CrmRejected, match="HubSpot needs a due date for a task: give one"):
        remote.writer.apply(approve(TASK.model_copy(update={"due": None})))
    assert stand_in.writes() == []


def test_a_role_without_a_label_names_those_there_are(stand_in: HubSpotStandIn) -> None:
    remote = connect(stand_in, crm_fields={"role.champion": "Sponsor"})
    with pytest.raises(CrmRejected, match="no association label “Sponsor” between deals and contacts"):
        remote.writer.apply(approve(NEW_ROLE))


def test_a_field_without_a_property_names_the_setting(stand_in: HubSpotStandIn) -> None:
    write = update("competitor", None, "Frostline")
    with pytest.raises(CrmRejected, match="name it in SELLER_CRM_FIELDS as opportunity.competitor"):
        connect(stand_in, crm_fields={}).writer.apply(approve(write))
    with pytest.raises(CrmRejected, match="HubSpot has no property rival on deals for the competitor"):
        connect(stand_in, crm_fields={"opportunity.competitor": "rival"}).writer.apply(approve(write))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 500, 503])
def test_no_error_and_no_log_holds_the_token(
    stand_in: HubSpotStandIn, remote: HubSpot, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    stand_in.fail("status", status=status, headers={"Retry-After": "600"}, times=9)
    with caplog.at_level(logging.DEBUG), pytest.raises(BotError) as error:
        remote.writer.apply(approve(UPDATES[0]))
    chain: list[BaseException] = [error.value]
    while before := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(before)
    said = [*map(str, chain), *map(repr, chain), caplog.text, repr(remote), repr(vars(remote))]
    assert [words for words in said if TOKEN in words] == []
