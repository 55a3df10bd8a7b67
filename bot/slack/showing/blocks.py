"""The pieces that every Slack message is made of, within Slack's limits (pure)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot.screening import seen
from bot.screening.inert import UNSEEN
from bot.slack.showing import tables
from bot.text import aligned

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_SECTION = 3000
MOST_MESSAGE = 11_000
"""characters of all blocks; Slack refuses somewhere above 13,000"""
MOST_FALLBACK = 3900
"""characters of a message's text; Slack refuses to change one to more than 4,000"""
MOST_BUTTON = 75
MOST_SMALL = 2000
MOST_LABEL = 300
MOST_URL = 1200
WIDEST = 40
"""signs in a row that a phone shows without breaking it"""
ROOM = 4
"""blocks kept free for notes that are added to a full message"""
MARK = re.compile(r"(?<!\w)([*_~])(?=[^\s*_~][^\n]*?\1)")
"""what would begin bold, italic or struck text"""
GAP = "\u200b"
"""a space without width, which takes from an address or a mention what a reader would click"""
SLIPPED = re.compile(f"(?!{GAP}){UNSEEN.pattern}")
READ_BACK = frozenset({"value", "private_metadata", "metadata", "url"})
LINK = re.compile(r"<[^|<>]+\|([^<>]*)>")


@dataclass(frozen=True)
class Message:
    """What Slack shows, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]


def escape(text: str) -> str:
    """Make text safe inside mrkdwn: no mentions, links, entities, formats and no turned reading direction of its own."""
    safe = _entities(seen(text))
    # Slack knows no escape for its marks; before a space, which may be of no width, a mark begins nothing.
    return MARK.sub("\\1\u200b", safe.replace("```", "`\u200b`\u200b`"))


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    """Return a link where the address is one a browser opens, else the label alone."""
    shown = cut(" ".join(label.split()), MOST_LABEL)
    address = _entities(quote(url, safe=":/?#[]@!$&()*+,;=%~-._"))
    if not url.startswith(("http://", "https://")) or len(address) > MOST_URL:
        return shown
    return f"<{address}|{shown.replace('|', '¦')}>"


def unlinked(text: str) -> str:
    """Take from addresses what Slack makes links of, where no block keeps it from that."""
    return text.replace("://", f":{GAP}//").replace("www.", f"www{GAP}.")


def notice(text: str) -> Message:
    """Return one sentence as a message."""
    return message_of(sections([escape(text)]))


def with_note(message: Message, text: str) -> Message:
    """Add a line in small print."""
    return Message(shortened(f"{message.text}\n{escape(text)}"), [*message.blocks, *small(text)])


def without_tables(message: Message) -> Message:
    """Return a message with its tables as text, for where Slack takes none."""
    blocks = [b for block in message.blocks for b in (_as_text(block) if block["type"] == "table" else [block])]
    return replace(message, blocks=blocks)


def _as_text(block: Block) -> list[Block]:
    """A table as aligned text where a phone shows its rows unbroken, else row by row."""
    table = tables.table_of(block)
    rows = aligned(table)
    if max(map(len, rows)) > WIDEST:
        return sections([escape(f"• {line}") for line in tables.lines(table)])
    fenced = sections([escape(row).replace("`", "'") for row in rows], MOST_SECTION - 6)
    return [{**part, "text": mrkdwn(f"```{part['text']['text']}```")} for part in fenced]


def plain_text(text: str) -> Block:
    """Return text without markup."""
    return {"type": "plain_text", "text": seen(text) or "…"}


def readable(value: Any) -> Any:
    """Return what goes to Slack without signs that nobody sees, whoever made it; what code reads back stays as it is."""
    if isinstance(value, str):
        return SLIPPED.sub("", value)
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    if isinstance(value, dict):
        return {name: one if name in READ_BACK else readable(one) for name, one in value.items()}
    return value


def mrkdwn(text: str) -> Block:
    """Return text with Slack's markup; what others wrote in it must be escaped."""
    # Verbatim: Slack must not make mentions or links out of a customer's words.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def small(text: str) -> list[Block]:
    """Return a line in small print."""
    return [
        {"type": "context", "elements": [mrkdwn(piece)]} for piece in pieces(escape(text), MOST_SMALL) if piece.strip()
    ]


def sections(lines: Sequence[str], limit: int = MOST_SECTION) -> list[Block]:
    """Fill sections with whole lines; only a line longer than a section is cut, at a space."""
    texts: list[str] = []
    for piece in (piece for line in lines for piece in pieces(line, limit)):
        if texts and len(texts[-1]) + len(piece) < limit:
            texts[-1] += f"\n{piece}"
        else:
            texts.append(piece)
    return [{"type": "section", "text": mrkdwn(text)} for text in texts if text.strip()]


def pieces(line: str, limit: int) -> list[str]:
    """Break an escaped line where it is too long, at a space where there is one."""
    found = []
    while len(line) > limit:
        # An entity or link must stay whole, so the cut is at a space, or before the entity it would hit.
        at = line.rfind(" ", limit // 2, limit) + 1 or _before_entity(line, limit)
        found.append(line[:at])
        line = line[at:]
    return [*found, line]


def cut(text: str, limit: int) -> str:
    """Shorten a text to a limit, escaped; dots say that there is more."""
    whole = escape(text)
    return whole if len(whole) <= limit else f"{pieces(whole, limit - 1)[0].rstrip()}…"


def _before_entity(line: str, limit: int) -> int:
    start = line.rfind("&", limit - 5, limit)
    return start if start > 0 and ";" not in line[start:limit] else limit


def message_of(blocks: list[Block]) -> Message:
    """Make a message whose text says what its blocks show, which is what a screen reader reads."""
    return Message(shortened("\n\n".join(filter(None, map(_spoken, blocks)))), blocks)


def _spoken(block: Block) -> str:
    if block["type"] == "table":
        return escape("\n".join(aligned(tables.table_of(block))))
    texts = [block["text"]] if "text" in block else block.get("elements", [])
    # What stands on buttons is read where they are.
    lines = LINK.sub(r"\1", "\n".join(text["text"] for text in texts if isinstance(text.get("text"), str)))
    return re.sub(r"^\*(.+)\*$", r"\1", lines, flags=re.MULTILINE)


def shortened(text: str) -> str:
    """Keep a message's text, which is escaped already, within its limit."""
    return text if len(text) <= MOST_FALLBACK else f"{pieces(text, MOST_FALLBACK - 40)[0]} … the message goes on."
