"""What a file on disk is: a transcript with turns or a document with text, and whose it looks to be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.crm.port import CrmReader
from bot.crm.records import Account
from bot.errors import BotError
from bot.skills.ledger import plural
from bot.skills.summarising import transcript as transcripts
from bot.skills.summarising.whose import Clues, Guess, whose
from bot.skills.summary import clues_of
from knowledge import loaders
from knowledge.curation import NewPage
from knowledge.errors import NotReadable
from knowledge.loaders.parsed import Parsed, Unit
from knowledge.loaders.source import read_lines, split_front

_BEGINS = r"(?:^|[.,;:!?\n]|\b(?:please|and|then|also|(?:want|like)(?: you)? to|(?:can|could|would|will) you))\W*"
"""before a verb that is an order: “do not keep …” and “who may add …?” are none"""
_ORDERS = (
    ("note", re.compile(rf"{_BEGINS}(?:keep|save|file|add|store|attach)\b.{{0,40}}\bnotes?\b", re.IGNORECASE)),
    (
        "draft",
        re.compile(
            rf"{_BEGINS}(?:save|add|put|make)\b.{{0,40}}\b(?:knowledge base|kb|playbook|draft page)\b", re.IGNORECASE
        ),
    ),
    (
        "log",
        re.compile(
            r"\b(?:summari[sz]e|summary|recap|sum (?:it |this )?up|minutes)\b|\blog (?:this|the|my|our|that)? ?(?:call|meeting|transcript|it)\b|"
            r"^\W*(?:here(?:'s|’s| is)|this is) (?:the |my |our )?(?:call |meeting )?transcript\b",
            re.IGNORECASE,
        ),
    ),
    (
        "ask",
        re.compile(
            r"^\W*(?:what|who|when|where|which|how|why|does|do|is|are)\b.*\b(?:it|this|that|file|document|attach\w+|here|pdf|deck)\b.*\?\s*$",
            re.IGNORECASE | re.DOTALL,
        ),
    ),
)
TEXTS = frozenset({"", ".txt", ".md", ".markdown", ".mdx"})


@dataclass(frozen=True)
class Recognised:
    """A file as it was read."""

    call: bool
    told: str
    clues: Clues


def order_of(words: str) -> str | None:
    """What the words with a file say to do with it; None where they do not."""
    return next((verb for verb, pattern in _ORDERS if pattern.search(words)), None)


def recognise(path: Path) -> Recognised:
    """Tell a transcript from a document; BotError says why a file cannot be read."""
    try:
        read = transcripts.read(path.name, path)
    except NotReadable:
        return _document(path)
    speakers = {turn.who for turn in read.turns if turn.who}
    told = f"a transcript with {plural(len(read.turns), 'turn')} of {plural(len(speakers), 'speaker')}"
    return Recognised(True, told, clues_of(read))


def _document(path: Path) -> Recognised:
    parsed = parsed_of(path)
    text = "\n".join(unit.text for section in parsed.sections for unit in section.units)
    if not text.strip():
        raise BotError(f"{path.name} holds no words that can be read; a scanned page is a picture.")
    told = f"a document with {plural(len(text.split()), 'word')}"
    return Recognised(False, told, Clues(path.name, text, parsed.front, {"title": parsed.title or ""}))


def parsed_of(path: Path) -> Parsed:
    """Read a file by its ending; BotError says where and why it cannot be."""
    try:
        return loaders.load(path.name, path)
    except NotReadable as error:
        where = f", line {error.line}" if error.line else ""
        raise BotError(f"{path.name} cannot be read{where}: {error}.") from error


def guessed(reader: CrmReader, clues: Clues, words: str, last: str | None) -> Guess:
    """Whose a file looks to be, by the words, itself, else the conversation."""
    found = whose(reader, clues, words)
    before = reader.account(last) if last and not found.accounts else None
    return Guess((before,), "as this conversation is about it") if before else found


def told_why(guess: Guess) -> str:
    """How an account was found, or that several fit."""
    if guess.one or not guess.accounts:
        return guess.why
    return f"{_listed(guess.accounts)} are {guess.why}; which one?"


def _listed(accounts: Sequence[Account]) -> str:
    *first, last = [account.name for account in accounts]
    return f"{', '.join(first)} and {last}"


def bare(path: Path) -> bytes:
    """The file's bytes without front matter: what a stranger's file says of its own standing counts for nothing."""
    if path.suffix.lower() not in TEXTS:
        return path.read_bytes()
    lines = read_lines(path)
    return "\n".join(lines[split_front(lines)[2] :]).encode()


def as_page(path: Path, owner: str, origin: str) -> NewPage:
    """The file's words as a draft page of whoever brought it."""
    parsed = parsed_of(path)
    title = parsed.title or path.stem.replace("_", " ").strip()
    if path.suffix.lower() in TEXTS:
        text = bare(path).decode()
    else:
        text = "\n\n".join(_block(unit) for section in parsed.sections for unit in section.units)
    return NewPage(title[:150], text, author=owner, owner=owner, origin=origin)


def _block(unit: Unit) -> str:
    text = f"{unit.head}\n{unit.text}" if unit.head else unit.text
    return f"## {text}" if unit.heading and not text.startswith("#") else text
