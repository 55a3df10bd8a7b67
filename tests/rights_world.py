"""Random CRMs for tests of who may see what, and a slow, plain word on it that asks no code under test."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hypothesis import strategies as st

from bot.crm.port import RecordKind, Right
from bot.crm.records import (
    Account,
    Activity,
    Contact,
    Opportunity,
    OpportunityContactRole,
    OpportunityHistory,
    Record,
    SnapshotRow,
    Task,
    User,
)

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
DAY = date(2026, 6, 29)
PEOPLE = ("u1", "u2", "u3", "u4", "u5")
OWNERS = (*PEOPLE, "gone", None)
ACCOUNTS, CONTACTS, DEALS = ("a1", "a2", "a3", "a4"), ("c1", "c2", "c3", "c4"), ("d1", "d2", "d3", "d4")
NAMES = {
    "a1": "Alder Mill", "a2": "Alder Marine", "a3": "Birch Mill", "a4": "Copper Foods",
    "c1": "Nora Quill", "c2": "Ivo Quill", "c3": "Tess Ahn", "c4": "Lars Oak",
    "d1": "Plan one", "d2": "Plan two", "d3": "Plan three", "d4": "Plan four",
}  # fmt: skip
SEES = ("all", "team", "own")


@dataclass(frozen=True)
class World:
    """All records of a CRM."""

    users: tuple[User, ...]
    accounts: tuple[Account, ...]
    contacts: tuple[Contact, ...]
    deals: tuple[Opportunity, ...]
    histories: tuple[OpportunityHistory, ...]
    roles: tuple[OpportunityContactRole, ...]
    activities: tuple[Activity, ...]
    tasks: tuple[Task, ...]

    def records(self) -> list[Record]:
        """All of them."""
        lists: Sequence[Sequence[Record]] = (
            self.users, self.accounts, self.contacts, self.deals, self.histories, self.roles, self.activities,
            self.tasks,
        )  # fmt: skip
        return [record for some in lists for record in some]

    def rows(self) -> list[SnapshotRow]:
        """The deals as they stood on a day."""
        return [
            SnapshotRow(
                day=DAY, opportunity_id=d.id, account_id=d.account_id, owner_id=d.owner_id, name=d.name, stage=d.stage
            )
            for d in self.deals
        ]


def one(values: Sequence[str | None]) -> st.SearchStrategy[str | None]:
    return st.sampled_from(values)


def _user(draw: st.DrawFn, key: str) -> User:
    return User(
        id=key, name=f"Person {key}", email=f"{key}@ours.example", team=draw(one(("East", "West", None))),
        role=draw(st.sampled_from(("seller", "seller", "seller", "manager", "enablement", "admin"))),
        manager_id=draw(one((*PEOPLE, None, None, None, "gone"))), active=draw(st.sampled_from((True, True, False))),
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A CRM in which anybody may report to anybody and anything may hang on anything."""
    accounts, deals, contacts = (None, *ACCOUNTS), (None, *DEALS), (None, *CONTACTS)
    return World(
        users=tuple(_user(draw, key) for key in PEOPLE),
        accounts=tuple(
            Account(id=key, name=NAMES[key], owner_id=draw(one(OWNERS)), parent_id=draw(one(accounts)))
            for key in ACCOUNTS
        ),
        contacts=tuple(Contact(id=key, name=NAMES[key], account_id=draw(one(accounts))) for key in CONTACTS),
        deals=tuple(
            Opportunity(
                id=key, name=NAMES[key], stage="S", account_id=draw(one(accounts)), owner_id=draw(one(OWNERS))
            )
            for key in DEALS
        ),
        histories=tuple(
            OpportunityHistory(id=f"h-{key}", opportunity_id=key, at=NOW, stage=f"Stage of {NAMES[key]}")
            for key in DEALS
        ),
        roles=tuple(
            OpportunityContactRole(id=f"r{i}", opportunity_id=draw(st.sampled_from(DEALS)), role="champion",
                                   contact_id=draw(st.sampled_from(CONTACTS)))
            for i in range(4)
        ),
        activities=tuple(
            Activity(id=f"y{i}", kind="call", at=NOW, subject="Call", account_id=draw(one(accounts)),
                     opportunity_id=draw(one((None, *deals))), owner_id=draw(one(OWNERS)),
                     contact_ids=tuple(draw(st.lists(st.sampled_from(CONTACTS), max_size=2, unique=True))))
            for i in range(5)
        ),
        tasks=tuple(
            Task(id=f"t{i}", subject="Do", account_id=draw(one(accounts)), opportunity_id=draw(one((None, *deals))),
                 owner_id=draw(one(OWNERS)), contact_id=draw(one(contacts)))
            for i in range(5)
        ),
    )  # fmt: skip


Sees = Callable[[RecordKind, str], bool]
Stands = Callable[[str | None], bool]


@dataclass(frozen=True)
class Expected:
    """What one person may see, said as a person would say it."""

    world: World
    sees: Sees
    stands: Stands

    def accounts(self) -> list[Account]:
        return [self._cut(a) for a in self.world.accounts if self.sees("account", a.id)]

    def contacts(self) -> list[Contact]:
        return [self._cut(c) for c in self.world.contacts if self.sees("contact", c.id)]

    def deals(self) -> list[Opportunity]:
        return [self._cut(d) for d in self.world.deals if self.sees("opportunity", d.id)]

    def histories(self) -> list[OpportunityHistory]:
        return [h for h in self.world.histories if self.sees("opportunity", h.opportunity_id)]

    def roles(self) -> list[OpportunityContactRole]:
        return [
            r
            for r in self.world.roles
            if self.sees("opportunity", r.opportunity_id) and self.sees("contact", r.contact_id)
        ]

    def rows(self) -> list[SnapshotRow]:
        return [self._cut(row) for row in self.world.rows() if self.sees("opportunity", row.opportunity_id)]

    def activities(self) -> list[Activity]:
        return [self._cut(y) for y in self.world.activities if self._hangs(y, y.contact_ids)]

    def tasks(self) -> list[Task]:
        return [self._cut(t) for t in self.world.tasks if self._hangs(t, (t.contact_id,) if t.contact_id else ())]

    def _hangs(self, row: Activity | Task, people: Collection[str]) -> bool:
        if row.account_id or row.opportunity_id:
            on_account = row.account_id is None or self.sees("account", row.account_id)
            return on_account and (row.opportunity_id is None or self.sees("opportunity", row.opportunity_id))
        if people:
            return any(self.sees("contact", key) for key in people)
        return self.stands(row.owner_id)

    def _cut(self, row):  # type: ignore[no-untyped-def]
        changed = {}
        fields = {"parent_id": "account", "account_id": "account", "contact_id": "contact"}
        if not isinstance(row, SnapshotRow):
            fields["opportunity_id"] = "opportunity"
        for name, kind in fields.items():
            key = getattr(row, name, None)
            if key is not None and not self.sees(kind, key):  # type: ignore[arg-type]
                changed[name] = None
        if isinstance(row, Activity):
            changed["contact_ids"] = tuple(key for key in row.contact_ids if self.sees("contact", key))
        return row.model_copy(update=changed)


def led_by(world: World, boss: User) -> set[str]:
    """The person, everybody below in the chain, and the sellers and enablement of teams that a manager there has, but a fellow's."""
    found = {boss.id}
    while True:
        leads = [u for u in (*world.users, boss) if u.id in found]
        more = {u.id for u in world.users if u.manager_id in found}
        for lead in (u for u in leads if u.role == "manager" and u.team):
            fellows = {u.id for u in world.users if u.role == "manager" and u.team == lead.team} - {lead.id}
            team = [u for u in world.users if u.team == lead.team and u.role in ("seller", "enablement")]
            more |= {u.id for u in team if u.manager_id not in fellows}
        if more <= found:
            return found
        found |= more


def by_owner(world: World, user: User, setting: str, right: Right = "read") -> Expected:
    """Rights by owner and team."""
    if setting == "all" or user.role == "admin":
        known = {record.id for record in world.records()}
        return Expected(world, lambda kind, key: key in known, lambda owner: True)
    people = led_by(world, user)
    if setting == "team" and right == "read":
        people |= {u.id for u in world.users if u.team and u.team == user.team}
        people |= {u.id for u in world.users if u.manager_id and u.manager_id == user.manager_id}
    by_id = {record.id: record for record in world.records()}

    def account(key: str) -> bool:
        owner = by_id[key].owner_id  # type: ignore[attr-defined]
        if owner in people or (owner is None and setting != "own"):
            return True
        return right == "read" and any(d.account_id == key and d.owner_id in people for d in world.deals)

    def sees(kind: RecordKind, key: str) -> bool:
        if kind == "account":
            return account(key)
        record = by_id[key]
        owner, above = getattr(record, "owner_id", None), record.account_id  # type: ignore[attr-defined]
        if above is not None:
            return owner in people or account(above)
        return owner in people or (owner is None and setting != "own")

    return Expected(world, sees, lambda owner: owner in people if owner else setting != "own")


@dataclass
class Rulebook:
    """A remote CRM that says who may do what, and may be away."""

    grants: Collection[str]
    error: Exception | None = None

    def __post_init__(self) -> None:
        self.asked: list[tuple[str, Right, RecordKind, tuple[str, ...]]] = []

    def allowed(self, user: User, right: Right, kind: RecordKind, ids: Collection[str]) -> frozenset[str]:
        """Answer, or fail."""
        self.asked.append((user.id, right, kind, tuple(sorted(ids))))
        if self.error:
            raise self.error
        return frozenset(key for key in ids if key in self.grants or f"{right}:{key}" in self.grants)
