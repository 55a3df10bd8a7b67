"""Which account and which day a file is about, by what it and the words with it say; never a guess between two."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from bot.crm.match import fold, mentions, options
from bot.crm.port import CrmReader
from bot.crm.records import Account
from bot.dates import read_dates
from knowledge.loaders.source import day_of

LOOKED_AT = 20_000
"""characters of a text in which an account's name is looked for"""
MOST = 5
_STAMP = re.compile(r"(?<!\d)(20\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)(?!\d)")


@dataclass(frozen=True)
class Clues:
    """What there is to tell whose a file is."""

    name: str
    text: str
    front: Mapping[str, Any]
    heads: Mapping[str, str]
    labels: tuple[str, ...] = ()
    """how speakers are written, such as "Ann Lee (Acme)" """


@dataclass(frozen=True)
class Guess:
    """The accounts that fit, by the surest clue that names any, and which clue that is."""

    accounts: tuple[Account, ...] = ()
    why: str = ""

    @property
    def one(self) -> Account | None:
        """The account, where exactly one fits."""
        return self.accounts[0] if len(self.accounts) == 1 else None


def whose(reader: CrmReader, clues: Clues, words: str = "") -> Guess:
    """Find the account; the words that came with the file count before all that it says itself."""
    for why, look in _looks(reader, clues, words):
        found = look()
        accounts = [account for key in dict.fromkeys(found) if (account := reader.account(key))]
        if accounts:
            return Guess(tuple(accounts[:MOST]), why)
    return Guess()


def _looks(reader: CrmReader, clues: Clues, words: str) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    front = " ".join(str(clues.front.get(name) or "") for name in ("account", "company", "customer"))
    heads = "\n".join(clues.heads.values())
    stem = re.sub(r"[-_.]+", " ", PurePath(clues.name).stem)
    title = str(clues.front.get("title") or "")
    chosen = re.findall(r"\((?:[^()]*, )?([^(),]+)\)", words)
    yield "chosen by you", lambda: [key for one in chosen for key in _exactly(reader, one)]
    yield "named in your words", lambda: _named(reader, words)
    yield "named at the top of the file", lambda: _exactly(reader, front) or _named(reader, front)
    yield "named in the file's name", lambda: _named(reader, stem)
    yield "told by who speaks", lambda: _companies(reader, clues.labels) or _speaking(reader, clues.labels)
    yield "named at the top of the file", lambda: _named(reader, f"{title}\n{heads}")
    yield "named in the text", lambda: _named(reader, clues.text[:LOOKED_AT])


def speakers_of(reader: CrmReader, clues: Clues) -> list[Account]:
    """The accounts that those who speak belong to, by their companies or whole names."""
    found = _companies(reader, clues.labels) or _speaking(reader, clues.labels)
    return [account for key in dict.fromkeys(found) if (account := reader.account(key))]


def _named(reader: CrmReader, text: str) -> list[str]:
    return [key for one in mentions(text, reader.account_names(text)) for key in one.ids] if text.strip() else []


def _exactly(reader: CrmReader, key: str) -> list[str]:
    return [key.strip()] if key.strip() and reader.account(key.strip()) else []


def _companies(reader: CrmReader, labels: Sequence[str]) -> list[str]:
    """Accounts that stand in brackets behind speakers' names."""
    parts = [part.strip() for label in labels for part in re.findall(r"[(\[]([^)\]]+)", label)]
    words = {word.strip() for part in parts for word in part.split(",")}
    return [
        match.id for word in sorted(words) for match in options(word, reader.account_names(word)) if match.why != "typo"
    ]


def _speaking(reader: CrmReader, labels: Sequence[str]) -> list[str]:
    """Accounts whose contacts speak, by whole names."""
    names = {fold(re.split(r"[(,\[]", label)[0].strip()) for label in labels}
    whole = {name for name in names if " " in name}
    if not whole:
        return []
    return [c.account_id for c in reader.contacts() if c.account_id and fold(c.name) in whole]


def day_said(words: str, clues: Clues, today: date) -> date | None:
    """The day of a call: by the words with the file, else its front matter, its first lines or its name."""
    told = _past_day(words, today)
    front = clues.front.get("date")
    written = front if isinstance(front, date) else day_of(str(front or ""))
    heads = (
        _past_day(clues.heads.get(name, ""), today) for name in ("date", "day", "datum", "fecha", "title", "recording")
    )
    return told or _day(written) or next(filter(None, heads), None) or _stamped(clues.name)


def _day(value: date | None) -> date | None:
    return date(value.year, value.month, value.day) if value else None


def _stamped(name: str) -> date | None:
    match = _STAMP.search(name)
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _past_day(words: str, today: date) -> date | None:
    """The first day that the words name and that has come; a bare weekday is the last one."""
    for phrase in read_dates(words, today):
        said = words[phrase.start : phrase.end]
        if phrase.kind != "day" or phrase.first is None:
            continue
        if phrase.first <= today:
            return phrase.first
        if re.fullmatch(r"(?:on |this )?[a-z]{3,9}", said, re.IGNORECASE) and phrase.first - timedelta(7) <= today:
            return phrase.first - timedelta(7)
    return None
