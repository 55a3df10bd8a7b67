"""A CRM that answers late, twice, never or with other values: nothing is lost, doubled, overtaken or written unasked."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from approvals_world import ADA, ANN, BEN, START, World, amount, approve, statuses, task
from moody_crm import MoodyCrm, moody_world

from bot.approvals import Job, Notifier
from bot.crm.local import upsert_all
from bot.crm.records import Account, User
from bot.crm.writes import Approval, CreateTask, CrmWrite, Receipt, SetContactRole, UpdateOpportunity
from bot.errors import CrmChanged, CrmRejected, NotAllowed, Stale, UsageError
from bot.proposals import LIFETIME, Decision, Proposal
from bot.store.audit import trail
from bot.text import notes

MINUTES = timedelta(minutes=3)
"""longer than the longest pause between two tries"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path).inline()
    yield world
    world.close()


@pytest.fixture
def crm(world: World) -> MoodyCrm:
    return moody_world(world)


def reject(proposal: Proposal, *only: int) -> Decision:
    return Decision(verb="reject", proposal_id=proposal.id, only=only)


def undo(proposal: Proposal, *only: int) -> Decision:
    return Decision(verb="undo", proposal_id=proposal.id, only=only)


def deal_amount(world: World) -> Decimal | None:
    deal = world.reader.opportunity("O1")
    assert deal is not None
    return deal.amount


def set_amount(world: World, new: str) -> None:
    """Change the deal in the CRM itself, as a colleague does."""
    deal = world.reader.opportunity("O1")
    assert deal is not None
    upsert_all(world.engine, [deal.model_copy(update={"amount": Decimal(new)})], as_of=START)


def subjects(world: World) -> list[str]:
    return sorted(t.subject for t in world.reader.tasks("A1", live_only=False))


def verbs(world: World, proposal: Proposal, k: int = 1) -> list[str]:
    return [line.verb for line in trail(world.engine, change=proposal.changes[k - 1].id)]


def later(world: World) -> None:
    """Let every pause pass, and have what is due tried again."""
    world.clock.pass_time(MINUTES)
    world.approvals.recover(due_only=True)


# Doubt


def test_after_a_lost_answer_the_next_try_is_told_to_look_first(world: World, crm: MoodyCrm) -> None:
    crm.mood = "deaf"
    proposal = world.propose(task())
    waiting = world.approvals.decide(approve(proposal), ANN)
    assert (statuses(waiting), waiting.changes[0].error) == (
        ["waiting"], "The CRM did not answer; the change waits.",
    )  # fmt: skip
    crm.mood = "up"
    later(world)
    assert crm.doubts() == [False, True]
    assert statuses(world.approvals.get(proposal.id)) == ["applied"]
    assert subjects(world) == ["Call the CFO"]


def test_a_refused_connection_leaves_no_doubt_and_lifts_none(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    world.approvals.decide(approve(world.propose(task())), ANN)
    later(world)
    assert crm.doubts() == [False, False]
    crm.mood = "lost"
    later(world)
    crm.mood = "down"
    later(world)
    later(world)
    assert crm.doubts() == [False, True, True]


def test_each_try_within_a_step_sees_the_doubt_of_the_one_before(world: World, crm: MoodyCrm) -> None:
    crm.mood = "lost"
    steps, job = world.approvals.applying, Job(world.propose(task()).changes[0].id, "apply")
    world.approvals.runner = None
    world.approvals.decide(approve(world.approvals.list()[0]), ANN)
    assert steps.begin(job)
    for _ in range(2):
        with pytest.raises(Exception, match="did not answer"):
            steps.write(job)
    assert crm.doubts() == [False, True]


def test_a_kill_around_the_call_leaves_a_doubt(world: World, crm: MoodyCrm) -> None:
    world.approvals.runner = None
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    world.approvals.applying.begin(Job(proposal.changes[0].id, "apply"))
    world.inline().approvals.recover()
    assert crm.doubts() == [True]
    assert statuses(world.approvals.get(proposal.id)) == ["applied"]


def test_a_resumed_run_of_an_earlier_try_does_nothing(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    assert not world.approvals.applying.begin(Job(proposal.changes[0].id, "apply", 0))
    assert world.approvals.applying.begin(Job(proposal.changes[0].id, "apply", 1))


def test_an_adapter_that_stays_broken_ends_as_unknown(world: World, crm: MoodyCrm) -> None:
    crm.mood = "broken"
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    for _ in range(4):
        later(world)
    [change] = world.approvals.get(proposal.id).changes
    assert (change.status, change.error) == (
        "unknown",
        "The CRM adapter broke again and again; look in the CRM whether the change is there, and at the log.",
    )
    assert crm.doubts() == [False, True, True, True, True]


# Unknown


def unknown(world: World, crm: MoodyCrm, *writes: CrmWrite) -> Proposal:
    """A proposal whose first change nobody can tell of."""
    crm.mood = "lost"
    proposal = world.propose(*writes or [task()])
    world.approvals.decide(approve(proposal, 1), ANN)
    crm.mood = "blind"
    later(world)
    crm.mood = "up"
    crm.asked.clear()
    return world.approvals.get(proposal.id)


def test_what_nobody_can_tell_of_is_not_tried_again_but_asked(world: World, crm: MoodyCrm) -> None:
    proposal = unknown(world, crm)
    [change] = proposal.changes
    assert (change.status, change.error) == (
        "unknown", "The CRM did not answer, and nobody can tell whether it wrote.",
    )  # fmt: skip
    world.clock.pass_time(LIFETIME * 2)
    assert world.approvals.recover() == 0
    assert statuses(world.approvals.get(proposal.id)) == ["unknown"]
    assert [p.id for p in world.approvals.list(ANN.id)] == [proposal.id]
    assert (crm.asked, verbs(world, proposal)) == ([], ["approve", "waiting", "unknown"])


def test_a_person_who_looked_has_it_written_without_doubt(world: World, crm: MoodyCrm) -> None:
    proposal = unknown(world, crm)
    world.clock.pass_time(LIFETIME)
    done = world.approvals.decide(approve(proposal, 1, revision=2), ADA)
    assert (statuses(done), subjects(world), crm.asked[0].approved_by) == (["applied"], ["Call the CFO"], ADA.id)
    assert crm.doubts() == [False]


def test_a_person_who_looked_leaves_it(world: World, crm: MoodyCrm) -> None:
    proposal = unknown(world, crm)
    assert statuses(world.approvals.decide(reject(proposal, 1), ANN)) == ["rejected"]
    later(world)
    assert (crm.asked, subjects(world)) == ([], [])


def test_a_yes_to_the_whole_card_or_by_an_old_one_is_none_to_the_unknown_change(world: World, crm: MoodyCrm) -> None:
    proposal = unknown(world, crm, task("one"), task("two"))
    with pytest.raises(Stale) as caught:
        world.approvals.decide(approve(proposal, 1, revision=1), ANN)
    assert str(caught.value) == f"{proposal.id} was edited since this card was drawn; look at revision 2."
    assert statuses(world.approvals.decide(approve(proposal), ANN)) == ["unknown", "applied"]
    with pytest.raises(Stale) as caught:
        world.approvals.decide(approve(proposal), ANN)
    assert str(caught.value) == (
        f"Change 1 of {proposal.id} may or may not be in the CRM; look there, then "
        f"`seller proposals approve {proposal.id} --only 1` writes it and "
        f"`seller proposals reject {proposal.id} --only 1` leaves it as it is."
    )
    assert subjects(world) == ["two"]


# Changed meanwhile


def test_a_value_changed_meanwhile_is_asked_for_again(world: World, crm: MoodyCrm) -> None:
    proposal = world.propose(amount("1200"), task("other"))
    set_amount(world, "1100")
    world.clock.pass_time(timedelta(days=6))
    asked = world.approvals.decide(approve(proposal, 1, revision=1), ANN)
    change = asked.changes[0]
    assert (statuses(asked), asked.revision, asked.expires_at) == (
        ["pending", "pending"], 2, world.clock.now + LIFETIME,
    )  # fmt: skip
    assert (change.decided_by, change.decided_at, change.write) == (
        None, None, amount("1200").model_copy(update={"old": Decimal(1100)}),
    )  # fmt: skip
    assert notes(change, world.reader) == [
        "The amount was 1000 when this was proposed and is 1100 now: changed meanwhile. "
        "Nothing was written; approve again if it shall become 1200."
    ]
    assert (deal_amount(world), verbs(world, proposal)) == (Decimal(1100), ["approve", "changed"])
    with pytest.raises(Stale):
        world.approvals.decide(approve(proposal, 1, revision=1), ANN)
    done = world.approvals.decide(approve(proposal, 1, revision=2), ANN)
    assert (done.changes[0].status, done.changes[0].error, deal_amount(world)) == ("applied", None, Decimal(1200))
    assert done.changes[0].receipt is not None
    assert done.changes[0].receipt.previous == {"amount": "1100"}


def test_a_value_changed_after_a_lost_answer_is_not_called_unwritten(world: World, crm: MoodyCrm) -> None:
    proposal = world.propose(amount("1200"))
    crm.mood = "lost"
    world.approvals.decide(approve(proposal), ANN)
    set_amount(world, "1100")
    crm.mood = "up"
    world.approvals.recover()
    assert world.approvals.get(proposal.id).changes[0].error == (
        "The amount was 1000 when this was proposed and is 1100 now: changed meanwhile. "
        "An earlier try may have been written and was replaced since; approve again if it shall become 1200."
    )


def test_a_value_that_is_already_the_wanted_one_is_done_without_a_write(world: World, crm: MoodyCrm) -> None:
    proposal = world.propose(amount("1200"), task())
    set_amount(world, "1200.00")
    done = world.approvals.decide(approve(proposal), ANN)
    assert (statuses(done), done.changes[0].receipt, verbs(world, done)) == (
        ["applied", "applied"], None, ["approve", "already"],
    )  # fmt: skip
    already = "The CRM already held this value, so nothing more was written and there is nothing to undo."
    assert done.changes[0].error == already
    with pytest.raises(Stale) as caught:
        world.approvals.decide(undo(proposal, 1), ANN)
    assert str(caught.value) == f"Change 1: {already}"
    assert statuses(world.approvals.decide(undo(proposal), ANN)) == ["applied", "undone"]
    assert deal_amount(world) == Decimal(1200)


class Role:
    """A CRM in which a contact's role is another than the one shown."""

    def __init__(self, present: object) -> None:
        self._present = present

    def apply(self, approval: Approval) -> Receipt:
        """Refuse."""
        raise CrmChanged("The role was changed meanwhile.", self._present)

    def undo(self, receipt: Receipt) -> Receipt:
        """Never asked here."""
        raise AssertionError


@pytest.mark.parametrize(
    ("write", "present", "status", "error"),
    [
        (
            SetContactRole(opportunity_id="O1", contact_id="C1", role="champion"),
            "technical_buyer",
            "pending",
            "The role was nothing when this was proposed and is technical buyer now: changed meanwhile. "
            "Nothing was written; approve again if it shall become champion.",
        ),
        (
            SetContactRole(opportunity_id="O1", contact_id="C1", role="champion"),
            "a role of their own",
            "failed",
            "The role was changed meanwhile.",
        ),
        (task(), "whatever", "failed", "The role was changed meanwhile."),
    ],
)
def test_a_present_value_that_is_none_of_ours_is_a_refusal(
    world: World, write: CrmWrite, present: object, status: str, error: str
) -> None:
    world.approvals.applying._writer = Role(present)
    [change] = world.approvals.decide(approve(world.propose(write)), ANN).changes
    assert (change.status, change.error) == (status, error)


class Told:
    """Keeps what people were told."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, list[str]]] = []

    def changed(self, proposal: Proposal) -> None:
        """Note the revision and the states."""
        self.seen.append((proposal.revision, statuses(proposal)))


def test_the_person_is_told_that_they_are_asked_again(world: World, crm: MoodyCrm) -> None:
    told = Told()
    notify: Notifier = told
    world.approvals.tell(notify)
    crm.mood = "down"
    proposal = world.propose(amount("1200"))
    world.approvals.decide(approve(proposal), ANN)
    set_amount(world, "1100")
    crm.mood = "up"
    later(world)
    # The worker tells of each move, and the decision itself once it returns; a card shows the same state once.
    assert told.seen == [(1, ["waiting"]), (1, ["waiting"]), (2, ["pending"])]


def test_an_undo_stays_refused_where_the_value_was_changed_since(world: World, crm: MoodyCrm) -> None:
    proposal = world.propose(amount("1200"))
    world.approvals.decide(approve(proposal), ANN)
    set_amount(world, "1300")
    with pytest.raises(CrmRejected) as caught:
        world.approvals.decide(undo(proposal), ANN)
    assert str(caught.value) == "The amount was changed from 1200 to 1300 since: change it in the CRM instead."


# Order


def written(crm: MoodyCrm) -> list[object]:
    return [getattr(a.write, "new", None) or getattr(a.write, "subject", None) for a in crm.asked]


def test_what_waits_is_applied_in_the_order_of_approval(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    second, first = world.propose(amount("1300"), task("late")), world.propose(amount("1200"), task("early"))
    world.approvals.decide(approve(first), ANN)
    world.approvals.decide(approve(second, 2), ANN)
    world.approvals.decide(approve(second, 1), ANN)
    crm.mood = "up"
    crm.asked.clear()
    later(world)
    assert written(crm)[:2] == [Decimal(1200), "early"]
    assert written(crm)[2:] == ["late", Decimal(1300)]
    # The second amount was proposed when the deal was at 1000: it asks again instead of overwriting unseen.
    assert statuses(world.approvals.get(second.id)) == ["pending", "applied"]
    assert deal_amount(world) == Decimal(1200)


def test_a_later_yes_on_the_same_record_waits_behind_an_earlier_one(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    first = world.propose(amount("1200"))
    world.approvals.decide(approve(first), ANN)
    crm.mood = "up"
    stage = UpdateOpportunity(opportunity_id="O1", field="stage", old="Discovery", new="Proposal")
    other = world.propose(stage)
    behind = world.approvals.decide(approve(other), ANN)
    assert (statuses(behind), behind.changes[0].error) == (
        ["waiting"],
        f"It waits for change 1 of {first.id}, which was approved before it.",
    )
    assert behind.changes[0].retry_at == world.approvals.get(first.id).changes[0].retry_at
    elsewhere = world.propose(task())
    assert statuses(world.approvals.decide(approve(elsewhere), ANN)) == ["applied"]
    world.approvals.recover(due_only=True)
    assert written(crm) == [Decimal(1200), "Call the CFO", Decimal(1200), "Proposal"]


def test_one_answer_makes_everything_due(world: World, crm: MoodyCrm) -> None:
    upsert_all(world.engine, [Account(id="A2", name="Other")], as_of=START)
    crm.mood = "down"
    waiting = world.propose(amount("1200"))
    world.approvals.decide(approve(waiting), ANN)
    for _ in range(6):
        later(world)
    assert world.approvals.recover(due_only=True) == 0
    crm.mood = "up"
    elsewhere = world.propose(CreateTask(subject="Elsewhere", account_id="A2"))
    world.approvals.decide(approve(elsewhere), ANN)
    assert world.approvals.get(waiting.id).changes[0].retry_at is None
    assert world.approvals.recover(due_only=True) == 1
    assert statuses(world.approvals.get(waiting.id)) == ["applied"]


def test_a_pause_grows_to_two_minutes_and_no_further(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    proposal = world.propose(task())
    world.approvals.decide(approve(proposal), ANN)
    pauses = []
    for _ in range(6):
        [change] = world.approvals.get(proposal.id).changes
        assert change.retry_at is not None
        pauses.append((change.retry_at - world.clock.now).total_seconds())
        world.clock.now = change.retry_at
        world.approvals.recover(due_only=True)
    assert pauses == [15, 30, 60, 120, 120, 120]


def test_an_undo_keeps_its_place_among_later_changes(world: World, crm: MoodyCrm) -> None:
    first = world.propose(amount("1200"))
    world.approvals.decide(approve(first), ANN)
    crm.mood = "down"
    world.approvals.decide(undo(first), ANN)
    then = world.propose(amount("1500"))
    world.approvals.decide(approve(then), ANN)
    crm.mood = "up"
    later(world)
    assert statuses(world.approvals.get(first.id)) == ["undone"]
    assert (statuses(world.approvals.get(then.id)), deal_amount(world)) == (["applied"], Decimal(1500))


def test_a_yes_is_kept_however_long_the_crm_is_away(world: World, crm: MoodyCrm) -> None:
    crm.mood = "down"
    proposal = world.propose(amount("1200"))
    world.approvals.decide(approve(proposal), ANN)
    world.clock.pass_time(LIFETIME + MINUTES)
    crm.mood = "up"
    world.approvals.recover(due_only=True)
    [change] = world.approvals.get(proposal.id).changes
    assert (change.status, change.applied_late) == ("applied", True)


# Rights


def own_deals_only(user: User, write: CrmWrite) -> str | None:
    if user == ADA and isinstance(write, UpdateOpportunity):
        return "Ada Admin may not edit Acme renewal in the CRM; ask Ann Seller."
    return None


def test_nobody_approves_or_edits_what_they_may_not_write(world: World, crm: MoodyCrm) -> None:
    world.approvals._may_write = own_deals_only
    proposal = world.propose(amount("1200"), task())
    edit = Decision(verb="edit", proposal_id=proposal.id, values={"amount": "1300"})
    for decision in (approve(proposal), approve(proposal, 1), edit):
        with pytest.raises(NotAllowed) as caught:
            world.approvals.decide(decision, ADA)
        assert str(caught.value) == "Ada Admin may not edit Acme renewal in the CRM; ask Ann Seller."
    assert (world.approvals.get(proposal.id), crm.asked) == (proposal, [])
    assert statuses(world.approvals.decide(approve(proposal, 2), ADA)) == ["pending", "applied"]
    assert statuses(world.approvals.decide(approve(proposal, 1), ANN)) == ["applied", "applied"]
    assert [approval.approved_by for approval in crm.asked] == [ADA.id, ANN.id]
    with pytest.raises(NotAllowed):
        world.approvals.decide(undo(proposal), BEN)


def test_nobody_takes_back_what_they_may_not_write(world: World, crm: MoodyCrm) -> None:
    world.approvals._may_write = own_deals_only
    proposal = world.propose(amount("1200"), task())
    world.approvals.decide(approve(proposal), ANN)
    with pytest.raises(NotAllowed) as caught:
        world.approvals.decide(undo(proposal), ADA)
    assert str(caught.value) == "Ada Admin may not edit Acme renewal in the CRM; ask Ann Seller."
    assert (statuses(world.approvals.get(proposal.id)), deal_amount(world)) == (["applied", "applied"], Decimal(1200))
    assert statuses(world.approvals.decide(undo(proposal, 2), ADA)) == ["applied", "undone"]


def test_what_does_not_fit_is_said_before_the_yes_counts(world: World, crm: MoodyCrm) -> None:
    long = UpdateOpportunity(opportunity_id="O1", field="next_step", new="x" * 300)
    proposal = world.propose(long)
    with pytest.raises(UsageError) as caught:
        world.approvals.decide(approve(proposal), ANN)
    assert str(caught.value) == "The next step has 300 characters; shorten it to 255."
    edit = Decision(verb="edit", proposal_id=proposal.id, values={"next_step": "Send the price"})
    world.approvals.decide(edit, ANN)
    assert statuses(world.approvals.decide(approve(proposal), ANN)) == ["applied"]
