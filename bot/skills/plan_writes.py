"""What of a plan goes into the CRM once a person says yes: a task a step, and the deal's next step."""

from collections.abc import Iterator

from bot.crm.records import Task
from bot.crm.writes import CompleteTask, CreateTask, UpdateOpportunity
from bot.proposals import ProposedWrite
from bot.skills.chain import Row
from bot.skills.plan_parts import LEAD_THERE, Planned, task_of


def writes(planned: Planned) -> Iterator[ProposedWrite]:
    """A task for each step that is not there yet, in the place of one for another day; a next step where none is live."""
    for row in planned.chain.rows:
        deal = planned.deal.opportunity.id if planned.deal else None
        same = [t for t in planned.view.tasks if t.subject == task_of(planned, row) and t.opportunity_id == deal]
        if not any(task.due == row.day for task in same):
            yield _task(planned, row)
        yield from (_closed(planned, row, task) for task in same if task.due != row.day)
    step = _next_step(planned)
    if step:
        yield step


def _task(planned: Planned, row: Row) -> ProposedWrite:
    contact, ours = planned.theirs(row), planned.ours
    write = CreateTask(
        subject=task_of(planned, row),
        due=row.day,
        owner_id=ours.id if ours else planned.context.owner_id,
        account_id=planned.view.account.id,
        opportunity_id=planned.deal.opportunity.id if planned.deal else None,
        contact_id=contact.id if contact else None,
        side="theirs" if row.step.key in LEAD_THERE else "ours",
    )
    evidence = f"Plan to go-live on {planned.plan.go_live}: {row.step.name} by {row.day}"
    return ProposedWrite(write=write, evidence=evidence)


def _closed(planned: Planned, row: Row, task: Task) -> ProposedWrite:
    """The task of an earlier plan, which would come due on a day that counts no more."""
    write = CompleteTask(task_id=task.id, account_id=task.account_id, opportunity_id=task.opportunity_id)
    return ProposedWrite(
        write=write, evidence=f"{row.step.name} moved from {task.due} to {row.day}; another task stands for it"
    )


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
