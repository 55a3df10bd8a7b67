"""The line that tells a deal: what every one tells, and what was asked for beside."""

from bot.crm.records import Opportunity
from bot.pipeline.deal import days_between, is_two_way
from bot.skills.asking.arguments import Deals
from bot.skills.asking.crm import Crm
from bot.skills.asking.deal_signs import created, days_in_stage, first_amount, pushed
from bot.skills.asking.result import Hit
from bot.skills.asking.touches import last_touch, told_touch
from bot.skills.ledger import joined, money, plural

FIELDS = {"next_step", "next_step_date", "amount", "close_date", "competitor", "product", "forecast_category"}
"""parts of a deal that are fields of its own; the others are contacts and activities"""


def hit(crm: Crm, args: Deals, o: Opportunity) -> Hit:
    """The deal's line: amount, stage, close date, owner, and what was asked for beside."""
    word = "closed" if o.is_closed else "close date"
    facts = [
        money(o.amount, o.currency),
        o.stage,
        f"{word} {o.close_date}" if o.close_date else "no close date",
        crm.owner_name(o.owner_id),
        f"against {o.competitor}" if args.competitor and o.competitor else None,
        f"reason: {o.loss_reason}" if o.loss_reason and args.state == "lost" else None,
        *_asked(crm, args, o),
    ]
    return Hit("opportunity", o, o.name, f"{o.name}: {joined(facts)}.", o.updated_at)


def _asked(crm: Crm, args: Deals, o: Opportunity) -> list[str]:
    """What tells that a condition holds which the line does not show otherwise."""
    return [*_course(crm, args, o), *_dated(crm, args, o), *_risks(crm, args, o), *_parts(crm, args, o)]


def _course(crm: Crm, args: Deals, o: Opportunity) -> list[str]:
    told = []
    if args.silent_days:
        told.append(_last_heard(crm, args, o))
    if args.grown and (first := first_amount(crm, o)) is not None:
        told.append(f"{money(first, o.currency)} when created")
    if args.pushed or args.pushed_most:
        told.append(f"pushed {plural(pushed(crm, o), 'time')}")
    return told


def _dated(crm: Crm, args: Deals, o: Opportunity) -> list[str]:
    told = []
    if (args.stage_days or args.longer_than == "stage") and (days := days_in_stage(crm, o)) is not None:
        told.append(f"{plural(days, 'day')} in the stage")
    if args.step_from or args.step_to:
        told.append(f"next step {o.next_step_date}: {o.next_step}")
    if args.longer_than == "cycle" or args.sort in ("oldest", "newest"):
        told.append(f"created {created(crm, o)}")
    return told


def _risks(crm: Crm, args: Deals, o: Opportunity) -> list[str]:
    if not args.risks:
        return []
    shown = [s for s in crm.signals(o) if s.severity != "unknown"]
    return [s.text for s in shown if s.name in args.risks or "any" in args.risks]


def _parts(crm: Crm, args: Deals, o: Opportunity) -> list[str]:
    told = []
    for part in args.having:
        if part in FIELDS and part not in ("amount", "close_date"):
            told.append(f"{part.replace('_', ' ')}: {getattr(o, part)}")
        elif part not in FIELDS:
            held = [r.contact_id for r in crm.roles(o) if r.role == part and r.contact_id in crm.contacts]
            told += [f"{part.replace('_', ' ')}: {joined(crm.contacts[key].name for key in held)}"] if held else []
    return told


def _last_heard(crm: Crm, args: Deals, o: Opportunity) -> str:
    if args.silent_kinds:
        own = [a for a in crm.touches(o.account_id or "") if a.opportunity_id == o.id]
        return told_touch(last_touch(own, args.silent_kinds), crm, args.silent_kinds)
    touches = [a.at for a in crm.deal(o).activities if is_two_way(a)]
    if not touches:
        return "no two-way activity on record"
    return f"last two-way activity {plural(days_between(max(touches), crm.now), 'day')} ago"
