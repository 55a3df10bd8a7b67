"""Hold a request's body against the official client's models, which HubSpot generates from its specification."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

MODELS = {
    "create": ("objects", "SimplePublicObjectInputForCreate"),
    "update": ("objects", "SimplePublicObjectInput"),
    "batch/read": ("objects", "BatchReadInputSimplePublicObjectId"),
    "batch/create": ("objects", "BatchInputSimplePublicObjectBatchInputForCreate"),
    "batch/update": ("objects", "BatchInputSimplePublicObjectBatchInput"),
    "batch/upsert": ("objects", "BatchInputSimplePublicObjectBatchInputUpsert"),
    "batch/archive": ("objects", "BatchInputSimplePublicObjectId"),
    "search": ("objects", "PublicObjectSearchRequest"),
    "merge": ("companies", "PublicMergeInput"),
    "links/batch/read": ("associations.v4", "BatchInputPublicFetchAssociationsBatchRequest"),
    "links/batch/create": ("associations.v4", "BatchInputPublicAssociationMultiPost"),
    "links/batch/archive": ("associations.v4", "BatchInputPublicAssociationMultiArchive"),
    "links/batch/labels/archive": ("associations.v4", "BatchInputPublicAssociationMultiPost"),
    "property": ("properties", "PropertyCreate"),
}
"""what is asked → the client's package and model of its body"""
LOOSE = {"sorts"}
"""fields that the documentation shows as objects although the specification says strings"""
OPTIONAL = {
    "SimplePublicObjectInputForCreate": {"associations"},
    "PublicObjectSearchRequest": {"query", "limit", "after", "sorts", "properties", "filterGroups"},
    "BatchReadInputSimplePublicObjectId": {"idProperty", "properties", "propertiesWithHistory"},
}
"""fields that the documentation's own examples leave out although the specification requires them"""


def faults(name: str, body: Any) -> list[str]:
    """What does not fit, in words; empty where the body is as HubSpot documents it."""
    package, model = MODELS[name]
    return list(_of_model(package, model, body, "body"))


def faults_of_specs(body: Any) -> list[str]:
    """The same for the list of association types that one link is set with."""
    if not isinstance(body, list):
        return ["body is no list"]
    return [
        fault for at, one in enumerate(body) for fault in _of_model("associations.v4", "AssociationSpec", one, str(at))
    ]


def _of_model(package: str, model: str, data: Any, where: str) -> Iterator[str]:
    if not isinstance(data, dict):
        yield f"{where} is no object"
        return
    kind = getattr(importlib.import_module(f"hubspot.crm.{package}"), model)
    types = {kind.attribute_map[name]: of for name, of in kind.openapi_types.items()}
    yield from (f"{where}.{name} is not known to {model}" for name in data if name not in types)
    for name, value in data.items():
        if name in types and name not in LOOSE and value is not None:
            yield from _of_type(package, types[name], value, f"{where}.{name}")
    yield from (f"{where}.{name} is missing" for name in _required(kind, model) if data.get(name) is None)


def _required(kind: Any, model: str) -> list[str]:
    """Fields that the model itself refuses to be without."""
    from hubspot.crm.objects import Configuration

    strict = Configuration()
    strict.client_side_validation = True
    found = []
    for name in kind.attribute_map:
        try:
            blank = kind.__new__(kind)
            blank.local_vars_configuration = strict
            setattr(blank, name, None)
        except ValueError:
            found.append(kind.attribute_map[name])
    return [name for name in found if name not in OPTIONAL.get(model, set())]


def _of_type(package: str, of: str, value: Any, where: str) -> Iterator[str]:
    if listed := re.fullmatch(r"list\[(.+)\]", of):
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        for at, one in enumerate(value):
            yield from _of_type(package, listed[1], one, f"{where}[{at}]")
    elif of == "dict[str, str]":
        pairs = value.items() if isinstance(value, dict) else [("", None)]
        yield from (f"{where}.{key} is no text" for key, one in pairs if not isinstance(one, str))
    elif of in ("str", "int", "bool"):
        right = {"str": str, "int": int, "bool": bool}[of]
        if not isinstance(value, right) or (of == "int" and isinstance(value, bool)):
            yield f"{where} is no {of}"
    elif of not in ("object", "datetime", "date"):
        yield from _of_model(package, of, value, where)
