"""200 approved writes to Salesforce, the process killed at random moments: 0 lost, 0 duplicates, 0 unapproved.

`CRASH_SEED=7 pytest tests/integration/test_crash200.py` takes other moments, other faults in another order, and other
edits of the colleague; what runs at the same time still varies from run to run.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from approvals_world import ANN, START
from crash200 import Run
from org200 import CARDS, CLOSE, DEALS, FAULTS, Effect, Org200, has_role, records
from standins.salesforce import Salesforce

from bot.crm.local import upsert_all
from bot.crm.writes import CreateContact, CreateTask, CrmWrite, LogActivity, SetContactRole, UpdateOpportunity
from bot.proposals import Change
from bot.store.audit import trail

pytestmark = [pytest.mark.slow, pytest.mark.block_network(allowed_hosts=[r".*/pymp-.*", "127.0.0.1"])]
"""but for the CRM on loopback and the Unix socket through which children are forked"""

SEED = int(os.environ.get("CRASH_SEED", "4"))
NOTES = 8
TABLES = {
    "activity": ("Task", "Event", "ContentNote"),
    "task": ("Task",),
    "contact": ("Contact",),
    "contact_role": ("OpportunityContactRole",),
    "opportunity": ("Opportunity",),
}
"""where the record of a receipt is"""


@pytest.fixture
def org(monkeypatch: pytest.MonkeyPatch) -> Iterator[Org200]:
    """The CRM in this process, which outlives the killed ones; its certificate and our modules are theirs too."""
    with Salesforce() as crm:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", crm.certificate)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        yield Org200(crm, SEED)


def card(n: int) -> list[CrmWrite]:
    """One change of each kind, about one account and its deal."""
    account, deal = f"A{n % DEALS}", f"O{n % DEALS}"
    log = LogActivity(
        activity="call" if n % 2 else "meeting", at=START, subject=f"talk {n}", account_id=account, owner_id=ANN.id
    )
    role = SetContactRole(
        opportunity_id=deal, contact_id=f"C{n}", role="champion", old="blocker" if has_role(n) else None
    )
    person = CreateContact(account_id=account, name=f"New{n} Person{n}")
    return [log, update(n, deal), CreateTask(subject=f"do {n}", account_id=account, owner_id=ANN.id), person, role]


def update(n: int, deal: str) -> UpdateOpportunity:
    """The n-th update: each deal gets three amounts, each from the last one but the third, and a close date."""
    turn = n // DEALS
    if turn == 3:
        return UpdateOpportunity(opportunity_id=deal, field="close_date", old=CLOSE, new=date(2026, 7, 1 + n % DEALS))
    old = Decimal(2000 + n - DEALS) if turn == 1 else Decimal(1000)
    return UpdateOpportunity(opportunity_id=deal, field="amount", old=old, new=Decimal(2000 + n))


def note(n: int) -> CrmWrite:
    """A note, for which Salesforce has no key."""
    return LogActivity(activity="note", at=START, subject=f"note {n}", body="They like it.", account_id=f"A{n}")


def test_nothing_is_lost_doubled_or_written_unasked(tmp_path: Path, org: Org200) -> None:
    run = Run(org.settings(tmp_path), org.holds, lambda: len(org.crm.calls), org.meddle, org.began, seed=SEED)
    upsert_all(run.world.engine, records(), as_of=START)
    cards = [run.propose(card(n)) for n in range(CARDS)]
    notes = [run.propose([note(n)]) for n in range(NOTES)]
    left, refused = run.propose([note(98), *card(98)]), run.propose([note(99), *card(99)])
    run.say("reject", refused, *refused.changes)
    for one in (*cards, *notes):
        run.say("approve", one, *one.changes)
    run.until_done()

    changes = {change.id: change for change in run.changes()}
    approved = [changes[one] for one in dict.fromkeys(one for one, _ in run.said)]
    never = [changes[change.id] for change in (*left.changes, *refused.changes)]
    assert (len(approved), run.killed) == (CARDS * 5 + NOTES, 13)
    assert org.went_wrong() == set(FAULTS)
    assert unfinished(approved) == []
    assert history(run, (change for change in approved if not written_once(run, org, change))) == []
    assert history(run, (change for change in approved if not as_receipt(org, change))) == []
    assert history(run, (change for change in approved if not as_shown(org, change))) == []
    assert history(run, (change for change in approved if not told(run, change))) == []
    assert overtaken(run, org, approved) == []
    assert history(run, (change for change in never if org.found(change))) == []
    assert org.strange({change.id for change in approved}) == []
    assert len(org.crm.org.rows["ContentNote"]) == NOTES
    assert [effect for effect in org.effects() if effect.ours and unasked(run, effect)] == []
    run.world.close()


def unfinished(approved: list[Change]) -> list[tuple[object, ...]]:
    """What did not end as applied, but for a note of which nobody could tell and that a person found there."""
    return [
        (change.write, change.status, change.error)
        for change in approved
        if change.status != "applied" and not (is_note(change) and change.status == "rejected")
    ]


def history(run: Run, wrong: Iterable[Change]) -> list[object]:
    """What happened to changes with which something is wrong."""
    return [
        (change, [(line.verb, line.detail) for line in trail(run.world.engine, change=change.id)]) for change in wrong
    ]


def is_note(change: Change) -> bool:
    return isinstance(change.write, LogActivity) and change.write.activity == "note"


def is_created(change: Change) -> bool:
    """Whether it makes a record that bears its key."""
    write = change.write
    return not (
        is_note(change) or isinstance(write, UpdateOpportunity) or (isinstance(write, SetContactRole) and write.old)
    )


def written_once(run: Run, org: Org200, change: Change) -> bool:
    """Whether a record is there once; a field was set once, or again after a colleague's edit and another yes."""
    write = change.write
    if isinstance(write, UpdateOpportunity):
        return set_once(run, org, change, write)
    if isinstance(write, SetContactRole) and write.old:
        row = org.crm.org.rows["OpportunityContactRole"][f"R{write.contact_id[1:]}"]
        return row["Role"] == "Champion" and org.times_set(row["Id"]) == 1
    return len(org.found(change)) == 1


def set_once(run: Run, org: Org200, change: Change, write: UpdateOpportunity) -> bool:
    """Whether each effect had a yes to just its old value, and a colleague's edit stands between any two of them."""
    field = [e for e in org.effects() if (e.deal, e.field) == (write.opportunity_id, write.field)]
    mine = [at for at, e in enumerate(field) if e.ours and e.new == write.new]
    yeses = Counter(w.old for one, w in run.said if one == change.id and isinstance(w, UpdateOpportunity))
    asked = not Counter(field[at].old for at in mine) - yeses
    return bool(mine) and asked and all(any(not e.ours for e in field[a:b]) for a, b in pairwise(mine))


def as_receipt(org: Org200, change: Change) -> bool:
    """Whether the receipt points to a record that is there, and it is the one that was made."""
    if change.status != "applied":
        return is_note(change)
    if change.receipt is None:
        return False
    tables = TABLES[change.receipt.record]
    rows = [row for name in tables for row in org.crm.org.rows[name].values() if row["Id"] == change.receipt.record_id]
    made = org.found(change) if is_created(change) or is_note(change) else rows
    return len(rows) == 1 and rows == made and not rows[0]["IsDeleted"]


def as_shown(org: Org200, change: Change) -> bool:
    """Whether what was created says what was on the card."""
    plain = change.write.model_dump()
    shown = plain.get("subject") or plain.get("name") or "Champion"
    return all(
        shown in (row.get("Subject"), row.get("Name"), row.get("Role"), row.get("Title")) for row in org.found(change)
    )


def unasked(run: Run, effect: Effect) -> bool:
    """Whether nobody said yes to just this, with this old value before their eyes."""
    seen = [w for _, w in run.said if isinstance(w, UpdateOpportunity)]
    return (effect.deal, effect.field, effect.old, effect.new) not in [
        (w.opportunity_id, w.field, w.old, w.new) for w in seen
    ]


def overtaken(run: Run, org: Org200, approved: list[Change]) -> list[str]:
    """Accounts whose records did not come in the order of the yeses, but for what somebody was asked about again."""
    times = Counter(one for one, _ in run.said)
    lines: dict[str, list[str]] = {}
    for change in approved:
        if is_created(change) and times[change.id] == 1:
            account = change.write.model_dump().get("account_id")
            if account:
                lines.setdefault(account, []).append(str(org.found(change)[0]["CreatedDate"]))
    return [account for account, moments in lines.items() if moments != sorted(moments)]


def told(run: Run, change: Change) -> bool:
    """Whether the trail has every yes and just one end."""
    verbs = Counter(line.verb for line in trail(run.world.engine, change=change.id))
    yes = sum(one == change.id for one, _ in run.said)
    return (verbs["approve"], verbs["applied"], verbs["already"], verbs["failed"]) == (
        yes, 1 if change.status == "applied" else 0, 0, 0
    )  # fmt: skip
