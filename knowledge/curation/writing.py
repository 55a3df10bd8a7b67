"""A page that is no file: its fields and text as Markdown with front matter, which is read like any other page."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

import yaml

from knowledge.documents import DEFAULT_INTERVAL_DAYS, Audience, Document, Kind, Status

WRITTEN = "kb:"
"""how the uri of a page begins that was written here"""


@dataclass(frozen=True)
class NewPage:
    """What a person writes into the knowledge base."""

    title: str
    text: str
    author: str | None = None
    kind: Kind = "playbook"
    owner: str | None = None
    verifier: str | None = None
    interval_days: int = DEFAULT_INTERVAL_DAYS
    audience: Audience = "internal"
    teams: frozenset[str] = frozenset()
    account: str | None = None
    product: str | None = None
    region: str | None = None
    supersedes: str | None = None
    questions: tuple[str, ...] = ()
    origin: str | None = None
    status: Status = "draft"

    def markdown(self) -> bytes:
        """Write the page as Markdown with front matter."""
        front: dict[str, Any] = {
            k: v for k, v in asdict(self).items() if k != "text" and v not in (None, (), frozenset())
        }
        front |= {name: sorted(front[name]) for name in ("teams", "questions") if name in front}
        front |= {"questions": list(self.questions)} if self.questions else {}
        head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=10_000)
        return f"---\n{head}---\n{self.text.strip()}\n".encode()


def uri_for(title: str) -> str:
    """Give a new page's uri: readable, and never that of another page."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "page"
    return f"{WRITTEN}{slug}-{uuid4().hex[:6]}.md"


def written_again(page: Document, text: str, changes: Mapping[str, Any]) -> NewPage:
    """Give a page that was written here with some fields changed."""
    names = NewPage.__dataclass_fields__.keys() - {"text", "status"}
    fields = {name: getattr(page, name) for name in names}
    return NewPage(**(fields | {"status": page.status or "draft", "text": text} | dict(changes)))
