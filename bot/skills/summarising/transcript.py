"""A transcript as turns and sentences, each with its place in the file (pure, but for reading the file)."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

from bot.grounding import sentences
from bot.skills.extract import MARKUP
from bot.skills.summarising.heads import is_head, metadata
from bot.skills.summarising.tidy import MARKS, tidy, whole_names
from knowledge import loaders
from knowledge.errors import NotReadable
from knowledge.loaders import text as plain
from knowledge.loaders.parsed import Parsed, Unit
from knowledge.loaders.source import read_lines
from knowledge.repeats import shortened

LINED = frozenset({"", ".txt", ".vtt", ".srt", ".md", ".markdown", ".mdx"})
"""formats whose lines a person can count in any editor"""
NO_TRANSCRIPT = "it has no speakers' turns, such as “Ann Lee: Good morning.” on lines of their own"
_CUE = re.compile(r"-->|^\s*(?:WEBVTT\b.*|\d+)\s*$")
_NO_WORDS = re.compile(r"^\W*\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d+)?\W*$|^Transcribed by https?://\S+$")
"""a time on a line of its own, or who made the file"""
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Turn:
    """What one person said in one go."""

    k: int
    who: str
    """as the transcript labels them; empty where it does not"""
    words: str
    time: str = ""


@dataclass(frozen=True)
class Sentence:
    """A sentence of a turn, and where it stands."""

    turn: Turn
    text: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Transcript:
    """A call as it was written down."""

    name: str
    turns: Sequence[Turn]
    said: Sequence[Sentence]
    counts: str = "line"
    """what the numbers of a sentence count: line, turn or paragraph"""
    front: Mapping[str, Any] = field(default_factory=dict)
    heads: Mapping[str, str] = field(default_factory=dict)
    """what its first lines say of the call, such as `date`"""
    title: str = ""
    asides: Sequence[str] = ()
    """lines at its top that nobody speaks, such as "Recorded with the consent of all." """

    @property
    def is_named(self) -> bool:
        """Whether it tells who speaks."""
        return any(turn.who for turn in self.turns)

    @cached_property
    def _by_turn(self) -> Mapping[int, Sequence[Sentence]]:
        found: dict[int, list[Sentence]] = {}
        for sentence in self.said:
            found.setdefault(sentence.turn.k, []).append(sentence)
        return found

    def of(self, turn: Turn) -> Sequence[Sentence]:
        """The sentences of one turn."""
        return self._by_turn.get(turn.k, ())

    def place(self, lines: Sequence[int]) -> str:
        """Name a place: "line 12" or "lines 12, 14"."""
        word = self.counts if len(lines) == 1 else f"{self.counts}s"
        return f"{word} {', '.join(str(line) for line in lines)}"

    @property
    def text(self) -> str:
        """All that was said, a turn a line."""
        return "\n".join(f"{turn.who}: {turn.words}" if turn.who else turn.words for turn in self.turns)


def read(name: str, source: Path | bytes) -> Transcript:
    """Read a file; NotReadable where it cannot be, or holds no turns."""
    parsed = loaders.load(name, source)
    spoken, numbers = (parsed, None) if parsed.kind == "transcript" else _as_turns(parsed)
    if spoken is None:
        raise NotReadable(NO_TRANSCRIPT)
    units = [unit for section in spoken.sections for unit in section.units]
    heads, asides, turns, at = _turns(units)
    if not turns:
        raise NotReadable("nobody says anything in it")
    lined = Path(name).suffix.lower() in LINED
    places = _Places(read_lines(source), {turn.who for turn in turns}) if lined else None
    said = [one for turn in turns for one in _sentences(turn, places, _number(at[turn.k], numbers))]
    counts = "line" if lined else "turn" if numbers is None else units[0].counts if units else "turn"
    counts = "paragraph" if counts == "line" and not lined else counts
    told, notes = metadata(name, source)
    front = {**told, **parsed.front}
    return Transcript(name, turns, said, counts, front, heads, parsed.title or "", (*notes, *asides))


def pasted(text: str) -> Transcript:
    """Read a text with "Name: words" lines; NotReadable where it has none."""
    return read("pasted.txt", text.encode())


def _as_turns(parsed: Parsed) -> tuple[Parsed | None, list[int] | None]:
    """A document whose paragraphs are turns, read as such, with the number of each line's paragraph."""
    rows = [(unit.first, line) for section in parsed.sections for unit in section.units for line in _rows(unit)]
    again = plain.load("\n".join(line for _, line in rows).encode())
    return (again, [number for number, _ in rows]) if again.kind == "transcript" else (None, None)


def _rows(unit: Unit) -> list[str]:
    lines = (MARKUP.sub(lambda found: found[1] or "", line) for line in unit.text.splitlines())
    return [re.sub(r"^\s*[-*•]\s+", "", line).strip() for line in lines]


def _number(unit: Unit, numbers: Sequence[int] | None) -> int:
    return unit.first if numbers is None else numbers[min(unit.first, len(numbers)) - 1]


def _turns(units: Sequence[Unit]) -> tuple[dict[str, str], list[str], list[Turn], dict[int, Unit]]:
    heads: dict[str, str] = {}
    asides: list[str] = []
    turns: list[Turn] = []
    at: dict[int, Unit] = {}
    whole = whole_names(plain.spoken(unit.text)[0] for unit in units)
    named = any(plain.spoken(unit.text)[0] for unit in units)
    for unit in units:
        who, start = plain.spoken(unit.text)
        words = tidy(shortened(unit.text[start:]))
        if not turns and (is_head(who) if who else named):
            first, *others = unit.text[start:].strip().splitlines() or [""]
            heads.setdefault(who.casefold() or "title", words if who and not others else first.strip())
            asides += [line.strip() for line in (others if who or first == heads["title"] else [first, *others])]
        elif words:
            turns.append(Turn(len(turns), whole.get(who, who), words, unit.time))
            at[turns[-1].k] = unit
    return heads, [line for line in asides if line], turns, at


def _sentences(turn: Turn, places: "_Places | None", number: int) -> Iterator[Sentence]:
    for text in sentences(turn.words):
        if _NO_WORDS.match(text):
            continue
        yield Sentence(turn, text, (places.find(text) if places else None) or (number,))


class _Places:
    """Finds sentences in a file's lines, each after the one before."""

    def __init__(self, lines: Sequence[str], names: Collection[str]) -> None:
        self._starts: list[int] = []
        self._numbers: list[int] = []
        parts: list[str] = []
        at = 0
        for number, line in enumerate(lines, 1):
            words = "" if _CUE.search(line) else MARKUP.sub(lambda found: found[1] or "", unescape(_TAG.sub("", line)))
            who, start = plain.spoken(words)
            bare = _bare(words[start:] if who in names else words)
            if bare:
                self._starts.append(at)
                self._numbers.append(number)
                parts.append(bare)
                at += len(bare)
        self._flat, self._from = "".join(parts), 0

    def find(self, text: str) -> tuple[int, ...] | None:
        """The lines from the first to the last of a sentence."""
        wanted = _bare(text)
        start, whole = self._flat.find(wanted, self._from), wanted
        if start < 0:  # something else may stand between two pieces of it
            whole = wanted[:24]
            start = self._flat.find(whole, self._from)
        if start < 0 or not whole:
            return None
        self._from = start + len(whole)
        first, last = self._line(start), self._line(start + len(whole) - 1)
        return tuple(self._numbers[first : last + 1])

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1


def _bare(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", MARKUP.sub(lambda found: found[1] or "", MARKS.sub(" ", text)).casefold()))
