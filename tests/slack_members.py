"""People of the loopback Slack: what they type and click, delivered over Socket Mode or as signed HTTP requests."""

import hashlib
import hmac
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

from slack_blocks import Ack, Plain, Shown, clickable
from slack_server import BOT, CLOCK, DEADLINE, SECRET, TEAM, SlackServer


class SocketMode:
    """Deliveries over the websocket."""

    def __init__(self, slack: SlackServer) -> None:
        self._slack = slack

    def send(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Deliver an event, command or interaction."""
        return self._slack.send_envelope(kind, payload, retry)


class Http:
    """Signed deliveries to the app's own address."""

    def __init__(self, address: str, secret: str = SECRET) -> None:
        self._address, self._secret = urlsplit(address), secret

    @property
    def port(self) -> int:
        """The port that the app listens on."""
        return self._address.port or 80

    def send(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Deliver an event, command or interaction."""
        if kind == "events_api":
            return self.post(json.dumps(payload), "application/json", retry)
        plain = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return self.post(urlencode(plain), "application/x-www-form-urlencoded", retry)

    def post(self, body: str, content_type: str, retry: int = 0) -> Ack:
        """Send a signed request."""
        stamp = str(int(time.time()))
        digest = hmac.new(self._secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": content_type, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}",
        }  # fmt: skip
        headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        connection = HTTPConnection(self._address.hostname or "", self._address.port, timeout=DEADLINE)
        try:
            connection.request("POST", self._address.path, body, headers)
            answer = connection.getresponse()
            text, kind = answer.read().decode(), answer.headers.get("Content-Type", "")
        finally:
            connection.close()
        payload = json.loads(text) if kind.startswith("application/json") else {"text": text} if text else None
        return Ack(payload, answer.status)


class Pocket:
    """Takes what a person writes, so that it can be delivered later, and in another order."""

    def send(self, kind: str, payload: Plain, retry: int = 0) -> Ack:
        """Keep it undelivered; the member's method returns it."""
        return Ack(None)


@dataclass
class Member:
    """A person who types and clicks."""

    slack: SlackServer
    by: SocketMode | Http | Pocket
    id: str

    @property
    def dm(self) -> str:
        """The channel of this person's direct messages."""
        return f"D{self.id}"

    def command(self, command: str, text: str, channel: str = "C1") -> Ack:
        """Type a slash command."""
        body = {
            "command": command, "text": text, "user_id": self.id, "channel_id": channel, "team_id": TEAM,
            "trigger_id": self._trigger(), "response_url": self.slack.reply_address(channel, self.id),
        }  # fmt: skip
        return self.by.send("slash_commands", body)

    def say(self, text: str, thread_ts: str | None = None, **more: Any) -> Plain:
        """Write a direct message; returns the delivery, for repeating it."""
        event = {"type": "message", "channel": self.dm, "channel_type": "im", "user": self.id, "text": text}
        return self._event(event, thread_ts, more)

    def mention(self, text: str, channel: str = "C1", thread_ts: str | None = None, **more: Any) -> Plain:
        """Mention the bot in a channel."""
        event = {"type": "app_mention", "channel": channel, "user": self.id, "text": f"<@{BOT}> {text}"}
        return self._event(event, thread_ts, more)

    def share(self, *files: Plain, text: str = "", thread_ts: str | None = None, **more: Any) -> Plain:
        """Drop files into the direct messages, with or without words; returns the delivery."""
        return self.say(text, thread_ts, **{"subtype": "file_share", "files": list(files), "upload": False, **more})

    def chat(self, text: str, channel: str = "C1", thread_ts: str | None = None, **more: Any) -> Plain:
        """Write in a channel, without the mention that Slack would deliver as an event of its own."""
        event = {"type": "message", "channel": channel, "channel_type": "channel", "user": self.id, "text": text}
        return self._event(event, thread_ts, more)

    def edit(self, delivery: Plain, text: str, **more: Any) -> Plain:
        """Change a message of one's own."""
        old = delivery["event"]
        kept = {name: old[name] for name in ("user", "ts", "thread_ts") if name in old} | {"type": "message"}
        edited = {"edited": {"user": self.id, "ts": f"{CLOCK + self.slack.number()}.000000"}}
        event = {
            "type": "message", "subtype": "message_changed", "hidden": True, "channel": old["channel"],
            "channel_type": "im" if old["channel"].startswith("D") else "channel",
            "message": {**kept, "text": text, **edited, **more}, "previous_message": {**kept, "text": old["text"]},
        }  # fmt: skip
        return self._event(event, None, {})

    def delete(self, delivery: Plain) -> Plain:
        """Delete a message of one's own."""
        old = delivery["event"]
        event = {
            "type": "message", "subtype": "message_deleted", "hidden": True, "channel": old["channel"],
            "deleted_ts": old["ts"], "previous_message": {"type": "message", "user": self.id, "ts": old["ts"]},
        }  # fmt: skip
        return self._event(event, None, {})

    def stop(self, delivery: Plain) -> Plain:
        """Click the stop button of the session of a message's thread."""
        old = delivery["event"]
        event = {
            "type": "agent_session_stopped", "channel": old["channel"], "user": self.id,
            "thread_ts": old.get("thread_ts") or old["ts"], "streaming_message_ts": [],
        }  # fmt: skip
        return self._event(event, None, {})

    def repeat(self, delivery: Plain, times: int = 1) -> Ack:
        """Let Slack deliver the same thing again."""
        return self.by.send("events_api", delivery, retry=times)

    def click(self, message: Shown, action_id: str, value: str | None = None) -> Ack:
        """Click a button."""
        return self.send_click(message, message.button(action_id), value)

    def send_click(self, message: Shown, button: Plain, value: str | None = None) -> Ack:
        """Click a button that was there when the person looked."""
        return self._clicked(message, {**button, "value": value or button["value"]})

    def pick(self, message: Shown, action_id: str, value: str) -> Ack:
        """Choose an entry of a menu."""
        menu = message.button(action_id)
        action = {name: menu[name] for name in ("type", "action_id", "block_id")}
        return self._clicked(message, {**action, "selected_option": {"value": value}})

    def thumb(self, message: Shown, side: str) -> Ack:
        """Judge an answer: `positive` or `negative`."""
        thumbs = message.thumbs
        action = {name: thumbs[name] for name in ("type", "action_id", "block_id")}
        return self._clicked(message, {**action, "value": thumbs[f"{side}_button"]["value"]})

    def _clicked(self, message: Shown, action: Plain) -> Ack:
        container = {"type": "message", "message_ts": message.ts, "channel_id": message.channel}
        body = {
            "type": "block_actions", "user": {"id": self.id, "team_id": TEAM}, "team": {"id": TEAM},
            "trigger_id": self._trigger(), "channel": {"id": message.channel},
            "container": {**container, "is_ephemeral": message.user is not None},
            "response_url": self.slack.reply_address(message.channel, self.id, message.ts),
            "actions": [{**action, "action_ts": str(self.slack.number())}],
        }  # fmt: skip
        return self.by.send("interactive", body)

    def submit(self, modal: Plain, values: Plain) -> Ack:
        """Send a form with these values; what is not named stays as it was shown."""
        state: dict[str, Plain] = defaultdict(dict)
        for block in modal["blocks"]:
            element, name = block["element"], block["block_id"]
            state[name][element["action_id"]] = {"type": element["type"], **_state(element, values.get(name))}
        view = {**modal, "state": {"values": state}}
        body = {"type": "view_submission", "user": {"id": self.id, "team_id": TEAM}, "team": {"id": TEAM}, "view": view}
        return self.by.send("interactive", {**body, "trigger_id": self._trigger()})

    def shortcut(self, callback_id: str, text: str, channel: str = "C1", **more: Any) -> Ack:
        """Pick a shortcut from the menu of a message."""
        message = {
            "type": "message",
            "text": text,
            "ts": f"{CLOCK + self.slack.number()}.000300",
            "user": "UELSE",
            **more,
        }
        body = {
            "type": "message_action", "callback_id": callback_id, "user": {"id": self.id, "team_id": TEAM},
            "team": {"id": TEAM}, "channel": {"id": channel}, "message": message, "message_ts": message["ts"],
            "trigger_id": self._trigger(), "response_url": self.slack.reply_address(channel, self.id),
        }  # fmt: skip
        return self.by.send("interactive", body)

    def anywhere(self, callback_id: str) -> Ack:
        """Pick a shortcut from the menu that is everywhere."""
        body = {
            "type": "shortcut", "callback_id": callback_id, "user": {"id": self.id, "team_id": TEAM},
            "team": {"id": TEAM}, "trigger_id": self._trigger(), "action_ts": str(self.slack.number()),
        }  # fmt: skip
        return self.by.send("interactive", body)

    def types(self, modal: Plain, name: str, text: str) -> list[str]:
        """Type into an input that looks things up; returns what is offered."""
        element = next(block["element"] for block in modal["blocks"] if block["block_id"] == name)
        body = {
            "type": "block_suggestion", "user": {"id": self.id, "team_id": TEAM}, "team": {"id": TEAM}, "view": modal,
            "block_id": name, "action_id": element["action_id"], "value": text,
        }  # fmt: skip
        ack = self.by.send("interactive", body)
        return [one["text"]["text"] for one in ack.payload["options"]]

    def opens(self, tab: str | None = "home") -> Plain:
        """Open App Home or the direct messages; returns the delivery, for repeating it."""
        event = {"type": "app_home_opened", "user": self.id, "channel": self.dm, "event_ts": f"{CLOCK}.000400"}
        return self._event(event, None, {"tab": tab} if tab else {})

    def sees_home(self, text: str) -> Shown:
        """Wait for the tab to hold these words, and return it."""

        def look() -> Shown | None:
            home = self.slack.home_of(self.id)
            return home if home and text in home.words else None

        return self.slack.wait(look, f"a Home tab with “{text}”")

    def click_home(self, action_id: str, value: str | None = None) -> Ack:
        """Click a button of App Home; with `value` the one that carries it."""
        home = next(
            c.params["view"] for c in reversed(self.slack.made("views.publish")) if c.params["user_id"] == self.id
        )
        elements = [
            {**e, "block_id": b.get("block_id", "given-by-slack")} for b in home["blocks"] for e in clickable(b)
        ]
        entries = [({k: e[k] for k in e if k != "options"} | {"selected_option": o}, o["value"])
                   for e in elements for o in e.get("options", ())]  # fmt: skip
        able = [*((e, e["value"]) for e in elements if "value" in e), *entries]
        button = next(e for e, carried in able if e["action_id"] == action_id and value in (None, carried))
        view = {**home, "id": f"VHOME{self.id}", "hash": "h1"}
        body = {
            "type": "block_actions", "user": {"id": self.id, "team_id": TEAM}, "team": {"id": TEAM},
            "trigger_id": self._trigger(), "container": {"type": "view", "view_id": view["id"]}, "view": view,
            "actions": [{**button, "action_ts": str(self.slack.number())}],
        }  # fmt: skip
        return self.by.send("interactive", body)

    def sees(self, text: str) -> Shown:
        """Wait for a message to this person that holds these words, and return it."""

        def look() -> Shown | None:
            mine = [m for m in self.slack.shown if m.user == self.id or (m.user is None and m.channel == self.dm)]
            return next((m for m in reversed(mine) if text in m.words or text in m.text), None)

        return self.slack.wait(look, f"a message with “{text}”")

    def sees_card(self) -> Shown:
        """Wait for a card with an Approve button."""

        def look() -> Shown | None:
            mine = [m for m in self.slack.shown if m.user == self.id or (m.user is None and m.channel == self.dm)]
            return next((m for m in reversed(mine) if "approve:1" in m.buttons), None)

        return self.slack.wait(look, "a card")

    def _event(self, event: Plain, thread_ts: str | None, more: Plain) -> Plain:
        event = {**event, "ts": f"{CLOCK + self.slack.number()}.000200", **more}
        event |= {"thread_ts": thread_ts} if thread_ts else {}
        delivery = {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self.slack.number()}", "event": event}
        self.by.send("events_api", delivery)
        return delivery

    def _trigger(self) -> str:
        return f"trigger.{self.slack.number()}"


def _state(element: Plain, given: Any) -> Plain:
    """What Slack sends of an input: what was typed or chosen, else what was shown."""
    if element["type"] == "datepicker":
        return {"selected_date": given or element.get("initial_date")}
    if element["type"] == "file_input":
        return {"files": given or []}
    if element["type"] == "checkboxes":
        chosen = element.get("initial_options", [])
        return {"selected_options": chosen if given is None else [o for o in element["options"] if o["value"] in given]}
    if element["type"] == "external_select":
        chosen = {"text": {"type": "plain_text", "text": given}, "value": given} if given else None
        return {"selected_option": chosen or element.get("initial_option")}
    if element["type"] == "static_select":
        chosen = next((o for o in element["options"] if o["value"] == given), element["initial_option"])
        return {"selected_option": chosen}
    return {"value": element.get("initial_value") if given is None else given}
