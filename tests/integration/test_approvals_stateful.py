"""Whatever people do in whatever order and whatever the CRM does: nothing lost, doubled, overtaken or written unasked."""

import threading
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from approvals_world import ADA, ANN, BEN, START, World, task
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from moody_crm import Mood, MoodyCrm

from bot.crm.local import upsert_all
from bot.crm.records import User
from bot.crm.writes import Approval, Receipt, UpdateOpportunity
from bot.errors import BotError, NotAllowed, NotFound, Stale, UsageError
from bot.proposals import Change, Decision, Proposal

PEOPLE = st.sampled_from([ANN, ANN, ADA, BEN])
STALE = st.sampled_from([0, 0, 0, -1, 1, None])
ONLY = st.sampled_from([(), (), (1,), (2,), (1, 2), (3,)])
MOODS = st.sampled_from(["up", "up", "down", "deaf", "lost", "blind"])
CLICKS = st.sampled_from([("approve", "approve"), ("approve", "reject"), ("edit", "approve")])
UNDER_WAY = ("approved", "applying", "waiting")
Yes = tuple[str, object]
"""who said yes, and the write that was shown"""


class Watched(MoodyCrm):
    """Looks at each call whether a person said yes to just this, and whether anything earlier is passed by."""

    def __init__(self, gate: "Gate") -> None:
        super().__init__(gate.world)
        self._gate = gate

    def apply(self, approval: Approval) -> Receipt:
        """Look, then write as the mood has it; what is wrong is told later, as the gate survives what a CRM raises."""
        if self._gate.yes.get(approval.change_id) != (approval.approved_by, approval.write):
            self._gate.wrong.append(f"nobody said yes to {approval}")
        if passed := self._gate.passed_by(approval.change_id):
            self._gate.wrong.append(f"{approval} passed by {passed}")
        return super().apply(approval)


class Gate(RuleBasedStateMachine):
    """Random decisions by the requester, an admin and a stranger, with stale cards and a moody CRM."""

    proposals = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = World(Path(self.folder.name)).inline()
        self.crm = Watched(self)
        self.world.approvals.applying._writer = self.crm
        self.yes: dict[str, Yes] = {}
        self.line: list[tuple[str, set[str]]] = []
        self.ever: set[str] = set()
        self.undo_asked: set[str] = set()
        self.wrong: list[str] = []
        self.asked: dict[tuple[str, int], tuple[object, int]] = {}
        self.amounts = {Decimal(1000)}
        self.count = 0

    def teardown(self) -> None:
        """Let the CRM be well at last: everything that was approved must come to an end."""
        self.crm.mood = "up"
        self.world.approvals.recover()
        left = [change.status for change in self._changes() if change.status in UNDER_WAY]
        self.only_what_was_approved_and_once()
        self.world.close()
        self.folder.cleanup()
        assert left == []

    @rule(target=proposals, size=st.integers(1, 2))
    def propose(self, size: int) -> str:
        self.count += 1
        return self.world.propose(*(task(f"{self.count}.{k}") for k in range(1, size + 1))).id

    @rule(target=proposals, lags=st.booleans())
    def propose_amount(self, lags: bool) -> str:
        """A task and a change of the deal, whose shown value may be one that the CRM no longer holds."""
        self.count += 1
        old = Decimal(7) if lags else self._amount()
        write = UpdateOpportunity(opportunity_id="O1", field="amount", old=old, new=Decimal(2000 + self.count))
        return self.world.propose(task(f"{self.count}.1"), write).id

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def approve(self, proposal: str, by: User, drift: int | None, only: tuple[int, ...]) -> None:
        if self._approve(proposal, by, drift, only):
            assert by is not BEN
            assert drift in (0, None)

    @rule(proposal=proposals)
    def approve_what_is_shown(self, proposal: str) -> None:
        self._approve(proposal, ANN, 0, ())

    @rule(mood=st.sampled_from(["down", "lost", "deaf"]))
    def approve_two_of_one_record_around_an_outage(self, mood: Mood) -> None:
        """The second comes when the CRM is back, and must not overtake the first."""
        first, second = self.propose(1), self.propose(1)
        self.crm.mood = mood
        self._approve(first, ANN, 0, ())
        self.crm.mood = "up"
        self._approve(second, ANN, 0, ())

    @rule()
    def approve_all_of_a_card_with_an_unknown_change(self) -> None:
        """That one is to be looked for first: a yes to the whole card is none to it."""
        card = self.propose(2)
        self.crm.mood = "lost"
        self._approve(card, ANN, 0, (1,))
        self.crm.mood = "blind"
        self.world.approvals.recover()
        self.only_what_was_approved_and_once()  # from here on the first yes is none any more
        self.crm.mood = "up"
        self._approve(card, ANN, 0, ())

    @rule()
    def a_stranger_and_older_cards_say_yes(self) -> None:
        card = self.propose(1)
        for by, drift in ((BEN, 0), (BEN, None), (ANN, -1), (ADA, 1)):
            assert not self._approve(card, by, drift, ())

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def reject(self, proposal: str, by: User, drift: int | None, only: tuple[int, ...]) -> None:
        self._decide("reject", proposal, by, drift, only)

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, field=st.sampled_from(["1.due", "2.due", "2.amount"]))
    def edit(self, proposal: str, by: User, drift: int | None, field: str) -> None:
        self.count += 1
        value = str(4000 + self.count) if field == "2.amount" else f"2030-01-{self.count % 28 + 1:02}"
        self._decide("edit", proposal, by, drift, (), {field: value})

    @rule(proposal=proposals, by=PEOPLE, drift=STALE, only=ONLY)
    def undo(self, proposal: str, by: User, drift: int | None, only: tuple[int, ...]) -> None:
        asked = {change.id for change in self._named(proposal, only) if change.status == "applied"}
        before = self.undo_asked
        self.undo_asked = before | asked
        error = self._decide("undo", proposal, by, drift, only)
        if isinstance(error, NotAllowed | NotFound | Stale | UsageError):
            self.undo_asked = before

    @rule(proposal=proposals, verbs=CLICKS)
    def two_click_at_once(self, proposal: str, verbs: tuple[str, str]) -> None:
        """Ann and Ada have the same card before them: at most one of the two clicks counts."""
        card = self.world.approvals.get(proposal)
        self.world.approvals.runner = None
        counted = self._click(card, verbs)
        self.world.inline()
        assert len(counted) <= 1
        for who, verb in counted:
            if verb == "approve":
                self._note(self._said(who, [c for c in card.changes if c.status == "pending"]))
        self.world.approvals.recover()

    @rule(hours=st.sampled_from([1, 25, 24 * 8]))
    def wait(self, hours: int) -> None:
        self.world.clock.pass_time(timedelta(hours=hours))

    @rule(mood=MOODS)
    def crm_turns(self, mood: Mood) -> None:
        self.crm.mood = mood

    @rule()
    def somebody_changes_the_deal(self) -> None:
        self.count += 1
        deal = self.world.reader.opportunity("O1")
        assert deal is not None
        self.amounts.add(Decimal(self.count))
        upsert_all(self.world.engine, [deal.model_copy(update={"amount": Decimal(self.count)})], as_of=START)

    @rule(due_only=st.booleans())
    def recover(self, due_only: bool) -> None:
        self.world.approvals.recover(due_only=due_only)

    @invariant()
    def only_what_was_approved_and_once(self) -> None:
        assert self.wrong == []
        records = [t.subject for t in self.world.reader.tasks("A1", live_only=False)]
        live = {t.subject for t in self.world.tasks()}
        assert len(records) == len(set(records))
        assert self._amount() in self.amounts
        for change in self._changes():
            if change.status in ("pending", "unknown"):
                self.yes.pop(change.id, None)
            subject = change.write.model_dump().get("subject")
            if subject is not None:
                self._look_at(change, subject in records, subject in live)

    @invariant()
    def one_revision_asks_one_question(self) -> None:
        """Another write, or the same one after a yes, needs a revision of its own: an older card must not answer it."""
        for proposal in self.world.approvals.list(live_only=False):
            for change in proposal.changes:
                if change.status in ("pending", "unknown"):
                    question = (change.write, sum(one == change.id for one, _ in self.line))
                    assert self.asked.setdefault((change.id, proposal.revision), question) == question

    def passed_by(self, change_id: str) -> list[str]:
        """What was approved before this one, is of the same record or proposal, and is not done yet."""
        at = max((at for at, (one, _) in enumerate(self.line) if one == change_id), default=None)
        if at is None:
            return []
        keys, statuses = self.line[at][1], {change.id: change.status for change in self._changes()}
        before = {one for one, others in self.line[:at] if others & keys and one != change_id}
        again = {one for one, _ in self.line[at:]}
        return [one for one in before - again if statuses[one] in UNDER_WAY]

    def _look_at(self, change: Change, written: bool, live: bool) -> None:
        assert not written or change.id in self.ever
        if change.status == "applied" and change.id not in self.undo_asked:
            assert live
        if change.status == "undone":
            assert change.id in self.undo_asked
            assert (written, live) == (True, False)
        if change.status in ("pending", "expired") or (change.status == "rejected" and change.id not in self.ever):
            assert not written

    def _approve(self, proposal: str, by: User, drift: int | None, only: tuple[int, ...]) -> bool:
        wanted = ("pending", "unknown") if only else ("pending",)
        shown = [change for change in self._named(proposal, only) if change.status in wanted]
        if any(change.status == "unknown" and change.id in self.crm.made for change in shown):
            return False  # whoever is asked whether it is there looks, and finds it
        yes, line, ever, amounts = dict(self.yes), list(self.line), set(self.ever), set(self.amounts)
        self._note(self._said(by, shown))
        if self._decide("approve", proposal, by, drift, only) is None:
            return True
        self.yes, self.line, self.ever, self.amounts = yes, line, ever, amounts
        return False

    def _said(self, by: User, changes: Sequence[Change]) -> dict[str, Yes]:
        return {change.id: (by.id, change.write) for change in changes}

    def _note(self, said: dict[str, Yes]) -> None:
        """Note a yes: who, to what, its place in the line, and which amounts the deal may hold from now on."""
        of = {change.id: one.id for one in self.world.approvals.list(live_only=False) for change in one.changes}
        for change_id, yes in said.items():
            plain: dict[str, Any] = yes[1].model_dump()  # type: ignore[attr-defined]
            record = plain.get("opportunity_id") or plain["account_id"]
            self.line.append((change_id, {of[change_id], record}))
            if plain["kind"] == "update_opportunity":
                self.amounts.add(plain["new"])
        self.yes |= said
        self.ever |= said.keys()

    def _click(self, card: Proposal, verbs: tuple[str, str]) -> list[tuple[User, str]]:
        lined_up, counted = threading.Barrier(2), []

        def click(who: User, verb: Any) -> None:
            values = {"1.due": "2030-01-01"} if verb == "edit" else {}
            decision = Decision(verb=verb, proposal_id=card.id, revision=card.revision, values=values)
            lined_up.wait()
            try:
                self.world.approvals.decide(decision, who)
                counted.append((who, verb))
            except BotError:
                return

        clicks = [threading.Thread(target=click, args=pair) for pair in zip((ANN, ADA), verbs, strict=True)]
        for one in clicks:
            one.start()
        for one in clicks:
            one.join()
        return counted

    def _amount(self) -> Decimal | None:
        deal = self.world.reader.opportunity("O1")
        assert deal is not None
        return deal.amount

    def _changes(self) -> list[Change]:
        return [change for one in self.world.approvals.list(live_only=False) for change in one.changes]

    def _named(self, proposal: str, only: tuple[int, ...]) -> list[Change]:
        return [c for c in self.world.approvals.get(proposal).changes if not only or c.k in only]

    def _decide(
        self, verb: Any, proposal: str, by: User, drift: int | None, only: Any, values: dict[str, str] | None = None
    ) -> BotError | None:
        present = self.world.approvals.get(proposal).revision
        revision = None if drift is None else present + drift
        decision = Decision(verb=verb, proposal_id=proposal, revision=revision, only=only, values=values or {})
        try:
            self.world.approvals.decide(decision, by)
        except BotError as error:
            return error
        return None


TestGate = Gate.TestCase
TestGate.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
