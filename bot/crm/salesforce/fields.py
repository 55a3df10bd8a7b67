"""Our fields and Salesforce's: one table, which `SELLER_CRM_FIELDS` adds to and describe narrows to what is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    ContactRole,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Record,
    Stage,
    Task,
    User,
)
from bot.crm.salesforce.schema import Described, Schema
from bot.errors import BotError, CrmRejected

KEY_FIELD = "Seller_Change_Id__c"
"""holds the change's id on what was created, so that it cannot be created twice"""
_CURRENCY = "CurrencyIsoCode"


@dataclass(frozen=True)
class Table:
    """One object of Salesforce and where our fields are in it: the first of the names that exists."""

    name: str
    record: type[Record]
    word: str
    """how settings call it, such as `opportunity` in `opportunity.competitor`"""
    fields: Mapping[str, tuple[str, ...]]
    stamps: tuple[str, ...] = ("SystemModstamp", "LastModifiedDate", "CreatedDate")
    extra: tuple[str, ...] = ()
    """fields that are read besides where they exist"""


def _table(
    name: str,
    record: type[Record],
    word: str,
    fields: Mapping[str, str],
    stamps: tuple[str, ...] | None = None,
    extra: str = "",
) -> Table:
    named = {ours: tuple(theirs.split()) for ours, theirs in fields.items()}
    made = Table(name, record, word, MappingProxyType(named), extra=tuple(extra.split()))
    return made if stamps is None else Table(name, record, word, made.fields, stamps, made.extra)


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "users": _table(
            "User",
            User,
            "user",
            {
                "name": "Name",
                "email": "Email",
                "username": "Username",
                "team": "Department",
                "manager_id": "ManagerId",
                "time_zone": "TimeZoneSidKey",
                "active": "IsActive",
            },
            extra="UserType",
        ),
        "stages": _table(
            "OpportunityStage",
            Stage,
            "stage",
            {
                "name": "ApiName MasterLabel",
                "order": "SortOrder",
                "probability": "DefaultProbability",
                "forecast_category": "ForecastCategoryName ForecastCategory",
                "is_closed": "IsClosed",
                "is_won": "IsWon",
            },
            extra="IsActive MasterLabel",
        ),
        "products": _table(
            "Product2",
            Product,
            "product",
            {"name": "Name", "family": "Family", "currency": _CURRENCY},
            extra="IsActive",
        ),
        "accounts": _table(
            "Account",
            Account,
            "account",
            {
                "name": "Name",
                "domain": "Website",
                "type": "Type",
                "industry": "Industry",
                "segment": "Segment__c",
                "employees": "NumberOfEmployees",
                "annual_revenue": "AnnualRevenue",
                "currency": _CURRENCY,
                "country": "BillingCountry",
                "region": "Region__c",
                "owner_id": "OwnerId",
                "parent_id": "ParentId",
                "customer_since": "Customer_Since__c",
                "renewal_date": "Renewal_Date__c",
                "created_at": "CreatedDate",
                "updated_at": "LastModifiedDate",
            },
            extra="IsDeleted MasterRecordId",
        ),
        "contacts": _table(
            "Contact",
            Contact,
            "contact",
            {
                "account_id": "AccountId",
                "name": "Name",
                "title": "Title",
                "email": "Email",
                "phone": "Phone",
                "country": "MailingCountry",
                "do_not_contact": "Do_Not_Contact__c",
                "email_opt_out": "HasOptedOutOfEmail",
                "phone_opt_out": "DoNotCall",
                "consent_basis": "Consent_Basis__c",
                "consent_source": "Consent_Source__c",
                "consent_at": "Consent_At__c",
                "created_at": "CreatedDate",
                "updated_at": "LastModifiedDate",
            },
            extra="MobilePhone HasOptedOutOfFax IsDeleted MasterRecordId",
        ),
        "opportunities": _table(
            "Opportunity",
            Opportunity,
            "opportunity",
            {
                "name": "Name",
                "account_id": "AccountId",
                "owner_id": "OwnerId",
                "amount": "Amount",
                "currency": _CURRENCY,
                "stage": "StageName",
                "forecast_category": "ForecastCategoryName",
                "type": "Type",
                "product": "Product__c",
                "created_at": "CreatedDate",
                "close_date": "CloseDate",
                "is_closed": "IsClosed",
                "is_won": "IsWon",
                "next_step": "NextStep",
                "next_step_date": "Next_Step_Date__c",
                "competitor": "MainCompetitors__c Competitor__c",
                "loss_reason": "Loss_Reason__c",
                "lead_source": "LeadSource",
                "updated_at": "LastModifiedDate",
            },
            extra="IsDeleted HasOpportunityLineItem",
        ),
        "contact_roles": _table(
            "OpportunityContactRole",
            OpportunityContactRole,
            "contact_role",
            {"opportunity_id": "OpportunityId", "contact_id": "ContactId", "role": "Role"},
            extra="IsDeleted",
        ),
        "history": _table(
            "OpportunityHistory",
            OpportunityHistory,
            "opportunity_history",
            {
                "opportunity_id": "OpportunityId",
                "at": "CreatedDate",
                "stage": "StageName",
                "amount": "Amount",
                "close_date": "CloseDate",
                "forecast_category": "ForecastCategory",
                "user_id": "CreatedById",
            },
            stamps=("CreatedDate",),
            extra="IsDeleted",
        ),
        "tasks": _table(
            "Task",
            Task,
            "task",
            {
                "subject": "Subject",
                "due": "ActivityDate",
                "status": "Status",
                "owner_id": "OwnerId",
                "account_id": "AccountId",
                "opportunity_id": "WhatId",
                "contact_id": "WhoId",
                "created_at": "CreatedDate",
                "side": "Side__c",
            },
            extra="IsClosed Description TaskSubtype CallType CallDurationInSeconds CompletedDateTime IsDeleted",
        ),
        "events": _table(
            "Event",
            Activity,
            "event",
            {
                "subject": "Subject",
                "at": "StartDateTime ActivityDateTime",
                "body": "Description",
                "owner_id": "OwnerId",
                "account_id": "AccountId",
                "opportunity_id": "WhatId",
                "contact_ids": "WhoId",
                "minutes": "DurationInMinutes",
            },
            extra="ActivityDate IsChild IsDeleted",
        ),
        "notes": _table(
            "ContentNote",
            Activity,
            "note",
            {"subject": "Title", "at": "CreatedDate", "owner_id": "OwnerId", "body": "TextPreview"},
            stamps=("LastModifiedDate", "SystemModstamp", "CreatedDate"),
            extra="ContentSize IsDeleted",
        ),
    }
)
KINDS = tuple(TABLES)
"""parents first"""

FORECAST = MappingProxyType({"BestCase": "Best Case", "Forecast": "Commit", "MostLikely": "Most Likely"})
"""forecast categories as history names them"""

ROLES: Mapping[ContactRole, tuple[str, ...]] = MappingProxyType(
    {
        "economic_buyer": ("Economic Buyer", "Economic Decision Maker"),
        "champion": ("Champion",),
        "decision_maker": ("Decision Maker",),
        "technical_buyer": ("Technical Buyer", "Evaluator"),
        "procurement": ("Procurement",),
        "blocker": ("Blocker",),
        "user": ("Business User", "User", "End User"),
        "coach": ("Coach",),
    }
)
"""our roles and the values of the Role picklist that mean them, the usual one first"""

STATUSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"open": ("Not Started", "Open"), "done": ("Completed",), "cancelled": ("Cancelled", "Canceled")}
)
"""our states of a task and the values of the Status picklist that mean them"""
_VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"role": MappingProxyType({str(k): v for k, v in ROLES.items()}), "task_status": STATUSES}
)


@dataclass(frozen=True)
class Shape:
    """A table as it is in this org: which of our fields are where, and what is selected."""

    table: Table
    names: Mapping[str, str]
    stamp: str
    described: Described
    selected: tuple[str, ...]


class FieldMap:
    """The tables with the settings' own names, and what describe leaves of them."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = dict(given)
        for key in self._given:
            _known(key)

    def shape(self, kind: str, schema: Schema, *more: str) -> Shape:
        """The table as this user sees it; CrmRejected where a field of the settings is not there."""
        table = TABLES[kind]
        described = schema.of(table.name)
        names = {ours: name for ours in table.fields if (name := self._name(table, described, ours))}
        stamp = next(name for name in table.stamps if _there(described, name) or name == table.stamps[-1])
        extra = [name for name in table.extra if _there(described, name)]
        extra += [name for name in more if described.get(name)]
        standard = ["Id", *names.values(), stamp, *extra]
        return Shape(table, MappingProxyType(names), stamp, described, tuple(dict.fromkeys(standard)))

    def value(self, word: str, ours: str, allowed: tuple[str, ...]) -> str | None:
        """The picklist's value that means ours; None where it has none. Unknown picklists take the usual value."""
        own = self._given.get(f"{word}.{ours}")
        candidates = (own,) if own else _VALUES[word][ours]
        return next((value for value in candidates if value in allowed or not allowed), None)

    def meaning(self, word: str, theirs: str | None) -> str | None:
        """Our word for a picklist's value; None for one that means nothing to us."""
        for ours, values in _VALUES[word].items():
            own = self._given.get(f"{word}.{ours}")
            if theirs is not None and theirs in ((own, *values) if own else values):
                return ours
        return None

    def _name(self, table: Table, described: Described, ours: str) -> str | None:
        own = self._given.get(f"{table.word}.{ours}")
        if own is None:
            return next((name for name in table.fields[ours] if _there(described, name)), None)
        if described.known and described.get(own) is None:
            raise CrmRejected(
                f"SELLER_CRM_FIELDS says that {table.word}.{ours} is {own}, which {table.name} does not have or this "
                "login may not read: correct the setting or ask the Salesforce admin."
            )
        return own


def _there(described: Described, name: str) -> bool:
    """Whether the field can be selected; what is not described counts if every org has it."""
    if described.known:
        return described.get(name) is not None
    return not name.endswith("__c") and name not in _NOT_EVERYWHERE | described.absent


_NOT_EVERYWHERE = frozenset(
    "CurrencyIsoCode ApiName Department UserType HasOpportunityLineItem CompletedDateTime TaskSubtype IsChild "
    "MobilePhone HasOptedOutOfFax MasterRecordId ActivityDateTime".split()
)
"""fields that only some orgs, versions or rights have"""


def _known(key: str) -> None:
    """BotError for a key that names no field of ours."""
    word, _, ours = key.partition(".")
    tables = {table.word: table for table in TABLES.values()}
    if word in _VALUES and ours in _VALUES[word]:
        return
    if word not in tables or ours not in tables[word].fields:
        raise BotError(
            f"SELLER_CRM_FIELDS names {key}, which is no field here: write for instance opportunity.competitor or "
            "role.champion."
        )
