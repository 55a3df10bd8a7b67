"""A remote CRM's word on rights: how long it counts, what counts while the CRM is away, and how often it is asked."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from bot.crm.local import LocalReader, upsert_all
from bot.crm.local.tables import access
from bot.crm.records import Account, Contact, Opportunity, User
from bot.crm.rights.known import BATCH, MOST, KnownAccess
from bot.errors import BotError, CrmRejected, CrmUnavailable
from bot.store.database import open_engine
from tests.integration.approvals_world import START, Clock, migrated
from tests.rights_world import Rulebook

ANN, BEN = User(id="U1", name="Ann"), User(id="U2", name="Ben")
RECORDS = (
    ANN, BEN, Account(id="A1", name="Acme", owner_id="U1"), Account(id="A2", name="Birch", owner_id="U2"),
    Contact(id="C1", name="Nora", account_id="A1"), Contact(id="C2", name="Ivo", account_id="A2"),
    Opportunity(id="D1", name="Plan", stage="S", account_id="A2", owner_id="U1"),
)  # fmt: skip
AWAY = CrmUnavailable("The CRM does not answer.")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "seller.db").write_bytes(migrated())
    opened = open_engine(f"sqlite:///{tmp_path / 'seller.db'}", durable=False)
    upsert_all(opened, RECORDS, as_of=START)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def known(engine: Engine, clock: Clock, book: Rulebook) -> KnownAccess:
    return KnownAccess(engine, book, LocalReader(engine).users, clock)


@pytest.mark.parametrize(
    ("age", "asked"),
    [("0:00:00", 1), ("0:04:59", 1), ("0:05:00", 2), ("0:05:01", 2), ("3:59:00", 2), ("4:01:00", 2)],
)
def test_an_answer_counts_for_five_minutes(engine: Engine, clock: Clock, age: str, asked: int) -> None:
    book = Rulebook({"A1"})
    rights = known(engine, clock, book)
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == {"A1"}
    clock.pass_time(span(age))
    book.grants = {"A2"}
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == ({"A1"} if asked == 1 else {"A2"})
    assert len(book.asked) == asked


@pytest.mark.parametrize(
    ("age", "seen"),
    [
        ("0:04:59", {"A2"}), ("0:05:01", {"A2"}), ("3:59:00", {"A2"}), ("4:00:00", {"A2"}), ("4:00:01", {"A1"}),
        ("4:01:00", {"A1"}), ("240:00:00", {"A1"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("error", [AWAY, CrmRejected("The session has expired.")])
def test_while_the_crm_is_away_its_last_word_counts_for_four_hours_then_own_records(
    engine: Engine, clock: Clock, age: str, seen: set[str], error: Exception
) -> None:
    book = Rulebook({"A2"})
    rights = known(engine, clock, book)
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == {"A2"}
    book.error = error
    clock.pass_time(span(age))
    assert rights.allowed(ANN, "read", "account", ["A1", "A2", "A9"]) == seen


def test_a_right_to_read_is_none_to_edit_and_a_person_is_no_other(engine: Engine, clock: Clock) -> None:
    book = Rulebook({"read:A2", "edit:A1"})
    rights = known(engine, clock, book)
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == {"A2"}
    assert rights.allowed(ANN, "edit", "account", ["A1", "A2"]) == {"A1"}
    book.error = AWAY
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == {"A2"}
    assert rights.allowed(BEN, "read", "account", ["A1", "A2"]) == {"A2"}, "Ben was never asked about: his own"
    assert rights.allowed(BEN, "edit", "account", ["A1", "A2"]) == {"A2"}


def test_own_records_are_those_one_owns_and_the_people_at_own_accounts(engine: Engine, clock: Clock) -> None:
    rights = known(engine, clock, Rulebook((), AWAY))
    assert rights.allowed(ANN, "read", "contact", ["C1", "C2", "C9"]) == {"C1"}
    assert rights.allowed(ANN, "edit", "opportunity", ["D1", "D9"]) == {"D1"}
    assert rights.allowed(BEN, "read", "opportunity", ["D1"]) == frozenset()


def test_a_crm_that_is_away_is_left_alone_for_half_a_minute(engine: Engine, clock: Clock) -> None:
    book = Rulebook({"A1"}, AWAY)
    rights = known(engine, clock, book)
    for _ in range(3):
        rights.allowed(ANN, "read", "account", [f"A{i}" for i in range(3 * BATCH)])
    assert len(book.asked) == 1
    clock.pass_time(timedelta(seconds=29))
    rights.allowed(ANN, "read", "account", ["A1"])
    assert len(book.asked) == 1
    book.error = None
    clock.pass_time(timedelta(seconds=1))
    assert rights.allowed(BEN, "read", "account", ["A1"]) == {"A1"}


def test_what_was_answered_before_a_failure_is_kept(engine: Engine, clock: Clock) -> None:
    class Halfway(Rulebook):
        def allowed(self, *args):  # type: ignore[no-untyped-def]
            self.error = AWAY if self.asked else None
            return super().allowed(*args)

    ids = [f"R{i:03d}" for i in range(BATCH + 10)]
    book = Halfway(set(ids))
    assert known(engine, clock, book).allowed(ANN, "read", "account", ids) == set(ids[:BATCH])
    assert [len(asked[3]) for asked in book.asked] == [BATCH, 10]


def test_questions_go_in_batches_and_have_an_end(engine: Engine, clock: Clock) -> None:
    ids = [f"R{i:03d}" for i in range(2 * BATCH + 1)]
    book = Rulebook(set(ids))
    rights = known(engine, clock, book)
    assert rights.allowed(ANN, "read", "contact", ids) == set(ids)
    assert [len(asked[3]) for asked in book.asked] == [BATCH, BATCH, 1]
    with pytest.raises(BotError) as refused:
        rights.allowed(ANN, "read", "contact", [f"X{i}" for i in range(MOST + 1)])
    assert str(refused.value) == (
        "The CRM would have to be asked for your rights to 10,001 records, which takes too long; name one account, "
        "for instance with --account."
    )


def test_a_clock_that_was_set_back_makes_no_answer_young(engine: Engine, clock: Clock) -> None:
    book = Rulebook({"A2"})
    rights = known(engine, clock, book)
    rights.allowed(ANN, "read", "account", ["A1", "A2"])
    clock.pass_time(timedelta(hours=-2))
    book.error = AWAY
    assert rights.allowed(ANN, "read", "account", ["A1", "A2"]) == {"A1"}


def test_old_answers_are_forgotten(engine: Engine, clock: Clock) -> None:
    rights = known(engine, clock, Rulebook({"A1", "A2"}))
    rights.allowed(ANN, "read", "account", ["A1", "A2"])
    clock.pass_time(timedelta(hours=5))
    rights.allowed(ANN, "read", "account", ["A1"])
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(access)).scalar() == 1


def test_many_threads_learn_the_same(engine: Engine, clock: Clock) -> None:
    ids = [f"R{i:03d}" for i in range(300)]
    even = set(ids[::2])
    rights = known(engine, clock, Rulebook(even))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda n: rights.allowed(ANN, "read", "account", ids[n : n + 200]), range(0, 100, 5)))
    assert found == [even & set(ids[n : n + 200]) for n in range(0, 100, 5)]


def span(written: str) -> timedelta:
    hours, minutes, seconds = (int(part) for part in written.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
