"""200 approved writes by processes that are killed at random moments: the person who decides, and those who die."""

import multiprocessing
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from approvals_world import ANN, START, World

from bot import jobs
from bot.crm.salesforce import connect
from bot.crm.writes import CrmWrite
from bot.errors import Stale
from bot.proposals import Change, Decision, Proposal, ProposedWrite
from bot.settings import Settings

FASTER = 60
"""seconds of the gate's clock in one of ours, so that pauses between tries pass quickly"""
PATIENCE = 180.0
"""seconds for the last process, on a machine that is busy with other things; a quiet one needs ten"""
UNDER_WAY = ("approved", "applying", "waiting")
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["crash200"])


class FastClock:
    """A clock that all processes of one run share."""

    def __init__(self, began: float) -> None:
        self._began = began

    def __call__(self) -> datetime:
        return START + timedelta(seconds=(time.time() - self._began) * FASTER)


def world(home: Path, began: float, writer: Any = None) -> World:
    """Open the home with the fast clock."""
    made = World(home, writer=writer)
    made.approvals._clock = made.approvals.applying._clock = FastClock(began)
    return made


def work(settings: Settings, began: float, trusted: str) -> None:
    """Apply what is approved until killed: the main function of the process that is killed."""
    # The server that forks may be older than this test, and would hand on its own environment.
    os.environ["REQUESTS_CA_BUNDLE"] = trusted
    opened = world(settings.home, began, connect(settings, FastClock(began)).writer)
    with jobs.start(opened.settings, opened.approvals):
        threading.Event().wait()


@dataclass
class Run:
    """One run: a person in this process decides, workers in others write and die."""

    settings: Settings
    """of a Salesforce that outlives the workers"""
    holds: Callable[[Change], bool]
    """whether it holds what this change wrote: what a person who looks there sees"""
    asked: Callable[[], int]
    """how many requests came so far, so that kills fall into the middle of work"""
    meddle: Callable[[], None]
    """somebody else's doing, between two kills"""
    began: float
    seed: int = 1
    kills: int = 12
    said: list[tuple[str, CrmWrite]] = field(default_factory=list)
    """every yes in its order: the change and the write that was shown"""
    killed: int = 0

    def __post_init__(self) -> None:
        self.world = world(self.settings.home, self.began)
        self._dice = random.Random(self.seed)

    def propose(self, writes: Sequence[CrmWrite]) -> Proposal:
        """Store a proposal."""
        proposed = [ProposedWrite(write=write, evidence="she said so") for write in writes]
        return self.world.approvals.propose(proposed, requester=ANN.id)

    def say(self, verb: Any, proposal: Proposal, *changes: Change) -> None:
        """Decide on changes just as they are shown."""
        ks = tuple(change.k for change in changes)
        decision = Decision(verb=verb, proposal_id=proposal.id, revision=proposal.revision, only=ks)
        self.world.approvals.decide(decision, ANN, wait=0)
        if verb == "approve":
            self.said += [(change.id, change.write) for change in changes]

    def until_done(self) -> None:
        """Kill and restart, then let the last process finish; the person answers whatever is asked anew."""
        for _ in range(self.kills):
            self._kill_soon(self._start())
        last, deadline = self._start(), time.monotonic() + PATIENCE
        while (self._answer() or self._under_way()) and time.monotonic() < deadline:
            threading.Event().wait(0.2)
        self._kill(last)

    def changes(self) -> list[Change]:
        """Every change as it stands."""
        return [change for one in self.world.approvals.list(live_only=False) for change in one.changes]

    def _say_again(self, verb: str, proposal: Proposal, change: Change) -> None:
        try:
            self.say(verb, proposal, change)
        except Stale:
            return  # another change of the card moved at this moment; the next look shows it

    def _start(self) -> BaseProcess:
        child = PROCESSES.Process(target=work, args=(self.settings, self.began, os.environ["REQUESTS_CA_BUNDLE"]))
        child.start()
        return child

    def _kill_soon(self, child: BaseProcess) -> None:
        upto, deadline = self.asked() + self._dice.randrange(5, 130), time.monotonic() + 6
        while self.asked() < upto and time.monotonic() < deadline:
            threading.Event().wait(0.005)
        self._answer()
        self.meddle()
        threading.Event().wait(self._dice.random() * 0.03)
        self._kill(child)

    def _kill(self, child: BaseProcess) -> None:
        if child.pid is not None:
            os.kill(child.pid, signal.SIGKILL)
        child.join(20)
        assert child.exitcode == -signal.SIGKILL
        self.killed += 1

    def _under_way(self) -> bool:
        return any(change.status in UNDER_WAY for change in self.changes())

    def _answer(self) -> bool:
        """Answer for changes that were approved before; whoever is asked whether it is there looks in the CRM."""
        before, again = {one for one, _ in self.said}, False
        for proposal in self.world.approvals.list():
            for change in proposal.changes:
                if change.id in before and change.status in ("pending", "unknown"):
                    there = change.status == "unknown" and self.holds(change)
                    self._say_again("reject" if there else "approve", proposal, change)
                    again = True
        return again
