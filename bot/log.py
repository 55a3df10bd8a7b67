"""One canonical line per request, human in a terminal and JSON in a container; secrets never reach it."""

import json
import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger("seller")
LARGEST = 5_000_000
"""bytes of a log file before it is rotated; one old one is kept"""


class CanonicalFormatter(logging.Formatter):
    """Time, level, message and the fields of the event, as `key=value` or as one JSON object."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self.json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = getattr(record, "fields", {})
        head = {"time": self.formatTime(record), "level": record.levelname.lower(), "event": record.getMessage()}
        if record.exc_info:
            fields = {**fields, "trace": self.formatException(record.exc_info)}
        if self.json:
            return json.dumps({**head, **fields}, default=str)
        return " ".join([*head.values(), *(f"{key}={value}" for key, value in fields.items())])


def configure(style: str = "human", file: Path | None = None) -> None:
    """Send the canonical lines to standard error (a server), or to a file (the terminal is for answers)."""
    handler: logging.Handler
    if file:
        handler = RotatingFileHandler(file, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CanonicalFormatter(style))
    for old in LOGGER.handlers[:]:
        LOGGER.removeHandler(old)
        old.close()
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def file() -> Path | None:
    """The file that takes the lines; None where they go to standard error or nowhere yet."""
    names = [handler.baseFilename for handler in LOGGER.handlers if isinstance(handler, logging.FileHandler)]
    return Path(names[0]) if names else None


def event(name: str, **fields: Any) -> None:
    """Write one line; values are short and never message texts or secrets."""
    LOGGER.info(name, extra={"fields": fields})


def failure(name: str, error: BaseException, **fields: Any) -> None:
    """Write one line with the trace: the only place where a stack trace goes."""
    LOGGER.error(name, exc_info=error, extra={"fields": fields})
