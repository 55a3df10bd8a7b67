"""Every call of the model goes through one door: counted, within the day's limits, without private data, and kept."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from model_server import ModelServer
from sqlalchemy import update
from sqlalchemy.pool import QueuePool

from bot.app import App
from bot.crm.records import User
from bot.errors import BotError, ModelNonsense, ModelTimeout, OverBudget, Stopped
from bot.llm import ChatModel
from bot.llm.budget import Budget
from bot.llm.door import ANSWER, Bound, Door, Who
from bot.settings import Settings
from bot.skills.battlecard import BattleWording
from bot.store.audit import trail
from bot.store.database import open_engine, prepare, writing
from bot.store.model_calls import ModelCall, at_place
from bot.store.tables import audit_head
from prompts import Rendered
from tests.fake_model import FakeModel

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
MAYA = User(id="u-maya", name="Maya Lindqvist", email="maya@fernhollow.example", role="seller", time_zone="Europe/Oslo")
DANA = MAYA.model_copy(update={"id": "u-dana", "name": "Dana Reyes", "time_zone": "UTC"})
PROMPT = Rendered("battlecard", "0123456789ab", "Be plain.", "Write to ingrid@northwick.example or +47 22 33 44 55.")
SAID = {"say": [{"text": "Write to [EMAIL_1].", "cites": [1]}]}
USED = 120
"""tokens that one call of the fake takes"""


@pytest.fixture
def door(tmp_path: Path, store_url: str | None) -> Iterator[Door]:
    engine = open_engine(store_url or f"sqlite:///{tmp_path / 'seller.db'}")
    prepare(engine)
    yield Door(engine, prices={"fake:model": (1.0, 5.0)}, admins=lambda: ["Sam Ito"])
    engine.dispose()


def bound(
    door: Door, model: FakeModel | None = None, who: User = MAYA, now: datetime = NOW, request: str = "r1"
) -> Bound:
    made = door.bind(model or FakeModel({"battlecard": SAID}), Who(who, request, "once:1", now), "battlecard")
    assert made
    return made


def last(door: Door, who: User = MAYA) -> ModelCall:
    return door.calls.last(who.id, at_place(""))[-1]


def test_a_call_is_kept_as_it_was_sent_and_the_answer_holds_the_originals(door: Door) -> None:
    model = FakeModel({"battlecard": SAID})
    shown: list[object] = []
    done = bound(door, model).write(PROMPT, BattleWording, shown.append)
    assert done.value.say[0].text == "Write to ingrid@northwick.example."
    assert shown[-1] == {"say": [{"text": "Write to ingrid@northwick.example.", "cites": [1]}]}
    assert model.sent[0].user == "Write to [EMAIL_1] or [PHONE_1]."
    kept = last(door)
    assert kept.sent and [one.role for one in kept.sent] == ["system", "user"]
    assert kept.sent[1].text == "Write to [EMAIL_1] or [PHONE_1]."
    assert (kept.outcome, kept.skill, kept.prompt, kept.model) == ("fine", "battlecard", "battlecard", "fake:model")
    assert (kept.input_tokens, kept.output_tokens, kept.estimated) == (100, 20, False)
    assert kept.cost == done.usage.cost == pytest.approx(100 * 1e-6 + 20 * 5e-6)
    assert kept.received["say"][0]["text"] == "Write to [EMAIL_1]."


def test_a_model_without_a_price_has_no_cost(door: Door) -> None:
    door.prices = {"other": (1.0, 1.0)}
    done = bound(door).write(PROMPT, BattleWording)
    assert (done.usage.cost, last(door).cost) == (None, None)


@pytest.mark.parametrize("name", ["fake:model", "model", "*"])
def test_a_price_is_found_by_the_model_with_or_without_its_provider(door: Door, name: str) -> None:
    door.prices = {name: (1.0, 0.0)}
    assert bound(door).write(PROMPT, BattleWording).usage.cost == pytest.approx(1e-4)


def test_after_the_limit_the_model_is_not_asked_and_one_sentence_says_until_when(door: Door) -> None:
    door.budget, model = Budget(person_tokens=2 * USED), FakeModel({"battlecard": SAID})
    for _ in range(2):
        bound(door, model).write(PROMPT, BattleWording)
    with pytest.raises(OverBudget) as reached:
        bound(door, model).write(PROMPT, BattleWording)
    assert str(reached.value) == (
        "Your limit of 240 tokens a day for the language model is reached (240 tokens counted); it starts anew at midnight UTC "
        "(01:00 for you), and if you need more before, ask Sam Ito."
    )
    assert len(model.sent) == 2
    bound(door, model, who=DANA).write(PROMPT, BattleWording)
    bound(door, model, now=datetime(2026, 11, 17, tzinfo=UTC)).write(PROMPT, BattleWording)


def test_a_limit_for_all_counts_everybody(door: Door) -> None:
    door.budget = Budget(cost=0.0004)
    bound(door).write(PROMPT, BattleWording)
    bound(door, who=DANA).write(PROMPT, BattleWording)
    with pytest.raises(OverBudget) as reached:
        bound(door, who=DANA).write(PROMPT, BattleWording)
    assert str(reached.value).startswith("The company's limit of USD 0.0004 a day for the language model is reached")


def test_a_limit_of_money_without_a_price_asks_no_model(door: Door) -> None:
    door.budget, door.prices, model = Budget(cost=5.0), {}, FakeModel({"battlecard": SAID})
    with pytest.raises(OverBudget) as reached:
        bound(door, model).write(PROMPT, BattleWording)
    assert str(reached.value) == (
        "The language model is not asked: there is a limit of money and fake:model has no price; an admin can add it to SELLER_PRICES."
    )
    assert model.sent == []


def test_a_warning_comes_once_a_day_for_each_limit(door: Door) -> None:
    door.budget = Budget(person_tokens=300, tokens=1000)
    told = []
    for at, most in ((NOW, 1000), (NOW, 1000), (NOW, 400), (NOW, 400), (NOW + timedelta(days=1), 1000)):
        door.budget = Budget(person_tokens=300, tokens=most)
        asked = bound(door, now=at)
        with suppress(OverBudget):
            asked.write(PROMPT, BattleWording)
        told.append(asked.warning())
    after = "after that answers come without a language model until midnight UTC."
    assert told == [
        "",
        f"80 % of your 300 tokens a day for the language model are used; {after}",
        f"90 % of the whole company's 400 tokens a day for the language model are used; {after}",
        "",
        "",
    ]


def test_the_audit_trail_tells_once_a_day_of_each_limit_that_is_near_or_reached(door: Door) -> None:
    door.budget = Budget(person_tokens=2 * USED)
    for day in range(2):
        for who in (MAYA, DANA):
            for _ in range(5):
                asked = bound(door, who=who, now=NOW + timedelta(days=day))
                with suppress(OverBudget):
                    asked.write(PROMPT, BattleWording)
                asked.warning()
    told = [(line.actor, line.at.day, line.verb, line.detail) for line in trail(door.engine)]
    used = {"limit": "person_tokens", "used": 2 * USED, "most": 2 * USED}
    assert told == [
        (who.id, NOW.day + day, "budget", used | {"said": said})
        for day in range(2)
        for who in (MAYA, DANA)
        for said in ("near", "reached")
    ]
    again = Door(door.engine, door.budget)
    with pytest.raises(OverBudget):
        bound(again).write(PROMPT, BattleWording)
    assert len(trail(door.engine)) == len(told)


def test_whoever_holds_the_lock_of_the_budget_waits_for_no_second_connection(door: Door) -> None:
    held: list[int] = []

    def admins() -> list[str]:
        assert isinstance(door.engine.pool, QueuePool)
        held.append(door.engine.pool.checkedout())
        return ["Sam Ito"]

    door.budget, door.admins = Budget(person_tokens=0), admins
    with pytest.raises(OverBudget, match="Sam Ito"):
        bound(door).write(PROMPT, BattleWording)
    assert held == [0]


def test_an_answer_comes_also_where_the_audit_trail_takes_no_line(door: Door) -> None:
    door.budget = Budget(person_tokens=USED)
    bound(door).write(PROMPT, BattleWording)
    with writing(door.engine) as connection:
        connection.execute(update(audit_head).values(seal="strange"))
    with pytest.raises(OverBudget):
        bound(door).write(PROMPT, BattleWording)


class Slow(FakeModel):
    """A fake that waits until it may answer."""

    def __init__(self) -> None:
        super().__init__({"battlecard": SAID})
        self.may_answer, self.begun = threading.Event(), threading.Semaphore(0)

    def write(self, *args, **more):  # type: ignore[no-untyped-def]
        """Wait, then answer."""
        self.begun.release()
        self.may_answer.wait(10)
        return super().write(*args, **more)


def test_of_twenty_at_once_no_more_begin_than_the_limit_holds(door: Door) -> None:
    """Each reserves its estimate before it begins: with room for two estimates, the third to the twentieth are refused."""
    model, refused, done = Slow(), list[str](), threading.Semaphore(0)
    size = len(PROMPT.user) // 4 + 600  # what one reserves lies above this half of it
    door.budget = Budget(tokens=size)

    def ask(n: int) -> None:
        try:
            bound(door, model, who=MAYA.model_copy(update={"id": f"u{n}"}), request=f"r{n}").write(
                PROMPT, BattleWording
            )
        except OverBudget as error:
            refused.append(str(error))
        finally:
            done.release()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    begun = 20 - sum(done.acquire(timeout=0.5) for _ in range(20))
    reserved = door.calls.spent(NOW)
    model.may_answer.set()
    for thread in threads:
        thread.join()
    one = reserved.tokens // begun
    assert reserved.under_way == reserved.tokens
    assert (begun - 1) * one < size <= begun * one
    assert len(refused) == 20 - begun
    assert "is taken by answers under way" in refused[0]
    assert door.calls.spent(NOW).tokens == begun * USED


@pytest.mark.parametrize(
    ("error", "outcome", "counted"),
    [(ModelTimeout("Too late."), "timeout", "estimate"), (ModelNonsense("Odd."), "nonsense", "estimate")],
)
def test_a_call_that_failed_counts_what_is_known(door: Door, error: BotError, outcome: str, counted: str) -> None:
    asked = bound(door, FakeModel({"battlecard": error}))  # type: ignore[dict-item]
    with pytest.raises(type(error)):
        asked.write(PROMPT, BattleWording)
    kept = last(door)
    assert (kept.outcome, kept.estimated, kept.why, kept.output_tokens) == (outcome, True, str(error), 0)
    assert asked.usage
    assert asked.usage.input == kept.input_tokens > 0


def test_a_stopped_call_is_settled_too(door: Door) -> None:
    class Leaving(FakeModel):
        def write(self, *args, **more):  # type: ignore[no-untyped-def]
            """Be stopped."""
            raise Stopped("Stopped.")

    with pytest.raises(Stopped):
        bound(door, Leaving({})).write(PROMPT, BattleWording)
    assert last(door).outcome == "stopped"
    assert door.calls.spent(NOW).under_way == 0


def test_a_call_that_a_kill_ended_stays_counted_with_its_estimate(door: Door) -> None:
    waiting = bound(door)
    call = waiting._reserved(PROMPT, [("system", "a" * 40), ("user", "b" * 40)])
    assert door.calls.spent(NOW).tokens == 20 + ANSWER
    assert last(door).id == call.id
    assert last(door).outcome == "open"


def test_an_endpoint_that_rests_is_not_counted(door: Door) -> None:
    server = ModelServer()
    server.status = 401
    model = ChatModel(Settings(OPENAI_BASE_URL=server.url, model="openai:house", model_timeout=5.0))
    asked = door.bind(model, Who(MAYA, "r1", "once:1", NOW), "battlecard")
    assert asked
    with pytest.raises(BotError):
        asked.write(PROMPT, BattleWording)
    server.close()
    assert (last(door).outcome, last(door).input_tokens) == ("refused", 0)


def test_what_is_kept_is_what_the_endpoint_got_word_for_word_with_a_repair(door: Door) -> None:
    tries = iter([{"nothing": 1}, SAID])
    server = ModelServer(lambda user, schema: next(tries), usage=None)
    model = ChatModel(Settings(OPENAI_BASE_URL=server.url, model="openai:house", model_timeout=5.0))
    asked = door.bind(model, Who(MAYA, "r1", "once:1", NOW), "battlecard")
    assert asked
    done = asked.write(PROMPT, BattleWording)
    server.close()
    kept = last(door)
    assert kept.sent and [(one.role, one.text) for one in kept.sent] == [
        (one["role"], one["content"]) for one in server.asked[-1]
    ]
    assert len(kept.sent) == 4
    assert "ingrid@" not in server.words
    assert (kept.estimated, kept.model) == (True, "openai:house-2026-01-01")
    assert done.value.say[0].text == "Write to ingrid@northwick.example."


def test_while_an_answer_is_streamed_no_piece_of_a_mark_is_shown(door: Door) -> None:
    said = {"say": [{"text": "Write to [EMAIL_1] or call [PHONE_1] today.", "cites": [1]}]}
    server = ModelServer(lambda user, schema: said)
    model = ChatModel(Settings(OPENAI_BASE_URL=server.url, model="openai:house", model_timeout=20.0))
    asked = door.bind(model, Who(MAYA, "r1", "once:1", NOW), "battlecard")
    assert asked
    texts: list[str] = []
    done = asked.write(
        PROMPT, BattleWording, lambda partial: texts.append(str(partial.get("say", [{}])[0].get("text", "")))
    )
    server.close()
    whole = "Write to ingrid@northwick.example or call +47 22 33 44 55 today."
    assert done.value.say[0].text == texts[-1] == whole
    assert [text for text in texts if not whole.startswith(text)] == []
    assert len(set(texts)) > 3


def test_no_skill_gets_a_model_that_is_not_bound(sample: App) -> None:
    """The assistant hands on what the door gives, also to the router."""
    helper = replace(sample.assistant, model=FakeModel({}))
    from bot.request import Request

    given = helper._model_for(Request("brief me", sample.user("u-maya"), NOW, "t"))
    assert isinstance(given, Bound)


def test_nobody_but_the_root_makes_a_model() -> None:
    root = Path(__file__).parents[2]
    makers = [
        str(path.relative_to(root))
        for path in sorted((root / "bot").rglob("*.py"))
        if "from_settings(" in path.read_text(encoding="utf-8") or "ChatModel(" in path.read_text(encoding="utf-8")
    ]
    assert makers == ["bot/app.py", "bot/llm/__init__.py"]
