"""A letter as the seller rewrites it: taken word for word, and what of it to look at again (pure)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import BotError
from bot.skills.outreach.changes import Change
from bot.skills.outreach.subjects import LONGEST_SUBJECT
from bot.skills.outreach.topic import INTERNAL

LONGEST = 8_000
"""characters of a letter"""
_SUBJECT = re.compile(
    r"^\s*(?:subject|betreff|objet|asunto)\s*:\s*(?P<subject>[^\n]*)\n+(?P<text>.*)$", re.I | re.DOTALL
)
_COUNTED = r"Jan|Feb|Mär|Apr|Mai\b|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|Halbjahr"
"""how words begin that a German ordinal stands before: “am 10. November”"""
_END = re.compile(rf"(?<=[.!?…])(?!(?<=\d\.)[ \xa0]+(?:{_COUNTED}))[\"”»]?\s+|\n+")
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4, "sixth": 5,
    "last": -1, "final": -1, "next to last": -2,
}  # fmt: skip
_FIGURE = re.compile(
    r"(?:[$€£¥]|\b(?:USD|EUR|GBP|CHF|NOK|SEK|DKK) ?)\d[\d.,]*(?: ?(?:k|m|bn|million|billion|thousand)\b)?|"
    r"\b\d[\d.,]*(?: ?%| ?(?:per ?cent|percent|Prozent|pour cent|por ciento|times|x|million|billion|thousand|USD|EUR|GBP|CHF|NOK|SEK|DKK)\b)|"
    r"\b(?!(?:19|20)\d\d\b)\d{3,}(?:[.,]\d+)*\b|\b\d{1,3}(?:,\d{3})+\b"
)
"""what claims something: shares, amounts and large numbers, and no day, hour or year"""


@dataclass(frozen=True)
class Own:
    """A letter's subject and text."""

    subject: str
    text: str


def headed(change: Change, spec: Mapping[str, Any], text: str, sender: str) -> Own | None:
    """The letter with another subject, or another name under it; None where no such thing is asked."""
    if change.subject is not None:
        return Own(_subject(change.subject, spec), text)
    return Own(str(spec.get("subject") or ""), _signed(change.sign, text, sender)) if change.sign else None


def rewritten(change: Change, subject: str, text: str, footer: str) -> Own:
    """The letter after a free edit; BotError where the words do not stand in it."""
    if change.text:
        found = _SUBJECT.match(change.text)
        own = Own(found["subject"].strip() or subject, found["text"].strip()) if found else Own(subject, change.text)
    elif change.swaps:
        own = _swapped(change.swaps, subject, text)
    else:
        own = Own(subject, _without(change.drop, text, footer))
    if len(own.text) > LONGEST:
        raise BotError(f"That is {len(own.text):,} characters, and a letter has at most {LONGEST:,}; shorten it.")
    if not own.text:
        raise BotError("Nothing of the letter would be left; say “another version” for a new one.")
    return own


def _subject(wanted: str, spec: Mapping[str, Any]) -> str:
    """The subject that is wanted, or the next of those that were offered."""
    others = list(spec.get("alternatives") or [])
    if spec.get("channel") != "email":
        raise BotError("Only an e-mail has a subject; say “as an e-mail” first.")
    if not wanted and not others:
        raise BotError("There is no other subject; say your own, such as “subject: A question about planning”.")
    return wanted or str(others[0])


def _signed(name: str, text: str, sender: str) -> str:
    lines = text.splitlines()
    at = next((at for at in reversed(range(len(lines))) if lines[at].strip() == sender), None)
    if at is None:
        raise BotError(
            f"“{sender}” stands on no line of its own; change the words, such as: change “these” to “others”."
        )
    return "\n".join([*lines[:at], name, *lines[at + 1 :]])


def _swapped(swaps: Sequence[tuple[str, str]], subject: str, text: str) -> Own:
    for old, new in swaps:
        pattern = re.compile(r"\s+".join(map(re.escape, old.split())), re.IGNORECASE)
        if not pattern.search(text) and not pattern.search(subject):
            raise BotError(f"“{old}” does not stand in the letter; copy the words as they stand there.")
        subject, text = (pattern.sub(lambda _, new=new: new, part) for part in (subject, text))  # type: ignore[misc]
    return Own(subject, text)


def _without(what: str, text: str, footer: str) -> str:
    body, end = (text.removesuffix(footer), footer) if footer and text.endswith(footer) else (text, "")
    gone = _meant(what.casefold(), body)
    if not gone:
        raise BotError(f"There is no {what} in the letter; copy the words, such as: change “these words” to “others”.")
    for part in gone:
        body = body.replace(part, "", 1)
    lines = [re.sub(r" {2,}", " ", line).strip() for line in body.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + (f"\n\n{end}" if end else "")


def _meant(what: str, body: str) -> list[str]:
    """The parts of a text that are to go."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
    paragraphs = paragraphs[1:] if _is_greeting(paragraphs) else paragraphs
    text = "\n\n".join(paragraphs)
    sentences = [part.strip() for part in _END.split(text) if part.strip()]
    if "bullet" in what or what == "list":
        return [line for line in text.split("\n") if line.lstrip().startswith(("- ", "• ", "* "))]
    if what in ("ps", "p.s.", "post script", "postscript"):
        return [part for part in paragraphs if re.match(r"p\.? ?s\b", part, re.IGNORECASE)][:1]
    if what == "closing question":
        return [part for part in sentences if part.endswith("?")][-1:]
    units = (
        paragraphs if "paragraph" in what else text.split("\n") if "line" in what and "\n" not in body else sentences
    )
    about = re.match(
        r"(?:sentence|line|paragraph|part|bit) (?:about|on|with|that says|saying|where) (?P<words>.+)", what
    )
    if about:
        words = about["words"].strip(" \"“”'.").removeprefix("the ").removeprefix("our ")
        return [part for part in units if words in part.casefold()][:1]
    return _numbered(what, units)


def _numbered(what: str, units: Sequence[str]) -> list[str]:
    at = next((place for word, place in _ORDINALS.items() if re.search(rf"\b{word}\b", what)), None)
    if "next to last" in what:
        at = -2
    if at is None and (number := re.search(r"\d+", what)):
        at = int(number[0]) - 1
    return [units[at]] if at is not None and -len(units) <= at < len(units) else []


def _is_greeting(paragraphs: Sequence[str]) -> bool:
    return bool(paragraphs) and len(paragraphs[0].split()) <= 8 and paragraphs[0].endswith((",", "!", ":"))


def warnings(own: Own, letter: Mapping[str, Any], written: str) -> list[str]:
    """What to look at before it is sent, beside what the lint finds."""
    found = []
    if letter.get("channel") == "email" and len(own.subject) > LONGEST_SUBJECT:
        found.append(f"The subject has {len(own.subject)} signs; beyond {LONGEST_SUBJECT} it is cut on a phone.")
    said = f"{own.subject} {own.text}"
    new = sorted(set(_FIGURE.findall(said)) - set(_FIGURE.findall(written)))
    if new:
        found.append(f"{', '.join(new)}: nothing here supports {'this figure' if len(new) == 1 else 'these figures'}.")
    found += [f"“{word}” sounds internal." for word in dict.fromkeys(INTERNAL.findall(said))]
    if "[" in own.text:
        found.append("What stands in brackets is still to be filled in.")
    return found
