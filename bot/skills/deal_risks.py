"""What threatens one deal: signals by what they put at stake, the verdict, health, and its share of Commit."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.crm.records import Opportunity
from bot.pipeline.digest import FEW
from bot.pipeline.risk import category, concentration
from bot.pipeline.signal import HARM, Signal
from bot.pipeline.verdict import averages, health, verdict
from bot.proposals import Line, Section
from bot.skills import account as facts
from bot.skills.agenda import Agenda
from bot.skills.deal_facts import Sheet
from bot.skills.ledger import joined, money, plural

MOST = 60
"""deals of a segment that an average looks into"""


def risks(sheet: Sheet, fired: Sequence[Signal], chance: float | None) -> Section:
    """The signals that fired, by what they put at stake; where none did, that these were looked at."""
    known = shown(fired)
    lines = [sheet.line(ended(f"{one.severity.capitalize()}: {one.text}"), *_cites(sheet, one)) for one in known]
    if held := joined(_shares(sheet)):
        lines.append(sheet.line(f"Amber: much of Commit hangs on few: {held}."))
    if not lines:
        lines = [sheet.line("None of the signals that the CRM's data can show fires today.")]
    stake = _stake(sheet, known, chance) if known else None
    return Section(title="Risks", lines=(*lines, *([stake] if stake else [])))


def shown(fired: Sequence[Signal]) -> list[Signal]:
    """What fires, without what is unknown; two signals of the same words are said once."""
    return list({signal.text: signal for signal in reversed(fired) if signal.severity != "unknown"}.values())[::-1]


def ended(text: str) -> str:
    """The text with its full stop, where a quote did not bring one."""
    return text if re.search(r"[.!?…]”?$", text) else f"{text}."


def _cites(sheet: Sheet, signal: Signal) -> list[int]:
    """The activities and contacts that a signal rests on."""
    found = []
    activities = {a.id: a for a in sheet.deal.activities}
    for record in signal.records[:3]:
        kind, _, key = record.partition(":")
        if kind == "activity" and key in activities:
            found.append(facts.cite_activity(activities[key], sheet.ledger))
        elif kind == "contact" and key in sheet.deal.contacts:
            one = sheet.deal.contacts[key]
            found.append(sheet.ledger.record("contact", one, one.name, one.updated_at))
    return found


def _stake(sheet: Sheet, known: Sequence[Signal], chance: float | None) -> Line | None:
    """By what the risks are ranked: amount × probability × severity."""
    o = sheet.deal.opportunity
    stage = sheet.deal.stages.get(o.stage)
    p = chance if chance is not None else stage.probability if stage else None
    if o.amount is None or o.amount <= 0 or p is None:
        return None
    whose = "its chance of" if chance is not None else "the stage's"
    harm = HARM[known[0].severity]
    worth = (o.amount * Decimal(str(p)) * harm).quantize(Decimal(1))
    sheet.figure("at stake", worth, o.currency, 1, "amount × probability × severity of the worst signal")
    sheet.ledger.figure(round(p * 100), "percent, the probability that is used")
    rule = f"amount × {whose} {p:.0%} × severity, 1 for red and 0.5 for amber"
    return sheet.line(f"Ranked by the value that each may cost: {money(worth, o.currency)} for the first ({rule}).")


def _shares(sheet: Sheet) -> Iterator[str]:
    """Where this deal, its owner or its segment holds over a quarter of Commit."""
    o = sheet.deal.opportunity
    if category(sheet.deal) != "Commit" or o.amount is None:
        return
    reader = sheet.context.reader
    commit = [one for one in sheet.live if _is_commit(sheet, one)]
    owner = reader.user(o.owner_id) if o.owner_id else None
    mine = {
        "deal": (o.id, "this deal"),
        "owner": (o.owner_id, owner.name if owner else "its owner"),
        "segment": (sheet.deal.segment, f"the segment {sheet.deal.segment}"),
    }
    limit = sheet.view.limits.of(sheet.deal.segment, o.stage)
    for share in concentration(commit, sheet.segments, limit):
        key, words = mine[share.kind]
        if share.key == key and share.currency == o.currency and share.amount < share.total:
            percent = f"{share.amount / share.total:.0%}, " if share.n >= FEW else ""
            sheet.ledger.figure(round(share.amount / share.total * 100), f"percent of Commit: {words}")
            sheet.figure(f"Commit of {words}", share.amount, share.currency, share.n, "open, forecast category Commit")
            sheet.figure("Commit in all", share.total, share.currency, share.n, "open, forecast category Commit")
            of = f"{percent}{money(share.amount, share.currency)} of {money(share.total, share.currency)}"
            yield f"{words} holds {of} in {plural(share.n, 'deal')}"


def _is_commit(sheet: Sheet, one: Opportunity) -> bool:
    stage = sheet.deal.stages.get(one.stage)
    return (one.forecast_category or (stage.forecast_category if stage else "")) in ("Commit", "Forecast")


def judged(sheet: Sheet, fired: Sequence[Signal]) -> Section:
    """Keep, downgrade or qualify out, with the reasons."""
    o = sheet.deal.opportunity
    found = verdict(sheet.deal, fired, sheet.view.now, sheet.view.limits.of(sheet.deal.segment, o.stage))
    held, reasons = category(sheet.deal), joined(found.reasons, "; ")
    word = {
        "keep": f"Keep in {held}" if held else "Keep, and set a forecast category",
        "downgrade": f"Downgrade from {held} to {found.to}",
        "qualify out": "Qualify out",
    }[found.word]
    cites = [n for one in fired if one.text in reasons for n in _cites(sheet, one)]
    return Section(title="Verdict", lines=(sheet.line(ended(f"{word}: {reasons}"), *cites),))


def healthy(sheet: Sheet, fired: Sequence[Signal]) -> Section:
    """Points of the named signals beside the segment's average, apart from any chance."""
    told = health(fired)
    usual, n = _usual(sheet)
    sheet.figure("health", told.points, "points", len(told.parts), "named signals: red -10, amber -5")
    parts = [_part(sheet, name, points, usual, n) for name, points in told.parts]
    lines = [sheet.line(f"{told.points} points, 0 is best: {joined(parts) or 'no signal fires'}.")]
    if told.unknown:
        lines.append(sheet.line(f"Not counted, as it is unknown: {joined(told.unknown)}."))
    if n:
        whose = f"{plural(n, 'open deal')} of {sheet.deal.segment}"
        lines.append(sheet.line(f"In brackets the average of {whose}, {sum(usual.values()):.1f} in all."))
        sheet.figure("average health of the segment", round(sum(usual.values()), 1), "points", n, whose)
    return Section(title="Health", lines=tuple(lines))


def _part(sheet: Sheet, name: str, points: int, usual: dict[str, float], n: int) -> str:
    sheet.ledger.figure(points, f"points: {name}")
    if not n:
        return f"{name} {points}"
    sheet.ledger.figure(round(usual.get(name, 0.0), 1), f"average points: {name}")
    return f"{name} {points} ({usual.get(name, 0.0):.1f})"


def _usual(sheet: Sheet) -> tuple[dict[str, float], int]:
    """The average points of each signal over the segment's open deals, and how many; nothing below twenty."""
    context, segment = sheet.context, sheet.deal.segment
    rows = [o for o in sheet.live if segment and sheet.segments.get(o.account_id or "") == segment][:MOST]
    if len(rows) < FEW:
        return {}, 0
    agenda = Agenda(context.reader, context.asker, context.now, context.benchmarks, limits=context.policy.limits)
    return averages([agenda.signals(o) for o in rows]), len(rows)
