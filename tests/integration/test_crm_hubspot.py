"""HubSpot: the adapter contract on the stand-in."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, cast

import pytest
from crm_contract import EARLIER, NOW, RECORDS, TASK, Crm, CrmContract, approve, update
from sqlalchemy import Engine, create_engine
from standins.hubspot import HubSpotStandIn
from standins.hubspot_connection import connect, everything
from standins.hubspot_world import fill, keyed

from bot.crm.local import LocalReader, metadata, replace_all
from bot.crm.port import CrmReader, CrmSource, Remote
from bot.crm.records import Contact, Record
from bot.errors import CrmChanged


@pytest.fixture
def engine() -> Iterator[Engine]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def stand_in() -> Iterator[HubSpotStandIn]:
    with HubSpotStandIn(lambda: NOW).running() as server:
        fill(server.portal, RECORDS, EARLIER)
        yield server


class Mirrored:
    """A reader over a copy that is made anew for every question: what the mirror would know once it is in step."""

    def __init__(self, source: CrmSource, engine: Engine) -> None:
        self._source = source
        self._engine = engine
        self._reader = LocalReader(engine, source.link)

    def still(self) -> LocalReader:
        """A copy as of now, for many questions at once."""
        replace_all(self._engine, everything(self._source), as_of=NOW, source="hubspot")
        return self._reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self.still(), name)


class OnHubSpot(CrmContract):
    erases_history = False
    names_who = False
    first_call = "call-X1"

    def state(self, reader: Any) -> dict[str, Sequence[Record]]:
        """Everything, read in one pass."""
        return super().state(reader.still())


class TestWithTheUniqueProperty(OnHubSpot):
    """The contract where `seller crm setup` could create the property."""

    @pytest.fixture
    def crm(self, stand_in: HubSpotStandIn, engine: Engine) -> Crm:
        keyed(stand_in.portal)
        return mirrored(stand_in, engine)


class TestWithoutTheUniqueProperty(OnHubSpot):
    """The contract where it could not: a record does not say then which change made it."""

    test_undo_of_an_unknown_change_is_refused = None  # type: ignore[assignment]

    @pytest.fixture
    def crm(self, stand_in: HubSpotStandIn, engine: Engine) -> Crm:
        return mirrored(stand_in, engine)


def mirrored(server: HubSpotStandIn, engine: Engine) -> Crm:
    remote = connect(server)
    return Crm(cast(CrmReader, Mirrored(remote.source, engine)), remote.writer)


def test_both_writers_fit_the_port(stand_in: HubSpotStandIn) -> None:
    remote: Remote = connect(stand_in)
    assert (remote.access, remote.source.name) == (None, "hubspot")
    assert stand_in.sent == []


def test_of_two_people_with_the_same_old_value_one_wins(stand_in: HubSpotStandIn) -> None:
    writer, lost = connect(stand_in).writer, []

    def attempt(number: int) -> None:
        try:
            writer.apply(approve(update("amount", Decimal("120000.50"), Decimal(number)), f"change-{number}"))
        except CrmChanged as error:
            lost.append(error.present)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(attempt, range(1, 7)))
    amounts = stand_in.portal.things["deals"]["O1"].history["amount"]
    assert (len(amounts), lost) == (2, [Decimal(amounts[0]["value"])] * 5)


def test_a_change_that_comes_in_many_threads_is_made_once(stand_in: HubSpotStandIn) -> None:
    writer = connect(stand_in).writer
    with ThreadPoolExecutor(6) as pool:
        receipts = list(pool.map(lambda _: writer.apply(approve(TASK)), range(6)))
    assert receipts == [receipts[0]] * 6
    assert len(stand_in.portal.things["tasks"]) == 2


def test_half_a_sign_in_a_name_is_kept_as_an_unreadable_one(stand_in: HubSpotStandIn, engine: Engine) -> None:
    fill(stand_in.portal, [Contact(id="C99", name="A\ud800na", account_id="A1", created_at=EARLIER)], EARLIER)
    replace_all(engine, everything(connect(stand_in).source), as_of=NOW, source="hubspot")
    assert "A\ufffdna" in [one.name for one in LocalReader(engine).contacts()]
