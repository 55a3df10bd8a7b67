"""What the asker sees of the CRM, each part read once; names of people, teams and values made certain."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot.crm.match import find, fold, nearest
from bot.crm.port import ANY_DAY, Days
from bot.crm.records import Account, Activity, Contact, DealWords, Opportunity, OpportunityContactRole, Stage, User
from bot.crm.rights.org import Org
from bot.errors import NotFound
from bot.pipeline.deal import Deal, sizes, usual_for
from bot.pipeline.risk import signals
from bot.pipeline.signal import Signal
from bot.skills import Context
from bot.skills.ledger import joined
from bot.skills.outreach.countries import code_of

ME = frozenset({"me", "mine", "my", "i", "myself"})


@dataclass(frozen=True)
class Owners:
    """Whose records count, and how that is said; `ids` None: everybody's."""

    words: str
    ids: frozenset[str] | None = None


class Crm:
    """The CRM as the asker of one question sees it."""

    def __init__(self, context: Context) -> None:
        self.context, self.reader = context, context.reader
        self._deals: dict[tuple[frozenset[str] | None, bool, Days], Sequence[Opportunity]] = {}
        self._roles: dict[str, Sequence[OpportunityContactRole]] = {}
        self._every: dict[str, Sequence[Activity]] = {}
        self._signals: dict[str, list[Signal]] = {}

    @cached_property
    def now(self) -> datetime:
        """Now, on the asker's clock."""
        return self.context.now.astimezone(ZoneInfo(self.context.asker.time_zone))

    @cached_property
    def accounts(self) -> dict[str, Account]:
        return {account.id: account for account in self.reader.accounts()}

    @cached_property
    def users(self) -> dict[str, User]:
        return {user.id: user for user in self.reader.users()}

    @cached_property
    def stages(self) -> Sequence[Stage]:
        return self.reader.stages()

    @cached_property
    def contacts(self) -> dict[str, Contact]:
        return {contact.id: contact for contact in self.reader.contacts()}

    @cached_property
    def titles(self) -> Sequence[str]:
        """The titles of people, the longest first."""
        return sorted({c.title for c in self.contacts.values() if c.title}, key=lambda one: (-len(one), one))

    @cached_property
    def words(self) -> Mapping[str, set[str]]:
        """What deals are called by: the values of each field of `DealWords`."""
        rows = self.reader.deal_words()
        return {name: {row[at] or "" for row in rows} - {""} for at, name in enumerate(DealWords._fields)}

    def deals(
        self, owners: frozenset[str] | None = None, *, open_only: bool = False, closing: Days = ANY_DAY
    ) -> Sequence[Opportunity]:
        """The deals of these owners, or all; no more of them are read than are looked at."""
        key = (owners, open_only, closing)
        if key not in self._deals:
            self._deals[key] = self.reader.opportunities(owners=owners, open_only=open_only, closing=closing)
        return self._deals[key]

    def roles(self, deal: Opportunity) -> Sequence[OpportunityContactRole]:
        if deal.id not in self._roles:
            self._roles[deal.id] = self.reader.contact_roles(deal.id)
        return self._roles[deal.id]

    def touches(self, account_id: str) -> Sequence[Activity]:
        """The account's activities up to now, newest first."""
        return [a for a in self._activities(account_id) if a.at <= self.now]

    def _activities(self, account_id: str) -> Sequence[Activity]:
        if account_id not in self._every:
            self._every[account_id] = self.reader.activities(account_id)
        return self._every[account_id]

    @cached_property
    def _people(self) -> dict[str, dict[str, Contact]]:
        """Contacts by account."""
        found: dict[str, dict[str, Contact]] = {}
        for one in self.contacts.values():
            found.setdefault(one.account_id or "", {})[one.id] = one
        return found

    def deal(self, opportunity: Opportunity) -> Deal:
        """A deal with everything that the signals of risk look at."""
        account = self.accounts.get(opportunity.account_id or "")
        segment = account.segment if account else None
        own = [a for a in self._activities(account.id) if a.opportunity_id in (opportunity.id, None)] if account else []
        usual, roles = self.context.benchmarks(), self.roles(opportunity)
        return Deal(
            opportunity=opportunity,
            segment=segment,
            history=[row for row in self.reader.history(opportunity.id) if row.at <= self.now],
            activities=[a for a in own if a.at <= self.now],
            roles=roles,
            contacts=self._people.get(account.id, {}) if account else {},
            tasks=[t for t in self.reader.tasks(account.id) if t.opportunity_id == opportunity.id] if account else [],
            usual=usual_for(usual, opportunity.stage, segment),
            stages={stage.name: stage for stage in self.stages},
            planned=[a for a in own if a.at > self.now],
            size=usual_for(usual, sizes(opportunity.currency), segment),
        )

    def signals(self, opportunity: Opportunity) -> list[Signal]:
        """The deal's signals of risk today."""
        if opportunity.id not in self._signals:
            deal = self.deal(opportunity)
            limit = self.context.policy.limits.of(deal.segment, opportunity.stage)
            self._signals[opportunity.id] = signals(deal, self.now, limit)
        return self._signals[opportunity.id]

    def owner_name(self, owner_id: str | None) -> str:
        user = self.users.get(owner_id or "")
        return user.name if user else "no owner"

    def owners(self, owner: str, team: str) -> Owners:
        """The people that an owner's and a team's name mean; NotFound with the nearest names where there is none."""
        asker = self.context.asker
        if owner and team:
            one, group = self.owners(owner, ""), self._team(team)
            return Owners(f"{one.words} {group.words}", frozenset((one.ids or set()) & (group.ids or set())))
        if owner.strip().casefold() in ME:
            return Owners(f"of {asker.name}", frozenset({asker.id}))
        if owner.startswith("not "):
            without = self.owners(owner.removeprefix("not "), "")
            others = frozenset(key for key in self.users if key not in (without.ids or ()))
            return Owners(f"not {without.words}", others)
        if owner:
            names = [(user.id, user.name) for user in self.users.values()]
            found = [find(one, names, what="colleague") for one in owner.split(" or ")]
            return Owners(f"of {' or '.join(one.name for one in found)}", frozenset(one.id for one in found))
        return self._team(team) if team else Owners("that you may see")

    def _team(self, team: str) -> Owners:
        asker, users = self.context.asker, list(self.users.values())
        if team.strip().casefold() in ME | {"our", "ours", "us", "we"}:
            led = Org(users).led(asker)
            if len(led) > 1:
                return Owners(f"of {asker.name} and those led", frozenset(led))
            team = asker.team or ""
        named = {user.team for user in users if user.team and fold(user.team) == fold(team)}
        if not named:
            teams = sorted({user.team for user in users if user.team})
            raise NotFound(f"There is no team called “{team}”; the teams are {joined(teams) or 'not in the CRM'}.")
        return Owners(f"of the team {named.pop()}", frozenset(u.id for u in users if fold(u.team or "") == fold(team)))

    def account_named(self, name: str) -> Account:
        """The one account of that name; NotFound or Ambiguous else."""
        found = find(name, [(account.id, account.name) for account in self.accounts.values()])
        return self.accounts[found.id]


def known(value: str, values: Iterable[str | None], what: str) -> str:
    """The value as the CRM writes it; NotFound with those that there are."""
    present = sorted({one for one in values if one})
    same = [one for one in present if fold(one) == fold(value)]
    parts = same or [one for one in present if set(fold(value).split()) <= set(fold(one).split())]
    if len(parts) == 1:
        return parts[0]
    near = parts or nearest(value, [(one, one) for one in present], 8)
    hint = f"there is {joined(near)}" if near else "the CRM holds none"
    raise NotFound(f"There is no {what} “{value}” in the CRM; {hint}.")


def any_known(value: str, values: Iterable[str | None], what: str) -> frozenset[str]:
    """The values that "A or B" means, as the CRM writes them; NotFound where it does not hold one."""
    present = [one for one in values if one]
    whole = [one for one in present if fold(one) == fold(value)]
    return frozenset(known(one, present, what) for one in ([value] if whole else value.split(" or ")))


def chosen(value: str, values: Iterable[str | None], what: str) -> tuple[str, Callable[[str | None], bool]]:
    """What "A or B", or "not A", means in words and as a test; what is blank is neither."""
    negated = value.startswith("not ")
    wanted = any_known(value.removeprefix("not "), values, what)
    return (
        f"{'not ' if negated else ''}{' or '.join(sorted(wanted))}",
        lambda one: bool(one) and (one in wanted) != negated,
    )


def same_country(a: str, b: str | None) -> bool:
    """Whether two ways of writing a country mean the same."""
    code = code_of(a)
    return bool(b) and (code == code_of(b) if code else fold(a) == fold(b or ""))
