"""Write the CRM to one CSV file per record kind, columns named as the records' fields."""

import csv
from collections.abc import Sequence
from pathlib import Path

from bot.crm.files.cells import guarded
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
    Quota,
    Record,
    Stage,
    Task,
    User,
)
from bot.errors import StorageError


def export_folder(reader: CrmReader, folder: Path) -> dict[Path, int]:
    """Write every record into `folder`, which is made where missing; return the files with their numbers of records.

    Times are UTC with Z, tuples are joined by `;` (`\\\\;` within a name), nothing is an empty cell, and a text that a
    spreadsheet program would run has an apostrophe before it. StorageError where a file stands there that no export wrote.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder)
        by_file = {folder / f"{FILES[kind]}.csv": (kind, records) for kind, records in _all(reader).items()}
        return {path: _write(path, kind, records) for path, (kind, records) in by_file.items()}
    except OSError as error:
        raise StorageError(f"{folder} cannot be written ({error.strerror}): choose another folder.") from error


def _refuse_foreign(folder: Path) -> None:
    for kind, name in FILES.items():
        path = folder / f"{name}.csv"
        if path.exists() and not _ours(path, kind):
            raise StorageError(f"{path} is there and no export wrote it: choose another folder, or move the file away.")


def _ours(path: Path, kind: type[Record]) -> bool:
    """Whether an earlier export wrote the file, maybe of a version with fewer fields."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        head = next(csv.reader(file), [])
    return head[:1] == ["id"] and set(head) <= set(kind.model_fields)


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
        Quota: reader.quotas(),
    }


def _write(path: Path, kind: type[Record], records: Sequence[Record]) -> int:
    fields = list(kind.model_fields)
    # Whole or not at all: a full disk must not cost the export that stood there.
    made = path.with_suffix(".csv.part")
    with made.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        writer.writerows([guarded(getattr(record, field)) for field in fields] for record in records)
    made.replace(path)
    return len(records)
