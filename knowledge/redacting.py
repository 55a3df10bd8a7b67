"""A page as it may be kept: without what the caller's `Redact` takes out of its texts."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from knowledge.documents import Document
from knowledge.errors import NotAPage
from knowledge.loaders.parsed import Parsed

Redact = Callable[[str, str | None], str]
"""gives a text, out of what is about an account or about none, without what must not be kept"""


def redacted(parsed: Parsed, document: Document, redact: Redact) -> tuple[Parsed, Document]:
    """Give what was read of a page without what must not be kept; NotAPage where the page's very name would keep it."""
    account = document.account

    def clean(text: str) -> str:
        return redact(text, account)

    if clean(document.uri) != document.uri:
        raise NotAPage("its name is that of a person who was erased; rename it")
    sections = tuple(section.cleaned(clean) for section in parsed.sections)
    texts = ("title", "owner", "author", "verifier", "supersedes", "product", "region", "origin")
    fields: dict[str, Any] = {name: clean(text) for name in texts if (text := getattr(document, name))}
    page = replace(document, **fields, questions=tuple(map(clean, document.questions)))
    return replace(parsed, sections=sections), page
