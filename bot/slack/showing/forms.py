"""The inputs of forms, and what a submitted form holds (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.slack.showing.blocks import Block, plain_text

MOST_INPUT = 3000
MOST_TITLE = 24
MOST_OPTION = 75
ACCOUNTS = "account"
"""action id of the inputs that look accounts up while a name is typed"""


@dataclass(frozen=True)
class Field:
    """One input of a form."""

    name: str
    value: str
    kind: Literal["line", "text", "date", "choice", "ticks", "account", "file"] = "line"
    required: bool = False
    choices: tuple[str, ...] = ()
    label: str = ""
    hint: str = ""
    shown: str = ""
    """what stands for the value where that is an id"""


def form_input(field: Field) -> Block:
    """Return the input of one field."""
    label = plain_text(field.label or field.name.replace("_", " ").capitalize())
    hint = {"hint": plain_text(field.hint)} if field.hint else {}
    return {
        "type": "input",
        "block_id": field.name,
        "label": label,
        "optional": not field.required,
        "element": {"action_id": "value"} | _element(field),
    } | hint


def form(callback: str, title: str, submit: str, fields: Sequence[Field], metadata: str) -> Block:
    """Return a modal with these inputs."""
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "title": plain_text(title[:MOST_TITLE]),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "blocks": [form_input(field) for field in fields],
    }


def option(value: str, label: str) -> Block:
    """Return one thing to choose, within what Slack takes."""
    text = label if len(label) <= MOST_OPTION else f"{label[: MOST_OPTION - 1]}…"
    return {"text": plain_text(text), "value": value}


def field_of(view: Block, error: Exception) -> str:
    """Return the input that an error is about, else the first one: Slack shows errors under inputs alone."""
    known = [str(block["block_id"]) for block in view.get("blocks") or () if block["type"] == "input"]
    inputs = known or list(view["state"]["values"])
    about = str(getattr(error, "field", None))
    return about if about in inputs else inputs[0]


def _element(field: Field) -> Block:
    if field.kind == "date":
        return {"type": "datepicker"} | ({"initial_date": field.value} if field.value else {})
    if field.kind == "account":
        chosen = {"initial_option": option(field.value, field.shown)} if field.value else {}
        search = {"type": "external_select", "action_id": ACCOUNTS, "min_query_length": 0}
        return search | chosen | {"placeholder": plain_text("Type a name")}
    if field.kind == "file":
        return {"type": "file_input", "filetypes": list(field.choices), "max_files": 1}
    if field.kind == "ticks":
        return {"type": "checkboxes", "options": [option(choice, choice) for choice in field.choices]}
    if field.kind == "choice":
        options = {choice: option(choice, choice) for choice in field.choices}
        return {"type": "static_select", "options": list(options.values()), "initial_option": options[field.value]}
    multiline = {"type": "plain_text_input", "multiline": field.kind == "text"}
    return multiline | {"max_length": MOST_INPUT, "initial_value": field.value}


def form_values(view: Block) -> dict[str, str | None]:
    """Return what a submitted form holds, by field name."""
    states = {name: next(iter(state.values())) for name, state in view["state"]["values"].items()}
    return {name: _chosen(state) for name, state in states.items()}


def form_files(view: Block) -> list[Block]:
    """Return the files that came with a submitted form."""
    states = [state for inputs in view["state"]["values"].values() for state in inputs.values()]
    return [file for state in states for file in state.get("files") or ()]


def _chosen(state: Block) -> str | None:
    option = state.get("selected_option") or {}
    if state.get("selected_options"):
        return "; ".join(one["value"] for one in state["selected_options"])
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
