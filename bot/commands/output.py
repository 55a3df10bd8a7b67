"""Standard output for machines."""

import json
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json

from bot.errors import StorageError
from bot.screening.inert import UNSEEN


def emit(document: Any) -> None:
    """Print one JSON document on one line; money is a number."""
    # Escaped, what steers a terminal or is not seen is read back the same and draws on no screen.
    sys.stdout.write(
        UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], to_json(plain(document), inf_nan_mode="null").decode())
        + "\n"
    )
    sys.stdout.flush()


def plain(value: Any) -> Any:
    """Models, dataclasses and what they hold as dictionaries, lists and numbers."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(by_alias=True))
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return b64encode(value).decode()  # the library's own is for addresses, which most readers of base64 refuse
    return number(value) if isinstance(value, Decimal) else value


def number(amount: Decimal) -> int | float:
    """An amount as a JSON number."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def write_page(path: Path, page: str) -> None:
    """Write an HTML report, making its folder; StorageError where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise StorageError(
            f"The report {path} cannot be written ({error.strerror}); name another file with --report."
        ) from error
