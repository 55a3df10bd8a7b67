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


def field_of(view: Block, error: Exception) -> str:
    """Return the input that an error is about, else the first one: Slack shows errors under inputs alone."""
    inputs = [str(block["block_id"]) for block in view["blocks"] if block["type"] == "input"]
    about = str(getattr(error, "field", None))
    return about if about in inputs else inputs[0]


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


def wait_view() -> Block:
    """Return what is shown until a form is worked out."""
    return notice_view("One moment…")


def notice_view(text: str) -> Block:
    """Return a form of one sentence."""
    block = {"type": "section", "text": plain_text(text[:MOST_INPUT])}
    return {"type": "modal", "title": plain_text("Seller Assistant"), "close": plain_text("Close"), "blocks": [block]}


def without_file(view: Block) -> Block:
    """Return a form without its input for files."""
    blocks = [block for block in view["blocks"] if block.get("element", {}).get("type") != "file_input"]
    return {**view, "blocks": blocks}
