"""What of a page is kept: no erased people and nothing that names them; links to merged records lead to the survivor."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.crm.mirror.links import FIELDS, replaced
from bot.crm.records import Activity, Contact, OpportunityContactRole, Record, Task

Suppressed = Callable[[Record], bool]
"""whether a record is of an erased person; a contact of whom only the id is known is asked for with an empty name"""


class Erased:
    """The erased people whom one page names."""

    def __init__(self, suppressed: Suppressed, left_out: set[str]) -> None:
        self._suppressed = suppressed
        self._left_out = left_out
        """contacts that were left out so far; grows"""
        self._asked: dict[str, bool] = {}

    def without(self, records: Iterable[Record]) -> list[Record]:
        """Leave out erased people and what belongs to them alone; blank them in the rest."""
        rows = list(records)
        self._left_out |= {row.id for row in rows if isinstance(row, Contact) and self._suppressed(row)}
        return [kept for row in rows if (kept := self._kept(row)) is not None]

    def _kept(self, row: Record) -> Record | None:
        match row:
            case Contact(id=key) | OpportunityContactRole(contact_id=key):
                return None if self._is(key) else row
            case Activity() if any(self._is(key) for key in row.contact_ids):
                return row.model_copy(update={"contact_ids": tuple(k for k in row.contact_ids if not self._is(k))})
            case Task(contact_id=str(key)) if self._is(key):
                return row.model_copy(update={"contact_id": None})
        return row

    def _is(self, contact_id: str) -> bool:
        if contact_id in self._left_out:
            return True
        if contact_id not in self._asked:
            self._asked[contact_id] = self._suppressed(Contact(id=contact_id, name=""))
        return self._asked[contact_id]


def relinked(records: Sequence[Record], aliases: Mapping[str, str]) -> Sequence[Record]:
    """Let links to merged records lead to the survivors."""
    return [_relinked(row, aliases) for row in records] if aliases else records


def _relinked(row: Record, aliases: Mapping[str, str]) -> Record:
    names = {name: getattr(row, name) for name in FIELDS[type(row)]}
    update: dict[str, object] = {name: aliases[key] for name, key in names.items() if key in aliases}
    if isinstance(row, Activity) and not aliases.keys().isdisjoint(row.contact_ids):
        update["contact_ids"] = replaced(row.contact_ids, aliases)
    return row.model_copy(update=update) if update else row
