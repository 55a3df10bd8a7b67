"""A page on a competitor, read by its headings whatever a company calls them (pure)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.skills.extract import BULLET, RULE, clean, units
from knowledge.documents import Chunk

Part = Literal["sum", "they", "we", "ask", "proof", "answer", "never", ""]
PARTS: tuple[tuple[Part, str], ...] = (
    ("never", r"\b(?:do not|don['’]?ts?|never|avoid|not to (?:say|do|mention)|no[- ]gos?|off[- ]limits|should not|stay away|what not|careful|watch out)\b"),
    ("answer", r"\b(?:objections?|they (?:say|lay|claim|quote|tell|offer|argue)|if they|when they (?:say|quote|claim|offer|attack)|responses?|rebuttals?|counter\w*|talk ?tracks?|"
               r"how to (?:respond|answer|handle)|handling|positions?|positioning|messag\w+|fud|claims?|against us|(?:^|\s)say$|pitch|say instead|what to say|unavoidable|quote .* below)\b"),
    ("ask", r"\b(?:trap\w*|land ?mines?|questions?|probe\w*|ask(?:ing)?|plant\w*|seeds?|discovery|expose)\b"),
    ("proof", r"\b(?:proof\w*|evidence|case stud(?:y|ies)|references?|customer (?:stor(?:y|ies)|wins?|quotes?|results?)|success(?:es)? stor(?:y|ies)|results?|validation|testimonials?|wins? (?:against|over))\b"),
    ("we", r"\b(?:we (?:win|are (?:strong\w*|better)|beat|lead|stand out)|our (?:strengths?|advantages?|edge|differentiators?|wins?)|why (?:us|we)|choose us|differentiat\w+|how to (?:win|beat|compete)|"
           r"(?:their |competitor )?(?:weak\w*|limitations?|shortcomings?|gaps?|cons|disadvantages?)|they (?:lose|are weak\w*|struggle|fall short|lack)|falls? short|it breaks|where .* (?:weak|loses?|breaks)|winning|beat them|advantages over|key differences)\b"),
    ("they", r"\b(?:they (?:win|are (?:strong\w*|good|better)|do well|beat|stay|lead)|their (?:strengths?|advantages?|edge|wins?)|why (?:they|them|customers|buyers)|strengths?|pros|strong\w*|where .* wins?|"
             r"what they do well|good at|choose them|(?:they|it) wins?|appeal|advantages?)\b"),
    ("sum", r"\b(?:glance|overview|summary|snapshot|about|who (?:they are|is)|profile|in short|tl;?dr|comparison|background|quick facts|company)\b"),
)  # fmt: skip
"""headings by part, the more telling ones first: "landmines they lay" are claims to answer, "trap-setting questions" ours to ask"""
_HEAD = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_LABEL = re.compile(
    r"^(?:[-*+]\s+)?(?:\*\*|__)(?P<bold>[^*_]{3,60}?):?(?:\*\*|__):?\s*(?P<rest>.*)$|^(?P<plain>[A-Z][\w '’()/&-]{2,48}):(?:\s+(?P<behind>.+))?$"
)
ASIDE = re.compile(r"(?:last )?(?:updated|reviewed|changed)\b|see also\b|sources?:|owner:|verified\b", re.IGNORECASE)
"""what a page says of itself"""
ASKING = re.compile(r"[\"“«]([^\"“”«»]{8,220}\?)[\"”»]")


@dataclass(frozen=True)
class Said:
    """One line of the page: which part it belongs to, under which heading, and in which chunk it stands."""

    part: Part
    heading: str
    text: str
    chunk: Chunk


def part_of(heading: str, subject: str = "") -> Part:
    """Which part a heading opens; the competitor's own name counts as "they"."""
    low = clean(heading).lower().strip(" :.")
    for word in subject.lower().split():
        if len(word) > 3:
            low = re.sub(rf"\b{re.escape(word)}\w*(?:['’]s)?", "they", low)
    low = re.sub(r"\bthey(?: they)+\b", "they", low)
    return next((part for part, pattern in PARTS if re.search(pattern, low)), "")


def read(chunks: Sequence[Chunk], subject: str) -> list[Said]:
    """The lines of a page in order, each under its part; a part goes on over the end of a chunk."""
    part: Part = "sum"
    heading, top, found = "", True, list[Said]()
    for chunk in chunks:
        for block_heading, level, lines in _blocks(chunk.text):
            if block_heading is not None:
                told = part_of(block_heading, subject)
                # A page's own title opens no part; a deeper heading that tells nothing stays within the part above it.
                part = "sum" if top and level == 1 else told or (part if level > 2 else "")
                heading, top = block_heading, False
            found += _said(part, heading, lines, chunk, subject)
    return found


def _blocks(text: str) -> Iterable[tuple[str | None, int, list[str]]]:
    heading, level, lines = None, 0, list[str]()
    for line in text.splitlines():
        if match := _HEAD.match(line.strip()):
            yield heading, level, lines
            heading, level, lines = match[2], len(match[1]), []
        else:
            lines.append(line)
    yield heading, level, lines


def _said(part: Part, heading: str, lines: list[str], chunk: Chunk, subject: str) -> list[Said]:
    """The units of a block; a label in bold or before a colon, and a table's heads, open parts of their own."""
    found, plain = list[Said](), list[str]()
    at: Part = part
    here = heading
    table, rest = _columns(lines, subject)
    for column, cell in table:
        found.append(Said(column, heading, cell, chunk))
    for line in rest:
        match = _LABEL.match(line.strip())
        label = (match["bold"] or match["plain"]) if match else ""
        told: Part = part_of(label, subject) if label else ""
        if match and told:
            found += _units(at, here, plain, chunk)
            plain, at, here = [match["rest"] or match["behind"] or ""], told, label
        else:
            plain.append(line)
    return found + _units(at, here, plain, chunk)


def _units(part: Part, heading: str, lines: list[str], chunk: Chunk) -> list[Said]:
    return [Said(part, heading, text, chunk) for text in _items(lines) if not ASIDE.match(text)]


def _items(lines: Sequence[str]) -> list[str]:
    """Points of a list and quotes whole, as they are said in one breath; sentences of what stands between."""
    found, plain, whole = list[str](), list[str](), list[str]()
    for line in [*(line.strip() for line in lines), ""]:
        goes_on = bool(whole) and bool(line) and not line.startswith("|")
        if BULLET.match(line) and not (goes_on and whole[0].startswith(">") and line.startswith(">")):
            found += _closed(plain, whole)
            plain, whole = [], [line]
        elif goes_on:
            whole.append(line)
        else:
            found += _closed([], whole)
            whole = []
            plain.append(line)
    return [*found, *_closed(plain, whole)]


def _closed(plain: Sequence[str], whole: Sequence[str]) -> list[str]:
    point = " ".join(clean(BULLET.sub("", line)) for line in whole)
    return [*units("\n".join(plain)), *([point] if re.search(r"[^\W\d_]", point) else [])]


def _columns(lines: list[str], subject: str) -> tuple[list[tuple[Part, str]], list[str]]:
    """The cells of tables with parts for columns ("Where they win | Where we win"), and the other lines."""
    found, rest, at = list[tuple[Part, str]](), list[str](), 0
    while at < len(lines):
        heads = _cells(lines[at])
        parts = [part_of(head, subject) for head in heads]
        is_head = at + 1 < len(lines) and bool(RULE.match(lines[at + 1].strip())) and lines[at].strip().startswith("|")
        if is_head and len([p for p in parts if p and p != "sum"]) >= 2 and parts[0] != "answer":
            at += 2
            while at < len(lines) and lines[at].strip().startswith("|"):
                cells = _cells(lines[at])
                found += [(part, clean(cell)) for part, cell in zip(parts, cells, strict=False) if part and clean(cell)]
                at += 1
            continue
        rest.append(lines[at])
        at += 1
    return found, rest


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
