"""`seller doctor` on Slack: tokens, scopes by what does not work without them, and what last arrived."""

import json

import pytest
from slack_office import Office
from slack_server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer

from bot.settings import Settings
from bot.slack.scopes import asked_for
from tests.conftest import Seller

EVENTS = (
    "Slack does not tell which events the app is subscribed to; api.slack.com/apps, “Event Subscriptions”, should list "
    "agent_session_stopped, app_home_opened, app_mention, message.channels, message.groups, message.im."
)
SCOPES = "Add them at" + (" api.slack.com/apps, “OAuth & Permissions”, “Bot Token Scopes”; then install the app again.")
NEVER = "not in the last 2 days"


@pytest.fixture
def connected(settings: Settings, slack: SlackServer, monkeypatch: pytest.MonkeyPatch) -> SlackServer:
    """A loopback Slack to which the settings of the environment point."""
    values = {"API_URL": slack.api_url, "BOT_TOKEN": BOT_TOKEN, "APP_TOKEN": APP_TOKEN, "SIGNING_SECRET": SECRET}
    for name, value in values.items():
        monkeypatch.setenv(f"SELLER_SLACK_{name}", value)
    return slack


def found(seller: Seller) -> dict[str, tuple[str, str]]:
    """What doctor says of Slack, by part."""
    parts = json.loads(seller("doctor", "--json").out)
    return {part["part"]: (part["state"], part["says"]) for part in parts if part["part"].startswith("Slack")}


def test_all_is_well(seller: Seller, connected: SlackServer) -> None:
    signed = (
        "For HTTP a signing secret is set; Slack does not tell whether it is right: with a wrong one every request is "
        "answered with 401."
    )
    assert found(seller) == {
        "Slack": ("well", "connected to T1 as seller."),
        "Slack scopes": ("well", f"all {len(asked_for())} of the manifest are granted."),
        "Slack delivery": ("well", f"Socket Mode can connect. {signed}"),
        "Slack events": (
            "optional",
            f"last arrived: messages and mentions {NEVER}; commands {NEVER}; clicks {NEVER}. {EVENTS}",
        ),
    }


@pytest.mark.parametrize(
    ("missing", "state", "says"),
    [
        (
            {"channels:history", "groups:history"},
            "well",
            "without follow-ups: without channels:history, in public channels, follow-ups in a thread need a new mention, "
            "and a thread cannot be summarised; without groups:history, in private channels, follow-ups in a thread need a "
            "new mention, and a thread cannot be summarised.",
        ),
        (
            {"mpim:read"},
            "optional",
            f"without mpim:read, in group messages, every answer goes to the asker alone. To have it, a{SCOPES[1:]}",
        ),
        (
            {"users:read", "users:read.email"},
            "broken",
            "without users:read and users:read.email, nobody can be found in the CRM, so nothing can be answered. "
            + SCOPES,
        ),
    ],
    ids=lambda value: "+".join(sorted(value)) if isinstance(value, set) else "",
)
def test_missing_scopes_are_told_by_what_does_not_work(
    seller: Seller, connected: SlackServer, missing: set[str], state: str, says: str
) -> None:
    connected.scopes = [scope for scope in asked_for() if scope not in missing]
    assert found(seller)["Slack scopes"] == (state, says)


def test_a_slack_that_does_not_tell_scopes(seller: Seller, connected: SlackServer) -> None:
    connected.scopes = None
    says = "Slack does not say which scopes the token has; compare them with `seller slack manifest`."
    assert found(seller)["Slack scopes"] == ("optional", says)


@pytest.mark.parametrize(
    ("variable", "part", "says"),
    [
        ("BOT_TOKEN", "Slack", "the token is wrong or of another workspace."),
        ("APP_TOKEN", "Slack delivery", "the token is wrong or of another workspace."),
    ],
)
def test_a_wrong_token_is_one_sentence(
    seller: Seller, connected: SlackServer, monkeypatch: pytest.MonkeyPatch, variable: str, part: str, says: str
) -> None:
    monkeypatch.setenv(f"SELLER_SLACK_{variable}", "xoxb-wrong")
    assert found(seller)[part] == ("broken", f"Slack refuses SELLER_SLACK_{variable} (invalid_auth): {says}")


def test_without_a_way_of_delivery(seller: Seller, connected: SlackServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("APP_TOKEN", "SIGNING_SECRET"):
        monkeypatch.delenv(f"SELLER_SLACK_{name}")
    says = (
        "The bot token works but neither SELLER_SLACK_APP_TOKEN (Socket Mode) nor SELLER_SLACK_SIGNING_SECRET (HTTP) is "
        "set; set one."
    )
    assert found(seller)["Slack"] == ("broken", says)
    assert found(seller)["Slack delivery"] == ("optional", "neither Socket Mode nor HTTP is set up.")


@pytest.mark.parametrize("office", ["http"], indirect=True)
def test_what_arrived_is_told(office: Office, connected: SlackServer, seller: Seller) -> None:
    office.mia.say("where is the summit?")
    office.mia.sees("Not in the knowledge base")
    office.stop()
    state, says = found(seller)["Slack events"]
    assert (state, says.partition(";")[0]) == ("well", "last arrived: messages and mentions 2026-03-02 09:00 UTC")
    office.start()


def test_without_a_token_nothing_else_is_looked_at(seller: Seller) -> None:
    says = "not connected; `seller slack manifest` prints the app manifest, then set SELLER_SLACK_BOT_TOKEN."
    assert found(seller) == {"Slack": ("optional", says)}
