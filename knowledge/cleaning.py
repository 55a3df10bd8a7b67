"""What a passage says without its markup: fewer tokens and better vectors, the words unchanged."""

import re

from knowledge.repeats import shortened

_IMAGE_OR_LINK = re.compile(r"!?\[([^\[\]]*)\](?:\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])")
_URL = re.compile(r"<?https?://[^\s>)\]]+>?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ROW_RULE = re.compile(r"^\s*\|?\s*:?-{2,}[\s:|-]*$", re.MULTILINE)
_MARKS = re.compile(r"^\s*(?:#{1,6}\s+|[-*+]\s+|>\s?)|\*\*|__|`+|\|", re.MULTILINE)
_SPACE = re.compile(r"[ \t]+")
_BLANK = re.compile(r"\s*\n\s*")


def clean(text: str) -> str:
    """Give a passage's words without links' targets, tags, table lines and emphasis."""
    words = _IMAGE_OR_LINK.sub(r"\1", shortened(text))
    for pattern in (_URL, _TAG, _ROW_RULE):
        words = pattern.sub(" ", words)
    words = _SPACE.sub(" ", _MARKS.sub(" ", words))
    return _BLANK.sub("\n", words).strip()


def embedded_text(context: str, text: str) -> str:
    """Give what is embedded for a chunk: where it stands ("Title > Heading"), then its words."""
    words = clean(text)
    first, _, rest = words.partition("\n")
    # The chunk's own heading already ends the context.
    body = rest if rest and context.endswith(first) else words
    return f"{context}\n{body or words}".strip()
