"""One connection to HubSpot: the official client with our token, address, patience and errors."""

import importlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from functools import reduce
from types import TracebackType
from typing import Any, Literal

from pydantic import SecretStr
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, MaxRetryError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from bot.crm.hubspot import failures
from bot.crm.hubspot.pace import Pace, pace_of
from bot.errors import CrmUnavailable
from knowledge.whole import whole

OBJECTS = "crm.objects.basic_api"
BATCH = "crm.objects.batch_api"
SEARCH = "crm.objects.search_api"
LINKS = "crm.associations.v4.basic_api"
LINK_BATCH = "crm.associations.v4.batch_api"
LABELS = "crm.associations.v4.schema.definitions_api"
PROPERTIES = "crm.properties.core_api"
GROUPS = "crm.properties.groups_api"
OWNERS = "crm.owners.owners_api"
PIPELINES = "crm.pipelines.pipelines_api"

LONGEST_WAIT = 12.0
"""seconds; the ten-second limit of HubSpot passes within it"""
CONNECT = 5.0

Manner = Literal["read", "write", "brisk"]


class Patient(Retry):
    """Waits where HubSpot says how long, unless that is too long."""

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> "Patient":
        """Count one more try, or give up at once where no try within the bound can help."""
        if response is not None and _pool is not None and not self._passes_soon(response):
            raise MaxRetryError(_pool, url or "", ResponseError("the limit does not pass soon"))
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def _passes_soon(self, response: BaseHTTPResponse) -> bool:
        wait = self.get_retry_after(response) or 0.0
        return wait <= LONGEST_WAIT and b'"DAILY"' not in response.data


def patience(manner: Manner) -> Retry:
    """429 and 503 are tried again, for they did nothing; a broken connection only where nothing is written."""
    if manner == "brisk":
        return Patient(total=0, redirect=0, raise_on_status=False, respect_retry_after_header=False)
    return Patient(
        total=None,
        connect=1,
        read=2 if manner == "read" else 0,
        status=4,
        redirect=0,
        other=0,
        allowed_methods=None,
        status_forcelist=(429, 503),
        backoff_factor=1,
        backoff_max=LONGEST_WAIT,
        raise_on_status=False,
    )


class Wire:
    """Sends calls of the official client and hands back what JSON came."""

    def __init__(self, url: str, token: SecretStr, timeout: float, pace: Pace | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._timeout = timeout
        self._apis: dict[tuple[Manner, str], Any] = {}
        self._guard = threading.Lock()
        self._pace = pace or pace_of(url)
        self._deadline: float | None = None

    def within(self, seconds: float) -> "Wire":
        """The same connection for calls that must end by then; they are not repeated."""
        brisk = Wire(self.url, self._token, self._timeout, self._pace)
        brisk._apis, brisk._guard = self._apis, self._guard
        brisk._deadline = time.monotonic() + seconds
        return brisk

    def read(self, api: str, call: str, *args: object, what: str = "reading", **query: object) -> Any:
        """Ask; CrmUnavailable where waiting may help, Refused where HubSpot says no."""
        manner: Manner = "read" if self._deadline is None else "brisk"
        self._pace.take(search=api == SEARCH, wait=manner == "read")
        return self._send(manner, what, lambda limits: getattr(self._api(manner, api), call)(*args, **query, **limits))

    def write(self, api: str, call: str, *args: object, what: str = "the change", **query: object) -> Any:
        """Change; also CrmDoubtful, where the change may have been made without an answer."""
        self._pace.take(search=False, wait=False)
        return self._send(
            "write", what, lambda limits: getattr(self._api("write", api), call)(*args, **query, **limits)
        )

    def fetch(self, path: str, *, what: str = "reading") -> Any:
        """Read an address that the client has no method for."""
        client = self._api("read" if self._deadline is None else "brisk", OBJECTS).api_client
        accept = {"Accept": "application/json"}
        self._pace.take(search=False, wait=False)
        return self._send(
            "read",
            what,
            lambda limits: client.call_api(path, "GET", header_params=accept, auth_settings=["oauth2"], **limits),
        )

    def _send(self, manner: Manner, what: str, call: Callable[[Mapping[str, Any]], Any]) -> Any:
        write = manner == "write"
        limits = {"_preload_content": False, "_request_timeout": self._limits()}
        try:
            answer = call(limits)
            raw = answer.data
            self._pace.heard(answer.headers)
        except HTTPError as error:
            raise failures.of_connection(error, write=write, url=self.url) from error
        except UnicodeDecodeError as error:
            raise failures.no_json(write=write, url=self.url) from error
        except _answers() as error:
            reply = failures.of_answer(int(error.status or 0), str(error.body or ""), write=write, what=what)
            raise reply from None
        return self._parse(raw, write=write)

    def _parse(self, raw: bytes, *, write: bool) -> Any:
        if not raw.strip():
            return None
        try:
            return whole(json.loads(raw))
        except ValueError as error:
            raise failures.no_json(write=write, url=self.url) from error

    def _limits(self) -> tuple[float, float]:
        if self._deadline is None:
            return (min(CONNECT, self._timeout), self._timeout)
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise CrmUnavailable("HubSpot did not answer within the time budget: the last known state is shown.")
        return (left, left)

    def _api(self, manner: Manner, name: str) -> Any:
        """One client of the package for all calls of a kind, so that connections are used again."""
        with self._guard:
            if (manner, name) not in self._apis:
                self._apis[manner, name] = reduce(getattr, name.split("."), self._client(manner))
            return self._apis[manner, name]

    def _client(self, manner: Manner) -> Any:
        import hubspot

        return hubspot.Client.create(
            access_token=self._token.get_secret_value(),
            host=self.url,
            base_url=self.url,
            retry=patience(manner),
            client_side_validation=True,
        )


def _answers() -> tuple[type[Any], ...]:
    """The client's error for an answer outside of 2xx: each of its packages has one of its own."""
    packages = ("objects", "associations.v4", "associations.v4.schema", "properties", "owners", "pipelines")
    return tuple(importlib.import_module(f"hubspot.crm.{name}.exceptions").ApiException for name in packages)
