"""What a person may change in a proposed write, and how the words typed become values (pure)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from pydantic import ValidationError

from bot.approvals.amounts import read_amount
from bot.crm import checks
from bot.crm.records import Opportunity, Stage
from bot.crm.writes import CreateContact, CreateTask, CrmWrite, UpdateOpportunity
from bot.errors import Ambiguous, BotError, CrmRejected, NotFound, Stale, UsageError
from bot.proposals import Change, typed_write
from bot.screening import seen

EDITABLE: dict[str, tuple[str, ...]] = {
    "log_activity": ("subject", "body", "at", "direction", "activity"),
    "create_task": ("subject", "due"),
    "update_opportunity": ("new",),
    "create_contact": ("name", "title", "email"),
    "set_contact_role": ("role",),
}
"""Never ids, owners or the kind of write: code picks the target."""

REQUIRED = {"subject", "name", "at", "activity", "role", "stage"}


class Words:
    """How this person's words are read, beside the deals that they are about."""

    def __init__(
        self,
        parse_date: Callable[[str], date],
        zone: tzinfo,
        today: date,
        stages: Sequence[Stage] = (),
        deals: Mapping[str, Opportunity] | None = None,
    ) -> None:
        self._parse_date, self._zone, self.today = parse_date, zone, today
        self.closed = frozenset(stage.name for stage in stages if stage.is_closed)
        self._choices = {"forecast_category": checks.FORECAST_CATEGORIES, "stage": [stage.name for stage in stages]}
        self._deals = deals or {}

    def deal(self, write: CrmWrite) -> Opportunity | None:
        """Return the deal that a write is about, where it is known."""
        return self._deals.get(getattr(write, "opportunity_id", None) or "")

    def value(self, field: str, given: Any, deal: Opportunity | None = None) -> Any:
        """Return the value of `field`; UsageError names what would fit."""
        if isinstance(given, str) and field in checks.LENGTHS:
            given = seen(given)
        if given is None or (isinstance(given, str) and not given.strip()):
            return self._nothing(field)
        if not isinstance(given, str):
            return given
        if field == "amount":
            name, currency = (deal.name, deal.currency) if deal else ("the deal", None)
            return read_amount(field, given.strip(), currency, name)
        readers = {"due": self._date, "close_date": self._date, "at": self._time}
        return readers.get(field, self._choice)(field, given.strip())

    def _nothing(self, field: str) -> None:
        if field in REQUIRED:
            raise UsageError(f"`{field}` cannot be empty; give a value such as {field}=….")

    def _date(self, field: str, given: str) -> date:
        try:
            return self._parse_date(given)
        except BotError:
            raise
        except ValueError as error:
            raise UsageError(f"`{given}` is not a date; write {field}=2026-03-31.") from error

    def _time(self, field: str, given: str) -> datetime:
        try:
            at = datetime.fromisoformat(given)
            # Inside all times are UTC: cards and the CRM say so.
            return (at if at.tzinfo else at.replace(tzinfo=self._zone)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise UsageError(f"`{given}` is not a time; write {field}=2026-03-31T14:30.") from error

    def _choice(self, field: str, given: str) -> str:
        allowed = self._choices.get(field)
        if not allowed:
            return _fitting(field, given)
        for value in allowed:
            if value.casefold() == given.casefold():
                return value
        raise UsageError(f"`{given}` is not a value of {field}; choose one of {', '.join(allowed)}.")


def edit(changes: Sequence[Change], values: Mapping[str, Any], words: Words) -> dict[str, CrmWrite]:
    """Return the new writes by change id for `field` or `k.field` keys.

    Raises UsageError (unknown field, value that does not fit), Ambiguous (several changes have the field),
    NotFound (no such position), Stale (that change is decided).
    """
    if not values:
        raise UsageError(f"Nothing to change; give field=value with {_offer(changes)}.")
    edited: dict[str, dict[str, Any]] = {}
    for key, given in values.items():
        change, field = _target(changes, key)
        own_name = change.write.field if isinstance(change.write, UpdateOpportunity) else field
        with _naming(own_name):
            edited.setdefault(change.id, {})[field] = words.value(own_name, given, words.deal(change.write))
    by_id = {change.id: change.write for change in changes}
    rebuilt = {change_id: _rebuilt(by_id[change_id], new) for change_id, new in edited.items()}
    for write in rebuilt.values():
        with _naming("due" if isinstance(write, CreateTask) else "close_date"):
            _check_day(write, {**by_id, **rebuilt}.values(), words)
    return rebuilt


@contextmanager
def _naming(field: str) -> Iterator[None]:
    """Let an error say which input it is about."""
    try:
        yield
    except BotError as error:
        error.field = error.field or field
        raise


def shown(write: CrmWrite) -> CrmWrite:
    """Return a write whose texts hold only signs that its card shows: a yes is to those alone."""
    names = [name for name in EDITABLE.get(write.kind, ()) if name in checks.LENGTHS]
    if isinstance(write, UpdateOpportunity) and write.field in checks.LENGTHS:
        names = ["new"]
    texts = {name: text for name in names if isinstance(text := getattr(write, name), str)}
    return write.model_copy(update={name: seen(text) for name, text in texts.items()})


def check(write: CrmWrite) -> None:
    """Raise UsageError where a text is too long, missing, or no address: while it can still be edited."""
    try:
        if isinstance(write, UpdateOpportunity):
            checks.value(write.field, write.new)
        else:
            for field in checks.LENGTHS.keys() & write.model_dump().keys():
                checks.text(field, getattr(write, field))
        if isinstance(write, CreateContact):
            checks.email(write.email)
    except CrmRejected as error:
        raise UsageError(str(error)) from error


def editable(change: Change) -> tuple[str, ...]:
    """Return the names under which a person may change this write."""
    names = EDITABLE.get(change.write.kind, ())
    return (change.write.field, *names) if isinstance(change.write, UpdateOpportunity) else names


def _target(changes: Sequence[Change], key: str) -> tuple[Change, str]:
    position, dot, field = key.rpartition(".")
    candidates = [c for c in changes if not dot or str(c.k) == position]
    if not candidates:
        raise NotFound(f"There is no change {position}; this proposal has {', '.join(str(c.k) for c in changes)}.")
    having = [c for c in candidates if field in editable(c)]
    if not having:
        offer = _offer(candidates)
        raise UsageError(f"`{field}` cannot be edited here; {f'{offer} can' if offer else 'approve or reject it'}.")
    pending = [c for c in having if c.status == "pending"]
    if not pending:
        raise Stale(f"Change {having[0].k} is already {having[0].status} and can no longer be edited.")
    if len(pending) > 1:
        names = [f"{c.k}.{field}" for c in pending]
        raise Ambiguous(f"Several changes have `{field}`; say which: {', '.join(names)}.", candidates=names)
    return pending[0], "new" if isinstance(pending[0].write, UpdateOpportunity) else field


def _rebuilt(write: CrmWrite, new: Mapping[str, Any]) -> CrmWrite:
    try:
        return typed_write({**write.model_dump(), **new})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][-1]) if first["loc"] else ", ".join(new)
        raise UsageError(f"`{name}` does not fit: {first['msg'].lower()}; correct it and try again.") from error


def _fitting(field: str, given: str) -> str:
    try:
        return checks.email(given) or given if field == "email" else checks.text(field, given) or given
    except CrmRejected as error:
        raise UsageError(str(error)) from error


def _check_day(write: CrmWrite, beside: Iterable[CrmWrite], words: Words) -> None:
    """Refuse a day gone by, but for a deal that is closed or that the same card closes: then it is the actual day."""
    if isinstance(write, CreateTask) and write.due and write.due < words.today:
        raise UsageError(f"{write.due} has gone by; a task is due on {words.today} or later.")
    if not isinstance(write, UpdateOpportunity) or write.field != "close_date" or not isinstance(write.new, date):
        return
    deal = words.deal(write)
    closing = any(isinstance(one, UpdateOpportunity) and one.new in words.closed for one in beside)
    if write.new < words.today and not closing and not (deal and deal.is_closed):
        raise UsageError(f"{write.new} has gone by; an open deal closes on {words.today} or later.")


def _offer(changes: Sequence[Change]) -> str:
    names = dict.fromkeys(name for change in changes for name in editable(change) if name != "new")
    return ", ".join(names)
