"""What a new portal holds, from HubSpot's public documentation: types, properties, link types and the first pipeline."""

from typing import Any

TYPE_IDS = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "products": "0-7",
    "line_items": "0-8",
    "tasks": "0-27",
    "notes": "0-46",
    "meetings": "0-47",
    "calls": "0-48",
    "emails": "0-49",
}
KINDS = tuple(TYPE_IDS)
ENGAGEMENTS = ("calls", "emails", "meetings", "notes", "tasks")

_TEXT: dict[str, str] = {
    "companies": (
        "name domain country state city description lifecyclestage hs_annual_revenue_currency_code hs_parent_company_id"
    ),
    "contacts": "firstname lastname email jobtitle phone mobilephone country lifecyclestage hs_legal_basis",
    "deals": "dealname deal_currency_code hs_next_step closed_lost_reason description hs_analytics_source pipeline",
    "calls": "hs_call_title hs_call_body hs_call_direction hs_call_status hs_call_duration hs_call_disposition",
    "emails": "hs_email_subject hs_email_text hs_email_html hs_email_direction hs_email_status hs_email_headers",
    "meetings": "hs_meeting_title hs_meeting_body hs_meeting_outcome hs_meeting_location",
    "notes": "hs_note_body",
    "tasks": "hs_task_subject hs_task_body hs_task_priority",
    "products": "name description hs_sku hs_product_type hs_price_currency_code",
    "line_items": "name hs_product_id",
}
_NUMBERS = {
    "companies": "numberofemployees annualrevenue",
    "deals": "amount",
    "products": "price",
    "line_items": "quantity price amount",
}
_TIMES = {
    "deals": "closedate",
    "meetings": "hs_meeting_start_time hs_meeting_end_time",
    **dict.fromkeys(("calls", "emails", "notes", "tasks"), "hs_timestamp"),
}
_TIMES["meetings"] += " hs_timestamp"
_FLAGS = {"contacts": "hs_email_optout hs_email_optout_11"}
_CHOICES: dict[str, dict[str, list[str]]] = {
    "companies": {
        "type": ["PROSPECT", "PARTNER", "RESELLER", "VENDOR", "OTHER"],
        "industry": ["COMPUTER_SOFTWARE", "FOOD_PRODUCTION", "LOGISTICS_AND_SUPPLY_CHAIN", "FINANCIAL_SERVICES"],
    },
    "deals": {
        "dealtype": ["newbusiness", "existingbusiness"],
        "hs_manual_forecast_category": ["OMIT", "PIPELINE", "BEST_CASE", "COMMIT", "CLOSED"],
        "dealstage": [],
    },
    "tasks": {
        "hs_task_status": ["NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"],
        "hs_task_type": ["TODO", "CALL", "EMAIL"],
    },
}
_COMPUTED = {
    "contacts": "lastmodifieddate createdate associatedcompanyid hs_merged_object_ids",
    "companies": "hs_lastmodifieddate createdate hs_merged_object_ids",
    "deals": "hs_lastmodifieddate createdate hs_is_closed hs_is_closed_won hs_primary_associated_company hs_merged_object_ids",
}

LINK_TYPES: dict[tuple[str, str], list[tuple[int, str | None]]] = {
    ("contacts", "companies"): [(279, None), (1, "Primary")],
    ("companies", "contacts"): [(280, None), (2, "Primary")],
    ("deals", "companies"): [(341, None), (5, "Primary")],
    ("companies", "deals"): [(342, None), (6, "Primary")],
    ("deals", "contacts"): [(3, None)],
    ("contacts", "deals"): [(4, None)],
    **{
        pair: [(type_id, None)]
        for kind, ids in {
            "calls": (194, 182, 206),
            "emails": (198, 186, 210),
            "meetings": (200, 188, 212),
            "notes": (202, 190, 214),
            "tasks": (204, 192, 216),
        }.items()
        for to, one in zip(("contacts", "companies", "deals"), ids, strict=True)
        for pair, type_id in (((kind, to), one), ((to, kind), one - 1))
    },
}
"""from, to → type ids with labels; the first is the link without a label"""


def properties(kind: str) -> dict[str, dict[str, Any]]:
    """The standard properties of a type."""
    stamp = "hs_lastmodifieddate hs_createdate" if kind not in ("contacts", "companies", "deals") else ""
    computed = f"hs_object_id {_COMPUTED.get(kind, '')} {stamp}".split()
    times = [*_TIMES.get(kind, "").split()]
    found = [
        *(_property(name, "string", "text") for name in _TEXT[kind].split()),
        *(_property(name, "number", "number") for name in _NUMBERS.get(kind, "").split()),
        *(_property(name, "datetime", "date") for name in times),
        *(_property(name, "bool", "booleancheckbox", ["true", "false"]) for name in _FLAGS.get(kind, "").split()),
        *(_property(name, "enumeration", "select", options) for name, options in _CHOICES.get(kind, {}).items()),
        *({**_property(name, *_computed(name)), "calculated": True} for name in computed),
        _property("hubspot_owner_id", "string", "text"),
    ]
    return {str(row["name"]): row for row in found}


def pipeline() -> dict[str, Any]:
    """The pipeline of a new portal, shortened."""
    named = (
        ("appointmentscheduled", "Appointment Scheduled", "0.2", False),
        ("contractsent", "Contract Sent", "0.9", False),
    )
    closed = (("closedwon", "Closed Won", "1.0", True), ("closedlost", "Closed Lost", "0.0", True))
    return {
        "id": "default",
        "label": "Sales Pipeline",
        "displayOrder": 0,
        "archived": False,
        "stages": [
            stage(key, label, at, share, done) for at, (key, label, share, done) in enumerate((*named, *closed))
        ],
    }


def stage(key: str, label: str, order: int, probability: str, closed: bool) -> dict[str, Any]:
    """One stage as HubSpot shows it: its metadata are texts."""
    metadata = {"isClosed": str(closed).lower(), "probability": probability}
    return {"id": key, "label": label, "displayOrder": order, "metadata": metadata, "archived": False}


def _computed(name: str) -> tuple[str, str]:
    if name == "hs_object_id":
        return "number", "number"
    return ("datetime", "date") if name.endswith("date") else ("string", "text")


def _property(name: str, of: str, field: str, options: list[str] | None = None) -> dict[str, Any]:
    listed = [{"value": value, "label": value.title(), "displayOrder": at} for at, value in enumerate(options or [])]
    return {
        "name": name,
        "label": name,
        "type": of,
        "fieldType": field,
        "groupName": "information",
        "options": listed,
        "hasUniqueValue": False,
        "hubspotDefined": True,
        "calculated": False,
        "archived": False,
    }
