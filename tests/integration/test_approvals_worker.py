"""Approved changes run in one process, survive an absent CRM, and reach a person."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from approvals_world import ANN, World, amount, approve, statuses, task

from bot import jobs
from bot.crm.local import LocalWriter
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmUnavailable, Stale, StorageError
from bot.proposals import Decision, Proposal
from bot.store.audit import trail

PATIENCE = 20.0


class Switch:
    """A CRM that is away until it is switched on."""

    def __init__(self) -> None:
        self.on = False
        self.broken = False
        self.crm: LocalWriter | None = None

    def apply(self, approval: Approval) -> Receipt:
        """Write, if on."""
        return self._crm().apply(approval)

    def undo(self, receipt: Receipt) -> Receipt:
        """Take back, if on."""
        return self._crm().undo(receipt)

    def _crm(self) -> LocalWriter:
        if self.broken:
            raise KeyError("a bug of the adapter")
        if not self.on or self.crm is None:
            raise CrmUnavailable("The CRM cannot be reached; the change waits.")
        return self.crm


class Told:
    """Remembers what people were told, and fails at that."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []

    def changed(self, proposal: Proposal) -> None:
        """Note the states and break, as Slack does at times."""
        self.seen.append(statuses(proposal))
        raise ConnectionError("Slack is away")


def until(true: Callable[[], bool]) -> bool:
    deadline, watch = monotonic() + PATIENCE, threading.Event()
    while not true() and monotonic() < deadline:
        watch.wait(0.02)
    return true()


def moody(home: Path, told: Told | None = None) -> tuple[World, Switch]:
    switch = Switch()
    world = World(home, writer=switch, notify=told)
    switch.crm = LocalWriter(world.engine, clock=world.clock)
    return world, switch


def test_approve_and_undo_through_the_worker(tmp_path: Path) -> None:
    told = Told()
    world = World(tmp_path, notify=told)
    with jobs.start(world.settings, world.approvals) as worker:
        assert worker.leads
        proposal = world.propose(task("one"), task("two"))
        done = world.approvals.decide(approve(proposal), ANN)
        assert statuses(done) == ["applied", "applied"]
        assert sorted(t.subject for t in world.tasks()) == ["one", "two"]
        undo = Decision(verb="undo", proposal_id=proposal.id)
        assert statuses(world.approvals.decide(undo, ANN)) == ["undone", "undone"]
    assert world.tasks() == []
    assert told.seen[-1] == ["undone", "undone"]
    world.close()


def test_a_change_waits_for_the_crm_and_is_applied_later_once(tmp_path: Path) -> None:
    world, switch = moody(tmp_path)
    with jobs.start(world.settings, world.approvals):
        proposal = world.propose(task())
        waiting = world.approvals.decide(approve(proposal), ANN)
        assert statuses(waiting) == ["waiting"]
        assert waiting.changes[0].error == "The CRM cannot be reached; the change waits."
        switch.on = True
        # The first run may still be closing when the state says waiting, and a job under way is not taken again.
        assert until(
            lambda: world.approvals.recover() >= 0 and statuses(world.approvals.get(proposal.id)) == ["applied"]
        )
    assert len(world.tasks()) == 1
    verbs = [line.verb for line in trail(world.engine, change=proposal.changes[0].id)]
    assert verbs == ["approve", "waiting", "applied"]
    world.close()


def test_a_waiting_change_is_applied_by_the_next_process_start(tmp_path: Path) -> None:
    world, switch = moody(tmp_path)
    with jobs.start(world.settings, world.approvals):
        proposal = world.propose(task())
        assert statuses(world.approvals.decide(approve(proposal), ANN)) == ["waiting"]
    switch.on = True
    with jobs.start(world.settings, world.approvals):
        assert until(lambda: statuses(world.approvals.get(proposal.id)) == ["applied"])
    assert len(world.tasks()) == 1
    world.close()


def test_an_undo_waits_for_the_crm(tmp_path: Path) -> None:
    world, switch = moody(tmp_path)
    switch.on = True
    undo = Decision(verb="undo", proposal_id="")
    with jobs.start(world.settings, world.approvals):
        proposal = world.propose(task())
        world.approvals.decide(approve(proposal), ANN)
        switch.on = False
        waiting = world.approvals.decide(undo.model_copy(update={"proposal_id": proposal.id}), ANN)
        assert (statuses(waiting), len(world.tasks())) == (["applied"], 1)
        assert waiting.changes[0].error == "The CRM cannot be reached; the change waits."
        switch.on = True
        # The first run may still be closing when the state says waiting, and a job under way is not taken again.
        assert until(
            lambda: world.approvals.recover() >= 0 and statuses(world.approvals.get(proposal.id)) == ["undone"]
        )
    assert world.tasks() == []
    world.close()


def test_an_adapter_that_breaks_leaves_the_change_waiting_and_others_running(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world, switch = moody(tmp_path)
    switch.broken = True
    with jobs.start(world.settings, world.approvals):
        proposal = world.propose(task())
        waiting = world.approvals.decide(approve(proposal), ANN)
        assert statuses(waiting) == ["waiting"]
        assert waiting.changes[0].error == "The CRM adapter broke; it is tried again without your doing."
        switch.broken, switch.on = False, True
        other = world.propose(amount("1200"))
        assert statuses(world.approvals.decide(approve(other), ANN)) == ["applied"]
    assert "KeyError: 'a bug of the adapter'" in caplog.text
    world.close()


def test_two_clicks_at_once_have_one_winner(tmp_path: Path) -> None:
    world = World(tmp_path)
    with jobs.start(world.settings, world.approvals):
        proposal = world.propose(task())
        lined_up = threading.Barrier(4)
        answers: list[str] = []

        def click() -> None:
            lined_up.wait()
            try:
                answers.append(world.approvals.decide(approve(proposal, revision=1), ANN).status)
            except Stale:
                answers.append("stale")

        threads = [threading.Thread(target=click) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(answers) == ["applied", "stale", "stale", "stale"]
    assert len(world.tasks()) == 1
    world.close()


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from approvals_world import World
from bot import jobs
world = World(Path(sys.argv[1]))
with jobs.start(world.settings, world.approvals) as worker:
    print(worker.leads, flush=True)
    sys.stdin.readline()
"""


def other_process(home: Path) -> "subprocess.Popen[str]":
    arguments = [sys.executable, "-c", WORKER, str(home), str(Path(__file__).parent)]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_a_second_process_leaves_its_change_to_the_worker_and_takes_its_place_when_it_dies(tmp_path: Path) -> None:
    world = World(tmp_path)
    with other_process(tmp_path) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "True\n"
        with jobs.start(world.settings, world.approvals) as client:
            assert not client.leads
            assert statuses(world.approvals.decide(approve(world.propose(task("one"))), ANN)) == ["applied"]
            worker.kill()
            worker.wait()
            assert statuses(world.approvals.decide(approve(world.propose(task("two"))), ANN)) == ["applied"]
            assert client.leads
    assert sorted(t.subject for t in world.tasks()) == ["one", "two"]
    world.close()


def test_a_damaged_list_of_running_work_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    (tmp_path / "dbos.sqlite").write_bytes(b"not a database, whatever the name says" * 100)
    with pytest.raises(StorageError) as caught, jobs.start(world.settings, world.approvals):
        pass
    assert str(caught.value) == (
        f"The database {tmp_path / 'dbos.sqlite'} is damaged or not a database; "
        "restore it from a backup or move it away and start again."
    )
    (tmp_path / "dbos.sqlite").unlink()
    with jobs.start(world.settings, world.approvals) as worker:
        assert worker.leads
    world.close()
