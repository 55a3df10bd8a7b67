"""Block Kit builders within Slack's limits (pure)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.proposals import Chart, Draft, Table
from bot.slack.showing import actions, tables
from bot.slack.showing.blocks import (
    LINK,
    MOST_BLOCKS,
    MOST_BUTTON,
    MOST_MESSAGE,
    ROOM,
    Block,
    Message,
    cut,
    escape,
    link,
    message_of,
    notice,
    plain_text,
    sections,
    small,
    with_note,
)
from bot.slack.showing.parts import MOST_NOTICE, Part, broken, heading, parts, text_blocks
from bot.text import chart_table

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
MOST_TAPS = 20
"""lines with a button or menu beside them; on a phone each takes a place of its own"""
FIRST_LINES = 3
FIRST_SOURCES = 5


def answer(draft: Draft, answer_id: str | None = None) -> list[Message]:
    """Return the first screen of an answer with a button for the rest; without an id, all of it as up to three messages."""
    beneath = small(_beneath(draft))
    if answer_id is None:
        return _most(_packed([*_groups(parts(draft)), beneath])) or [notice(EMPTY)]
    first, rest = _screens(draft, answer_id)
    if not (_first_blocks(first) or beneath):
        return [notice(EMPTY)]
    foot = [*beneath, *actions.row(draft, answer_id)]
    body = _first_blocks(_few_taps(first, MOST_BLOCKS - ROOM - len(foot)))
    return [_more_button(message_of([*body, *foot]), answer_id, 1, rest)]


def more(draft: Draft, answer_id: str, part: int) -> list[Message]:
    """Return what follows the first screen, from a part on; the last message has a button where there is still more."""
    pages = _packed(_groups(_screens(draft, answer_id)[1]))[part - 1 :]
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
    return message_of(sections([*heading(chart.title), *broken(chart.alt)]))


def _beneath(draft: Draft) -> str:
    as_of = f"CRM as of {draft.as_of:%Y-%m-%d %H:%M} UTC." if draft.as_of else ""
    notice = draft.notice if len(draft.notice) <= MOST_NOTICE else ""
    return " ".join(part for part in (notice, as_of) if part)


def _screens(draft: Draft, answer_id: str) -> tuple[list[Part], list[Part]]:
    """The first screen of an answer, and the rest."""
    links = sum(_length(block) // 3 for block in actions.row(draft, answer_id) if block["type"] == "section")
    return _first_screen(parts(draft, answer_id), MOST_SCREEN - links)


def _first_screen(parts: Sequence[Part], room: int) -> tuple[list[Part], list[Part]]:
    """Divide an answer: what matters of each part as far as a screen holds it, and the rest."""
    tabled = _first_table(parts)
    taken, left = [0] * len(parts), room - (_table_cost(parts[tabled].table) if tabled is not None else 0)
    for k, upto in _wishes(parts):
        if taken[k] or sum(map(bool, taken)) < MOST_PARTS:
            more, then = _fitting(parts[k], taken[k], upto, left, must=not any(taken))
            # Of many sources the first are shown or all of them, not as many as happen to fit.
            if not (parts[k].is_sources and taken[k] + more < upto and taken[k]):
                taken[k], left = taken[k] + more, then
    first = [_begun(part, taken[k], k == tabled) for k, part in enumerate(parts)]
    rest = [_left(part, taken[k], k == tabled) for k, part in enumerate(parts)]
    return [part for part in first if part], [part for part in rest if part]


def _fitting(part: Part, begun: int, upto: int, left: int, *, must: bool) -> tuple[int, int]:
    """How many more rows of a part the screen holds, and what is left of it then; the very first row must be shown."""
    fitting = 0
    for row in part.rows[begun:upto]:
        cost = _cost(row) + (0 if begun + fitting else _cost(part.title))
        if cost > left and not (must and not fitting):
            break
        fitting, left = fitting + 1, left - cost
    return fitting, left


def _wishes(parts: Sequence[Part]) -> list[tuple[int, int]]:
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


def _first_table(parts: Sequence[Part]) -> int | None:
    """The one table that the first screen has room for."""
    with_table = [k for k, part in enumerate(parts) if part.table and _table_cost(part.table) <= MOST_SCREEN // 2]
    return with_table[0] if with_table else None


def _table_cost(table: Table | None) -> int:
    return sum(map(_cost, tables.lines(tables.narrowed(table)))) if table else 0


def _cost(row: str) -> int:
    """What a bullet takes of a screen, in full rows; addresses are not read, but Slack counts them."""
    return max(ROW * math.ceil(len(LINK.sub(r"\1", row)) / ROW), len(row) // 3)


def _begun(part: Part, taken: int, tabled: bool) -> Part:
    table = tables.narrowed(part.table) if part.table and tabled else None
    return replace(part, rows=part.rows[:taken], taps=part.taps[:taken], table=table)


def _left(part: Part, taken: int, tabled: bool) -> Part:
    """What the first screen does not show; a table that it shows a part of comes whole."""
    shown = part.table is not None and tabled and tables.narrowed(part.table) == part.table
    title = f"{part.title}, continued" if part.title and taken else part.title
    left = None if shown else part.table
    return replace(part, title=title, rows=part.rows[taken:], taps=part.taps[taken:], table=left)


def _first_blocks(parts: Sequence[Part]) -> list[Block]:
    """The blocks of the first screen; Slack shows a table below the text, so that is where it is put."""
    text = [block for part in parts for block in text_blocks(part)]
    return [*text, *(block for part in parts for group in _table_groups(part) for block in group)]


def _groups(parts: Sequence[Part]) -> list[list[Block]]:
    """Blocks that stay together."""
    return [group for part in parts for group in (*([b] for b in text_blocks(part)), *_table_groups(part))]


def _few_taps(parts: Sequence[Part], room: int) -> Sequence[Part]:
    """The parts with as many buttons beside lines, the first ones, as the message has blocks for."""
    most = MOST_TAPS
    while len(_first_blocks(found := [*_with_taps(parts, most)])) > room and most:
        most -= 1
    return found


def _with_taps(parts: Sequence[Part], most: int) -> Iterator[Part]:
    for part in parts:
        kept: list[Block | None] = []
        for tap in part.taps:
            kept.append(tap if most > 0 else None)
            most -= bool(tap)
        yield replace(part, taps=tuple(kept))


def _table_groups(part: Part) -> list[list[Block]]:
    return [[*sections(heading(part.title)), *group] for group in _tabled(part.table)] if part.table else []


def _tabled(table: Table) -> list[list[Block]]:
    if tables.drawable(table):
        return [[block] for block in tables.blocks(table)]
    return [sections([row for line in tables.lines(table) for row in broken(line)])]


def _more_button(message: Message, answer_id: str, part: int, rest: Sequence[Part]) -> Message:
    """Add the button for the rest, and say what that is."""
    if not rest:
        return message
    names = ", ".join(_called(part.title.removesuffix(", continued")) for part in rest if part.title) or "the rest"
    return _with_button(with_note(message, f"Under More: {names}."), answer_id, part, f"More of this answer: {names}")


def _called(title: str) -> str:
    """A title as it is named beside the button: a long one is begun, as many of them would be more than Slack takes."""
    return title if len(title) <= MOST_BUTTON else f"{title[: MOST_BUTTON - 1].rstrip()}…"


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
