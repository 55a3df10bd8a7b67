"""What the stand-in's requests do: query, describe, records, composite, tooling."""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from standins import salesforce_soql as soql
from standins.salesforce_org import Org, Problem

if TYPE_CHECKING:
    from standins.salesforce import Salesforce

Answer = tuple[int, Any]


class Api:
    """What a request does, without HTTP around it."""

    def __init__(self, server: "Salesforce") -> None:
        self._server = server

    @property
    def org(self) -> Org:
        """The state."""
        return self._server.org

    def answer(self, user: str, method: str, url: str, body: Any, headers: Mapping[str, str]) -> Answer:
        """Answer one request below /services/data/vXX.X/."""
        parts = urlsplit(url)
        path = [unquote(part) for part in parts.path.strip("/").split("/")[3:]]
        try:
            match path:
                case []:
                    return 200, {"sobjects": f"{parts.path}/sobjects", "query": f"{parts.path}/query"}
                case ["query" | "queryAll" as how] | ["query" | "queryAll" as how, ""]:
                    return 200, self._query(user, parse_qs(parts.query)["q"][0], how == "queryAll", parts.path)
                case ["query", locator]:
                    return 200, self._more(locator, parts.path)
                case ["composite"]:
                    return self._composite(user, body)
                case ["chatter", "users", "me"]:
                    return 200, {"id": user, "username": self.org.rows["User"][user]["Username"]}
                case ["tooling", "sobjects", "CustomField"]:
                    return self._field(body)
                case ["sobjects", name, *rest]:
                    return self._record(user, method, name, [each for each in rest if each], body, headers)
            raise Problem(404, "NOT_FOUND", "The requested resource does not exist")
        except Problem as problem:
            return problem.status, problem.body

    def _record(
        self, user: str, method: str, name: str, rest: list[str], body: Any, headers: Mapping[str, str]
    ) -> Answer:
        if name not in self.org.rows or self.org.may(user, name) == "none":
            raise Problem(404, "NOT_FOUND", "The requested resource does not exist")
        match method, rest:
            case "GET", ["describe"]:
                return self._describe(user, name)
            case "POST", []:
                return 201, {"id": self.org.insert(name, body, user), "success": True, "errors": []}
            case "GET", [record_id]:
                return 200, {"attributes": {"type": name}, **self.org.get(name, record_id)}
            case "GET", [record_id, field]:
                return 200, base64.b64decode(self.org.get(name, record_id)[field])
            case "PATCH", [record_id]:
                self._unmodified(self.org.get(name, record_id), headers)
                self.org.update(name, record_id, body, user)
                return 204, None
            case "PATCH", [key, value]:
                return self._upsert(user, name, key, value, body)
            case "DELETE", [record_id]:
                self.org.delete(name, record_id)
                return 204, None
        raise Problem(405, "METHOD_NOT_ALLOWED", f"HTTP Method '{method}' not allowed.")

    def _upsert(self, user: str, name: str, key: str, value: str, body: Any) -> Answer:
        known = next((each for each in self.org.fields[name] if each["name"] == key and each["externalId"]), None)
        if known is None:
            raise Problem(404, "NOT_FOUND", "Provided external ID field does not exist or is not accessible: " + key)
        found = [row["Id"] for row in self.org.rows[name].values() if row.get(key) == value and not row["IsDeleted"]]
        if len(found) > 1:
            return 300, found
        if found:
            self.org.update(name, found[0], body, user)
            return 200, {"id": found[0], "success": True, "errors": [], "created": False}
        made = self.org.insert(name, {**body, key: value}, user)
        return 201, {"id": made, "success": True, "errors": [], "created": True}

    def _unmodified(self, row: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        given = headers.get("If-Unmodified-Since")
        if given and datetime.fromisoformat(row["LastModifiedDate"]) > parsedate_to_datetime(given):
            raise Problem(412, "PRECONDITION_FAILED", "The precondition failed")

    def _describe(self, user: str, name: str) -> Answer:
        if name in self._server.undescribed:
            raise Problem(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")
        fields = [dict(each) for each in self.org.fields[name] if self.org.may(user, name, each["name"]) != "none"]
        for each in fields:
            if self.org.may(user, name, each["name"]) == "read":
                each |= {"createable": False, "updateable": False}
        return 200, {
            "name": name,
            "keyPrefix": self.org.prefixes[name],
            "createable": True,
            "queryable": True,
            "fields": fields,
        }

    def _field(self, body: Any) -> Answer:
        if not self._server.setup_allowed:
            raise Problem(403, "INSUFFICIENT_ACCESS", "insufficient access rights on cross-reference id")
        owner, name = body["FullName"].split(".")
        for each in ("Task", "Event") if owner == "Activity" else (owner,):
            flags = {"externalId": body["Metadata"]["externalId"], "unique": body["Metadata"]["unique"]}
            base = {
                "name": name,
                "label": body["Metadata"]["label"],
                "type": "string",
                "length": body["Metadata"]["length"],
            }
            rights = {"createable": True, "updateable": True, "nillable": True, "defaultedOnCreate": False}
            self.org.fields[each].append({**base, **flags, **rights, "picklistValues": [], "restrictedPicklist": False})
        return 201, {"id": "00N000000000001AAA", "success": True, "errors": []}

    def _query(self, user: str, text: str, deleted: bool, path: str) -> Any:
        try:
            query = soql.parse(text)
        except soql.SoqlError as error:
            raise Problem(400, *error.args) from error
        if query.name == "UserRecordAccess":
            return self._page(query, soql.run(query, self._access_rows(text), lambda row, field: row[field]), path)
        if query.name not in self.org.rows or self.org.may(user, query.name) == "none":
            raise Problem(400, "INVALID_TYPE", f"sObject type '{query.name}' is not supported.")
        rows = [row for row in self.org.rows[query.name].values() if deleted or not row["IsDeleted"]]
        for each in query.named:
            self._column(user, query.name, each)
        return self._page(query, soql.run(query, rows, self._value), path)

    def _access_rows(self, text: str) -> list[dict[str, Any]]:
        users = re.findall(r"UserId = '([^']+)'", text)
        listed = re.findall(r"'([^']+)'", text.split("RecordId", 2)[-1])
        if len(listed) > 200:
            raise Problem(400, "MALFORMED_QUERY", "more than 200 record ids")
        rights = [(user, record, self.org.access.get((user, record), "edit")) for user in users for record in listed]
        return [
            {
                "Id": record,
                "UserId": user,
                "RecordId": record,
                "HasReadAccess": right != "none",
                "HasEditAccess": right == "edit",
            }
            for user, record, right in rights
        ]

    def _column(self, user: str, name: str, field: str) -> None:
        known = {each["name"] for each in self.org.fields[name] if self.org.may(user, name, each["name"]) != "none"}
        if "." not in field and field not in known:
            words = f"\nSELECT {field}\n       ^\nERROR at Row:1:Column:8\nNo such column '{field}' on entity '{name}'."
            raise Problem(400, "INVALID_FIELD", words)

    def _value(self, row: Mapping[str, Any], field: str) -> Any:
        if "." in field:
            parent, rest = field.split(".", 1)
            other = self.org.rows[parent].get(row[f"{parent}Id"]) or {}
            return other.get(rest)
        return row.get(field)

    def _page(self, query: soql.Query, rows: list[Any], path: str) -> Any:
        return self._part(query, rows, 0, "/".join(path.split("/")[:4]), f"01g{secrets.token_hex(6)}AAA")

    def _more(self, locator: str, path: str) -> Any:
        name, _, start = locator.rpartition("-")
        if name not in self._server.locators:
            raise Problem(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._part(*self._server.locators[name], int(start), "/".join(path.split("/")[:4]), name)

    def _part(self, query: soql.Query, rows: list[Any], start: int, root: str, name: str) -> Any:
        end = start + self._server.batch_size
        part = [soql.selected(query, row, self._value) for row in rows[start:end]]
        answer: dict[str, Any] = {"totalSize": len(rows), "done": end >= len(rows), "records": part}
        if end < len(rows):
            self._server.locators[name] = (query, rows)
            answer["nextRecordsUrl"] = f"{root}/query/{name}-{end}"
        return answer

    def _composite(self, user: str, body: Any) -> Answer:
        parts, known = [], {}
        state, failed = self.org.saved(), False
        if sum("/query" in each["url"] for each in body["compositeRequest"]) > 5 or len(body["compositeRequest"]) > 25:
            raise Problem(400, "LIMIT_EXCEEDED", "The maximum number of subrequests was exceeded")
        for each in body["compositeRequest"]:
            filled = json.loads(_referred(json.dumps(each), known))
            halted = failed and body.get("allOrNone")
            status, content = (
                (
                    400,
                    [
                        {
                            "errorCode": "PROCESSING_HALTED",
                            "message": "The transaction was rolled back since another operation in the same transaction failed.",
                        }
                    ],
                )
                if halted
                else self.answer(user, filled["method"], filled["url"], filled.get("body"), {})
            )
            failed = failed or status >= 300
            known[each["referenceId"]] = content
            parts.append(
                {"body": content, "httpHeaders": {}, "httpStatusCode": status, "referenceId": each["referenceId"]}
            )
        if failed and body.get("allOrNone"):
            self.org.restore(state)
            rolled = [
                {
                    "errorCode": "PROCESSING_HALTED",
                    "message": "The transaction was rolled back since another operation in the same transaction failed.",
                }
            ]
            parts = [
                part if part["httpStatusCode"] >= 300 else {**part, "body": rolled, "httpStatusCode": 400}
                for part in parts
            ]
        return 200, {"compositeResponse": parts}


def _referred(text: str, known: Mapping[str, Any]) -> str:
    return re.sub(
        r"@\{(\w+)\.(\w+)\}",
        lambda match: str(known.get(match[1], {}).get(match[2], "") if isinstance(known.get(match[1]), dict) else ""),
        text,
    )
