"""A process killed at any step of the apply or undo: the next one finishes the work, once."""

import multiprocessing
import os
import signal
import sys
import threading
from decimal import Decimal
from pathlib import Path
from time import monotonic

import crash_child
import pytest
from approvals_world import ANN, World, amount, approve, statuses, task

from bot import jobs
from bot.proposals import Proposal
from bot.store.audit import trail

PATIENCE = 20.0
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["crash_child"])

pytestmark = pytest.mark.block_network(allowed_hosts=[r".*/pymp-.*", "127.0.0.1"])
"""but for the Unix socket through which children are forked"""

APPLY = [
    ("start.before", 1),  # the decision is stored, no workflow knows of it
    ("begin.before", 1),  # the workflow is stored
    ("begin.after", 1),  # the change is marked as being applied
    ("write.before", 2),  # within the step, before the CRM was asked
    ("apply.after", 1),  # the CRM has written, the step is not recorded
    ("apply.after", 2),
    ("finish.before", 1),  # the step is recorded, the change not marked as applied
    ("finish.after", 1),  # the change is marked as applied, the workflow not finished
    ("tell.after", 2),  # everything is done but the end of the last workflow
]
UNDO = [("start.before", 1), ("undo.after", 1), ("finish.before", 2)]


@pytest.fixture(autouse=True)
def quick_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server that forks the children find what it shall have imported."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def crash(home: Path, proposal: Proposal, verb: str, step: str, number: int) -> None:
    child = PROCESSES.Process(target=crash_child.main, args=(home, proposal.id, verb, step, number))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL


def recovered(world: World, proposal: Proposal, status: str) -> Proposal:
    """Start over and wait until the work is done."""
    deadline, watch = monotonic() + PATIENCE, threading.Event()
    with jobs.start(world.settings, world.approvals):
        while set(statuses(world.approvals.get(proposal.id))) != {status} and monotonic() < deadline:
            watch.wait(0.02)
    return world.approvals.get(proposal.id)


def verbs(world: World, proposal: Proposal, verb: str) -> list[int]:
    """Count the lines with this verb for each change."""
    return [sum(line.verb == verb for line in trail(world.engine, change=c.id)) for c in proposal.changes]


@pytest.mark.parametrize(("step", "number"), APPLY)
def test_a_crash_while_applying(tmp_path: Path, step: str, number: int) -> None:
    world = World(tmp_path)
    proposal = world.propose(task("one"), task("two"))
    crash(tmp_path, proposal, "approve", step, number)

    done = recovered(world, proposal, "applied")

    assert statuses(done) == ["applied", "applied"]
    assert sorted(t.subject for t in world.reader.tasks("A1", live_only=False)) == ["one", "two"]
    receipts = [c.receipt for c in done.changes if c.receipt is not None]
    assert sorted(r.record_id for r in receipts) == sorted(t.id for t in world.tasks())
    assert verbs(world, done, "approve") == [1, 1]
    assert verbs(world, done, "applied") == [1, 1]
    world.close()


@pytest.mark.parametrize(("step", "number"), UNDO)
def test_a_crash_while_undoing(tmp_path: Path, step: str, number: int) -> None:
    world = World(tmp_path)
    proposal = world.propose(task("one"), amount("1200"))
    with jobs.start(world.settings, world.approvals):
        world.approvals.decide(approve(proposal), ANN)
    crash(tmp_path, proposal, "undo", step, number)

    undone = recovered(world, proposal, "undone")

    assert statuses(undone) == ["undone", "undone"]
    deal = world.reader.opportunity("O1")
    assert deal is not None
    assert (world.tasks(), deal.amount) == ([], Decimal("1000"))
    assert verbs(world, undone, "undone") == [1, 1]
    world.close()
