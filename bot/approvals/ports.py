"""What the gate needs of others: somebody who runs jobs, somebody who tells people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from bot.proposals import Proposal

Outcome = dict[str, Any]
"""one of `receipt` (JSON values), `refused`, `unknown` or `waiting` (a sentence; `doubtful` where it may be written),
or `changed` (the write with the present value as its old one) and `why`"""


class Notifier(Protocol):
    """Tells a person that a change of theirs moved (Slack card, terminal line)."""

    def changed(self, proposal: Proposal) -> None:
        """Show the present state; may come twice for one state; what it raises is only logged."""


@dataclass(frozen=True)
class Job:
    """One change to be applied or taken back."""

    change_id: str
    verb: Literal["apply", "undo"]
    tries: int = 0
    """how often it was begun before; a run of an earlier try that is resumed finds another number and does nothing"""


class Runner(Protocol):
    """Runs jobs durably; `bot.jobs` has the one that ships."""

    def start(self, jobs: Sequence[Job]) -> None:
        """Take jobs to be run one after the other, each unless `Applying.held`; return at once; a repeat does nothing."""
