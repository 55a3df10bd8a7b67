"""The computed sections on an account: each line is worked out by code and names its CRM record."""

from datetime import datetime, timedelta
from decimal import Decimal

from bot.crm.records import Activity, Contact, Opportunity, Task
from bot.pipeline.deal import Deal, days_between, pushes, stage_entered, won_and_lost
from bot.proposals import Line, Section
from bot.skills.ledger import Ledger, joined, money, plural
from bot.skills.view import AccountView

RECENT = timedelta(days=30)
SHOWN = 8
"""lines of a long list that are shown; the rest are counted"""
HAPPENED = 7
"""of what happened, as the lines that notes add come beneath"""


def role_word(role: str) -> str:
    """Write a role as people say it."""
    return role.replace("_", " ")


def kind_word(kind: str) -> str:
    """Write an account's type as people say it."""
    return "Former customer" if kind.lower() == "former" else kind.capitalize()


def cite_account(view: AccountView, ledger: Ledger) -> int:
    """Number the account's own record."""
    return ledger.record("account", view.account, view.account.name, view.account.updated_at)


def cite_deal(opportunity: Opportunity, ledger: Ledger) -> int:
    """Number a deal's record."""
    return ledger.record("opportunity", opportunity, opportunity.name, opportunity.updated_at)


def identity(view: AccountView, ledger: Ledger) -> Section:
    """Name, industry, segment, size, place and owner."""
    a = view.account
    size = f"{a.employees:,} employees" if a.employees else None
    revenue = f"revenue {money(a.annual_revenue, a.currency)}" if a.annual_revenue else None
    place = joined([a.country, a.region if a.region != a.country else None])
    facts = joined([a.industry, a.segment, size, revenue, place])
    owner = f"; owner {view.owner.name}" if view.owner else ""
    ledger.figure(a.employees, f"employees of {a.name}")
    ledger.figure(a.annual_revenue, f"annual revenue of {a.name}")
    text = f"{a.name}: {facts}{owner}." if facts else f"{a.name}{owner}."
    return Section(title="Identity", lines=(ledger.line(text, cite_account(view, ledger)),))


def relationship(view: AccountView, ledger: Ledger) -> Section:
    """Customer or prospect, products, renewal, and the won and lost record."""
    a, n = view.account, cite_account(view, ledger)
    since = f" since {a.customer_since}" if a.customer_since else ""
    lines = [ledger.line(f"{kind_word(a.type or 'prospect')}{since}.", n)] if a.type or since else []
    if a.products:
        lines.append(ledger.line(f"Owns {joined(a.products)}.", n))
    if a.renewal_date:
        days = (a.renewal_date - ledger.today).days
        ledger.figure(days, f"days to the renewal of {a.name}")
        lines.append(ledger.line(f"Renewal on {a.renewal_date} ({_in_days(days)}).", n))
    lines += [_record_line(view, ledger, n, i) for i in range(len(won_and_lost(view.opportunities)))]
    lines += [
        _last_closed(view, ledger, won=won)
        for won in (True, False)
        if any(o.is_closed and o.is_won == won for o in view.opportunities)
    ]
    return Section(title="Relationship", lines=tuple(lines))


def _last_closed(view: AccountView, ledger: Ledger, *, won: bool) -> Line:
    """The newest deal that was won, or lost with the reason."""
    deal = next(o for o in view.opportunities if o.is_closed and o.is_won == won)
    ledger.figure(deal.amount, f"amount of {deal.name}")
    worth = joined([money(deal.amount, deal.currency), f"on {deal.close_date}" if deal.close_date else None])
    why = f"; reason: {deal.loss_reason}" if deal.loss_reason and not won else ""
    return ledger.line(f"Last {'won' if won else 'lost'}: {deal.name}, {worth}{why}.", cite_deal(deal, ledger))


def _record_line(view: AccountView, ledger: Ledger, n: int, index: int) -> Line:
    record = won_and_lost(view.opportunities)[index]
    name = view.account.name
    ledger.figure(record.won, f"won deals of {name}")
    ledger.figure(record.lost, f"lost deals of {name}")
    ledger.figure(record.won_amount, f"won amount of {name}")
    won = f"{record.won} won for {money(record.won_amount, record.currency)} in all" if record.won else "No won deal"
    return ledger.line(f"{won}, {record.lost} lost.", n)


def _in_days(days: int) -> str:
    if days == 0:
        return "today"
    return f"in {plural(days, 'day')}" if days > 0 else f"{plural(-days, 'day')} ago"


def people(view: AccountView, ledger: Ledger) -> Section:
    """Who is who, last contact, and who must not be contacted."""
    roles = view.roles
    ranked = sorted(view.contacts, key=lambda c: (c.id not in roles, _silence(view, c)))
    lines = [_person(view, ledger, contact) for contact in ranked[:SHOWN]]
    if len(ranked) > SHOWN:
        rest = f"{plural(len(ranked) - SHOWN, 'further contact')} in the CRM."
        lines.append(ledger.line(rest, cite_account(view, ledger)))
    return Section(title="People", lines=(*lines, *_missing_roles(view, ledger)))


def _missing_roles(view: AccountView, ledger: Ledger) -> list[Line]:
    """Which of the roles that decide a deal nobody has, a line a deal."""
    lines = []
    for deal in view.deals:
        held = {role.role for role in deal.roles}
        missing = [role_word(role) for role in ("economic_buyer", "champion") if role not in held]
        if missing:
            text = f"No {' and no '.join(missing)} identified on {deal.opportunity.name}."
            lines.append(ledger.line(text, cite_deal(deal.opportunity, ledger)))
    return lines


def _silence(view: AccountView, contact: Contact) -> float:
    touch = view.last_touch(contact.id)
    return -touch.at.timestamp() if touch else 0.0


def _person(view: AccountView, ledger: Ledger, contact: Contact) -> Line:
    role = view.roles.get(contact.id)
    touch = view.last_touch(contact.id)
    last = (
        f"last {touch.kind} {touch.at.astimezone(view.now.tzinfo).date()}"
        if touch
        else "no contact in the last 180 days"
    )
    parts = [contact.title, role_word(role.role) if role else None, last, _consent(contact)]
    n = ledger.record("contact", contact, contact.name, contact.updated_at)
    return ledger.line(f"{contact.name}: {joined(parts, '; ')}.", n)


def _consent(contact: Contact) -> str | None:
    if contact.do_not_contact:
        return "DO NOT CONTACT"
    flags = [("no e-mail", contact.email_opt_out), ("no calls", contact.phone_opt_out)]
    return joined(word for word, on in flags if on) or None


def deals(view: AccountView, ledger: Ledger) -> Section:
    """The nearest open deals in full, the rest counted."""
    lines = [_deal_line(view, ledger, deal) for deal in view.deals]
    rest = view.open[len(view.deals) :]
    if rest:
        text = f"{plural(len(rest), 'further open opportunity')} worth {totals(rest)}."
        lines.append(ledger.line(text, cite_account(view, ledger)))
    return Section(title="Open opportunities", lines=tuple(lines))


def totals(opportunities: list[Opportunity]) -> str:
    """Sum amounts, each currency apart; what has none is counted, and never taken for nothing."""
    sums: dict[str, Decimal] = {}
    for o in opportunities:
        if o.amount is not None:
            sums[o.currency] = sums.get(o.currency, Decimal(0)) + o.amount
    known = " and ".join(money(amount, currency) for currency, amount in sorted(sums.items()))
    without = sum(o.amount is None for o in opportunities)
    if not known:
        return "an unknown amount"
    return f"{known} ({without} without an amount)" if without else known


def _deal_line(view: AccountView, ledger: Ledger, deal: Deal) -> Line:
    o = deal.opportunity
    ledger.figure(o.amount, f"amount of {o.name}")
    step = f"next step: {o.next_step}" + (f" ({o.next_step_date})" if o.next_step_date else "") if o.next_step else None
    parts = [
        money(o.amount, o.currency), stay(view, ledger, deal), closing(ledger, deal), o.forecast_category,
        f"against {o.competitor}" if o.competitor else None, step or "no next step", _flags(view, deal),
    ]  # fmt: skip
    return ledger.line(f"{o.name}: {joined(parts, '; ')}.", cite_deal(o, ledger))


def _flags(view: AccountView, deal: Deal) -> str | None:
    """The names of the risk signals that fired, the red ones first."""
    fired = [f"{s.severity} {s.name}" for s in view.signals(deal) if s.severity != "unknown"]
    return f"flags: {joined(fired)}" if fired else None


def stay(view: AccountView, ledger: Ledger, deal: Deal) -> str:
    """Stage and days in it, against the median of won deals."""
    entered = stage_entered(deal.history)
    if entered is None:
        return deal.opportunity.stage
    days = days_between(entered, view.now)
    ledger.figure(days, f"days in stage of {deal.opportunity.name}")
    usual = f", usual {deal.usual.median:g} (median of {deal.usual.n} won deals)" if deal.usual else ""
    if deal.usual:
        ledger.figure(deal.usual.median, f"median days of won deals in {deal.opportunity.stage}")
        ledger.figure(deal.usual.n, f"won deals behind the median in {deal.opportunity.stage}")
    return f"{deal.opportunity.stage} for {plural(days, 'day')}{usual}"


def closing(ledger: Ledger, deal: Deal) -> str | None:
    """Close date, days to it and pushes; None where there is no date."""
    day = deal.opportunity.close_date
    if day is None:
        return None
    moved = pushes(deal.history)
    ledger.figure(moved, f"pushes of {deal.opportunity.name}")
    ledger.figure((day - ledger.today).days, f"days to the close date of {deal.opportunity.name}")
    times = f", pushed {plural(moved, 'time')}" if moved else ""
    return f"close date {day} ({_in_days((day - ledger.today).days)}){times}"


def happened(view: AccountView, ledger: Ledger, since: datetime | None = None, told: str = "") -> Section:
    """Dated lines from a moment on, by default of the last 30 days; where there are none, the last ones before."""
    recent = [a for a in view.activities if a.at >= (since or view.now - RECENT)] or list(view.activities[:3])
    lines = [ledger.line(told, cite_account(view, ledger))] if told else []
    lines += [_happening(view, ledger, activity) for activity in recent[:HAPPENED]]
    if len(recent) > HAPPENED:
        rest = f"{plural(len(recent) - HAPPENED, 'earlier activity')} in the CRM."
        lines.append(ledger.line(rest, cite_account(view, ledger)))
    return Section(title="What happened", lines=tuple(lines))


def activity_words(view: AccountView, activity: Activity) -> str:
    """Write what kind of activity it was, with whom, and about what."""
    names = {c.id: c.name for c in view.contacts}
    who = joined(names.get(i) for i in activity.contact_ids)
    with_whom = f" with {who}" if who else ""
    side = f" ({activity.direction})" if activity.direction in ("inbound", "outbound") else ""
    return f"{activity.kind}{side}{with_whom}: {activity.subject}"


def cite_activity(activity: Activity, ledger: Ledger) -> int:
    """Number an activity's record."""
    return ledger.record("activity", activity, f"{activity.kind}: {activity.subject}", activity.at)


def _happening(view: AccountView, ledger: Ledger, activity: Activity) -> Line:
    day = activity.at.astimezone(view.now.tzinfo).date()
    return ledger.line(f"{day}: {activity_words(view, activity)}", cite_activity(activity, ledger))


def commitments(view: AccountView, ledger: Ledger) -> Section:
    """Open promises of both sides, overdue first."""
    lines = [commitment(ledger, task) for task in view.tasks[:SHOWN]]
    if len(view.tasks) > SHOWN:
        rest = f"{plural(len(view.tasks) - SHOWN, 'further commitment')} in the CRM."
        lines.append(ledger.line(rest, cite_account(view, ledger) if view.account.id else lines[0].cites[0]))
    return Section(title="Commitments", lines=tuple(lines))


def commitment(ledger: Ledger, task: Task) -> Line:
    """Write whose promise it is, how it stands, and until when."""
    late = (ledger.today - task.due).days if task.due else 0
    ledger.figure(late if late > 0 else None, f"days overdue of {task.subject}")
    when = f"overdue by {plural(late, 'day')}" if late > 0 else "open"
    due = f", due {task.due}" if task.due else ", no due date"
    n = ledger.record("task", task, task.subject, task.created_at)
    return ledger.line(f"{'Ours' if task.side == 'ours' else 'Theirs'}, {when}: {task.subject}{due}.", n)


def risks(view: AccountView, ledger: Ledger) -> Section:
    """Risk signals of the nearest deals, red first."""
    order = {"red": 0, "amber": 1, "unknown": 2}
    found = [(signal, deal) for deal in view.deals for signal in view.signals(deal) if signal.severity != "unknown"]
    found.sort(key=lambda pair: order[pair[0].severity])
    lines = [
        ledger.line(f"{s.severity.capitalize()}: {d.opportunity.name}: {s.text}.", cite_deal(d.opportunity, ledger))
        for s, d in found[:SHOWN]
    ]
    return Section(title="Risks and open questions", lines=tuple(lines))


def unknowns(view: AccountView) -> list[str]:
    """What the CRM does not say, in the seller's words."""
    a = view.account
    missing = [word for word, value in (("industry", a.industry), ("segment", a.segment), ("owner", a.owner_id),
               ("renewal date", a.renewal_date or (a.type or "") != "customer")) if not value]  # fmt: skip
    found = [f"{', '.join(missing).capitalize()}: not in the CRM."] if missing else []
    if a.type is None:
        found.append("Customer or prospect: the CRM does not say.")
    empty = {"contacts": view.contacts, "activities in the last 180 days": view.activities, "open tasks": view.tasks}
    found += [f"No {word} on record." for word, rows in empty.items() if not rows]
    found += _unknown_buyers(view) + _unknown_signals(view)
    return found if view.open else [*found, "No open opportunity."]


def _unknown_buyers(view: AccountView) -> list[str]:
    """Deals with people on them, none of whom is the economic buyer; without any the risk signals say so."""
    names = [d.opportunity.name for d in view.deals if d.roles and all(r.role != "economic_buyer" for r in d.roles)]
    return [f"{joined(names)}: no economic buyer is identified."] if names else []


def _unknown_signals(view: AccountView) -> list[str]:
    texts: dict[str, list[str]] = {}
    for deal in view.deals:
        for signal in view.signals(deal):
            if signal.severity == "unknown":
                texts.setdefault(signal.text, []).append(deal.opportunity.name)
    return [f"{joined(dict.fromkeys(names))}: {text}." for text, names in texts.items()]
