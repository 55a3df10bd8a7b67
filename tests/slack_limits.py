"""What Slack would refuse about blocks, messages and views: the documented limits of every type of block."""

from collections.abc import Iterator, Mapping
from typing import Any

Plain = dict[str, Any]

MOST_BLOCKS = {"message": 50, "view": 100}
MOST_ALL = 13_000
"""characters of all blocks together; not documented, but met by those who tried"""
OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
TEXTS = {"section": 3000, "header": 150, "markdown": 12_000}
KNOWN = "section header markdown divider image context context_actions actions input table rich_text plan task_card file video"
ELEMENTS = (
    "button static_select multi_static_select external_select users_select multi_users_select conversations_select channels_select overflow "
    "datepicker timepicker datetimepicker checkboxes radio_buttons plain_text_input number_input email_text_input url_text_input file_input "
    "feedback_buttons icon_button rich_text_input image"
)


def block_trouble(blocks: list[Plain], surface: str = "message") -> str | None:
    """Give the error that Slack answers these blocks with; None where it takes them."""
    if sum(b.get("type") == "table" for b in blocks) > 1:
        return "only_one_table_allowed"
    if sum(len(text) for block in blocks for text in words(block)) > MOST_ALL:
        return "msg_blocks_too_long"
    return "invalid_blocks" if troubles(blocks, surface) else None


def call_trouble(method: str, params: Plain) -> str | None:
    """Give the error that Slack answers a call with because of what it shows."""
    view = params.get("view")
    if isinstance(view, Mapping):
        return "invalid_arguments" if list(_of_view(dict(view))) else block_trouble(view.get("blocks") or [], "view")
    text, blocks = params.get("text") or "", params.get("blocks") or []
    if method in ("chat.postMessage", "chat.postEphemeral") and not (text or blocks or params.get("attachments")):
        return "no_text"
    if len(text) > (4000 if method == "chat.update" else 40_000):
        return "msg_too_long"
    return block_trouble(blocks)


def troubles(blocks: list[Plain], surface: str = "message") -> list[str]:
    """Say everything that is wrong with these blocks, in words."""
    found = [f"{len(blocks)} blocks"] if len(blocks) > MOST_BLOCKS[surface] else []
    ids = [b["block_id"] for b in blocks if "block_id" in b]
    found += [f"block_id {i} is not unique" for i in ids if ids.count(i) > 1]
    markdown = sum(len(b["text"]) for b in blocks if b["type"] == "markdown")
    found += [f"{markdown} characters of markdown"] if markdown > TEXTS["markdown"] else []
    return found + [f"{block.get('type')}: {what}" for block in blocks for what in _of_block(block)]


def words(node: Any) -> Iterator[str]:
    """All texts of a block, wherever in it."""
    if isinstance(node, list):
        for item in node:
            yield from words(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from words(value)


def _of_view(view: Plain) -> Iterator[str]:
    if view["type"] == "modal":
        yield from _sized("title", _plain(view.get("title")), 24)
    for name in ("submit", "close"):
        if name in view:
            yield from _sized(name, _plain(view[name]), 24)
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        yield from _sized(name, view.get(name, ""), limit, least=0)
    if view["type"] == "modal" and any(b["type"] == "input" for b in view["blocks"]) and "submit" not in view:
        yield "inputs without submit"


def _of_block(block: Plain) -> Iterator[str]:
    kind = block.get("type", "")
    if kind not in KNOWN.split():
        yield "unknown type"
        return
    yield from _sized("block_id", block.get("block_id", "x"), 255)
    if kind in TEXTS and ("text" in block or kind != "section"):
        text = block["text"] if kind == "markdown" else _plain(block["text"], mrkdwn=kind == "section")
        yield from _sized("text", text, TEXTS[kind])
    yield from {"section": _section, "image": _image, "table": _table, "input": _input}.get(kind, _elements)(block)


def _section(block: Plain) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "neither text nor fields"
    yield from _counted("fields", fields, 10, least=0)
    for field in fields:
        yield from _sized("field", _plain(field, mrkdwn=True), 2000)
    if "accessory" in block:
        yield from _element(block["accessory"])


def _image(block: Plain) -> Iterator[str]:
    yield from _sized("alt_text", block.get("alt_text", ""), 2000)
    yield from _sized("image_url", block.get("image_url", ""), 3000, least=0 if "slack_file" in block else 1)
    if "title" in block:
        yield from _sized("title", _plain(block["title"]), 2000)


def _table(block: Plain) -> Iterator[str]:
    yield from _counted("rows", block["rows"], 100)
    yield from _counted("column_settings", block.get("column_settings", []), 20, least=0)
    for row in block["rows"]:
        yield from _counted("cells", row, 20)
        if len(row) != len(block["rows"][0]):
            yield "rows of different lengths"
    for cell in (cell for row in block["rows"] for cell in row if cell["type"] == "raw_text"):
        yield from _sized("cell", cell["text"], 10_000)
    yield from _sized("table", "".join(words(block["rows"])), 10_000)


def _input(block: Plain) -> Iterator[str]:
    yield from _sized("label", _plain(block["label"]), 2000)
    if "hint" in block:
        yield from _sized("hint", _plain(block["hint"]), 2000)
    yield from _element(block["element"])


def _elements(block: Plain) -> Iterator[str]:
    most = {"context": 10, "actions": 25, "context_actions": 5}.get(block["type"])
    if most is None:
        return
    elements = block.get("elements", [])
    yield from _counted("elements", elements, most)
    ids = [e["action_id"] for e in elements if "action_id" in e]
    yield from (f"action_id {i} is not unique" for i in ids if ids.count(i) > 1)
    for element in elements:
        if element["type"] in ("mrkdwn", "plain_text"):
            yield from _sized("text", element["text"], 2000)
        else:
            yield from _element(element)


def _element(element: Plain) -> Iterator[str]:
    kind = element.get("type", "")
    if kind not in ELEMENTS.split():
        yield f"unknown element {kind}"
        return
    if kind == "image":
        yield from _image(element)
        return
    yield from _sized("action_id", element.get("action_id", "x"), 255)
    if "placeholder" in element:
        yield from _sized("placeholder", _plain(element["placeholder"]), 150)
    if kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            yield from _button(element[name])
    elif kind == "button":
        yield from _button(element)
        if "action_id" not in element:
            yield "a button without action_id"
    elif kind == "plain_text_input":
        yield from _typed(element)
    yield from _options(kind, element)


def _button(button: Plain) -> Iterator[str]:
    yield from _sized("button", _plain(button["text"]), 75)
    yield from _sized("value", button.get("value", ""), 2000, least=0)
    yield from _sized("url", button.get("url", ""), 3000, least=0)
    yield from _sized("accessibility_label", button.get("accessibility_label", "x"), 75)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"style {button['style']}"


def _typed(element: Plain) -> Iterator[str]:
    most = element.get("max_length", 3000)
    if not 1 <= most <= 3000:
        yield f"max_length {most}"
    yield from _sized("initial_value", element.get("initial_value", ""), most, least=0)


def _options(kind: str, element: Plain) -> Iterator[str]:
    groups = element.get("option_groups", [])
    lists = [group["options"] for group in groups] or ([element["options"]] if "options" in element else [])
    if kind in ("static_select", "multi_static_select", *OPTIONS) and not lists:
        yield f"{kind} without options"
    yield from _counted("option_groups", groups, 100, least=0)
    for options in lists:
        yield from _counted("options", options, OPTIONS.get(kind, 100))
        for option in options:
            yield from _sized("option", _plain(option["text"], mrkdwn=kind in ("checkboxes", "radio_buttons")), 75)
            yield from _sized("option value", option.get("value", "x"), 150)
    chosen = element.get("initial_option")
    if chosen is not None and kind != "external_select" and all(chosen not in options for options in lists):
        yield "initial_option is none of the options"


def _plain(text: Plain | None, *, mrkdwn: bool = False) -> str:
    """The text of a text object; empty where it is missing or of a type that is not allowed here."""
    allowed = ("plain_text", "mrkdwn") if mrkdwn else ("plain_text",)
    return text["text"] if text and text["type"] in allowed else ""


def _sized(name: str, text: str, most: int, *, least: int = 1) -> Iterator[str]:
    if not least <= len(text) <= most:
        yield f"{name} of {len(text)} characters"


def _counted(name: str, items: list[Any], most: int, *, least: int = 1) -> Iterator[str]:
    if not least <= len(items) <= most:
        yield f"{len(items)} {name}"
