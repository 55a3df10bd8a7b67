"""The JSON answer of a model: how its schema is told, and how the object is found in what came back (pure)."""

import json
import re
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from prompts import Rendered

T = TypeVar("T", bound=BaseModel)
THINKING = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)
UNSUPPORTED_IN_STRICT = frozenset({"default", "title", "minLength", "maxLength"})


def strict_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema in the strict dialect: all fields required, no others allowed, no defaults."""
    tightened: dict[str, Any] = _strict(schema.model_json_schema())
    return tightened


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key not in UNSUPPORTED_IN_STRICT}
    if isinstance(node.get("properties"), dict):
        # A field may itself be called "title" or "default", so fields are taken from the original.
        kept["properties"] = {name: _strict(field) for name, field in node["properties"].items()}
        kept |= {"required": list(node["properties"]), "additionalProperties": False}
    return kept


def describe(schema: type[BaseModel]) -> str:
    """Tell the schema in words a model reads: not every server enforces it, none that does explains the fields."""
    text = json.dumps(strict_schema(schema), ensure_ascii=False, separators=(",", ":"))
    return f"Your answer is one JSON object that fits this JSON schema; fill its fields, do not repeat it:\n{text}"


def messages(rendered: Rendered, schema: type[BaseModel]) -> list[tuple[str, str]]:
    """The messages of a question, as (role, text)."""
    return [("system", f"{rendered.system}\n\n{describe(schema)}"), ("user", rendered.user)]


def visible(text: str) -> str:
    """Leave out the thinking that some models write before they answer."""
    return THINKING.sub("", text, count=1)


def fit(schema: type[T], text: str) -> tuple[T | None, str]:
    """Return the object that fits the schema, or None and what is wrong; prose and fences around it are ignored."""
    trouble = "no JSON object in the answer"
    for candidate in _objects(visible(text)):
        try:
            return schema.model_validate(candidate), ""
        except ValidationError as error:
            trouble = short(error)
    return None, trouble


def _objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects in the text, the largest first."""
    decoder, found, at = json.JSONDecoder(strict=False), [], text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
            found.append((end - at, value))
        except (ValueError, RecursionError):
            end = at + 1
        at = text.find("{", end)
    return [value for _, value in sorted(found, key=lambda pair: -pair[0])]


def short(error: ValidationError) -> str:
    """Say what does not fit, field by field."""
    parts = [f"{'.'.join(str(part) for part in e['loc']) or 'object'}: {e['msg']}" for e in error.errors()[:4]]
    return "; ".join(parts)
