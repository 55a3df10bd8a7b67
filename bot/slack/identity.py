"""Which CRM user is behind a Slack user: the one with the profile's e-mail."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.crm.port import CrmReader
from bot.crm.records import User
from bot.errors import Ambiguous, NotAllowed
from bot.people import by_email

REMEMBERED = timedelta(minutes=10)
"""a person who left or changed the address is noticed after this time"""

STRANGERS = ("is_bot", "deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
"""marks of a profile that is no colleague's: a bot, somebody who left, a guest, a person of a shared channel"""


class Directory:
    """Slack users by id; profiles are remembered for a while."""

    def __init__(self, client: WebClient, reader: CrmReader, clock: Callable[[], datetime]) -> None:
        self._client, self._reader, self._clock = client, reader, clock
        self._emails: dict[str, tuple[datetime, str]] = {}
        self._team: str | None = None

    def user(self, slack_id: str, *, fresh: bool = False) -> User:
        """Return the CRM user; NotAllowed says why there is none, Ambiguous that several have the address.

        `fresh` asks Slack anew, for what must not be done in the name of somebody who just left.
        """
        if fresh:
            self._emails.pop(slack_id, None)
        email = self._email(slack_id)
        found = by_email(self._reader, email)
        if found is None:
            raise NotAllowed(
                f"{email} is not a user of the CRM; ask your admin to add you there, or to put that address on your user."
            )
        return found

    def slack_id(self, user: User) -> str | None:
        """Return the member of this workspace with a CRM user's address; None where there is none."""
        try:
            found = self._client.users_lookupByEmail(email=user.email or "")["user"]
            known = by_email(self._reader, self._email(found["id"]))
        except (SlackApiError, NotAllowed, Ambiguous):
            return None
        return str(found["id"]) if known and known.id == user.id else None

    def _email(self, slack_id: str) -> str:
        now, known = self._clock(), self._emails.get(slack_id)
        if known is None or now - known[0] > REMEMBERED:
            # The bot's own workspace, not the one a delivery names: that one is a guest's own in a shared channel.
            self._team = self._team or self._client.auth_test()["team_id"]
            known = (now, _email(self._client.users_info(user=slack_id)["user"], self._team))
            self._emails[slack_id] = known
        return known[1]


def _email(profile: dict[str, Any], team_id: str | None) -> str:
    # Another workspace's admin may write any address into a profile, so a guest's address proves nothing.
    company = profile.get("enterprise_user", {})
    teams = {profile.get("team_id"), company.get("enterprise_id"), *company.get("teams", ())}
    if team_id not in teams or any(profile.get(flag) for flag in STRANGERS):
        raise NotAllowed("Only members of this Slack workspace may use the assistant; ask a colleague there.")
    email: str | None = profile.get("profile", {}).get("email")
    if not email:
        raise NotAllowed("Your Slack profile shows no e-mail address; add one, so that you can be found in the CRM.")
    return email
