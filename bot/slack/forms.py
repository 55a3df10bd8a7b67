"""The inputs of forms, and what a submitted form holds (pure)."""

from dataclasses import dataclass
from typing import Literal

from bot.slack.blocks import Block, plain_text

MOST_INPUT = 3000
MOST_TITLE = 24


@dataclass(frozen=True)
class Field:
    """One input of the editing form."""

    name: str
    value: str
    kind: Literal["line", "text", "date", "choice"] = "line"
    required: bool = False
    choices: tuple[str, ...] = ()


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


def form_values(view: Block) -> dict[str, str | None]:
    """Return what a submitted form holds, by field name."""
    states = {name: next(iter(state.values())) for name, state in view["state"]["values"].items()}
    return {name: _chosen(state) for name, state in states.items()}


def _chosen(state: Block) -> str | None:
    option = state.get("selected_option") or {}
    return state.get("selected_date") or option.get("value") or state.get("value")
