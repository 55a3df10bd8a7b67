"""Who is asking: the terminal's or Slack's person as a CRM user, with what their teams may read."""

from collections.abc import Iterable, Sequence

from bot.crm.match import find
from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.crm.rights import PeopleRights
from bot.crm.writes import CrmWrite
from bot.errors import Ambiguous, BotError, NotAllowed, NotFound, UsageError
from bot.proposals import Proposal
from knowledge.documents import Document, Scope

LOCAL_ADMIN = User(id="local-admin", name="Local admin", role="admin")
"""who asks in a home whose CRM has no users yet"""


def asker(reader: CrmReader, named: str | None, default: str | None) -> User:
    """The CRM user of that e-mail, name, id or login; without one the default, else a local admin.

    Raises UsageError for an empty name, NotFound for an unknown one, Ambiguous for one of several, NotAllowed for
    somebody who left, BotError naming the users where nobody is named.
    """
    if named is not None and not named.strip():
        # A script's empty variable must not ask in the name of somebody else, or of whoever sees all.
        raise UsageError("--as is empty; name a user by e-mail or name, or leave it out.")
    users = reader.users()
    wanted = named or default
    if wanted:
        return _named(users, wanted.strip())
    if not users:
        return LOCAL_ADMIN
    active = [user for user in users if user.active]
    if not active:
        raise NotAllowed("No user of the CRM is active; ask your admin to activate you there.")
    names = ", ".join(user.email or user.name for user in active[:8])
    raise BotError(f"Who is asking? Say it with --as or the setting SELLER_USER, one of: {names}.")


def _named(users: Sequence[User], wanted: str) -> User:
    if not users:
        raise NotFound("The CRM has no users yet; load some with `seller crm import FOLDER` or leave --as out.")
    exact = [user for user in users if _is_key(user, wanted)]
    same = [user for user in users if user.name.casefold() == wanted.casefold()]
    if exact or (same and not any(user.active for user in same)):
        return _only(exact or same, wanted)
    by_id = {user.id: user for user in users if user.active}
    found = find(wanted, [(user.id, user.name) for user in by_id.values()], what="user")
    if found.why == "typo":
        raise NotFound(f"There is no user called “{wanted}”; if {found.name} is meant, write that.")
    return by_id[found.id]


def _is_key(user: User, wanted: str) -> bool:
    """Whether it is the person's id, e-mail or login, in capitals or not."""
    return wanted.casefold() in {key.strip().casefold() for key in (user.id, user.email, user.username) if key}


def _only(found: Sequence[User], wanted: str) -> User:
    """The one active user of those who share an address; nobody where they all left or several are active."""
    active = [user for user in found if user.active]
    if not active:
        raise NotAllowed(
            f"{found[0].name} is no longer active in the CRM, so nothing can be asked in their name; "
            "ask your admin to activate them there."
        )
    if len(active) > 1:
        told = [f"{user.name} ({user.id})" for user in active]
        raise Ambiguous(
            f"Several users of the CRM have “{wanted}”: {', '.join(told)}; ask your admin to give each an address of "
            "their own.", candidates=[user.id for user in active],
        )  # fmt: skip
    return active[0]


def by_email(reader: CrmReader, email: str) -> User | None:
    """The CRM user behind a Slack profile's e-mail; None where the CRM does not know it.

    Raises NotAllowed where that user left, Ambiguous where several active ones have the address.
    """
    return with_email(reader.users(), email)


def with_email(users: Iterable[User], email: str) -> User | None:
    """The one of these users who has the address, as `by_email` finds them."""
    wanted = email.strip().casefold()
    found = [u for u in users if wanted and (u.email or "").strip().casefold() == wanted]
    return _only(found, email.strip()) if found else None


def teams_of(user: User, users: Sequence[User]) -> frozenset[str]:
    """Whose restricted pages a person reads: their own team's; enablement and admins keep all of them."""
    if user.role in ("enablement", "admin"):
        return team_names(users)
    return frozenset({user.team} if user.team else ())


def team_names(users: Iterable[User]) -> frozenset[str]:
    """The teams that the CRM knows."""
    return frozenset(user.team for user in users if user.team)


def as_in_crm(names: Iterable[str], users: Iterable[User]) -> frozenset[str]:
    """Teams as the CRM spells them; BotError for one that is none, as a page for it would be read by nobody."""
    known = {team.casefold(): team for team in team_names(users)}
    for name in sorted(names) if known else ():
        if name.strip().casefold() not in known:
            raise BotError(f"There is no team “{name}”; the teams are {', '.join(sorted(known.values()))}.")
    return frozenset(known.get(name.strip().casefold(), name) for name in names)


def sees_proposal(user: User, proposal: Proposal, rights: PeopleRights) -> bool:
    """Whether a person may look at a proposal: who asked for it, their managers and admins, if they see its records."""
    if rights.open_to_all:
        return True
    about = user.id == proposal.requester or user.role == "admin" or rights.leads(user, proposal.requester)
    return about and _sees_records(proposal, rights.reader_for(user))


def check_sees(user: User, proposal: Proposal, rights: PeopleRights) -> None:
    """Raise NotAllowed where a proposal is about records that the person may not see, or not any more."""
    if not sees_proposal(user, proposal, rights):
        raise NotAllowed(
            f"{proposal.id} is about records that you cannot see in the CRM, so all you may do is reject your own; "
            "ask your admin, or the account's owner."
        )


def _sees_records(proposal: Proposal, reader: CrmReader) -> bool:
    named = [(proposal.account_id, None), *(_records_of(change.write) for change in proposal.changes)]
    accounts = {account for account, _ in named if account}
    deals = {deal for _, deal in named if deal}
    return all(reader.account(key) for key in accounts) and all(reader.opportunity(key) for key in deals)


def _records_of(write: CrmWrite) -> tuple[str | None, str | None]:
    """The account and the deal that a write is about."""
    return getattr(write, "account_id", None), getattr(write, "opportunity_id", None)


def may_curate(user: User, page: Document) -> bool:
    """Whether a person may publish, verify or retire a page: enablement, admins, its owner and its verifier."""
    if user.role in ("enablement", "admin"):
        return True
    return is_one_of(user, (page.owner, page.verifier))


def is_one_of(user: User, names: Iterable[str | None]) -> bool:
    """Whether one of the names, addresses or ids that a page gives is this person's."""
    said = {name.strip().casefold() for name in names if name}
    return bool(said & {name.casefold() for name in (user.id, user.name, user.email) if name})


def may_see(user: User, page: Document, users: Sequence[User]) -> bool:
    """Whether a person may look at a page in lists: what search would show them, and drafts they wrote or answer for.

    Notes about an account are left to whoever asks for that account.
    """
    if may_curate(user, page) or (not page.searchable and is_one_of(user, (page.author,))):
        return page.account is None
    return page.searchable and Scope.shared(teams=teams_of(user, users)).admits(page)
