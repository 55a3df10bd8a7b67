"""CRM records in Salesforce's words. Ids are opaque; money is Decimal with its currency; times are aware UTC."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from bot.log import event
from bot.settings import Role

ActivityKind = Literal["call", "email", "meeting", "note"]
Direction = Literal["inbound", "outbound", "internal"]
TaskStatus = Literal["open", "done", "cancelled"]
Side = Literal["ours", "theirs"]
ContactRole = Literal[
    "economic_buyer", "champion", "decision_maker", "technical_buyer", "procurement", "blocker", "user", "coach"
]


class Record(BaseModel):
    """A frozen row of the CRM."""

    model_config = ConfigDict(frozen=True)

    id: str


class User(Record):
    """A person of our own company."""

    name: str
    email: str | None = None
    role: Role = "seller"
    team: str | None = None
    manager_id: str | None = None
    time_zone: str = "UTC"
    username: str | None = None
    """the name they log in to the CRM by, where that is another than the e-mail"""
    active: bool = True
    """False for one who left: still the owner of old records, but nobody who asks"""

    @field_validator("time_zone")
    @classmethod
    def a_known_zone(cls, name: str) -> str:
        """Take UTC for a zone that this machine does not know, so that no request fails by it."""
        return name if _is_zone(name) else "UTC"


class Account(Record):
    """A company we sell to."""

    name: str
    domain: str | None = None
    type: str | None = None
    """customer, prospect, partner or former"""
    industry: str | None = None
    segment: str | None = None
    employees: int | None = None
    annual_revenue: Decimal | None = None
    currency: str = "USD"
    country: str | None = None
    region: str | None = None
    owner_id: str | None = None
    parent_id: str | None = None
    customer_since: date | None = None
    renewal_date: date | None = None
    products: tuple[str, ...] = ()
    """names of the products they own"""
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Contact(Record):
    """A person at an account, with what they allowed us."""

    account_id: str | None = None
    name: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    do_not_contact: bool = False
    email_opt_out: bool = False
    phone_opt_out: bool = False
    consent_basis: str | None = None
    """express, implied, contract, legitimate_interest or none"""
    consent_source: str | None = None
    consent_at: datetime | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Product(Record):
    """What we sell, at list price."""

    name: str
    family: str | None = None
    list_price: Decimal | None = None
    currency: str = "USD"


class Stage(Record):
    """One value of the stage picklist."""

    name: str
    order: int
    probability: float
    """CRM default, 0 to 1"""
    forecast_category: str
    is_closed: bool = False
    is_won: bool = False


class Opportunity(Record):
    """A deal."""

    name: str
    account_id: str | None = None
    owner_id: str | None = None
    amount: Decimal | None = None
    currency: str = "USD"
    stage: str
    forecast_category: str | None = None
    """Omitted, Pipeline, Best Case, Commit or Closed"""
    type: str | None = None
    """new, expansion or renewal"""
    product: str | None = None
    created_at: datetime | None = None
    close_date: date | None = None
    """expected while open, actual once closed"""
    is_closed: bool = False
    is_won: bool = False
    next_step: str | None = None
    next_step_date: date | None = None
    competitor: str | None = None
    loss_reason: str | None = None
    lead_source: str | None = None
    updated_at: datetime | None = None


class OpportunityHistory(Record):
    """The deal as it stood after one change (Salesforce's OpportunityHistory)."""

    opportunity_id: str
    at: datetime
    stage: str
    amount: Decimal | None = None
    close_date: date | None = None
    forecast_category: str | None = None
    user_id: str | None = None


class OpportunityContactRole(Record):
    """What a contact is to a deal."""

    opportunity_id: str
    contact_id: str
    role: ContactRole


class Activity(Record):
    """A call, e-mail, meeting or note."""

    kind: ActivityKind
    at: datetime
    subject: str
    body: str | None = None
    direction: Direction | None = None
    """inbound counts as the customer's side; a meeting or call with contacts is two-way"""
    account_id: str | None = None
    opportunity_id: str | None = None
    owner_id: str | None = None
    contact_ids: tuple[str, ...] = ()
    minutes: int | None = None


THEIRS = "Theirs: "
"""how the subject of a customer's promise begins in a CRM that has no field for whose it is"""


class Task(Record):
    """Something to be done; `side` tells whose promise it is."""

    subject: str
    due: date | None = None
    status: TaskStatus = "open"
    side: Side = "ours"
    owner_id: str | None = None
    account_id: str | None = None
    opportunity_id: str | None = None
    contact_id: str | None = None
    created_at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _side_in_subject(cls, given: Any) -> Any:
        """Read a subject that says whose promise it is."""
        subject = given.get("subject") if isinstance(given, dict) else None
        if not isinstance(subject, str) or not subject.startswith(THEIRS) or subject == THEIRS:
            return given
        return {**given, "subject": subject.removeprefix(THEIRS), "side": "theirs"}


class Quota(Record):
    """What somebody is to sell in a period: a person, else a team, else the whole company."""

    user_id: str | None = None
    team: str | None = None
    first: date
    last: date
    amount: Decimal
    currency: str = "USD"


class DealWords(NamedTuple):
    """What one deal is called by: the names in it that people use in questions."""

    id: str
    type: str | None
    currency: str
    forecast_category: str | None
    competitor: str | None
    product: str | None
    loss_reason: str | None
    lead_source: str | None


class SnapshotRow(BaseModel):
    """An open deal as it stood on one day: what movement and forecasts are later compared with."""

    model_config = ConfigDict(frozen=True)

    day: date
    opportunity_id: str
    account_id: str | None = None
    owner_id: str | None = None
    name: str
    stage: str
    amount: Decimal | None = None
    currency: str = "USD"
    close_date: date | None = None
    forecast_category: str | None = None


@lru_cache(maxsize=1024)
def _is_zone(name: str) -> bool:
    """Whether a time zone is known here; an unknown one is logged once."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        event("time_zone_unknown", zone=name[:64], taken="UTC")
        return False
    return True
