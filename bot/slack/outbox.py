"""Where an answer goes: a direct message, or the asker alone where others would read along."""

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import RetryHandler
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.webhook import WebhookClient

from bot.errors import BotError
from bot.settings import Settings
from bot.slack.blocks import without_tables
from bot.slack.feedback_views import plain_thumbs
from bot.slack.views import Message

Body = dict[str, Any]
TRIES = 3
REFUSED = re.compile("invalid_blocks|invalid_attachments|only_one_table_allowed")
MOST_ALT = 1000
"""characters of what a screen reader says of a picture"""


def retries() -> list[RetryHandler]:
    """Return what makes a client wait out rate limits, server errors and broken connections."""
    return [
        RateLimitErrorRetryHandler(max_retry_count=TRIES),
        ServerErrorRetryHandler(max_retry_count=TRIES),
        ConnectionErrorRetryHandler(max_retry_count=TRIES),
    ]


def web_client(settings: Settings) -> WebClient:
    """Return the client of Slack's Web API; BotError where the token is missing."""
    if settings.slack_bot_token is None:
        raise BotError("Slack needs a bot token; set SELLER_SLACK_BOT_TOKEN to the one that starts with xoxb-.")
    base = settings.slack_api_url.rstrip("/") + "/"
    return WebClient(settings.slack_bot_token.get_secret_value(), base_url=base, retry_handlers=retries())


@dataclass(frozen=True)
class Place:
    """Where a person is to be answered."""

    channel: str
    user: str
    direct: bool
    thread: str
    """id of the conversation in our own store"""
    thread_ts: str | None = None
    message_ts: str | None = None
    """the message that is answered; None for a command"""
    public: bool = False
    """whether everybody in the channel may see what is said; else the person alone"""
    response_url: str | None = None
    """Slack's address for answers to a command or a click; works where the bot is no member"""

    @property
    def own(self) -> str:
        """Id of all that this person says here: what the ids of the conversations begin with."""
        return self.channel if self.direct else f"{self.channel}:{self.user}"

    @property
    def opens(self) -> bool:
        """Whether this was said outside of a thread, so that it goes on with what was said here before."""
        return self.thread_ts == self.message_ts


@dataclass(frozen=True)
class Card:
    """A card that was clicked: where it can be drawn anew."""

    channel: str
    ts: str
    response_url: str | None
    """set where only the clicker sees the card"""


@dataclass(frozen=True)
class Form:
    """What an open form must remember until it is sent; Slack keeps it."""

    value: str
    k: int
    card: Card
    response_url: str | None

    def dumps(self) -> str:
        """Return the form as Slack stores it."""
        return json.dumps(asdict(self))

    @classmethod
    def loads(cls, text: str) -> "Form":
        """Read what `dumps` wrote."""
        plain = json.loads(text)
        return cls(**{**plain, "card": Card(**plain["card"])})


class Outbox:
    """Posts messages and redraws cards."""

    def __init__(self, client: WebClient) -> None:
        self.client = client

    def say(self, place: Place, message: Message) -> str | None:
        """Show a message to the person at `place`, or to everybody there; gives its timestamp where it stays."""
        plain = plain_thumbs(without_tables(message))
        try:
            return self._say(place, message)
        except (SlackApiError, ConnectionError) as error:
            # Tables and Slack's own thumbs are young: where Slack takes none, the same comes as text and buttons.
            if plain == message or not REFUSED.search(str(error)):
                raise
            return self._say(place, plain)

    def _say(self, place: Place, message: Message) -> str | None:
        if place.response_url:
            self._respond(place.response_url, message, replace=False)
        elif place.direct or place.public:
            sent = self.client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=message.blocks,
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(sent["ts"])
        else:
            self.client.chat_postEphemeral(
                channel=place.channel,
                user=place.user,
                # Slack shows nothing that is for one person alone in a thread that nobody else has answered in.
                thread_ts=None if place.opens else place.thread_ts,
                text=message.text,
                blocks=message.blocks,
            )
        return None

    def direct(self, slack_id: str, message: Message) -> str:
        """Send a person a direct message; gives its place, such as "D012:1700000000.1"."""
        sent = self.client.chat_postMessage(
            channel=slack_id, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False
        )
        return f"{sent['channel']}:{sent['ts']}"

    def picture(self, place: Place, png: bytes, title: str, alt: str) -> None:
        """Show a picture to everybody at a place, with words for who does not see it."""
        self.client.files_upload_v2(
            content=png,
            filename="chart.png",
            title=title,
            alt_txt=alt[:MOST_ALT],
            channel=place.channel,
            thread_ts=place.thread_ts,
        )

    def begin(self, slack_id: str, message: Message) -> Place:
        """Begin a conversation of its own among a person's direct messages; gives its place, which is the thread."""
        channel, _, ts = self.direct(slack_id, message).partition(":")
        return Place(channel, slack_id, True, f"{channel}:{ts}", thread_ts=ts)

    def redraw(self, card: Card, message: Message) -> None:
        """Put a new card in the place of the old one."""
        if card.response_url:
            self._respond(card.response_url, message, replace=True)
        else:
            self.client.chat_update(channel=card.channel, ts=card.ts, text=message.text, blocks=message.blocks)

    def _respond(self, url: str, message: Message, *, replace: bool) -> None:
        webhook = WebhookClient(url, retry_handlers=retries(), proxy=self.client.proxy, ssl=self.client.ssl)
        answer = webhook.send(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=replace
        )
        if answer.status_code != 200:
            raise ConnectionError(f"Slack refused an answer with {answer.status_code}: {answer.body[:200]}")
