"""What went wrong at the endpoint, as one of our errors with a sentence that says what to check (pure)."""

import re
from typing import Any, Literal

from bot.errors import ModelError, ModelRefused, ModelTimeout

Kind = Literal["again", "plain", "final"]
"""whether to ask again as it was, to ask again without extras, or to give up"""
KEY = re.compile(r"\b(?:sk|pk|key|Bearer)[-_ ][\w*.\-]{6,}", re.IGNORECASE)
TOO_LONG = re.compile(r"context (?:length|window|size)|context_length|too long|too large|tokens.*exceed", re.IGNORECASE)
QUOTA = re.compile(r"insufficient_quota|billing|credit", re.IGNORECASE)
SENTENCES = {
    401: "The language model's endpoint refused the key (401); check OPENAI_API_KEY, or the key of your provider.",
    402: "The language model's endpoint asks for payment (402); check the plan and billing of your provider.",
    403: "The language model's endpoint forbids this (403); check what the key may do with {model}.",
    404: "The endpoint at {where} has no model {model} (404); check SELLER_MODEL and OPENAI_BASE_URL.",
}


def classify(error: Exception, where: str, model: str) -> tuple[Kind, ModelError]:
    """Say whether another try can help, and how the failure is told."""
    status, text = status_of(error), message_of(error)
    if status == 429 and QUOTA.search(f"{text} {getattr(error, 'code', '')}"):
        return "final", ModelRefused(
            "The quota of the language model's key is used up (429); check the plan and billing of your provider."
        )
    if status in SENTENCES:
        return "final", ModelRefused(SENTENCES[status].format(where=where, model=model))
    if status in (400, 413, 422):
        return _bad_request(text, status, model)
    if status is None and _is_a(error, "Timeout"):
        return "final", ModelTimeout(f"The language model at {where} did not answer in time; ask again in a while.")
    return "again", ModelError(_unreachable(status, where, error))


def _bad_request(text: str, status: int, model: str) -> tuple[Kind, ModelError]:
    if status == 413 or TOO_LONG.search(text):
        return "final", ModelRefused(
            f"The sources are too long for the model {model} ({status}); choose a model with a larger context."
        )
    return "plain", ModelRefused(f"The model {model} refused the request ({status}): {_scrub(text)}")


def _unreachable(status: int | None, where: str, error: Exception) -> str:
    if status == 429:
        return f"The language model at {where} is busy (429: too many requests); try again in a minute."
    if status is not None:
        return f"The language model at {where} is unreachable ({status}); try again in a while."
    if _is_a(error, "Connection"):
        return f"The language model at {where} is unreachable; check that it runs and that OPENAI_BASE_URL is right."
    return f"The language model at {where} failed ({type(error).__name__}); try again in a while."


def status_of(error: Exception) -> int | None:
    """Return the HTTP status an SDK's error carries."""
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def message_of(error: Exception) -> str:
    """Return the endpoint's own words."""
    body: Any = getattr(error, "body", None)
    if isinstance(body, dict):
        inner = body.get("error", body)
        return str(inner.get("message", inner) if isinstance(inner, dict) else inner)
    return str(error)


def retry_after(error: Exception) -> float | None:
    """Return the seconds the endpoint asks to wait."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    value = str(headers.get("retry-after", ""))
    return float(value) if value.replace(".", "", 1).isdigit() else None


def _is_a(error: Exception, word: str) -> bool:
    return any(word in kind.__name__ for kind in type(error).__mro__)


def _scrub(text: str) -> str:
    return KEY.sub("(key)", " ".join(text.split()))[:200]
