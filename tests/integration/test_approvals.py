"""Who may decide what, until when, and what each refusal says."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from approvals_world import ADA, ANN, BEN, World, amount, approve, statuses, task

from bot.approvals import Job
from bot.crm.writes import CreateContact, LogActivity, UpdateOpportunity
from bot.errors import Ambiguous, BotError, CrmRejected, NotAllowed, NotFound, Stale, UsageError
from bot.proposals import LIFETIME, Decision, Proposal
from bot.store import proposals as store
from bot.store.audit import trail
from bot.store.database import writing


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path).inline()
    yield world
    world.close()


def decision(verb: Any, proposal: Proposal, *only: int, **values: Any) -> Decision:
    return Decision(verb=verb, proposal_id=proposal.id, only=only, values=values)


def refusal(world: World, kind: type[BotError], wanted: Decision, by: Any = ANN) -> str:
    with pytest.raises(kind) as caught:
        world.approvals.decide(wanted, by)
    return str(caught.value)


def test_approve_applies_once_and_leaves_a_receipt_and_a_trail(world: World) -> None:
    proposal = world.propose(task(), amount("1200"))

    done = world.approvals.decide(approve(proposal), ANN)

    assert statuses(done) == ["applied", "applied"]
    assert [t.subject for t in world.tasks()] == ["Call the CFO"]
    deal = world.reader.opportunity("O1")
    assert deal is not None
    assert deal.amount == Decimal("1200")
    assert [c.receipt.record for c in done.changes if c.receipt] == ["task", "opportunity"]
    verbs = [(line.verb, line.actor) for line in trail(world.engine, proposal=proposal.id)]
    assert verbs == [
        ("propose", "U1"),
        ("approve", "U1"),
        ("approve", "U1"),
        ("applied", "assistant"),
        ("applied", "assistant"),
    ]


def test_ids_are_short_and_found_in_any_case(world: World) -> None:
    proposal = world.propose(task())
    assert len(proposal.id) == 4
    assert set(proposal.id) <= set("23456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert world.approvals.get(f" {proposal.id.lower()} ") == proposal


def test_an_unknown_id_names_the_newest(world: World) -> None:
    proposal = world.propose(task())
    with pytest.raises(NotFound) as caught:
        world.approvals.get("0000")
    assert str(caught.value) == f"There is no proposal 0000; did you mean {proposal.id}?"
    assert caught.value.candidates == (proposal.id,)


def test_approving_twice_is_harmless_and_says_so(world: World) -> None:
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    assert refusal(world, Stale, approve(proposal)) == (
        f"Change 1 of {proposal.id} was already approved by Ann Seller and applied; "
        f"`seller proposals undo {proposal.id}` takes it back."
    )
    assert len(world.tasks()) == 1


def test_the_rest_can_be_approved_later_without_repeating_the_first(world: World) -> None:
    proposal = world.propose(task("one"), task("two"))
    first = world.approvals.decide(approve(proposal, 2), ANN)
    assert statuses(first) == ["pending", "applied"]
    second = world.approvals.decide(approve(proposal), ANN)
    assert statuses(second) == ["applied", "applied"]
    assert sorted(t.subject for t in world.tasks()) == ["one", "two"]


def test_another_seller_may_not_decide_but_an_admin_may(world: World) -> None:
    proposal = world.propose(task())
    sentence = refusal(world, NotAllowed, approve(proposal), BEN)
    assert sentence == f"Only Ann Seller or an admin may decide on {proposal.id}; ask them."
    assert statuses(world.approvals.decide(approve(proposal), ADA)) == ["applied"]


def test_an_old_card_does_nothing_after_an_edit(world: World) -> None:
    proposal = world.propose(task())
    edited = world.approvals.decide(decision("edit", proposal, subject="Call the CEO"), ANN)
    assert (edited.revision, edited.changes[0].id) == (2, proposal.changes[0].id)
    sentence = refusal(world, Stale, approve(proposal, revision=1))
    assert sentence == f"{proposal.id} was edited since this card was drawn; look at revision 2."
    world.approvals.decide(approve(proposal, revision=2), ANN)
    assert [t.subject for t in world.tasks()] == ["Call the CEO"]


def test_a_proposal_expires(world: World) -> None:
    proposal = world.propose(task())
    world.clock.pass_time(LIFETIME)
    assert refusal(world, Stale, approve(proposal)) == (
        f"Change 1 of {proposal.id} expired on 2026-03-09; ask for a new proposal."
    )
    assert statuses(world.approvals.get(proposal.id)) == ["expired"]
    assert world.approvals.list() == []
    assert [line.verb for line in trail(world.engine, proposal=proposal.id)] == ["propose", "expire"]


def test_rejected_changes_are_never_applied(world: World) -> None:
    proposal = world.propose(task("one"), task("two"))
    world.approvals.decide(decision("reject", proposal, 1), ANN)
    assert statuses(world.approvals.decide(approve(proposal), ANN)) == ["rejected", "applied"]
    assert [t.subject for t in world.tasks()] == ["two"]
    assert refusal(world, Stale, approve(proposal, 1)) == (
        f"Change 1 of {proposal.id} was already rejected by Ann Seller; ask for a new proposal."
    )


def test_a_position_that_is_not_there(world: World) -> None:
    proposal = world.propose(task(), task())
    assert refusal(world, NotFound, approve(proposal, 7)) == f"{proposal.id} has no change 7; it has 1, 2."


def test_edits_become_values(world: World) -> None:
    deal = UpdateOpportunity(opportunity_id="O1", field="close_date", old=date(2026, 6, 30), new=date(2026, 7, 1))
    call = LogActivity(activity="call", at=datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("UTC")), subject="Call")
    proposal = world.propose(task(), amount("1200"), deal, call)
    values = {"due": "2026-03-31", "amount": "$48,000.50", "close_date": "2026-08-01", "at": "2026-03-02T10:00"}
    writes = [c.write.model_dump() for c in world.approvals.decide(decision("edit", proposal, **values), ANN).changes]
    assert writes[0]["due"] == date(2026, 3, 31)
    assert (writes[1]["old"], writes[1]["new"]) == (Decimal("1000"), Decimal("48000.50"))
    assert writes[2]["new"] == date(2026, 8, 1)
    assert writes[3]["at"] == datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("values", "kind", "sentence"),
    [
        ({"due": "soon"}, UsageError, "`soon` is not a date; write due=2026-03-31."),
        ({"subject": " "}, UsageError, "`subject` cannot be empty; give a value such as subject=…."),
        ({"owner_id": "U2"}, UsageError, "`owner_id` cannot be edited here; subject, due, stage can."),
        ({"kind": "log_activity"}, UsageError, "`kind` cannot be edited here; subject, due, stage can."),
        ({"1.account_id": "A2"}, UsageError, "`account_id` cannot be edited here; subject, due can."),
        ({"9.due": "2026-03-31"}, NotFound, "There is no change 9; this proposal has 1, 2."),
        ({"stage": "Won!"}, UsageError, "`Won!` is not a value of stage; choose one of Discovery, Proposal."),
        ({"subject": "x" * 256}, UsageError, "The subject has 256 characters; shorten it to 255."),
        ({}, UsageError, "Nothing to change; give field=value with subject, due, stage."),
    ],
)
def test_an_edit_that_does_not_fit(world: World, values: dict[str, str], kind: type[BotError], sentence: str) -> None:
    stage = UpdateOpportunity(opportunity_id="O1", field="stage", old="Discovery", new="Proposal")
    proposal = world.propose(task(), stage)
    assert refusal(world, kind, decision("edit", proposal, **values)) == sentence
    assert world.approvals.get(proposal.id) == proposal


def test_an_edit_of_a_field_two_changes_have_asks_which(world: World) -> None:
    proposal = world.propose(task("one"), task("two"))
    sentence = refusal(world, Ambiguous, decision("edit", proposal, due="2026-03-31"))
    assert sentence == "Several changes have `due`; say which: 1.due, 2.due."
    edited = world.approvals.decide(decision("edit", proposal, **{"2.due": "2026-03-31"}), ANN)
    assert [c.write.model_dump()["due"] for c in edited.changes] == [None, date(2026, 3, 31)]


def test_a_picklist_value_takes_its_own_spelling(world: World) -> None:
    stage = UpdateOpportunity(opportunity_id="O1", field="stage", old="Discovery", new="Discovery")
    edited = world.approvals.decide(decision("edit", world.propose(stage), stage="proposal"), ANN)
    assert edited.changes[0].write.model_dump()["new"] == "Proposal"


def test_only_pending_changes_can_be_edited(world: World) -> None:
    proposal = world.propose(task("one"), task("two"))
    world.approvals.decide(approve(proposal, 1), ANN)
    sentence = refusal(world, Stale, decision("edit", proposal, **{"1.subject": "other"}))
    assert sentence == "Change 1 is already applied and can no longer be edited."


def test_undo_takes_back_what_was_applied_and_only_that(world: World) -> None:
    proposal = world.propose(task(), amount("1200"))
    assert refusal(world, Stale, decision("undo", proposal)) == (
        f"Change 1 of {proposal.id} is not applied, so there is nothing to undo; approve or reject it."
    )
    world.approvals.decide(approve(proposal), ANN)
    assert statuses(world.approvals.decide(decision("undo", proposal), ANN)) == ["undone", "undone"]
    deal = world.reader.opportunity("O1")
    assert world.tasks() == []
    assert deal is not None
    assert deal.amount == Decimal("1000")
    assert refusal(world, Stale, decision("undo", proposal)) == (
        f"Change 1 of {proposal.id} was applied and undone; ask for a new proposal."
    )


def test_undo_is_refused_where_the_record_changed_since(world: World) -> None:
    first, second = (
        world.propose(amount("1200")),
        world.propose(UpdateOpportunity(opportunity_id="O1", field="amount", old=Decimal("1200"), new=Decimal("1500"))),
    )
    world.approvals.decide(approve(first), ANN)
    world.approvals.decide(approve(second), ANN)
    sentence = refusal(world, CrmRejected, decision("undo", first))
    assert sentence == "The amount was changed from 1200 to 1500 since: change it in the CRM instead."
    assert statuses(world.approvals.get(first.id)) == ["applied"]
    world.approvals.decide(decision("undo", second), ANN)
    assert statuses(world.approvals.decide(decision("undo", first), ANN)) == ["undone"]


def test_undo_ends_after_a_day(world: World) -> None:
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    world.clock.pass_time(timedelta(hours=24, seconds=1))
    sentence = refusal(world, Stale, decision("undo", proposal))
    assert sentence == "Change 1 was applied more than 24 hours ago; change the record in the CRM."


def test_what_the_crm_refuses_fails_with_its_words(world: World) -> None:
    proposal = world.propose(CreateContact(account_id="nowhere", name="Cy Nobody"))
    failed = world.approvals.decide(approve(proposal), ANN)
    assert statuses(failed) == ["failed"]
    assert failed.changes[0].error is not None
    assert "nowhere" in failed.changes[0].error
    assert trail(world.engine, change=failed.changes[0].id)[-1].verb == "failed"


def test_the_list_shows_newest_first_and_what_is_still_open(world: World) -> None:
    old = world.propose(task("old"))
    world.clock.pass_time(timedelta(minutes=1))
    new = world.propose(task("new"))
    assert [p.id for p in world.approvals.list("U1")] == [new.id, old.id]
    world.approvals.decide(approve(new), ANN)
    assert [p.id for p in world.approvals.list("U1")] == [old.id]
    assert [p.id for p in world.approvals.list(live_only=False)] == [new.id, old.id]
    assert world.approvals.list("U2") == []


def test_nothing_to_propose(world: World) -> None:
    with pytest.raises(UsageError, match=r"^There is nothing to propose; name at least one change\.$"):
        world.propose()


def test_without_a_runner_the_change_stays_approved(tmp_path: Path) -> None:
    world = World(tmp_path)
    proposal = world.propose(task())
    assert statuses(world.approvals.decide(approve(proposal), ANN)) == ["approved"]
    assert refusal(world, Stale, approve(proposal)) == (
        f"Change 1 of {proposal.id} was already approved by Ann Seller and is being applied."
    )
    assert world.tasks() == []
    world.close()


def test_a_decision_on_what_was_just_edited_or_decided_moves_nothing(world: World) -> None:
    seen = world.propose(task("one"), task("two"))
    now = world.clock()
    world.approvals.decide(decision("edit", seen, **{"1.subject": "other"}), ANN)
    present = world.approvals.get(seen.id)
    with writing(world.engine) as connection:
        assert not store.decide(connection, seen, [1], "approved", by="U1", at=now)
        assert not store.rewrite(connection, seen, {seen.changes[0].id: task("late")}, at=now)
        assert not store.decide(connection, present, [1], "approved", by="U1", at=now + LIFETIME)
    assert world.approvals.get(seen.id) == present
    world.approvals.decide(approve(seen, 2), ANN)
    with writing(world.engine) as connection:
        assert not store.request_undo(connection, [seen.changes[0].id], by="U1")
        assert store.request_undo(connection, [seen.changes[1].id], by="U1")
        assert not store.request_undo(connection, [seen.changes[1].id], by="U1")


def test_a_change_only_moves_along_its_path(world: World) -> None:
    proposal = world.propose(task())
    change_id = proposal.changes[0].id
    with writing(world.engine) as connection:
        assert not store.move(connection, change_id, "applied")
        assert not store.move(connection, change_id, "applying")
    world.approvals.decide(approve(proposal), ANN)
    with writing(world.engine) as connection:
        assert not store.decide(connection, proposal, [1], "approved", by="U1", at=world.clock())
        assert not store.move(connection, change_id, "applying")


def test_a_repeated_step_leaves_one_line_in_the_trail(world: World) -> None:
    proposal = world.propose(task())
    change = world.approvals.decide(approve(proposal), ANN).changes[0]
    outcome = {"receipt": change.receipt.model_dump(mode="json") if change.receipt else {}}
    world.approvals.applying.finish(Job(change.id, "apply"), outcome)
    world.approvals.decide(decision("undo", proposal), ANN)
    world.approvals.applying.finish(Job(change.id, "undo"), outcome)
    assert not world.approvals.applying.begin(Job(change.id, "undo"))
    assert [line.verb for line in trail(world.engine, change=change.id)] == ["approve", "applied", "undo", "undone"]


def test_a_change_that_was_handed_back_meanwhile_is_neither_held_nor_begun(world: World) -> None:
    """A worker may have taken it just before somebody was asked about it again."""
    job = Job(world.propose(task()).changes[0].id, "apply")
    assert not world.approvals.applying.held(job)
    assert not world.approvals.applying.begin(job)


def test_what_no_card_shows_is_not_written(world: World) -> None:
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "pay Eve")
    step = UpdateOpportunity(opportunity_id="O1", field="next_step", old=None, new=f"Send\u200b the quote{hidden}")
    proposal = world.propose(task(f"Call\u202e Ann{hidden}"), step)
    world.approvals.decide(decision("edit", proposal, **{"2.next_step": f"Send it{hidden}"}), ANN)
    edited = world.approvals.get(proposal.id)
    assert [edited.changes[0].write.subject, edited.changes[1].write.new] == ["Call Ann", "Send it"]  # type: ignore[union-attr]
    world.approvals.decide(approve(edited), ANN)
    deal = world.reader.opportunity("O1")
    assert ([one.subject for one in world.tasks()], deal and deal.next_step) == (["Call Ann"], "Send it")
