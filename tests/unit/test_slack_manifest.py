"""The manifest asks for what the code uses, and for nothing else; the docs explain each scope."""

import json
import re
from pathlib import Path

import pytest
from slack_sdk import WebClient

from bot import skills
from bot.slack import listeners
from bot.slack.curation.desk import COMMAND, SHORTCUT
from bot.slack.scopes import FOLLOW_UPS, NEEDED, WITHOUT, manifest
from bot.slack.talk.shortcuts import LOG, OUTREACH, SUMMARY
from tests.conftest import Seller

ROOM = Path(listeners.__file__).parent
MANIFEST = json.loads((ROOM / "manifest.json").read_text("utf-8"))
BOT_SCOPES = MANIFEST["oauth_config"]["scopes"]["bot"]
BOT_EVENTS = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
SOURCE = "\n".join(path.read_text("utf-8") for path in sorted(ROOM.rglob("*.py")))
DOCS = (Path(__file__).parents[2] / "docs" / "slack.md").read_text("utf-8")

CHANNELS = {"channels:read", "groups:read", "mpim:read"}
"""for channels, private ones and group messages; we ask of no direct message"""
HISTORY = {"channels:history", "groups:history", "im:history"}
SCOPES: dict[str, set[str]] = {
    "agents_sessions_rename": {"assistant:write"},
    "agents_sessions_setStatus": {"assistant:write", "chat:write"},
    "assistant_threads_setStatus": {"assistant:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "assistant_threads_setTitle": {"assistant:write"},
    "auth_test": set(),
    "chat_appendStream": {"chat:write"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "chat_stream": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_info": CHANNELS,
    "conversations_members": CHANNELS,
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "reactions_add": {"reactions:write"},
    "users_info": {"users:read", "users:read.email"},
    "users_list": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""what each method of the Web API needs"""
MARKS = {"url_private": {"files:read"}}
"""what in the code needs a scope without being a method"""
EVENTS = {
    "agent_session_stopped": {"agent_session_stopped": "assistant:write"},
    "app_home_opened": {"app_home_opened": None},
    "app_mention": {"app_mention": "app_mentions:read"},
    "message": {"message.channels": "channels:history", "message.groups": "groups:history", "message.im": "im:history"},
}
"""what Bolt calls an event → what the manifest calls it, and its scope"""


def handled() -> set[str]:
    """The events that the code takes."""
    return set(re.findall(r"\.event\(\s*\"(\w+)\"", SOURCE)) & set(EVENTS)


def called() -> set[str]:
    """The methods of the Web API that the code calls."""
    direct = set(re.findall(r"client\.([a-z]+_\w+)\b", SOURCE))
    named = {name.replace(".", "_") for name in re.findall(r"api_call\(\s*\"([\w.]+)\"", SOURCE)}
    return {name for name in direct | named if hasattr(WebClient, name)}


def test_commands_are_the_skills_own_and_that_of_the_knowledge_base() -> None:
    commands = MANIFEST["features"]["slash_commands"]
    told = [(one["command"], one["description"], one["usage_hint"]) for one in commands if one["command"] != COMMAND]
    cards = [card for card in skills.cards().values() if card.command]
    assert told == [(card.command, card.description, card.usage) for card in cards]
    assert [one["command"] for one in commands][-1] == COMMAND
    assert {one["should_escape"] for one in commands} == {False}


def test_shortcuts_are_those_that_are_handled() -> None:
    shortcuts = MANIFEST["features"]["shortcuts"]
    assert {one["callback_id"] for one in shortcuts} == {LOG, SUMMARY, OUTREACH, SHORTCUT}
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in shortcuts)


def test_events_are_those_that_are_handled() -> None:
    needed = {event for name in handled() for event in EVENTS[name]}
    assert sorted(needed) == BOT_EVENTS


def test_scopes_are_those_that_are_used() -> None:
    needed = {scope for method in called() for scope in SCOPES[method]}
    needed |= {scope for mark, scopes in MARKS.items() if mark in SOURCE for scope in scopes}
    needed |= {scope for name in handled() for scope in EVENTS[name].values() if scope}
    assert sorted(needed | {"commands"}) == BOT_SCOPES


def test_it_is_an_agent_with_a_home_over_socket_mode() -> None:
    features, settings = MANIFEST["features"], MANIFEST["settings"]
    assert ("agent_view" in features, "assistant_view" in features) == (True, False)
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    assert features["app_home"] == home
    assert (settings["socket_mode_enabled"], settings["interactivity"]) == (True, {"is_enabled": True})


def test_texts_fit_slacks_limits() -> None:
    assert len(MANIFEST["display_information"]["description"]) <= 140
    assert len(MANIFEST["features"]["agent_view"]["agent_description"]) <= 300


def test_the_docs_and_the_doctor_explain_each_scope() -> None:
    assert sorted(WITHOUT) == BOT_SCOPES
    rows = dict(re.findall(r"^\| `([\w:.]+)` \| [^|]+ \| ([^|]+) \|$", DOCS, re.MULTILINE))
    assert rows == WITHOUT
    assert set(WITHOUT) >= NEEDED


def test_the_command_prints_it(seller: Seller) -> None:
    assert json.loads(seller("slack", "manifest").out) == MANIFEST == manifest()


def test_without_follow_ups_no_channel_is_read(seller: Seller) -> None:
    made = json.loads(seller("slack", "manifest", "--without-follow-ups").out)
    assert set(BOT_SCOPES) - set(made["oauth_config"]["scopes"]["bot"]) == set(FOLLOW_UPS)
    assert set(BOT_EVENTS) - set(made["settings"]["event_subscriptions"]["bot_events"]) == set(FOLLOW_UPS.values())
    assert {**made, "oauth_config": 0, "settings": 0} == {**MANIFEST, "oauth_config": 0, "settings": 0}


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://seller.example.com", "https://seller.example.com/slack/events"),
        ("https://seller.example.com/", "https://seller.example.com/slack/events"),
        ("https://example.com/bots/seller", "https://example.com/bots/seller"),
    ],
)
def test_over_http_slack_calls_one_address(seller: Seller, given: str, url: str) -> None:
    made = json.loads(seller("slack", "manifest", "--http", given).out)
    settings = made["settings"]
    assert settings["socket_mode_enabled"] is False
    clicks = settings["interactivity"]
    called = [settings["event_subscriptions"]["request_url"], clicks["request_url"], clicks["message_menu_options_url"]]
    assert {*called, *(command["url"] for command in made["features"]["slash_commands"])} == {url}


@pytest.mark.parametrize("given", ["seller.example.com", "http://seller.example.com", "https://"])
def test_an_address_that_slack_would_not_call_is_refused(seller: Seller, given: str) -> None:
    ran = seller("slack", "manifest", "--http", given)
    assert (ran.code, ran.out) == (2, "")
    assert (
        ran.err == f"“{given}” is no address that Slack calls; give a public one such as https://seller.example.com.\n"
    )
