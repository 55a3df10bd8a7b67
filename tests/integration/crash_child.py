"""A process that decides on a proposal and kills itself at a named step."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from approvals_world import ANN, World

from bot import jobs
from bot.crm.local import LocalWriter
from bot.proposals import Decision


def dying(call: Callable[..., Any], when: str, number: int) -> Callable[..., Any]:
    """Wrap a call so that its N-th use kills this process before or after it does its work."""
    calls = iter(range(1, 1000))

    def wrapped(*args: Any) -> Any:
        last = next(calls) == number
        if last and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = call(*args)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    return wrapped


def main(home: Path, proposal: str, verb: Any, step: str, number: int) -> None:
    """Decide, and die at the N-th use of the step; ends with status 1 where it was never reached."""
    name, when = step.split(".")
    world = World(home)
    crm = LocalWriter(world.engine, clock=world.clock)
    world.approvals.applying._writer = crm
    with jobs.start(world.settings, world.approvals) as worker:
        steps = world.approvals.applying
        owner: Any = {"start": worker, "apply": crm, "undo": crm}.get(name, steps)
        setattr(owner, name, dying(getattr(owner, name), when, number))
        world.approvals.decide(Decision(verb=verb, proposal_id=proposal), ANN)
    sys.exit(f"{step} was never reached")
