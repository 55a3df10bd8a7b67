"""A thread of Slack as the words of those who wrote in it."""

from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import BotError
from bot.log import event
from bot.slack.sending.outbox import Body
from bot.slack.words import message_words

PAGES = 10
PAGE = 200
MOST_WORDS = 18_000
"""characters of a thread that are read, the newest ones"""
NOISE = frozenset({"channel_join", "channel_leave", "group_join", "group_leave", "channel_topic", "channel_purpose"})
NOT_THERE = ("not_in_channel", "channel_not_found", "no_permission", "thread_not_found", "message_not_found")
INVITE = "I cannot read this thread; invite me to the channel with `/invite @Seller Assistant` and try again."
NO_SCOPE = (
    "I may not read messages of this kind of channel: the app lacks the scope {scope}; "
    "ask your admin to add it, or paste the words into a message to me."
)


def read(client: WebClient, channel: str, thread_ts: str) -> str:
    """Return who said what, a line a message; BotError where the app may not read it or there is nothing."""
    messages = [one for one in _messages(client, channel, thread_ts) if one.get("subtype") not in NOISE]
    names = {one["user"]: "" for one in messages if one.get("user")}
    names = {user: _name(client, user) for user in names}
    # A line a message: nobody puts words into somebody else's mouth by a line of their own that begins with a name.
    said = [(_author(one, names), " ".join(message_words(one).split())) for one in messages]
    lines = [f"{author}: {words}" for author, words in said if words]
    if not lines:
        raise BotError("There are no words in this thread; drop its files into a message to me instead.")
    return _newest(lines)


def _messages(client: WebClient, channel: str, thread_ts: str) -> list[Body]:
    found: list[Body] = []
    cursor: str | None = None
    for _ in range(PAGES):
        ask = partial(client.conversations_replies, channel=channel, ts=thread_ts, limit=PAGE)
        page = _allowed(ask, cursor)
        found += page.get("messages") or []
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return found


def _allowed(ask: Any, cursor: str | None) -> Any:
    try:
        return ask(cursor=cursor) if cursor else ask()
    except SlackApiError as error:
        why = error.response.get("error")
        if why == "missing_scope":
            raise BotError(NO_SCOPE.format(scope=error.response.get("needed") or "channels:history")) from error
        if why in NOT_THERE:
            raise BotError(INVITE) from error
        raise


def _name(client: WebClient, user: str) -> str:
    try:
        found = client.users_info(user=user).get("user") or {}
    except SlackApiError as error:
        event("slack_name_unknown", error=error.response.get("error"))
        return "Somebody"
    profile = found.get("profile") or {}
    return str(profile.get("real_name") or found.get("real_name") or found.get("name") or "Somebody")


def _author(message: Body, names: dict[str, str]) -> str:
    app = (message.get("bot_profile") or {}).get("name") or message.get("username")
    named = names.get(message.get("user") or "") or (f"{app} (app)" if app else "An app")
    return " ".join(named.replace(":", " ").split())


def _newest(lines: list[str]) -> str:
    kept: list[str] = []
    for line in reversed(lines):
        if kept and sum(map(len, kept)) + len(line) > MOST_WORDS:
            return "\n".join([f"(The first {len(lines) - len(kept)} messages are left out.)", *reversed(kept)])
        kept.append(line[:MOST_WORDS])
    return "\n".join(reversed(kept))
