"""Where to look first: the deals with most expected value to lose, what Commit hangs on, and three actions that follow."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.crm.records import Opportunity
from bot.pipeline.digest import FEW, total
from bot.pipeline.signal import Signal
from bot.proposals import Line
from bot.skills import Context
from bot.skills.account import cite_deal
from bot.skills.agenda import Agenda
from bot.skills.ledger import money, plural
from bot.skills.pipelining.outlook import Outlook
from bot.skills.pipelining.sheet import Sheet, rounded
from bot.skills.stakes import REMEDY

LOOKED = 40
"""open deals, the largest first, whose signals are looked at"""
SHOWN = 5
WEIGHT = {"red": 1.0, "amber": 0.5, "unknown": 0.0}


@dataclass(frozen=True)
class Threat:
    """A deal with what may be lost of it: amount × chance × the weight of its worst signal."""

    deal: Opportunity
    chance: float
    signals: Sequence[Signal]

    @property
    def lost(self) -> float:
        """The expected value at risk."""
        return (
            float(self.deal.amount or 0)
            * self.chance
            * max((WEIGHT[one.severity] for one in self.signals), default=0.0)
        )


def threats(context: Context, sheet: Sheet, found: Outlook) -> list[Threat]:
    """The open deals with most at risk, in the main currency."""
    agenda = Agenda(context.reader, context.asker, context.now, context.benchmarks)
    live = sorted(sheet.of(sheet.told.open, sheet.currency), key=lambda o: (-(o.amount or 0), o.id))[:LOOKED]
    rows = [Threat(deal, found.chances.get(deal.id, 0.0), agenda.signals(deal)) for deal in live]
    return sorted((row for row in rows if row.lost > 0), key=lambda row: (-row.lost, row.deal.id))


def lines(sheet: Sheet, rows: Sequence[Threat], names: Mapping[str, str]) -> list[Line]:
    """The five with most at risk, each with its worst reasons."""
    return [_line(sheet, row, names) for row in rows[:SHOWN]]


def _line(sheet: Sheet, row: Threat, names: Mapping[str, str]) -> Line:
    deal = row.deal
    told = sheet.amount(
        f"at risk in {deal.name}",
        rounded(row.lost),
        deal.currency,
        1,
        "amount × chance × weight of its worst signal",
        [deal],
    )
    sheet.ledger.figure(deal.amount, f"amount of {deal.name}")
    sheet.ledger.figure(round(row.chance * 100), f"percent, chance of {deal.name}")
    why = "; ".join(one.text for one in row.signals if one.severity == "red") or row.signals[0].text
    who = names.get(deal.owner_id or "", "no owner")
    text = f"{deal.name} ({who}): {told} at risk of {money(deal.amount, deal.currency)} at a chance of {row.chance:.0%}; {why}."
    return sheet.ledger.line(text, cite_deal(deal, sheet.ledger))


def concentration(sheet: Sheet, names: Mapping[str, str]) -> list[Line]:
    """Which deal, owner or segment holds more than a quarter of Commit (source: RISK); below twenty deals the amounts say it."""
    told, currency = sheet.told, sheet.currency
    commit = [o for o in sheet.of(told.closing, currency) if told.category_of[o.id] == "Commit"]
    every = total(commit, currency)
    if len(commit) < 2 or every.amount <= 0:
        return []
    groups: dict[tuple[str, str], list[Opportunity]] = defaultdict(list)
    for deal in commit:
        groups["deal", deal.name].append(deal)
        groups["owner", names.get(deal.owner_id or "", "no owner")].append(deal)
        groups["segment", sheet.book.segment(deal) or "no segment"].append(deal)
    found = []
    for kind in ("deal", "owner", "segment"):
        rows = [(total(deals, currency).amount, name, deals) for (of, name), deals in groups.items() if of == kind]
        most, name, deals = max(rows, key=lambda row: (row[0], row[1]))
        if len(rows) > 1 and every.amount / 4 < most <= every.amount:
            found.append(_held(sheet, kind, name, deals))
    return found


def _held(sheet: Sheet, kind: str, name: str, deals: Sequence[Opportunity]) -> Line:
    told, currency = sheet.told, sheet.currency
    commit = [o for o in sheet.of(told.closing, currency) if told.category_of[o.id] == "Commit"]
    part, every = total(deals, currency), total(commit, currency)
    rule = f"Commit to close in {sheet.name}, {kind} {name}"
    shown = sheet.amount(f"Commit of the {kind} {name}", part.amount, currency, part.n, rule, deals)
    share = f"{float(part.amount / every.amount):.0%}: " if every.n >= FEW else ""
    sheet.ledger.figure(round(float(part.amount / every.amount) * 100), f"percent of Commit, {kind} {name}")
    whole = f"{money(every.amount, currency)} in Commit ({plural(every.n, 'deal')})"
    return Line(text=f"The {kind} {name} holds {share}{shown} of {whole}, more than a quarter.")


def actions(sheet: Sheet, rows: Sequence[Threat], names: Mapping[str, str]) -> list[Line]:
    """Three things to do, the most at risk first: each follows from a figure above."""
    found = [_remedy(sheet, row, names) for row in rows[:2]]
    late = sheet.told.overdue
    if late:
        owners = sorted({names.get(o.owner_id or "", "no owner") for o in late})
        whom = owners[0] if len(owners) == 1 else f"{plural(len(owners), 'person')}".replace("persons", "people")
        found.append(Line(text=f"Ask {whom} for new close dates of {plural(len(late), 'deal')} past theirs."))
    blank = [o for o in sheet.told.open if not o.next_step]
    if blank:
        found.append(Line(text=f"Have next steps set on {plural(len(blank), 'open deal')} without one."))
    found += [_remedy(sheet, row, names) for row in rows[2:3]]
    return found[:3]


def _remedy(sheet: Sheet, row: Threat, names: Mapping[str, str]) -> Line:
    worst = next((one for one in row.signals if one.severity == "red"), row.signals[0])
    who = names.get(row.deal.owner_id or "", "its owner")
    todo = REMEDY.get(worst.name, "ask what the next step is")
    return sheet.ledger.line(f"{row.deal.name}, with {who}: {todo} ({worst.text}).", cite_deal(row.deal, sheet.ledger))
