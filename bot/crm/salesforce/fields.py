"""The tables of `tables.py` with the settings' own names, narrowed to what describe says is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.crm.salesforce.schema import Described, Schema
from bot.crm.salesforce.tables import NOT_EVERYWHERE, ROLES, STATUSES, TABLES, Table
from bot.errors import BotError, CrmRejected

_VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"role": MappingProxyType({str(k): v for k, v in ROLES.items()}), "task_status": STATUSES}
)


@dataclass(frozen=True)
class Shape:
    """A table as it is in this org: which of our fields are where, and what is selected."""

    table: Table
    names: Mapping[str, str]
    stamp: str
    described: Described
    selected: tuple[str, ...]


class FieldMap:
    """The tables with the settings' own names, and what describe leaves of them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = dict(given)
        for key in self._given:
            _known(key)

    def shape(self, kind: str, schema: Schema, *more: str) -> Shape:
        """The table as this user sees it; CrmRejected where a field of the settings is not there."""
        table = TABLES[kind]
        described = schema.of(table.name)
        names = {ours: name for ours in table.fields if (name := self._name(table, described, ours))}
        stamp = next(name for name in table.stamps if _there(described, name) or name == table.stamps[-1])
        extra = [name for name in table.extra if _there(described, name)]
        extra += [name for name in more if described.get(name)]
        standard = ["Id", *names.values(), stamp, *extra]
        return Shape(table, MappingProxyType(names), stamp, described, tuple(dict.fromkeys(standard)))

    def value(self, word: str, ours: str, allowed: tuple[str, ...]) -> str | None:
        """The picklist's value that means ours; None where it has none. Unknown picklists take the usual value."""
        own = self._given.get(f"{word}.{ours}")
        candidates = (own,) if own else _VALUES[word][ours]
        return next((value for value in candidates if value in allowed or not allowed), None)

    def meaning(self, word: str, theirs: str | None) -> str | None:
        """Our word for a picklist's value; None for one that means nothing to us."""
        for ours, values in _VALUES[word].items():
            own = self._given.get(f"{word}.{ours}")
            if theirs is not None and theirs in ((own, *values) if own else values):
                return ours
        return None

    def _name(self, table: Table, described: Described, ours: str) -> str | None:
        own = self._given.get(f"{table.word}.{ours}")
        if own is None:
            return next((name for name in table.fields[ours] if _there(described, name)), None)
        if described.known and described.get(own) is None:
            raise CrmRejected(
                f"SELLER_CRM_FIELDS says that {table.word}.{ours} is {own}, which {table.name} does not have or this "
                "login may not read: correct the setting or ask the Salesforce admin."
            )
        return own


def _there(described: Described, name: str) -> bool:
    """Whether the field can be selected; what is not described counts if every org has it."""
    if described.known:
        return described.get(name) is not None
    return not name.endswith("__c") and name not in NOT_EVERYWHERE | described.absent


def _known(key: str) -> None:
    """BotError for a key that names no field of ours."""
    word, _, ours = key.partition(".")
    tables = {table.word: table for table in TABLES.values()}
    if word in _VALUES and ours in _VALUES[word]:
        return
    if word not in tables or ours not in tables[word].fields:
        raise BotError(
            f"SELLER_CRM_FIELDS names {key}, which is no field here: write for instance opportunity.competitor or "
            "role.champion."
        )
