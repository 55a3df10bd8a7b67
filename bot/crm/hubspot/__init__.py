"""HubSpot as a connected CRM: private-app token, associations v4, a unique property against repeated writes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.crm.hubspot import setting_up
from bot.crm.hubspot.builder import Builder
from bot.crm.hubspot.catalog import Catalog
from bot.crm.hubspot.fields import FieldMap
from bot.crm.hubspot.source import HubSpotSource
from bot.crm.hubspot.wire import Wire
from bot.crm.hubspot.writer import HubSpotWriter
from bot.crm.port import Access
from bot.errors import BotError
from bot.settings import Settings


class HubSpot:
    """A `Remote`: HubSpot gives no rights per seller to a private app, so owner and team decide."""

    access: Access | None = None

    def __init__(self, wire: Wire, catalog: Catalog, clock: Callable[[], datetime]) -> None:
        builder = Builder(catalog)
        self.source = HubSpotSource(wire, catalog, builder, clock)
        self.writer = HubSpotWriter(wire, builder, clock)
        self._wire = wire
        self._catalog = catalog

    def set_up(self) -> Sequence[str]:
        """Create or check the property that makes writes unrepeatable, and the labels of roles."""
        return setting_up.set_up(self._wire, self._catalog)

    def check(self) -> str:
        """One sentence on what answers and as whom; CrmError where nothing does."""
        return setting_up.check(self._wire, self._catalog)


def connect(settings: Settings, clock: Callable[[], datetime]) -> HubSpot:
    """The HubSpot of the settings; BotError where the token is missing. Nothing is sent yet."""
    if settings.hubspot_token is None:
        raise BotError(
            "SELLER_HUBSPOT_TOKEN is not set: create a private app in HubSpot (Settings, Integrations, Private Apps) "
            "and set its token."
        )
    wire = Wire(settings.hubspot_url, settings.hubspot_token, settings.crm_timeout)
    return HubSpot(wire, Catalog(wire, FieldMap(settings.crm_fields), settings.currency), clock)
