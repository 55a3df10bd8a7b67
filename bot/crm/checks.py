"""What a written value must satisfy in any CRM; every refusal is a CrmRejected in one sentence (pure)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from bot.errors import CrmChanged, CrmRejected

Value = str | Decimal | date | None

FORECAST_CATEGORIES = ("Omitted", "Pipeline", "Best Case", "Commit", "Closed")
REQUIRED = frozenset({"stage", "forecast_category", "close_date", "subject", "name"})
LENGTHS: Mapping[str, int] = MappingProxyType(
    {
        "subject": 255,
        "body": 32_000,
        "name": 121,
        "title": 128,
        "email": 80,
        "next_step": 255,
        "competitor": 255,
        "loss_reason": 255,
    }
)
"""Salesforce's lengths, so that what the embedded CRM takes a remote one takes too."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def text(field: str, value: str | None) -> str | None:
    """A text that fits the field; empty counts as nothing."""
    kept = value.strip() if value else None
    if not kept:
        if field in REQUIRED:
            raise CrmRejected(f"The {words(field)} may not be empty: give one.")
        return None
    if len(kept) > LENGTHS.get(field, 255):
        raise CrmRejected(f"The {words(field)} has {len(kept)} characters; shorten it to {LENGTHS.get(field, 255)}.")
    return kept


def required(field: str, value: str) -> str:
    """A text that fits the field and is not empty."""
    return text(field, value) or ""


def email(value: str | None) -> str | None:
    """An address of the form name@domain, or nothing."""
    kept = text("email", value)
    if kept is not None and not _EMAIL.fullmatch(kept):
        raise CrmRejected(f"{kept} is no e-mail address: correct it or leave it out.")
    return kept


def aware(at: datetime) -> datetime:
    """A time that names its zone."""
    if at.tzinfo is None:
        raise CrmRejected(f"The time {at.isoformat()} names no time zone: give one.")
    return at


def value(field: str, given: Value) -> Value:
    """A deal's value in the field's own type: Decimal for the amount, date for the close date, else text."""
    if given is None or given == "":
        return text(field, None)
    if field == "amount":
        return _money(given)
    if field == "close_date":
        return _day(given)
    if not isinstance(given, str):
        raise CrmRejected(f"The {words(field)} must be text, not {given}.")
    return text(field, given)


def choice(field: str, given: Value, choices: Sequence[str]) -> None:
    """CrmRejected unless the value is exactly one of the field's picklist."""
    if given not in choices:
        raise CrmRejected(f"{given} is no {words(field)} of the CRM: choose one of {', '.join(choices)}.")


def unchanged(what: str, field: str, shown: Value, present: Value) -> None:
    """CrmChanged where the present value is not the one that was shown."""
    if shown != present:
        raise CrmChanged(
            f"The {words(field)} of {what} was changed from {_said(shown)} to {_said(present)} meanwhile; "
            "look at it again and decide anew.",
            present,
        )


def words(field: str) -> str:
    """A field's name as people say it."""
    return field.replace("_", " ")


def _said(given: object) -> str:
    return "nothing" if given is None else str(given)


def _money(given: Value) -> Decimal:
    try:
        amount = Decimal(str(given))
    except InvalidOperation as error:
        raise CrmRejected(f"{given} is no amount: write digits such as 120000.50.") from error
    if not amount.is_finite():
        raise CrmRejected(f"{given} is no amount: write digits such as 120000.50.")
    return amount


def _day(given: Value) -> date:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(str(given))
    except ValueError as error:
        raise CrmRejected(f"{given} is no date: write it as 2026-12-31.") from error
