"""An answer as it may be shown, whatever its sources hold (pure)."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from bot.proposals import Action, Attachment, Citation, Draft, Line
from bot.screening.inert import inert

GIVES_ORDERS = "seems to carry instructions to an assistant"
MANY = GIVES_ORDERS.replace("seems", "seem", 1)


def screened(draft: Draft, own: Sequence[str] = ()) -> Draft:
    """Take links, calls and unseen signs out of all words of an answer, and say which sources give orders.

    `own`: what the asker and the company wrote themselves, whose addresses stay.
    """
    shown: Draft = _screened(draft, own)
    numbers = [f"[{one.n}]" for one in shown.citations if one.warning == GIVES_ORDERS]
    if not numbers:
        return shown
    what = f"Source {numbers[0]} {GIVES_ORDERS}" if len(numbers) == 1 else f"Sources {' '.join(numbers)} {MANY}"
    return shown.model_copy(update={"notice": f"{shown.notice} {what}; nothing of it was followed.".lstrip()})


def screened_line(line: Line, own: Sequence[str] = ()) -> Line:
    """Take the same out of one line."""
    shown: Line = _screened(line, own)
    return shown


def _screened(value: Any, own: Sequence[str]) -> Any:
    if isinstance(value, str):
        return inert(value, own)
    if isinstance(value, tuple):
        return tuple(_screened(one, own) for one in value)
    if not isinstance(value, BaseModel):
        return value
    kept = KEPT.get(type(value), frozenset())
    old = {name: getattr(value, name) for name in type(value).model_fields if name not in kept}
    new = {name: _screened(held, own) for name, held in old.items()}
    changed = {name: held for name, held in new.items() if held is not old[name] and held != old[name]}
    return value.model_copy(update=changed) if changed else value


KEPT: dict[type, frozenset[str]] = {
    Draft: frozenset({"skill", "writes", "data", "account_id", "model", "prompt_version", "records"}),
    Citation: frozenset({"source", "status", "page", "record"}),
    Action: frozenset({"ask", "skill", "account", "url", "fill"}),
    Attachment: frozenset({"content"}),
}
"""what is no words, or goes where it must stay as it is: addresses that code made, values for machines, writes that wait for a yes"""
