"""Fill a deal's row from its stage and product, and write the history that its dates prove."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from bot.crm.files.book import Book, squash
from bot.crm.files.report import BadCell
from bot.crm.files.sheets import Sheet
from bot.crm.files.stages import outcome
from bot.crm.records import Account, Opportunity, OpportunityHistory, Product, Stage

Values = dict[str, Any]


def deal_name(book: Book, values: Values) -> str:
    """`Account - Product` for a deal without a name, of what is known; else its id."""
    written = values.get("account_id") or values.get("account")
    account = book.get(Account, book.named(Account, written)) if written else None
    parts = (account.name if account else values.get("account"), _product_name(book, values.get("product")))
    name = " - ".join(filter(None, parts)) or values.get("id")
    if not name:
        raise ValueError("the deal has neither a name nor an account nor a product")
    return str(name)


def complete_deal(book: Book, sheet: Sheet, values: Values) -> Values:
    """Put in the stage's flags, the product's own name, the amount and the date of creation."""
    if sheet.own and values.get("stage") and not book.all(Stage):
        return values  # an export of a CRM that keeps no stages
    try:
        # Pipedrive keeps the stage in which a deal was won or lost, and says that in a column of its own.
        said = values.get("outcome")
        stage = _stage(book, said if said and outcome(said) else values.get("stage"))
    except ValueError as error:
        fix = "write one of the stages, or add it to stages.csv"
        raise BadCell(str(error), sheet.column("stage"), values.get("stage") or "", fix) from None
    if sheet.own:
        return {**values, "stage": stage.name}
    if values.get("engaged_on"):
        book.engaged[values["id"]] = values["engaged_on"]
    product = _product(book, values.get("product"))
    derived = {
        "stage": stage.name,
        "is_closed": stage.is_closed,
        "is_won": stage.is_won,
        "forecast_category": stage.forecast_category,
        "product": product.name if product else values.get("product"),
        "amount": _amount(book, sheet, values, stage, product),
        "created_at": values.get("created_at") or _midnight(values.get("engaged_on")),
    }
    given = {key for key in ("is_closed", "is_won", "forecast_category") if values.get(key) is not None}
    return {**values, **{key: value for key, value in derived.items() if key not in given}}


def add_known_history(book: Book) -> None:
    """Write for every deal the changes its dates prove: the day it was engaged, the day it closed; nothing else.

    An amount stands only in the row that is the deal's present state: what it was before is not known.
    """
    stage = next((stage for stage in book.all(Stage) if squash(stage.name).startswith("engag")), None)
    for deal in book.all(Opportunity):
        rows = []
        if stage and deal.id in book.engaged:
            rows.append((book.engaged[deal.id], stage))
        if deal.is_closed and deal.close_date:
            rows.append((deal.close_date, _stage(book, deal.stage)))
        for number, (day, entered) in enumerate(rows, start=1):
            book.add(_history(deal, number, day, entered))


def _history(deal: Opportunity, number: int, day: date, stage: Stage) -> OpportunityHistory:
    present = stage.name == deal.stage
    return OpportunityHistory(
        id=f"{deal.id}-h{number}",
        opportunity_id=deal.id,
        at=datetime.combine(day, time(), UTC),
        stage=stage.name,
        amount=deal.amount if present else None,
        close_date=deal.close_date if present else None,
        forecast_category=stage.forecast_category,
        user_id=deal.owner_id,
    )


def _stage(book: Book, name: str | None) -> Stage:
    if not name:
        raise ValueError("the stage is missing")
    known = book.named(Stage, name)
    meant = outcome(name)
    if known is None and meant is not None:
        same = [row for row in book.all(Stage) if row.is_closed and row.is_won == meant.is_won]
        known = same[0].id if len(same) == 1 else None
    stage = book.get(Stage, known)
    if stage is None:
        raise ValueError(f"{name} is no stage: use one of {', '.join(row.name for row in book.all(Stage))}")
    return stage


def _product(book: Book, name: str | None) -> Product | None:
    return book.get(Product, book.named(Product, name)) if name else None


def _product_name(book: Book, name: str | None) -> str | None:
    product = _product(book, name)
    return product.name if product else name


def _amount(book: Book, sheet: Sheet, values: Values, stage: Stage, product: Product | None) -> Decimal | None:
    """The deal's own amount, a won deal's closed value, else the list price.

    A closed value is not used while the deal is open or when it was lost: it would give the outcome away.
    """
    closed_value = values.get("close_value") if stage.is_won else None
    given = closed_value if closed_value is not None else values.get("amount")
    which = "won" if stage.is_won else "lost" if stage.is_closed else "open"
    if given is not None:
        return Decimal(given)
    if stage.is_won or product is None or product.list_price is None:
        book.noted[f"{{n}} {which} opportunity has no amount", f"{{n}} {which} opportunities have no amount"] += 1
        return None
    book.noted[
        f"{{n}} {which} opportunity took the list price of its product",
        f"{{n}} {which} opportunities took the list price of their product",
    ] += 1
    return product.list_price


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
