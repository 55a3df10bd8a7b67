"""Write the CRM to one CSV file per record kind, columns named as the records' fields."""

import csv
from collections.abc import Sequence
from pathlib import Path

from bot.crm.files.cells import encode
from bot.crm.files.columns import FILES
from bot.crm.port import CrmReader
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Record,
    Stage,
    Task,
    User,
)
from bot.errors import StorageError


def export_folder(reader: CrmReader, folder: Path) -> list[Path]:
    """Write every record into `folder`, which is made where missing; return the files.

    Times are UTC with Z, tuples are joined by `;` (`\\\\;` within a name), nothing is an empty cell.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(folder / f"{FILES[kind]}.csv", kind, records) for kind, records in _all(reader).items()]
    except OSError as error:
        raise StorageError(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error


def _all(reader: CrmReader) -> dict[type[Record], Sequence[Record]]:
    deals = reader.opportunities()
    return {
        User: reader.users(),
        Stage: reader.stages(),
        Product: reader.products(),
        Account: reader.accounts(),
        Contact: reader.contacts(),
        Opportunity: deals,
        OpportunityHistory: reader.histories(),
        OpportunityContactRole: [role for deal in deals for role in reader.contact_roles(deal.id)],
        Activity: reader.activities(),
        Task: reader.tasks(live_only=False),
    }


def _write(path: Path, kind: type[Record], records: Sequence[Record]) -> Path:
    fields = list(kind.model_fields)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows([encode(getattr(record, field)) for field in fields] for record in records)
    return path
