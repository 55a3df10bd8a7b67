"""Our adapter connected to the stand-in."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bot.crm import hubspot
from bot.crm.port import CrmSource
from bot.crm.records import Record
from bot.settings import Settings
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_world import COMPETITOR

NOW = datetime(2026, 11, 16, 9, 30, 0, 123456, tzinfo=UTC)


def connect(server: HubSpotStandIn, clock: Callable[[], datetime] | None = None, **settings: Any) -> hubspot.HubSpot:
    fields = {"opportunity.competitor": COMPETITOR}
    given = {"hubspot_url": server.url, "hubspot_token": TOKEN, "crm_fields": fields, "crm_timeout": 5, **settings}
    return hubspot.connect(Settings(**given), clock or (lambda: NOW))


def everything(source: CrmSource) -> list[Record]:
    """A full pass over all kinds."""
    return [row for kind in source.kinds() for page in source.pages(kind, None, full=True) for row in page.records]
