"""One account read anew within a time budget, and writes that the mirror shows at once."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.crm.mirror import MirrorReader, MirrorWriter
from bot.crm.port import CrmReader, Page, Refreshed
from bot.crm.records import Account, Contact, Opportunity, OpportunityHistory, Task
from bot.crm.writes import Approval, CreateTask, CrmWrite, UpdateOpportunity
from bot.errors import CrmUnavailable
from tests.integration.mirror_remote import MemoryWriter
from tests.integration.mirror_source import MemorySource, change_deal, filled
from tests.integration.mirror_world import MirrorWorld, truth

DOWN = "Salesforce does not answer; try again in a minute."


@pytest.fixture
def source() -> MemorySource:
    return filled(7)


@pytest.fixture
def world(tmp_path: Path, source: MemorySource) -> Iterator[MirrorWorld]:
    made = MirrorWorld(tmp_path / "mirror.db", source)
    made.mirror.sync()
    yield made
    made.engine.dispose()


def reader(world: MirrorWorld, source: MemorySource) -> CrmReader:
    return MirrorReader(world.engine, "salesforce", source.link)


def test_one_account_is_read_anew_with_all_that_hangs_on_it(world: MirrorWorld, source: MemorySource) -> None:
    deal = next(row.id for row in source.all(Opportunity).values() if row.account_id == "A2")
    change_deal(source, deal, Random(1))
    first, now = world.clock.now, world.clock.later(minutes=5)
    assert world.mirror.refresh("A2", 20) == Refreshed("fresh", now)
    assert world.content() == truth(source)
    assert (world.mirror.as_of(), world.mirror.as_of("A2"), world.mirror.as_of("A1")) == (first, now, first)
    assert reader(world, source).as_of() == first


def test_what_left_the_account_leaves_it_here(world: MirrorWorld, source: MemorySource) -> None:
    person = next(row for row in source.all(Contact).values() if row.account_id == "A2")
    source.put(person.model_copy(update={"account_id": "A3"}))
    source.delete("deals", next(row.id for row in source.all(Opportunity).values() if row.account_id == "A2"))
    world.mirror.refresh("A2", 20)
    crm = reader(world, source)
    assert {row.id for row in crm.contacts("A2")} == {
        r.id for r in source.all(Contact).values() if r.account_id == "A2"
    }
    assert [row.id for row in crm.opportunities("A2")] == [
        row.id for row in source.all(Opportunity).values() if row.account_id == "A2"
    ]
    world.mirror.sync()
    assert world.content() == truth(source)


def test_a_later_sync_makes_the_accounts_own_time_needless(world: MirrorWorld, source: MemorySource) -> None:
    world.clock.later(minutes=5)
    world.mirror.refresh("A2", 20)
    now = world.clock.later(minutes=5)
    world.mirror.sync()
    assert world.mirror.as_of("A2") == world.mirror.as_of() == now


def test_a_call_that_hangs_costs_the_budget_and_no_more(world: MirrorWorld, source: MemorySource) -> None:
    let_go, ended, before = threading.Event(), threading.Event(), world.content()

    class Hanging(MemorySource):
        def account(self, account_id: str, seconds: float) -> Page:
            let_go.wait(20)
            ended.set()
            return super().account(account_id, seconds)

    source.put(Account(id="A2", name="Renamed"))
    world.mirror.source = Hanging(**vars(source))
    started = time.monotonic()
    refreshed = world.mirror.refresh("A2", 0.2)
    assert time.monotonic() - started < 5
    assert refreshed == Refreshed(
        "late",
        world.clock.now,
        "Salesforce did not answer within 0.2 seconds; the CRM's data is as of 2026-11-15 08:00 UTC.",
    )
    let_go.set()
    assert ended.wait(20)
    for thread in [t for t in threading.enumerate() if t.name == "crm_refresh"]:
        thread.join(20)
    assert world.content() == before  # nobody waited any more, so nothing was stored


def test_hanging_calls_do_not_pile_up(world: MirrorWorld, source: MemorySource) -> None:
    let_go = threading.Event()
    source.before_page = lambda kind: let_go.wait(20) and None
    states = []
    for turn in range(5):
        world.clock.later(seconds=30)
        states.append(world.mirror.refresh("A2", 0.05 if turn < 4 else 20).state)
    assert states == ["late"] * 5
    assert sum(thread.name == "crm_refresh" for thread in threading.enumerate()) == 4
    let_go.set()
    for thread in [t for t in threading.enumerate() if t.name == "crm_refresh"]:
        thread.join(20)


def test_a_failure_is_a_sentence(world: MirrorWorld, source: MemorySource) -> None:
    def fail(kind: str) -> None:
        raise CrmUnavailable(DOWN)

    source.before_page = fail
    world.clock.later(minutes=5)
    assert world.mirror.refresh("A2", 20) == Refreshed(
        "failed",
        world.mirror.as_of(),
        "Salesforce does not answer; try again in a minute; the CRM's data is as of 2026-11-15 08:00 UTC.",
    )


def test_a_crm_that_gave_no_answer_is_left_alone_for_half_a_minute(world: MirrorWorld, source: MemorySource) -> None:
    asked: list[str] = []

    def fail(kind: str) -> None:
        asked.append(kind)
        raise CrmUnavailable(DOWN)

    source.before_page = fail
    first = world.mirror.refresh("A2", 20)
    calls = len(asked)
    world.clock.later(seconds=29)
    assert world.mirror.refresh("A2", 20) == first
    assert len(asked) == calls
    world.clock.later(seconds=1)
    world.mirror.refresh("A1", 20)
    assert len(asked) > calls


def test_a_write_goes_to_the_record_that_stands_for_a_merged_one(world: MirrorWorld, source: MemorySource) -> None:
    person = next(row for row in source.all(Contact).values() if row.account_id == "A2")
    source.merge("accounts", "A2", "A3")
    world.mirror.sync()
    write = CreateTask(subject="Call", account_id="A2", contact_id=person.id)
    MirrorWriter(MemoryWriter(source, world.clock), world.mirror).apply(approval("C1", write, world))
    made = source.all(Task)["T-C1"]
    assert (made.account_id, made.contact_id) == ("A3", person.id)


def test_a_bug_of_an_adapter_does_not_cost_the_answer(
    world: MirrorWorld, source: MemorySource, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(kind: str) -> None:
        raise ZeroDivisionError

    source.before_page = fail
    refreshed = world.mirror.refresh("A2", 20)
    assert refreshed.notice == ("Salesforce could not be read just now; the CRM's data is as of 2026-11-15 08:00 UTC.")
    assert [record.getMessage() for record in caplog.records] == ["crm_refresh_failed"]


def test_no_budget_means_no_call(world: MirrorWorld, source: MemorySource) -> None:
    source.asked.clear()
    assert world.mirror.refresh("A2", 0) == Refreshed("off", world.clock.now)
    assert source.asked == []


def test_a_merged_account_is_read_under_its_new_id(world: MirrorWorld, source: MemorySource) -> None:
    source.merge("accounts", "A2", "A3")
    world.mirror.sync()
    now = world.clock.later(minutes=5)
    assert world.mirror.refresh("A2", 20) == Refreshed("fresh", now)
    found = reader(world, source).account("A2")
    assert found is not None and found.id == "A3"


def approval(change: str, write: CrmWrite, world: MirrorWorld) -> Approval:
    return Approval(change_id=change, write=write, approved_by="U1", approved_at=world.clock.now)


def test_a_write_is_in_the_mirror_at_once(world: MirrorWorld, source: MemorySource) -> None:
    writer = MirrorWriter(MemoryWriter(source, world.clock), world.mirror)
    deal = next(iter(source.all(Opportunity)))
    update = UpdateOpportunity(opportunity_id=deal, field="next_step", new="Call them")
    receipt = writer.apply(approval("c1", update, world))
    assert world.content() == truth(source)
    assert writer.apply(approval("c1", update, world)) == receipt
    assert "H-c1" in source.all(OpportunityHistory)


def test_an_undone_write_leaves_the_mirror(world: MirrorWorld, source: MemorySource) -> None:
    writer = MirrorWriter(MemoryWriter(source, world.clock), world.mirror)
    receipt = writer.apply(approval("c1", CreateTask(subject="Call", account_id="A1"), world))
    crm = reader(world, source)
    assert crm.task(receipt.record_id) == Task(id=receipt.record_id, subject="Call", account_id="A1")
    writer.undo(receipt)
    assert crm.task(receipt.record_id) is None
    assert world.content() == truth(source)


def test_a_reread_that_fails_does_not_fail_the_write(
    world: MirrorWorld, source: MemorySource, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(kind: str) -> None:
        raise CrmUnavailable(DOWN)

    source.before_page = fail
    writer = MirrorWriter(MemoryWriter(source, world.clock), world.mirror)
    receipt = writer.apply(approval("c1", CreateTask(subject="Call", account_id="A1"), world))
    assert receipt.record_id in source.all(Task)
    assert [record.getMessage() for record in caplog.records] == ["crm_reread_failed"]
    source.before_page = lambda kind: None
    world.mirror.sync()
    assert world.content() == truth(source)
