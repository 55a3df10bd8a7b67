"""What a loader gives: front matter, and sections of units that are only split where they must be."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal


@dataclass(frozen=True)
class Unit:
    """A paragraph, list item, table row, code block or speaker's turn, with its 1-based place."""

    text: str
    first: int
    last: int
    """the lines, or whatever `counts` says"""
    head: str = ""
    """repeated where a chunk begins at this unit: a table's header rows"""
    time: str = ""
    """timecode, where the line has one"""
    heading: bool = False
    counts: Literal["line", "page", "slide", "row", "paragraph", "turn"] = "line"
    """what `first` and `last` number, and a citation names"""


@dataclass(frozen=True)
class Section:
    """Units under one heading path; the path of what stands before the first heading is empty."""

    path: tuple[str, ...]
    units: tuple[Unit, ...]

    def cleaned(self, clean: Callable[[str], str]) -> "Section":
        """Give the section with each of its texts cleaned."""
        units = tuple(replace(unit, text=clean(unit.text), head=clean(unit.head)) for unit in self.units)
        return Section(tuple(map(clean, self.path)), units)


@dataclass(frozen=True)
class Parsed:
    """A file as read: `front` maps lower-case keys to values, `lines` the keys to their line."""

    title: str | None
    """the first heading, where there is one"""
    sections: tuple[Section, ...]
    front: Mapping[str, Any]
    lines: Mapping[str, int]
    kind: Literal["transcript"] | None = None
    """what the content shows by itself: a transcript"""
    left_out: str = ""
    """what in the file could not be read, as a sentence"""
