"""The field that makes writes unrepeatable: looked for by describe, created through the Tooling API where that is allowed."""

from collections.abc import Iterator, Sequence

from bot.crm.salesforce.client import Client
from bot.crm.salesforce.failures import Refused
from bot.crm.salesforce.tables import KEY_FIELD

BEARERS = (
    ("Task", "Activity", "tasks and meetings"),
    ("Contact", "Contact", "contacts"),
    ("OpportunityContactRole", "OpportunityContactRole", "contact roles"),
)
"""object, the one whose field it is, and what people call it"""
_LENGTH = 255


def set_up(client: Client) -> Sequence[str]:
    """One sentence for each object's field: there, made, or what an admin must do."""
    said = [_one(client, *bearer) for bearer in BEARERS]
    client.schema.forget()
    return [
        *said,
        "Notes can bear no such field: a note that got no answer is looked up by its title, and never repeated.",
    ]


def missing(client: Client) -> Iterator[str]:
    """What people call the objects whose field is not there."""
    for name, _, called in BEARERS:
        described = client.schema.of(name)
        if described.known and described.get(KEY_FIELD) is None:
            yield called


def _one(client: Client, name: str, owner: str, called: str) -> str:
    client.schema.forget()
    field = client.schema.of(name).get(KEY_FIELD)
    if field is not None and field.external_id:
        return f"{owner}.{KEY_FIELD} is there: {called} are written once."
    if field is not None:
        return (
            f"{owner}.{KEY_FIELD} is there but is no external id: mark it as one in Salesforce's Setup, so that {called} "
            "are surely written once."
        )
    return _create(client, name, owner, called)


def _create(client: Client, name: str, owner: str, called: str) -> str:
    words = ""
    # An org may allow an external id on an object, but not a unique one.
    for unique in (True, False):
        try:
            client.send("POST", "tooling/sobjects/CustomField", _field(owner, unique))
        except Refused as error:
            words = str(error)
            continue
        client.schema.forget()
        if client.schema.of(name).get(KEY_FIELD) is None:
            return (
                f"{owner}.{KEY_FIELD} was created: give the sellers and the integration user read and edit access to it "
                f"in a permission set, so that {called} are written once."
            )
        return f"{owner}.{KEY_FIELD} was created: {called} are written once."
    return (
        f"{owner}.{KEY_FIELD} could not be created ({words.rstrip('.')}): an admin creates it in Salesforce's Setup as Text "
        f"({_LENGTH}), External ID, Unique, with edit access for the sellers; until then {called} that got no answer stop "
        "as unknown instead of being repeated."
    )


def _field(owner: str, unique: bool) -> dict[str, object]:
    metadata: dict[str, object] = {
        "label": "Seller Change Id",
        "description": "The id of the change with which the seller assistant created this record.",
        "type": "Text",
        "length": _LENGTH,
        "externalId": True,
        "unique": unique,
    }
    if unique:
        metadata["caseSensitive"] = True
    return {"FullName": f"{owner}.{KEY_FIELD}", "Metadata": metadata}
