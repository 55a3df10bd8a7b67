"""Whatever happens in the CRM between and during syncs, cut off or not: in the end the mirror equals it."""

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.crm.records import Account, Contact, Opportunity
from bot.errors import CrmUnavailable
from tests.integration.mirror_source import (
    KINDS,
    MemorySource,
    add_activity,
    add_contact,
    add_deal,
    change_deal,
    filled,
)
from tests.integration.mirror_world import MirrorWorld, stop_at, truth


class Killed(BaseException):
    """As good as a kill."""


CHANGES = ("deal", "contact", "activity", "change", "account", "delete", "purge", "merge")
FAULTS = (Killed(), CrmUnavailable("Salesforce does not answer."))


class Mirrored(RuleBasedStateMachine):
    """A CRM that people work in, and syncs of every kind."""

    @initialize(seed=st.integers(0, 50), page_size=st.integers(1, 5))
    def begin(self, seed: int, page_size: int) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.source: MemorySource = filled(seed, page_size=page_size, accounts=3)
        self.world = MirrorWorld(Path(self.folder.name) / "mirror.db", self.source)
        self.draw = Random(seed)
        self.purged = False

    @rule(what=st.sampled_from(CHANGES))
    def someone_works(self, what: str) -> None:
        self.work(what)

    def work(self, what: str) -> None:
        """Something happens in the CRM, as far as it can."""
        accounts, deals = sorted(self.source.all(Account)), sorted(self.source.all(Opportunity))
        match what:
            case "deal" | "contact" | "activity" if accounts:
                add = {"deal": add_deal, "contact": add_contact, "activity": add_activity}[what]
                add(self.source, self.draw.choice(accounts), self.draw)
            case "change" if deals:
                change_deal(self.source, self.draw.choice(deals), self.draw)
            case "account":
                self.source.put(Account(id=f"A{self.source.tick}", name="New"))
            case "delete" | "purge":
                self.remove(told=what == "delete")
            case "merge":
                self.merge()

    def remove(self, *, told: bool) -> None:
        kind = self.draw.choice(["accounts", "contacts", "deals", "activities", "tasks"])
        ids = sorted(self.source.all(KINDS[kind]))
        if ids:
            self.source.delete(kind, self.draw.choice(ids), told=told)
            self.purged |= not told

    def merge(self) -> None:
        kind, of = self.draw.choice([("accounts", Account), ("contacts", Contact), ("deals", Opportunity)])
        ids = sorted(self.source.all(of))
        if len(ids) > 1:
            self.source.merge(kind, *self.draw.sample(ids, 2))

    @rule(full=st.booleans())
    def sync(self, full: bool) -> None:
        sweeping = self.world.mirror.standing().unfinished
        self.world.clock.later(minutes=1)
        self.world.mirror.sync(full=full)
        if full and not sweeping:
            self.purged = False
        assert self.world.left_over() == 0

    @rule(full=st.booleans(), page=st.integers(1, 30), fault=st.sampled_from(FAULTS))
    def cut_off(self, full: bool, page: int, fault: BaseException) -> None:
        self.source.before_page = stop_at(page, fault)
        as_of = self.world.mirror.as_of()
        self.world.clock.later(minutes=1)
        try:
            self.world.mirror.sync(full=full)
        except (Killed, CrmUnavailable):
            assert self.world.mirror.as_of() == as_of
        finally:
            self.source.before_page = lambda kind: None

    @rule(full=st.booleans(), page=st.integers(1, 30), what=st.sampled_from(CHANGES))
    def work_during_a_sync(self, full: bool, page: int, what: str) -> None:
        counted = iter(range(1, 10_000))

        def before_page(kind: str) -> None:
            if next(counted) == page:
                self.work(what)

        self.source.before_page = before_page
        self.world.mirror.sync(full=full)
        self.source.before_page = lambda kind: None

    @precondition(lambda self: self.source.all(Account))
    @rule()
    def refresh(self) -> None:
        account = self.draw.choice(sorted(self.source.all(Account)))
        self.world.mirror.refresh(account, 20)

    @invariant()
    def merged_ids_lead_to_records_that_are_not_merged(self) -> None:
        merged = self.world.merged()
        assert not merged.keys() & set(merged.values())

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.world.mirror.sync()  # what was under way
        self.world.mirror.sync(full=self.purged)
        assert self.world.content() == truth(self.source)
        assert self.world.left_over() == 0
        self.world.engine.dispose()
        self.folder.cleanup()


TestMirrored = Mirrored.TestCase
TestMirrored.settings = settings(
    max_examples=25,
    phases=[Phase.generate],
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
