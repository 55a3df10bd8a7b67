"""What of a plan goes into the CRM once a person says yes: a task a step, and the deal's next step."""

from collections.abc import Iterator

from bot.crm.checks import LENGTHS
from bot.crm.writes import CreateTask, UpdateOpportunity
from bot.proposals import ProposedWrite
from bot.skills.chain import Row
from bot.skills.plan_parts import Planned

LEAD_THERE = frozenset({"evaluation", "review", "security", "legal", "signature"})
"""steps that are the customer's to do; ours is to ask after them"""


def writes(planned: Planned) -> Iterator[ProposedWrite]:
    """A task for each step that is not there yet, and a next step where the deal has no live one."""
    there = {(task.subject, task.due) for task in planned.view.tasks}
    tasks = [_task(planned, row) for row in planned.chain.rows]
    yield from (one for one in tasks if (one.write.subject, one.write.due) not in there)  # type: ignore[union-attr]
    step = _next_step(planned)
    if step:
        yield step


def _task(planned: Planned, row: Row) -> ProposedWrite:
    contact, ours = planned.theirs(row), planned.ours
    whom = contact.name if contact else "who does it there is to be named"
    ask = row.step.key in LEAD_THERE
    subject = (
        f"Theirs: {row.step.name} ({whom})"
        if ask
        else f"{row.step.name} (with {whom})"
        if contact
        else f"{row.step.name} ({whom})"
    )
    write = CreateTask(
        subject=subject[: LENGTHS.get("subject", 255)],
        due=row.day,
        owner_id=ours.id if ours else planned.context.owner_id,
        account_id=planned.view.account.id,
        opportunity_id=planned.deal.opportunity.id if planned.deal else None,
        contact_id=contact.id if contact else None,
    )
    evidence = f"Plan to go-live on {planned.plan.go_live}: {row.step.name} by {row.day}"
    return ProposedWrite(write=write, evidence=evidence)


def _next_step(planned: Planned) -> ProposedWrite | None:
    """The plan's first step, where the deal has no next step, or one that lies behind."""
    deal, rows = planned.deal, planned.chain.rows
    o = deal.opportunity if deal else None
    if (
        o is None
        or o.is_closed
        or (o.next_step and (o.next_step_date is None or o.next_step_date >= planned.chain.today))
    ):
        return None
    new = f"{rows[0].step.name} by {rows[0].day}"
    if o.next_step == new:
        return None
    why = f"its next step was due on {o.next_step_date}" if o.next_step else "no next step is set in the CRM"
    write = UpdateOpportunity(opportunity_id=o.id, field="next_step", old=o.next_step, new=new[:255])
    return ProposedWrite(write=write, evidence=f"{o.name}: {why}; this is the plan's first step")
