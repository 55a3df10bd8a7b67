"""E-mail: who wrote what to whom and when, without the quoted history; attachments of a known format are read too."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from knowledge import loaders
from knowledge.errors import NotReadable
from knowledge.loaders import LOADERS, html, text
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes

HEADERS = ("From", "To", "Cc", "Date", "Subject")
MOST_ATTACHMENTS = 20
_HISTORY = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|forwarded message)|_{10,}|on .{5,120} wrote:\s*$)", re.IGNORECASE
)


def load(source: Path | bytes) -> Parsed:
    """Read a message; NotReadable where it has no header of a mail."""
    message = message_from_bytes(read_bytes(source), policy=policy.default)
    if not isinstance(message, EmailMessage) or not message.get("From"):
        raise NotReadable("it is no e-mail: there is no From line")
    subject = str(message.get("Subject") or "").strip() or None
    sections = _numbered([Section((), (_header(message),)), *_body(message)])
    for part in list(message.iter_attachments())[:MOST_ATTACHMENTS]:
        sections += _attachment(part)
    return Parsed(subject, tuple(s for s in sections if s.units), _front(message), {})


def _numbered(sections: list[Section]) -> list[Section]:
    """Number the paragraphs of a mail through: a mail's lines are wherever the window ends."""
    count = itertools.count(1)
    return [Section(s.path, tuple(_paragraph(unit, next(count)) for unit in s.units)) for s in sections]


def _paragraph(unit: Unit, number: int) -> Unit:
    return replace(unit, first=number, last=number, counts="paragraph")


def _header(message: EmailMessage) -> Unit:
    lines = [f"{name}: {' '.join(str(message[name]).split())}" for name in HEADERS if message.get(name)]
    names = [part.get_filename() for part in message.iter_attachments() if part.get_filename()]
    words = "\n".join([*lines, *([f"Attached: {', '.join(map(str, names))}"] if names else [])])
    return Unit(words, 1, 1, counts="paragraph")


def _front(message: EmailMessage) -> dict[str, Any]:
    try:
        date = parsedate_to_datetime(str(message["Date"])).date() if message.get("Date") else None
    except ValueError:
        # A broken date stays readable in the header's line; the page has none.
        date = None
    found = {"author": str(message["From"]), "date": date}
    return {name: value for name, value in found.items() if value}


def _body(message: EmailMessage) -> list[Section]:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return []
    if part.get_content_type() == "text/html":
        return list(html.load(part.get_payload(decode=True) or b"").sections)  # type: ignore[arg-type]  # decoded
    try:
        words = str(part.get_content())
    except (LookupError, UnicodeDecodeError) as error:
        raise NotReadable(f"its text is in an encoding that cannot be read ({error})") from error
    return list(text.load("\n".join(_without_history(words.splitlines())).encode()).sections)


def _without_history(lines: list[str]) -> Iterator[str]:
    """Yield what the sender wrote: what is quoted has a message of its own."""
    for line in takewhile(lambda line: not _HISTORY.match(line), lines):
        if not line.lstrip().startswith(">"):
            yield line


def _attachment(part: EmailMessage) -> list[Section]:
    name = str(part.get_filename() or "")
    if Path(name).suffix.lower() not in LOADERS or Path(name).suffix.lower() in ("", ".eml"):
        return []
    try:
        found = loaders.load(name, part.get_payload(decode=True) or b"")  # type: ignore[arg-type]  # decoded
    except NotReadable as error:
        return [
            Section((name,), (Unit(f"The attachment {name} could not be read: {error}.", 1, 1, counts="paragraph"),))
        ]
    return [Section((name, *section.path), section.units) for section in found.sections]
