"""What of a call goes into the CRM once a person says yes: the call, and our own dated promises; nothing else (pure)."""

import re
from dataclasses import dataclass, field

from bot.crm.checks import LENGTHS
from bot.crm.records import Opportunity
from bot.crm.writes import CreateTask, LogActivity
from bot.dates import long_date
from bot.proposals import ProposedWrite
from bot.skills import Context
from bot.skills.ledger import plural
from bot.skills.said.touch import moment, subject_of, with_title
from bot.skills.summarising.changing import changes
from bot.skills.summarising.reading import CallRead
from bot.skills.summarising.steps import Step
from bot.skills.view import AccountView


@dataclass
class Proposed:
    """The writes, and what is said of those that are not proposed."""

    writes: list[ProposedWrite] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    warning: str = ""


def propose(context: Context, view: AccountView, call: CallRead, body: str) -> Proposed:
    """Propose the call on its day, a task for each dated promise of either side, and what changes in the CRM by it."""
    out, deal = Proposed(), _deal(view, call)
    if deal is None and len(view.open) > 1:
        out.unknowns.append(
            f"Which of the {plural(len(view.open), 'open deal')} it belongs to; logged on the account, and no deal is changed."
        )
    _log(context, view, call, body, deal, out)
    _tasks(context, view, call, deal, out)
    out.writes += changes(context.reader, view, call, deal, context.today)
    return out


def _tasks(context: Context, view: AccountView, call: CallRead, deal: Opportunity | None, out: Proposed) -> None:
    for step in [*call.of("ours"), *call.of("theirs")]:
        known = step.owner.user if step.owner.side == "ours" else step.owner
        if step.due and known and step.due >= context.today:
            out.writes.append(_task(context, view, call, step, deal))
        elif step.due and known:
            out.unknowns.append(f"“{step.quote}” was due on {long_date(step.due)}; no task is proposed for a past day.")


def _deal(view: AccountView, call: CallRead) -> Opportunity | None:
    """The deal that the file names, else the only open one."""
    told = {**call.transcript.front, **call.transcript.heads}
    named = {str(told.get(key) or "").casefold() for key in ("opportunity", "deal", "opportunity name", "deal name")}
    fits = [deal for deal in view.open if {deal.id.casefold(), deal.name.casefold()} & named]
    return fits[0] if len(fits) == 1 else view.open[0] if len(view.open) == 1 else None


def _log(
    context: Context, view: AccountView, call: CallRead, body: str, deal: Opportunity | None, out: Proposed
) -> None:
    if call.day is None or call.day > context.today:
        ahead = f"The call's day, {long_date(call.day)}, lies ahead" if call.day else "On which day the call was"
        out.unknowns.append(f"{ahead}; say the day, and the call can be logged.")
        return
    contacts = [person.contact for person in call.people.values() if person.contact]
    names = ", ".join(with_title(contact) for contact in contacts)
    subject = f"Call with {names or view.account.name}"[:255]
    if any(a.kind == "call" and a.at.date() == call.day and a.subject == subject for a in view.activities):
        out.warning = (
            f"The CRM already holds “{subject}” of {long_date(call.day)}; approve it only if this was another."
        )
    first = call.transcript.said[0]
    write = LogActivity(
        activity="call",
        at=moment(context, call.day),
        subject=subject,
        body=body[: LENGTHS["body"]],
        account_id=view.account.id,
        opportunity_id=deal.id if deal else None,
        owner_id=context.owner_id,
        contact_ids=tuple(contact.id for contact in contacts),
    )
    place = call.transcript.place(first.lines)
    evidence = (
        f"{call.transcript.name}, {plural(len(call.transcript.turns), 'turn')}, from “{first.text[:120]}” ({place})"
    )
    out.writes.append(ProposedWrite(write=write, evidence=evidence))


def _task(context: Context, view: AccountView, call: CallRead, step: Step, deal: Opportunity | None) -> ProposedWrite:
    ours = step.owner.side == "ours"
    # "Send you the report" is read by a colleague later, who is not the customer.
    what = re.sub(r"\byou\b", view.account.name if ours else "us", step.what, count=1, flags=re.IGNORECASE)
    owner = step.owner.user.id if ours and step.owner.user else context.owner_id
    write = CreateTask(
        subject=subject_of(what) if ours else f"{step.owner.name}: {what}"[:255],
        due=step.due,
        owner_id=owner,
        account_id=view.account.id,
        opportunity_id=deal.id if deal else None,
        contact_id=step.owner.contact.id if not ours and step.owner.contact else None,
        side="ours" if ours else "theirs",
    )
    place = call.transcript.place(step.lines)
    return ProposedWrite(write=write, evidence=f"{step.owner.name}: “{step.quote}” ({place})", confidence=0.9)
