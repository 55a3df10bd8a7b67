"""Whatever two people do in whatever order: nothing is applied without a yes, and nothing twice."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from approvals_world import ADA, ANN, BEN, World, task
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from bot.crm.local import LocalWriter
from bot.crm.writes import Approval, Receipt
from bot.errors import BotError, CrmUnavailable
from bot.proposals import Change, Decision

PEOPLE = st.sampled_from([ANN, ANN, ADA, BEN])
STALE = st.sampled_from([0, 0, 0, -1, 1, None])
ONLY = st.sampled_from([(), (1,), (2,), (1, 2), (3,)])


class Moody:
    """A CRM that can be away before or just after it has written."""

    def __init__(self, world: World) -> None:
        self._crm = LocalWriter(world.engine, clock=world.clock)
        self.mood: Literal["up", "down", "deaf"] = "up"

    def apply(self, approval: Approval) -> Receipt:
        """Write, unless down; `deaf` writes and loses the answer."""
        return self._answer(lambda: self._crm.apply(approval))

    def undo(self, receipt: Receipt) -> Receipt:
        """Take back, unless down; `deaf` takes back and loses the answer."""
        return self._answer(lambda: self._crm.undo(receipt))

    def _answer(self, call: Any) -> Receipt:
        if self.mood == "down":
            raise CrmUnavailable("The CRM is away; the change waits.")
        receipt: Receipt = call()
        if self.mood == "deaf":
            raise CrmUnavailable("The CRM's answer was lost; the change waits.")
        return receipt


class Gate(RuleBasedStateMachine):
    """Random decisions by the requester, an admin and a stranger, with stale cards and a moody CRM."""

    proposals = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        first = World(Path(self.folder.name))
        self.crm = Moody(first)
        self.world = World(Path(self.folder.name), writer=self.crm).inline()
        self.world.clock = first.clock
        self.world.approvals._clock = first.clock
        self.first = first
        self.yes: set[str] = set()
        self.undo_asked: set[str] = set()
        self.count = 0

    def teardown(self) -> None:
        """Drop the home."""
        self.world.close()
        self.first.close()
        self.folder.cleanup()

    @rule(target=proposals, size=st.integers(1, 2))
    def propose(self, size: int) -> str:
        self.count += 1
        return self.world.propose(*(task(f"{self.count}.{k}") for k in range(1, size + 1))).id

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def approve(self, proposal: str, by: Any, drift: int | None, only: tuple[int, ...]) -> None:
        asked = self._named(proposal, only, "pending")
        if self._decide("approve", proposal, by, drift, only):
            assert by is not BEN
            assert drift in (0, None)
            self.yes |= {change.id for change in asked}

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def reject(self, proposal: str, by: Any, drift: int | None, only: tuple[int, ...]) -> None:
        self._decide("reject", proposal, by, drift, only)

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, k=st.integers(1, 2))
    def edit(self, proposal: str, by: Any, drift: int | None, k: int) -> None:
        self._decide("edit", proposal, by, drift, (), {f"{k}.due": "2026-03-31"})

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def undo(self, proposal: str, by: Any, drift: int | None, only: tuple[int, ...]) -> None:
        asked = {change.id for change in self._named(proposal, only, "applied")}
        before = self.undo_asked
        self.undo_asked = before | asked
        if not self._decide("undo", proposal, by, drift, only):
            self.undo_asked = before

    @rule(hours=st.sampled_from([1, 25, 24 * 8]))
    def wait(self, hours: int) -> None:
        self.world.clock.pass_time(timedelta(hours=hours))

    @rule(mood=st.sampled_from(["up", "down", "deaf"]))
    def crm_turns(self, mood: Literal["up", "down", "deaf"]) -> None:
        self.crm.mood = mood

    @rule(due_only=st.booleans())
    def recover(self, due_only: bool) -> None:
        self.world.approvals.recover(due_only=due_only)

    @invariant()
    def only_what_was_approved_and_once(self) -> None:
        records = [t.subject for t in self.world.reader.tasks("A1", live_only=False)]
        live = {t.subject for t in self.world.tasks()}
        assert len(records) == len(set(records))
        for change in self._changes():
            subject = change.write.model_dump()["subject"]
            assert subject not in records or change.id in self.yes
            if change.status == "applied" and change.id not in self.undo_asked:
                assert subject in live
            if change.status == "undone":
                assert change.id in self.undo_asked
                assert subject in records
                assert subject not in live
            if change.status in ("pending", "rejected", "expired"):
                assert subject not in records

    def _changes(self) -> list[Change]:
        return [change for one in self.world.approvals.list(live_only=False) for change in one.changes]

    def _named(self, proposal: str, only: tuple[int, ...], status: str) -> list[Change]:
        changes = self.world.approvals.get(proposal).changes
        return [c for c in changes if c.status == status and (not only or c.k in only)]

    def _decide(
        self, verb: Any, proposal: str, by: Any, drift: int | None, only: Any, values: dict[str, str] | None = None
    ) -> bool:
        present = self.world.approvals.get(proposal).revision
        revision = None if drift is None else present + drift
        decision = Decision(verb=verb, proposal_id=proposal, revision=revision, only=only, values=values or {})
        try:
            self.world.approvals.decide(decision, by)
        except BotError:
            return False
        return True


TestGate = Gate.TestCase
TestGate.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
