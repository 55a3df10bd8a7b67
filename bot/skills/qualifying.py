"""The questions that ask for what is not known of a deal by the company's framework (pure)."""

import re

from bot.pipeline.deal import Deal
from bot.pipeline.framework import BY_ROLE, FRAMEWORKS


def missing(deal: Deal, evidence: str, framework: str) -> list[tuple[str, str]]:
    """(what neither the deal's roles nor any words show, the question that asks for it), roles first."""
    found = [
        (name, question) for name, shows, question in FRAMEWORKS[framework] if not _known(deal, evidence, name, shows)
    ]
    return sorted(found, key=lambda item: item[0] not in BY_ROLE)


def _known(deal: Deal, evidence: str, name: str, shows: str) -> bool:
    if name in BY_ROLE:
        return any(role.role in BY_ROLE[name] for role in deal.roles)
    rival = name == "competition" and deal.opportunity.competitor
    return bool(rival or re.search(shows, evidence.casefold()))
