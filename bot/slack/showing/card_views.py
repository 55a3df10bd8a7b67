"""The card of a proposal: each change with its state and the buttons that still do something (pure)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.proposals import Status
from bot.slack.showing.blocks import (
    MOST_BLOCKS,
    MOST_BUTTON,
    MOST_FALLBACK,
    ROOM,
    Block,
    Message,
    cut,
    escape,
    link,
    message_of,
    pieces,
    plain_text,
    sections,
    small,
)
from bot.slack.showing.forms import Field, form
from bot.text import STATES, TITLES

ORIGIN = re.compile(r" \(Slack message (https?://\S+)\)$")
LOOKED = {"approve": "Not there, write it", "reject": "Leave it as it is"}
"""what yes and no mean where somebody had to look in the CRM first"""


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
        edits = any(change.editable for change in view.changes if change.status == "pending")
        verbs = ("approve", "edit", "reject") if edits else ("approve", "reject")
        blocks.append(_buttons(view, "all", verbs, " all"))
    return Message(_card_text(view), blocks)


def outcome(view: CardView) -> Message:
    """Return what became of a decision that was said in words, in a line a change."""
    return message_of(sections([_outcome(change) for change in view.changes]))


def _outcome(change: ChangeView) -> str:
    what = [f"{field} {new}" for field, old, new in change.rows if old or field in ("subject", "due")]
    about = f" ({escape(', '.join(what))})" if what else ""
    place = _opening(change)
    notes = "".join(f" {escape(note)}" for note in change.notes)
    line = (
        f"{change.k}. {TITLES[change.kind]} on {escape(change.target)}{about}: *{STATES[change.status]}*{place}.{notes}"
    )
    return pieces(line, MOST_FALLBACK)[0]


def edit_form(view: CardView, k: int, fields: Sequence[Field], metadata: str) -> Block:
    """Return the modal in which a person edits one change, or all that wait where `k` is 0."""
    title = next((TITLES[change.kind] for change in view.changes if change.k == k), "Edit all changes")
    return form("edit", title, "Save", fields, metadata)


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
    lines.append(f"because: {_evidence(change.evidence)}{sure}")
    state = [] if change.status == "pending" else [_state(change)]
    return [*lines, *state, *(escape(note) for note in change.notes)]


def _evidence(text: str) -> str:
    """Return the evidence; the message that it comes from can be opened."""
    found = ORIGIN.search(text)
    return escape(text) if found is None else f"{escape(text[: found.start()])} ({link(found[1], 'the message')})"


def _row(row: tuple[str, str, str]) -> str:
    field, old, new = (escape(part) for part in row)
    return f"{field}: ~{old}~ → {new}" if old else f"{field}: {new}"


def _state(change: ChangeView) -> str:
    state = STATES[change.status]
    # "Rejected, rejected by Ann" would say it twice.
    who = change.decided.removeprefix(f"{state} ")
    by = f"{' ' if who != change.decided else ', '}{escape(who)}" if who else ""
    return f"*{state[0].upper()}{state[1:]}*{by}{_opening(change)}"


def _opening(change: ChangeView) -> str:
    """The link to the record; nothing where no browser opens it."""
    opens = change.link is not None and change.link.startswith(("http://", "https://"))
    return f" · {link(str(change.link), 'open the record')}" if opens else ""


def _card_text(view: CardView) -> str:
    parts = [
        f"{change.k}. {TITLES[change.kind]} on {change.target}: {STATES[change.status]}" for change in view.changes
    ]
    return cut("\n".join([f"Proposal {view.proposal_id}", *parts]), MOST_FALLBACK)


def _buttons(
    view: CardView, k: str, verbs: Iterable[str], suffix: str = "", labels: Mapping[str, str] | None = None
) -> Block:
    named = {verb: (labels or {}).get(verb, verb.capitalize()) + suffix for verb in verbs}
    about = next((f"{one.k}. {TITLES[one.kind]} on {one.target}" for one in view.changes if str(one.k) == k), "")
    buttons = [_button(verb, f"{verb}:{k}", view.value, label, about) for verb, label in named.items()]
    return {"type": "actions", "block_id": f"{view.value}:{k}", "elements": buttons}


def _button(verb: str, action_id: str, value: str, label: str, about: str) -> Block:
    button: Block = {"type": "button", "action_id": action_id, "value": value, "text": plain_text(label)}
    if about:  # which of several buttons with the same word it is, for those who hear them
        button["accessibility_label"] = f"{label} {about}"[:MOST_BUTTON]
    style = {"approve": "primary", "reject": "danger"}.get(verb)
    return {**button, "style": style} if style else button
