"""The pieces of an answer as rows of mrkdwn, before they are fitted to a screen (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from bot.proposals import Citation, Draft, Line, Section, Table
from bot.slack.showing import actions, tables
from bot.slack.showing.blocks import MOST_LABEL, MOST_SECTION, Block, cut, escape, link, pieces, sections
from bot.text import days_old

MOST_NOTICE = 500
"""characters of small print; a longer notice stands among the text"""
MOST_ROW = 1200
"""characters of one bullet; a longer line goes on in the next"""


@dataclass(frozen=True)
class Part:
    """A titled piece of an answer, as rows of mrkdwn."""

    title: str
    rows: tuple[str, ...] = ()
    table: Table | None = None
    is_sources: bool = False
    taps: tuple[Block | None, ...] = ()
    """what stands beside each row; empty where nothing does"""

    def __bool__(self) -> bool:
        return bool(self.rows or self.table)


def parts(draft: Draft, answer_id: str | None = None) -> list[Part]:
    """The pieces of an answer in reading order; what is empty says so."""
    urls = {citation.n: citation.source for citation in draft.citations}
    lead = Part("", tuple(broken(draft.lead))) if draft.lead else Part("")
    unknown = Part("Unknown", _bullets(broken(text) for text in draft.unknowns))
    sources = Part("Sources", _bullets(map(_source, _by_title(draft.citations))), is_sources=True)
    notice = Part("", tuple(broken(draft.notice)) if len(draft.notice) > MOST_NOTICE else ())
    named = [_part(section, urls, answer_id, k) for k, section in enumerate(draft.sections)]
    found = [lead, *named, unknown, notice, sources]
    return [part for part in found if part] or [Part("", ("Nothing on record.",))]


def _part(section: Section, urls: Mapping[int, str], answer_id: str | None, k: int) -> Part:
    table = section.table if section.table and tables.drawable(section.table) else None
    rows = [_cited(line, urls) for line in section.lines]
    taps = _taps(section, rows, answer_id, k)
    rows += [broken(line) for line in tables.lines(section.table)] if section.table and not table else []
    if not section.title:
        shown = [(row, taps.get((n, m))) for n, pieces in enumerate(rows) for m, row in enumerate(pieces) if row]
        return Part("", tuple(row for row, _ in shown), table, taps=tuple(tap for _, tap in shown) if taps else ())
    beside = tuple(taps.get((n, m)) for n, pieces in enumerate(rows) for m in range(len(pieces))) if taps else ()
    return Part(section.title, _bullets(rows or ([] if table else [["nothing on record"]])), table, taps=beside)


def _taps(
    section: Section, rows: Sequence[Sequence[str]], answer_id: str | None, k: int
) -> dict[tuple[int, int], Block]:
    """What stands beside lines, by line and piece of it: the last piece, where what is to be read of it ends."""
    if answer_id is None:
        return {}
    found = ((n, actions.tap(line.actions, answer_id, f"{k}.{n}")) for n, line in enumerate(section.lines))
    return {(n, len(rows[n]) - 1): tap for n, tap in found if tap}


def _bullets(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(f"• {row}" if k == 0 else row for pieces in rows for k, row in enumerate(pieces))


def broken(text: str) -> list[str]:
    """An escaped text as rows that a section holds."""
    return pieces(escape(text), MOST_ROW)


def _cited(line: Line, urls: Mapping[int, str]) -> list[str]:
    """A line with its marks, in rows of their own where they are very many."""
    *before, last = broken(line.text)
    rows = [*before, f"{last} ".lstrip()]
    for mark in (link(urls.get(n, ""), f"[{n}]") for n in line.cites):
        if len(rows[-1]) + len(mark) > MOST_SECTION - MOST_LABEL:
            rows.append("")
        rows[-1] += mark
    return [row.strip() for row in rows]


def _by_title(citations: Sequence[Citation]) -> list[list[Citation]]:
    """Citations of several places of one page or file together: its title is read once."""
    found: dict[object, list[Citation]] = {}
    for one in citations:
        same = (one.title, one.source.partition("#")[0], one.status, one.owner, one.age_days)
        found.setdefault(same if one.status != "CRM" else one, []).append(one)
    return list(found.values())


def _source(places: Sequence[Citation]) -> list[str]:
    """A source as rows: its title opens it, then badge, owner and age, and where in it each number stands."""
    one = places[0]
    age = days_old(one.age_days) if one.age_days is not None else ""
    warning = next((place.warning for place in places if place.warning), "")
    rest = [cut(part, MOST_LABEL) for part in (one.status, one.owner, age, warning) if part]
    rows = [" · ".join([link(one.source, one.title or "untitled"), *rest])]
    if len(places) == 1:
        where = cut(one.location, MOST_LABEL) if one.status != "CRM" else ""
        return [f"[{one.n}] {rows[0]}{f' · {where}' if where else ''}"]
    for k, place in enumerate(places):
        text = f"[{place.n}] {cut(place.location, MOST_LABEL)}".rstrip()
        if len(rows[-1]) + len(text) > MOST_ROW:
            rows.append(text)
        else:
            rows[-1] += f"{'; ' if k else ' · '}{text}"
    return rows


def text_blocks(part: Part) -> list[Block]:
    """Sections of whole rows; a row with something beside it ends one, and its part's title stays with it."""
    blocks: list[Block] = []
    title = heading(part.title)
    waiting = [*title] if part.rows else []
    for row, tap in zip_longest(part.rows, part.taps):
        if tap is None:
            waiting.append(row)
            continue
        # What comes before would be read as what the button is about.
        above, before = (waiting, []) if waiting == title else ([], waiting)
        *rest, last = sections([*above, row])
        blocks += [*sections(before), *rest, {**last, "accessory": tap}]
        waiting = []
    return [*blocks, *sections(waiting)]


def heading(title: str) -> list[str]:
    """A title as a row of its own; none where it is empty."""
    return [f"*{cut(title, MOST_LABEL)}*"] if title else []
