"""Our fields and Salesforce's, object by object, and the picklist values that mean ours."""

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
NOT_EVERYWHERE = frozenset(
    "CurrencyIsoCode ApiName Department UserType HasOpportunityLineItem CompletedDateTime TaskSubtype IsChild "
    "MobilePhone HasOptedOutOfFax MasterRecordId ActivityDateTime".split()
)
"""fields that only some orgs, versions or rights have"""
