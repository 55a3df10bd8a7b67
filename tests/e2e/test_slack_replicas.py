"""Two processes on one PostgreSQL: each delivery is answered by one of them, and what a dead one left by the other.

The answers come without a knowledge base, whose vectors two processes share only through a Chroma server.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from slack_office import NOW, RECORDS, Office
from slack_server import SlackServer
from slack_talk import BRIEF, Typist, posted, settled, ts_of
from sqlalchemy import text

from bot.app import App
from bot.crm.local import upsert_all
from bot.settings import Settings
from bot.store.deliveries import SILENT
from tests.postgres import empty_database, reachable

pytestmark = reachable
SORRY = "I was restarted while I worked on “brief me on Northwick Dairy”. Please ask again."


@pytest.fixture
def shared(settings: Settings) -> Iterator[Settings]:
    """Settings with a database that both processes use."""
    with empty_database() as url:
        made = settings.model_copy(update={"database_url": url})
        with App(made) as app:
            upsert_all(app.engine, RECORDS, as_of=NOW)
        yield made


@pytest.fixture
def replicas(shared: Settings, slack: SlackServer, model: Typist) -> Iterator[tuple[Office, Office]]:
    """Two processes, each with a home of its own; the second one has a model that may hang."""
    homes = [shared.home.with_name(name) for name in ("one", "two")]
    one, two = (
        Office(shared.model_copy(update={"home": home}), slack, "http", None if n == 0 else model)
        for n, home in enumerate(homes)
    )
    yield one, two
    model.may_end.set()
    one.stop()
    two.stop()


def test_a_delivery_that_comes_to_both_is_answered_once(replicas: tuple[Office, Office], model: Typist) -> None:
    one, two = replicas
    model.may_end.set()
    asked = [one.mia.say(BRIEF), two.mia.say(BRIEF)]
    with ThreadPoolExecutor(4) as pool:
        for repeated in [pool.submit(o.mia.repeat, a) for o in replicas for a in asked]:
            assert repeated.result().status == 200
    for delivery in asked:
        settled(one, delivery, "suspended")
    assert one.slack.stays(lambda: sum("Bottom line" in m.words for m in one.slack.shown) > 2)
    assert sorted((m.thread_ts or "") for m in one.slack.shown if "Bottom line" in m.words) == sorted(map(ts_of, asked))


def test_what_a_dead_process_left_is_apologised_for_by_the_other(
    replicas: tuple[Office, Office], model: Typist
) -> None:
    one, two = replicas
    asked = two.mia.say(BRIEF)
    assert model.asked.acquire(timeout=10)
    with one.app.engine.begin() as connection:  # what is left of a process that died a while ago
        late = {"at": NOW - SILENT - timedelta(seconds=1), "key": f"event:{asked['event_id']}"}
        connection.execute(text("UPDATE deliveries SET owner = 'dead', alive_at = :at WHERE key = :key"), late)
    three = Office(one.settings.model_copy(update={"home": one.settings.home.with_name("three")}), one.slack, "http")
    one.mia.sees("I was restarted")
    model.may_end.set()
    three.mia.repeat(asked)
    three.stop()
    two.stop()
    assert posted(one) == [(None, ts_of(asked), SORRY)]
