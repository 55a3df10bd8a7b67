"""`seller doctor`, Slack: tokens, scopes, and what was delivered; what Slack's API does not tell is said so."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.app import App
from bot.errors import BotError
from bot.settings import Settings
from bot.slack.scopes import FOLLOW_UPS, NEEDED, WITHOUT, asked_for, events
from bot.store.deliveries import KEPT
from bot.upkeep.findings import State

Said = tuple[State, str]
"""state, and what to say"""
SECONDS = 10
WHERE = "api.slack.com/apps, “OAuth & Permissions”, “Bot Token Scopes”; then install the app again"
KINDS = {"event": "messages and mentions", "command": "commands", "click": "clicks"}
"""how a delivery's key begins → what it is"""
REASONS = {
    "invalid_auth": "the token is wrong or of another workspace",
    "token_revoked": "the token was revoked; install the app again and copy the new one",
    "account_inactive": "the app was removed from the workspace; install it again",
    "not_allowed_token_type": "it is a token of another kind; an app-level token starts with xapp-",
    "missing_scope": "it lacks the scope connections:write; make a new app-level token with it",
}


def bot_token(app: App) -> Said:
    """Whether the bot token works, and one of the two ways of delivery is set up."""
    if app.settings.slack_bot_token is None:
        says = "not connected; `seller slack manifest` prints the app manifest, then set SELLER_SLACK_BOT_TOKEN."
        return "optional", says
    found = _auth(app.settings)
    if app.settings.slack_app_token is None and app.settings.slack_signing_secret is None:
        raise BotError(
            "The bot token works but neither SELLER_SLACK_APP_TOKEN (Socket Mode) nor SELLER_SLACK_SIGNING_SECRET (HTTP) "
            "is set; set one."
        )
    return "well", f"connected to {_named(found, 'team')} as {_named(found, 'user')}."


def scopes(app: App) -> Said:
    """Which scopes of the manifest were not granted, and what does not work without them."""
    headers = {name.lower(): value for name, value in _auth(app.settings).headers.items()}
    if "x-oauth-scopes" not in headers:
        return "optional", "Slack does not say which scopes the token has; compare them with `seller slack manifest`."
    granted = {scope.strip() for scope in str(headers["x-oauth-scopes"]).split(",")}
    missing = [scope for scope in asked_for() if scope not in granted]
    if not missing:
        return "well", f"all {len(asked_for())} of the manifest are granted."
    if set(missing) <= set(FOLLOW_UPS):
        return "well", f"without follow-ups: {_told(missing)}."
    if NEEDED & set(missing):
        raise BotError(f"{_told(missing)}. Add them at {WHERE}.")
    return "optional", f"{_told(missing)}. To have it, add them at {WHERE}."


def delivery(app: App) -> Said:
    """How Slack reaches this home: the token of Socket Mode is tried, the secret of HTTP cannot be."""
    token, says = app.settings.slack_app_token, []
    if token is not None:
        secret = token.get_secret_value()
        client = _client(app.settings, secret)
        _answer("SELLER_SLACK_APP_TOKEN", lambda: client.apps_connections_open(app_token=secret))
        says.append("Socket Mode can connect.")
    if app.settings.slack_signing_secret is not None:
        says.append(
            "For HTTP a signing secret is set; Slack does not tell whether it is right: with a wrong one every request "
            "is answered with 401."
        )
    return ("well" if says else "optional"), " ".join(says) or "neither Socket Mode nor HTTP is set up."


def arrivals(app: App) -> Said:
    """When something last arrived, of each kind."""
    last = {kind: app.deliveries.last(kind) for kind in KINDS}
    told = [f"{name} {_when(last[kind])}" for kind, name in KINDS.items()]
    where = (
        f"Slack does not tell which events the app is subscribed to; api.slack.com/apps, “Event Subscriptions”, should "
        f"list {', '.join(events())}."
    )
    return "well" if last["event"] else "optional", f"last arrived: {'; '.join(told)}. {where}"


def _told(missing: list[str]) -> str:
    """The scopes by what does not work without them, as several may have the same reason."""
    by_loss: dict[str, list[str]] = {}
    for scope in missing:
        by_loss.setdefault(WITHOUT[scope], []).append(scope)
    return "; ".join(f"without {' and '.join(names)}, {loss}" for loss, names in by_loss.items())


def _named(found: SlackResponse, what: str) -> str:
    return str(found.get(what) or found.get(f"{what}_id") or f"a {what} that Slack does not name")


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else f"not in the last {KEPT.days} days"


def _auth(settings: Settings) -> SlackResponse:
    token = settings.slack_bot_token
    client = _client(settings, token.get_secret_value() if token else "")
    return _answer("SELLER_SLACK_BOT_TOKEN", client.auth_test)


def _client(settings: Settings, token: str) -> WebClient:
    return WebClient(token, base_url=settings.slack_api_url.rstrip("/") + "/", timeout=SECONDS)


def _answer(variable: str, ask: Callable[..., Any]) -> SlackResponse:
    try:
        found: SlackResponse = ask()
    except SlackApiError as error:
        reason = str(error.response.get("error"))
        raise BotError(f"Slack refuses {variable} ({reason}): {REASONS.get(reason, 'check it')}.") from error
    except (SlackClientError, OSError) as error:
        raise BotError(f"Slack did not answer ({error}); check the network and SELLER_SLACK_API_URL.") from error
    return found


PROBES: dict[str, Callable[[App], Said]] = {
    "Slack scopes": scopes,
    "Slack delivery": delivery,
    "Slack events": arrivals,
}
"""what is looked at where a bot token is set"""
