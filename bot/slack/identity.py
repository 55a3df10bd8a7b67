"""Which CRM user is behind a Slack user: the one with the profile's e-mail."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.errors import Ambiguous, NotAllowed
from bot.people import by_email, with_email

REMEMBERED = timedelta(minutes=10)
"""a person who left or changed the address is noticed after this time"""

AT_ONCE = 8
"""profiles that are asked for side by side"""
PAGE = 500
"""profiles in one call for the whole workspace"""
MOST_PAGES = 10
"""calls for the whole workspace; a larger one is not read, as that would take longer than an answer may"""

STRANGERS = ("is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
"""marks of a profile that is no colleague's: a bot, somebody who left, a guest, a person of a shared channel"""

Profile = dict[str, Any]


@dataclass(frozen=True)
class Member:
    """What somebody in a channel is to us."""

    kind: Literal["colleague", "outsider", "nobody"]
    """outsider: a guest, or a person of another company; nobody: a bot, or somebody who left, who read nothing"""
    user: User | None = None
    """the CRM user; None where a colleague cannot be matched"""


class Directory:
    """Slack users by id; profiles are remembered for a while."""

    def __init__(self, client: WebClient, reader: CrmReader, clock: Callable[[], datetime]) -> None:
        self._client, self._reader, self._clock = client, reader, clock
        self._profiles: dict[str, tuple[datetime, Profile]] = {}
        self._teams: frozenset[str] | None = None

    def user(self, slack_id: str, *, fresh: bool = False) -> User:
        """Return the CRM user; NotAllowed says why there is none, Ambiguous that several have the address.

        `fresh` asks Slack anew, for what must not be done in the name of somebody who just left.
        """
        if fresh:
            self._profiles.pop(slack_id, None)
        email = self._email(slack_id)
        found = by_email(self._reader, email)
        if found is None:
            raise NotAllowed(
                f"{email} is not a user of the CRM; ask your admin to add you there, or to put that address on your user."
            )
        return found

    def local(self, slack_id: str) -> User:
        """Return the CRM user on their own clock: Slack's time zone counts where the CRM gives none."""
        user = self.user(slack_id)
        zone = self._profile(slack_id).get("tz") if user.time_zone == "UTC" else None
        return User.model_validate({**user.model_dump(), "time_zone": zone}) if zone else user

    def slack_id(self, user: User) -> str | None:
        """Return the member of this workspace with a CRM user's address; None where there is none."""
        try:
            found = self._client.users_lookupByEmail(email=user.email or "").get("user") or {}
            slack_id = str(found.get("id") or "")
            known = by_email(self._reader, self._email(slack_id)) if slack_id else None
        except (SlackClientError, NotAllowed, Ambiguous):
            return None
        return slack_id if known and known.id == user.id else None

    def members(self, slack_ids: Sequence[str]) -> list[Member]:
        """Return what each of these people is to us, in their order."""
        users, teams = self._reader.users(), self._own_teams()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="slack-profile") as pool:
            return [_member(profile, teams, users) for profile in pool.map(self._profile, slack_ids)]

    def read_all(self, slack_ids: Sequence[str]) -> bool:
        """Read the whole workspace's profiles where these people need it; False where some stay unknown."""
        cursor = ""
        for _ in range(MOST_PAGES):
            if all(self._known(slack_id) for slack_id in slack_ids):
                return True
            page = self._client.users_list(limit=PAGE, cursor=cursor or None)
            now = self._clock()
            self._profiles |= {profile["id"]: (now, _kept(profile)) for profile in page.get("members") or ()}
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return all(self._known(slack_id) for slack_id in slack_ids)

    def _email(self, slack_id: str) -> str:
        return _email(self._profile(slack_id), self._own_teams())

    def _profile(self, slack_id: str) -> Profile:
        known = self._known(slack_id)
        if known is None:
            known = _kept(self._client.users_info(user=slack_id).get("user") or {})
            self._profiles[slack_id] = (self._clock(), known)
        return known

    def _known(self, slack_id: str) -> Profile | None:
        at, profile = self._profiles.get(slack_id, (None, {}))
        return profile if at is not None and self._clock() - at <= REMEMBERED else None

    def _own_teams(self) -> frozenset[str]:
        # The bot's own workspace and company, not what a delivery names: that is a guest's own in a shared channel.
        if self._teams is None:
            said = self._client.auth_test()
            self._teams = frozenset(filter(None, (said.get("team_id"), said.get("enterprise_id"))))
        return self._teams


def _kept(profile: Profile) -> Profile:
    """What is looked at of a profile; whole ones of a large workspace would fill the memory."""
    kept = {name: profile[name] for name in ("id", "team_id", "tz", "enterprise_user", *STRANGERS) if name in profile}
    return {**kept, "profile": {"email": (profile.get("profile") or {}).get("email")}}


def _member(profile: Profile, teams: frozenset[str], users: Sequence[User]) -> Member:
    # Most channels hold apps, so a bot that counted as somebody unmatched would close every channel. What a bot hears
    # goes where those send it who put it there, as with everything else that is said in the channel.
    if profile.get("is_bot") or profile.get("deleted") or profile.get("id") == "USLACKBOT":
        return Member("nobody")
    if not _is_colleague(profile, teams):
        return Member("outsider")
    try:
        return Member("colleague", with_email(users, _email(profile, teams)))
    except (NotAllowed, Ambiguous):
        return Member("colleague")


def _is_colleague(profile: Profile, teams: frozenset[str]) -> bool:
    company = profile.get("enterprise_user") or {}
    theirs = {profile.get("team_id"), company.get("enterprise_id"), *(company.get("teams") or ())} - {None, ""}
    # Slack names the workspace of whoever is from another one; a server that names none knows one alone.
    ours = not theirs or not teams or bool(theirs & teams)
    return ours and not any(profile.get(flag) for flag in STRANGERS)


def _email(profile: Profile, teams: frozenset[str]) -> str:
    # Another workspace's admin may write any address into a profile, so a guest's address proves nothing.
    if not _is_colleague(profile, teams):
        raise NotAllowed("Only members of this Slack workspace may use the assistant; ask a colleague there.")
    email: str | None = profile.get("profile", {}).get("email")
    if not email:
        raise NotAllowed(
            "Your Slack profile shows me no e-mail address, so that I cannot find you in the CRM; add one, or ask your admin "
            "whether the app has the scope users:read.email."
        )
    return email
