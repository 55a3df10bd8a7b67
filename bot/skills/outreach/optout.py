"""Replies by which people opt out, in their own words or as a seller tells of them (pure; phrases in `optout_words`)."""

import re
from typing import Literal

from bot.skills.outreach.optout_words import (
    AFTERWARDS,
    BARE,
    CALLS,
    FOOT,
    MAILS,
    NOT_AFTER,
    NOT_BEFORE,
    PHRASES,
    REPORTED,
)

Out = Literal["email", "call", "all"]
"""what they do not want any more"""
_QUOTE = re.compile(
    r"^\s*(?:>|_{5,}|-{2,} ?(?:original|ursprüngliche|message|mensaje|messaggio|oorspronkelijk|mensagem|ursprungligt)|(?:from|von|de|da|van|från|fra|od) ?:|"
    r"(?:on|am|le|el|il|op|em|den|d\.|w dniu|a) .{5,90}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|escreveu|skrev|napisał\w*) ?:?)",
    re.IGNORECASE,
)
"""where their own words end and ours begin"""
_REPLY = re.compile(r"^(?:\s*(?:re|aw|antw|rv|res|r|sv|vs|odp)\s*:)+\s*", re.IGNORECASE)
_MARKS = re.compile('["“”„«»‘*_]')
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_THEIRS = re.compile(
    r"\b(?:answer(?:s|ed)|repl(?:ies|ied)|wrote(?: back)?|writes|said|says|respond(?:s|ed)|asks|asked|antwortete?|schrieb|sagte?|"
    r"a (?:répondu|écrit|dit)|respondió|escribió|dijo)(?: to)?(?: us| me| uns| mir)?\W*(?P<said>.+)",
    re.IGNORECASE | re.DOTALL,
)
LONGEST = 1500
"""signs of an e-mail that are read: who opts out says so soon"""
_SIGNED = 8
"""words of a reply that is one word and a signature"""


def read(subject: str, body: str | None) -> Out | None:
    """What an e-mail of theirs opts out of; None for one that does not."""
    own = own_words(body or "")[:LONGEST]
    return _bare(_REPLY.sub("", subject), alone=not own) or _bare(own) or said(own)


def told(text: str, theirs: str = "") -> Out | None:
    """What somebody opted out of by the words of a seller: told (“asked to be removed”), quoted, or pasted (`theirs`)."""
    return read("", theirs) or reported(text) or answered(text)


def answered(text: str) -> Out | None:
    """What somebody opted out of by an answer that a seller repeats: “she wrote: please remove me”."""
    quoted = _THEIRS.search(text)
    return said(quoted["said"]) if quoted else None


def own_words(body: str) -> str:
    """An e-mail without what it quotes."""
    lines = body.replace("’", "'").splitlines()
    end = next((at for at, line in enumerate(lines) if _QUOTE.match(line)), len(lines))
    return "\n".join(lines[:end]).strip()


def said(text: str) -> Out | None:
    """What these words opt out of, said of the writer."""
    words = set(re.findall(r"\w+", text.casefold()))
    outs = {out for hints, phrases in PHRASES if not hints or hints & words if (out := _found(text, phrases))}
    return _together(outs)


def reported(text: str) -> Out | None:
    """What somebody opted out of, as another tells it."""
    return _found(text, REPORTED)


def _bare(text: str, *, alone: bool = True) -> Out | None:
    """“Stop” and the like as the whole of a reply, but for a signature."""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "").casefold().strip(" .!,")
    if not first or not (match := BARE.fullmatch(first)):
        return None
    if not match["clear"] and not (alone and len(text.split()) <= _SIGNED):
        return None
    return "email"


def _found(text: str, phrases: re.Pattern[str]) -> Out | None:
    plain = _MARKS.sub(" ", text.replace("’", "'")).casefold()
    found: set[Out] = set()
    for sentence in _SENTENCE.finditer(plain):
        words = sentence[0].strip()
        for match in phrases.finditer(words):
            if _meant(words, match):
                found.add(_channel(match[0]))
    return _together(found)


def _together(found: set[Out]) -> Out | None:
    return None if not found else min(found) if len(found) == 1 else "all"


def _meant(sentence: str, match: re.Match[str]) -> bool:
    """Whether it is neither denied, nor for a while, nor the line at the foot of a newsletter."""
    before, after = sentence[: match.start()], sentence[match.end() :]
    foot = FOOT.search(f"{before}{match[0]}")
    return not (foot or NOT_BEFORE.search(before) or NOT_AFTER.match(after) or AFTERWARDS.match(after))


def _channel(words: str) -> Out:
    mails, calls = bool(MAILS.search(words)), bool(CALLS.search(words))
    if mails != calls:
        return "email" if mails else "call"
    return "all" if mails or re.search(r"contact|kontakt|contatt|contat|benader", words) else "email"
