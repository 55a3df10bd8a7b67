"""Make records of the rows of one sheet, resolving names and filling what the file leaves out."""

from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from bot.crm.files.book import Book
from bot.crm.files.columns import FILES, REFERENCES
from bot.crm.files.deals import complete_deal, deal_name
from bot.crm.files.quotas import complete_quota, quota_label, unnamed
from bot.crm.files.report import BadCell, failed
from bot.crm.files.sheets import Line, Sheet
from bot.crm.files.stages import outcome
from bot.crm.records import Account, Activity, Contact, Opportunity, Quota, Record, Stage, Task, User

Values = dict[str, Any]
Scales = dict[tuple[type[Record], str], int]
"""Units that a data dictionary gives, such as 1,000,000 for a revenue in millions"""

_KINDS_OF_ACTIVITY = MappingProxyType(
    {"phone": "call", "phone_call": "call", "mail": "email", "e_mail": "email", "demo": "meeting", "event": "meeting"}
)
_STATES_OF_TASK = MappingProxyType(
    {"completed": "done", "closed": "done", "canceled": "cancelled", "deferred": "cancelled"}
    | dict.fromkeys(("not_started", "in_progress", "waiting_on_someone_else", "todo", "to_do", "pending"), "open")
)


def add_sheet(book: Book, sheet: Sheet, scales: Scales) -> None:
    """Add the sheet's records to the book; rows that cannot be read are reported there."""
    book.failed.extend(sheet.failed)
    identified = []
    for line in sheet.lines:
        with_id = _guarded(book, sheet, line, _identify)
        if with_id is not None:
            identified.append(Line(line.number, with_id))
    for line in identified:
        values = _guarded(book, sheet, line, _complete)
        if values is not None:
            _add(book, sheet, Line(line.number, _scaled(book, sheet, values, scales)))
    if sheet.kind is User and not sheet.own:
        _promote_managers(book, sheet)


def _guarded(book: Book, sheet: Sheet, line: Line, step: Callable[[Book, Sheet, Line], Values]) -> Values | None:
    try:
        return step(book, sheet, line)
    except ValueError as error:
        book.failed.append(failed(sheet.file, line.number, error))
        return None


def _identify(book: Book, sheet: Sheet, line: Line) -> Values:
    """Give every row its name and id before any reference is resolved, so that rows may refer to later ones."""
    values = dict(line.values)
    kind = sheet.kind
    if "name" in kind.model_fields and not values.get("name"):
        values["name"] = _name(book, kind, values)
    if "id" not in sheet.fields:
        label = quota_label(book, values) if kind is Quota else values.get("name")
        values["id"] = book.unique_id(kind, label or f"{kind.__name__} {line.number}")
    elif not values.get("id"):
        raise BadCell("the id is missing", sheet.column("id"), "", "give every row an id of its own")
    elif values["id"] in book.ids[kind]:
        why, fix = f"the id {values['id']} is there already", "give every row an id of its own"
        raise BadCell(why, sheet.column("id"), values["id"], fix)
    book.ids[kind].add(values["id"])
    book.know(kind, values["id"], values.get("name"), values.get("email") if kind in (User, Contact) else None)
    return values


def _name(book: Book, kind: type[Record], values: Values) -> str:
    if kind is Opportunity:
        return deal_name(book, values)
    name = " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    if not name:
        raise ValueError("the name is missing")
    return name


def _complete(book: Book, sheet: Sheet, line: Line) -> Values:
    """Resolve names to ids and derive what the file's columns do not give."""
    values = unnamed(book, line.values) if sheet.kind is Quota else line.values
    for reference, (field, _) in REFERENCES.items():
        if reference in values and not values.get(field):
            values[field] = _referred(book, sheet, reference, values[reference])
    if "currency" in sheet.kind.model_fields and not values.get("currency"):
        values["currency"] = book.currency
        if any(isinstance(value, Decimal) for value in values.values()):
            told = f"amounts are taken as {book.currency}, as the file names no currency"
            book.noted[f"{{n}} record of {sheet.file}: its {told}", f"{{n}} records of {sheet.file}: their {told}"] += 1
    completer = _COMPLETERS.get(sheet.kind)
    return completer(book, sheet, values) if completer else values


def _referred(book: Book, sheet: Sheet, reference: str, name: str | None) -> str | None:
    try:
        return book.refer(reference, name)
    except ValueError as error:
        fix = "give the id of an existing record, or add the record to its file"
        raise BadCell(str(error), sheet.column(reference), name or "", fix) from None


def _add(book: Book, sheet: Sheet, line: Line) -> None:
    given = {key: value for key, value in line.values.items() if key in sheet.kind.model_fields and value is not None}
    try:
        book.add(sheet.kind.model_validate(given))
    except ValidationError as error:
        bad = _bad_cell(sheet, error)
        book.failed.append(failed(sheet.file, line.number, bad))


def _bad_cell(sheet: Sheet, error: ValidationError) -> BadCell:
    first = error.errors()[0]
    where = " ".join(str(part) for part in first["loc"])
    column = sheet.column(str(first["loc"][0])) if first["loc"] else ""
    if first["type"] == "missing":
        return BadCell(f"{where} is missing", column, "", f"fill in the {where}")
    return BadCell(f"{where} {first.get('input')}: {first['msg']}", column, str(first.get("input")))


def _scaled(book: Book, sheet: Sheet, values: Values, scales: Scales) -> Values:
    for (kind, field), scale in scales.items():
        if kind is sheet.kind and isinstance(values.get(field), Decimal):
            values[field] *= scale
            words = field.replace("_", " ")
            told = f"{words} times {scale:,}, as the data dictionary says"
            book.noted[f"{{n}} record of {sheet.file} has its {told}", f"{{n}} {FILES[kind]} have their {told}"] += 1
    return values


def _account(book: Book, sheet: Sheet, values: Values) -> Values:
    domain = values.get("domain")
    if domain and not sheet.own:
        values["domain"] = domain.split("://")[-1].removeprefix("www.").split("/")[0].lower()
    if values.get("parent_id") == values["id"]:
        raise ValueError("the account is its own parent")
    return values


def _stage(book: Book, sheet: Sheet, values: Values) -> Values:
    """Derive what a stage file leaves out from the stage's name and place."""
    meant = outcome(values["name"])
    place = len(book.all(Stage)) + 1
    defaults = {
        "order": place,
        "probability": meant.probability if meant else place / (place + 1),
        "forecast_category": meant.forecast_category if meant else "Pipeline",
        "is_closed": meant is not None,
        "is_won": meant is not None and meant.is_won,
    }
    probability = values.get("probability")
    if probability is not None and 1 < probability <= 100:
        values["probability"] = probability / 100
    return {**values, **{key: value for key, value in defaults.items() if values.get(key) is None}}


def _activity(book: Book, sheet: Sheet, values: Values) -> Values:
    return _of_deal(book, sheet, {**values, "kind": _KINDS_OF_ACTIVITY.get(values["kind"] or "", values["kind"])})


def _task(book: Book, sheet: Sheet, values: Values) -> Values:
    status = values.get("status")
    return _of_deal(book, sheet, {**values, "status": _STATES_OF_TASK.get(status or "", status)})


def _of_deal(book: Book, sheet: Sheet, values: Values) -> Values:
    """Where the file has no column for the account, it is the deal's."""
    deal = book.get(Opportunity, values.get("opportunity_id"))
    if deal is not None and sheet.fields.isdisjoint({"account", "account_id"}):
        return {**values, "account_id": deal.account_id}
    return values


def _promote_managers(book: Book, sheet: Sheet) -> None:
    """Whoever has reports is a manager, of their team where they all are in one."""
    teams: dict[str, set[str]] = {}
    for user in book.all(User):
        if user.manager_id:
            teams.setdefault(user.manager_id, set()).update(filter(None, [user.team]))
    for manager_id, of_reports in teams.items():
        manager = book.get(User, manager_id)
        if manager is None:
            continue
        team = manager.team or (next(iter(of_reports)) if len(of_reports) == 1 else None)
        role = manager.role if "role" in sheet.fields else "manager"
        book.add(manager.model_copy(update={"role": role, "team": team}))


_COMPLETERS: dict[type[Record], Callable[[Book, Sheet, Values], Values]] = {
    Account: _account,
    Stage: _stage,
    Opportunity: complete_deal,
    Activity: _activity,
    Task: _task,
    Quota: complete_quota,
}
