"""Activities and promises that fit."""

from collections.abc import Iterable, Sequence

from bot.crm.records import Activity, Task
from bot.proposals import Figure
from bot.skills.asking.arguments import Activities, Promises
from bot.skills.asking.crm import Crm
from bot.skills.asking.groups import count
from bot.skills.asking.people import person
from bot.skills.asking.places import account_rules
from bot.skills.asking.result import LISTED, Hit, Result, Rule, Rules, between, counted, inside
from bot.skills.ledger import joined, plural


def find_activities(crm: Crm, args: Activities, ties: Sequence[Rule[Activity]] = ()) -> Result:
    """The calls, e-mails, meetings and notes that fit, newest first; those to come the next first."""
    owners = crm.owners(args.owner, args.team)
    rules: Rules[Activity] = Rules()
    kinds = set(args.kinds)
    rules.add(kinds, joined(sorted(kinds), " or "), lambda a: a.kind in kinds)
    rules.add(args.direction, args.direction, lambda a: a.direction == args.direction)
    over, under = args.minutes_over, args.minutes_under
    rules.add(over is not None, f"longer than {over} minutes", lambda a: (a.minutes or 0) > (over or 0))
    rules.add(
        under is not None, f"shorter than {under} minutes", lambda a: a.minutes is not None and a.minutes < (under or 0)
    )
    first, last = args.first, args.last
    zone = crm.now.tzinfo
    rules.add(first or last, between(first, last), lambda a: inside(a.at.astimezone(zone).date(), first, last))
    _where(crm, args, rules)
    one = person(crm, args.person) if args.person else None
    rules.add(one, f"with {one.name if one else ''}", lambda a: one is not None and one.id in a.contact_ids)
    rules.add(args.planned, "still to come", lambda a: a.at > crm.now)
    rules.add(not args.planned and not args.whole, "", lambda a: a.at <= crm.now)
    rules.found += ties
    fits = rules.keep(crm.reader.activities(owners=owners.ids))
    if args.planned or args.sort == "oldest":
        fits.reverse()
    shown = fits[: args.top] if args.top else fits
    words = joined([f"activities {owners.words}", rules.words or None])
    if args.top:
        words = f"{words}; the {'next' if args.planned else 'latest' if args.sort == 'newest' else 'first'} {args.top}"
    return Result(
        noun="activity",
        words=words,
        hits=[_activity(crm, args, a) for a in shown[:LISTED]],
        summary=_counted(args, shown, words),
        counted=[f"activity:{a.id}" for a in shown],
        rows=shown,
        table=count(crm, args.group, shown, "Activities", least=args.least, minutes=args.minutes)
        if args.group
        else None,
        figures=[
            Figure(name="activities", value=len(shown), n=len(shown), filter=words),
            *_minutes(args, shown, words),
        ],
    )


def _timed(args: Activities) -> bool:
    return args.minutes or args.minutes_over is not None or args.minutes_under is not None


def _minutes(args: Activities, rows: Sequence[Activity], words: str) -> list[Figure]:
    """The minutes of those that have them on record, added up where they are asked for."""
    told = [a.minutes for a in rows if a.minutes is not None]
    return [Figure(name="minutes", value=sum(told), n=len(told), filter=words)] if _timed(args) else []


def _counted(args: Activities, rows: Sequence[Activity], words: str) -> str:
    """How many, and how long they took together where that is asked for."""
    if not args.minutes or not rows:
        return counted(len(rows), "activity", words)
    told = [a.minutes for a in rows if a.minutes is not None]
    blank = f", {len(rows) - len(told)} without minutes on record" if len(told) < len(rows) else ""
    return f"{sum(told)} minutes in {plural(len(rows), 'activity')}{blank}: {words}."


def _activity(crm: Crm, args: Activities, a: Activity) -> Hit:
    account = crm.accounts.get(a.account_id or "")
    people = [crm.contacts[key].name for key in a.contact_ids if key in crm.contacts]
    day = a.at.astimezone(crm.now.tzinfo).date()
    kind = "E-mail" if a.kind == "email" else a.kind.capitalize()
    facts = [account.name if account else None, joined(people) or None, crm.owner_name(a.owner_id)]
    facts += [plural(a.minutes, "minute")] if a.minutes is not None and _timed(args) else []
    return Hit("activity", a, a.subject, f"{day} {kind}: {a.subject} ({joined(facts)}).", a.at)


def find_promises(crm: Crm, args: Promises, ties: Sequence[Rule[Task]] = ()) -> Result:
    """The tasks and promises that fit, the earliest due first."""
    owners = crm.owners(args.owner, args.team)
    rules: Rules[Task] = Rules()
    _state(crm, args, rules)
    rules.add(
        args.side, "promised by us" if args.side == "ours" else "promised by customers", lambda t: t.side == args.side
    )
    first, last = args.due_from, args.due_to
    rules.add(first or last, f"due {between(first, last)}", lambda t: inside(t.due, first, last))
    rules.add(args.no_date, "without a due date", lambda t: t.due is None)
    one = person(crm, args.person) if args.person else None
    rules.add(one, f"of {one.name if one else ''}", lambda t: one is not None and t.contact_id == one.id)
    _where(crm, args, rules)
    rules.found += ties
    fits = rules.keep(crm.reader.tasks(live_only=False, owners=owners.ids))
    fits.sort(key=lambda t: (t.due is None, t.due or crm.now.date(), t.id))
    shown = fits[: args.top] if args.top else fits
    words = joined([f"tasks {owners.words}", rules.words or None])
    return Result(
        noun="task",
        words=words,
        hits=[_task(crm, t) for t in shown[:LISTED]],
        summary=counted(len(shown), "task", words),
        counted=[f"task:{t.id}" for t in shown],
        rows=shown,
        table=count(crm, args.group, shown, "Tasks", least=args.least) if args.group else None,
        figures=[Figure(name="tasks", value=len(shown), n=len(shown), filter=words)],
        topic="overdue promise" if args.state == "overdue" else "",
    )


def _state(crm: Crm, args: Promises, rules: Rules[Task]) -> None:
    today = crm.context.today
    rules.add(args.state in ("open", "overdue"), "open", lambda t: t.status == "open")
    rules.add(args.state == "done", "done", lambda t: t.status == "done")
    rules.add(args.state == "overdue", f"due before {today}", lambda t: t.due is not None and t.due < today)


def _where(crm: Crm, args: Activities | Promises, rules: Rules[Activity] | Rules[Task]) -> None:
    conditions = account_rules(crm, args)
    fits = {a.id for a in crm.accounts.values() if all(holds(a) for _, holds in conditions)} if conditions else set()
    words = joined(words for words, _ in conditions)
    rules.add(conditions, words, lambda row: row.account_id in fits)


def _task(crm: Crm, t: Task) -> Hit:
    account, person = crm.accounts.get(t.account_id or ""), crm.contacts.get(t.contact_id or "")
    late = (crm.context.today - t.due).days if t.due and t.status == "open" else 0
    facts: Iterable[str | None] = (
        account.name if account else None,
        person.name if person else None,
        "theirs" if t.side == "theirs" else "ours",
        f"due {t.due}" if t.due else "no due date",
        f"{plural(late, 'day')} overdue" if late > 0 else None,
        t.status if t.status != "open" else None,
        crm.owner_name(t.owner_id),
    )
    return Hit("task", t, t.subject, f"{t.subject} ({joined(facts)}).", t.created_at)
