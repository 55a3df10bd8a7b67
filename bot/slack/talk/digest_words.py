"""“weekly here”, “daily at 8:30”, “weekly off” after a command: what they wish of a digest (pure)."""

import re
from dataclasses import dataclass
from typing import Literal

from bot.errors import BotError
from bot.slack.showing.home_views import read_time

Kind = Literal["weekly", "daily"]
HOW = "Write “weekly here”, “weekly at 8:30”, “weekly to me” or “weekly off”, and the same with “daily”."
_HEAD = re.compile(
    r"(?:send (?:it |this |me )?)?(?:(?:(?P<weekly>weekly|mondays|(?:every|each) monday|on mondays)|(?P<daily>daily|(?:every|each) (?:day|weekday|morning)))"
    r"(?: digests?| pipeline)?)(?=[\s,.!]|$)(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_OFF = re.compile(r"\b(?:off|stop|end|none|never|no more)\b", re.IGNORECASE)
_HERE = re.compile(r"\b(?:(?:in|to|into) )?(?:here|this channel)\b", re.IGNORECASE)
_TO_ME = re.compile(
    r"\b(?:(?:just |only )?(?:to|for) me(?: alone)?|by dm|in (?:a |my )?dms?|privately)\b", re.IGNORECASE
)
_FILL = re.compile(r"\b(?:at|on|please|digest|around|by|in)\b|[,.!]+(?!\d)", re.IGNORECASE)


@dataclass(frozen=True)
class Wish:
    """What somebody wishes of a digest."""

    kind: Kind
    off: bool = False
    to: Literal["here", "me", ""] = ""
    """empty: where it goes now"""
    at: str | None = None
    """None: when it comes now"""


def is_wish(words: str) -> bool:
    """Tell whether words begin like a wish for a digest."""
    return _HEAD.fullmatch(words.strip()) is not None


def wish(words: str) -> Wish:
    """Read a wish; BotError where it cannot be read."""
    found = _HEAD.fullmatch(words.strip())
    if found is None:
        raise BotError(HOW)
    kind: Kind = "weekly" if found["weekly"] else "daily"
    rest = found["rest"]
    here, mine = _HERE.search(rest), _TO_ME.search(rest)
    off = bool(_OFF.search(rest))
    left = " ".join(_FILL.sub(" ", _OFF.sub(" ", _TO_ME.sub(" ", _HERE.sub(" ", rest)))).split())
    try:
        at = read_time(left)
    except BotError as error:
        raise BotError(f"“{words.strip()}” cannot be read as a wish for a digest. {HOW}") from error
    return Wish(kind, off, "here" if here else "me" if mine else "", at)
