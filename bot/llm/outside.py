"""Which sources may be shown to a model, by where the model is (pure)."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePath
from urllib.parse import urlsplit

from bot.proposals import Citation
from bot.settings import Settings

CRM = frozenset({"account", "contact", "opportunity", "activity", "task", "user", "product", "search", "calendar"})
"""kinds of sources that the CRM holds, or that were worked out from it"""
PAGES = frozenset({"playbook", "note", "transcript", "file"})
RECORDS = CRM | {"crm", "call", "email", "meeting"}
KINDS = RECORDS | PAGES
"""words of the setting that are kinds; all others are folders and files"""


def is_outside(settings: Settings) -> bool:
    """Whether what the model is sent leaves the company: in doubt it does."""
    if settings.model_inside != "auto":
        return settings.model_inside == "no"
    provider, colon, _ = settings.model_name.partition(":")
    if settings.model_name == "offline":
        return False
    if (colon and provider != "openai") or not settings.openai_base_url:
        return True
    return not _is_near(urlsplit(settings.openai_base_url).hostname or "")


def _is_near(host: str) -> bool:
    """Whether a host is this machine or an address of a private network; a name may lead anywhere."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_private or address.is_link_local


@dataclass(frozen=True)
class Discretion:
    """What a model is not shown."""

    outside: bool = False
    kinds: frozenset[str] = frozenset()
    places: tuple[str, ...] = ()

    def hides_source(self, citation: Citation) -> bool:
        """Whether a numbered source stays inside."""
        return self.hides(citation.kind, citation.source if citation.page else "", inside=citation.inside)

    def hides(self, kind: str, place: str = "", *, inside: bool = False) -> bool:
        """Whether a source stays inside: by its kind, such as `activity/call`, by where it is, or as it says so itself."""
        if not self.outside:
            return False
        kinds = set(kind.split("/"))
        kinds |= {"crm"} if kinds & CRM else set()
        return inside or bool(kinds & self.kinds) or any(_below(place, one) for one in self.places)


OPEN = Discretion()
"""hides nothing"""


def discretion(settings: Settings) -> Discretion:
    """What the model of the settings is not shown."""
    said = [one.strip() for one in settings.never_outside if one.strip()]
    kinds = frozenset(word for one in said if (word := _singular(one)) in KINDS)
    if kinds & RECORDS:
        # What is worked out of the CRM draws on several kinds of its records at once, so one kind alone cannot be kept in.
        kinds |= {"crm"}
    places = tuple(one for one in said if _singular(one) not in KINDS)
    return Discretion(is_outside(settings), kinds, places)


def _singular(word: str) -> str:
    low = word.casefold()
    return {"activities": "activity", "opportunities": "opportunity"}.get(low, low.removesuffix("s") or low)


def _below(place: str, rule: str) -> bool:
    """Whether a file is what a rule names, or lies in a folder that it names, at whatever depth."""
    parts: Iterable[PurePath] = (PurePath(place), *PurePath(place).parents)
    return bool(place) and any(
        fnmatch(str(part), one) for part in parts for one in (rule.rstrip("/"), f"*/{rule.strip('/')}")
    )
