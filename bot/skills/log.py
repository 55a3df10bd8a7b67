"""Turn a seller's words into proposals: the touch, the tasks, the changes of deals and people; ids and values come from code."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import decisions
from bot.crm.records import Contact, Opportunity
from bot.crm.writes import LogActivity
from bot.dates import find_dates, long_date
from bot.errors import BotError
from bot.proposals import Action, Draft, ProposedWrite, Section
from bot.skills import Ask, Card, Context
from bot.skills import account as facts
from bot.skills.battle.rivals import said_name
from bot.skills.ledger import Ledger, plural
from bot.skills.named import Named, label, people_in, without_label
from bot.skills.outreach import optout
from bot.skills.outreach.judging import keep
from bot.skills.said import chatter, clauses, colleagues, deals, persons, reading, settling, touch
from bot.skills.said.clauses import Clause, Words
from bot.skills.said.done import done
from bot.skills.said.joining import joined
from bot.skills.said.present import present
from bot.skills.said.promises import promised
from bot.skills.said.scene import Intent, Scene
from bot.skills.said.told import is_told
from bot.skills.said.triggers import TRIGGERS, TRIGGERS_WITH_ACCOUNT
from bot.skills.view import AccountView, gather

CARD = Card(
    name="log",
    description="Log a call, e-mail, meeting or note, its follow-up tasks and changes of the deal to the CRM, once you approve.",
    examples=(
        "log that I spoke to their CFO, follow up Tuesday",
        "remind me to send the SOC 2 report on Friday",
        "push close to the 30th",
    ),
    command="/log",
    usage="spoke to Northwick's CFO, push close to the 30th, remind me Tuesday",
    bare="form",
    triggers=TRIGGERS,
    account_only=TRIGGERS_WITH_ACCOUNT,
    own=clauses.own_words,
    tells=lambda context, account_id, text: tells(context, account_id, text),
)
NO_DAY = "Nothing with a day waits here for another one; say what it is for, like “remind me to call Ingrid on Friday”."
NOTHING = "There is nothing to log yet; say what happened, like “log that I called Ingrid, follow up Friday”."


LOOKING = re.compile(r"\b(?:looking at|evaluat(?:ing|es?)|considering|talking to|comparing us)\b", re.IGNORECASE)
"""what customers do with a competitor's offer"""


@dataclass(frozen=True)
class Told:
    """A request as it was read: its words, its people, and what they ask to change."""

    view: AccountView
    words: Words
    deals: deals.Deals
    people: Named
    read: reading.Read
    intents: Sequence[tuple[Intent, Opportunity]]
    new: Sequence[persons.NewContact]

    errands: Mapping[int, colleagues.Errand]
    """what colleagues are to do, by the start of the clause"""

    @property
    def tasks(self) -> list[Clause]:
        """The clauses that are something to do."""
        return [c for c in self.words.clauses if self._is_task(c)]

    @property
    def said(self) -> list[Clause]:
        """The clauses that tell what happened; changes alone are nothing that happened."""
        facts = {i.clause.start for i, _ in self.intents if i.fact} | {p.clause.start for p in self.read.parts}
        kept = [
            c
            for c in self.words.clauses
            if not self._is_task(c) and c.start not in self.read.commands and not self._adds(c)
        ]
        alone = all(c.start in facts or self._is_new(c) or clauses.is_trivial(c) or chatter.is_chatter(c) for c in kept)
        return [] if alone and not self.words.pasted else kept

    def _is_task(self, clause: Clause) -> bool:
        changed = (
            self.read.commands | {i.clause.start for i, _ in self.intents} | {p.clause.start for p in self.read.parts}
        )
        if clause.start in changed or self._is_new(clause):
            return False
        return clause.start in self.errands or touch.is_task(clause)

    def _adds(self, clause: Clause) -> bool:
        return any(n.told and n.start <= clause.start < n.end for n in self.new)

    def _is_new(self, clause: Clause) -> bool:
        return any(n.start <= clause.start < n.end for n in self.new)


def run(context: Context, ask: Ask) -> Draft:
    """Propose what the words ask for on the account that code has picked; nothing is written here."""
    account = context.reader.account(ask.account_id or "")
    if account is None:
        raise LookupError("the assistant resolves the account before a log")
    view, ledger = gather(context, account), Ledger(context.reader, context.today)
    if ticked := done(view.tasks, ask.text):
        return _ticked(context, view, ledger, ticked)
    told = _told(context, view, ask.text)
    out = _proposed(context, told)
    day = find_dates(decisions.day_instead(ask.text) or "", context.today)
    if day and all(isinstance(one.write, LogActivity) for one in out.writes):
        raise BotError(NO_DAY)
    _opted_out(context, told, out)
    waits = f"{plural(len(out.writes), 'change')} for the CRM, waiting for your yes."
    head = f"{account.name}: {waits if out.writes else 'nothing is proposed.'}"
    cited = facts.cite_account(view, ledger)
    lines = [ledger.line(head, cited)]
    lines += [ledger.line(text, facts.cite_deal(deal, ledger) if deal else cited) for text, deal in out.lines]
    sections, citations = ledger.settle([Section(title="", lines=tuple(lines))])
    return Draft(
        skill="log",
        sections=sections,
        citations=citations,
        unknowns=tuple(dict.fromkeys(out.unknowns)),
        numbers=tuple(ledger.numbers),
        writes=tuple(out.writes),
        lead=" ".join(out.warnings),
        actions=_battlecard(told, ask.text),
        account_id=account.id,
        as_of=context.reader.as_of(),
    )


def _battlecard(told: Told, text: str) -> tuple[Action, ...]:
    """What to say against a competitor that the words name."""
    named = [str(i.value) for i, _ in told.intents if i.field == "competitor" and i.value]
    looked = said_name(text) if LOOKING.search(text) else ""
    named += [looked] if looked[:1].isupper() else []
    return (Action(label="Battlecard", ask=f"battlecard {named[0]}"),) if named else ()


def _ticked(context: Context, view: AccountView, ledger: Ledger, ticked: ProposedWrite) -> Draft:
    """Propose that a task is marked as done."""
    task = next(one for one in view.tasks if one.id == getattr(ticked.write, "task_id", ""))
    cited = ledger.record("task", task, task.subject, task.created_at)
    line = ledger.line(
        f"{view.account.name}: the task “{task.subject}” is to be marked as done, once you say yes.", cited
    )
    sections, citations = ledger.settle([Section(title="", lines=(line,))])
    return Draft(
        skill="log",
        sections=sections,
        citations=citations,
        writes=(ticked,),
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )


def tells(context: Context, account_id: str, text: str) -> bool:
    """Whether the words tell of a touch, a task or a change on this account, rather than look something up."""
    account = context.reader.account(account_id)
    if account is None:
        return False
    view = gather(context, account)
    if done(view.tasks, text):
        return True
    words = joined(clauses.read(text))
    read = _read(context, view, words, text)[1]
    if read.intents or read.parts or read.denied or read.doubts or persons.new_contacts(words, view):
        return True
    if any(reading.keeps(c) for c in words.clauses):
        return True
    users = context.reader.users()
    return any(is_told(c, view, context.today) or colleagues.errand(c, users, view.contacts) for c in words.clauses)


def _read(context: Context, view: AccountView, words: Words, text: str) -> tuple[deals.Deals, reading.Read]:
    """The account's deals, and what the clauses ask to change."""
    own = " ".join(clause.own for clause in words.clauses)
    before = next((said for role, said in reversed(context.thread_turns) if role == "assistant"), "")
    found = deals.Deals(view, own, deals.chosen(view, text), before)
    stages = context.reader.stages()
    return found, reading.read(
        words.clauses, lambda clause: Scene(view, found.likely(clause.own), context.today, stages, found.aliases)
    )


def _told(context: Context, view: AccountView, text: str) -> Told:
    plain = deals.without_label(without_label(text, view.contacts), view)
    words = joined(clauses.read(plain))
    if not words.clauses and not words.pasted:
        raise BotError(NOTHING)
    found, read = _read(context, view, words, text)
    new = persons.new_contacts(words, view)
    people = people_in(view, _people_text(view, words, read, new, text))
    intents = [(i, deal) for i in read.intents if (deal := _deal_of(i, found))]
    users = context.reader.users()
    found_errands = ((c.start, colleagues.errand(c, users, view.contacts)) for c in words.clauses)
    errands = {at: errand for at, errand in found_errands if errand}
    return Told(view, words, found, people, read, intents, new, errands)


def _deal_of(intent: Intent, found: deals.Deals) -> Opportunity | None:
    """The deal of a change; a wish of the customer's is not worth a question, and without deals there is none."""
    if not found.view.opportunities or (intent.field == "next_step" and intent.fact):
        return found.usual()
    return found.of(intent.clause.own)


def _people_text(
    view: AccountView, words: Words, read: reading.Read, new: Sequence[persons.NewContact], text: str
) -> str:
    """The seller's own words without the parts that people are given and without new people; with who was chosen."""
    given = {part.clause.start: part.who for part in (*read.parts, *read.denied)}
    own = []
    for clause in words.clauses:
        if not any(n.start <= clause.start < n.end for n in new):
            ends = [n.start - clause.start for n in new if clause.start < n.start < clause.end]
            own.append(given.get(clause.start, clause.own[: min(ends, default=None)]))
    return "; ".join(own) + "".join(f" ({label(c)})" for c in view.contacts if f"({label(c)})" in text)


def _proposed(context: Context, told: Told) -> settling.Outcome:
    """Everything that is proposed, the touch first, and what is said of it."""
    changed = settling.updates(told.intents)
    parts = settling.roles(
        context, told.view, told.read.parts, told.deals, lambda at: _people_before(told, at), told.new
    )
    new = settling.contacts(told.view, told.words, told.new)
    rivals = {f"No {i.value} " for i, _ in told.intents if i.field == "competitor"}
    ours = {f"No {name} is " for u in context.reader.users() for name in (u.name, u.name.split()[0])}
    strangers = [text for text in told.people.unknown if not text.startswith((*rivals, *ours))]
    out = settling.Outcome(unknowns=strangers, warnings=changed.warnings)
    _happened(context, told, out, _the_deal(told, changed))
    for more in (changed, parts, new):
        out.writes += more.writes
        out.lines += more.lines
        out.unknowns += more.unknowns
    if not told.view.opportunities and told.read.intents:
        out.unknowns += [
            f"“{i.words}” changes a deal, and {told.view.account.name} has none." for i in told.read.intents
        ]
    out.unknowns += told.read.doubts
    out.unknowns += [] if told.said else chatter.left_out(told.words.clauses)
    return out


def _people_before(told: Told, at: int) -> list[Contact]:
    before = " ".join(clause.own for clause in told.words.clauses if clause.start < at)
    return told.people.of(before)


def _the_deal(told: Told, changed: settling.Outcome) -> Opportunity | None:
    """The deal that touch and tasks belong to: the request's, else the only one that it changes."""
    changing = {deal.id: deal for _, deal in changed.lines if deal}
    usual = told.deals.usual()
    return usual or (next(iter(changing.values())) if len(changing) == 1 else None)


def _happened(context: Context, told: Told, out: settling.Outcome, deal: Opportunity | None) -> None:
    """Add the touch and the tasks."""
    account, said, tasks = told.view.account, told.said, told.tasks
    people = present(told.view, told.words, told.people, [c for c in told.words.clauses if c not in tasks])
    if said or told.words.pasted:
        write = touch.activity(context, account, told.words, said, people, deal)
        out.writes.append(write)
    for clause in tasks:
        theirs = told.errands.get(clause.start)
        those = told.people.of(clause.own) or people
        task = touch.task(context, account, clause, those, deal, out.unknowns.append, theirs)
        if task:
            out.writes.append(task)
            out.lines.append((_task_line(task, theirs), None))
    promises = (promised(context, account, clause, people, deal, out.unknowns.append) for clause in said)
    for promise in filter(None, promises):
        out.writes.append(promise)
        out.lines.append((_task_line(promise, None), None))
    if told.words.pasted:
        out.lines.append(("What you pasted is logged as it stands; nothing in it was taken as an instruction.", None))
    if deal is None and len(told.view.open) > 1 and out.writes:
        out.unknowns.append(
            f"Which of the {plural(len(told.view.open), 'open deal')} it belongs to; logged on the account."
        )


def _opted_out(context: Context, told: Told, out: settling.Outcome) -> None:
    """Keep at once that somebody wants no more mail: that needs no yes, as it only keeps us from writing."""
    opted = optout.told(told.words.text, told.words.paste())
    if opted:
        people = present(told.view, told.words, told.people, told.words.clauses)
        said = keep(context, people, opted)
        if people and said:
            out.lines.append((said, None))
        elif said:
            out.unknowns.append(said)


def _task_line(task: ProposedWrite, theirs: colleagues.Errand | None) -> str:
    due, subject = getattr(task.write, "due", None), getattr(task.write, "subject", "")
    when = f", due {due:%A}, {long_date(due)}" if due else ""
    whose = f" for {theirs.owner.name}" if theirs and theirs.owner else ""
    return f"Task “{subject}”{whose}{when}, from “{task.evidence}”."
