"""200 approved writes, the process killed at random moments, the CRM failing: 0 lost, 0 duplicates, 0 unapproved."""

import os
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from approvals_world import ANN, START
from crash200 import Run
from faulty_crm import Effect, FaultyCrm

from bot.crm.local import upsert_all
from bot.crm.records import Account, Opportunity
from bot.crm.writes import CreateTask, CrmWrite, LogActivity, UpdateOpportunity

pytestmark = [pytest.mark.slow, pytest.mark.block_network(allowed_hosts=[r".*/pymp-.*", "127.0.0.1"])]
"""but for the CRM on loopback and the Unix socket through which children are forked"""

DEALS = 10
PROPOSALS = 50


@pytest.fixture(autouse=True)
def quick_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the server that forks the children find what it shall have imported."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))


def writes(number: int) -> list[CrmWrite]:
    """Four changes of one card: two records of an account, a change of a deal, a record again."""
    account, deal = f"A{number % DEALS}", f"D{number % DEALS}"
    log = LogActivity(activity="call", at=START, subject=f"call {number}", account_id=account, owner_id=ANN.id)
    amount = UpdateOpportunity(opportunity_id=deal, field="amount", old=Decimal(1000), new=Decimal(20_000 + number))
    first, last = (CreateTask(subject=f"{what} {number}", account_id=account) for what in ("first", "last"))
    return [first, log, amount, last]


def in_order(run: Run, effects: list[Effect]) -> bool:
    """Whether records of one account came in the order of the yeses, but for what somebody was asked about again."""
    times = Counter(one for one, _ in run.said)
    place = {one: at for at, (one, _) in enumerate(run.said)}
    for account in {effect.record for effect in effects}:
        places = [place[e.key] for e in effects if e.record == account and times[e.key] == 1]
        if places != sorted(places):
            return False
    return True


def test_nothing_is_lost_doubled_or_written_unasked(tmp_path: Path) -> None:
    with FaultyCrm(seed=4, deals={f"D{n}": "1000" for n in range(DEALS)}) as crm:
        run = Run(
            tmp_path, "faulty_crm:FaultyWriter", crm.url, lambda: Counter(e.key for e in crm.effects), crm.asked, seed=4
        )
        records = [Account(id=f"A{n}", name=f"Account {n}") for n in range(DEALS)]
        deals = [
            Opportunity(id=f"D{n}", name=f"Deal {n}", stage="Discovery", amount=Decimal(1000)) for n in range(DEALS)
        ]
        upsert_all(run.world.engine, [*records, *deals], as_of=START)
        proposals = [run.propose(writes(number)) for number in range(PROPOSALS)]
        left, refused = run.propose(writes(998)), run.propose(writes(999))
        run.say("reject", refused, *refused.changes)
        for proposal in proposals:
            run.say("approve", proposal, *proposal.changes)
        run.until_done()

        changes, held = {change.id: change for change in run.changes()}, run.holds()
        approved = {one for one, _ in run.said}
        never = {change.id for change in (*left.changes, *refused.changes)}
        assert (len(approved), run.killed) == (200, 13)
        done = Counter(changes[one].status for one in approved)
        assert done.keys() <= {"applied", "rejected"}
        # Lost: approved, and not there. A change that ended as "already so" has no receipt, and nothing to write.
        wanted = {one for one in approved if changes[one].status == "rejected" or changes[one].receipt}
        assert [one for one in wanted if held[one] == 0] == []
        assert [one for one in approved - wanted if held[one] == 0 and not already(crm, changes[one].write)] == []
        # A value that we wrote, a colleague then changed and somebody approved anew is written for each yes.
        said = Counter(one for one, _ in run.said)
        once = {effect.key for effect in crm.effects if effect.old is None}
        assert [one for one, times in held.items() if times > (1 if one in once else said[one])] == []
        assert held.keys() & never == set()
        assert [effect for effect in crm.effects if not shown(run, effect)] == []
        assert in_order(run, [effect for effect in crm.effects if effect.old is None])
        assert crm.faults.keys() >= {"429", "500", "500 late", "late"}
        run.world.close()


def already(crm: FaultyCrm, write: CrmWrite) -> bool:
    """Whether the CRM came to hold the value without this change."""
    return isinstance(write, UpdateOpportunity) and any(
        effect.record == write.opportunity_id and effect.new == str(write.new) for effect in crm.effects
    )


def shown(run: Run, effect: Effect) -> bool:
    """Whether somebody said yes to just this, with this old value before their eyes."""
    seen = [write for one, write in run.said if one == effect.key]
    if effect.old is None:
        return any(write.model_dump().get("subject") == effect.new for write in seen)
    pairs = [(str(w.old), str(w.new)) for w in seen if isinstance(w, UpdateOpportunity)]
    return (effect.old, effect.new) in pairs
