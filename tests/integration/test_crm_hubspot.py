"""HubSpot: the adapter contract on the stand-in, with and without the unique property."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crm_contract import EARLIER, NOW, RECORDS, Crm, CrmContract
from sqlalchemy import Engine, create_engine
from standins.hubspot import TOKEN, HubSpotStandIn
from standins.hubspot_world import COMPETITOR, fill, keyed

from bot.crm import hubspot
from bot.crm.hubspot import wire
from bot.crm.local import LocalReader, metadata, replace_all
from bot.crm.port import CrmSource
from bot.crm.records import Record
from bot.settings import Settings


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody shares this portal's limit of searches."""
    monkeypatch.setattr(wire, "SEARCHES_A_SECOND", 100_000)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'mirror.sqlite'}")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def stand_in() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        yield server
        assert server.misshapen == []


def connect(server: HubSpotStandIn, **settings: Any) -> hubspot.HubSpot:
    fields = {"opportunity.competitor": COMPETITOR}
    given = {"hubspot_url": server.url, "hubspot_token": TOKEN, "crm_fields": fields, "crm_timeout": 5, **settings}
    return hubspot.connect(Settings(**given), lambda: NOW)


def everything(source: CrmSource) -> list[Record]:
    """A full pass over all kinds."""
    return [row for kind in source.kinds() for page in source.pages(kind, None, full=True) for row in page.records]


class Mirrored:
    """A reader over a copy that is made anew for every question: what the mirror would know once it is in step."""

    def __init__(self, source: CrmSource, engine: Engine) -> None:
        self._source = source
        self._engine = engine
        self._reader = LocalReader(engine, source.link)

    def __getattr__(self, name: str) -> Any:
        replace_all(self._engine, everything(self._source), as_of=NOW, source="hubspot")
        return getattr(self._reader, name)


class OnHubSpot(CrmContract):
    erases_history = False
    names_who = False


class TestWithTheUniqueProperty(OnHubSpot):
    """The contract where `seller crm setup` could create the property."""

    @pytest.fixture
    def crm(self, stand_in: HubSpotStandIn, engine: Engine) -> Crm:
        keyed(stand_in.portal)
        remote = connect(stand_in)
        return Crm(Mirrored(remote.source, engine), remote.writer)  # type: ignore[arg-type]
