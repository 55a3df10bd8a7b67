"""Who is asking: the terminal's or Slack's person as a CRM user, with what their teams may read."""

from collections.abc import Iterable, Sequence

from bot.crm.match import find
from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.errors import BotError, NotFound
from knowledge.documents import Document, Scope

LOCAL_ADMIN = User(id="local-admin", name="Local admin", role="admin")
"""who asks in a home whose CRM has no users yet"""


def asker(reader: CrmReader, named: str | None, default: str | None) -> User:
    """The CRM user of that e-mail, name or id; without one the default, else a local admin.

    Raises NotFound for an unknown name, BotError naming the users where nobody is named.
    """
    users = reader.users()
    wanted = named or default
    if wanted:
        return _named(users, wanted)
    if not users:
        return LOCAL_ADMIN
    names = ", ".join(user.email or user.name for user in users[:8])
    raise BotError(f"Who is asking? Say it with --as or the setting SELLER_USER, one of: {names}.")


def _named(users: Sequence[User], wanted: str) -> User:
    exact = [u for u in users if wanted.casefold() in (u.id.casefold(), (u.email or "").casefold())]
    if exact:
        return exact[0]
    if not users:
        raise NotFound("The CRM has no users yet; load some with `seller crm import FOLDER` or leave --as out.")
    by_id = {user.id: user for user in users}
    return by_id[find(wanted, [(user.id, user.name) for user in users], what="user").id]


def by_email(reader: CrmReader, email: str) -> User | None:
    """The CRM user behind a Slack profile's e-mail; None where the CRM does not know it."""
    return next((u for u in reader.users() if u.email and u.email.casefold() == email.strip().casefold()), None)


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
