"""What a seller's words wish for: purpose, channel, length, tone, language, and what the letter is about (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.errors import BotError
from bot.skills.outreach.phrases import OTHERS, WRITTEN
from bot.skills.outreach.spec import Channel, Language, Length, Purpose
from bot.skills.outreach.wished import POINTS

Key = TypeVar("Key", bound=str)
AS = "\nAs: "
"""what options and forms say stands behind this, and outranks the words"""
MENTION = "\nMention: "
ABOUT = re.compile(r"\b(?:about|regarding|concerning|re)\b:?\s+(?P<topic>.+)$", re.IGNORECASE | re.DOTALL)
INVITED = re.compile(r"\binvit\w+ .*?\bto (?P<topic>(?:our|the|an?) .+)$", re.IGNORECASE | re.DOTALL)
LED = re.compile(r"\b(?:about|regarding|concerning|re|to)\b:?\s*$", re.IGNORECASE)
PURPOSES: Mapping[Purpose, str] = {
    "renewal": r"\brenewals?\b|\brenew\b",
    "event": r"\binvit(?:e|es|ing|ation)\b|\bevent\b|\bsave the date\b",
    "re_engage": r"\bre-?engag\w*|\bre-?activat\w*|\bwin[- ]?back\b|\b(?:gone|went|is|are|been) (?:quiet|silent|dark|cold)\b|\breviv\w+|"
    r"\brevive\b|\breconnect\w*|\bhaven'?t heard\b|\bno answer since\b|\bwake[- ]?up\b",
    "follow_up": r"\bfollow(?:ing)?[- ]?ups?\b|\bthank[- ]?you\b|\bthanks\b|\bthanking\b|\brecap\b|\bnudge\b|\bafter (?:our|the|my) (?:call|meeting|demo)\b",
    "first": r"\bfirst (?:touch|contact|e-?mail|mail|message|note|letter|line)\b|\bcold\b|\bintro(?:duction|duce myself|ductory)?\b|\bintroduce\b",
}
CHANNELS: Mapping[Channel, str] = {
    "voicemail": r"\bvoice ?-?mails?\b|\bvoice message\b|\banswering machine\b|\bmailbox message\b",
    "linkedin": r"\blinked ?-?in\b|\bconnection (?:note|request|message)\b|\binmail\b",
    "call": r"\bcold[- ]?call\b|\b(?:phone|telephone|calling|call) (?:opener|opening|script|intro|pitch)s?\b|\btalk ?track\b|"
    r"\b(?:opener|script) for (?:a|the|my|our) (?:phone |telephone )?call\b|\bwhat (?:to|(?:should|could|can|do|would) (?:i|we)) say (?:when|if) (?:i|we) (?:call|ring|phone)\b",
    "email": r"\be-?mails?\b",
}
NO_CHANNEL = re.compile(r"\b(?:sms|text message|whats ?app|instant message|telegram|fax)\b", re.IGNORECASE)
LENGTHS: Mapping[Length, str] = {
    "short": r"\bshort(?:er)?\b|\bbrief\b(?! me)|\bquick\b|\bconcise\b|\b(?:two|three|a few) (?:lines|sentences)\b|\bone[- ]liner\b|\btiny\b",
    "long": r"\blong(?:er)?\b|\bdetailed\b|\bin detail\b|\bthorough\b",
}
TONES: Mapping[str, str] = {
    "formal": r"\bformal(?:ly)?\b|\bpolite\b|\bofficial\b",
    "friendly": r"\bfriendly\b|\bwarm(?:er|ly)?\b|\bcasual(?:ly)?\b|\bpersonal\b|\binformal(?:ly)?\b|\brelaxed\b",
    "direct": r"\bdirect(?:ly)?\b|\bblunt(?:ly)?\b|\bto the point\b|\bmatter[- ]of[- ]fact\b",
    "plain": r"\bplain\b|\bneutral\b|\bsimple\b",
}
_NAMES = "|".join([*WRITTEN, *OTHERS])
LANGUAGE = re.compile(
    rf"\b(?:in|auf|en)\s+({_NAMES})\b|\b({_NAMES})\s+(?:e-?mail|mail|note|message|letter|voice ?mail|script)\b", re.I
)
_ASIDE = (
    rf"(?:in|auf|en) (?:{_NAMES})|(?:on|over|via|through) (?:linked ?-?in|the phone|e-?mail)|(?:by|as an?) (?:e-?mail|voice ?mail|linked ?-?in message)|"
    r"(?:as )?(?:a )?(?:short|brief|quick|long|detailed|formal|friendly|warm|casual|direct|plain)(?: (?:one|note|tone|version))?|"
    r"(?:in|with) an? (?:formal|friendly|warm|casual|direct|plain) (?:tone|way|style|voice)|"
    r"(?:keep|make) it (?:very |a bit |really )?(?:short|brief|long|formal|friendly|warm|casual|direct|plain|simple|polite)|please"
)
_TAIL = re.compile(rf"(?:[,;.]\s*|\s+(?:and |but )?)(?:{_ASIDE})\s*[.!]*$", re.IGNORECASE)
"""wishes at the end of a sentence, which are not what it is about"""


@dataclass(frozen=True)
class Wishes:
    """What the words wish for; None or empty where they say nothing."""

    purpose: Purpose | None = None
    channel: Channel | None = None
    length: Length | None = None
    tone: str = ""
    language: Language | None = None
    other: str = ""
    """a language that letters are not written in so far"""


def read(text: str) -> Wishes:
    """The wishes of a text; what stands behind `AS` outranks the words before it."""
    words, _, said = text.partition(AS)
    words = _plain(words)
    given, topic = _read(said), topic_in(words)
    head = words.removesuffix(topic) if topic else words
    tail = _cut(words)[1]
    told = _read(f"{head} {tail}")
    return Wishes(
        purpose=given.purpose or told.purpose or ("renewal" if re.search(PURPOSES["renewal"], topic, re.I) else None),
        channel=given.channel or told.channel,
        length=given.length or told.length,
        tone=given.tone or told.tone,
        language=given.language or told.language,
        other=given.other or told.other,
    )


def _read(text: str) -> Wishes:
    found = LANGUAGE.search(text)
    name = (found[1] or found[2]).casefold() if found else ""
    return Wishes(
        _first(PURPOSES, text), _first(CHANNELS, text), _first(LENGTHS, text), _first(TONES, text) or "",
        WRITTEN.get(name), name.capitalize() if name in OTHERS else "",
    )  # fmt: skip


def _first(table: Mapping[Key, str], text: str) -> Key | None:
    return next((key for key, found in table.items() if re.search(found, text, re.IGNORECASE)), None)


def check_channel(text: str) -> None:
    """Raise BotError where a channel is asked for that nothing is written for."""
    match = NO_CHANNEL.search(text)
    if match:
        raise BotError(
            f"Nothing is drafted for “{match[0]}”; ask for an e-mail, a LinkedIn message, a call opener or a voicemail."
        )


def topic_in(words: str) -> str:
    """What the letter is about, without the wishes behind it; empty where the words do not say."""
    kept = _cut(_plain(words))[0]
    match = ABOUT.search(kept) or INVITED.search(kept)
    return match["topic"] if match else ""


def without_topic(words: str) -> str:
    """The words on whom it goes to."""
    kept, topic = _cut(_plain(words))[0], topic_in(words)
    return LED.sub("", kept.removesuffix(topic)) if topic else kept


def _plain(words: str) -> str:
    return words.partition(AS)[0].partition(MENTION)[0].partition(POINTS)[0]


def _cut(words: str) -> tuple[str, str]:
    """(the words without the wishes at their end, these wishes)."""
    tail = ""
    while match := _TAIL.search(words):
        words, tail = words[: match.start()], f"{match[0]} {tail}"
    return words, tail


def asked_for(*, purpose: str = "", channel: str = "", tone: str = "", language: str = "", length: str = "") -> str:
    """Write choices of options or a form so that `read` reads them; empty where nothing was chosen."""
    names: dict[str, str] = {code: name for name, code in reversed([*WRITTEN.items(), *OTHERS.items()])}
    spoken: dict[str, str] = {"first": "first contact", "follow_up": "follow-up", "re_engage": "re-engage"}
    means: dict[str, str] = {"linkedin": "LinkedIn message", "call": "call opener", "email": "e-mail"}
    language = f"in {names.get(language, language).capitalize()}" if language else ""
    parts = (
        spoken.get(purpose, purpose),
        means.get(channel, channel),
        tone,
        "" if length == "usual" else length,
        language,
    )
    chosen = [part for part in parts if part]
    return AS + ", ".join(chosen) if chosen else ""
