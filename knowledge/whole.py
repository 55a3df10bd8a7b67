"""Halves of signs, which escapes in JSON and YAML may bring and no database or embedder takes (pure)."""

import re
from typing import TypeVar

T = TypeVar("T")
_HALF = re.compile("[\ud800-\udfff]")


def whole(value: T) -> T:
    """Give a value of JSON or YAML with two halves put together, and U+FFFD for a half alone."""
    made: object = value
    if isinstance(value, str):
        # Most texts hold no halves and stay as they are.
        made = (
            value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if _HALF.search(value) else value
        )
    elif isinstance(value, dict):
        made = {whole(key): whole(one) for key, one in value.items()}
    elif isinstance(value, list):
        made = [whole(one) for one in value]
    return made  # type: ignore[return-value]
