"""What of a page is kept: no erased people and nothing that names them; links to merged records lead to the survivor."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from bot.crm.mirror.links import FIELDS, replaced
from bot.crm.records import Activity, Contact, OpportunityContactRole, Record, Task

Scrub = Callable[[Record], Record | None]
"""a record as it may be kept: None for an erased person's own, else without what tells of them"""
Aliases = Mapping[type[Record], Mapping[str, str]]


def scrubbed(records: Iterable[Record], scrub: Scrub, left_out: set[str]) -> list[Record]:
    """Leave out erased people; who was left out under whatever id is named nowhere. `left_out` grows."""
    rows = [(row, scrub(row)) for row in records]
    left_out |= {row.id for row, kept in rows if kept is None and isinstance(row, Contact)}
    kept = [row for _, row in rows if row is not None]
    return [row for some in kept if (row := _without(some, left_out)) is not None] if left_out else kept


def _without(row: Record, left_out: set[str]) -> Record | None:
    match row:
        case OpportunityContactRole(contact_id=key) if key in left_out:
            return None
        case Activity() if not left_out.isdisjoint(row.contact_ids):
            return row.model_copy(update={"contact_ids": tuple(k for k in row.contact_ids if k not in left_out)})
        case Task(contact_id=str(key)) if key in left_out:
            return row.model_copy(update={"contact_id": None})
    return row


def relinked(records: Sequence[Record], aliases: Aliases) -> Sequence[Record]:
    """Let links to merged records lead to the survivors."""
    return [_relinked(row, aliases) for row in records] if any(aliases.values()) else records


def _relinked(row: Record, aliases: Aliases) -> Record:
    update: dict[str, object] = {}
    for name, kind in FIELDS[type(row)]:
        key = getattr(row, name)
        if key in aliases[kind]:
            update[name] = aliases[kind][key]
    if isinstance(row, Activity) and not aliases[Contact].keys().isdisjoint(row.contact_ids):
        update["contact_ids"] = replaced(row.contact_ids, aliases[Contact])
    return row.model_copy(update=update) if update else row
