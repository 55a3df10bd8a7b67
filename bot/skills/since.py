"""What changed on an account since somebody last looked: dated lines, old → new, with who did it; code alone finds it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.crm.records import Activity, Opportunity, OpportunityHistory, Task
from bot.dates import find_dates
from bot.proposals import Draft, Section
from bot.skills import Context
from bot.skills import account as facts
from bot.skills.ledger import Ledger, money, plural
from bot.skills.view import AccountView

SHOWN = 10
"""changes that are shown; the rest are counted"""
BACK = timedelta(days=30)
"""how far before a look an entry may be dated and still be news, where it was entered later"""
FIELDS = ("stage", "amount", "close_date", "forecast_category", "next_step", "owner_id")
KEPT = ("name", "currency", *FIELDS)
TITLES = {
    "stage": "stage", "amount": "amount", "close_date": "close date", "forecast_category": "forecast category",
    "next_step": "next step", "owner_id": "owner",
}  # fmt: skip

MISSED = re.compile(
    r"\bsince (?:i|we|my)\b.{0,20}\b(?:look|looked|check|checked|brief|briefing|briefed|asked|here)\b|\bdid i miss\b"
)
SINCE_DAY = re.compile(r"^(?:please )?(?:(?:show|tell) me )?(?:what|anything|any news|news)\b.*\bsince (.+)$")

State = Mapping[str, Any]


@dataclass(frozen=True)
class Since:
    """From when on changes are told, why from then, and how the account stood, where somebody looked."""

    moment: datetime
    """on the asker's clock"""
    title: str
    state: State | None = None
    look: bool = False
    """whether it is an earlier look of the asker"""


@dataclass(frozen=True)
class Change:
    """One change: when, what, and the record it stands in."""

    at: datetime
    text: str
    cite: int


def state_of(view: AccountView) -> dict[str, Any]:
    """How an account stands, as small as it can be compared later: ids, and the fields of open deals."""
    recent = [a.id for a in view.activities if a.at >= view.now - BACK]
    deals = {o.id: {name: _plain(getattr(o, name)) for name in KEPT} for o in view.open}
    return {
        "deals": deals,
        "owner_id": view.account.owner_id,
        "contacts": [contact.id for contact in view.contacts],
        "tasks": [task.id for task in view.tasks],
        "activities": recent,
    }


def last_look(context: Context, view: AccountView) -> Since | None:
    """The asker's look before this one; None where this is the first, or looks are not kept."""
    if context.memory is None:
        return None
    look = context.memory.looks.last(context.asker.id, view.account.id, context.now)
    if look is None:
        return None
    at = look.at.astimezone(view.now.tzinfo)
    return Since(at, f"Since you last looked ({at.date()})", look.state, look=True)


def keep_look(context: Context, view: AccountView) -> None:
    """Remember that the asker looked now."""
    if context.memory is not None:
        context.memory.looks.keep(context.asker.id, view.account.id, context.now, state_of(view))


def first_look(context: Context, view: AccountView) -> Since:
    """Where the asker never looked: since their last touch, but for at least the last 30 days."""
    month, touch = view.now - facts.RECENT, last_touch(context, view)
    if touch and touch.at < month:
        at = touch.at.astimezone(view.now.tzinfo)
        return Since(at, f"Since your last touch ({at.date()}); you have not looked before")
    return Since(month, f"The last 30 days (since {month.date()}); you have not looked before")


def asked_since(context: Context, view: AccountView, words: str) -> Since | None:
    """From when on the words ask for changes: a day, the last look, else since the last touch; None for other words."""
    low = words.casefold()
    if MISSED.search(low):
        return last_look(context, view) or first_look(context, view)
    said = SINCE_DAY.search(low)
    days = [day for _, _, day in find_dates(said[1], view.now.date())] if said else []
    if not days:
        return None
    day = days[0]
    while day > view.now.date():  # "since Monday" is the one that was
        day -= timedelta(days=7)
    begins = datetime.combine(day, time(), view.now.tzinfo)
    return Since(begins, f"Since {day}")


def last_touch(context: Context, view: AccountView) -> Activity | None:
    """The newest activity that the asker did themselves."""
    own = (a for a in view.activities if a.owner_id == context.asker.id and a.direction != "inbound")
    return next(own, None)


def since_section(context: Context, view: AccountView, since: Since, ledger: Ledger) -> Section:
    """What changed, newest first; that nothing did is said."""
    found = sorted(_changes(context, view, since, ledger), key=lambda change: change.at, reverse=True)
    lines = [
        ledger.line(f"{change.at.astimezone(view.now.tzinfo).date()}: {change.text}.", change.cite)
        for change in found[:SHOWN]
    ]
    account = facts.cite_account(view, ledger)
    if not found:
        lines = [ledger.line("Nothing changed in what you may see of it in the CRM.", account)]
    if len(found) > SHOWN:
        lines.append(ledger.line(f"{plural(len(found) - SHOWN, 'further change')} in the CRM.", account))
    return Section(title=since.title, lines=tuple(lines))


def news_alone(context: Context, view: AccountView, since: Since, ledger: Ledger) -> Draft:
    """Only what changed, where that is what was asked."""
    settled, citations = ledger.settle([since_section(context, view, since, ledger)])
    keep_look(context, view)
    return Draft(
        skill="brief",
        sections=settled,
        citations=citations,
        numbers=tuple(ledger.numbers),
        account_id=view.account.id,
        as_of=context.reader.as_of(),
    )


def _changes(context: Context, view: AccountView, since: Since, ledger: Ledger) -> Iterator[Change]:
    for deal in view.opportunities:
        yield from of_deal(context, view, since, ledger, deal)
    yield from _activities(context, view, since, ledger)
    yield from _tasks(context, view, since, ledger)
    yield from _contacts(view, since, ledger)
    was = since.state["owner_id"] if since.state else view.account.owner_id
    if was != view.account.owner_id:
        text = f"owner of the account: {_name(context, was)} → {_name(context, view.account.owner_id)}"
        yield Change(view.account.updated_at or view.now, text, facts.cite_account(view, ledger))


def of_deal(context: Context, view: AccountView, since: Since, ledger: Ledger, deal: Opportunity) -> Iterator[Change]:
    """What changed of one deal."""
    rows = [row for row in context.reader.history(deal.id) if row.at <= view.now]
    before = _before(since, deal, rows)
    if before is None:
        if deal.created_at and since.moment < deal.created_at <= view.now:
            worth = f"{money(deal.amount, deal.currency)}, {deal.stage}"
            yield Change(deal.created_at, f"new deal {deal.name}: {worth}", facts.cite_deal(deal, ledger))
        return
    for name in FIELDS:
        was, now = before.get(name), _plain(getattr(deal, name))
        if name in before and was != now:
            yield _field(context, view, ledger, deal, rows, since, name, was)


def _before(since: Since, deal: Opportunity, rows: Sequence[OpportunityHistory]) -> Mapping[str, Any] | None:
    """The deal's fields as they were; None where it was not there or closed already."""
    if since.state is not None:
        kept: Mapping[str, Any] | None = since.state["deals"].get(deal.id)
        return kept
    then = next((row for row in reversed(rows) if row.at <= since.moment), None)
    if then is None:
        return None
    return {name: _plain(getattr(then, name)) for name in FIELDS[:4]}


def _field(
    context: Context, view: AccountView, ledger: Ledger, deal: Opportunity, rows: Sequence[OpportunityHistory],
    since: Since, name: str, was: Any,
) -> Change:  # fmt: skip
    now = getattr(deal, name)
    row = next((row for row in rows if row.at > since.moment and getattr(row, name, None) == now), None)
    who = context.reader.user(row.user_id) if row and row.user_id else None
    by = f" (by {'you' if who.id == context.asker.id else who.name})" if who else ""
    if name == "amount":
        ledger.figure(now, f"amount of {deal.name}")
        ledger.figure(float(was) if was else None, f"amount of {deal.name} before")
    shown = [_shown(context, deal, name, value) for value in (was, _plain(now))]
    end = {True: ": won", False: ": lost"}[deal.is_won] if name == "stage" and deal.is_closed else ""
    at = row.at if row else deal.updated_at
    text = f"{TITLES[name]} of {deal.name}: {shown[0]} → {shown[1]}{end}{by}"
    return Change(at if at and since.moment < at <= view.now else view.now, text, facts.cite_deal(deal, ledger))


def _shown(context: Context, deal: Opportunity, name: str, value: Any) -> str:
    if value is None:
        return "none"
    if name == "amount":
        return money(Decimal(value), deal.currency)
    if name == "owner_id":
        return _name(context, value)
    return f"“{value}”" if name == "next_step" else str(value)


def _name(context: Context, user_id: str | None) -> str:
    user = context.reader.user(user_id) if user_id else None
    return user.name if user else "nobody known"


def _activities(context: Context, view: AccountView, since: Since, ledger: Ledger) -> Iterator[Change]:
    """What others entered, and what the customer sent; the asker's own doing is no news to them."""
    known = set(since.state["activities"]) if since.state else None
    for one in view.activities:
        entered_late = known is not None and one.id not in known and one.at > since.moment - BACK
        own = one.owner_id == context.asker.id and one.direction != "inbound"
        if (one.at > since.moment or entered_late) and not own and (known is None or one.id not in known):
            who = context.reader.user(one.owner_id) if one.owner_id and one.owner_id != context.asker.id else None
            by = f" (by {who.name})" if who and one.direction != "inbound" else ""
            yield Change(one.at, f"{facts.activity_words(view, one)}{by}", facts.cite_activity(one, ledger))


def _tasks(context: Context, view: AccountView, since: Since, ledger: Ledger) -> Iterator[Change]:
    known = set(since.state["tasks"]) if since.state else set()
    for task in view.tasks:
        fresh = task.id not in known if since.state else bool(task.created_at and task.created_at > since.moment)
        if fresh:
            due = f", due {task.due}" if task.due else ""
            whose = "ours" if task.side == "ours" else "theirs"
            yield _of_task(view, ledger, task, f"new promise of {whose}: {task.subject}{due}")
    live = {task.id for task in view.tasks}
    for key in known - live:
        gone = context.reader.task(key)
        if gone and gone.status == "done":
            yield _of_task(view, ledger, gone, f"done: {gone.subject}", at=view.now)


def _of_task(view: AccountView, ledger: Ledger, task: Task, text: str, at: datetime | None = None) -> Change:
    when = at or task.created_at or view.now
    return Change(min(when, view.now), text, ledger.record("task", task, task.subject, task.created_at))


def _contacts(view: AccountView, since: Since, ledger: Ledger) -> Iterator[Change]:
    known = set(since.state["contacts"]) if since.state else set()
    for contact in view.contacts:
        made = contact.created_at
        fresh = contact.id not in known if since.state else bool(made and made > since.moment)
        if fresh:
            title = f", {contact.title}" if contact.title else ""
            n = ledger.record("contact", contact, contact.name, contact.updated_at)
            yield Change(min(made or view.now, view.now), f"new contact {contact.name}{title}", n)


def _plain(value: Any) -> Any:
    """A field's value as JSON holds it."""
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else format(value.normalize(), "f")
