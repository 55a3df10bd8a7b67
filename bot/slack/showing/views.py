"""Block Kit builders within Slack's limits (pure)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.proposals import Chart, Citation, Draft, Line, Section, Table
from bot.slack.showing import tables
from bot.slack.showing.blocks import (
    LINK,
    MOST_BLOCKS,
    MOST_BUTTON,
    MOST_LABEL,
    MOST_MESSAGE,
    MOST_SECTION,
    ROOM,
    Block,
    Message,
    cut,
    escape,
    link,
    message_of,
    notice,
    pieces,
    plain_text,
    sections,
    small,
    with_note,
)
from bot.text import chart_table, days_old

__all__ = ["Block", "Message", "cut", "escape", "link", "notice", "plain_text", "sections", "small", "with_note"]

MOST_MESSAGES = 3
"""a slash command's reply address takes five messages, and the card is one of them"""
EMPTY = "There is nothing to say about that; ask in other words."
ROW = 80
"""signs that a screen shows in a row"""
MOST_SCREEN = 40 * ROW
"""about one screen of a desktop, as characters of full rows"""
MOST_PARTS = 12
"""titled pieces of the first screen"""
MOST_NOTICE = 500
"""characters of small print; a longer notice stands among the text"""
FIRST_LINES = 3
FIRST_SOURCES = 5
MOST_ROW = 1200
"""characters of one bullet; a longer line goes on in the next"""


@dataclass(frozen=True)
class _Part:
    """A titled piece of an answer, as rows of mrkdwn."""

    title: str
    rows: tuple[str, ...] = ()
    table: Table | None = None
    is_sources: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows or self.table)


def answer(draft: Draft, answer_id: str | None = None) -> list[Message]:
    """Return the first screen of an answer with a button for the rest; without an id, all of it as up to three messages."""
    beneath = small(_beneath(draft))
    if answer_id is None:
        return _most(_packed([*_groups(_parts(draft)), beneath])) or [notice(EMPTY)]
    first, rest = _first_screen(_parts(draft))
    if not (_first_blocks(first) or beneath):
        return [notice(EMPTY)]
    return [_more_button(message_of([*_first_blocks(first), *beneath]), answer_id, 1, rest)]


def more(draft: Draft, answer_id: str, part: int) -> list[Message]:
    """Return what follows the first screen, from a part on; the last message has a button where there is still more."""
    pages = _packed(_groups(_first_screen(_parts(draft))[1]))[part - 1 :]
    shown, left = pages[:MOST_MESSAGES], pages[MOST_MESSAGES:]
    if left:
        shown[-1] = _with_button(shown[-1], answer_id, part + MOST_MESSAGES, "More of this answer")
    return shown


def chart(chart: Chart) -> Message:
    """Return a chart in words and figures, where no picture can be shown."""
    figures, *more = _tabled(chart_table(chart)) if chart.labels else [[]]
    message = message_of([*chart_words(chart).blocks, *figures])
    return with_note(message, "The other values are in the answer of `seller ask --json`.") if more else message


def chart_words(chart: Chart) -> Message:
    """Return what a chart says, in words."""
    return message_of(sections([*_heading(chart.title), *_broken(chart.alt)]))


def _parts(draft: Draft) -> list[_Part]:
    """The pieces of an answer in reading order; what is empty says so."""
    urls = {citation.n: citation.source for citation in draft.citations}
    lead = _Part("", tuple(_broken(draft.lead))) if draft.lead else _Part("")
    unknown = _Part("Unknown", _bullets(_broken(text) for text in draft.unknowns))
    sources = _Part("Sources", _bullets(map(_source, _by_title(draft.citations))), is_sources=True)
    notice = _Part("", tuple(_broken(draft.notice)) if len(draft.notice) > MOST_NOTICE else ())
    parts = [lead, *(_part(section, urls) for section in draft.sections), unknown, notice, sources]
    return [part for part in parts if part] or [_Part("", ("Nothing on record.",))]


def _part(section: Section, urls: Mapping[int, str]) -> _Part:
    table = section.table if section.table and tables.drawable(section.table) else None
    rows = [_cited(line, urls) for line in section.lines]
    rows += [_broken(line) for line in tables.lines(section.table)] if section.table and not table else []
    if not section.title:
        return _Part("", tuple(row for pieces in rows for row in pieces if row), table)
    return _Part(section.title, _bullets(rows or ([] if table else [["nothing on record"]])), table)


def _bullets(rows: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(f"• {row}" if k == 0 else row for pieces in rows for k, row in enumerate(pieces))


def _broken(text: str) -> list[str]:
    return pieces(escape(text), MOST_ROW)


def _cited(line: Line, urls: Mapping[int, str]) -> list[str]:
    """A line with its marks, in rows of their own where they are very many."""
    *before, last = _broken(line.text)
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
    rest = [cut(part, MOST_LABEL) for part in (one.status, one.owner, age) if part]
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


def _beneath(draft: Draft) -> str:
    as_of = f"CRM as of {draft.as_of:%Y-%m-%d %H:%M} UTC." if draft.as_of else ""
    notice = draft.notice if len(draft.notice) <= MOST_NOTICE else ""
    return " ".join(part for part in (notice, as_of) if part)


def _first_screen(parts: Sequence[_Part]) -> tuple[list[_Part], list[_Part]]:
    """Divide an answer: what matters of each part as far as a screen holds it, and the rest."""
    tabled = _first_table(parts)
    taken, left = [0] * len(parts), MOST_SCREEN - (_table_cost(parts[tabled].table) if tabled is not None else 0)
    for k, upto in _wishes(parts):
        if taken[k] or sum(map(bool, taken)) < MOST_PARTS:
            more, then = _fitting(parts[k], taken[k], upto, left, must=not any(taken))
            # Of many sources the first are shown or all of them, not as many as happen to fit.
            if not (parts[k].is_sources and taken[k] + more < upto and taken[k]):
                taken[k], left = taken[k] + more, then
    first = [_begun(part, taken[k], k == tabled) for k, part in enumerate(parts)]
    rest = [_left(part, taken[k], k == tabled) for k, part in enumerate(parts)]
    return [part for part in first if part], [part for part in rest if part]


def _fitting(part: _Part, begun: int, upto: int, left: int, *, must: bool) -> tuple[int, int]:
    """How many more rows of a part the screen holds, and what is left of it then; the very first row must be shown."""
    fitting = 0
    for row in part.rows[begun:upto]:
        cost = _cost(row) + (0 if begun + fitting else _cost(part.title))
        if cost > left and not (must and not fitting):
            break
        fitting, left = fitting + 1, left - cost
    return fitting, left


def _wishes(parts: Sequence[_Part]) -> list[tuple[int, int]]:
    """(part, rows) in the order in which they are let onto the first screen: the first whole, then a line of each, and so on."""
    opening = next((k for k, part in enumerate(parts) if part.title), 0)
    sources = [k for k, part in enumerate(parts) if part.is_sources]
    whole = [(k, len(parts[k].rows)) for k in range(opening + 1)]
    return [
        *((k, FIRST_SOURCES) for k in sources),
        *whole,
        *((k, upto) for upto in range(1, FIRST_LINES + 1) for k in range(len(parts))),
        *((k, len(part.rows)) for k, part in enumerate(parts)),
    ]


def _first_table(parts: Sequence[_Part]) -> int | None:
    """The one table that the first screen has room for."""
    with_table = [k for k, part in enumerate(parts) if part.table and _table_cost(part.table) <= MOST_SCREEN // 2]
    return with_table[0] if with_table else None


def _table_cost(table: Table | None) -> int:
    return sum(map(_cost, tables.lines(tables.narrowed(table)))) if table else 0


def _cost(row: str) -> int:
    """What a bullet takes of a screen, in full rows; addresses are not read, but Slack counts them."""
    return max(ROW * math.ceil(len(LINK.sub(r"\1", row)) / ROW), len(row) // 3)


def _begun(part: _Part, taken: int, tabled: bool) -> _Part:
    table = tables.narrowed(part.table) if part.table and tabled else None
    return replace(part, rows=part.rows[:taken], table=table)


def _left(part: _Part, taken: int, tabled: bool) -> _Part:
    """What the first screen does not show; a table that it shows a part of comes whole."""
    shown = part.table is not None and tabled and tables.narrowed(part.table) == part.table
    title = f"{part.title}, continued" if part.title and taken else part.title
    return replace(part, title=title, rows=part.rows[taken:], table=None if shown else part.table)


def _first_blocks(parts: Sequence[_Part]) -> list[Block]:
    """The blocks of the first screen; Slack shows a table below the text, so that is where it is put."""
    text = [block for part in parts for block in _text_blocks(part)]
    return [*text, *(block for part in parts for group in _table_groups(part) for block in group)]


def _groups(parts: Sequence[_Part]) -> list[list[Block]]:
    """Blocks that stay together."""
    return [group for part in parts for group in (*([b] for b in _text_blocks(part)), *_table_groups(part))]


def _text_blocks(part: _Part) -> list[Block]:
    return sections([*_heading(part.title), *part.rows]) if part.rows else []


def _table_groups(part: _Part) -> list[list[Block]]:
    return [[*sections(_heading(part.title)), *group] for group in _tabled(part.table)] if part.table else []


def _tabled(table: Table) -> list[list[Block]]:
    if tables.drawable(table):
        return [[block] for block in tables.blocks(table)]
    return [sections([row for line in tables.lines(table) for row in _broken(line)])]


def _heading(title: str) -> list[str]:
    return [f"*{cut(title, MOST_LABEL)}*"] if title else []


def _more_button(message: Message, answer_id: str, part: int, rest: Sequence[_Part]) -> Message:
    """Add the button for the rest, and say what that is."""
    if not rest:
        return message
    names = ", ".join(part.title.removesuffix(", continued") for part in rest if part.title) or "the rest"
    return _with_button(with_note(message, f"Under More: {names}."), answer_id, part, f"More of this answer: {names}")


def _with_button(message: Message, answer_id: str, part: int, label: str) -> Message:
    key = f"more:{answer_id}:{part}"
    button = {"type": "button", "action_id": key, "value": key, "text": plain_text("More")}
    button["accessibility_label"] = label[:MOST_BUTTON]
    return replace(message, blocks=[*message.blocks, {"type": "actions", "block_id": key, "elements": [button]}])


def _packed(groups: Sequence[Sequence[Block]]) -> list[Message]:
    """Fill messages; a table ends one, for Slack takes one a message and shows it below the text."""
    parts: list[list[Block]] = [[]]
    for group in groups:
        full = len(parts[-1]) + len(group) > MOST_BLOCKS - ROOM or _size([*parts[-1], *group]) > MOST_MESSAGE
        if parts[-1] and (full or parts[-1][-1]["type"] == "table"):
            parts.append([])
        parts[-1] += group
    return [message_of(part) for part in parts if part]


def _most(messages: list[Message]) -> list[Message]:
    if len(messages) <= MOST_MESSAGES:
        return messages
    return [*messages[: MOST_MESSAGES - 1], with_note(messages[MOST_MESSAGES - 1], "The rest is too long for Slack.")]


def _size(blocks: Sequence[Block]) -> int:
    return sum(map(_length, blocks))


def _length(block: Block) -> int:
    if block["type"] == "table":
        return tables.size(block)
    return len(block["text"]["text"]) if "text" in block else sum(len(e.get("text", "")) for e in block["elements"])
