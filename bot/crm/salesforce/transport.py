"""The HTTP session: a time limit on every call, patience where nothing was done yet, none where it may have been."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import MaxRetryError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

TRIES = 3
LONGEST = 20.0
"""seconds that one call waits at most when it is told when to come back; a longer wait is the caller's affair"""
_END: ContextVar[float | None] = ContextVar("end", default=None)


class Patience(Retry):
    """Repeat 429 and 503, with which nothing was done, and broken connections of reads alone."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whether the answer says that nothing was done."""
        return bool(self.total) and status_code in (429, 503)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> "Patience":
        """Count a try; give up at once where the server asks for a longer wait than we have."""
        if response is not None and _pool is not None and (self.get_retry_after(response) or 0) > LONGEST:
            raise MaxRetryError(_pool, url or "", ResponseError("asked to wait for too long"))
        return super().increment(method, url, response, error, _pool, _stacktrace)


class TimedAdapter(HTTPAdapter):
    """An adapter whose calls never wait for ever."""

    def __init__(self, timeout: float, retries: Retry) -> None:
        super().__init__(max_retries=retries)
        self._timeout = timeout

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send within the time limit, or within what is left of a budget."""
        left = seconds_left()
        kwargs["timeout"] = self._timeout if left is None else max(0.001, min(left, self._timeout))
        return super().send(request, *args, **kwargs)


class Session(requests.Session):
    """A session whose calls end; within a budget of seconds nothing is repeated."""

    def __init__(self, timeout: float) -> None:
        super().__init__()
        patience = Patience(
            total=TRIES,
            read=1,
            allowed_methods=frozenset({"GET"}),
            backoff_factor=0.3,
            backoff_max=5,
            raise_on_status=False,
            respect_retry_after_header=True,
        )
        self._patient = TimedAdapter(timeout, patience)
        self._hurried = TimedAdapter(timeout, Retry(0, read=False, raise_on_status=False))

    def get_adapter(self, url: str | bytes) -> BaseAdapter:
        """Patience where there is time for it."""
        return self._patient if _END.get() is None else self._hurried


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Bound all calls of this block together."""
    token = _END.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _END.reset(token)


def seconds_left() -> float | None:
    """What is left of the budget; None without one."""
    end = _END.get()
    return None if end is None else end - time.monotonic()
