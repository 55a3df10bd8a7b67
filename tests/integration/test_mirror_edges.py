"""The mirror's edges: bad values, erased people, two syncs at once, writers beside it, snapshots."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from bot.crm.mirror import Mirror
from bot.crm.mirror.report import Counts, Failed, Kept
from bot.crm.port import Page
from bot.crm.records import Account, Activity, Contact, Opportunity, Record
from bot.errors import Locked
from tests.integration.mirror_source import MemorySource, add_activity, add_deal, filled
from tests.integration.mirror_world import Clock, MirrorWorld, content, opened, truth


@pytest.fixture
def source() -> MemorySource:
    return filled(7)


@pytest.fixture
def world(tmp_path: Path, source: MemorySource) -> Iterator[MirrorWorld]:
    made = MirrorWorld(tmp_path / "mirror.db", source)
    yield made
    made.engine.dispose()


def test_a_value_that_does_not_fit_is_named_and_left_out(world: MirrorWorld, source: MemorySource) -> None:
    source.put(
        Account(id="A8", name="Fine"),
        Account(id="A9", name="Lone \ud800"),
        Account(id="A10", name="Big", employees=2**70),
    )
    report = world.mirror.sync()
    expected = truth(source)
    left = {key: row for key, row in expected["crm_accounts"].items() if key not in ("A9", "A10")}
    assert world.content() == {**expected, "crm_accounts": left}
    assert report.kinds["accounts"] == Counts(records=7, bad=2)
    assert sorted((failed.kind, str(failed.id)) for failed in report.failed) == [
        ("accounts", "A10"),
        ("accounts", "A9"),
    ]
    assert all(failed.why.startswith("a value does not fit into the database (") for failed in report.failed)
    assert report.as_of == world.clock.now


def test_a_record_that_the_source_cannot_read_is_named(tmp_path: Path, source: MemorySource) -> None:
    class Unreadable(MemorySource):
        def pages(self, kind: str, cursor: str | None, *, full: bool) -> Iterator[Page]:
            for page in super().pages(kind, cursor, full=full):
                bad = [("A99", "it has no name")] if kind == "accounts" and cursor is None else []
                yield dataclasses.replace(page, bad=bad)
                cursor = page.cursor

    world = MirrorWorld(tmp_path / "bad.db", Unreadable(**vars(source)))
    report = world.mirror.sync()
    assert report.failed == [Failed("accounts", "A99", "it has no name")]
    assert report.kinds["accounts"] == Counts(records=6, bad=1)
    world.engine.dispose()


def test_erased_people_do_not_come_back(tmp_path: Path, source: MemorySource) -> None:
    person = next(iter(source.all(Contact)))
    assert any(person in row.contact_ids for row in source.all(Activity).values())

    def scrub(record: Record) -> Record | None:
        return None if record.id == person else record

    world = MirrorWorld(tmp_path / "erased.db", source, scrub)
    world.mirror.sync()
    source.delete("contacts", person, told=False)  # as the mirror shall look without them
    assert world.content() == truth(source)
    world.engine.dispose()


def test_who_is_erased_elsewhere_during_a_sync_is_left_out_from_the_next_page_on(
    tmp_path: Path, source: MemorySource
) -> None:
    looked, erased = [0], set[str]()

    def renew() -> None:
        looked[0] += 1
        if looked[0] == 3:
            erased.update(source.all(Contact))

    engine = opened(tmp_path / "mirror.db")
    mirror = Mirror(engine, source, Clock(), scrub=lambda row: None if row.id in erased else row, renew=renew)
    mirror.sync()
    assert content(engine)["crm_contacts"] == {}
    assert looked[0] > 3
    engine.dispose()


def test_two_syncs_do_not_run_at_once(world: MirrorWorld, source: MemorySource) -> None:
    said: list[str] = []

    def second(kind: str) -> None:
        source.before_page = lambda kind: None
        with pytest.raises(Locked) as told:
            world.mirror.sync()
        said.append(str(told.value))

    source.before_page = second
    world.mirror.sync()
    assert said == ["A sync of this home is running already; wait until it has ended."]
    assert world.content() == truth(source)


def test_a_write_from_elsewhere_is_not_kept_waiting_by_a_sync(world: MirrorWorld, source: MemorySource) -> None:
    """Between two pages the database is free."""

    def write(kind: str) -> None:
        with world.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS other (id INTEGER)")
            connection.exec_driver_sql("INSERT INTO other VALUES (1)")

    source.before_page = write
    world.mirror.sync()
    assert world.content() == truth(source)


def test_the_snapshot_is_the_days_first(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    first = world.clock.now.date()
    deals = len(source.all(Opportunity))
    add_deal(source, "A0", Random(1))
    add_activity(source, "A0", Random(1))
    report = world.mirror.sync()
    assert report.snapshot is None
    world.clock.later(days=1)
    assert world.mirror.sync().snapshot == Kept(first + timedelta(days=1), deals + 1)
    assert (world.mirror.snapshot(first), Clock().now.date()) == (0, first)
