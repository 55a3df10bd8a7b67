"""What a file is, by what Slack says of it and by its first bytes; and the sentence for what is not read."""

from pathlib import Path, PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

from knowledge.loaders import LOADERS

READS = "a transcript (.vtt, .srt, .txt, .docx, .json) or a document (.pdf, .docx, .pptx, .xlsx, .md, .html, .eml)"
TYPES = {
    "text": ".txt", "markdown": ".md", "post": ".md", "html": ".html", "pdf": ".pdf", "docx": ".docx", "pptx": ".pptx",
    "xlsx": ".xlsx", "csv": ".csv", "json": ".json", "vtt": ".vtt", "srt": ".srt", "email": ".eml",
}  # fmt: skip
"""what Slack calls a type → the ending by which it is read"""
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


def refusal(plain: dict[str, Any], name: str) -> str:
    """Say why a file is not read, by what Slack tells of it; empty where it may be."""
    mode, kind = str(plain.get("mode") or ""), str(plain.get("mimetype") or "")
    if mode in ("tombstone", "hidden_by_limit"):
        return f"{name} is not there any more; drop it again here."
    if plain.get("is_external") or mode == "external":
        return f"{name} is kept outside of Slack; download it and drop it here as a file."
    if kind.startswith("image/"):
        return f"{name} is a picture; what is read is {READS}."
    if kind.startswith(("audio/", "video/")) and not kind.endswith(("mp2t", "vtt")):
        return f"{name} is a recording; drop its transcript instead: what is read is {READS}."
    if str(plain.get("filetype")) in ("quip", "canvas", "list"):
        return f"{name} lives in Slack itself and is no file; what is read is {READS}."
    suffix = suffix_for(name, plain)
    return "" if suffix in LOADERS and suffix else f"{name} cannot be read; what is read is {READS}."


def suffix_for(name: str, plain: dict[str, Any]) -> str:
    """Give the ending by which a file is read: its own where that is known, else by its type."""
    own = PurePath(name).suffix.lower()
    return own if own and own in LOADERS else TYPES.get(str(plain.get("filetype") or ""), own)


def true_suffix(path: Path) -> tuple[str, str]:
    """Give (the ending that fits the bytes, why they are not read), whatever the name says."""
    with path.open("rb") as file:
        head = file.read(512)
    if not head.strip():
        return "", f"{path.name} is empty; drop one with words in it."
    if head.startswith(PICTURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP") or head[4:12] == b"ftypheic":
        return "", f"{path.name} is a picture, whatever its name says; what is read is {READS}."
    if head.startswith(b"%PDF-"):
        return ".pdf", ""
    if head.startswith(b"PK\x03\x04"):
        return _office(path), ""
    return path.suffix.lower(), ""


def _office(path: Path) -> str:
    """Give which of the office formats a packed file is; its own ending where that cannot be told."""
    try:
        with ZipFile(path) as packed:
            names = packed.namelist()
    except (BadZipFile, OSError):
        return path.suffix.lower()
    known = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}
    return next((end for start, end in known.items() if any(n.startswith(start) for n in names)), path.suffix.lower())
