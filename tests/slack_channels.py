"""Channels with their members and histories, of the loopback Slack."""

from dataclasses import dataclass, field
from typing import Any

Plain = dict[str, Any]
GUEST: Plain = {"id": "UGUEST", "team_id": "T1", "is_restricted": True, "profile": {"email": "guest@else.example"}}
PAGE = 20
"""members in one answer, however many are asked for"""


@dataclass
class Channel:
    """A channel and who is in it."""

    members: list[str]
    marks: Plain = field(default_factory=dict)
    """such as is_ext_shared"""


class Channels:
    """Web API methods by their names, as `_do_` and the method's name in small letters; mixed into the server.

    A channel that no test has made has a guest in it, so that everything is for its asker alone.
    """

    users: dict[str, Plain]
    channels: dict[str, Channel]
    """method → the error that it answers, as `missing_scope` with the one that is `needed`"""

    def channel(self, channel: str, *members: str, **marks: Any) -> str:
        """Make a channel; the bot is in it as well."""
        self.channels[channel] = Channel(["UBOT", *members], marks)
        self.users.setdefault("UBOT", {"id": "UBOT", "team_id": "T1", "is_bot": True, "profile": {}})
        return channel

    def _of(self, params: Plain) -> Channel:
        self.users.setdefault("UGUEST", GUEST)
        return self.channels.setdefault(params["channel"], Channel([*self.users]))

    def _do_conversations_info(self, params: Plain) -> Plain:
        return {"channel": {"id": params["channel"], "is_channel": True, **self._of(params).marks}}

    def _do_conversations_members(self, params: Plain) -> Plain:
        return _page("members", self._of(params).members, params)

    def _do_users_list(self, params: Plain) -> Plain:
        return _page("members", list(self.users.values()), params)


def _page(name: str, every: list[Any], params: Plain) -> Plain:
    start = int(str(params.get("cursor") or "0"))
    more = start + PAGE < len(every)
    return {
        name: every[start : start + PAGE],
        "response_metadata": {"next_cursor": str(start + PAGE) if more else ""},
    }
