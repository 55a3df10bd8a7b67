"""What the app asks Slack for: each scope, and what does not work without it (pure)."""

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.errors import UsageError

Manifest = dict[str, Any]

EVENTS_PATH = "/slack/events"
WITHOUT = {
    "app_mentions:read": "nobody can ask by mentioning the assistant in a channel",
    "assistant:write": "no status, suggested prompts, title and stop button in the assistant's pane",
    "channels:history": "in public channels, follow-ups in a thread need a new mention, and a thread cannot be summarised",
    "channels:read": "in public channels, every answer goes to the asker alone",
    "chat:write": "nothing can be answered",
    "commands": "no slash commands and no shortcuts",
    "files:read": "no transcript or document that somebody drops can be read",
    "files:write": "charts come as words, without a picture, and files not at all",
    "groups:history": "in private channels, follow-ups in a thread need a new mention, and a thread cannot be summarised",
    "groups:read": "in private channels, every answer goes to the asker alone",
    "im:history": "nobody can ask in a direct message",
    "mpim:read": "in group messages, every answer goes to the asker alone",
    "users:read": "nobody can be found in the CRM, so nothing can be answered",
    "users:read.email": "nobody can be found in the CRM, so nothing can be answered",
}
"""scope → what does not work without it; docs/slack.md tells the same"""
NEEDED = frozenset({"chat:write", "users:read", "users:read.email"})
"""scopes without which nothing works at all"""
FOLLOW_UPS = {"channels:history": "message.channels", "groups:history": "message.groups"}
"""scopes that mention-free follow-ups in channels need, and their events"""


@cache
def _packaged() -> Manifest:
    manifest: Manifest = json.loads((Path(__file__).parent / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def manifest(http: str | None = None, *, follow_ups: bool = True) -> Manifest:
    """Return the app's manifest; with a public address for HTTP instead of Socket Mode, or without follow-ups.

    Raises UsageError for an address that Slack would not call.
    """
    made = deepcopy(_packaged())
    if not follow_ups:
        bot, events = made["oauth_config"]["scopes"], made["settings"]["event_subscriptions"]
        bot["bot"] = [scope for scope in bot["bot"] if scope not in FOLLOW_UPS]
        events["bot_events"] = [event for event in events["bot_events"] if event not in FOLLOW_UPS.values()]
    if http is not None:
        _over_http(made, _address(http))
    return made


def asked_for() -> list[str]:
    """All scopes of the manifest."""
    return list(_packaged()["oauth_config"]["scopes"]["bot"])


def events() -> list[str]:
    """All events of the manifest."""
    return list(_packaged()["settings"]["event_subscriptions"]["bot_events"])


def _over_http(made: Manifest, url: str) -> None:
    made["settings"]["socket_mode_enabled"] = False
    for part in ("event_subscriptions", "interactivity"):
        made["settings"][part] = {"request_url": url, **made["settings"][part]}
    # Without it Slack asks nobody for the accounts that an input offers while a name is typed.
    made["settings"]["interactivity"]["message_menu_options_url"] = url
    for command in made["features"]["slash_commands"]:
        command["url"] = url


def _address(http: str) -> str:
    parts = urlsplit(http.strip())
    if parts.scheme != "https" or not parts.netloc:
        raise UsageError(
            f"“{http}” is no address that Slack calls; give a public one such as https://seller.example.com."
        )
    return parts._replace(path=parts.path if parts.path.strip("/") else EVENTS_PATH, query="", fragment="").geturl()
