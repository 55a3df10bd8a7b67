"""Block Kit builders within Slack's limits (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from bot.proposals import Citation, Draft, Line, Status
from bot.text import STATES, TITLES, answer_text, days_old

Block = dict[str, Any]

MOST_BLOCKS = 50
MOST_SECTION = 3000
MOST_MESSAGE = 11_000
"""characters of all blocks; Slack refuses somewhere above 13,000"""
MOST_MESSAGES = 3
"""a slash command's reply address takes five messages, and the card is one of them"""
MOST_FALLBACK = 3000
MOST_INPUT = 3000
MOST_TITLE = 24
LOOKED = {"approve": "Not there, write it", "reject": "Leave it as it is"}
"""what yes and no mean where somebody had to look in the CRM first"""
ROOM = 4
"""blocks kept free for notes that are added to a full message"""


@dataclass(frozen=True)
class Message:
    """What Slack shows, and the text for notifications and screen readers."""

    text: str
    blocks: list[Block]


@dataclass(frozen=True)
class ChangeView:
    """One change of a card, ids already turned into names."""

    k: int
    kind: str
    target: str
    rows: Sequence[tuple[str, str, str]]
    """(field, old, new)"""
    evidence: str
    confidence: float
    status: Status
    decided: str = ""
    """such as "approved by Ann Seller\""""
    link: str | None = None
    notes: Sequence[str] = ()
    editable: bool = True
    undoable: bool = True


@dataclass(frozen=True)
class CardView:
    """A proposal as its card shows it."""

    proposal_id: str
    revision: int
    status: Status
    changes: Sequence[ChangeView]

    @property
    def value(self) -> str:
        """All that a button carries."""
        return f"{self.proposal_id}:{self.revision}"


@dataclass(frozen=True)
class Field:
    """One input of the editing form."""

    name: str
    value: str
    kind: Literal["line", "text", "date", "choice"] = "line"
    required: bool = False
    choices: tuple[str, ...] = ()


def escape(text: str) -> str:
    """Make text safe inside mrkdwn: no mentions, no links, no entities of its own."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(url: str, label: str) -> str:
    """Return a link where the address is one a browser opens, else the label alone."""
    if not url.startswith(("http://", "https://")):
        return escape(label)
    return f"<{escape(quote(url, safe=':/?#[]@!$&()*+,;=%~-._'))}|{escape(label).replace('|', '¦')}>"


def answer(draft: Draft) -> list[Message]:
    """Return the whole answer as one to three messages."""
    urls = {citation.n: citation.source for citation in draft.citations}
    blocks = sections([escape(draft.lead)]) if draft.lead else []
    blocks += [b for s in draft.sections for b in _titled(s.title, [_cited(line, urls) for line in s.lines])]
    blocks += _titled("Unknown", [escape(text) for text in draft.unknowns]) if draft.unknowns else []
    blocks += _titled("Sources", [_source(citation) for citation in draft.citations]) if draft.citations else []
    as_of = f"CRM as of {draft.as_of:%Y-%m-%d %H:%M} UTC." if draft.as_of else ""
    beneath = " ".join(part for part in (draft.notice, as_of) if part)
    return _packed([*blocks, *small(beneath)], answer_text(draft))


def notice(text: str) -> Message:
    """Return one sentence as a message."""
    return Message(cut(text, MOST_FALLBACK), sections([escape(text)]))


def with_note(message: Message, text: str) -> Message:
    """Add a line in small print."""
    return Message(message.text, [*message.blocks, *small(text)])


def card(view: CardView) -> Message:
    """Return the card of a proposal: each change with its state and the buttons that still do something."""
    blocks = sections([f"*Proposal {escape(view.proposal_id)}*: {STATES[view.status]}"])
    shown = 0
    for change in view.changes:
        more = _change_blocks(view, change)
        if len(blocks) + len(more) > MOST_BLOCKS - ROOM:
            break
        blocks, shown = [*blocks, *more], shown + 1
    hidden = len(view.changes) - shown
    if hidden:
        blocks += small(f"{hidden} more do not fit here; see `seller proposals show {view.proposal_id}`.")
    elif sum(change.status == "pending" for change in view.changes) > 1:
        # Nobody can say yes to all where some of it is not on the screen.
        blocks.append(_buttons(view, "all", ("approve", "reject"), " all"))
    return Message(_card_text(view), blocks)


def edit_form(view: CardView, k: int, fields: Sequence[Field], metadata: str) -> Block:
    """Return the modal in which a person edits one change."""
    kind = next(change.kind for change in view.changes if change.k == k)
    return {
        "type": "modal",
        "callback_id": "edit",
        "private_metadata": metadata,
        "title": plain_text(TITLES[kind][:MOST_TITLE]),
        "submit": plain_text("Save"),
        "close": plain_text("Cancel"),
        "blocks": [form_input(field) for field in fields],
    }


def form_values(view: Block) -> dict[str, str | None]:
    """Return what a submitted form holds, by field name."""
    states = {name: next(iter(state.values())) for name, state in view["state"]["values"].items()}
    return {name: _chosen(state) for name, state in states.items()}


def _chosen(state: Block) -> str | None:
    option = state.get("selected_option") or {}
    return state.get("selected_date") or option.get("value") or state.get("value")


def _change_blocks(view: CardView, change: ChangeView) -> list[Block]:
    blocks = sections(_change_lines(change))
    if change.status == "pending":
        verbs = ("approve", "edit", "reject") if change.editable else ("approve", "reject")
        return [*blocks, _buttons(view, str(change.k), verbs)]
    if change.status == "unknown":
        return [*blocks, _buttons(view, str(change.k), ("approve", "reject"), labels=LOOKED)]
    undo = change.status == "applied" and change.undoable
    return [*blocks, _buttons(view, str(change.k), ("undo",))] if undo else blocks


def _change_lines(change: ChangeView) -> list[str]:
    sure = "" if change.confidence >= 1 else f" (confidence {change.confidence:.0%})"
    lines = [f"*{change.k}. {TITLES[change.kind]}* on {escape(change.target)}"]
    lines += [_row(row) for row in change.rows]
    lines.append(f"because: {escape(change.evidence)}{sure}")
    state = [] if change.status == "pending" else [_state(change)]
    return [*lines, *state, *(escape(note) for note in change.notes)]


def _row(row: tuple[str, str, str]) -> str:
    field, old, new = (escape(part) for part in row)
    return f"{field}: ~{old}~ → {new}" if old else f"{field}: {new}"


def _state(change: ChangeView) -> str:
    who = f", {escape(change.decided)}" if change.decided else ""
    place = f" · {_record(change.link)}" if change.link else ""
    state = STATES[change.status]
    return f"*{state[0].upper()}{state[1:]}*{who}{place}"


def _record(url: str) -> str:
    return link(url, "open the record") if url.startswith(("http://", "https://")) else escape(url)


def _card_text(view: CardView) -> str:
    parts = [
        f"{change.k}. {TITLES[change.kind]} on {change.target}: {STATES[change.status]}" for change in view.changes
    ]
    return cut("\n".join([f"Proposal {view.proposal_id}", *parts]), MOST_FALLBACK)


def _buttons(
    view: CardView, k: str, verbs: Iterable[str], suffix: str = "", labels: Mapping[str, str] | None = None
) -> Block:
    named = {verb: (labels or {}).get(verb, verb.capitalize()) + suffix for verb in verbs}
    buttons = [_button(verb, f"{verb}:{k}", view.value, label) for verb, label in named.items()]
    return {"type": "actions", "block_id": f"{view.value}:{k}", "elements": buttons}


def _button(verb: str, action_id: str, value: str, label: str) -> Block:
    button: Block = {"type": "button", "action_id": action_id, "value": value, "text": plain_text(label)}
    style = {"approve": "primary", "reject": "danger"}.get(verb)
    return {**button, "style": style} if style else button


def form_input(field: Field) -> Block:
    """Return the input of one field."""
    label = plain_text(field.name.replace("_", " ").capitalize())
    return {
        "type": "input",
        "block_id": field.name,
        "label": label,
        "optional": not field.required,
        "element": _element(field) | {"action_id": "value"},
    }


def _element(field: Field) -> Block:
    if field.kind == "date":
        return {"type": "datepicker"} | ({"initial_date": field.value} if field.value else {})
    if field.kind == "choice":
        options = {choice: {"text": plain_text(choice), "value": choice} for choice in field.choices}
        return {"type": "static_select", "options": list(options.values()), "initial_option": options[field.value]}
    multiline = {"type": "plain_text_input", "multiline": field.kind == "text"}
    return multiline | {"max_length": MOST_INPUT, "initial_value": field.value}


def plain_text(text: str) -> Block:
    """Return text without markup."""
    return {"type": "plain_text", "text": text}


def _mrkdwn(text: str) -> Block:
    # Verbatim: Slack must not make mentions or links out of a customer's words.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def small(text: str) -> list[Block]:
    """Return a line in small print."""
    return [{"type": "context", "elements": [_mrkdwn(cut(text, 2000))]}] if text else []


def _titled(title: str, lines: Sequence[str]) -> list[Block]:
    if not title:
        return sections(lines)
    return sections([f"*{escape(title)}*", *(f"• {line}" for line in lines or ["nothing on record"])])


def _cited(line: Line, urls: dict[int, str]) -> str:
    marks = "".join(link(urls.get(n, ""), f"[{n}]") for n in line.cites)
    return f"{escape(line.text)} {marks}".strip()


def _source(citation: Citation) -> str:
    age = days_old(citation.age_days) if citation.age_days is not None else ""
    where = citation.location if citation.status != "CRM" else ""
    opens = citation.source.startswith(("http://", "https://"))
    rest = [citation.status, citation.owner, age, where, "" if opens else citation.source]
    return " · ".join([f"[{citation.n}] {link(citation.source, citation.title)}", *(escape(r) for r in rest if r)])


def sections(lines: Sequence[str]) -> list[Block]:
    """Fill sections with whole lines; only a line longer than a section is cut, at a space."""
    texts: list[str] = []
    for piece in (piece for line in lines for piece in _pieces(line, MOST_SECTION)):
        if texts and len(texts[-1]) + len(piece) < MOST_SECTION:
            texts[-1] += f"\n{piece}"
        else:
            texts.append(piece)
    return [{"type": "section", "text": _mrkdwn(text)} for text in texts if text.strip()]


def _pieces(line: str, limit: int) -> list[str]:
    pieces = []
    while len(line) > limit:
        # An entity or link must stay whole, so the cut is at a space, or before the entity it would hit.
        at = line.rfind(" ", limit // 2, limit) + 1 or _before_entity(line, limit)
        pieces.append(line[:at])
        line = line[at:]
    return [*pieces, line]


def cut(text: str, limit: int) -> str:
    """Shorten a text to a limit, escaped."""
    return _pieces(escape(text), limit)[0]


def _before_entity(line: str, limit: int) -> int:
    start = line.rfind("&", limit - 5, limit)
    return start if start > 0 and ";" not in line[start:limit] else limit


def _packed(blocks: Sequence[Block], fallback: str) -> list[Message]:
    parts: list[list[Block]] = [[]]
    for block in blocks:
        full = len(parts[-1]) >= MOST_BLOCKS - ROOM or _size([*parts[-1], block]) > MOST_MESSAGE
        if full and parts[-1]:
            parts.append([])
        parts[-1].append(block)
    texts = [cut(fallback, MOST_FALLBACK), *["The answer goes on."] * len(parts)]
    messages = [Message(text, part) for text, part in zip(texts, parts, strict=False)]
    if len(messages) <= MOST_MESSAGES:
        return messages
    return [*messages[: MOST_MESSAGES - 1], with_note(messages[MOST_MESSAGES - 1], "The rest is too long for Slack.")]


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block["text"]["text"]) if "text" in block else 2000 for block in blocks)
