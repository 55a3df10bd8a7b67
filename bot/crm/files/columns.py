"""Which file is which table and which column is which field: one table of aliases per record kind.

An alias stands for a record's field, or for a reference by name (`account`, `owner`, `manager`, `parent`, `contact`,
`opportunity`) or a value that needs the rest of the row (`close_value`, `engaged_on`, `first_name`, `last_name`, `period`).
"""

import re
from functools import cache

from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Product,
    Quota,
    Record,
    Stage,
    Task,
    User,
)

FILES: dict[type[Record], str] = {
    User: "users",
    Stage: "stages",
    Product: "products",
    Account: "accounts",
    Contact: "contacts",
    Opportunity: "opportunities",
    OpportunityHistory: "opportunity_history",
    OpportunityContactRole: "opportunity_contact_roles",
    Activity: "activities",
    Task: "tasks",
    Quota: "quotas",
}
"""The names our own export gives, in the order in which references can be resolved"""

_FILE_ALIASES: dict[type[Record], str] = {
    User: "user owners owner sales_teams sales_team team teams reps sales_reps agents sales_agents employees",
    Stage: "stage deal_stages opportunity_stages pipeline_stages",
    Product: "product catalogue catalog price_list",
    Account: "account companies company customers organizations organisations",
    Contact: "contact people persons",
    Opportunity: "opportunity deals deal sales_pipeline pipeline sales_opportunities",
    OpportunityHistory: "deal_history opportunity_field_history stage_history",
    OpportunityContactRole: "contact_roles deal_contacts",
    Activity: "activity engagements events interactions",
    Task: "task todos to_dos",
    Quota: "quota targets target sales_quotas sales_targets goals forecasting_quota",
}

_ALIASES: dict[type[Record], dict[str, str]] = {
    User: {
        "id": "user_id owner_id employee_id",
        "name": "full_name user user_name owner owner_name sales_agent agent sales_rep rep",
        "email": "email_address e_mail mail user_email",
        "team": "regional_office office region sales_team territory department",
        "manager": "manager manager_name sales_manager reports_to",
        "time_zone": "timezone tz time_zone_sid_key",
    },
    Stage: {
        "id": "stage_id",
        "name": "stage stage_name label deal_stage",
        "order": "sort_order display_order position",
        "is_closed": "closed",
        "is_won": "won",
    },
    Product: {
        "id": "product_id product_code sku",
        "name": "product product_name",
        "family": "series category product_family line",
        "list_price": "sales_price price unit_price retail_price",
        "currency": "currency_iso_code",
    },
    Account: {
        "id": "account_id company_id record_id",
        "name": "account account_name company company_name customer organization",
        "domain": "website url web_site company_domain_name",
        "industry": "sector vertical",
        "type": "account_type",
        "segment": "size_segment tier",
        "employees": "number_of_employees headcount employee_count",
        "annual_revenue": "revenue turnover",
        "country": "office_location billing_country country_region headquarters location",
        "region": "territory billing_state",
        "owner": "owner owner_name account_owner company_owner",
        "parent": "parent parent_account subsidiary_of parent_company",
        "created_at": "created created_date create_date",
        "updated_at": "last_modified_date last_modified modified",
        "currency": "currency_iso_code annual_revenue_currency",
    },
    Contact: {
        "id": "contact_id record_id",
        "name": "full_name contact contact_name",
        "first_name": "first_name firstname given_name",
        "last_name": "last_name lastname surname family_name",
        "title": "job_title position",
        "email": "email_address e_mail mail",
        "phone": "phone_number telephone mobile mobile_phone",
        "country": "mailing_country country_region",
        "account": "account account_name company company_name associated_company",
        "do_not_contact": "do_not_call dnc",
        "email_opt_out": "has_opted_out_of_email unsubscribed opted_out",
        "created_at": "created created_date create_date",
        "updated_at": "last_modified_date last_modified modified",
    },
    Opportunity: {
        "id": "opportunity_id deal_id record_id",
        "name": "opportunity opportunity_name deal deal_name deal_title title",
        "account": "account account_name company company_name customer associated_company organization",
        "owner": "owner owner_name opportunity_owner deal_owner sales_agent agent sales_rep rep",
        "amount": "value deal_value deal_amount expected_revenue opportunity_amount",
        "close_value": "close_value closed_value won_value won_amount",
        "currency": "currency_iso_code deal_currency amount_currency currency_of_value",
        "outcome": "deal_status",
        "stage": "stage_name deal_stage sales_stage status",
        "forecast_category": "forecast_category_name",
        "type": "opportunity_type deal_type",
        "product": "product_name",
        "created_at": "created created_date create_date opened open_date start_date",
        "engaged_on": "engage_date engaged_on engagement_date",
        "close_date": "closed closed_date expected_close_date expected_close",
        "is_closed": "closed_flag",
        "is_won": "won",
        "competitor": "main_competitor main_competitors competitors",
        "loss_reason": "lost_reason closed_lost_reason reason_lost",
        "lead_source": "source original_source",
        "updated_at": "last_modified_date last_modified modified",
    },
    OpportunityHistory: {
        "id": "history_id",
        "opportunity": "opportunity opportunity_name deal deal_name",
        "opportunity_id": "deal_id",
        "at": "date changed_at created_date timestamp",
        "stage": "stage_name deal_stage",
        "user_id": "created_by_id changed_by",
    },
    OpportunityContactRole: {
        "opportunity": "opportunity opportunity_name deal deal_name",
        "opportunity_id": "deal_id",
        "contact": "contact contact_name",
    },
    Activity: {
        "id": "activity_id event_id",
        "kind": "type activity_type",
        "at": "date activity_date timestamp start start_time created_at",
        "subject": "title activity_subject",
        "body": "notes note description comments text",
        "account": "account account_name company company_name",
        "opportunity": "opportunity opportunity_name deal deal_name",
        "owner": "owner owner_name assigned_to user",
        "minutes": "duration duration_minutes duration_in_minutes",
    },
    Task: {
        "id": "task_id",
        "subject": "title task name task_name",
        "due": "due_date deadline activity_date",
        "owner": "owner owner_name assigned_to user",
        "account": "account account_name company company_name",
        "opportunity": "opportunity opportunity_name deal deal_name",
        "contact": "contact contact_name",
        "created_at": "created created_date create_date",
    },
    Quota: {
        "id": "quota_id",
        "user": "user owner rep sales_rep sales_agent agent seller name user_name owner_name full_name email e_mail mail "
        "user_email owner_email quota_owner",
        "user_id": "owner_id quota_owner_id",
        "team": "region regional_office office sales_team territory",
        "period": "period quarter month year period_name fiscal_quarter fiscal_period",
        "first": "start start_date from begin valid_from period_start",
        "last": "end end_date to until valid_to period_end",
        "amount": "quota target quota_amount target_amount goal value",
        "currency": "currency_iso_code quota_currency",
    },
}

REFERENCES: dict[str, tuple[str, type[Record]]] = {
    "account": ("account_id", Account),
    "owner": ("owner_id", User),
    "user": ("user_id", User),
    "manager": ("manager_id", User),
    "parent": ("parent_id", Account),
    "contact": ("contact_id", Contact),
    "opportunity": ("opportunity_id", Opportunity),
}
"""Columns that name a record: the field that takes its id, and its kind"""

REQUIRED: dict[type[Record], tuple[str, ...]] = {
    User: ("name",),
    Stage: ("name",),
    Product: ("name",),
    Account: ("name",),
    Contact: ("name first_name last_name",),
    Opportunity: ("stage", "name account account_id product id"),
    OpportunityHistory: ("opportunity_id opportunity", "at", "stage"),
    OpportunityContactRole: ("opportunity_id opportunity", "contact_id contact", "role"),
    Activity: ("kind", "at", "subject"),
    Task: ("subject",),
    Quota: ("amount", "period first", "period last"),
}
"""What a file of the kind cannot do without; of several words one is enough"""

WON = frozenset({"won", "closed won", "close won", "win", "closedwon", "sold", "signed", "gewonnen", "gagne", "ganado"})
LOST = frozenset(
    {"lost", "closed lost", "close lost", "loss", "closedlost", "dead", "abandoned", "disqualified"}
    | {"verloren", "perdu", "perdido"}
)

USUAL_ORDER: tuple[str, ...] = (
    "lead new inbound",
    "prospect",
    "qualif",
    "engag contact appointment",
    "discover need",
    "demo present solution",
    "evaluat value trial pilot technical",
    "propos quot decision",
    "negotiat contract legal procurement",
    "commit verbal",
)
"""Beginnings of stage names in the order in which deals usually pass them"""


_PREFIX = re.compile(r"^(?:Deal|Organization|Person|Activity|Product) - ")
"""before each column of a Pipedrive export"""


def header(name: str) -> str:
    """A column or file name as words joined by `_`: `CloseDate`, `Close Date` and `close-date` are one."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip().lstrip("\ufeff"))
    return re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")


def kind_of(stem: str) -> type[Record] | None:
    """The record kind that a file's name (without its ending) promises."""
    plain = header(stem)
    for kind, name in FILES.items():
        if plain == name or plain in _FILE_ALIASES[kind].split():
            return kind
    return None


def field_of(kind: type[Record], column: str) -> str | None:
    """The field, or the reference, that a column fills; None where no field takes it."""
    plain = header(column)
    if plain in kind.model_fields:
        return plain
    told = next((field for field, names in _ALIASES[kind].items() if plain in names.split()), None)
    if told is None and (bare := _PREFIX.sub("", column)) != column:
        return field_of(kind, bare)
    return told or (_run_together(kind).get(plain) if column.isupper() else None)


@cache
def _run_together(kind: type[Record]) -> dict[str, str]:
    """The fields by names without gaps: `ACCOUNTID`, as Salesforce's Data Loader writes it."""
    said = [(alias, field) for field, names in _ALIASES[kind].items() for alias in names.split()]
    return {name.replace("_", ""): field for name, field in [*said, *((one, one) for one in kind.model_fields)]}


def fields_of(kind: type[Record]) -> list[str]:
    """The fields and references that a column may fill."""
    return list(dict.fromkeys([*kind.model_fields, *_ALIASES[kind]]))
