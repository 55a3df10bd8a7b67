"""The parts of a plan's answer: dates with owners, what does not fit, what is open, and the file for the customer."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.crm.checks import LENGTHS
from bot.crm.records import Contact, User
from bot.pipeline.deal import Deal
from bot.proposals import Attachment, Line, Section
from bot.screening.inert import seen
from bot.skills import Context
from bot.skills import account as facts
from bot.skills.chain import Chain, Row, is_working
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.milestones import Template, theirs
from bot.skills.plan_words import Plan, shown
from bot.skills.view import AccountView

OPEN = "to be named"
LONGEST = LENGTHS.get("subject", 255)
LEAD_THERE = frozenset({"evaluation", "review", "security", "legal", "signature"})
"""steps that are the customer's to do; ours is to ask after them"""


@dataclass(frozen=True)
class Planned:
    """A plan with everything that its answer is made from."""

    context: Context
    view: AccountView
    ledger: Ledger
    template: Template
    plan: Plan
    chain: Chain
    with_amount: bool = False

    @property
    def deal(self) -> Deal | None:
        """The deal that it is for."""
        return self.view.deals[0] if self.view.deals and self.view.open else None

    @property
    def cite(self) -> int:
        """The record that it rests on."""
        return (
            facts.cite_deal(self.deal.opportunity, self.ledger)
            if self.deal
            else facts.cite_account(self.view, self.ledger)
        )

    @property
    def ours(self) -> User | None:
        """Who does it on our side: the deal's owner, else the account's."""
        owner = self.deal.opportunity.owner_id if self.deal else None
        return (self.context.reader.user(owner) if owner else None) or self.view.owner

    def theirs(self, row: Row) -> Contact | None:
        """Who does a step on their side."""
        return theirs(self.view, row.step)


def task_of(planned: Planned, row: Row) -> str:
    """What the task for a step is called; one that the customer leads names them alone."""
    contact = planned.theirs(row)
    whom = contact.name if contact else "who does it there is to be named"
    alone = row.step.key in LEAD_THERE or not contact
    return f"{row.step.name} ({'' if alone else 'with '}{whom})"[:LONGEST]


def lead(planned: Planned) -> str:
    """That there is too little time, and what may give."""
    tight = planned.chain.tight
    if not tight:
        return ""
    last = planned.chain.rows[-1].step.key
    names = {row.step.key: (row.step.name, row.day) for row in planned.chain.rows}
    if set(tight) == {last} and not planned.plan.fixed:
        return (
            f"Too little time: the steps usually take {planned.chain.needs} working days, and there are {planned.chain.has} "
            f"until the go-live. What can give: a later go-live (with usual times {planned.chain.earliest}), fewer steps, or "
            "shorter ones, as squeezed below."
        )
    told = [
        f"{has} working days before {names[key][0]} ({names[key][1]}) where {needs} are usual"
        for key, (has, needs) in tight.items()
    ]
    return f"Too little time: {joined(told, '; ')}. What can give: the days you set, fewer steps, or a later go-live."


def sections(planned: Planned) -> list[Section]:
    """The plan, its dates, who is to be named, and what the file holds."""
    return [
        Section(title="The plan", lines=tuple(_plan(planned))),
        Section(title="Dates", lines=tuple(_dates(planned))),
        Section(title="To be named", lines=tuple(_unnamed(planned))),
        Section(title="For the customer", lines=(_file_line(planned),)),
    ]


def _plan(planned: Planned) -> list[Line]:
    plan, ledger, cite = planned.plan, planned.ledger, planned.cite
    names = {step.key: shown(step) for step in planned.template.steps}
    what = planned.deal.opportunity.name if planned.deal else planned.view.account.name
    lines = [f"Plan for {what} to go-live on {plan.go_live}."]
    if plan.fixed:
        lines.append(f"You set: {joined((f'{names[key]} {day}' for key, day in plan.fixed.items()), '; ')}.")
    if plan.left_out:
        lines.append(f"Left out: {joined((names[key] for key in plan.left_out), '; ')}.")
    page = [ledger.passage(planned.template.page)] if planned.template.page else []
    told = (
        f"{planned.template.told}. Counted back in working days; weekends are left out, public holidays are not known."
    )
    weekend = [row for row in planned.chain.rows if not is_working(row.day)]
    after = [f"{row.step.name} on {row.day} is a {row.day:%A}; it is kept as said." for row in weekend]
    said = [ledger.line(text, cite) for text in (*lines, *after)]
    return [*said[: len(lines)], Line(text=told, cites=(cite, *page)), *said[len(lines) :]]


def _dates(planned: Planned) -> list[Line]:
    """Every step, promise and next step by its day."""
    dated = [(row.day, 1, _row_line(planned, row)) for row in planned.chain.rows]
    dated += [(day, 0, line) for day, line in _promises(planned)]
    return [line for _, _, line in sorted(dated, key=lambda one: one[:2])]


def _row_line(planned: Planned, row: Row) -> Line:
    ledger, ours, contact = planned.ledger, planned.ours, planned.theirs(row)
    cites = [planned.cite]
    if contact:
        cites.append(ledger.record("contact", contact, contact.name, contact.updated_at))
    names = f"theirs: {contact.name if contact else OPEN}; ours: {ours.name if ours else OPEN}"
    mark = " (you set it)" if row.step.key in planned.plan.fixed else ""
    behind = ", which lies behind" if row.usual and row.usual < planned.chain.today else ""
    tight = f"; SHORT: the usual time asks for {row.usual}{behind}" if row.usual else ""
    return ledger.line(f"{row.day:%Y-%m-%d %a}: {row.step.name}{mark}; {names}{tight}.", *cites)


def _promises(planned: Planned) -> list[tuple[date, Line]]:
    """Open promises and the next step that fall between today and the go-live."""
    ledger, view, end = planned.ledger, planned.view, planned.plan.go_live
    steps, found = {task_of(planned, row) for row in planned.chain.rows}, []
    for task in view.tasks:
        if task.due and task.due <= end and task.subject not in steps:
            n = ledger.record("task", task, task.subject, task.created_at)
            late = " (overdue)" if task.due < planned.chain.today else ""
            found.append(
                (task.due, ledger.line(f"{task.due:%Y-%m-%d %a}: promised, {task.side}: {task.subject}{late}.", n))
            )
    o = planned.deal.opportunity if planned.deal else None
    if o and o.next_step and o.next_step_date and planned.chain.today <= o.next_step_date <= end:
        text = f"{o.next_step_date:%Y-%m-%d %a}: next step in the CRM: {o.next_step}."
        found.append((o.next_step_date, ledger.line(text, planned.cite)))
    return found


def _unnamed(planned: Planned) -> list[Line]:
    """Steps for which nobody on a side is on record."""
    open_there = [row.step.name for row in planned.chain.rows if planned.theirs(row) is None]
    texts = (
        [f"At {planned.view.account.name}: {joined(open_there, '; ')}; no contact has a fitting role or title."]
        if open_there
        else []
    )
    if planned.ours is None:
        texts.append("On our side: everything; the deal and the account have no owner in the CRM.")
    return [planned.ledger.line(text, planned.cite) for text in texts]


def _file_line(planned: Planned) -> Line:
    inside = [row.step.name for row in planned.chain.rows if row.step.internal]
    amount = "the amount, as you asked" if _amount(planned) else ""
    text = f"{file_name(planned)}: steps, days and names of people{f', and {amount}' if amount else ''}; nothing else of the CRM or the pages."
    kept = f" Not in it, as the page is internal: {joined(inside, '; ')}." if inside else ""
    return planned.ledger.line(f"{text}{kept}", planned.cite)


def unknowns(planned: Planned) -> list[str]:
    """What would make the plan better."""
    found = ["Public holidays on either side are not known."]
    if planned.deal is None:
        found.append(f"{planned.view.account.name} has no open deal; the tasks hang on the account.")
    if not planned.view.contacts:
        found.append(f"No contact of {planned.view.account.name} is in the CRM.")
    return found


def file_name(planned: Planned) -> str:
    """The file's name, in plain letters."""
    plain = unicodedata.normalize("NFKD", planned.view.account.name).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return f"plan-{slug or 'customer'}.docx"


def _amount(planned: Planned) -> str:
    o = planned.deal.opportunity if planned.deal else None
    return money(o.amount, o.currency) if planned.with_amount and o and o.amount is not None else ""


def file_of(planned: Planned) -> Attachment:
    """The plan for the customer; names and days only, no words that somebody wrote in the CRM or on an internal page."""
    from bot.skills.plan_file import FileRow, word_file

    rows = [row for row in planned.chain.rows if not row.step.internal]
    ours = seen(planned.ours.name) if planned.ours else OPEN
    file_rows = [
        FileRow(r.day, seen(r.step.name), seen(c.name) if (c := planned.theirs(r)) else OPEN, ours) for r in rows
    ]
    account, company = seen(planned.view.account.name), seen(planned.context.policy.company)
    now = planned.view.now
    content = word_file(account, company, planned.plan.go_live, file_rows, now, _amount(planned))
    alt = f"The plan to go-live on {planned.plan.go_live} for {account}: {plural(len(rows), 'step')} with days and owners."
    return Attachment(name=file_name(planned), content=content, alt=alt)


def data(planned: Planned) -> dict[str, Any]:
    """The plan as plain values."""
    chain, ours = planned.chain, planned.ours
    return {
        "go_live": planned.plan.go_live.isoformat(),
        "deal": planned.deal.opportunity.id if planned.deal else None,
        "template": planned.template.page.document.title if planned.template.page else None,
        "needs": chain.needs,
        "has": chain.has,
        "fits": not chain.tight,
        "earliest": chain.earliest.isoformat(),
        "left_out": list(planned.plan.left_out),
        "steps": [_step(planned, row, ours) for row in chain.rows],
    }


def _step(planned: Planned, row: Row, ours: User | None) -> dict[str, Any]:
    contact = planned.theirs(row)
    return {
        "key": row.step.key,
        "name": row.step.name,
        "date": row.day.isoformat(),
        "takes": row.step.takes,
        "fixed": row.fixed,
        "usual": row.usual.isoformat() if row.usual else None,
        "internal": row.step.internal,
        "theirs": {"contact": contact.id, "name": contact.name} if contact else None,
        "ours": {"user": ours.id, "name": ours.name} if ours else None,
    }
