"""Salesforce's rows as our records."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from datetime import time as clock
from typing import Any, cast

from bot.crm.records import (
    Account,
    Activity,
    ActivityKind,
    Contact,
    ContactRole,
    Direction,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Record,
    Side,
    Stage,
    Task,
    TaskStatus,
    User,
)
from bot.crm.salesforce import values
from bot.crm.salesforce.client import Row
from bot.crm.salesforce.fields import FieldMap, Shape
from bot.crm.salesforce.meanings import Fields, account_type, activity_kind, deal_type, happened
from bot.crm.salesforce.tables import FORECAST

PREFIXES = {"Account": "001", "Opportunity": "006", "Contact": "003"}
_DIRECTIONS: Mapping[str, Direction] = {"Inbound": "inbound", "Outbound": "outbound", "Internal": "internal"}


class Reading:
    """What the records of one org need to be read: its names, its currency and what its ids begin with."""

    def __init__(self, names: FieldMap, currency: str, prefixes: Mapping[str, str]) -> None:
        self._names = names
        self._currency = currency
        self._prefixes = {**PREFIXES, **prefixes}

    def record(self, kind: str, shape: Shape, row: Row, **more: Any) -> Record | None:
        """One row as ours; None where it is nothing of ours (an inactive stage, a role without a meaning)."""
        make = getattr(self, f"_{kind}")
        made: Record | None = make(Fields(shape, row), row, **more)
        return made

    def of(self, name: str, record_id: object) -> str | None:
        """The id, where it is one of this object."""
        given = values.words(record_id)
        return given if given and given.startswith(self._prefixes[name]) else None

    def _users(self, f: Fields, row: Row) -> User | None:
        if row.get("UserType") not in (None, "Standard"):
            return None
        return User(
            id=row["Id"],
            name=f.text("name") or row["Id"],
            email=f.text("email"),
            team=f.text("team"),
            manager_id=f.text("manager_id"),
            time_zone=f.text("time_zone") or "UTC",
            username=f.text("username"),
            active=row.get("IsActive") is not False,
        )

    def _stages(self, f: Fields, row: Row) -> Stage | None:
        if row.get("IsActive") is False:
            return None
        category = f.text("forecast_category") or "Pipeline"
        return Stage(
            id=row["Id"],
            name=f.text("name") or row.get("MasterLabel") or row["Id"],
            order=values.whole(f.get("order")) or 0,
            probability=float(f.get("probability") or 0) / 100,
            forecast_category=FORECAST.get(category, category),
            is_closed=bool(f.get("is_closed")),
            is_won=bool(f.get("is_won")),
        )

    def _products(self, f: Fields, row: Row, price: object = None) -> Product | None:
        if row.get("IsActive") is False:
            return None
        return Product(
            id=row["Id"],
            name=f.text("name") or row["Id"],
            family=f.text("family"),
            list_price=values.money(price),
            currency=self._money_of(f),
        )

    def _accounts(self, f: Fields, row: Row) -> Account:
        plain = {key: f.text(key) for key in ("industry", "segment", "country", "region", "owner_id", "parent_id")}
        return Account(
            id=row["Id"],
            name=f.text("name") or row["Id"],
            domain=values.domain(f.get("domain")),
            type=account_type(f.text("type")),
            employees=values.whole(f.get("employees")),
            annual_revenue=values.money(f.get("annual_revenue")),
            currency=self._money_of(f),
            customer_since=values.day(f.get("customer_since")),
            renewal_date=values.day(f.get("renewal_date")),
            created_at=values.time(f.get("created_at")),
            updated_at=values.time(f.get("updated_at")),
            **plain,
        )

    def _contacts(self, f: Fields, row: Row) -> Contact:
        email, phone, fax = (
            values.yes(x) for x in (f.get("email_opt_out"), f.get("phone_opt_out"), row.get("HasOptedOutOfFax"))
        )
        plain = {
            key: f.text(key) for key in ("account_id", "title", "email", "country", "consent_basis", "consent_source")
        }
        return Contact(
            id=row["Id"],
            name=f.text("name") or f.text("email") or row["Id"],
            phone=f.text("phone") or values.words(row.get("MobilePhone")),
            # Who opted out of every way there is wants no contact at all.
            do_not_contact=values.yes(f.get("do_not_contact")) or (email and phone and fax),
            email_opt_out=email,
            phone_opt_out=phone,
            consent_at=values.time(f.get("consent_at")),
            created_at=values.time(f.get("created_at")),
            updated_at=values.time(f.get("updated_at")),
            **plain,
        )

    def _opportunities(self, f: Fields, row: Row) -> Opportunity:
        names = "account_id owner_id forecast_category product next_step competitor loss_reason lead_source".split()
        plain = {key: f.text(key) for key in names}
        return Opportunity(
            id=row["Id"],
            name=f.text("name") or row["Id"],
            amount=values.money(f.get("amount")),
            currency=self._money_of(f),
            stage=f.text("stage") or "",
            type=deal_type(f.text("type")),
            created_at=values.time(f.get("created_at")),
            close_date=values.day(f.get("close_date")),
            is_closed=bool(f.get("is_closed")),
            is_won=bool(f.get("is_won")),
            next_step_date=values.day(f.get("next_step_date")),
            updated_at=values.time(f.get("updated_at")),
            **plain,
        )

    def _contact_roles(self, f: Fields, row: Row) -> OpportunityContactRole | None:
        role = self._names.meaning("role", f.text("role"))
        deal, contact = f.text("opportunity_id"), f.text("contact_id")
        if role is None or deal is None or contact is None:
            return None
        return OpportunityContactRole(
            id=row["Id"], opportunity_id=deal, contact_id=contact, role=cast(ContactRole, role)
        )

    def _history(self, f: Fields, row: Row) -> OpportunityHistory:
        category = f.text("forecast_category")
        return OpportunityHistory(
            id=row["Id"],
            opportunity_id=f.text("opportunity_id") or "",
            at=values.time(f.get("at")) or datetime.min.replace(tzinfo=UTC),
            stage=f.text("stage") or "",
            amount=values.money(f.get("amount")),
            close_date=values.day(f.get("close_date")),
            forecast_category=FORECAST.get(category, category) if category else None,
            user_id=f.text("user_id"),
        )

    def _tasks(self, f: Fields, row: Row, others: Sequence[str] = ()) -> Record:
        """A finished call or e-mail is an activity, everything else a task."""
        state = self._names.meaning("task_status", f.text("status")) or ("done" if row.get("IsClosed") else "open")
        kind = activity_kind(row)
        if kind is not None and state == "done":
            return self._call(f, row, kind, others)
        return Task(
            id=row["Id"],
            subject=f.text("subject") or "",
            due=values.day(f.get("due")),
            status=cast(TaskStatus, state),
            side=cast(Side, f.text("side") if f.text("side") in ("ours", "theirs") else "ours"),
            owner_id=f.text("owner_id"),
            account_id=self._account(f),
            opportunity_id=self.of("Opportunity", f.get("opportunity_id")),
            contact_id=self.of("Contact", f.get("contact_id")),
            created_at=values.time(f.get("created_at")),
        )

    def _call(self, f: Fields, row: Row, kind: ActivityKind, others: Sequence[str]) -> Activity:
        seconds = values.whole(row.get("CallDurationInSeconds"))
        return Activity(
            id=row["Id"],
            kind=kind,
            at=happened(f, row),
            subject=f.text("subject") or "",
            body=values.words(row.get("Description")),
            direction=_DIRECTIONS.get(str(row.get("CallType"))),
            account_id=self._account(f),
            opportunity_id=self.of("Opportunity", f.get("opportunity_id")),
            owner_id=f.text("owner_id"),
            contact_ids=self._people(f.get("contact_id"), others),
            minutes=None if not seconds else max(1, round(seconds / 60)),
        )

    def _events(self, f: Fields, row: Row, others: Sequence[str] = ()) -> Activity | None:
        if row.get("IsChild"):
            return None
        day = values.day(row.get("ActivityDate"))
        at = values.time(f.get("at")) or (datetime.combine(day, clock(), UTC) if day else None)
        if at is None:
            return None
        return Activity(
            id=row["Id"],
            kind="meeting",
            at=at,
            subject=f.text("subject") or "",
            body=f.text("body"),
            account_id=self._account(f),
            opportunity_id=self.of("Opportunity", f.get("opportunity_id")),
            owner_id=f.text("owner_id"),
            contact_ids=self._people(f.get("contact_ids"), others),
            minutes=values.whole(f.get("minutes")),
        )

    def _notes(self, f: Fields, row: Row, linked: Sequence[str] = (), body: str | None = None) -> Activity | None:
        """A note that hangs on nothing of ours is its writer's own affair."""
        accounts = [x for x in linked if self.of("Account", x)]
        deals = [x for x in linked if self.of("Opportunity", x)]
        people = self._people(None, linked)
        if not (accounts or deals or people):
            return None
        return Activity(
            id=row["Id"],
            kind="note",
            at=values.time(f.get("at")) or datetime.min.replace(tzinfo=UTC),
            subject=f.text("subject") or "",
            body=values.words(values.plain(body) if body else values.unescaped(f.text("body"))),
            account_id=next(iter(accounts), None),
            opportunity_id=next(iter(deals), None),
            owner_id=f.text("owner_id"),
            contact_ids=people,
        )

    def _account(self, f: Fields) -> str | None:
        return f.text("account_id") or self.of("Account", f.get("opportunity_id"))

    def _people(self, first: object, others: Sequence[str]) -> tuple[str, ...]:
        known = [x for x in (first, *others) if self.of("Contact", x)]
        return tuple(dict.fromkeys(str(x) for x in known))

    def _money_of(self, f: Fields) -> str:
        return f.text("currency") or self._currency
