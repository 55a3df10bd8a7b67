"""Messages, calls and acknowledgements as the loopback Slack keeps them."""

from dataclasses import dataclass, field
from typing import Any

from slack_limits import words

Plain = dict[str, Any]


@dataclass
class Call:
    """One request that the app made to the Web API or to a response address."""

    method: str
    token: str
    params: Plain


@dataclass
class Failure:
    """What a method answers instead, some times."""

    status: int
    times: int
    headers: dict[str, str] = field(default_factory=dict)
    body: Plain = field(default_factory=lambda: {"ok": False, "error": "ratelimited"})
    hangs: str = ""
    """`before` or `after` doing what was asked: then no answer comes at all"""


@dataclass
class Ack:
    """How a delivery was acknowledged."""

    payload: Any
    status: int = 200


@dataclass
class Shown:
    """A message as somebody sees it; `user` is set where nobody else does."""

    channel: str
    ts: str
    text: str
    blocks: list[Plain]
    user: str | None = None
    thread_ts: str | None = None
    metadata: Plain | None = None

    @property
    def words(self) -> str:
        """All text of the blocks, but the thumbs under an answer."""
        return "\n".join(words([b for b in self.blocks if b["type"] != "context_actions"])) or self.text

    @property
    def buttons(self) -> list[str]:
        """The action ids that can be clicked."""
        return [e["action_id"] for b in self.blocks for e in clickable(b)]

    @property
    def thumbs(self) -> Plain:
        """The feedback buttons, with the id of their block."""
        [block] = [b for b in self.blocks if b["type"] == "context_actions"]
        return {**block["elements"][0], "block_id": block["block_id"]}

    @property
    def plain(self) -> Plain:
        """The message as histories give it."""
        told = {"metadata": self.metadata} if self.metadata else {}
        return {"type": "message", "ts": self.ts, "text": self.text, "blocks": self.blocks, **told}

    def button(self, action_id: str) -> Plain:
        """One button, with the id of its block."""
        found = [
            {**e, "block_id": b.get("block_id", "given-by-slack")}
            for b in self.blocks
            for e in clickable(b)
            if e["action_id"] == action_id
        ]
        return found[0]


def clickable(block: Plain) -> list[Plain]:
    """The buttons of a block: in a row, or beside its text."""
    if block["type"] == "actions":
        return list(block["elements"])
    return [block["accessory"]] if "accessory" in block else []
