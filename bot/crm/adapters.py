"""The CRMs that can be connected; an adapter's module is imported when it is asked for."""

import importlib
from collections.abc import Callable
from datetime import datetime

from bot.crm.port import Remote
from bot.settings import Settings

ADAPTERS = {"salesforce": "bot.crm.salesforce", "hubspot": "bot.crm.hubspot"}


def connect(settings: Settings, clock: Callable[[], datetime]) -> Remote:
    """The remote CRM of the settings; BotError names the setting that is missing. Nothing is sent yet."""
    module = importlib.import_module(ADAPTERS[settings.crm])
    remote: Remote = module.connect(settings, clock)
    return remote
