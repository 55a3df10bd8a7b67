"""Who reads along in a channel: colleagues the CRM knows, colleagues, or people from outside."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.crm.records import User
from bot.errors import BotError
from bot.log import event
from bot.slack.identity import Directory

MOST = 50
"""members whose rights are looked at one by one"""
REMEMBERED = timedelta(minutes=1)
"""somebody who joins is noticed after this time"""
PAGE = 500
MOST_PAGES = 10
"""calls for the members of one channel; a larger one counts as one that people from outside may be in"""

SHARED = (
    "Shown to you alone: this channel is shared with people of other companies, and nothing internal is posted here."
)
GUESTS = "Shown to you alone: there are guests in this channel, and nothing internal is posted before them."
LARGE = "Shown to you alone: this channel is too large to tell whether guests are in it."
LATE = "Shown to you alone: I could not find out in time who is in this channel; ask again in a minute."
NO_SCOPE = "Shown to you alone: I cannot read who is in this channel; your admin has to give the app the scope {}."
NOT_IN = "Shown to you alone: I cannot read who is in this channel; invite me with `/invite`."
SCOPES = "channels:read, groups:read and mpim:read"
ABSENT = frozenset({"channel_not_found", "not_in_channel"})


class Unreadable(BotError):
    """Nobody can tell who reads along; the sentence says why to the asker."""


@dataclass(frozen=True)
class Crowd:
    """Who reads along."""

    outside: str = ""
    """why nothing internal may be said; empty where all are colleagues"""
    people: tuple[User, ...] | None = None
    """all of them as the CRM knows them; None where they are too many, or somebody is not known there"""


class Crowds:
    """Channels by id; what is read of one is remembered for a short while."""

    def __init__(self, client: WebClient, directory: Directory, clock: Callable[[], datetime]) -> None:
        self._client, self._directory, self._clock = client, directory, clock
        self._known: dict[str, tuple[datetime, Crowd]] = {}

    def of(self, channel: str) -> Crowd:
        """Return who reads along in a channel; Unreadable where that cannot be told."""
        at, crowd = self._known.get(channel, (None, Crowd()))
        if at is None or self._clock() - at > REMEMBERED:
            crowd = self._asked(channel)
            self._known[channel] = (self._clock(), crowd)
        return crowd

    def shared(self, channel: str) -> None:
        """Count a channel as one with people from outside, before anybody looks at it again."""
        self._known[channel] = (self._clock(), Crowd(SHARED))

    def _asked(self, channel: str) -> Crowd:
        try:
            return self._read(channel)
        except SlackApiError as error:
            event("slack_members_unreadable", error=str(error.response.get("error")))
            raise Unreadable(_why(error)) from error
        except (SlackClientError, OSError) as error:
            event("slack_members_unreadable", error=type(error).__name__)
            raise Unreadable(LATE) from error

    def _read(self, channel: str) -> Crowd:
        about = self._client.conversations_info(channel=channel).get("channel")
        if not about:
            raise Unreadable(LATE)
        if _is_shared(about):
            return Crowd(SHARED)
        ids = self._ids(channel)
        if ids is None or (len(ids) > MOST and not self._directory.read_all(ids)):
            return Crowd(LARGE)
        return self._crowd(ids)

    def _crowd(self, ids: Sequence[str]) -> Crowd:
        members = [member for member in self._directory.members(ids) if member.kind != "nobody"]
        if not members:
            # Whoever asks is one of them, so this is no answer.
            raise Unreadable(LATE)
        if any(member.kind == "outsider" for member in members):
            return Crowd(GUESTS)
        users = tuple(member.user for member in members if member.user)
        return Crowd(people=users if len(users) == len(members) <= MOST else None)

    def _ids(self, channel: str) -> list[str] | None:
        """Everybody's id; None where they are too many to read."""
        found: list[str] = []
        cursor = ""
        for _ in range(MOST_PAGES):
            page = self._client.conversations_members(channel=channel, limit=PAGE, cursor=cursor or None)
            found += page.get("members") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found
        return None


def _is_shared(channel: dict[str, Any]) -> bool:
    """Whether people of other companies read along, or are invited to; workspaces of one company count as colleagues."""
    if channel.get("is_ext_shared") or channel.get("is_pending_ext_shared"):
        return True
    if channel.get("pending_shared") or channel.get("pending_connected_team_ids"):
        return True
    return bool(channel.get("is_shared")) and not channel.get("is_org_shared")


def _why(error: SlackApiError) -> str:
    said = error.response.get("error")
    if said == "missing_scope":
        return NO_SCOPE.format(error.response.get("needed") or SCOPES)
    return NOT_IN if said in ABSENT else LATE
