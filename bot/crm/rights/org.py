"""Who leads whom: the chain of managers, and the teams (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.crm.records import User
from bot.settings import Role


class Org:
    """The people of the CRM in their structure; those who left keep their place, as their records do."""

    def __init__(self, users: Iterable[User]) -> None:
        self._reports: dict[str, list[User]] = defaultdict(list)
        self._teams: dict[str, list[User]] = defaultdict(list)
        for user in users:
            if user.manager_id:
                self._reports[user.manager_id].append(user)
            if user.team:
                self._teams[user.team].append(user)

    def led(self, user: User) -> frozenset[str]:
        """The person themselves, whoever reports to them however far below, and a manager's team.

        Of a team, its sellers and its enablement are led; a fellow manager's people are that manager's.
        """
        found, waiting = {user.id}, [user]
        while waiting:
            below = [one for one in self._under(waiting.pop()) if one.id not in found]
            found.update(one.id for one in below)
            waiting += below
        return frozenset(found)

    def near(self, user: User) -> frozenset[str]:
        """Whom a seller shares records with: their team, those with the same manager, and whoever they lead."""
        peers = [*self._teams.get(user.team or "", ()), *self._reports.get(user.manager_id or "", ())]
        return self.led(user) | {peer.id for peer in peers}

    def _under(self, user: User) -> Iterator[User]:
        yield from self._reports.get(user.id, ())
        if user.role == "manager":
            team = self._teams.get(user.team or "", ())
            fellows = {one.id for one in team if one.role == "manager"} - {user.id}
            yield from (one for one in team if one.role in ("seller", "enablement") and one.manager_id not in fellows)


def with_roles(users: Sequence[User], roles: Mapping[str, Role]) -> list[User]:
    """Give each user the role that counts: the settings' by e-mail, else the CRM's, and a seller who leads is a manager."""
    said = {email.strip().casefold(): role for email, role in roles.items()}
    leads = {user.manager_id for user in users if user.active}
    return [_with_role(user, said, user.id in leads) for user in users]


def _with_role(user: User, said: Mapping[str, Role], leads: bool) -> User:
    by_structure: Role = "manager" if leads and user.role == "seller" else user.role
    role = said.get((user.email or "").strip().casefold(), by_structure)
    return user if role == user.role else user.model_copy(update={"role": role})
