"""What Slack sends, read as plain values (pure)."""

import html
import json
import re
from dataclasses import replace
from typing import Any

from bot.slack.sending.outbox import Card, Place, conversation
from bot.store.answers import Answer

Body = dict[str, Any]
CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
BY_PERSON = frozenset({None, "file_share", "thread_broadcast", "me_message"})
"""subtypes of what a person writes"""
SPOKEN_TO = re.compile(r"<@[UW]|<!(?:subteam|here|channel|everyone)")


def plain(text: str, bot_user: str | None = None) -> str:
    """Return the words a person typed: without the mention of the bot, links and entities as plain text."""
    words = _mention(bot_user).sub(" ", text) if bot_user else text
    words = re.sub(r"<mailto:[^|>]+\|([^>]+)>", r"\1", words)
    words = re.sub(r"<[#@!][^|>]*\|([^>]+)>", r"\1", words)
    words = re.sub(r"<(https?:[^|>]+)(?:\|[^>]*)?>", r"\1", words)
    return html.unescape(words).strip()


def message_words(message: Body) -> str:
    """Return the words of a message that somebody picked; of an app's message also those beside its text."""
    beside = [part.get("text") or part.get("fallback") or "" for part in message.get("attachments") or ()]
    blocks = [block.get("text") or {} for block in message.get("blocks") or () if block.get("type") == "section"]
    parts = [message.get("text") or "\n".join(block.get("text", "") for block in blocks), *beside]
    return plain("\n\n".join(part for part in parts if part))


def command_place(body: Body) -> Place:
    """Return where a slash command is answered: to the asker alone."""
    channel, user = body["channel_id"], body["user_id"]
    return Place(
        channel, user, is_direct(channel), conversation(channel, user, None), response_url=body["response_url"]
    )


def message_place(event: Body) -> Place:
    """Return where a message or mention is answered: in its thread, or in the one that it opens.

    Each person has a conversation of their own: what one was shown alone must not come back in an answer to another.
    """
    channel, user, ts = event["channel"], event["user"], event.get("ts")
    root = event.get("thread_ts") or ts
    return Place(channel, user, is_direct(channel), conversation(channel, user, root), thread_ts=root, message_ts=ts)


def thread_place(thread: str, user: str) -> Place | None:
    """Return the place of a conversation by its id; None where it is no thread."""
    channel, _, rest = thread.partition(":")
    thread_ts = rest.rpartition(":")[2]
    return Place(channel, user, is_direct(channel), thread, thread_ts=thread_ts) if "." in thread_ts else None


def click_place(body: Body) -> Place:
    """Return where a person who clicked is told something that is no card."""
    channel, user = body["channel"]["id"], body["user"]["id"]
    return Place(channel, user, is_direct(channel), "", response_url=body.get("response_url"))


def home_place(slack_id: str, channel: str | None) -> Place:
    """Return where a person is answered among their direct messages, where their id stands for the channel if need be."""
    where = channel if channel and channel.startswith("D") else slack_id
    return Place(where, slack_id, True, conversation(where, slack_id))


def home_click_place(body: Body) -> Place:
    """Return where a person who clicked in App Home is answered: no channel comes with it, so the tab remembers it."""
    channel = (body.get("channel") or {}).get("id") or (body.get("view") or {}).get("private_metadata")
    return home_place(body["user"]["id"], channel or None)


def again_place(body: Body, first: Place, asked: str) -> Place:
    """Return where what is asked again is answered: who clicks where is Slack's word, the button adds only the message."""
    # A command's answer goes to an address of its own, and that of the first one is old.
    clicked = click_place(body)
    url = None if clicked.direct and not asked.startswith("/") else clicked.response_url
    at = {"channel": clicked.channel, "user": clicked.user, "thread_ts": first.thread_ts, "ts": first.message_ts}
    return replace(message_place(at), response_url=url)


def form_place(body: Body) -> Place:
    """Return where a person is told of a form that took too long; the form remembers it."""
    kept = json.loads(body["view"]["private_metadata"])
    user = body["user"]["id"]
    channel = (kept["card"]["channel"] if "card" in kept else kept["channel"]) or user
    return Place(channel, user, is_direct(channel) or channel == user, "", response_url=kept.get("response_url"))


def answer_place(place: Place, body: Body, answer: Answer) -> Place:
    """Return where what follows an answer goes: the clicked message's own thread; in a channel, a thread under it."""
    container, message = body.get("container") or {}, body.get("message") or {}
    kept = answer.thread_ts if answer.channel == place.channel else None
    thread = container.get("thread_ts") or message.get("thread_ts") or kept
    if container.get("is_ephemeral"):
        url = None if thread and not place.direct else place.response_url
        return Place(place.channel, place.user, place.direct, place.thread, thread, response_url=url)
    under = thread or (None if place.direct else container.get("message_ts") or message.get("ts"))
    return Place(place.channel, place.user, place.direct, place.thread, under)


def clicked_card(body: Body) -> Card:
    """Return the card whose button was clicked."""
    container, message = body.get("container") or {}, body.get("message") or {}
    channel = container.get("channel_id") or body["channel"]["id"]
    ts = container.get("message_ts") or message["ts"]
    return Card(channel, ts, body.get("response_url") if container.get("is_ephemeral") else None)


def is_from_person(event: Body) -> bool:
    """Tell a person's new message from bots' messages, edits, joins and the like."""
    by_person = event.get("subtype") in BY_PERSON and bool(event.get("user")) and not event.get("bot_id")
    return by_person and not event.get("edited") and not event.get("hidden")


def asked_outside_code(text: str, bot_user: str | None) -> bool:
    """Whether a mention of the bot stands outside of what is quoted as code; one that is not in the text counts as such."""
    return not mentions_bot(text, bot_user) or mentions_bot(CODE.sub("", text), bot_user)


def mentions_bot(text: str, bot_user: str | None) -> bool:
    """Whether the bot is mentioned, wherever in the text."""
    return bot_user is not None and _mention(bot_user).search(text) is not None


def mentions_somebody(text: str) -> bool:
    """Whether a message speaks to somebody by name: a person, a group, or all who are here."""
    return SPOKEN_TO.search(text) is not None


def is_reworded(message: Body, before: Body) -> bool:
    """Tell a person's edit of their own words from a link that was unfolded and other changes around them."""
    mine = message.get("user") and (message.get("edited") or {}).get("user", message.get("user")) == message["user"]
    by_person = bool(mine) and not message.get("bot_id") and message.get("subtype") in BY_PERSON
    return by_person and bool(message.get("edited")) and message.get("text") != before.get("text")


def _mention(bot_user: str) -> re.Pattern[str]:
    """A mention of the bot, with or without the name that stood there."""
    return re.compile(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>")


def is_direct(channel: str) -> bool:
    """Tell a direct message from a channel; what is posted to a person's id arrives among their direct messages."""
    return channel.startswith(("D", "U", "W"))
