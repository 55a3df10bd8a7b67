"""Signals of risk about who took part, and what comes next (pure)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from statistics import median

from bot.crm.records import Activity
from bot.pipeline.course import Step, step_of
from bot.pipeline.deal import Deal, days_between, is_two_way, missed
from bot.pipeline.limits import Thresholds
from bot.pipeline.signal import Severity, Signal

ANSWERS = 3
"""answers that show in how many days an account usually answers"""
SOONEST = 3
"""days that nobody is held to have left us waiting, however fast they usually are"""


def touches(deal: Deal, now: datetime) -> list[Activity]:
    """What the customer took part in, up to now, the oldest first."""
    return sorted((a for a in deal.activities if is_two_way(a) and a.at <= now), key=lambda a: a.at)


def silence(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No two-way activity for 14 days (amber), 21 (red)."""
    found = touches(deal, now)
    if not found:
        return Signal("no two-way activity", "unknown", "no two-way activity is on record")
    days = days_between(found[-1].at, now)
    if days < limit.silence_amber:
        return None
    red: Severity = "red" if days >= limit.silence_red else "amber"
    return Signal("no two-way activity", red, f"no two-way activity for {days} days", _cited(found[-1:]))


def dead_weight(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Nothing from the customer for 60 days: propose closing it."""
    found = touches(deal, now)
    since = found[-1].at if found else min((a.at for a in deal.activities if a.at <= now), default=None)
    if since is None or (days := days_between(since, now)) < limit.dead:
        return None
    text = f"nothing came from the customer for {days} days; propose closing it"
    return Signal("dead weight", "red", text, _cited(found[-1:]))


def ghosted(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Two of our messages have waited a week for an answer, or 1.5 × as long as the account usually takes."""
    answers = touches(deal, now)
    last = answers[-1].at if answers else datetime.min.replace(tzinfo=now.tzinfo)
    waiting = [a for a in _sent(deal.activities, now) if a.at > last]
    if len(waiting) < limit.ghosted_messages:
        return None
    days = days_between(waiting[limit.ghosted_messages - 1].at, now)
    usual = usual_gap(deal.activities, now)
    most = limit.ghosted_days if usual is None else max(SOONEST, limit.ghosted_factor * usual)
    if days < most:
        return None
    first = waiting[0].at.astimezone(now.tzinfo).date()
    habit = "" if usual is None else f"; they usually answer within {usual:g} days"
    text = f"{len(waiting)} messages of ours since {first} have no answer{habit}"
    return Signal("ghosted", "amber", text, _cited(waiting))


def _sent(activities: Sequence[Activity], now: datetime) -> list[Activity]:
    """Our messages: e-mails, and calls that nobody took; the oldest first."""
    ours = [a for a in activities if a.at <= now and ((a.kind == "email" and a.direction == "outbound") or missed(a))]
    return sorted(ours, key=lambda a: a.at)


def usual_gap(activities: Sequence[Activity], now: datetime) -> float | None:
    """Days from our first message to their next, the median; None where too few answers tell."""
    gaps: list[int] = []
    waiting: datetime | None = None
    told = [a for a in activities if a.at <= now]
    for one in sorted(told, key=lambda a: a.at):
        if is_two_way(one):
            if waiting and one.direction == "inbound":
                gaps.append(days_between(waiting.astimezone(now.tzinfo), one.at.astimezone(now.tzinfo)))
            waiting = None
        elif waiting is None and ((one.kind == "email" and one.direction == "outbound") or missed(one)):
            waiting = one.at
    return median(gaps) if len(gaps) >= ANSWERS else None


def silent_champion(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """The champion said nothing for 5 business days in negotiation or later."""
    if step_of(deal.opportunity.stage, deal.stages) != Step.NEGOTIATION:
        return None
    champions = {role.contact_id for role in deal.roles if role.role == "champion"}
    found = [a for a in touches(deal, now) if champions & set(a.contact_ids)]
    if not found:
        why = "nothing of theirs is on record" if champions else "no champion is identified"
        return Signal("silent champion", "unknown", f"whether the champion is silent is unknown: {why}")
    last = found[-1].at.astimezone(now.tzinfo).date()
    days = business_days(last, now.date())
    if days < limit.champion_days:
        return None
    name = _name(deal, next(key for key in found[-1].contact_ids if key in champions))
    text = f"the champion {name} said nothing for {days} business days, since {last}"
    return Signal("silent champion", "amber", text, _cited(found[-1:]))


def business_days(after: date, until: date) -> int:
    """Mondays to Fridays after a day, up to another."""
    weeks, rest = divmod(max(0, (until - after).days), 7)
    return weeks * 5 + sum((after + timedelta(days=k)).weekday() < 5 for k in range(1, rest + 1))


def single_threaded(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """Only one contact engaged within 30 days; red above the segment's median amount."""
    since = now - timedelta(days=limit.engaged_days)
    found = [a for a in touches(deal, now) if since <= a.at]
    engaged = {c for a in found for c in a.contact_ids}
    if len(engaged) != 1:
        return None  # nobody at all is the silence signal's business
    text = f"only {_name(deal, engaged.pop())} was engaged in the last {limit.engaged_days} days"
    above = _above(deal, limit)
    return Signal("single-threaded", "red" if above else "amber", text + above, _cited(found[-1:]))


def _above(deal: Deal, limit: Thresholds) -> str:
    """By what the amount is large enough for a single thread to be red; empty where it is not."""
    amount, size, unit = deal.opportunity.amount, deal.size, deal.opportunity.currency
    if amount is None:
        return ""
    if limit.single_amount:
        large = amount > limit.single_amount
        return f"; {unit} {amount:,.0f} is above the limit of {limit.single_amount:,.0f}" if large else ""
    if size is None or amount <= size.median:
        return ""
    whose = f"of {deal.segment}" if deal.segment else "of all"
    return f"; {unit} {amount:,.0f} is above the median {whose} deals, {size.median:,.0f} (n = {size.n})"


def no_economic_buyer(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No economic buyer identified at Proposal or later; red above the amount in the settings."""
    o, step = deal.opportunity, step_of(deal.opportunity.stage, deal.stages)
    if (step and step < Step.PROPOSAL) or any(r.role == "economic_buyer" for r in deal.roles):
        return None
    if not deal.roles:
        return Signal("no economic buyer", "unknown", "no contact roles are recorded, so the economic buyer is unknown")
    if step is None:
        text = f"no economic buyer is identified, and whether {o.stage} calls for one is unknown"
        return Signal("no economic buyer", "unknown", text)
    red: Severity = "red" if o.amount is not None and o.amount > limit.buyer_amount else "amber"
    return Signal("no economic buyer", red, f"no economic buyer is identified in {o.stage}")


_OURS = re.compile(
    r"\W*(?:send|e-?mail|mail|forward|share|write|draft|prepare|create|build|compile|answer|reply|respond|follow[- ]?up|chase|nudge|remind|check|"
    r"research|revise|update|quote|submit|finish|finali[sz]e|ask)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\b(?:meet\w*|calls?|workshops?|reviews?|demos?|sessions?|visits?|walks?|kick-?offs?|(?:counter)?sign\w*|agree\w*|decid\w*|decision|approv\w*|"
    r"confirms?|they|their|customer|client|together|jointly|pilot|trial)\b",
    re.IGNORECASE,
)


def next_step(deal: Deal, now: datetime, limit: Thresholds) -> Signal | None:
    """No next step, one in the past, or one that only we take, after Qualification."""
    o = deal.opportunity
    if step_of(o.stage, deal.stages) == Step.QUALIFYING:
        return None
    if not (o.next_step or "").strip():
        return Signal("no next step", "amber", "no next step is set")
    if o.next_step_date and o.next_step_date < now.date():
        return Signal("next step in the past", "amber", f'the next step "{o.next_step}" was due on {o.next_step_date}')
    return _only_ours(deal, o.next_step or "", now)


def _only_ours(deal: Deal, step: str, now: datetime) -> Signal | None:
    """A deed of ours, with no appointment ahead and no promise of theirs open."""
    ahead = any(a.contact_ids and a.at > now for a in deal.planned)
    promised = any(t.side == "theirs" and t.status == "open" for t in deal.tasks)
    if ahead or promised or not _OURS.match(step) or _JOINT.search(step):
        return None
    return Signal(
        "next step only ours", "amber", f'the next step "{step}" is only ours: nothing is agreed with the customer'
    )


def _name(deal: Deal, key: str) -> str:
    return deal.contacts[key].name if key in deal.contacts else "one contact"


def _cited(found: Sequence[Activity]) -> tuple[str, ...]:
    return tuple(f"activity:{a.id}" for a in found)
