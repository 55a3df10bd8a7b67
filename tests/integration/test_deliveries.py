"""The journal of deliveries, on SQLite and on PostgreSQL: claimed once, taken over once, forgotten when done."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.store.database import open_engine, prepare
from bot.store.deliveries import KEPT, SILENT, Claim, Deliveries, Left
from bot.store.tables import deliveries as table
from tests.postgres import empty_database, reachable

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TASK = {"place": {"channel": "D1"}, "asked": "brief me on Acme"}
pytestmark = reachable


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'seller.db'}"
        return
    with empty_database() as address:
        yield address


@pytest.fixture
def engines(url: str) -> Iterator[tuple[Engine, Engine]]:
    """Two processes of one database."""
    pair = (open_engine(url), open_engine(url))
    prepare(pair[0])
    yield pair
    for engine in pair:
        engine.dispose()


def claimed(journal: Deliveries, owner: str, *keys: str) -> list[str]:
    """The keys that a process gets of those it asks for."""
    return sorted(claim.key for claim in journal.claim([Claim(key, TASK) for key in keys], owner, NOW))


def rows(engine: Engine) -> list[tuple[str, str, str | None, object]]:
    """What the table holds."""
    with engine.connect() as connection:
        query = select(table.c.key, table.c.state, table.c.owner, table.c.task).order_by(table.c.key)
        return [tuple(row) for row in connection.execute(query)]


def test_a_delivery_goes_to_one_process(engines: tuple[Engine, Engine]) -> None:
    keys = [f"event:Ev{n}" for n in range(50)]
    journals = [Deliveries(engine) for engine in engines]
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(claimed, journals[n % 2], f"p{n % 2}", *keys) for n in range(8)]
    assert sorted(key for one in asked for key in one.result()) == sorted(keys)


def test_a_key_that_comes_twice_in_one_claim_is_given_once(engines: tuple[Engine, Engine]) -> None:
    assert claimed(Deliveries(engines[0]), "p1", "event:Ev1", "event:Ev1") == ["event:Ev1"]


def test_a_key_longer_than_the_column_is_still_a_key(engines: tuple[Engine, Engine]) -> None:
    journal, key = Deliveries(engines[0]), "click:" + "9" * 500
    assert (claimed(journal, "p1", key), claimed(journal, "p2", key)) == ([key], [])
    assert journal.show(key, "p1", "posting")


def test_what_is_done_keeps_no_words(engines: tuple[Engine, Engine]) -> None:
    journal = Deliveries(engines[0])
    claimed(journal, "p1", "event:Ev1", "event:Ev2")
    journal.done(["event:Ev1"], "p1")
    assert rows(engines[1]) == [("event:Ev1", "done", None, None), ("event:Ev2", "running", "p1", TASK)]


def test_what_a_dead_process_left_is_taken_over_once(engines: tuple[Engine, Engine]) -> None:
    dead, alive = Deliveries(engines[0]), Deliveries(engines[1])
    presence = dead.presence("p1")
    if presence:
        presence.acquire(blocking=False)
    claimed(dead, "p1", "event:Ev1")
    assert alive.left("p2", NOW) == []
    if presence:
        presence.release()
    later = NOW + SILENT + timedelta(seconds=1)
    left = alive.left("p2", later)
    assert left == [Left("event:Ev1", "running", "p1", TASK)]
    assert [alive.take(left[0], owner, "posting", later) for owner in ("p2", "p3")] == [True, False]
    assert not dead.show("event:Ev1", "p1", "posting")
    dead.done(["event:Ev1"], "p1")
    assert rows(engines[0]) == [("event:Ev1", "posting", "p2", TASK)]


def test_a_process_that_is_heard_of_keeps_its_work(engines: tuple[Engine, Engine]) -> None:
    journal = Deliveries(engines[0])
    presence = journal.presence("p1")
    if presence:
        presence.acquire(blocking=False)
    claimed(journal, "p1", "event:Ev1")
    journal.beat("p1", NOW + timedelta(minutes=5))
    assert Deliveries(engines[1]).left("p2", NOW + timedelta(minutes=5, seconds=59)) == []
    if presence:
        presence.release()


def test_what_could_not_be_told_is_left_to_anybody(engines: tuple[Engine, Engine]) -> None:
    journal = Deliveries(engines[0])
    claimed(journal, "p1", "event:Ev1")
    journal.leave("event:Ev1", "p1")
    assert journal.left("p1", NOW) == [Left("event:Ev1", "running", None, TASK)]


@pytest.mark.parametrize(("shown", "state"), [("posting", "posting"), ("alone", "running")])
def test_what_got_out_only_in_part_is_looked_up_where_it_can_be(
    engines: tuple[Engine, Engine], shown: str, state: str
) -> None:
    journal = Deliveries(engines[0])
    claimed(journal, "p1", "event:Ev1")
    journal.show("event:Ev1", "p1", shown)
    journal.leave("event:Ev1", "p1")
    assert journal.left("p2", NOW) == [Left("event:Ev1", state, None, TASK)]


def test_keys_are_kept_as_long_as_slack_may_repeat_them(engines: tuple[Engine, Engine]) -> None:
    journal = Deliveries(engines[0])
    claimed(journal, "p1", "event:Ev1")
    assert (journal.forget_old(NOW + KEPT), claimed(journal, "p1", "event:Ev1")) == (0, [])
    assert journal.forget_old(NOW + KEPT + timedelta(seconds=1), dry_run=True) == 1
    assert journal.forget_old(NOW + KEPT + timedelta(seconds=1)) == 1
    assert claimed(journal, "p1", "event:Ev1") == ["event:Ev1"]
