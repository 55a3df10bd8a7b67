"""Read a folder of CSV files, our own export or another CRM's, into records and a report."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bot.crm.files.book import Book
from bot.crm.files.build import Scales, add_sheet
from bot.crm.files.columns import FILES, field_of, header, kind_of
from bot.crm.files.compare import differences
from bot.crm.files.deals import add_known_history
from bot.crm.files.mapping import ByHand
from bot.crm.files.report import Failed, Imported, Report, counts, sentences
from bot.crm.files.sheets import Sheet, raw_rows, read_sheet
from bot.crm.files.stages import inferred
from bot.crm.local import LocalReader, replace_all, replace_quotas, upsert_all
from bot.crm.records import Account, Opportunity, OpportunityHistory, Quota, Record, Stage, User
from bot.errors import BotError

Scrub = Callable[[Record], Record | None]
"""gives a record without the traces of people who were erased; None where it is such a person's own"""

_UNITS = {"thousands": 10**3, "millions": 10**6, "billions": 10**9}


def only_quotas(folder: Path, by_hand: ByHand | None = None) -> bool:
    """Whether the folder holds quotas and no other records, so that it leaves these as they are."""
    return set(_recognised(folder, by_hand or ByHand()).values()) - {None} == {Quota}


def read_folder(
    folder: Path, *, currency: str = "USD", by_hand: ByHand | None = None, people: Sequence[User] = ()
) -> Imported:
    """Read all CSV files of a folder; `currency` is for records that name none, `people` are known without a file.

    Bad rows and files are in the report and the rest is read. BotError where no file is recognised.
    """
    said = by_hand or ByHand()
    kinds = _recognised(folder, said)
    failed: list[Failed] = []
    sheets = _sheets(kinds, failed, currency, said)
    book = Book(currency)
    for user in people:
        book.add(user)
        book.know(User, user.id, user.name, user.email, user.username)
    dictionaries = [path for path, kind in kinds.items() if kind is None and _is_dictionary(path)]
    _build(book, sheets, _scales(dictionaries))
    by_kind: dict[type[Record], tuple[Record, ...]] = {kind: tuple(book.all(kind)) for kind in FILES}
    if people:
        by_kind[User] = by_kind[User][len(people) :]
    _note_strays(book, by_kind)
    report = Report(
        counts=counts(FILES, by_kind),
        defaults=sentences([*book.noted.items(), *_assumptions(sheets)]),
        failed=tuple(failed + book.failed),
        unmapped={sheet.file: sheet.unmapped for sheet in sheets if sheet.unmapped},
        unrecognised=tuple(path.name for path, kind in kinds.items() if kind is None and path not in dictionaries),
        mapping={sheet.file: sheet.mapping for sheet in sheets},
    )
    return Imported(report, by_kind)


def import_folder(
    engine: Engine,
    folder: Path,
    *,
    as_of: datetime,
    merge: bool = False,
    currency: str = "USD",
    by_hand: ByHand | None = None,
    scrub: Scrub | None = None,
    dry_run: bool = False,
) -> Report:
    """Make a folder's records the CRM's content, or with `merge` add them by id, in one transaction.

    A folder that holds nothing but quotas leaves all other records as they are.

    With `dry_run` nothing is written, and the report says what would be. BotError where nothing can be read, so that a
    wrong folder does not empty the CRM.
    """
    quotas = only_quotas(folder, by_hand)
    people = LocalReader(engine).users() if quotas else ()
    read = read_folder(folder, currency=currency, by_hand=by_hand, people=people)
    imported = _without_erased(read, scrub)
    changes = differences(engine, imported.by_kind, merge=merge, kinds=[Quota] if quotas else FILES)
    report = replace(imported.report, changes=changes, written=not dry_run)
    if dry_run:
        return report
    if not imported.records:
        why = "; ".join(f"{bad.file}: {bad.why}" for bad in imported.report.failed[:3]) or "the files hold no rows"
        raise BotError(f"Nothing could be read from {folder} ({why}); the CRM is as it was.")
    if quotas:
        replace_quotas(engine, imported.records, merge=merge)
        return report
    load = upsert_all if merge else replace_all
    load(engine, imported.records, as_of=as_of, source=str(folder))
    return report


def _without_erased(imported: Imported, scrub: Scrub | None) -> Imported:
    if scrub is None:
        return imported
    kept = {kind: tuple(_scrubbed(rows, scrub)) for kind, rows in imported.by_kind.items()}
    gone = sum(len(rows) - len(kept[kind]) for kind, rows in imported.by_kind.items())
    return Imported(replace(imported.report, counts=counts(FILES, kept), suppressed=gone), kept)


def _scrubbed(rows: Iterable[Record], scrub: Scrub) -> Iterable[Record]:
    return [kept for row in rows if (kept := scrub(row)) is not None]


def _recognised(folder: Path, said: ByHand) -> dict[Path, type[Record] | None]:
    """Files of the folder by record kind, in the order in which references resolve."""
    if not folder.is_dir():
        raise BotError(f"There is no folder {folder}: name one that holds CSV files.")
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    kinds = {path: said.kind(path) if path.suffix.lower() in (".csv", ".tsv") else None for path in files}
    said.check(kinds)
    if not any(kinds.values()):
        expected = ", ".join(f"{name}.csv" for name in FILES.values())
        raise BotError(
            f"{folder} holds no CRM file: expected are CSV files such as {expected} (or deals.csv); "
            "say what a file of another name holds with --map, such as --map Kunden=accounts."
        )
    return kinds


def _sheets(
    kinds: Mapping[Path, type[Record] | None], failed: list[Failed], currency: str, said: ByHand
) -> list[Sheet]:
    sheets = []
    for path, kind in kinds.items():
        try:
            if kind is not None:
                sheets.append(read_sheet(path, kind, currency, said.of(path, kind)))
        except (ValueError, OSError) as error:
            failed.append(Failed(path.name, 0, str(error), fix="correct the file and import again"))
    return sorted(sheets, key=lambda sheet: list(FILES).index(sheet.kind))


def _build(book: Book, sheets: Sequence[Sheet], scales: Scales) -> None:
    given = {sheet.kind for sheet in sheets}
    if Stage not in given:
        _infer_stages(book, sheets)
    for sheet in sheets:
        add_sheet(book, sheet, scales)
    if OpportunityHistory not in given:
        add_known_history(book)


def _infer_stages(book: Book, sheets: Sequence[Sheet]) -> None:
    deals = [sheet for sheet in sheets if sheet.kind is Opportunity]
    names = [line.values["stage"] for sheet in deals for line in sheet.lines if line.values.get("stage")]
    for stage in inferred(names) if names else []:
        book.add(stage)
        book.know(Stage, stage.id, stage.name)
    if names:
        words = "{n} stages were taken from the opportunities, open ones with evenly rising probabilities"
        book.noted[words, words] = len(book.all(Stage))


def _note_strays(book: Book, by_kind: dict[type[Record], tuple[Record, ...]]) -> None:
    """Count records that name an account which no file of the folder holds."""
    known = {account.id for account in by_kind[Account]}
    for kind, rows in by_kind.items():
        named = [getattr(row, "account_id", None) for row in rows]
        strays = sum(1 for key in named if key and key not in known)
        if strays:
            told = "an account that no file of the folder holds"
            book.noted[f"{{n}} record of {FILES[kind]} names {told}", f"{{n}} {FILES[kind]} name {told}"] = strays


def _assumptions(sheets: Sequence[Sheet]) -> list[tuple[tuple[str, str], int]]:
    words = [
        f"the dates of {column} in {sheet.file} were read month first, as nothing in them tells"
        for sheet in sheets
        for column in sheet.assumed
    ]
    return [((sentence, sentence), 1) for sentence in words]


def _is_dictionary(path: Path) -> bool:
    """Whether the file explains columns: table, field, description."""
    if path.suffix.lower() != ".csv":
        return False
    try:
        head = [header(name) for name in raw_rows(path)[0]]
    except ValueError:
        return False
    return head[:3] == ["table", "field", "description"]


def _scales(dictionaries: Sequence[Path]) -> Scales:
    """Units such as `in millions` that a data dictionary gives for a column."""
    scales: Scales = {}
    for path in dictionaries:
        for _, cells in raw_rows(path)[1]:
            table, column, description = (*cells, "", "", "")[:3]
            kind = kind_of(table)
            field = field_of(kind, column) if kind else None
            unit = re.search(r"\bin (thousands|millions|billions)\b", description, re.IGNORECASE)
            if kind and field and unit:
                scales[kind, field] = _UNITS[unit[1].lower()]
    return scales
