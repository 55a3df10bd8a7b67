"""Which HubSpot property holds which field of ours; SELLER_CRM_FIELDS adds to it and overrides it (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

from bot.crm.records import ContactRole

Table = Mapping[str, str]

COMPANY: Table = MappingProxyType(
    {
        "name": "name",
        "domain": "domain",
        "type": "type",
        "industry": "industry",
        "employees": "numberofemployees",
        "annual_revenue": "annualrevenue",
        "currency": "hs_annual_revenue_currency_code",
        "country": "country",
        "region": "state",
        "owner_id": "hubspot_owner_id",
        "parent_id": "hs_parent_company_id",
        "created_at": "createdate",
        "updated_at": "hs_lastmodifieddate",
    }
)
CONTACT: Table = MappingProxyType(
    {
        "title": "jobtitle",
        "email": "email",
        "phone": "phone",
        "country": "country",
        "account_id": "associatedcompanyid",
        "email_opt_out": "hs_email_optout",
        "consent_basis": "hs_legal_basis",
        "created_at": "createdate",
        "updated_at": "lastmodifieddate",
    }
)
DEAL: Table = MappingProxyType(
    {
        "name": "dealname",
        "account_id": "hs_primary_associated_company",
        "owner_id": "hubspot_owner_id",
        "amount": "amount",
        "currency": "deal_currency_code",
        "stage": "dealstage",
        "forecast_category": "hs_manual_forecast_category",
        "type": "dealtype",
        "close_date": "closedate",
        "is_closed": "hs_is_closed",
        "is_won": "hs_is_closed_won",
        "next_step": "hs_next_step",
        "loss_reason": "closed_lost_reason",
        "lead_source": "hs_analytics_source",
        "created_at": "createdate",
        "updated_at": "hs_lastmodifieddate",
    }
)
PRODUCT: Table = MappingProxyType(
    {"name": "name", "family": "hs_product_type", "list_price": "price", "currency": "hs_price_currency_code"}
)
TABLES: Mapping[str, Table] = MappingProxyType(
    {"companies": COMPANY, "contacts": CONTACT, "deals": DEAL, "products": PRODUCT}
)
OURS: Mapping[str, str] = MappingProxyType(
    {"companies": "account", "contacts": "contact", "deals": "opportunity", "products": "product"}
)
"""our name of each type, as SELLER_CRM_FIELDS spells it"""

ALSO_READ: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "companies": ("lifecyclestage", "hs_merged_object_ids"),
        "contacts": ("firstname", "lastname", "mobilephone", "hs_merged_object_ids", "hs_calculated_merged_vids"),
        "deals": ("pipeline", "hs_forecast_category", "hs_merged_object_ids"),
        "calls": (
            "hs_timestamp hs_call_title hs_call_body hs_call_direction hs_call_duration hubspot_owner_id hs_createdate"
        ).split(),
        "emails": "hs_timestamp hs_email_subject hs_email_text hs_email_html hs_email_direction hubspot_owner_id".split(),
        "meetings": (
            "hs_timestamp hs_meeting_title hs_meeting_body hs_meeting_start_time hs_meeting_end_time hubspot_owner_id"
        ).split(),
        "notes": "hs_timestamp hs_note_body hubspot_owner_id".split(),
        "tasks": "hs_timestamp hs_task_subject hs_task_status hubspot_owner_id hs_createdate".split(),
        "products": (),
    }
)
HISTORY = ("dealstage", "amount", "closedate", "hs_manual_forecast_category")
"""the properties of a deal whose past values are read"""

ACTIVITIES = ("calls", "emails", "meetings", "notes")
SINGULAR: Mapping[str, str] = MappingProxyType(
    {"calls": "call", "emails": "email", "meetings": "meeting", "notes": "note"}
)
PLURAL: Mapping[str, str] = MappingProxyType({one: many for many, one in SINGULAR.items()})

KEY = "seller_change_id"
"""the unique property that makes a create unrepeatable"""

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {"OMIT": "Omitted", "PIPELINE": "Pipeline", "BEST_CASE": "Best Case", "COMMIT": "Commit", "CLOSED": "Closed"}
)
DEAL_TYPES: Mapping[str, str] = MappingProxyType(
    {"newbusiness": "new", "existingbusiness": "expansion", "renewal": "renewal"}
)
COMPANY_TYPES: Mapping[str, str] = MappingProxyType(
    {"PROSPECT": "prospect", "PARTNER": "partner", "RESELLER": "partner"}
)
CUSTOMER_STAGES = frozenset({"customer", "evangelist"})
PROSPECT_STAGES = frozenset({"subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity"})
LEGAL_BASES: tuple[tuple[str, str], ...] = (
    ("consent", "express"),
    ("contract", "contract"),
    ("legitimate interest", "legitimate_interest"),
    ("not applicable", "none"),
)
"""part of HubSpot's wording → ours; where several are set the strongest counts"""
TASK_STATUS: Mapping[str, str] = MappingProxyType({"COMPLETED": "done", "DEFERRED": "cancelled"})
"""everything else is open"""

TYPE_IDS: Mapping[str, str] = MappingProxyType(
    {
        "account": "0-2",
        "contact": "0-1",
        "opportunity": "0-3",
        "task": "0-27",
        "activity": "0-4",
        "call": "0-48",
        "email": "0-49",
        "meeting": "0-47",
        "note": "0-46",
    }
)
"""HubSpot's ids of object types, as its links hold them"""

LINK_TYPES: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("contacts", "companies"): 1,
        ("deals", "contacts"): 3,
        ("calls", "contacts"): 194,
        ("calls", "companies"): 182,
        ("calls", "deals"): 206,
        ("emails", "contacts"): 198,
        ("emails", "companies"): 186,
        ("emails", "deals"): 210,
        ("meetings", "contacts"): 200,
        ("meetings", "companies"): 188,
        ("meetings", "deals"): 212,
        ("notes", "contacts"): 202,
        ("notes", "companies"): 190,
        ("notes", "deals"): 214,
        ("tasks", "contacts"): 204,
        ("tasks", "companies"): 192,
        ("tasks", "deals"): 216,
    }
)
"""HubSpot's ids of the links that it defines itself; the first is the contact's primary company"""


@dataclass(frozen=True)
class FieldMap:
    """The tables with what the settings say on top."""

    custom: Mapping[str, str]

    def of(self, kind: str) -> Table:
        """Our field → property, for a type of HubSpot's."""
        ours = f"{OURS.get(kind, kind)}."
        added = {name.removeprefix(ours): to for name, to in self.custom.items() if name.startswith(ours)}
        return {**TABLES.get(kind, {}), **added}

    def added(self, kind: str) -> Table:
        """Only what the settings say."""
        own, standard = self.of(kind), TABLES.get(kind, {})
        return {name: to for name, to in own.items() if standard.get(name) != to}

    def property(self, kind: str, name: str) -> str | None:
        """The property of one field."""
        return self.of(kind).get(name)

    def properties(self, kind: str) -> list[str]:
        """What is asked for when rows of the type are read."""
        stamps = ["hs_object_id", STAMPS.get(kind, "hs_lastmodifieddate")]
        return list(dict.fromkeys([*self.of(kind).values(), *ALSO_READ.get(kind, ()), *stamps]))

    def label(self, role: ContactRole) -> str:
        """The association label of a role between a deal and a contact."""
        return self.custom.get(f"role.{role}") or role.replace("_", " ").capitalize()

    def role(self, label: str | None) -> ContactRole | None:
        """The role that a label means."""
        roles: tuple[ContactRole, ...] = get_args(ContactRole)
        return next((role for role in roles if label and same_label(label, self.label(role))), None)


STAMPS: Mapping[str, str] = MappingProxyType({"contacts": "lastmodifieddate"})
"""the property that says when a record was changed, where it is another than hs_lastmodifieddate"""


def activity_id(kind: str, record_id: str) -> str:
    """The id of an activity among all activities: HubSpot's are unique within their type only."""
    return f"{SINGULAR[kind]}-{record_id}"


def apart(activity: str) -> tuple[str, str]:
    """HubSpot's type and id of an activity."""
    one, _, record_id = activity.partition("-")
    return PLURAL[one], record_id


def same_label(one: str, other: str) -> bool:
    """Whether two labels are the same but for case, spaces and dashes."""
    return "".join(filter(str.isalnum, one.lower())) == "".join(filter(str.isalnum, other.lower()))
