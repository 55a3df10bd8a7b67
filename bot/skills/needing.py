"""Which deals of a manager's people need a word today, and why: the one with most at stake first; code decides all of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.crm.records import Opportunity, User
from bot.crm.rights.org import Org
from bot.pipeline.book import Book, State
from bot.pipeline.deal import quarter
from bot.pipeline.signal import Signal
from bot.proposals import Proposal
from bot.skills import Context
from bot.skills.agenda import LOOKED, Agenda
from bot.skills.booking import open_book
from bot.skills.ledger import money, plural
from bot.skills.stakes import REMEDY, Needy, by_stake

FELL = Decimal("0.8")
"""an amount that fell to less than this share of what it was moved much"""
PATIENCE = timedelta(days=1)
"""how long a proposal may wait for a yes before somebody else hears of it"""
PROMISE, MOVE, LOST, PROPOSAL = "promise overdue", "moved", "lost", "proposal waiting"
SAME = frozenset({"amount down", "stage moved back"})
"""signals that tell of a month what a move tells of yesterday"""
DO = {
    **REMEDY,
    PROMISE: "ask what keeps the promise",
    MOVE: "ask what happened",
    LOST: "ask what was learnt",
    PROPOSAL: "ask for a yes or a no",
}
"""what a manager may do about each reason"""
Reasons = dict[str, list[Signal]]
"""by deal"""


@dataclass(frozen=True)
class Needs:
    """What a person's people need of them."""

    people: Collection[str]
    """ids of those whose deals count, whether one of theirs needs something or not"""
    since: datetime
    """the last working day at this hour, on the person's clock"""
    needing: Sequence[Needy] = ()
    """most at stake first; amounts of two currencies in turns"""
    loose: int = 0
    """overdue promises that hang on no open deal"""
    unseen: int = 0
    """open deals that were not looked into, as there are too many"""


def find(context: Context) -> Needs:
    """Find what the asker's people need, as the asker may see it."""
    users = context.reader.users()
    people = led(context.asker, users)
    local = context.now.astimezone(ZoneInfo(context.asker.time_zone))
    since = local - timedelta(days={0: 3, 6: 2}.get(local.weekday(), 1))
    needs = Needs(people, since)
    return _Finding(context, {user.id: user for user in users}, needs).found() if people else needs


def led(asker: User, users: Sequence[User]) -> Collection[str]:
    """Return whose deals a person answers for beside their own: those they lead, everybody's for an admin."""
    every = {user.id for user in users} if asker.role == "admin" else Org(users).led(asker)
    return every - {asker.id}


@dataclass(frozen=True)
class _Finding:
    context: Context
    users: Mapping[str, User]
    needs: Needs
    reasons: Reasons = field(default_factory=dict)
    before: dict[str, State] = field(default_factory=dict)
    """how the deals that were lost stood"""

    def found(self) -> Needs:
        deals = self.context.reader.opportunities(owners=self.needs.people)
        open_ones = {deal.id: deal for deal in deals if not deal.is_closed}
        self._moves([deal for deal in deals if not deal.is_closed or self._may_be_news(deal)])
        unseen = self._risks(list(open_ones.values()))
        loose = self._promises(open_ones)
        self._proposals(open_ones)
        rows = [self._needy(deal) for deal in deals if deal.id in self.reasons]
        return Needs(self.needs.people, self.needs.since, by_stake(rows), loose, unseen)

    def _agenda(self) -> Agenda:
        context = self.context
        return Agenda(context.reader, context.asker, context.now, context.benchmarks, limits=context.policy.limits)

    def _may_be_news(self, deal: Opportunity) -> bool:
        """Whether a closed deal may have been lost since: its close date may be a day off the day it was said."""
        near = self.needs.since.date() - timedelta(days=7)
        return not deal.is_won and (deal.close_date is None or deal.close_date >= near)

    def _moves(self, deals: Sequence[Opportunity]) -> None:
        book = open_book(self.context, deals)
        order = {stage.name: stage.order for stage in self.context.reader.stages()}
        for deal in deals:
            # Without a history nobody can tell how the deal stood before.
            before = book.state(deal, self.needs.since) if book.histories.get(deal.id) else None
            if before is None:
                continue
            if deal.is_closed:
                if book.closed_by(deal, book.now):
                    self.before[deal.id] = before
                    self._add(deal.id, LOST, f"lost{f': {deal.loss_reason}' if deal.loss_reason else ''}")
                continue
            for text in moved(before, deal, book, order):
                self._add(deal.id, MOVE, text)

    def _risks(self, deals: list[Opportunity]) -> int:
        """Look into the deals with most to lose, and those that something is known of already; count the others."""
        agenda = self._agenda()
        ranked = sorted(deals, key=lambda deal: -agenda.worth(deal))
        for deal in [*ranked[:LOOKED], *(one for one in ranked[LOOKED:] if one.id in self.reasons)]:
            for signal in agenda.signals(deal):
                told = signal.name in SAME and any(one.name == MOVE for one in self.reasons.get(deal.id, ()))
                if signal.severity == "red" and not told:
                    self.reasons.setdefault(deal.id, []).append(signal)
        return len(ranked[LOOKED:])

    def _promises(self, deals: Mapping[str, Opportunity]) -> int:
        agenda, today, loose = self._agenda(), self.context.today, 0
        for task in self.context.reader.tasks(owners=self.needs.people):
            if task.due is None or task.due >= today:
                continue
            due = agenda.due(task, task.due)
            key = task.opportunity_id or (due.deal.id if due.deal else "")
            if key not in deals:
                loose += 1
                continue
            whose = "" if task.side == "ours" else "their "
            late = plural((today - task.due).days, "day")
            self._add(key, PROMISE, f"{whose}promise “{task.subject}” is overdue by {late}")
        return loose

    def _proposals(self, deals: Mapping[str, Opportunity]) -> None:
        for one in self.context.waiting():
            waits = self.context.now - one.created_at
            if one.requester not in self.needs.people or waits < PATIENCE:
                continue
            said = f"proposal {one.id} waits for a yes since {one.created_at.astimezone(self.needs.since.tzinfo):%A, %d %b}"
            for key in _deals_of(one) & set(deals):
                self._add(key, PROPOSAL, said)

    def _add(self, deal_id: str, name: str, text: str) -> None:
        self.reasons.setdefault(deal_id, []).append(Signal(name, "red", text))

    def _needy(self, deal: Opportunity) -> Needy:
        before = self.before.get(deal.id)
        stage, amount = (before.stage, before.amount) if before else (deal.stage, deal.amount)
        chance = {one.name: one.probability for one in self.context.reader.stages()}.get(stage or "")
        stake = max(Decimal(0), amount or Decimal(0)) * Decimal(str(chance or 0))
        account = self.context.reader.account(deal.account_id) if deal.account_id else None
        owner = self.users.get(deal.owner_id or "")
        return Needy(deal, account, owner, tuple(self.reasons[deal.id]), chance, stake)


def moved(before: State, deal: Opportunity, book: Book, order: Mapping[str, int]) -> Iterable[str]:
    """Tell what of an open deal moved for the worse, and far."""
    if before.amount and deal.amount is not None and deal.amount < before.amount * FELL:
        yield f"the amount fell from {money(before.amount, deal.currency)} to {money(deal.amount, deal.currency)}"
    back = order.get(deal.stage, 0) < order.get(before.stage or "", 0)
    if back:
        yield f"it went back from {before.stage} to {deal.stage}"
    if before.close_date and deal.close_date and quarter(deal.close_date) > quarter(before.close_date):
        yield f"the close date went from {before.close_date} to {deal.close_date}, into a later quarter"
    category = book.category(deal)
    if before.category == "Commit" != category and not back:
        yield f"it went from Commit to {category}"


def _deals_of(proposal: Proposal) -> set[str]:
    named = (getattr(change.write, "opportunity_id", None) for change in proposal.changes)
    return {key for key in named if key}
