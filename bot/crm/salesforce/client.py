"""Calls in one identity's name: simple-salesforce over our session, failures as ours, one new login where a token ended."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import requests
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceError

from bot.crm.salesforce import failures
from bot.crm.salesforce.logins import Login
from bot.crm.salesforce.schema import Schema
from bot.crm.salesforce.transport import seconds_left
from bot.errors import CrmUnavailable
from knowledge.whole import whole

T = TypeVar("T")
Row = Mapping[str, Any]
MOST = 5
"""queries that one composite call may hold"""


class Client:
    """Salesforce as one identity sees it."""

    def __init__(self, login: Login, version: str, http: requests.Session) -> None:
        self._login = login
        self._version = version
        self._http = http
        self._kept: Salesforce | None = None
        self._lock = threading.Lock()
        self.tells_deleted = True
        """whether queries may tell of what was deleted"""
        self.schema = Schema(self._describe)

    @property
    def who(self) -> str:
        """The user name, where it is known."""
        return self._login.who

    def base(self) -> str:
        """The instance's URL; may log in."""
        return self._login.token()[0].rstrip("/")

    def query(self, soql: str, *, deleted: bool = False) -> Mapping[str, Any]:
        """One page of answers: `records`, `totalSize`, `done` and, where not done, `nextRecordsUrl`."""
        if deleted and self.tells_deleted:
            try:
                return self._read(lambda sf: sf.query(soql, include_deleted=True))
            except failures.Refused as error:
                if error.status not in failures.NO_SUCH_CALL:
                    raise
                self.tells_deleted = False
        return self._read(lambda sf: sf.query(soql))

    def more(self, url: str) -> Mapping[str, Any]:
        """The page after; only its path counts, so that the token goes nowhere else."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self._read(lambda sf: sf.parse_result_to_json(sf._call_salesforce("GET", self.base() + path)))

    def rows(self, soql: str, *, deleted: bool = False) -> list[Row]:
        """All rows of a query."""
        return list(self._all(self.query(soql, deleted=deleted)))

    def one(self, soql: str, *, deleted: bool = False) -> Row | None:
        """The first row."""
        return next(iter(self.query(soql, deleted=deleted)["records"]), None)

    def get(self, path: str) -> Any:
        """A resource below the version's root."""
        return self._read(lambda sf: sf.restful(path))

    def raw(self, path: str) -> bytes:
        """A resource that is no JSON, such as a note's body."""
        return self._read(lambda sf: sf._call_salesforce("GET", sf.base_url + path).content)

    def send(self, method: str, path: str, body: Row | None = None, **headers: str) -> Any:
        """A call that changes something."""
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return self._call(lambda sf: sf.restful(path, method=method, json=body, headers=named), writing=True)

    def together(self, requests_: Sequence[Row]) -> list[Any]:
        """Several writes that are all made or none; their answers' bodies."""
        body = {"allOrNone": True, "compositeRequest": list(requests_)}
        parts = self.send("POST", "composite", body)["compositeResponse"]
        failed = [part for part in parts if part["httpStatusCode"] >= 300]
        if failed:
            # The others only say that they were taken back because of this one.
            cause = next((part for part in failed if not _halted(part["body"])), failed[0])
            raise failures.answered(cause["httpStatusCode"], cause["body"], writing=True)
        return [part["body"] for part in parts]

    def batch(self, queries: Sequence[str]) -> list[list[Row] | None]:
        """The rows of several queries in few calls; None for one that this login may not read."""
        found: list[list[Row] | None] = []
        for start in range(0, len(queries), MOST):
            found += self._several(queries[start : start + MOST])
        return found

    def path(self, name: str, *parts: str) -> str:
        """The path of an object, a record, or a record by a key of ours."""
        return "/".join(["sobjects", name, *(quote(part, safe="") for part in parts)])

    def root(self) -> str:
        """The path of the version, as composite calls name it."""
        return f"/services/data/v{self._version}/"

    def _several(self, queries: Sequence[str]) -> list[list[Row] | None]:
        asked = [
            {"method": "GET", "url": f"{self.root()}query/?q={quote(soql, safe='')}", "referenceId": f"q{number}"}
            for number, soql in enumerate(queries)
        ]
        body = {"allOrNone": False, "compositeRequest": asked}
        try:
            answer = self._read(lambda sf: sf.restful("composite", method="POST", json=body)) or {}
        except failures.Refused:
            # Whatever is wrong shows again in the query that it is about.
            return [self._alone(soql) for soql in queries]
        return [self._part(part) for part in answer["compositeResponse"]]

    def _alone(self, soql: str) -> list[Row] | None:
        """One query by itself, where composite calls are not allowed."""
        try:
            return self.rows(soql)
        except failures.Refused as error:
            if error.hides:
                return None
            raise

    def _part(self, part: Row) -> list[Row] | None:
        if part["httpStatusCode"] < 300:
            return list(self._all(part["body"]))
        error = failures.answered(part["httpStatusCode"], part["body"], writing=False)
        if isinstance(error, failures.Refused) and error.hides:
            return None
        raise error

    def _all(self, page: Mapping[str, Any]) -> Iterator[Row]:
        yield from page["records"]
        while not page.get("done", True) and page.get("nextRecordsUrl"):
            page = self.more(page["nextRecordsUrl"])
            yield from page["records"]

    def _describe(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.get(f"sobjects/{name}/describe")
        return found

    def _read(self, act: Callable[[Salesforce], T]) -> T:
        return self._call(act, writing=False)

    def _call(self, act: Callable[[Salesforce], T], *, writing: bool) -> T:
        if (seconds_left() or 1) <= 0:
            raise CrmUnavailable("Salesforce did not answer in the time there was: the last known state is shown.")
        for fresh in (False, True):
            try:
                return whole(act(self._connection()))
            except SalesforceError as error:
                if error.status != 401:
                    raise failures.translate(error, writing=writing) from error
                if fresh or not self._login.renews:
                    raise failures.expired(self._login.renews, self.who) from error
                self._login.forget()
            except (OSError, ValueError) as error:
                raise failures.translate(error, writing=writing) from error
        raise failures.expired(self._login.renews, self.who)

    def _connection(self) -> Salesforce:
        url, token = self._login.token()
        with self._lock:
            if self._kept is None or self._kept.session_id != token:
                self._kept = Salesforce(
                    instance_url=url,
                    session_id=token,
                    version=self._version,
                    session=self._http,
                    parse_float=Decimal,
                    object_pairs_hook=dict,
                )
                # The library always speaks https; a stand-in on this machine may do without.
                self._kept.base_url = url.rstrip("/") + self.root()
            return self._kept


def _halted(body: Any) -> bool:
    return any(problem.get("errorCode") == "PROCESSING_HALTED" for problem in failures.listed(body))
