"""The stand-in's state and rules: records, derived fields, validation, rights, history, deletion and merges."""

import base64
import copy
import html
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from standins import salesforce_objects as objects
from standins.salesforce_objects import STAGES

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_HISTORY = ("StageName", "Amount", "CloseDate", "Probability", "ForecastCategoryName")
_OLD_CATEGORY = {"Best Case": "BestCase", "Commit": "Forecast"}


class Problem(Exception):
    """An answer that is an error; args are the HTTP status, the code, the words and the fields."""

    def __init__(self, status: int, code: str, words: str, fields: tuple[str, ...] = ()) -> None:
        super().__init__(status, code, words)
        self.status = status
        self.body = [{"message": words, "errorCode": code, "fields": list(fields)}]


def stamp(at: datetime) -> str:
    """A time as the REST API writes it, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def full_id(fifteen: str) -> str:
    """The 18-character form of an id."""
    chunks = (fifteen[start : start + 5] for start in (0, 5, 10))
    return fifteen + "".join(
        _CHECK[sum(1 << n for n, letter in enumerate(chunk) if letter.isupper())] for chunk in chunks
    )


class Org:
    """One company's Salesforce."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.rows: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in objects.names()}
        self.fields = {name: objects.fields_of(name) for name in objects.names()}
        self.prefixes = {name: objects.prefix(name) for name in objects.names()}
        self.rules: list[tuple[str, Callable[[Mapping[str, Any]], bool], str]] = []
        """object, what is wrong with a row, the words of the refusal"""
        self.rights: dict[tuple[str, str], str] = {}
        """(user, `Object.Field` or `Object`) → `none` or `read`"""
        self.access: dict[tuple[str, str], str] = {}
        """(user, record) → `none` or `read`; everything else may be edited"""
        self.stages: list[tuple[str, int, str, bool, bool]] = list(STAGES)
        """name, probability, forecast category, closed, won: what a deal's stage brings with it"""
        self.changes = 0
        self._made = 0

    def new_id(self, name: str) -> str:
        """A fresh id."""
        self._made += 1
        number, left = self._made, ""
        while number:
            number, digit = divmod(number, 62)
            left = _DIGITS[digit] + left
        return full_id(self.prefixes[name] + left.rjust(15 - len(self.prefixes[name]), "0"))

    def put(self, name: str, **values: Any) -> str:
        """Load a row as it is, with the system's fields filled in where they are missing."""
        now = stamp(self.clock())
        row = {field["name"]: False if field["type"] == "boolean" else None for field in self.fields[name]}
        row |= {"Id": values.get("Id") or self.new_id(name)}
        row |= {"CreatedDate": now, "LastModifiedDate": now, "SystemModstamp": now, "IsDeleted": False}
        row |= values
        self.rows[name][row["Id"]] = row
        self.changes += 1
        return str(row["Id"])

    def insert(self, name: str, body: Mapping[str, Any], user: str) -> str:
        """Create a record as a user."""
        self._allowed(name, body, user, "createable")
        row: dict[str, Any] = {
            field["name"]: False if field["type"] == "boolean" else None for field in self.fields[name]
        }
        row |= _defaults(name, user) | dict(body)
        absent = [
            f["name"]
            for f in self.fields[name]
            if not f["nillable"] and not f["defaultedOnCreate"] and row.get(f["name"]) in (None, "")
        ]
        if absent:
            raise Problem(
                400, "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{', '.join(absent)}]", tuple(absent)
            )
        self._check(name, row, body)
        record_id = self.new_id(name)
        now = stamp(self.clock())
        row |= {"Id": record_id, "CreatedDate": now, "CreatedById": user}
        self._store(name, row, user, {})
        return record_id

    def update(self, name: str, record_id: str, body: Mapping[str, Any], user: str) -> None:
        """Change a record as a user."""
        row = self.get(name, record_id)
        self._allowed(name, body, user, "updateable")
        before = dict(row)
        given = dict(body)
        if name == "Opportunity" and row.get("HasOpportunityLineItem"):
            given.pop("Amount", None)
        row = {**row, **given}
        self._check(name, row, body)
        self._store(name, row, user, before)

    def get(self, name: str, record_id: str) -> dict[str, Any]:
        """A record that is there."""
        if name not in self.rows:
            raise Problem(404, "NOT_FOUND", "The requested resource does not exist")
        row = self.rows[name].get(record_id)
        if row is None:
            raise Problem(
                404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: " + record_id
            )
        if row["IsDeleted"]:
            raise Problem(404, "ENTITY_IS_DELETED", "entity is deleted")
        return row

    def delete(self, name: str, record_id: str) -> None:
        """Move a record into the recycle bin, and what hangs on it."""
        row = self.get(name, record_id)
        row |= {"IsDeleted": True} | self._touched()
        hanging = {
            "Account": (("Contact", "AccountId"), ("Opportunity", "AccountId")),
            "Opportunity": (("OpportunityContactRole", "OpportunityId"), ("OpportunityHistory", "OpportunityId")),
            "Contact": (("OpportunityContactRole", "ContactId"),),
        }
        for child, key in hanging.get(name, ()):
            for other in self.rows[child].values():
                if other[key] == record_id and not other["IsDeleted"]:
                    self.delete(child, other["Id"])
        self.changes += 1

    def merge(self, name: str, winner: str, loser: str) -> None:
        """Merge one account or contact into another."""
        self.get(name, winner)
        self.rows[name][loser] |= {"IsDeleted": True, "MasterRecordId": winner} | self._touched()
        key = "AccountId" if name == "Account" else "ContactId"
        for rows in self.rows.values():
            for row in rows.values():
                if row.get(key) == loser:
                    row |= {key: winner} | self._touched()
        self.changes += 1

    def empty_bin(self) -> None:
        """Purge what was deleted."""
        for name, rows in self.rows.items():
            self.rows[name] = {key: row for key, row in rows.items() if not row["IsDeleted"]}

    def may(self, user: str, name: str, field: str = "") -> str:
        """What a user may do with an object or field: edit, read or none."""
        whole = self.rights.get((user, name), "edit")
        return self.rights.get((user, f"{name}.{field}"), whole) if whole == "edit" and field else whole

    def add_value(self, name: str, field: str, value: str) -> None:
        """Give a picklist one more value."""
        found = next(each for each in self.fields[name] if each["name"] == field)
        found["picklistValues"] = [*found["picklistValues"], {"value": value, "label": value, "active": True}]

    def add_key(self, name: str, field: str, *, external: bool = True) -> None:
        """Give an object a text field, an external id or not."""
        base = next(each for each in self.fields["Contact"] if each["name"] == "Seller_Change_Id__c")
        self.fields[name] = [
            *self.fields[name],
            {**base, "name": field, "externalId": external, "idLookup": external, "unique": external},
        ]

    def add_field(self, name: str, field: str, kind: str = "string", length: int = 255) -> None:
        """Give an object one more field that everybody may set."""
        self.fields[name] = [*self.fields[name], objects.field(name, f"{field}:{kind}:{length}:")]
        for row in self.rows[name].values():
            row.setdefault(field, None)

    def drop_field(self, name: str, field: str) -> None:
        """Take a field away."""
        self.fields[name] = [each for each in self.fields[name] if each["name"] != field]

    def saved(self) -> Any:
        """The state, to be restored."""
        return copy.deepcopy(self.rows), self._made

    def restore(self, state: Any) -> None:
        """Back to a saved state."""
        self.rows, self._made = state

    def _touched(self) -> dict[str, str]:
        now = stamp(self.clock())
        return {"LastModifiedDate": now, "SystemModstamp": now}

    def _allowed(self, name: str, body: Mapping[str, Any], user: str, what: str) -> None:
        known = {field["name"]: field for field in self.fields[name]}
        for key in body:
            if key not in known or self.may(user, name, key) == "none":
                raise Problem(400, "INVALID_FIELD", f"No such column '{key}' on sobject of type {name}")
            if not known[key][what] or self.may(user, name, key) == "read":
                words = f"Unable to create/update fields: {key}. Please check the security settings of this field and verify that it is read/write for your profile or permission set."
                raise Problem(400, "INVALID_FIELD_FOR_INSERT_UPDATE", words, (key,))

    def _check(self, name: str, row: Mapping[str, Any], body: Mapping[str, Any]) -> None:
        for field in self.fields[name]:
            value, key = body.get(field["name"]), field["name"]
            if isinstance(value, str) and 0 < field["length"] < len(value) and field["type"] != "reference":
                raise Problem(
                    400,
                    "STRING_TOO_LONG",
                    f"{field['label']}: data value too large: {value[:20]} (max length={field['length']})",
                    (key,),
                )
            values = [each["value"] for each in field["picklistValues"]]
            if value and values and field["restrictedPicklist"] and value not in values:
                raise Problem(
                    400,
                    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                    f"{field['label']}: bad value for restricted picklist field: {value}",
                    (key,),
                )
        for rule_name, wrong, words in self.rules:
            if rule_name == name and wrong(row):
                raise Problem(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", words)

    def _store(self, name: str, row: dict[str, Any], user: str, before: Mapping[str, Any]) -> None:
        row |= self._touched() | {"LastModifiedById": user, "IsDeleted": False}
        if name == "Opportunity":
            _deal(row, before, self.stages)
        derive = {"Contact": _contact, "ContentNote": _note}.get(name)
        if derive is not None:
            derive(row, before)
        if name in ("Task", "Event"):
            self._activity(row)
        self.rows[name][row["Id"]] = row
        if name == "Opportunity" and any(row.get(key) != before.get(key) for key in _HISTORY):
            self._history(row, user)
        self.changes += 1

    def _activity(self, row: dict[str, Any]) -> None:
        deal, account = self.rows["Opportunity"].get(row["WhatId"]), self.rows["Account"].get(row["WhatId"])
        person = self.rows["Contact"].get(row["WhoId"])
        row["AccountId"] = deal["AccountId"] if deal else row["WhatId"] if account else person and person["AccountId"]
        if "Status" in row:
            row["IsClosed"] = row["Status"] == "Completed"
            row["CompletedDateTime"] = (
                (row.get("CompletedDateTime") or stamp(self.clock())) if row["IsClosed"] else None
            )

    def _history(self, row: Mapping[str, Any], user: str) -> None:
        values = {key: row[key] for key in ("StageName", "Amount", "CloseDate", "ForecastCategory", "Probability")}
        self.put("OpportunityHistory", OpportunityId=row["Id"], CreatedById=user, **values)


def _defaults(name: str, user: str) -> dict[str, Any]:
    own: dict[str, dict[str, Any]] = {
        "Task": {"Status": "Not Started", "Priority": "Normal", "TaskSubtype": "Task", "OwnerId": user},
        "Event": {"OwnerId": user},
        "Contact": {"OwnerId": user},
        "Opportunity": {"OwnerId": user},
        "Account": {"OwnerId": user},
        "ContentNote": {"OwnerId": user},
    }
    return dict(own.get(name, {}))


def _deal(row: dict[str, Any], before: Mapping[str, Any], stages: Sequence[tuple[str, int, str, bool, bool]]) -> None:
    stage = next((each for each in stages if each[0] == row["StageName"]), ("", 0, "Pipeline", False, False))
    if row["StageName"] != before.get("StageName"):
        row["Probability"] = stage[1]
        if row.get("ForecastCategoryName") == before.get("ForecastCategoryName"):
            row["ForecastCategoryName"] = stage[2]
    row["IsClosed"], row["IsWon"] = stage[3], stage[4]
    row["ForecastCategory"] = _OLD_CATEGORY.get(row["ForecastCategoryName"], row["ForecastCategoryName"])
    date.fromisoformat(str(row["CloseDate"]))


def _contact(row: dict[str, Any], before: Mapping[str, Any]) -> None:
    row["Name"] = " ".join(part for part in (row.get("FirstName"), row.get("LastName")) if part)


def _note(row: dict[str, Any], before: Mapping[str, Any]) -> None:
    content = base64.b64decode(row.get("Content") or "")
    row["ContentSize"] = len(content)
    row["TextPreview"] = html.unescape(re.sub(r"<[^>]+>", " ", content.decode()))[:255]
