"""E-mail: who wrote what to whom and when, without the quoted history; attachments of a known format are read too."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup

from knowledge import loaders
from knowledge.errors import NotReadable
from knowledge.loaders import LOADERS, html, text
from knowledge.loaders.parsed import Parsed, Section, Unit
from knowledge.loaders.source import read_bytes

HEADERS = ("From", "To", "Cc", "Date", "Subject")
MOST_ATTACHMENTS = 20
_HISTORY = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine)|_{10,}|on .{5,200} wrote:\s*$"
    r"|am .{5,200} schrieb.{0,80}:\s*$)",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"^\s*(?:fwd?|wg|tr|rv|i)\s*:", re.IGNORECASE)
_FORWARDED = re.compile(r"forwarded message", re.IGNORECASE)
_QUOTED = ".gmail_quote, blockquote[type=cite], #divRplyFwdMsg, #divRplyFwdMsg ~ *, #appendonsend ~ *"
"""where mail programs put the message that is answered"""


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
    words = _words(part)
    forwards = bool(_FORWARDS.match(str(message.get("Subject") or "")))
    if part.get_content_type() == "text/html":
        # The mark wins over an encoding that the page itself declares, which held before the mail was decoded.
        return list(html.load(_without_quotes(words, forwards).encode("utf-8-sig")).sections)
    kept = words.splitlines() if forwards else _without_history(words.splitlines())
    return list(text.load("\n".join(kept).encode()).sections)


def _words(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeDecodeError):
        # An encoding that nobody knows: what is plain in it is still worth reading.
        return (part.get_payload(decode=True) or b"").decode("utf-8", "replace")  # type: ignore[union-attr]  # decoded


def _without_history(lines: list[str]) -> Iterator[str]:
    """Yield what the sender wrote: what is quoted has a message of its own, but for what is forwarded."""
    joined = re.sub(
        r"^(\s*On [^\n]{5,120})\n([^\n]{0,80}wrote:[ \t]*)$", r"\1 \2", "\n".join(lines), flags=re.MULTILINE
    )
    for line in takewhile(lambda line: not _HISTORY.match(line), joined.split("\n")):
        if not line.lstrip().startswith(">"):
            yield line


def _without_quotes(page: str, forwards: bool) -> str:
    soup = BeautifulSoup(page, "lxml")
    for quoted in [] if forwards else soup.select(_QUOTED):
        if not quoted.decomposed and not _FORWARDED.search(quoted.get_text(" ", strip=True)[:80]):
            quoted.decompose()
    return str(soup)


def _attachment(part: EmailMessage) -> list[Section]:
    if part.get_content_type() == "message/rfc822":
        return _forwarded(part)
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


def _forwarded(part: EmailMessage) -> list[Section]:
    """Read a mail that is attached to a mail, but nothing that is attached to that one."""
    inner = part.get_content()
    if not isinstance(inner, EmailMessage):
        return []
    name = str(inner.get("Subject") or "").strip() or "Attached message"
    found = _numbered([Section((), (_header(inner),)), *_body(inner)])
    return [Section((name, *section.path), section.units) for section in found]
