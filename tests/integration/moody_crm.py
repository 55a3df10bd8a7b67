"""A CRM over the embedded one that is away, loses answers or cannot say what it did, and that has no key of its own."""

import uuid
from collections.abc import Callable
from typing import Literal

from approvals_world import World

from bot.crm.local import LocalWriter
from bot.crm.writes import Approval, Receipt
from bot.errors import CrmDoubtful, CrmUnavailable, CrmUnknown

Mood = Literal["up", "down", "deaf", "lost", "blind", "broken"]
"""down: before it writes; deaf: it writes and does not answer; lost: it does not get to write and does not answer;
blind: cannot find out what became of a doubtful write; broken: a bug of the adapter"""


class MoodyCrm:
    """A `CrmWriter` whose mood tests turn; it keeps what it was asked, and looks for an earlier write only if told to."""

    def __init__(self, world: World) -> None:
        self._crm = LocalWriter(world.engine, clock=world.clock)
        self.mood: Mood = "up"
        self.asked: list[Approval] = []
        self.made: dict[str, Receipt] = {}
        """what was written, by change, whether or not anybody was told"""

    def apply(self, approval: Approval) -> Receipt:
        """Write once, as the mood has it."""
        self.asked.append(approval)
        if self.mood == "blind" and approval.doubtful:
            raise CrmUnknown("The CRM did not answer, and nobody can tell whether it wrote.")
        return self._answer(lambda: self._write(approval))

    def undo(self, receipt: Receipt) -> Receipt:
        """Take back, as the mood has it."""
        return self._answer(lambda: self._crm.undo(receipt))

    def doubts(self) -> list[bool]:
        """Whether each call was told to look first; forgets them."""
        told = [approval.doubtful for approval in self.asked]
        self.asked.clear()
        return told

    def _write(self, approval: Approval) -> Receipt:
        if approval.doubtful and approval.change_id in self.made:
            return self.made[approval.change_id]
        again = approval.model_copy(update={"change_id": str(uuid.uuid4())})
        self.made[approval.change_id] = self._crm.apply(again)
        return self.made[approval.change_id]

    def _answer(self, call: Callable[[], Receipt]) -> Receipt:
        if self.mood == "broken":
            raise KeyError("a bug of the adapter")
        if self.mood == "down":
            raise CrmUnavailable("The CRM is away; the change waits.")
        if self.mood == "lost":
            raise CrmDoubtful("The CRM did not answer; the change waits.")
        receipt = call()
        if self.mood == "deaf":
            raise CrmDoubtful("The CRM did not answer; the change waits.")
        return receipt


def moody_world(world: World) -> MoodyCrm:
    """Put a moody CRM into a world."""
    crm = MoodyCrm(world)
    world.approvals.applying._writer = crm
    return crm
