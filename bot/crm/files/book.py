"""The records read so far, found by id or by name, so that later files can refer to them."""

from collections import Counter
from datetime import date
from typing import TypeVar

from bot.crm.files.columns import FILES, REFERENCES
from bot.crm.files.report import Failed
from bot.crm.match import fold
from bot.crm.records import Account, Record, User

R = TypeVar("R", bound=Record)

_SINGULAR = {kind: kind.__name__.lower() for kind in FILES}


def squash(name: str) -> str:
    """A name without case, accents, spaces and signs: `GTXPro` and `GTX Pro` are one."""
    return fold(name).replace(" ", "")


class Book:
    """Records by kind and id, their names, what was taken by default, and what failed."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.noted: Counter[tuple[str, str]] = Counter()
        """defaults taken, in words for one and for many, and how often"""
        self.failed: list[Failed] = []
        self.engaged: dict[str, date] = {}
        """deals whose file says when they were engaged"""
        self.quotas: set[tuple[object, ...]] = set()
        """whose and when, so that none counts twice"""
        self.ids: dict[type[Record], set[str]] = {kind: set() for kind in FILES}
        self._records: dict[type[Record], dict[str, Record]] = {kind: {} for kind in FILES}
        self._names: dict[type[Record], dict[str, list[str]]] = {kind: {} for kind in FILES}

    def add(self, record: Record) -> None:
        """Keep a record, or its newer version."""
        self.ids[type(record)].add(record.id)
        self._records[type(record)][record.id] = record

    def all(self, kind: type[R]) -> list[R]:
        """Records of one kind, in the order of their files."""
        return [record for record in self._records[kind].values() if isinstance(record, kind)]

    def get(self, kind: type[R], record_id: str | None) -> R | None:
        """One record by id."""
        found = self._records[kind].get(record_id or "")
        return found if isinstance(found, kind) else None

    def know(self, kind: type[Record], record_id: str, *names: str | None) -> None:
        """Let later rows refer to the id by these names."""
        for name in filter(None, names):
            self._names[kind].setdefault(squash(name), []).append(record_id)

    def unique_id(self, kind: type[Record], wanted: str) -> str:
        """An id made of words, numbered where it is taken."""
        base = fold(wanted).replace(" ", "-") or _SINGULAR[kind]
        number = 1
        while (key := base if number == 1 else f"{base}-{number}") in self.ids[kind]:
            number += 1
        self.ids[kind].add(key)
        return key

    def named(self, kind: type[Record], name: str) -> str | None:
        """The id of the record of this name or id, None where there is none; ValueError where several are."""
        found = self._names[kind].get(squash(name), [])
        exact = [key for key in found if getattr(self._records[kind].get(key), "name", None) == name]
        chosen = exact or found or [name]
        if len(set(chosen)) > 1:
            raise ValueError(f"several {FILES[kind]} are called {name}: give the id instead")
        return chosen[0] if chosen[0] in self.ids[kind] else None

    def refer(self, reference: str, name: str | None) -> str | None:
        """The id for a name in a reference column; accounts and users that only other files name are added,
        but not by a quota."""
        if not name:
            return None
        _, kind = REFERENCES[reference]
        found = self.named(kind, name)
        if found is None and kind in (Account, User) and reference != "user":
            found = self._added(kind, name, reference)
        if found is None:
            raise ValueError(f"there is no {_SINGULAR[kind]} called {name}")
        return found

    def _added(self, kind: type[Record], name: str, reference: str) -> str:
        key = self.unique_id(kind, name)
        role = {"role": "manager"} if reference == "manager" else {}
        money = {"currency": self.currency} if kind is Account else {}
        self.add(kind.model_validate({"id": key, "name": name, **role, **money}))
        self.know(kind, key, name)
        what = "manager" if reference == "manager" else _SINGULAR[kind]
        self.noted[
            f"{{n}} {what} was named only by other records and was added with the name alone",
            f"{{n}} {what}s were named only by other records and were added with their names alone",
        ] += 1
        return key
