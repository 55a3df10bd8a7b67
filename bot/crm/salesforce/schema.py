"""What an object looks like to one user, from describe: fields, lengths, picklists; read once an hour."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.crm.salesforce.failures import Refused

KEPT_SECONDS = 3600.0
_COLUMN = re.compile(r"column '(\w+)'")


@dataclass(frozen=True)
class Field:
    """One field, as this user may use it."""

    name: str
    label: str
    type: str
    length: int
    createable: bool
    updateable: bool
    required: bool
    """must be given on creation"""
    external_id: bool
    unique: bool
    restricted: bool
    values: tuple[str, ...] = ()
    """active values of a picklist"""


@dataclass(frozen=True)
class Described:
    """One object."""

    name: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    prefix: str | None = None
    createable: bool = True
    known: bool = True
    """False where describe was refused, so that only the standard fields are relied on"""
    absent: frozenset[str] = frozenset()
    """fields that a query was refused for, where nothing is known"""

    def get(self, name: str) -> Field | None:
        """The field, where it exists and this user may read it."""
        return self.fields.get(name)

    def values(self, name: str) -> tuple[str, ...]:
        """The active values of a picklist; none where it is not known."""
        found = self.fields.get(name)
        return found.values if found else ()


class Schema:
    """Described objects, each asked for once an hour."""

    def __init__(self, describe: Callable[[str], Mapping[str, Any]]) -> None:
        self._describe = describe
        self._held: dict[str, tuple[float, Described]] = {}
        self._lock = threading.Lock()

    def of(self, name: str) -> Described:
        """The object; CrmUnavailable while Salesforce does not answer."""
        with self._lock:
            held = self._held.get(name)
            if held is None or time.monotonic() - held[0] > KEPT_SECONDS:
                held = (time.monotonic(), self._ask(name))
                self._held[name] = held
            return held[1]

    def miss(self, name: str, words: str) -> bool:
        """Remember the field that a refusal names, where the object is not described; False where it names none."""
        held = self.of(name)
        named = set(_COLUMN.findall(words)) - {name, "Id"} - held.absent
        if held.known or not named:
            return False
        with self._lock:
            self._held[name] = (time.monotonic(), replace(held, absent=held.absent | named))
        return True

    def forget(self) -> None:
        """Ask anew: something was set up."""
        with self._lock:
            self._held.clear()

    def _ask(self, name: str) -> Described:
        try:
            given = self._describe(name)
        except Refused:
            return Described(name, known=False)
        if not isinstance(given, Mapping):
            return Described(name, known=False)
        fields = {str(raw["name"]): _field(raw) for raw in given.get("fields") or ()}
        if not fields:
            return Described(name, known=False)
        return Described(name, fields, given.get("keyPrefix"), bool(given.get("createable", True)))


def _field(raw: Mapping[str, Any]) -> Field:
    values = raw.get("picklistValues") or ()
    createable = bool(raw.get("createable", True))
    needed = createable and not raw.get("nillable", True) and not raw.get("defaultedOnCreate", False)
    return Field(
        name=str(raw["name"]),
        label=str(raw.get("label") or raw["name"]),
        type=str(raw.get("type") or "string"),
        length=int(raw.get("length") or 0),
        createable=createable,
        updateable=bool(raw.get("updateable", True)),
        required=bool(needed and raw.get("type") != "boolean"),
        external_id=bool(raw.get("externalId") or raw.get("idLookup")),
        unique=bool(raw.get("unique", False)),
        restricted=bool(raw.get("restrictedPicklist", False)),
        values=tuple(str(value["value"]) for value in values if value.get("active", True)),
    )
