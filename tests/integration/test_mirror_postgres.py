"""The mirror in PostgreSQL: the same content, the same cuts, one sync at a time."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text

from bot.crm.mirror import Mirror, MirrorReader
from bot.crm.mirror.report import Kept
from bot.crm.records import Account, Activity, Contact, Opportunity
from bot.errors import Locked
from bot.store.database import open_engine, prepare
from bot.store.leader import Leadership
from tests.integration.mirror_source import MemorySource, add_activity, add_deal, change_deal, filled
from tests.integration.mirror_world import MirrorWorld, stop_at, truth
from tests.postgres import empty_database, needed, reachable

pytestmark = [needed, reachable]


class Killed(BaseException):
    """As good as a kill."""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A database of its own on the server."""
    with empty_database() as url:
        made = open_engine(url)
        prepare(made)
        yield made
        made.dispose()


@pytest.fixture
def source() -> MemorySource:
    return filled(7)


@pytest.fixture
def world(engine: Engine, source: MemorySource, tmp_path: Path) -> MirrorWorld:
    with engine.begin() as connection:
        for name in ("cursors", "seen", "merged", "sync", "snapshots"):
            connection.execute(text(f"DELETE FROM crm_{name}"))
    world = MirrorWorld(tmp_path / "unused.db", source, engine=engine)
    world.mirror.sync(full=True)
    return world


def test_edits_deletions_and_merges(world: MirrorWorld, source: MemorySource) -> None:
    draw = Random(3)
    assert world.content() == truth(source)
    deals, people = sorted(source.all(Opportunity)), sorted(source.all(Contact))
    assert any(people[1] in row.contact_ids for row in source.all(Activity).values())
    change_deal(source, deals[0], draw)
    source.delete("deals", deals[1])
    source.delete("contacts", people[1])
    source.merge("accounts", "A0", "A1")
    source.merge("contacts", people[2], people[3])
    add_deal(source, "A1", draw)
    add_activity(source, "A1", draw)
    world.mirror.sync()
    assert world.content() == truth(source)
    assert world.mirror.resolve("A0") == "A1"
    found = MirrorReader(world.engine, "salesforce", source.link).account("A0")
    assert found is not None and found.id == "A1"


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("page", [1, 5, 8])
def test_a_sync_that_is_cut_off_goes_on(world: MirrorWorld, source: MemorySource, page: int, full: bool) -> None:
    for key in sorted(source.all(Opportunity)):
        change_deal(source, key, Random(page))
    source.before_page = stop_at(page, Killed())
    with pytest.raises(Killed):
        world.mirror.sync(full=full)
    source.before_page = lambda kind: None
    source.delete("accounts", "A2", told=not full)
    world.mirror.sync(full=full)
    world.mirror.sync(full=full)
    assert world.content() == truth(source)
    assert world.left_over() == 0


def test_a_value_that_does_not_fit(world: MirrorWorld, source: MemorySource) -> None:
    source.put(
        Account(id="A8", name="Nul \x00"), Account(id="A9", name="Big", employees=2**40), Account(id="A7", name="Fine")
    )
    report = world.mirror.sync()
    assert sorted(str(failed.id) for failed in report.failed) == ["A8", "A9"]
    assert world.content()["crm_accounts"].keys() == truth(source)["crm_accounts"].keys() - {"A8", "A9"}


def test_the_snapshot_and_a_refresh(world: MirrorWorld, source: MemorySource) -> None:
    day = world.clock.later(days=1).date()
    change_deal(source, next(iter(source.all(Opportunity))), Random(1))
    for key in sorted(source.all(Account)):
        assert world.mirror.refresh(key, 20).state == "fresh"
    assert world.content() == truth(source)
    assert world.mirror.sync().snapshot == Kept(day, len(source.all(Opportunity)))
    assert world.mirror.snapshot(day) == 0


def test_one_sync_at_a_time_in_a_database(world: MirrorWorld, source: MemorySource, tmp_path: Path) -> None:
    mirrors = [
        Mirror(world.engine, source, world.clock, lock=Leadership(world.engine, tmp_path / home, "sync"))
        for home in ("one", "two")
    ]
    said: list[str] = []

    def second(kind: str) -> None:
        source.before_page = lambda kind: None
        with pytest.raises(Locked) as told:
            mirrors[1].sync()
        said.append(str(told.value))

    source.before_page = second
    mirrors[0].sync()
    assert said == ["A sync of this home is running already; wait until it has ended."]
    mirrors[1].sync()
