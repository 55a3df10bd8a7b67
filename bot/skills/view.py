"""Everything the CRM holds on one account, gathered once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Task, User
from bot.pipeline.deal import Deal, sizes, usual_for
from bot.pipeline.limits import NO_LIMITS, Limits
from bot.pipeline.risk import signals
from bot.pipeline.signal import Signal
from bot.skills import Context
from bot.store.optouts import Optouts

NEAREST = 3
"""open deals shown in full; the rest are counted"""
LOOK_BACK = timedelta(days=180)


@dataclass(frozen=True)
class AccountView:
    """One account with its people, deals, activities (newest first), tasks (by due date) and owner."""

    account: Account
    owner: User | None
    contacts: Sequence[Contact]
    opportunities: Sequence[Opportunity]
    deals: Sequence[Deal]
    """the nearest open ones, by close date"""
    activities: Sequence[Activity]
    tasks: Sequence[Task]
    now: datetime
    """on the asker's clock, so that "passed" and "overdue" are told on their calendar"""
    past: Sequence[Activity] = ()
    """every activity up to now, newest first; `activities` are those of the last months"""
    optouts: Optouts | None = None
    """who asked by a reply not to be written to"""
    limits: Limits = NO_LIMITS

    @property
    def open(self) -> list[Opportunity]:
        """Open deals by close date."""
        return [o for o in self.opportunities if not o.is_closed]

    @property
    def roles(self) -> Mapping[str, OpportunityContactRole]:
        """What each contact is to the nearest deals; the nearest deal's word counts."""
        return {role.contact_id: role for deal in reversed(self.deals) for role in deal.roles}

    def last_touch(self, contact_id: str) -> Activity | None:
        """The newest activity with a contact."""
        return next((a for a in self.activities if contact_id in a.contact_ids), None)

    def signals(self, deal: Deal) -> list[Signal]:
        """The deal's risk signals today."""
        return signals(deal, self.now, self.limits.of(deal.segment, deal.opportunity.stage))


def gather(context: Context, account: Account) -> AccountView:
    """Read one account from the CRM; future rows are left out, so that `--now` shows the day as it was."""
    reader, now = context.reader, context.now.astimezone(ZoneInfo(context.asker.time_zone))
    every = reader.activities(account.id)
    past = [a for a in every if a.at <= now]
    contacts = reader.contacts(account.id)
    opportunities = reader.opportunities(account.id)
    tasks = reader.tasks(account.id)
    nearest = [o for o in opportunities if not o.is_closed][:NEAREST]
    by_id = {contact.id: contact for contact in contacts}
    deals = [_deal(context, account, o, by_id, every, tasks) for o in nearest]
    recent = [a for a in past if a.at >= now - LOOK_BACK]
    owner = reader.user(account.owner_id) if account.owner_id else None
    optouts = context.memory.optouts if context.memory else None
    limits = context.policy.limits
    return AccountView(account, owner, contacts, opportunities, deals, recent, tasks, now, past, optouts, limits)


def _deal(
    context: Context,
    account: Account,
    opportunity: Opportunity,
    contacts: Mapping[str, Contact],
    activities: Sequence[Activity],
    tasks: Sequence[Task],
) -> Deal:
    own = [a for a in activities if a.opportunity_id in (opportunity.id, None)]
    usual = context.benchmarks()
    return Deal(
        opportunity=opportunity,
        segment=account.segment,
        history=[row for row in context.reader.history(opportunity.id) if row.at <= context.now],
        activities=[a for a in own if a.at <= context.now],
        roles=context.reader.contact_roles(opportunity.id),
        contacts=contacts,
        tasks=[t for t in tasks if t.opportunity_id == opportunity.id],
        usual=usual_for(usual, opportunity.stage, account.segment),
        stages={stage.name: stage for stage in context.reader.stages()},
        planned=[a for a in own if a.at > context.now],
        size=usual_for(usual, sizes(opportunity.currency), account.segment),
    )


def focus(context: Context, view: AccountView, opportunity: Opportunity) -> AccountView:
    """The view of one deal of the account: its own roles, activities and tasks, and those that name no deal."""
    own = (opportunity.id, None)
    every = context.reader.activities(view.account.id)
    by_id = {contact.id: contact for contact in view.contacts}
    deal = _deal(context, view.account, opportunity, by_id, every, view.tasks)
    activities = [a for a in view.activities if a.opportunity_id in own]
    tasks = [t for t in view.tasks if t.opportunity_id in own]
    return replace(view, deals=[deal], activities=activities, tasks=tasks)


def alone(context: Context, opportunity: Opportunity) -> AccountView:
    """The view of a deal that hangs on no account: its own roles, and no activities, which are read by account."""
    reader, now = context.reader, context.now.astimezone(ZoneInfo(context.asker.time_zone))
    roles = reader.contact_roles(opportunity.id)
    contacts = [contact for role in roles if (contact := reader.contact(role.contact_id))]
    account = Account(id="", name="no account", currency=opportunity.currency)
    deal = _deal(context, account, opportunity, {c.id: c for c in contacts}, [], [])
    return AccountView(account, None, contacts, [opportunity], [deal], [], [], now, limits=context.policy.limits)
