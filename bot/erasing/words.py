"""What a person's traces look like in a text, and what the text says without them."""

import re
from collections.abc import Iterator
from typing import Any

from bot.crm.match import fold
from bot.crm.suppression import ERASED, from_abroad, lone, national, plain_phone, same_phone, without
from bot.crm.unspaced import UNSPACED, joined, spans
from bot.erasing.person import Person
from bot.erasing.spelling import pattern, plain, spellings, stem

GAP = r"[ ().\-/\u00a0]{0,3}"
"""between the digits of a number"""


class Words:
    """Finds and replaces one person's e-mail, number, id and name; what others are called stays as it is."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.seen: set[str] = set()
        """names and numbers as they were written in the texts so far"""
        self.longer: set[str] = set(person.others)
        """words of others that hold one of the person's: “Anna Bergström”, joanna@acme.example"""
        self._strong = re.compile("|".join(_strong(person)), re.IGNORECASE)
        self._named = re.compile("|".join([*_strong(person), *_names(person.name)]), re.IGNORECASE)
        self._alone = {(person.place(word), fold(word)) for word in person.alone}
        self._name = re.compile(pattern(person.name) if len(person.name.split()) > 1 else "(?!)", re.IGNORECASE)
        self._stems = _stems(person)

    def text(self, text: str, *, named: bool, near: bool = False) -> str:
        """The text without the traces; the name counts only where `named`, a word of it alone only where `near`."""
        if self._may_hold(text):
            text = (self._named if named else self._strong).sub(self._replaced, text)
        return self._without_words(text) if near else text

    def _without_words(self, text: str) -> str:
        """Leave out single words of the name, but not within what others are called."""
        if not self._alone:
            return text
        kept = [span for other in self.person.others for span in _spans(other, text)]
        found = lone(text, lambda place, word: (place, word) in self._alone)
        found += [span for word in self.person.alone if UNSPACED.fullmatch(word) for span in spans(word, text)]
        left = without(text, [one for one in found if not any(a <= one[0] < b for a, b in kept)])
        # In “Solheim Ingrid” the one word stands alone only once the other is gone.
        return text if left == text else self._without_words(left)

    def _replaced(self, found: re.Match[str]) -> str:
        kind, text = found.lastgroup, found[0]
        if kind == "keep":
            return text
        if kind == "email" and text.casefold() != (self.person.email or "").casefold():
            self.longer.add(text)
            return text
        if kind == "phone" and not same_phone(text, self.person.phone or ""):
            self.longer.add(text)
            return text
        if kind == "name" and not self._name.fullmatch(text):
            self.longer.add(text)
            return text
        if kind in ("phone", "name") and not re.search(r"\w[-_.]+\w", text):
            self.seen.add(text)
        return ERASED

    def _may_hold(self, text: str) -> bool:
        lower = plain(text)
        return any(stem in lower for stem in self._stems)

    def holds_anywhere(self, text: str) -> bool:
        """Whether the text holds a trace at all, also within a longer word: for data that is dropped in doubt."""
        lower = text.casefold()
        return any(needle.casefold() in lower for needle in self.needles()) or self.person.id in text

    def value(self, value: Any, *, named: bool, near: bool = False, key: str = "") -> Any:
        """A JSON value without the traces: the id leaves lists, and fields that name the person are emptied."""
        if isinstance(value, str):
            return self._plain(value, named=named, near=near, key=key)
        if isinstance(value, list | tuple):
            return type(value)(self.value(one, named=named, near=near) for one in value if one != self.person.id)
        if not isinstance(value, dict):
            return value
        if value.get("record") == "contact" and value.get("record_id") == self.person.id:
            return {**value, "record_id": ERASED, "link": ERASED, "values": {}, "previous": {}}
        clean = {name: self.value(one, named=named, near=near, key=str(name)) for name, one in value.items()}
        return clean | _required(value, clean)

    def _plain(self, value: str, *, named: bool, near: bool, key: str) -> str | None:
        if value == self.person.id:
            return None
        return value if key == "id" or key.endswith("_id") else self.text(value, named=named, near=near)

    def needles(self) -> Iterator[str]:
        """What a file must not hold any more."""
        yield from filter(None, (self.person.email, self.person.phone))
        if self.person.phone:
            yield plain_phone(self.person.phone)
        if self.person.reach == "anywhere":
            yield from spellings(self.person.name)
        yield from sorted(self.seen)


def _spans(other: str, text: str) -> list[tuple[int, int]]:
    written = [match.span() for match in re.finditer(re.escape(other), text)]
    return written + (spans(signs, text) if (signs := joined(other)) else [])


def mentions(value: Any, one: str) -> bool:
    """Whether a value, or anything in it, is exactly this."""
    if isinstance(value, dict):
        return any(mentions(item, one) for item in value.values())
    if isinstance(value, list | tuple):
        return any(mentions(item, one) for item in value)
    return bool(value == one)


def _required(value: dict[str, Any], clean: dict[str, Any]) -> dict[str, Any]:
    """What a proposed write cannot be without, and what else describes the person whom it would create."""
    if value.get("kind") == "set_contact_role" and clean.get("contact_id") is None:
        return {"contact_id": ERASED}
    if value.get("kind") == "create_contact" and clean != value:
        return {"name": ERASED, "email": None, "title": None}
    return {}


def _strong(person: Person) -> Iterator[str]:
    if person.others:
        yield f"(?P<keep>{'|'.join(map(re.escape, person.others))})"
    if person.email:
        yield rf"(?P<email>[\w.+%-]*?{re.escape(person.email)}(?:[\w-]|\.(?=\w))*)"
    if person.phone:
        yield rf"(?P<phone>\+?\(?\d*{_code(person.phone)}{GAP.join(national(person.phone))}\d*)"
    yield rf"(?P<id>(?<![\w-]){re.escape(person.id)}(?![\w-]))"


def _code(phone: str) -> str:
    """The code of a number's country, or of any, that may stand before it."""
    own = plain_phone(phone).removesuffix(national(phone)) if from_abroad(phone) else ""
    codes = "|".join(filter(None, (GAP.join(own), r"(?:(?<=[+(])|(?<=00))\d{1,3}")))
    return rf"(?:(?:{codes}){GAP}(?:\(?0\)?{GAP})?)?"


def _names(name: str) -> Iterator[str]:
    if len(name.split()) > 1:
        yield rf"(?P<name>\w*(?:{pattern(name)})\w*)"


def _stems(person: Person) -> list[str]:
    """Short texts of which one stands in every text with a trace: looking for them is cheaper than for the whole."""
    stems = [plain(person.id), *(stem(person.name) if person.name.strip() else [])]
    stems += [plain(person.email)] if person.email else []
    return stems + ([plain_phone(person.phone)[-1]] if person.phone else [])
