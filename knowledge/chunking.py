"""Cut a page into chunks that the embedder reads whole, along headings, paragraphs, rows and sentences."""

import itertools
import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from knowledge.cleaning import clean
from knowledge.loaders.parsed import Parsed, Section, Unit

CHUNKER_VERSION = "3"
"""raise it whenever the same page gives other chunks: pages are then chunked and embedded again"""
MAX_CHARS = 1200
SMALL_SECTION = 300
"""sections shorter than this join their neighbours, as a line of its own answers nothing"""
CONTEXT_CHARS = 160
MARKER_TOKENS = 2

_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")

_SPACE = re.compile(r"(?<=\S)\s+")

Measure = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True)
class Piece:
    """A chunk before it has an id; `context` is the title and the heading path it stands under."""

    location: str
    context: str
    text: str


@dataclass(frozen=True)
class _Part:
    """A unit, or what a unit too long was split into, with its size."""

    unit: Unit
    tokens: int

    @property
    def chars(self) -> int:
        return len(self.unit.text)


def pieces(parsed: Parsed, title: str, measure: Measure, max_tokens: int) -> list[Piece]:
    """Cut a page; no piece's embedded text is longer than `max_tokens` by `measure`."""
    return [piece for group in _groups(parsed.sections) for piece in _pack(group, title, measure, max_tokens)]


def _groups(sections: Sequence[Section]) -> Iterator[Section]:
    group: Section | None = None
    for section in sections:
        joined = None if group is None else _joined(group, section)
        if group is not None and joined is None:
            yield group
        group = joined or section
    if group is not None:
        yield group


def _joined(left: Section, right: Section) -> Section | None:
    path = _common(left.path, right.path)
    if left.units[-1].counts != right.units[0].counts:
        return None
    related = len(path) >= min(len(left.path), len(right.path)) - 1 and (path or not left.path)
    if not related or min(_chars(left), _chars(right)) > SMALL_SECTION or _chars(left) + _chars(right) > MAX_CHARS:
        return None
    return Section(path, left.units + right.units)


def _common(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    same = 0
    while same < min(len(left), len(right)) and left[same] == right[same]:
        same += 1
    return left[:same]


def _chars(section: Section) -> int:
    return sum(len(unit.text) for unit in section.units)


def _pack(section: Section, title: str, measure: Measure, max_tokens: int) -> Iterator[Piece]:
    path = section.path[1:] if section.path[:1] == (title,) else section.path
    context = " > ".join((*([title] if _says_something(title) else []), *path))[:CONTEXT_CHARS]
    budget = max_tokens - measure([context])[0] - MARKER_TOKENS
    parts = _parts(section.units, measure, budget)
    for run in _runs(parts, budget):
        yield Piece(_location(title, path, run), context, _text(run))


def _says_something(title: str) -> bool:
    """Say whether a title is words, and not the number or code that a file was named by: that would only blur the vector."""
    letters, digits = sum(map(str.isalpha, title)), sum(map(str.isdigit, title))
    return letters > digits


def _parts(units: Sequence[Unit], measure: Measure, budget: int) -> list[_Part]:
    parts: list[_Part] = []
    for unit, tokens in zip(units, measure([_measured(u) for u in units]), strict=True):
        if tokens <= budget and len(unit.text) <= MAX_CHARS:
            parts.append(_Part(unit, tokens))
        else:
            halves = _halves(unit)
            parts += [_Part(unit, tokens)] if len(halves) < 2 else _parts(halves, measure, budget)
    return parts


def _measured(unit: Unit) -> str:
    return clean(f"{unit.head}\n{unit.text}" if unit.head else unit.text)


def _halves(unit: Unit) -> list[Unit]:
    """Split near the middle: between lines, else sentences, else words, else letters."""
    lines = unit.text.split("\n")
    if len(lines) > 1:
        cut = _middle([len(line) for line in lines])
        first, second = "\n".join(lines[:cut]), "\n".join(lines[cut:])
        if unit.counts != "line":
            return [replace(unit, text=first), replace(unit, text=second)]
        middle = unit.last - (len(lines) - cut) + 1
        return [replace(unit, text=first, last=middle - 1), replace(unit, text=second, first=middle)]
    cut = _cut(unit.text)
    if not 0 < cut < len(unit.text):
        return [unit]
    return [replace(unit, text=unit.text[:cut].rstrip()), replace(unit, text=unit.text[cut:])]


def _cut(text: str) -> int:
    """Give the sentence's beginning nearest to the middle, else the word's, else the middle itself."""
    for boundary in (_SENTENCE, _SPACE):
        starts = [match.end() for match in boundary.finditer(text) if match.end() < len(text)]
        if starts:
            return min(starts, key=lambda start: abs(2 * start - len(text)))
    return len(text) // 2


def _middle(sizes: list[int]) -> int:
    """Give the cut, 1..n-1, that leaves the halves most alike."""
    total, best, so_far = sum(sizes), 1, 0
    distance = float("inf")
    for i, size in enumerate(sizes[:-1], 1):
        so_far += size
        if abs(total - 2 * so_far) < distance:
            best, distance = i, abs(total - 2 * so_far)
    return best


def _runs(parts: list[_Part], budget: int) -> Iterator[list[_Part]]:
    """Fill chunks evenly, so that the last one is no leftover of a line."""
    count = max(
        math.ceil(sum(p.tokens for p in parts) / max(budget, 1)),
        math.ceil(sum(p.chars for p in parts) / MAX_CHARS),
    )
    fair_tokens, fair_chars = (
        sum(p.tokens for p in parts) / max(count, 1),
        sum(p.chars for p in parts) / max(count, 1),
    )
    run: list[_Part] = []
    for part in parts:
        full = _tokens([*run, part]) > budget or sum(p.chars for p in [*run, part]) > MAX_CHARS
        enough = _tokens(run) >= fair_tokens or sum(p.chars for p in run) >= fair_chars
        if run and (full or enough):
            run, waiting = _without_last_heading(run)
            yield run
            run = waiting
        run.append(part)
    if run:
        yield run


def _without_last_heading(run: list[_Part]) -> tuple[list[_Part], list[_Part]]:
    if len(run) > 1 and run[-1].unit.heading:
        return run[:-1], run[-1:]
    return run, []


def _tokens(run: list[_Part]) -> int:
    return sum(part.tokens for part in run)


def _location(title: str, path: tuple[str, ...], run: list[_Part]) -> str:
    first, last = run[0].unit.first, run[-1].unit.last
    word = run[0].unit.counts
    lines = f"{word} {first}" if first == last else f"{word}s {first}-{last}"
    inner = [name for name in map(_heading_words, run) if name and name not in (title, *path[-1:])]
    path = (*path, inner[0] if inner[0] == inner[-1] else f"{inner[0]} … {inner[-1]}") if inner else path
    times = [part.unit.time for part in run if part.unit.time]
    spoken = [times[0] if times[0] == times[-1] else f"{times[0]}-{times[-1]}"] if times else []
    return ", ".join([*([" > ".join(path)] if path else []), *spoken, lines])


def _heading_words(part: _Part) -> str:
    return clean(part.unit.text).split("\n")[0] if part.unit.heading else ""


def _text(run: list[_Part]) -> str:
    head = run[0].unit.head
    text = f"{head}\n{run[0].unit.text}" if head else run[0].unit.text
    for before, after in itertools.pairwise(run):
        text += _gap(before.unit, after.unit) + after.unit.text
    return text


def _gap(before: Unit, after: Unit) -> str:
    if after.counts != "line":
        return "\n" if after.counts in ("row", "turn") else "\n\n"
    gap = after.first - before.last
    return " " if gap <= 0 else "\n" if gap == 1 else "\n\n"
