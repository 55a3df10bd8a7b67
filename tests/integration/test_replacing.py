"""A row in the place of another, also where another process puts one there at the same moment."""

import threading
from datetime import UTC, datetime
from pathlib import Path

from postgres import empty_database, needed, reachable
from sqlalchemy import select, text

from bot.store.database import open_engine, prepare, reading, writing
from bot.store.looks import Looks
from bot.store.replacing import replace
from bot.store.tables import deliveries, looks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_what_is_not_given_is_as_in_a_new_row(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(engine)
    with writing(engine) as connection:
        replace(
            connection, deliveries, {"key": "a", "seen_at": NOW, "state": "running", "owner": "me", "task": {"k": 1}}
        )
        replace(connection, deliveries, {"key": "a", "seen_at": NOW})
    with reading(engine) as connection:
        [row] = connection.execute(select(deliveries)).all()
    assert (row.key, row.state, row.owner, row.task) == ("a", "done", None, None)
    engine.dispose()


@needed
@reachable
def test_two_processes_keep_the_first_look_of_a_person_at_the_same_moment() -> None:
    with empty_database() as url:
        first, second = open_engine(url), open_engine(url)
        prepare(first)
        with writing(first) as connection:
            row = {"user_id": "U", "account_id": "A", "at": NOW, "state": {"now": {"n": 1}, "before": None}}
            replace(connection, looks, row)
            other = threading.Thread(target=Looks(second).keep, args=("U", "A", NOW, {"n": 2}))
            other.start()
            with reading(second) as watching:
                while not watching.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).all():
                    other.join(0.01)
        other.join()
        with reading(first) as connection:
            [kept] = connection.execute(select(looks)).all()
        assert kept.state["now"] == {"n": 2}
        first.dispose()
        second.dispose()
