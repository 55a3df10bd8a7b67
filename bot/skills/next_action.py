"""The one next action on an account: picked by code, proposed as a task, worded plainly."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.crm.records import Task
from bot.crm.writes import CreateTask
from bot.pipeline.deal import Deal
from bot.pipeline.signal import Signal
from bot.proposals import Line, ProposedWrite
from bot.skills import account as facts
from bot.skills.ledger import Ledger
from bot.skills.view import AccountView


@dataclass(frozen=True)
class NextAction:
    """What to do now, why, and the task that would record it (None where one exists already)."""

    text: str
    record: str
    """kind of the CRM record it rests on: task, opportunity or account"""
    task: Task | None = None
    deal: Deal | None = None
    write: ProposedWrite | None = None


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day


def next_action(view: AccountView, today: date, asker_id: str | None) -> NextAction | None:
    """An overdue promise of ours first, then the deal's most pressing gap; None where nothing presses.

    The proposed task always belongs to the nearest deal that lacks a live next step, so that doing the
    overdue promise and recording what comes after it are two things.
    """
    late = next((t for t in view.tasks if t.side == "ours" and t.due and t.due < today), None)
    proposal = _propose(view, today, asker_id)
    if late:
        text = f'keep the overdue promise "{late.subject}"'
        return NextAction(text, "task", task=late, write=proposal.write if proposal else None)
    return proposal


def _propose(view: AccountView, today: date, asker_id: str | None) -> NextAction | None:
    for deal in view.deals:
        found = _gap(view, deal)
        if found and not _is_planned(view, deal, found[0]):
            return _action(view, deal, found, working_day(today + timedelta(days=2)), asker_id)
    return None


def _gap(view: AccountView, deal: Deal) -> tuple[str, str] | None:
    """(subject of the task, evidence) for the first gap that presses."""
    fired = {signal.name: signal for signal in view.signals(deal)}
    name = deal.opportunity.name
    for key, verb in _VERBS.items():
        if key in fired and fired[key].severity != "unknown":
            return f"{verb} {name}{_partner(view, deal)}", fired[key].text
    return None if deal.opportunity.next_step else (f"Agree a next step on {name}", "no next step is set in the CRM")


_VERBS = {
    "next step in the past": "Agree a new next step on",
    "no next step": "Agree a next step on",
    "close date passed": "Confirm the close date of",
    "no two-way activity": "Reconnect on",
    "close date too near": "Check the close date of",
}


def _partner(view: AccountView, deal: Deal) -> str:
    by_role = {role.role: role.contact_id for role in deal.roles}
    chosen = by_role.get("champion") or by_role.get("economic_buyer")
    contact = deal.contacts.get(chosen or "")
    return f" with {contact.name}" if contact and not contact.do_not_contact else ""


def _is_planned(view: AccountView, deal: Deal, subject: str) -> bool:
    return any(t.subject == subject and t.opportunity_id == deal.opportunity.id for t in view.tasks)


def _action(view: AccountView, deal: Deal, gap: tuple[str, str], due: date, asker_id: str | None) -> NextAction:
    subject, evidence = gap
    write = CreateTask(
        subject=subject[:255],
        due=due,
        owner_id=asker_id,
        account_id=view.account.id,
        opportunity_id=deal.opportunity.id,
    )
    proposed = ProposedWrite(write=write, evidence=f"{deal.opportunity.name}: {evidence}")
    return NextAction(f"{subject[0].lower()}{subject[1:]}", "opportunity", deal=deal, write=proposed)


def worst(view: AccountView) -> tuple[Signal, Deal] | None:
    """The most severe known signal over the nearest deals."""
    known = [(s, d) for d in view.deals for s in view.signals(d) if s.severity != "unknown"]
    return min(known, key=lambda pair: pair[0].severity != "red", default=None)


def first_move(view: AccountView, ledger: Ledger) -> Line:
    """Where nothing is open: what we promised next, a renewal that passed, else whom to talk to."""
    account = facts.cite_account(view, ledger)
    task = next((one for one in view.tasks if one.side == "ours" and one.due), None)
    if task:
        n = ledger.record("task", task, task.subject, task.created_at)
        return ledger.line(f"Next action, as planned: {task.subject}, {task.due}.", n)
    renewal, able = view.account.renewal_date, [c for c in view.contacts if not c.do_not_contact]
    if renewal and renewal < ledger.today:
        return ledger.line(f"Next action: find out whether they renewed; it was due on {renewal}.", account)
    if not able:
        why = "nobody on record may be contacted" if view.contacts else "no contact is on record"
        return ledger.line(f"Next action: find out whom to talk to; {why}.", account)
    touched = {c.id: touch.at.timestamp() if (touch := view.last_touch(c.id)) else 0.0 for c in able}
    one = max(able, key=lambda contact: touched[contact.id])
    n = ledger.record("contact", one, one.name, one.updated_at)
    return ledger.line(f"Next action: ask {one.name} what they need next; nothing is open.", n)
