"""Registry of file formats: it names the modules and imports the one that is asked for."""

import importlib
from dataclasses import replace
from pathlib import Path

from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed
from knowledge.whole import whole

LOADERS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdx": "markdown",
    ".txt": "text",
    "": "text",
    ".html": "html",
    ".htm": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".pptx": "pptx",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
    ".eml": "eml",
    ".vtt": "subtitles",
    ".srt": "subtitles",
    ".json": "json_turns",
}
"""suffix → module in this folder with `load(source: Path | bytes) -> Parsed`"""

LEGAL = frozenset({"license", "licence", "notice", "copying", "authors", "codeowners", "makefile", "dockerfile"})


def reason_to_skip(name: str, data: bytes | None = None) -> str | None:
    """Say why a file is no page at all, by its name and, where given, its content; None if it may be one."""
    suffix = Path(name).suffix.lower()
    if Path(name).name.startswith("."):
        return "hidden file"
    if suffix not in LOADERS:
        return f"files ending in {suffix} are not supported; supported are {', '.join(s for s in LOADERS if s)}"
    if not suffix and Path(name).name.lower() in LEGAL:
        return "legal or build file, not a page"
    if data is not None and not data.strip():
        return "empty file"
    if data is not None and not suffix and not _is_text(data):
        return "not a text file, and no suffix says what it is"
    return None


def load(name: str, source: Path | bytes) -> Parsed:
    """Read a file by the loader of its suffix; NotReadable where it cannot be read."""
    module = LOADERS.get(Path(name).suffix.lower())
    if module is None:
        raise NotReadable(f"files ending in {Path(name).suffix} are not supported")
    try:
        parsed: Parsed = importlib.import_module(f"{__name__}.{module}").load(source)
    except NotReadable:
        raise
    # A file is made by anybody: whatever a parser stumbles over must not cost the other files.
    except Exception as error:
        raise NotReadable(f"it is damaged or made in an unusual way ({type(error).__name__}); save it anew") from error
    sections = tuple(section.cleaned(whole) for section in parsed.sections)
    return replace(parsed, title=whole(parsed.title), sections=sections, front=whole(parsed.front))


def _is_text(data: bytes) -> bool:
    try:
        return "\0" not in data.decode("utf-8")
    except UnicodeDecodeError:
        return False
