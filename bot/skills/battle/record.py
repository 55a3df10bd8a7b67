"""The CRM's part of a battlecard: the account's deals that name a competitor, our record against it, the open deals."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.crm.records import Account, Opportunity
from bot.pipeline.digest import FEW
from bot.proposals import Line, Section
from bot.skills import Ask, Context
from bot.skills.account import cite_deal
from bot.skills.battle.history import History
from bot.skills.battle.rivals import Rival
from bot.skills.ledger import Ledger, joined, money
from knowledge.documents import Passage

OPEN_SHOWN = 5
OURS = "Our record against them"


@dataclass
class Sheet:
    """One competitor's card while it is written."""

    context: Context
    ask: Ask
    ledger: Ledger
    rival: Rival
    past: History
    account: Account | None = None
    passages: list[Passage] = field(default_factory=list)
    unknowns: list[str] = field(default_factory=list)
    lead: str = ""


def met(sheet: Sheet, found: Sequence[Rival]) -> list[Section]:
    """The account's open deals that name a competitor."""
    if not sheet.account:
        return []
    lines = []
    for deal in sheet.context.reader.opportunities(sheet.account.id, open_only=True):
        if deal.competitor:
            n = cite_deal(deal, sheet.ledger)
            lines.append(sheet.ledger.line(f"{deal.name}: against {deal.competitor}; {_deal(deal)}.", n))
    if len(found) > 1:
        rest = joined(rival.name for rival in found[1:])
        lines.append(Line(text=f"This card is on {sheet.rival.name}; ask for {rest} by name."))
    return [Section(title=f"At {sheet.account.name}", lines=tuple(lines))] if lines else []


def record(sheet: Sheet) -> Section:
    """Won and lost against it, with the interval, since when, and the reasons on record."""
    past, name, ledger = sheet.past, sheet.rival.name, sheet.ledger
    closed = len(past.won) + len(past.lost)
    n = ledger.search(f"deals that you may see, competitor {name}")
    if not closed:
        return Section(title=OURS, lines=(ledger.line(f"No closed deal that you may see names {name}.", n),))
    _figures(sheet)
    since = f" since {past.since}" if past.since else ""
    few = " That is too few to lean on." if closed < FEW else ""
    lines = [ledger.line(f"Won {past.rate.told}{since}.{few}", n)]
    if past.reasons:
        told = joined(f"{reason} {count}" for reason, count in past.reasons)
        blank = len(past.lost) - sum(count for _, count in past.reasons)
        left = f", none on record {blank}" if blank else ""
        lines.append(ledger.line(f"Reasons on record for the {len(past.lost)} lost: {told}{left}.", n))
    return Section(title=OURS, lines=tuple(lines))


def _figures(sheet: Sheet) -> None:
    """Keep the counts and the rate, so that the check of numbers knows them."""
    past, name, ledger = sheet.past, sheet.rival.name, sheet.ledger
    closed = len(past.won) + len(past.lost)
    for value, what in ((len(past.won), "won"), (len(past.lost), "lost"), (closed, "closed")):
        ledger.figure(value, f"{what} against {name}")
    for share, what in ((past.rate.value, "win rate"), (past.rate.low, "low"), (past.rate.high, "high")):
        ledger.figure(round(share * 100), f"percent, {what} against {name}")


def open_deals(sheet: Sheet) -> list[Section]:
    """The open deals where it is named, the nearest first."""
    past, ledger = sheet.past, sheet.ledger
    if not past.open:
        return []
    reader = sheet.context.reader
    lines = []
    for deal in past.open[:OPEN_SHOWN]:
        owner = reader.user(deal.owner_id) if deal.owner_id else None
        text = f"{deal.name}: {_deal(deal)}{f', {owner.name}' if owner else ''}."
        lines.append(ledger.line(text, cite_deal(deal, ledger)))
    left = len(past.open) - len(lines)
    n = ledger.search(f"deals that you may see, competitor {sheet.rival.name}")
    more = [ledger.line(f"And {left} more.", n)] if left else []
    ledger.figure(len(past.open), f"open deals against {sheet.rival.name}")
    return [Section(title=f"Open deals where {sheet.rival.name} is named ({len(past.open)})", lines=(*lines, *more))]


def _deal(deal: Opportunity) -> str:
    closing = f"close date {deal.close_date}" if deal.close_date else "no close date"
    return joined([money(deal.amount, deal.currency), deal.stage, closing])
