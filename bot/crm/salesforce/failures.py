"""What Salesforce and the way to it answer when they fail, as our errors: one plain sentence each, with its own words."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import requests
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from bot.errors import CrmDoubtful, CrmError, CrmRejected, CrmUnavailable

PASSING = frozenset(
    "REQUEST_LIMIT_EXCEEDED UNABLE_TO_LOCK_ROW SERVER_UNAVAILABLE QUERY_TIMEOUT API_CURRENTLY_DISABLED "
    "CONCURRENT_API_REQUESTS_LIMIT_EXCEEDED TOO_MANY_REQUESTS".split()
)
"""codes with which nothing was written, and waiting may help"""
GONE = frozenset("NOT_FOUND ENTITY_IS_DELETED INVALID_CROSS_REFERENCE_KEY MALFORMED_ID".split())
HIDDEN = frozenset(
    "INSUFFICIENT_ACCESS INSUFFICIENT_ACCESS_OR_READONLY INVALID_TYPE INVALID_FIELD NOT_FOUND FUNCTIONALITY_NOT_ENABLED "
    "INVALID_TYPE_FOR_OPERATION OBJECT_NOT_FOUND FORBIDDEN".split()
)
"""codes with which an object is left out rather than failing the sync"""
NO_SUCH_CALL = frozenset({404, 405, 501})
"""statuses with which a server says that it has no such call at all"""
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "REQUIRED_FIELD_MISSING": "fill it in Salesforce, or ask its admin for a default",
        "FIELD_CUSTOM_VALIDATION_EXCEPTION": "meet that first, then ask for the change anew",
        "INVALID_FIELD_FOR_INSERT_UPDATE": "ask the Salesforce admin for the right to edit this field",
        "INVALID_FIELD": "ask the Salesforce admin for the right to this field, or correct SELLER_CRM_FIELDS",
        "INVALID_TYPE": "ask the Salesforce admin for the right to read it",
        "STRING_TOO_LONG": "shorten it",
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": "choose one of the field's own values",
        "ENTITY_IS_DELETED": "it was deleted since, look it up again",
        "NOT_FOUND": "it is not there any more, or you may not see it",
        "DUPLICATES_DETECTED": "use the record that is there, or create it in Salesforce",
        "DUPLICATE_VALUE": "use the record that is there",
        "API_DISABLED_FOR_ORG": "ask the Salesforce admin to switch the API on for this user",
    }
)
_ACCESS = "ask the Salesforce admin for the right to it"
_TAG = re.compile(r"<[^<>]+>")


class Refused(CrmRejected):
    """Salesforce said no; `codes` are its error codes, `status` that of HTTP."""

    def __init__(self, sentence: str, codes: frozenset[str] = frozenset(), status: int = 0) -> None:
        super().__init__(sentence)
        self.codes = codes
        self.status = status

    @property
    def hides(self) -> bool:
        """Whether the org or this login has no such object, so that it is left out."""
        return bool(self.codes & HIDDEN) or (not self.codes and self.status in NO_SUCH_CALL | {403})


class ModifiedError(CrmUnavailable):
    """The record was changed between reading and writing it; nothing was written."""


def translate(error: Exception, *, writing: bool) -> CrmError:
    """The error of one call as ours; `writing` where it may have changed something."""
    if isinstance(error, SalesforceError):
        return answered(error.status, error.content, writing=writing)
    if isinstance(error, requests.RequestException) and never_arrived(error):
        return CrmUnavailable(f"Salesforce cannot be reached ({_reason(error)}): try again in a few minutes.")
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        return CrmUnavailable(f"Salesforce cannot be reached ({_line(str(error))}): correct that and try again.")
    if writing:
        return CrmDoubtful("Salesforce did not answer a change that it may have made: it is looked up before a repeat.")
    return CrmUnavailable(f"Salesforce gave no proper answer ({_reason(error)}): try again in a few minutes.")


def answered(status: int, content: Any, *, writing: bool) -> CrmError:
    """A failed answer as ours, by its code first and by its HTTP status else."""
    problems = listed(content)
    codes = frozenset(str(problem.get("errorCode", "")) for problem in problems) - {""}
    words = said(content)
    if codes & PASSING or status in (429, 503):
        return CrmUnavailable(f"Salesforce is busy ({words or status}): the next try comes in a few minutes.")
    if status == 412:
        return ModifiedError("The record was changed in Salesforce at the same moment: try again.")
    if (status >= 500 and status != 501) or status == 408:
        if writing:
            return CrmDoubtful(
                f"Salesforce failed with {status} on a change that it may have made: it is looked up first."
            )
        return CrmUnavailable(f"Salesforce failed ({words or status}): try again in a few minutes.")
    return Refused(_refusal(codes, words, status), codes, status)


def never_arrived(error: requests.RequestException) -> bool:
    """Whether the request surely never reached the server."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return True
    inner = error.args[0] if error.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def listed(content: Any) -> Sequence[Mapping[str, Any]]:
    """The problems of an answer, which come as a list, alone, or not at all."""
    if isinstance(content, Mapping):
        inner = content.get("errors")
        return listed(inner) if isinstance(inner, list) and inner else [content]
    return [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []


def said(content: Any) -> str:
    """Salesforce's own words, on one line."""
    problems = listed(content)
    if problems:
        parts = [str(p.get("message") or p.get("error_description") or p.get("error") or "") for p in problems]
        return "; ".join(_line(part) for part in parts if part)
    text = content.decode(errors="replace") if isinstance(content, bytes) else content
    return _line(_TAG.sub(" ", text))[:200] if isinstance(text, str) else ""


def expired(renews: bool, who: str) -> CrmRejected:
    """The sentence for a token that is not taken, even a fresh one."""
    if renews:
        return CrmRejected(
            f"Salesforce does not take the login of {who}: ask its admin to check the connected app's policies."
        )
    return CrmRejected("The Salesforce session has expired: put a fresh one into SELLER_SALESFORCE_SESSION_ID.")


def _refusal(codes: frozenset[str], words: str, status: int) -> str:
    hint = next((_HINTS[code] for code in sorted(codes) if code in _HINTS), None)
    if hint is None:
        hint = _ACCESS if status == 403 or any(code.startswith("INSUFFICIENT") for code in codes) else "correct it"
    told = words or ", ".join(sorted(codes)) or f"status {status}"
    return f"Salesforce refuses it: {told.rstrip('.')} - {hint}."


def _line(text: str) -> str:
    return " ".join(text.split())


def _reason(error: Exception) -> str:
    """A short cause without addresses or headers."""
    inner = error.args[0] if error.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    name = type(reason if isinstance(reason, Exception) else error).__name__
    words = {
        "NewConnectionError": "no connection",
        "NameResolutionError": "its name is not known",
        "ConnectTimeoutError": "no connection in time",
        "ReadTimeoutError": "no answer in time",
        "ReadTimeout": "no answer in time",
        "ProtocolError": "the connection broke off",
        "SSLError": "its certificate is not trusted",
    }
    return words.get(name, name)
