"""Where an answer goes: a direct message, or the asker alone where others would read along."""

import json
import time
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient, WebhookResponse

from bot.errors import BotError
from bot.log import event, failure
from bot.settings import Settings
from bot.slack.sending import refusals
from bot.slack.sending.client import LONGEST_WAIT, PAUSE, TRIES, AddressGone, SlackClient, SlackUnreachable, retry_after
from bot.slack.showing.blocks import MOST_BLOCKS, Message, readable, sections, unlinked, without_tables
from bot.slack.showing.feedback_views import plain_thumbs

Body = dict[str, Any]
MOST_PLAIN = 3900
"""characters of a message without blocks that Slack shows uncut"""
MOST_ALT = 1000
"""characters of what a screen reader says of a picture"""


def web_client(settings: Settings) -> SlackClient:
    """Return the client of Slack's Web API; BotError where the token is missing."""
    if settings.slack_bot_token is None:
        raise BotError("Slack needs a bot token; set SELLER_SLACK_BOT_TOKEN to the one that starts with xoxb-.")
    base = settings.slack_api_url.rstrip("/") + "/"
    return SlackClient(settings.slack_bot_token.get_secret_value(), base, settings.slack_timeout)


def conversation(channel: str, user: str, thread_ts: str | None = None) -> str:
    """Return the id of what a person says somewhere; commands work in messages between two colleagues, too."""
    return ":".join(part for part in (channel, user, thread_ts) if part)


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
        return conversation(self.channel, self.user)

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
    """Posts messages and redraws cards; where a place takes none, the person gets it another way."""

    def __init__(self, client: SlackClient) -> None:
        self.client = client

    def say(self, place: Place, message: Message) -> str | None:
        """Show a message to the person at `place`, or to everybody there; gives its timestamp where it stays."""
        try:
            return self._shaped(place, message)
        except AddressGone as error:
            # Such as a command's address after half an hour: the person still gets the answer.
            event("slack_address_gone", why=str(error))
            return self.say(replace(place, response_url=None), message)
        except SlackApiError as error:
            if refusals.reason(error) not in refusals.ABSENT or place.channel == place.user:
                raise
            event("slack_place_refused", why=refusals.reason(error))
            sent = self.direct(place.user, above(refusals.elsewhere(place.channel, error), message))
            channel, _, ts = sent.partition(":")
            return ts or None if channel == place.channel else None

    def direct(self, slack_id: str, message: Message) -> str:
        """Send a person a direct message; gives its place, such as "D012:1700000000.1"."""
        try:
            sent = self._to_person(slack_id, message)
        except SlackApiError as error:
            older = plain_thumbs(without_tables(message))
            if refusals.reason(error) not in refusals.SHAPE or older == message:
                raise
            sent = self._to_person(slack_id, older)
        return f"{sent.get('channel') or slack_id}:{sent.get('ts') or ''}"

    def _to_person(self, slack_id: str, message: Message) -> SlackResponse:
        return self.client.chat_postMessage(
            channel=slack_id, text=message.text, blocks=message.blocks, unfurl_links=False, unfurl_media=False
        )

    def picture(self, place: Place, png: bytes, sheet: bytes, name: str, title: str, alt: str) -> None:
        """Show a picture to everybody at a place, with words for who does not see it, and its figures in one message with it."""
        drawn = {"content": png, "filename": f"{name}.png", "title": title, "alt_txt": alt[:MOST_ALT]}
        self._upload(place, [drawn, {"content": sheet, "filename": f"{name}.csv", "title": f"{name}.csv"}])

    def file(self, place: Place, content: bytes, name: str) -> None:
        """Put a file where everybody at a place sees it."""
        self._upload(place, [{"content": content, "filename": name, "title": name}])

    def _upload(self, place: Place, files: list[Body]) -> None:
        try:
            self.client.files_upload_v2(file_uploads=files, channel=place.channel, thread_ts=place.thread_ts)
        except (TypeError, ValueError) as error:
            raise SlackRequestError("Slack's answer to an upload tells no file or no address.") from error

    def begin(self, slack_id: str, message: Message) -> Place:
        """Begin a conversation of its own among a person's direct messages; gives its place, which is the thread."""
        channel, _, ts = self.direct(slack_id, message).partition(":")
        return Place(channel, slack_id, True, conversation(channel, slack_id, ts), thread_ts=ts or None)

    def redraw(self, card: Card, message: Message) -> None:
        """Put a new card in the place of the old one."""
        if card.response_url:
            self._respond(card.response_url, message, replace=True)
        else:
            self.client.chat_update(channel=card.channel, ts=card.ts, text=message.text, blocks=message.blocks)

    def _shaped(self, place: Place, message: Message) -> str | None:
        """Show a message, as plain text where Slack does not take its blocks."""
        try:
            return self._shown(place, message)
        except SlackApiError as error:
            if refusals.reason(error) not in refusals.SHAPE or not message.blocks:
                raise
            # Tables and Slack's own thumbs are young: where Slack takes none, the same comes as text and buttons.
            older = plain_thumbs(without_tables(message))
            if older != message:
                return self._shaped(place, older)
            failure("slack_shape_refused", error, blocks=len(message.blocks))
            return self._shown(place, Message(unlinked(message.text)[:MOST_PLAIN], []))

    def _shown(self, place: Place, message: Message) -> str | None:
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
            return sent.get("ts")
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

    def _respond(self, url: str, message: Message, *, replace: bool) -> None:
        if not is_reply_address(url, self.client.base_url):
            raise AddressGone("This is no address of Slack.")
        self.client.about_to_show("alone")
        webhook = WebhookClient(
            url, timeout=self.client.timeout, retry_handlers=[], proxy=self.client.proxy, ssl=self.client.ssl
        )
        for attempt in range(1, TRIES + 1):
            answer = _sent(webhook, message, replace)
            if answer is not None and answer.status_code == 200:
                return
            _passes(answer, attempt)


def is_reply_address(url: str, base_url: str) -> bool:
    """Tell whether an address for answers is Slack's: forms and buttons carry it, and what it gets is confidential."""
    try:
        asked, api = urlsplit(url), urlsplit(base_url)
    except ValueError:
        return False
    host = asked.hostname or ""
    slacks = asked.scheme == "https" and host.endswith((".slack.com", ".slack-gov.com"))
    return slacks or (asked.scheme in ("http", "https") and bool(host) and host == api.hostname)


def above(line: str, message: Message) -> Message:
    """Put a line above a message; `line` is mrkdwn."""
    blocks = [*sections([line]), *message.blocks][:MOST_BLOCKS] if message.blocks else []
    return Message(f"{line}\n{message.text}", blocks)


def _sent(webhook: WebhookClient, message: Message, replace: bool) -> WebhookResponse | None:
    """Send to a response address once; None where nobody answered."""
    try:
        text, blocks = readable(message.text), readable(message.blocks)
        return webhook.send(text=text, blocks=blocks, response_type="ephemeral", replace_original=replace)
    except OSError as error:
        event("slack_again", method="response", error=type(error).__name__)
        return None


def _passes(answer: WebhookResponse | None, attempt: int) -> None:
    """Wait before the next try; raise where there is none."""
    status, said = (answer.status_code, answer.body) if answer is not None else (0, "")
    if status in (403, 404, 410) or any(word in said for word in refusals.GONE):
        raise AddressGone(f"Slack answered {status}: {said[:200]}")
    if 400 <= status < 500 and status != 429:
        why = next((word for word in refusals.SHAPE if word in said), said[:200])
        raise SlackApiError(f"Slack refused an answer with {status}", {"ok": False, "error": why})  # type: ignore[no-untyped-call]
    seconds = retry_after(answer.headers) if answer is not None and status == 429 else PAUSE * 2 ** (attempt - 1)
    if attempt == TRIES or seconds > LONGEST_WAIT:
        raise SlackUnreachable("Slack did not take an answer to a command or a click.")
    time.sleep(seconds)
