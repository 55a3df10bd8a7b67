"""Plain text: a transcript's turns stay together, other text goes by paragraphs."""

import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_lines, split_front

_TIME = r"(?:[\[(]?(\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,3})?[\])]?)"
_TURN = re.compile(rf"^\s*(?:{_TIME}\s*[-–]?\s*)?([^\W\d_][\w .,'’&/()@+-]{{0,48}}?)\s*(?:{_TIME}\s*)?:(?:\s|$)")
_ALONE = re.compile(
    r"^\s*(?=[^\n]*\d:\d{2})(?:\[?(\d{1,2}:\d{2}(?::\d{2})?)\]?\s*[-–|]?\s+)?((?:[A-Z][\w.'’-]*|(?:de|van|von|der|den|da|la|du) ?)"
    r"(?:[ ,][\w.'’()&/-]+){0,6}?)\s*(?:[-–|@]\s*)?(?:\s[\[(]?(\d{1,2}:\d{2}(?::\d{2})?)[\])]?)?\s*(?:\n|$)"
)
"""a name and a time on a line of their own, above what is said: "Ann Lee  0:03" """
_OPENING = 300
"""signs of a line in which a speaker is looked for"""
_SHARE = 0.3
"""a text is a transcript when this share of its paragraphs opens with a speaker, and two of them at least"""

Numbered = tuple[int, str]


def spoken(line: str) -> tuple[str, int]:
    """Give who speaks in a line and where the words begin; nobody and 0 where it names none."""
    match = _opens(line)
    return (match.group(2).strip(), match.end()) if match else ("", 0)


def _opens(line: str) -> re.Match[str] | None:
    # A name stands at the beginning; looking through an endless line takes a pattern minutes.
    return _TURN.match(line[:_OPENING]) or (_ALONE.match(line) if len(line) <= _OPENING else None)


def load(source: Path | bytes) -> Parsed:
    """Read text or a transcript, with optional front matter; NotReadable where it is broken."""
    lines = read_lines(source)
    front, key_lines, start = split_front(lines)
    numbered = list(enumerate(lines, 1))[start:]
    spoken = _is_transcript([text for _, text in numbered if text.strip()])
    units = tuple(_turns(numbered) if spoken else _paragraphs(numbered))
    sections = (Section((), units),) if units else ()
    return Parsed(None, sections, front, key_lines, "transcript" if spoken else None)


def _is_transcript(lines: list[str]) -> bool:
    speakers = [match.group(2) for match in map(_opens, lines) if match]
    repeated = len(speakers) - len(set(speakers))
    return len(speakers) >= 2 and len(speakers) >= _SHARE * len(lines) and repeated > 0


def _turns(numbered: list[Numbered]) -> Iterator[Unit]:
    turn: list[Numbered] = []
    for number, text in numbered:
        if turn and _opens(text):
            yield from _unit(turn)
            turn = []
        turn.append((number, text))
    yield from _unit(turn)


def _paragraphs(numbered: list[Numbered]) -> Iterator[Unit]:
    paragraph: list[Numbered] = []
    for number, text in numbered:
        if not text.strip():
            yield from _unit(paragraph)
            paragraph = []
        else:
            paragraph.append((number, text))
    yield from _unit(paragraph)


def _unit(block: list[Numbered]) -> Iterator[Unit]:
    kept = [(number, text) for number, text in block if text.strip()]
    if not kept:
        return
    turn = _opens(kept[0][1])
    time = (turn.group(1) or turn.group(3) or "") if turn else ""
    yield Unit("\n".join(text for _, text in kept), kept[0][0], kept[-1][0], time=time)
