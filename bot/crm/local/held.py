"""What a write must satisfy against the rows of the embedded CRM; every refusal is a CrmRejected in one sentence."""

from collections.abc import Iterable
from typing import TypeVar

from bot.crm import checks
from bot.crm.checks import Value
from bot.crm.local.rows import Rows
from bot.crm.records import Account, Contact, Opportunity, Record, Stage, User
from bot.errors import CrmRejected

R = TypeVar("R", bound=Record)


def existing(rows: Rows, kind: type[R], record_id: str) -> R:
    """The record, or CrmRejected where there is none of this id."""
    found = rows.get(kind, record_id)
    if found is None:
        raise CrmRejected(f"The CRM has no {kind.__name__.lower()} with the id {record_id}: look it up again.")
    return found


def links(
    rows: Rows, *, account: str | None, opportunity: str | None, owner: str | None, contacts: Iterable[str]
) -> str | None:
    """Check that all linked records exist and fit together; return the account, taken from the deal where not given."""
    if owner is not None:
        existing(rows, User, owner)
    if account is not None:
        existing(rows, Account, account)
    for contact in contacts:
        existing(rows, Contact, contact)
    deal = None if opportunity is None else existing(rows, Opportunity, opportunity)
    if deal is None or deal.account_id is None or account in (None, deal.account_id):
        return account if deal is None else account or deal.account_id
    raise CrmRejected(f"The deal {deal.name} belongs to another account than {account}: choose one of the two.")


def picklist(rows: Rows, field: str, given: Value) -> None:
    """CrmRejected unless the value is exactly one of the field's picklist."""
    if field == "stage":
        stages = sorted(rows.where(Stage), key=lambda stage: stage.order)
        checks.choice(field, given, [stage.name for stage in stages])
    elif field == "forecast_category":
        checks.choice(field, given, checks.FORECAST_CATEGORIES)
