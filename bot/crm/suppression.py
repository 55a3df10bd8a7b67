"""Who was erased, as keyed hashes: so that no sync, import or page brings the person back, and nobody can read who it was."""

import hmac
import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, insert, select

from bot.crm.local.guard import crm_errors
from bot.crm.local.tables import TABLES, suppressed
from bot.crm.match import fold
from bot.crm.records import Activity, Contact, OpportunityContactRole, Record, Task, User
from bot.crm.unspaced import joined, parts, spans, within
from bot.errors import StorageError

ERASED = "[erased]"
"""what stands in a text where a person was named"""
KEY_FILE = "erasure.key"

EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().\-/\u00a0]{0,3}\d){6,14}(?!\w)")
_WORD = re.compile("[^\\W\\d_](?:[\\w'\u2018\u2019`\u2010\u2011\u0300-\u036f-]*[\\w\u0300-\u036f])?")
_POSSESSIVE = re.compile("['\u2019][sS]$")
_COUNTRY = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
"""codes of countries: of one digit, of two, else of three"""
FRESH_SECONDS = 1.0
MOST_WORDS = 8
"""of a name; two stand in the shortest that counts"""
_TEXTS = frozenset({"subject", "body", "name", "next_step", "competitor", "loss_reason"})


def read_key(home: Path, given: SecretStr | None) -> bytes:
    """The key of the hashes: SELLER_ERASURE_KEY, else a random one kept in the home for its owner's eyes, made at first use."""
    if given:
        return given.get_secret_value().encode()
    path = home / KEY_FILE
    try:
        if not path.exists():
            part = path.with_suffix(f".{os.getpid()}")
            part.touch(mode=0o600)
            part.write_bytes(os.urandom(32).hex().encode())
            _keep_first(part, path)
        return path.read_bytes()
    except OSError as error:
        raise StorageError(f"The key {path} cannot be read or made ({error.strerror}); check its rights.") from error


def _keep_first(part: Path, path: Path) -> None:
    """Make the key the home's, unless another process was first: hashes of two keys would not find each other."""
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def plain_email(text: str) -> str:
    """An address as it is hashed."""
    return unicodedata.normalize("NFC", text).strip().casefold()


def plain_phone(text: str) -> str:
    """A number as it is hashed: its digits, without the 00 of an international call and the (0) that is not dialled."""
    return re.sub(r"\D", "", text.replace("(0)", "")).removeprefix("00")


def from_abroad(text: str) -> bool:
    """Whether a number is written with the code of its country."""
    return text.lstrip(" (").startswith(("+", "00"))


def national(text: str) -> str:
    """A number as it is dialled within its country, without the 0 before it."""
    digits = plain_phone(text)
    code = _COUNTRY.match(digits) if from_abroad(text) else None
    return digits[code.end() if code else 0 :].lstrip("0")


def phone_marks(text: str) -> list[tuple[str, str]]:
    """How a number is kept: as it is, and so that it is known with or without the code of its country."""
    return [("phone", plain_phone(text)), ("national" if from_abroad(text) else "bare", national(text))]


def same_phone(one: str, other: str) -> bool:
    """Whether two numbers are one, also where only one of them has the code of its country."""
    both = from_abroad(one) and from_abroad(other)
    return plain_phone(one) == plain_phone(other) or (not both and national(one) == national(other))


def names_held(engine: Engine) -> list[str]:
    """The names of the contacts and users whom the CRM holds now."""
    with crm_errors(), engine.connect() as connection:
        return [name for kind in (Contact, User) for name in connection.execute(select(TABLES[kind].c.name)).scalars()]


class Suppression:
    """The hashes of one home, read anew each second in which they are needed."""

    def __init__(self, engine: Engine, key: Callable[[], bytes], held: Callable[[], Iterable[str]]) -> None:
        self._engine, self._read_key, self._held = engine, key, held
        self._key: bytes | None = None
        self._hashes: frozenset[str] | None = None
        self._read_at = 0.0
        self._kept: frozenset[str] | None = None
        self._signed: frozenset[str] = frozenset()
        """names of those whom the CRM holds now, in scripts without spaces"""
        self._words: dict[str, bool] = {}
        """whether a word occurs in an erased person's name"""

    def hash(self, kind: str, *parts: str) -> str:
        """The keyed hash of a value; kinds never collide."""
        if self._key is None:
            self._key = self._read_key()
        return hmac.digest(self._key, "\n".join((kind, *parts)).encode(), "sha256").hex()

    def add(self, found: Iterable[str], at: datetime) -> None:
        """Keep the hashes of an erased person; those that are kept already stay as they are."""
        with crm_errors(), self._engine.begin() as connection:
            known = set(connection.execute(select(suppressed.c.hash)).scalars())
            rows = [{"hash": one, "at": at} for one in sorted(set(found) - known)]
            if rows:
                connection.execute(insert(suppressed), rows)
        self._read()

    def forget(self) -> None:
        """Read the hashes anew when they are next needed: somebody may have been erased by another process."""
        self._hashes = self._kept = None

    def knows(self, kind: str, *parts: str) -> bool:
        """Whether a value is an erased person's; free where nobody was erased."""
        return bool(self.hashes) and self.hash(kind, *parts) in self.hashes

    @property
    def hashes(self) -> frozenset[str]:
        """All hashes that are kept, as of a second ago at most: another process may have erased somebody."""
        if self._hashes is None or time.monotonic() - self._read_at >= FRESH_SECONDS:
            return self._read()
        return self._hashes

    def _read(self) -> frozenset[str]:
        with crm_errors(), self._engine.connect() as connection:
            found = frozenset(connection.execute(select(suppressed.c.hash)).scalars())
        if found != self._hashes:
            self._hashes, self._kept, self._words = found, None, {}
        self._read_at = time.monotonic()
        return found

    def __call__(self, record: Record) -> bool:
        """Whether a record is an erased person's own and stays out: the contact, or what they were to a deal."""
        if not self.hashes:
            return False
        if isinstance(record, OpportunityContactRole):
            return self.knows("id", record.contact_id)
        if not isinstance(record, Contact):
            return False
        return (
            (self.knows("id", record.id) and not _made(record))
            or bool(record.email and self.knows("email", plain_email(record.email)))
            or self.knows("name", fold(record.name), record.account_id or "")
        )

    def scrub(self, record: Record) -> Record | None:
        """A record as it may be stored: None for an erased person's own, else without their id, and their name in texts."""
        if not self.hashes or isinstance(record, User):
            return record
        if self(record):
            return None
        changed: dict[str, Any] = {}
        if isinstance(record, Activity):
            changed["contact_ids"] = tuple(one for one in record.contact_ids if not self.knows("id", one))
        if isinstance(record, Task) and record.contact_id and self.knows("id", record.contact_id):
            changed["contact_id"] = None
        if not isinstance(record, Contact):
            account = getattr(record, "account_id", None)
            texts = {name: getattr(record, name, None) for name in _TEXTS & type(record).model_fields.keys()}
            changed |= {name: self.redact(text, account) for name, text in texts.items() if text}
        differs = {name: value for name, value in changed.items() if value != getattr(record, name)}
        return record.model_copy(update=differs) if differs else record

    def redact(self, text: str, account_id: str | None = None) -> str:
        """A text without the addresses, numbers and names of erased people.

        A name counts in texts about the person's account; elsewhere only where nobody else had it then or has it now.
        """
        if not self.hashes:
            return text
        text = EMAIL.sub(lambda m: ERASED if self.knows("email", plain_email(m[0])) else m[0], text)
        text = PHONE.sub(lambda m: ERASED if self._phone(m[0]) else m[0], text)
        return self._without_names(text, account_id or "")

    def _phone(self, written: str) -> bool:
        kinds = ("bare",) if from_abroad(written) else ("national", "bare")
        digits = national(written)
        return self.knows("phone", plain_phone(written)) or any(self.knows(kind, digits) for kind in kinds)

    def _without_names(self, text: str, account_id: str) -> str:
        parts, done = [], 0
        for run in self._runs(text):
            at = 0
            while at < len(run):
                size = self._named(run[at : at + MOST_WORDS], account_id)
                if size:
                    parts += [text[done : run[at].start()], ERASED]
                    last = run[at + size - 1]
                    done = last.start() + len(_bare(last[0]))
                at += size or 1
        text = "".join([*parts, text[done:]])
        if not account_id:
            return text
        found = lone(text, lambda place, word: self.knows(place, word, account_id))
        return without(text, [*found, *self._signs(text, account_id)])

    def _signs(self, text: str, account_id: str) -> Iterator[tuple[int, int]]:
        """Where a name of a script without spaces stands, but not within the name of somebody whom the CRM holds now."""
        if not self.knows("signs"):
            return
        self._held_now()
        held: dict[str, list[list[tuple[int, int]]]] = {}
        for start, end, signs in parts(text):
            if self.knows("signs", fold(signs), account_id):
                if signs not in held:
                    longer = (name for name in self._signed if signs in name and signs != name)
                    held[signs] = [spans(name, text) for name in longer]
                if not any(within((start, end), one) for one in held[signs]):
                    yield start, end

    def _runs(self, text: str) -> Iterator[list[re.Match[str]]]:
        """Words that stand side by side and each occur in an erased person's name."""
        run: list[re.Match[str]] = []
        for word in _WORD.finditer(text):
            known = self._word(word[0])
            if run and not (known and word.start() - run[-1].end() <= 3):
                yield run
                run = []
            if known:
                run.append(word)
        if run:
            yield run

    def _word(self, written: str) -> bool:
        words = self._words
        if written not in words:
            words[written] = all(self.knows("word", part) for part in fold(_bare(written)).split())
        return words[written]

    def _named(self, words: Sequence[re.Match[str]], account_id: str) -> int:
        """How many of the words make a name, the longest first, also with the last name before the others."""
        for size in range(len(words), 0, -1):
            said = [fold(_bare(word[0])) for word in words[:size]]
            orders = dict.fromkeys((" ".join(said), " ".join([*said[1:], said[0]])))
            if any(" " in name and self._is_name(name, account_id) for name in orders):
                return size
        return 0

    def _is_name(self, folded: str, account_id: str) -> bool:
        if self.knows("name", folded, account_id):
            return True
        return folded not in self._held_now() and self.knows("anywhere", folded)

    def _held_now(self) -> frozenset[str]:
        """The names of those whom the CRM holds now: a newcomer keeps a name that an erased person had."""
        if self._kept is None:
            names = list(self._held())
            self._kept, self._signed = frozenset(map(fold, names)), frozenset(map(joined, names))
        return self._kept


def lone(text: str, known: Callable[[str, str], bool]) -> list[tuple[int, int]]:
    """Where one word of a name stands alone; `known` tells for `first` or `later` and a folded word whether it is one.

    A first name before another capitalised word, and a later name after one, belong to somebody else's longer name.
    """
    words = list(_WORD.finditer(text))
    spans: list[tuple[int, int]] = []
    for at, word in enumerate(words):
        if not word[0][0].isupper():
            continue
        name = _bare(word[0])
        after = at + 1 < len(words) and _joined(text, word, words[at + 1])
        before = at > 0 and _joined(text, words[at - 1], word)
        first = not after and known("first", fold(name))
        if first or (not after and not before and known("later", fold(name))):
            spans.append((word.start(), word.start() + len(name)))
    return spans


def _joined(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    # Behind the `'s` of what is somebody's begins another name: “Ingrid's Plan”.
    ends = left.start() + len(_bare(left[0]))
    return left[0][0].isupper() and right[0][0].isupper() and text[ends : right.start()] == " "


def without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with each run of overlapping spans replaced once."""
    kept, at = "", 0
    for start, stop in sorted(spans):
        if start >= at:
            kept += text[at:start] + ERASED
        at = max(at, stop)
    return kept + text[at:]


def _bare(word: str) -> str:
    """A word without the `'s` of what is somebody's."""
    return _POSSESSIVE.sub("", word)


@lru_cache(maxsize=1024)
def _slug(name: str) -> str:
    return fold(name).replace(" ", "-")


def _made(record: Contact) -> bool:
    """Whether an import made the id of the name, so that a namesake would get the same."""
    return re.sub(r"-\d+$", "", record.id) == _slug(record.name)
