"""What HubSpot answers when it does not do as asked, as our errors; each sentence names the next step (pure)."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    SSLError,
)
from urllib3.exceptions import TimeoutError as TooSlow

from bot.errors import CrmDoubtful, CrmError, CrmRejected, CrmUnavailable

DUPLICATE_CODES = frozenset({"CONFLICTING_UNIQUE_VALUE"})
_DUPLICATE_WORDS = re.compile(r"already (?:has|have) that value|already exists", re.IGNORECASE)
HIDDEN = frozenset({401, 403})
"""what keeps us from looking, and says nothing of what is there"""
_PASSING = frozenset({423, 429, 503})
_DAILY = re.compile(r'"policyName"\s*:\s*"DAILY"')


class Refused(CrmRejected):
    """HubSpot answered that it will not do it; `status` is that of HTTP."""

    def __init__(self, sentence: str, status: int, *, duplicate: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.duplicate = duplicate
        """whether a record with this unique value exists already"""

    @property
    def absent(self) -> bool:
        """Whether there is no such record or no such address."""
        return self.status in (404, 405)


@contextmanager
def after_write() -> Iterator[None]:
    """Whatever keeps us from reading a write back leaves it in doubt: it was sent and taken."""
    try:
        yield
    except CrmDoubtful:
        raise
    except CrmUnavailable as error:
        raise CrmDoubtful(f"{error} The change was sent before that, and is looked up next.") from error
    except Refused as error:
        if error.status not in HIDDEN:
            raise
        raise CrmDoubtful(f"{error} The change was sent before that, and is looked up then.") from error


def of_answer(status: int, body: str, *, write: bool, what: str) -> CrmError:
    """The error for an answer outside of 2xx."""
    told = _told(body)
    if status in _PASSING:
        return CrmUnavailable(_busy(status, body))
    if status >= 500 or status < 200:
        return _broken(status, write=write)
    if status == 401:
        return Refused(
            "HubSpot refuses the token in SELLER_HUBSPOT_TOKEN (it expired, was rotated or belongs to no private app): "
            "copy a new one from the private app's Auth page and set it.",
            status,
        )
    if status == 403:
        return Refused(_not_allowed(told, what), status)
    if status == 404:
        return Refused(f"HubSpot has no such record ({what}): it may have been deleted since; look it up again.", 404)
    if status == 405:
        return Refused(f"This server does not do that ({what}): check that SELLER_HUBSPOT_URL is HubSpot's.", 405)
    return _validation(status, told, body, what)


def of_connection(error: Exception, *, write: bool, url: str) -> CrmError:
    """The error where no answer came."""
    reason = error.reason if isinstance(error, MaxRetryError) and error.reason is not None else error
    why = _why(reason)
    if isinstance(reason, SSLError):
        return CrmUnavailable(f"HubSpot at {url} shows no certificate that can be trusted: check SELLER_HUBSPOT_URL.")
    if isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError):
        return CrmUnavailable(f"HubSpot cannot be reached at {url} ({why}): check the network or SELLER_HUBSPOT_URL.")
    if write:
        return CrmDoubtful(f"HubSpot did not answer ({why}): the change may have been made, which is looked up next.")
    return CrmUnavailable(f"HubSpot did not answer ({why}): try again in a minute.")


def _why(reason: Exception) -> str:
    if isinstance(reason, NameResolutionError):
        return "there is no such host"
    if isinstance(reason, NewConnectionError):
        return "the connection was refused"
    if isinstance(reason, TooSlow):
        return "it took longer than SELLER_CRM_TIMEOUT allows"
    return "the connection was cut" if isinstance(reason, ProtocolError) else type(reason).__name__


def of_sync(error: Refused, *, url: str, demanded: bool) -> CrmError:
    """The same where a sync reads: a refused token or another server's address keeps it from all else, too."""
    if error.absent and demanded:
        return no_json(write=False, url=url)
    return CrmUnavailable(str(error)) if error.status == 401 else error


def no_json(*, write: bool, url: str) -> CrmError:
    """The error for a good answer that cannot be read."""
    words = f"What answers at {url} is not HubSpot's interface: check SELLER_HUBSPOT_URL."
    return CrmDoubtful(words) if write else CrmUnavailable(words)


def demand_all(told: Mapping[str, Any], *, what: str) -> None:
    """CrmUnavailable where a batch failed in part; that a record or a link does not exist is no failure."""
    failed = [error for error in told.get("errors") or [] if error.get("category") != "OBJECT_NOT_FOUND"]
    if failed:
        words = _plain(str(failed[0].get("message") or "no reason given"))
        raise CrmUnavailable(f"HubSpot did not give all of {what} ({words}): try again in a minute.")


def _busy(status: int, body: str) -> str:
    if _DAILY.search(body):
        return "HubSpot's calls for today are used up: it answers again after midnight of the portal's time zone."
    if status == 429:
        return "HubSpot is asked too often just now: it is tried again in a minute."
    return "HubSpot is not available just now: it is tried again in a minute."


def _broken(status: int, *, write: bool) -> CrmError:
    if write:
        return CrmDoubtful(
            f"HubSpot failed ({status}) after it got the change, which may have been made: it is looked up next."
        )
    return CrmUnavailable(f"HubSpot failed ({status}): try again in a minute.")


def _not_allowed(told: Mapping[str, Any], what: str) -> str:
    scopes = sorted(set(_scopes(told)))
    if scopes:
        return (
            f"The private app of SELLER_HUBSPOT_TOKEN lacks a scope for {what}: "
            f"add one of {', '.join(scopes)} on its Scopes page."
        )
    words = _plain(str(told.get("message") or "no reason given"))
    return f"HubSpot does not allow {what} ({words}): ask your HubSpot admin for the right."


def _scopes(told: Mapping[str, Any]) -> Iterator[str]:
    for error in [told, *(told.get("errors") or [])]:
        context = error.get("context") if isinstance(error, Mapping) else None
        for name in ("requiredGranularScopes", "requiredScopes", "missingScopes"):
            yield from (context or {}).get(name) or []


def _validation(status: int, told: Mapping[str, Any], body: str, what: str) -> Refused:
    message = str(told.get("message") or "")
    details = list(_details(told, message))
    codes = {str(detail.get("error") or detail.get("code") or "") for detail in details}
    said = [_plain(str(detail.get("message"))) for detail in details if detail.get("message")]
    words = "; ".join(dict.fromkeys(said)) or _plain(message) or f"status {status}"
    duplicate = status == 409 or bool(codes & DUPLICATE_CODES) or bool(_DUPLICATE_WORDS.search(body))
    next_step = "choose the record that exists" if duplicate else "correct the value, or ask your HubSpot admin"
    return Refused(f"HubSpot refuses {what}: {words}; {next_step}.", status, duplicate=duplicate)


def _details(told: Mapping[str, Any], message: str) -> Iterator[Mapping[str, Any]]:
    """Each refused value: HubSpot puts them as JSON behind the words of its message, or under `errors`."""
    at = message.find("[{")
    if at >= 0:
        try:
            listed = json.JSONDecoder().raw_decode(message[at:])[0]
        except ValueError:
            listed = []
        yield from (row for row in listed if isinstance(row, Mapping))
    yield from (row for row in told.get("errors") or [] if isinstance(row, Mapping))


def _told(body: str) -> Mapping[str, Any]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, Mapping) else {}


def _plain(words: str) -> str:
    return " ".join(words.split()).rstrip(".")[:400]
