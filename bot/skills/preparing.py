"""The parts of a prepared meeting, each worked out by code: goal, agenda, people, questions, what not to forget."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.crm.records import Contact
from bot.pipeline.deal import Deal
from bot.pipeline.framework import BY_ROLE
from bot.proposals import Section
from bot.skills import Context
from bot.skills import account as facts
from bot.skills.disputes import disputes
from bot.skills.ledger import Ledger
from bot.skills.meeting import Meeting
from bot.skills.open_questions import open_questions
from bot.skills.play import Play, objection_lines, question_lines
from bot.skills.qualifying import missing
from bot.skills.view import AccountView
from knowledge.documents import Passage


@dataclass(frozen=True)
class Prepared:
    """Everything the parts are made from."""

    context: Context
    view: AccountView
    ledger: Ledger
    meeting: Meeting | None
    people: Sequence[Contact]
    expected: bool
    """whether the people are known to attend, rather than those with a role"""
    strangers: Sequence[str] = ()
    notes: Sequence[Passage] = ()
    said: Sequence[Passage] = ()
    """notes and calls that were searched for by the people's names"""
    play: Play = field(default_factory=Play)
    evidence: str = ""

    @property
    def deal(self) -> Deal | None:
        """The deal that it is about: the meeting's own, else the nearest."""
        wanted = self.meeting.opportunity_id if self.meeting else None
        named = [deal for deal in self.view.deals if deal.opportunity.id == wanted]
        return next(iter([*named, *self.view.deals]), None)

    @property
    def cite(self) -> int:
        """The record that rules about the deal rest on."""
        return (
            facts.cite_deal(self.deal.opportunity, self.ledger)
            if self.deal
            else facts.cite_account(self.view, self.ledger)
        )

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.meeting.minutes if self.meeting else 30


def goal(prepared: Prepared) -> list[str]:
    """What the meeting is for, by rule: the live next step, what is missing in the stage, else a first yes."""
    view, deal = prepared.view, prepared.deal
    if deal is None:
        customer = (view.account.type or "").lower() == "customer"
        renewal = view.account.renewal_date
        if customer and renewal:
            return [f"Hear whether they get what they bought, and what they need for the renewal on {renewal}."]
        return ["Find out whether there is a problem worth solving together, who owns it, and why now."]
    o, today = deal.opportunity, prepared.ledger.today
    found = []
    if o.next_step and (o.next_step_date is None or o.next_step_date >= today):
        day = f" (set for {o.next_step_date})" if o.next_step_date else ""
        found.append(f"Get this done or firmly dated: {o.next_step}{day}.")
    elif o.next_step:
        found.append(f"Settle what became of “{o.next_step}”, due on {o.next_step_date}, and agree what comes next.")
    else:
        found.append(f"Agree a next step on {o.name} with an owner and a day; none is set.")
    lacks = missing_items(prepared)
    if lacks and lacks[0][0] in BY_ROLE:
        found.append(f"Find out about the {lacks[0][0]}: nobody is on record on {o.name}.")
    return found


def missing_items(prepared: Prepared) -> list[tuple[str, str]]:
    """(what is not known of the deal, the question that asks for it)."""
    if prepared.deal is None:
        return []
    return missing(prepared.deal, prepared.evidence, prepared.context.policy.framework)


def agenda(prepared: Prepared) -> list[tuple[int, str]]:
    """(minutes, what) that add up to the meeting's length, the longest part on what the meeting is for."""
    owed = [t for t in prepared.view.tasks if t.due and t.due <= _day(prepared)]
    parts = [(10, "Open: check who is here, how long they have, and what they want out of it")]
    parts += [(15, "What was promised on both sides: done, late, new day")] if owed else []
    parts += [
        (45, _main(prepared)),
        (15, "Their questions and concerns"),
        (15, "Next step: owner and day on both sides"),
    ]
    return shared_out(prepared.minutes, parts)


def shared_out(minutes: int, parts: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Give each part its share of the minutes, in steps of five where there is room; the heaviest takes what is left."""
    kept = list(parts)
    while len(kept) > max(1, minutes // 3):
        # Too short for all: the lightest goes, of equals the one in the middle; how it ends is the last to go.
        kept.remove(min(kept[:-1] if len(kept) > 2 else kept, key=lambda part: part[0]))
    step = 5 if minutes >= 30 else 1
    total, heaviest = sum(weight for weight, _ in kept), max(kept)
    given = {part: max(step, round(minutes * part[0] / total / step) * step) for part in kept}
    given[heaviest] = minutes - sum(spent for part, spent in given.items() if part != heaviest)
    return [(given[part], part[1]) for part in kept]


def _main(prepared: Prepared) -> str:
    deal = prepared.deal
    if deal is None:
        return "Their situation: what hurts, what it costs, who else is touched"
    o = deal.opportunity
    step = o.next_step.rstrip(".") if o.next_step else None
    return f"{o.stage}: {step}" if step else f"{o.stage}: what has to be true to move on, and who does it"


def _day(prepared: Prepared) -> date:
    return prepared.meeting.start.date() if prepared.meeting else prepared.ledger.today


def questions(prepared: Prepared) -> Section:
    """What is missing on the deal first, then the playbook's questions for these people."""
    cite = prepared.cite
    lines = [
        prepared.ledger.line(f"{name.capitalize()} not on record: {asks}", cite)
        for name, asks in missing_items(prepared)[:4]
    ]
    return Section(
        title="Questions to ask", lines=(*lines, *question_lines(prepared.play.questions[:5], prepared.ledger))
    )


def objections(prepared: Prepared) -> Section:
    """What they are likely to object to, with the playbook's answer."""
    return Section(title="Likely objections", lines=tuple(objection_lines(prepared.play.objections, prepared.ledger)))


def promised(prepared: Prepared) -> Section:
    """Promises of both sides that are due by the meeting."""
    day = _day(prepared)
    due = [task for task in prepared.view.tasks if task.due and task.due <= day]
    return Section(
        title="Due by then", lines=tuple(facts.commitment(prepared.ledger, task) for task in due[: facts.SHOWN])
    )


def remember(prepared: Prepared) -> Section:
    """Questions that they wait for, where sources disagree, and whom to leave alone."""
    view, ledger = prepared.view, prepared.ledger
    lines = open_questions(view, ledger, prepared.notes, 3) + disputes(view, ledger, prepared.notes)
    here = {contact.id for contact in prepared.people}
    blockers = [c for c in view.contacts if c.id not in here and (r := view.roles.get(c.id)) and r.role == "blocker"]
    for contact in blockers[:2]:
        n = ledger.record("contact", contact, contact.name, contact.updated_at)
        lines.append(ledger.line(f"{contact.name} is on record as a blocker and does not attend.", n))
    return Section(title="Do not forget", lines=tuple(lines))


def outcome(prepared: Prepared) -> Section:
    """What to leave with."""
    cite, deal = prepared.cite, prepared.deal
    found = ["A next step that they repeat, with one owner and one day on each side."]
    lacks = {name for name, _ in missing_items(prepared)}
    if lacks & {"economic buyer", "authority"}:
        found.append("The name of who signs, and an introduction.")
    if deal and deal.opportunity.close_date:
        found.append(
            f"Their own word on the close date {deal.opportunity.close_date}, and what has to happen before it."
        )
    lines = [prepared.ledger.line(text, cite) for text in found]
    return Section(title="Leave with", lines=tuple(lines))
