"""One canonical line per request, human in a terminal and JSON in a container; secrets never reach it."""

import json
import logging
import re
import sys
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

LOGGER = logging.getLogger("seller")
LARGEST = 5_000_000
"""bytes of a log file before it is rotated; one old one is kept"""
WRITTEN = re.compile(r'(?:\{"time": ")?(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})')
"""how a line begins, for people or as JSON"""
SECRET = re.compile(
    r"\b(?:xox[a-z]-|xapp-|sk-|pk-|pat-\w+-)[\w.-]{6,}|\b00D\w{4,}![\w.]{6,}|\bBearer\s+[\w.~+/-]{6,}=*|(?<=://)[^\s/@:]+:[^\s/@]+(?=@)",
    re.IGNORECASE,
)
"""keys, tokens, and passwords in addresses, as libraries put them into the texts of their errors"""


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
            return SECRET.sub("(secret)", json.dumps({**head, **fields}, default=str))
        return SECRET.sub("(secret)", " ".join([*head.values(), *(f"{k}={v}" for k, v in fields.items())]))


class LogFile(RotatingFileHandler):
    """A file of lines; where it cannot be written, one sentence says so and the answer still comes."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Say what is wrong; the base class prints a trace."""
        sys.stderr.write(
            f"The log {self.baseFilename} cannot be written ({sys.exc_info()[1]}); check disk and rights.\n"
        )


def configure(style: str = "human", file: Path | None = None) -> None:
    """Send the canonical lines to standard error (a server), or to a file (the terminal is for answers).

    What libraries complain of goes to the same place, so that it never stands among the answers.
    """
    handler: logging.Handler
    if file:
        handler = LogFile(file, maxBytes=LARGEST, backupCount=1, encoding="utf-8", delay=True)
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(CanonicalFormatter(style))
    libraries = logging.getLogger()
    for old in LOGGER.handlers[:]:
        for logger in (LOGGER, libraries):
            logger.removeHandler(old)
        old.close()
    for logger in (LOGGER, libraries):
        logger.addHandler(handler)
    logging.captureWarnings(True)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False


def file() -> Path | None:
    """The file that takes the lines; None where they go to standard error or nowhere yet."""
    names = [handler.baseFilename for handler in LOGGER.handlers if isinstance(handler, logging.FileHandler)]
    return Path(names[0]) if names else None


def moment(line: str) -> datetime | None:
    """When a line was written; None for one that goes on with the line before, such as of a trace."""
    found = WRITTEN.match(line)
    return None if found is None else datetime.fromisoformat(found[1].replace(",", ".")).astimezone()


def let_go() -> None:
    """Close the file that takes the lines, as it is about to be replaced; the next line opens it again."""
    for handler in LOGGER.handlers:
        handler.close()


def event(name: str, **fields: Any) -> None:
    """Write one line; values are short and never message texts or secrets."""
    LOGGER.info(name, extra={"fields": fields})


def failure(name: str, error: BaseException, **fields: Any) -> None:
    """Write one line with the trace: the only place where a stack trace goes."""
    LOGGER.error(name, exc_info=error, extra={"fields": fields})
