"""The mirror of a connected CRM: page by page, cut off anywhere, edits, deletions, merges and full passes."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from bot.crm.local import replace_all
from bot.crm.mirror.report import Counts, Failed, Kept
from bot.crm.port import Page
from bot.crm.records import Account, Activity, Contact, Opportunity, Task
from bot.errors import BotError, CrmRejected, CrmUnavailable
from tests.integration.mirror_source import MemorySource, change_deal, filled
from tests.integration.mirror_world import MirrorWorld, stop_at, truth

DOWN = "Salesforce does not answer; try again in a minute."


class Killed(BaseException):
    """As good as a kill: nothing of ours catches it."""


@pytest.fixture
def source() -> MemorySource:
    return filled(7)


@pytest.fixture
def world(tmp_path: Path, source: MemorySource) -> Iterator[MirrorWorld]:
    made = MirrorWorld(tmp_path / "mirror.db", source)
    yield made
    made.engine.dispose()


def test_a_first_sync_brings_everything(world: MirrorWorld, source: MemorySource) -> None:
    report = world.mirror.sync()
    assert world.content() == truth(source)
    deals = len(source.all(Opportunity))
    assert report.kinds["accounts"] == Counts(records=6)
    assert report.kinds["deals"].records == deals  # their past and their roles are not counted
    assert (report.as_of, report.failed, report.notes) == (world.clock.now, [], [])
    assert report.snapshot == Kept(world.clock.now.date(), deals)
    assert world.left_over() == 0


def test_a_later_sync_reads_only_what_changed(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    key = next(iter(source.all(Opportunity)))
    change_deal(source, key, Random(1))
    source.asked.clear()
    world.clock.later(hours=1)
    report = world.mirror.sync()
    assert world.content() == truth(source)
    assert report.kinds["accounts"] == Counts()
    assert not any("full" in asked for asked in source.asked)
    assert report.snapshot is None
    assert world.mirror.as_of() == world.clock.now


def test_progress_tells_kind_count_and_total(world: MirrorWorld, source: MemorySource) -> None:
    told: list[tuple[str, int, int | None]] = []
    world.mirror.sync(progress=lambda kind, done, total: told.append((kind, done, total)))
    assert [t for t in told if t[0] == "accounts"] == [("accounts", 3, 6), ("accounts", 6, 6)]
    deals = len(source.all(Opportunity))
    assert [t for t in told if t[0] == "deals"][-1] == ("deals", deals, deals)


@pytest.mark.parametrize("page", range(1, 24, 3))
def test_a_sync_that_is_cut_off_goes_on_where_it_was(world: MirrorWorld, source: MemorySource, page: int) -> None:
    source.before_page = stop_at(page, Killed())
    with pytest.raises(Killed):
        world.mirror.sync()
    assert world.mirror.as_of() is None
    assert world.mirror.standing().unfinished
    source.before_page = lambda kind: None
    source.asked.clear()
    world.clock.later(hours=1)
    report = world.mirror.sync()
    assert world.content() == truth(source)
    assert report.as_of == world.clock.now
    assert report.notes == ["The last sync was cut off; this one goes on from there."]
    assert not world.mirror.standing().unfinished


def test_what_was_read_is_not_read_again(world: MirrorWorld, source: MemorySource) -> None:
    source.before_page = stop_at(4, Killed())  # users 1, 2 (nothing more), stages 3, 4
    with pytest.raises(Killed):
        world.mirror.sync()
    source.before_page = lambda kind: None
    source.asked.clear()
    report = world.mirror.sync()
    assert report.kinds["users"].records == report.kinds["stages"].records == 0
    assert source.asked[:3] == ["users", "stages full", "stages"]


def test_an_unanswered_call_says_how_far_it_came(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    began = world.mirror.as_of()
    source.put(*(account.model_copy(update={"name": "New"}) for account in source.all(Account).values()))
    source.before_page = stop_at(4, CrmUnavailable(DOWN))
    world.clock.later(hours=1)
    with pytest.raises(CrmUnavailable) as told:
        world.mirror.sync()
    sentence = (
        f"{DOWN} So far 2 of 7 kinds are through, and 3 records of accounts; the next `seller sync` goes on there."
    )
    assert str(told.value) == sentence
    standing = world.mirror.standing()
    assert (standing.as_of, standing.unfinished, standing.trouble) == (began, True, sentence)
    source.before_page = lambda kind: None
    world.mirror.sync()
    assert world.content() == truth(source)
    assert world.mirror.standing().trouble is None


def test_a_refused_kind_is_named_and_the_others_go_on(world: MirrorWorld, source: MemorySource) -> None:
    def refuse(kind: str) -> None:
        if kind == "activities":
            raise CrmRejected("You may not read activities.")

    source.before_page = refuse
    report = world.mirror.sync()
    assert report.failed == [Failed("activities", None, "You may not read activities.")]
    assert world.content() == {**truth(source), "crm_activities": {}}
    assert report.as_of == world.clock.now
    assert world.mirror.standing().trouble == "activities: You may not read activities."


def test_a_kind_that_is_refused_later_keeps_the_time_and_its_records(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    first, expected = world.clock.now, world.content()

    def refuse(kind: str) -> None:
        if kind == "activities":
            raise CrmRejected("You may not read activities.")

    source.before_page = refuse
    world.clock.later(hours=1)
    report = world.mirror.sync(full=True)
    assert world.content() == expected
    assert report.as_of == first
    assert report.notes == ["As activities could not be read, the data stays as of the last whole sync."]


def test_where_everything_is_refused_the_sync_says_so(world: MirrorWorld, source: MemorySource) -> None:
    def refuse(kind: str) -> None:
        raise CrmRejected("The token has expired; make a new one.")

    source.before_page = refuse
    with pytest.raises(CrmRejected, match=r"^The token has expired; make a new one\.$"):
        world.mirror.sync()
    assert world.mirror.as_of() is None


def test_a_deleted_deal_takes_what_belongs_to_it(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    key = next(row.opportunity_id for row in source.all(Activity).values() if row.opportunity_id)
    source.delete("deals", key)
    report = world.mirror.sync()
    assert report.kinds["deals"] == Counts(gone=1)
    assert world.content() == truth(source)


@pytest.mark.parametrize("kind", ["accounts", "contacts"])
def test_a_deleted_parent_leaves_no_link(world: MirrorWorld, source: MemorySource, kind: str) -> None:
    world.mirror.sync()
    for key in list(source.all({"accounts": Account, "contacts": Contact}[kind]))[:3]:
        source.delete(kind, key)
    world.mirror.sync()
    assert world.content() == truth(source)


def test_a_merge_moves_everything_to_the_survivor(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    people = sorted(source.all(Contact))
    source.merge("accounts", "A0", "A1")
    source.merge("contacts", people[0], people[1])
    source.merge("deals", *sorted(source.all(Opportunity))[:2])
    world.mirror.sync()
    assert world.content() == truth(source)
    source.merge("accounts", "A1", "A2")
    world.mirror.sync()
    assert world.content() == truth(source)
    assert [world.mirror.resolve(key) for key in ("A0", "A1", "A2")] == ["A2", "A2", "A2"]


def test_a_merge_is_counted_once(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    source.merge("accounts", "A0", "A1")
    assert world.mirror.sync().kinds["accounts"] == Counts(merged=1)
    world.mirror.store(Page([source.all(Account)["A1"]], "", merged={"A0": "A1"}))  # HubSpot says it every time
    assert world.content() == truth(source)


def test_a_merge_leaves_another_kind_of_the_same_id_alone(world: MirrorWorld, source: MemorySource) -> None:
    source.put(
        Contact(id="A0", account_id="A3", name="Same number"), Task(id="T-same", subject="Call", contact_id="A0")
    )
    world.mirror.sync()
    survivor = source.all(Account)["A1"]
    source.merge("accounts", "A0", "A1")
    world.mirror.store(Page([survivor], "", merged={"A0": "A1"}))
    assert world.content() == truth(source)
    assert world.mirror.resolve("A0", Contact) == "A0"


def test_chained_merges_of_one_page_are_followed(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    source.merge("accounts", "A0", "A1")
    source.merge("accounts", "A1", "A2")
    world.mirror.sync()
    assert world.content() == truth(source)
    assert world.merged() == {f"crm_accounts A{n}": "crm_accounts A2" for n in (0, 1)}


def test_a_record_that_was_merged_and_is_back_stands_for_itself(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    account = source.all(Account)["A0"]
    source.merge("accounts", "A0", "A1")
    world.mirror.sync()
    source.put(account)
    world.mirror.sync()
    assert world.content() == truth(source)
    assert world.mirror.resolve("A0") == "A0"


def test_a_full_pass_drops_what_the_source_does_not_tell_of(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()
    source.delete("accounts", "A3", told=False)
    for key in list(source.all(Opportunity))[:3]:
        source.delete("deals", key, told=False)
    world.mirror.sync()
    assert world.content() != truth(source)
    report = world.mirror.sync(full=True)
    assert world.content() == truth(source)
    assert world.left_over() == 0
    assert len(report.notes) == 1 and report.notes[0].endswith("records that Salesforce no longer has were dropped.")


@pytest.mark.parametrize("page", range(1, 24, 4))
@pytest.mark.parametrize("again", [True, False])
def test_a_full_pass_that_is_cut_off_goes_on(world: MirrorWorld, source: MemorySource, page: int, again: bool) -> None:
    world.mirror.sync()
    source.delete("deals", next(iter(source.all(Opportunity))), told=False)
    source.before_page = stop_at(page, Killed())
    with pytest.raises(Killed):
        world.mirror.sync(full=True)
    assert world.mirror.as_of() == world.clock.now
    source.before_page = lambda kind: None
    asked = len(source.asked)
    world.mirror.sync(full=again)
    assert world.content() == truth(source)
    assert world.left_over() == 0
    assert page == 1 or "users full" not in source.asked[asked:]


def test_what_is_written_during_a_full_pass_is_not_dropped(world: MirrorWorld, source: MemorySource) -> None:
    world.mirror.sync()

    def write(kind: str) -> None:
        if kind == "activities" and "T-new" not in source.all(Task):
            source.before_page = lambda kind: None
            source.all(Task)["T-new"] = Task(id="T-new", subject="Written meanwhile", account_id="A0")
            source.stamps["T-new"] = -1  # as if its place in the pass were behind
            world.mirror.refresh("A0", 10)

    source.before_page = write
    world.mirror.sync(full=True)
    assert world.content() == truth(source)


def test_a_home_with_other_records_is_not_overwritten_unasked(world: MirrorWorld, source: MemorySource) -> None:
    replace_all(world.engine, [Account(id="X", name="Mine")], as_of=world.clock.now, source="exports/")
    with pytest.raises(BotError) as told:
        world.mirror.sync()
    assert str(told.value) == (
        "This home holds records that are not from Salesforce (from: exports/); keep them with `seller crm export FOLDER` "
        "and let `seller sync --full` replace them, or set SELLER_HOME to another folder."
    )
    world.mirror.sync(full=True)
    assert world.content() == truth(source)
    world.mirror.sync()
