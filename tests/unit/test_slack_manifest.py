"""The manifest asks for what the code uses, and for nothing else."""

import json
import re
from pathlib import Path

from bot.slack import listeners
from bot.slack.commands import by_command
from bot.slack.curation import COMMAND, SHORTCUT
from bot.slack.shortcuts import LOG, OUTREACH, SUMMARY

ROOM = Path(listeners.__file__).parent
MANIFEST = json.loads((ROOM / "manifest.json").read_text("utf-8"))
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(ROOM.glob("*.py")))

SCOPES = {
    "auth_test": set(),
    "users_info": {"users:read", "users:read.email"},
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "chat_getPermalink": set(),
    "users_lookupByEmail": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_update": set(),
    "assistant_threads_setStatus": {"assistant:write"},
    "files_upload_v2": {"files:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
}
"""what each method of the Web API needs"""
EVENTS = {"app_mention": ("app_mention", "app_mentions:read"), "message": ("message.im", "im:history")}
"""what Bolt calls an event → what the manifest calls it, and its scope"""


def test_commands_are_those_that_are_handled() -> None:
    assert [one["command"] for one in MANIFEST["features"]["slash_commands"]] == [*by_command(), COMMAND]


def test_shortcuts_are_those_that_are_handled() -> None:
    assert [one["callback_id"] for one in MANIFEST["features"]["shortcuts"]] == [LOG, SUMMARY, OUTREACH, SHORTCUT]
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in MANIFEST["features"]["shortcuts"])


def test_events_are_those_that_are_handled() -> None:
    handled = re.findall(r"app\.event\(\"(\w+)\"\)", SOURCE)
    assert MANIFEST["settings"]["event_subscriptions"]["bot_events"] == [EVENTS[name][0] for name in handled]


def test_scopes_are_those_that_are_used() -> None:
    called = set(re.findall(r"client\.([a-z]+_\w+)\b", SOURCE))
    needed = {scope for method in called for scope in SCOPES[method]}
    needed |= {"files:read"} if "file_input" in SOURCE else set()
    heard = {EVENTS[name][1] for name in re.findall(r"app\.event\(\"(\w+)\"\)", SOURCE)}
    assert MANIFEST["oauth_config"]["scopes"]["bot"] == sorted(needed | heard | {"commands"})


def test_texts_fit_slacks_limits() -> None:
    assert len(MANIFEST["display_information"]["description"]) <= 140
    assert len(MANIFEST["features"]["agent_view"]["agent_description"]) <= 300
