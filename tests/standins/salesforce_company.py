"""The sample company as a Salesforce org keeps it: 18-character ids, stages that close, currencies, notes, events, private fields."""

import base64
import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Task,
    User,
)
from bot.sample.world import World, load_world
from standins.salesforce import Salesforce
from standins.salesforce_org import stamp

FIELDS = {
    "Account": ("Region__c", "Customer_Since__c:date", "Renewal_Date__c:date"),
    "Contact": ("Do_Not_Contact__c:boolean", "Consent_Basis__c", "Consent_Source__c", "Consent_At__c:datetime"),
    "Opportunity": ("Product__c", "Next_Step_Date__c:date"),
    "Task": ("Side__c",),
}
TYPES = {"new": "New Business", "expansion": "Existing Business", "renewal": "Renewal"}
OLD_CATEGORY = {"Best Case": "BestCase", "Commit": "Forecast"}
STATUS = {"open": "Not Started", "done": "Completed", "cancelled": "Cancelled"}


@dataclass
class Company:
    """The org and the id that each of our records has there."""

    crm: Salesforce
    ids: dict[str | None, str | None] = field(default_factory=lambda: {None: None})

    def put(self, name: str, ours: str | None, **values: Any) -> str:
        """Load one row; its dates as JSON has them."""
        made = self.crm.org.put(name, **{key: _json(value) for key, value in values.items()})
        if ours is not None:
            self.ids[ours] = made
        return made


def furnish(crm: Salesforce, today: date, *, currencies: bool = True) -> Company:
    """Load the sample company into the stand-in."""
    world, company = load_world(today), Company(crm)
    _fields(crm, currencies)
    _stages(crm, world)
    for rows, put in _order(world):
        for row in rows:
            put(company, row)
    if not currencies:
        for rows in crm.org.rows.values():
            for each in rows.values():
                each.pop("CurrencyIsoCode", None)
    return company


def _order(world: World) -> list[tuple[list[Any], Callable[[Company, Any], None]]]:
    return [
        (world.users, _user), (world.users, _manager), (world.products, _product), (world.accounts, _account),
        (world.contacts, _contact), (world.opportunities, _deal), (world.history, _history), (world.roles, _role),
        (world.activities, _activity), (world.tasks, _task),
    ]  # fmt: skip


def _fields(crm: Salesforce, currencies: bool) -> None:
    for name, fields in FIELDS.items():
        for each in fields:
            called, _, kind = each.partition(":")
            crm.org.add_field(name, called, kind or "string", 0 if kind else 255)
    for name in ("Account", "Opportunity", "Product2", "Organization") if currencies else ():
        crm.org.add_field(name, "CurrencyIsoCode", "picklist", 3)
    for row in crm.org.rows["Organization"].values():
        row["CurrencyIsoCode"] = "USD"
    for value in ("Procurement", "Coach"):
        crm.org.add_value("OpportunityContactRole", "Role", value)
    crm.org.add_value("Task", "Status", "Cancelled")


def _stages(crm: Salesforce, world: World) -> None:
    crm.org.rows["OpportunityStage"].clear()
    crm.org.stages = [
        (each.name, round(each.probability * 100), each.forecast_category, each.is_closed, each.is_won)
        for each in world.stages
    ]
    stage_name = next(each for each in crm.org.fields["Opportunity"] if each["name"] == "StageName")
    stage_name["picklistValues"] = []
    for each in world.stages:
        crm.org.add_value("Opportunity", "StageName", each.name)
        crm.org.put(
            "OpportunityStage", MasterLabel=each.name, ApiName=each.name, SortOrder=each.order, IsActive=True,
            DefaultProbability=round(each.probability * 100), ForecastCategoryName=each.forecast_category,
            IsClosed=each.is_closed, IsWon=each.is_won,
        )  # fmt: skip


def _user(to: Company, row: User) -> None:
    to.put(
        "User", row.id, Name=row.name, Email=row.email, Username=f"{row.email}.crm", IsActive=True,
        UserType="Standard", TimeZoneSidKey=row.time_zone, Department=row.team,
    )  # fmt: skip


def _manager(to: Company, row: User) -> None:
    to.crm.org.rows["User"][str(to.ids[row.id])]["ManagerId"] = to.ids[row.manager_id]


def _product(to: Company, row: Product) -> None:
    books = to.crm.org.rows["Pricebook2"]
    book = next(iter(books), None) or to.put("Pricebook2", None, Name="Standard", IsStandard=True)
    made = to.put("Product2", row.id, Name=row.name, Family=row.family, IsActive=True, CurrencyIsoCode=row.currency)
    to.put("PricebookEntry", None, Product2Id=made, Pricebook2Id=book, UnitPrice=_number(row.list_price))


def _account(to: Company, row: Account) -> None:
    to.put(
        "Account", row.id, Name=row.name, Website=f"https://www.{row.domain}/" if row.domain else None,
        Type=(row.type or "").title() or None, Industry=row.industry, Segment__c=row.segment,
        NumberOfEmployees=row.employees, AnnualRevenue=_number(row.annual_revenue), CurrencyIsoCode=row.currency,
        BillingCountry=row.country, Region__c=row.region, OwnerId=to.ids[row.owner_id],
        ParentId=to.ids.get(row.parent_id), Customer_Since__c=row.customer_since, Renewal_Date__c=row.renewal_date,
        **_stamps(row),
    )  # fmt: skip


def _contact(to: Company, row: Contact) -> None:
    first, _, last = row.name.rpartition(" ")
    to.put(
        "Contact", row.id, AccountId=to.ids[row.account_id], FirstName=first or None, LastName=last, Name=row.name,
        Title=row.title, Email=row.email, Phone=row.phone, MailingCountry=row.country,
        HasOptedOutOfEmail=row.email_opt_out, DoNotCall=row.phone_opt_out, Do_Not_Contact__c=row.do_not_contact,
        Consent_Basis__c=row.consent_basis, Consent_Source__c=row.consent_source, Consent_At__c=row.consent_at,
        **_stamps(row),
    )  # fmt: skip


def _deal(to: Company, row: Opportunity) -> None:
    stage = next(each for each in to.crm.org.stages if each[0] == row.stage)
    to.put(
        "Opportunity", row.id, Name=row.name, AccountId=to.ids[row.account_id], OwnerId=to.ids[row.owner_id],
        Amount=_number(row.amount), CurrencyIsoCode=row.currency, StageName=row.stage, Probability=stage[1],
        ForecastCategoryName=row.forecast_category, ForecastCategory=_category(row.forecast_category),
        Type=TYPES.get(row.type or ""), Product__c=row.product, CloseDate=row.close_date, IsClosed=stage[3],
        IsWon=stage[4], NextStep=row.next_step, Next_Step_Date__c=row.next_step_date,
        MainCompetitors__c=row.competitor, Loss_Reason__c=row.loss_reason, LeadSource=row.lead_source, **_stamps(row),
    )  # fmt: skip


def _history(to: Company, row: OpportunityHistory) -> None:
    to.put(
        "OpportunityHistory", row.id, OpportunityId=to.ids[row.opportunity_id], StageName=row.stage,
        Amount=_number(row.amount), CloseDate=row.close_date, ForecastCategory=_category(row.forecast_category),
        CreatedById=to.ids[row.user_id], CreatedDate=stamp(row.at),
    )  # fmt: skip


def _role(to: Company, row: OpportunityContactRole) -> None:
    named = {"user": "Business User"}.get(row.role, row.role.replace("_", " ").title())
    to.put(
        "OpportunityContactRole", row.id, OpportunityId=to.ids[row.opportunity_id],
        ContactId=to.ids[row.contact_id], Role=named,
    )  # fmt: skip


def _activity(to: Company, row: Activity) -> None:
    common = {"Subject": row.subject, "Description": row.body, "OwnerId": to.ids[row.owner_id], **_links(to, row)}
    if row.kind == "note":
        _note(to, row)
    elif row.kind == "meeting":
        to.put("Event", row.id, StartDateTime=stamp(row.at), DurationInMinutes=row.minutes or 30, **common)
    else:
        to.put(
            "Task", row.id, TaskSubtype=row.kind.title(), Status="Completed", IsClosed=True,
            CallType=row.direction.title() if row.direction and row.kind == "call" else None,
            CallDurationInSeconds=row.minutes * 60 if row.minutes else None, ActivityDate=row.at.date(),
            CompletedDateTime=stamp(row.at), CreatedDate=stamp(row.at), **common,
        )  # fmt: skip


def _note(to: Company, row: Activity) -> None:
    text = row.body or row.subject
    made = to.put(
        "ContentNote", row.id, Title=row.subject, TextPreview=text[:255], ContentSize=len(text.encode()),
        Content=base64.b64encode(html.escape(text).encode()).decode(), OwnerId=to.ids[row.owner_id], CreatedDate=stamp(row.at),
    )  # fmt: skip
    for parent in (row.opportunity_id, row.account_id, *row.contact_ids):
        if parent:
            to.put("ContentDocumentLink", None, ContentDocumentId=made, LinkedEntityId=to.ids[parent], ShareType="V")


def _task(to: Company, row: Task) -> None:
    to.put(
        "Task", row.id, Subject=row.subject, TaskSubtype="Task", Status=STATUS[row.status], Side__c=row.side,
        IsClosed=row.status == "done", ActivityDate=row.due, OwnerId=to.ids[row.owner_id],
        WhatId=to.ids[row.opportunity_id or row.account_id], AccountId=to.ids[row.account_id],
        WhoId=to.ids[row.contact_id], **_stamps(row),
    )  # fmt: skip


def _links(to: Company, row: Activity) -> Mapping[str, Any]:
    who = next(iter(row.contact_ids), None)
    return {
        "WhatId": to.ids[row.opportunity_id or row.account_id],
        "AccountId": to.ids[row.account_id],
        "WhoId": to.ids[who],
    }


def _stamps(row: Any) -> dict[str, str]:
    """When it was made; when it was changed stays the loading, as after a migration."""
    return {"CreatedDate": stamp(row.created_at)} if row.created_at else {}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _category(given: str | None) -> str | None:
    return OLD_CATEGORY.get(given or "", given)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
