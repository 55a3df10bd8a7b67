"""An answer as it may be shown, whatever its sources hold (pure)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.errors import BotError
from bot.proposals import Action, Attachment, Citation, Draft, Line
from bot.screening.inert import inert, linkless

GIVES_ORDERS = "seems to carry instructions to an assistant"
T = TypeVar("T")
MANY = GIVES_ORDERS.replace("seems", "seem", 1)


def screened(draft: Draft, own: Sequence[str] = ()) -> Draft:
    """Take links, calls and unseen signs out of all words of an answer, and say which sources give orders.

    `own`: what the asker and the company wrote themselves, whose addresses stay.
    """
    shown: Draft = _screened(draft, partial(inert, own=own))
    numbers = [f"[{one.n}]" for one in shown.citations if one.warning == GIVES_ORDERS]
    if not numbers:
        return shown
    what = f"Source {numbers[0]} {GIVES_ORDERS}" if len(numbers) == 1 else f"Sources {' '.join(numbers)} {MANY}"
    return shown.model_copy(update={"notice": f"{shown.notice} {what}; nothing of it was followed.".lstrip()})


def screen_error(error: BotError, own: Sequence[str] = ()) -> None:
    """Take the same out of what an error says, such as of a file by its name."""
    error.args = (linkless(str(error), own), *error.args[1:])


def screened_line(line: Line, own: Sequence[str] = ()) -> Line:
    """Take the same out of one line."""
    shown: Line = _screened(line, partial(inert, own=own))
    return shown


def screened_view(view: T) -> T:
    """Take links and calls out of all words of what Slack shows beside answers, such as a person's day with its records."""
    shown: T = _screened(view, linkless)
    return shown


def _screened(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple | list):
        shown = [_screened(one, clean) for one in value]
        return type(value)(*shown) if hasattr(value, "_fields") else type(value)(shown)
    old = {name: getattr(value, name) for name in _words(value)}
    new = {name: _screened(held, clean) for name, held in old.items()}
    changed = {name: held for name, held in new.items() if held is not old[name] and held != old[name]}
    if not changed:
        return value
    return value.model_copy(update=changed) if isinstance(value, BaseModel) else replace(value, **changed)


def _words(value: Any) -> Iterator[str]:
    """The fields of an object that may hold words."""
    if isinstance(value, BaseModel):
        names = list(type(value).model_fields)
    else:
        names = [one.name for one in fields(value)] if is_dataclass(value) else []
    kept = KEPT.get(type(value), frozenset())
    return (name for name in names if name not in kept and not f"_{name}".endswith(IDS))


IDS = ("_id", "_ids", "_uri")
"""endings of the names of fields by which something is found"""
KEPT: dict[type, frozenset[str]] = {
    Draft: frozenset({"skill", "writes", "data", "account_id", "model", "prompt_version", "records"}),
    Citation: frozenset({"source", "status", "page", "record"}),
    Action: frozenset({"ask", "skill", "account", "url", "fill"}),
    Attachment: frozenset({"content"}),
}
"""what is no words, or goes where it must stay as it is: addresses that code made, values for machines, writes that wait for a yes"""
