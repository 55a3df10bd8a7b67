"""`seller crm setup` and `seller doctor`: the property that makes writes unrepeatable, and who answers."""

from collections.abc import Sequence
from typing import Any, get_args

from bot.crm.hubspot import failures, fields, wire
from bot.crm.hubspot.catalog import Catalog
from bot.crm.hubspot.failures import Refused
from bot.crm.hubspot.walk import DEMANDED, KINDS, OPTIONAL
from bot.crm.hubspot.wire import Wire
from bot.crm.records import ContactRole

KEYED = ("contacts", *fields.ACTIVITIES, "tasks")
"""types that are created, each with a property of its own"""
LABEL = "Seller change id"
GROUPS = {
    "contacts": "contactinformation",
    "calls": "call",
    "emails": "email",
    "meetings": "engagement",
    "notes": "engagement",
    "tasks": "task",
}
"""the group a property stands in, where HubSpot does not tell of one"""


def set_up(connection: Wire, catalog: Catalog) -> Sequence[str]:
    """Create or check the property on each type, and say which roles have no label; a sentence each."""
    return [*(_property(connection, catalog, kind) for kind in KEYED), *_custom(catalog), *_roles(catalog)]


def check(connection: Wire, catalog: Catalog) -> str:
    """Who answers, what the token may not read and what is not set up; an error where the main types are closed."""
    catalog.forget("portal")
    portal = catalog.portal()
    closed = [kind for kind in KINDS if not _readable(connection, kind)]
    missing = [kind for kind in KEYED if not catalog.unique(kind)]
    whose = f"as portal {portal.id} ({catalog.currency})" if portal.id else "and does not tell which portal it is"
    told = [f"HubSpot answers at {connection.url} {whose}"]
    if closed:
        told.append(f"the token may not read {', '.join(closed)}")
    if missing:
        told.append(f"{fields.KEY} is missing on {', '.join(missing)}: run `seller crm setup`")
    return "; ".join(told) + "."


def _readable(connection: Wire, kind: str) -> bool:
    try:
        connection.read(wire.OBJECTS, "get_page", kind, what=f"reading {kind}", limit=1)
    except Refused as error:
        if kind in OPTIONAL and error.status in (400, 403, 404, 405):
            return False
        raise failures.of_sync(error, url=connection.url, demanded=kind in DEMANDED) from error
    return True


def _property(connection: Wire, catalog: Catalog, kind: str) -> str:
    part = f"properties {kind}"
    catalog.forget(part)
    try:
        found = (catalog.properties(kind) or {}).get(fields.KEY)
        if found is None:
            connection.write(wire.PROPERTIES, "create", kind, _wanted(catalog, kind), what=f"the property on {kind}")
            catalog.forget(part)
            found = (catalog.properties(kind) or {}).get(fields.KEY)
            made = "created"
        else:
            made = "there"
    except Refused as error:
        why = "it has no such list of properties" if error.absent else str(error).rstrip(".")
        return (
            f"{fields.KEY} could not be created on {kind} ({why}); until then a change that got no answer stops as "
            "unknown instead of being repeated."
        )
    if found and found.get("hasUniqueValue"):
        return f"{fields.KEY} is {made} on {kind}."
    return (
        f"{fields.KEY} on {kind} does not keep its values unique: delete that property in HubSpot and "
        "run `seller crm setup` again."
    )


def _wanted(catalog: Catalog, kind: str) -> Any:
    from hubspot.crm import properties

    known = catalog.properties(kind) or {}
    groups = [str(row["groupName"]) for row in known.values() if row.get("groupName")]
    group = max(sorted(set(groups)), key=groups.count) if groups else GROUPS[kind]
    return properties.PropertyCreate(
        name=fields.KEY,
        label=LABEL,
        type="string",
        field_type="text",
        group_name=group,
        description="Set by Seller Assistant, so that a change is never made twice.",
        has_unique_value=True,
        hidden=False,
        form_field=False,
    )


def _custom(catalog: Catalog) -> list[str]:
    sentences = []
    for kind in fields.TABLES:
        known = catalog.properties(kind)
        for name, to in catalog.fields.added(kind).items():
            missing = known is not None and to not in known
            state = "is missing: create it or correct SELLER_CRM_FIELDS" if missing else "is there"
            sentences.append(f"The property {to} on {kind} for {fields.OURS[kind]}.{name} {state}.")
    return sentences


def _roles(catalog: Catalog) -> list[str]:
    labels = [label.label for label in catalog.labels()]
    roles: tuple[ContactRole, ...] = get_args(ContactRole)
    missing = [
        catalog.fields.label(role) for role in roles if role not in {catalog.fields.role(label) for label in labels}
    ]
    if not missing:
        return ["Every role has its association label between deals and contacts."]
    return [
        f"These association labels between deals and contacts are missing: {', '.join(missing)}; create those that you "
        "use under Settings, Objects, Deals, Associations, or name yours in SELLER_CRM_FIELDS."
    ]
