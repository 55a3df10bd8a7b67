"""Standard output for machines."""

import sys
from typing import Any

from pydantic_core import to_json


def emit(document: Any) -> None:
    """Print one JSON document on one line."""
    sys.stdout.write(to_json(document, by_alias=True).decode() + "\n")
    sys.stdout.flush()
