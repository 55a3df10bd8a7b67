"""Who reads and writes what: role by setting by kind of record, as a table; and the sentences of a refusal."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from bot.crm.local import LocalReader, upsert_all
from bot.crm.local.tables import access
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Record, Task, User
from bot.crm.rights import PeopleRights, with_roles
from bot.crm.rights.org import Org
from bot.crm.writes import CreateContact, CreateTask, CrmWrite, LogActivity, SetContactRole, UpdateOpportunity
from bot.errors import CrmUnavailable
from bot.people import LOCAL_ADMIN
from bot.store.database import open_engine
from tests.integration.approvals_world import migrated
from tests.rights_world import Rulebook

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)
USERS = {
    "maya": User(id="maya", name="Maya", role="seller", team="Mid", manager_id="dana"),
    "tom": User(id="tom", name="Tom", role="seller", team="Mid", manager_id="dana"),
    "dana": User(id="dana", name="Dana", role="manager", team="Mid", manager_id="vera"),
    "vera": User(id="vera", name="Vera", role="manager", team="Board"),
    "priya": User(id="priya", name="Priya", role="seller", team="Big", manager_id="ruth"),
    "ruth": User(id="ruth", name="Ruth", role="manager", team="Big"),
    "lena": User(id="lena", name="Lena", role="enablement", team="Enablement"),
    "sam": User(id="sam", name="Sam", role="admin", team="RevOps"),
    "old": User(id="old", name="Olaf", role="seller", team="Mid", manager_id="dana", active=False),
}
"""Dana leads Maya, Tom and Olaf, who left; Vera leads Dana; Ruth leads Priya"""
OWNERS = (*[key for key in USERS if key != "lena"], "gone", None)


def world() -> Iterator[Record]:
    """An account for each owner, `a-maya` …, with everything on it; Tom has a deal at Priya's."""
    yield from USERS.values()
    for owner in OWNERS:
        account = f"a-{owner}"
        yield Account(id=account, name=f"Account of {owner}", owner_id=owner)
        yield Contact(id=f"c-{owner}", name="Nora", account_id=account)
        yield Opportunity(id=f"d-{owner}", name=f"Deal of {owner}", stage="S", account_id=account, owner_id=owner)
        yield Activity(id=f"y-{owner}", kind="call", at=NOW, subject="Call", account_id=account)
        yield Task(id=f"t-{owner}", subject="Do", account_id=account)
        yield Task(id=f"loose-{owner}", subject="Do", owner_id=owner)
    yield Opportunity(id="d-tom-at-priya", name="Beside", stage="S", account_id="a-priya", owner_id="tom")
    yield OpportunityContactRole(id="r", opportunity_id="d-maya", contact_id="c-maya", role="champion")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    file: Path = tmp_path_factory.mktemp("rights") / "seller.db"
    file.write_bytes(migrated())
    opened = open_engine(f"sqlite:///{file}", durable=False)
    upsert_all(opened, world(), as_of=NOW)
    yield opened
    opened.dispose()


def rights_of(engine: Engine, sees: str, remote: Rulebook | None = None) -> PeopleRights:
    with engine.begin() as connection:
        connection.execute(delete(access))  # what another test's CRM said
    return PeopleRights(engine, LocalReader(engine), sees, lambda: NOW, remote)  # type: ignore[arg-type]


EVERY = "maya tom dana vera priya ruth sam old gone None"
MATRIX = [
    # setting, who asks, whose accounts they see, whose deals they may change
    ("all", "maya", EVERY, EVERY),
    ("all", "lena", EVERY, EVERY),
    ("all", "dana", EVERY, EVERY),
    ("all", "sam", EVERY, EVERY),
    ("team", "maya", "maya tom old dana priya None", "maya None"),
    ("team", "tom", "maya tom old dana priya None", "tom None"),
    ("team", "dana", "maya tom old dana priya None", "maya tom old dana None"),
    ("team", "vera", "maya tom old dana vera priya None", "maya tom old dana vera None"),
    ("team", "priya", "priya ruth None", "priya None"),
    ("team", "ruth", "priya ruth None", "priya ruth None"),
    ("team", "lena", "None", "None"),
    ("team", "sam", EVERY, EVERY),
    ("own", "maya", "maya", "maya"),
    ("own", "tom", "tom priya", "tom"),
    ("own", "dana", "maya tom old dana priya", "maya tom old dana"),
    ("own", "vera", "maya tom old dana vera priya", "maya tom old dana vera"),
    ("own", "priya", "priya", "priya"),
    ("own", "ruth", "priya ruth", "priya ruth"),
    ("own", "lena", "", ""),
    ("own", "sam", EVERY, EVERY),
]


@pytest.mark.parametrize(("sees", "who", "owners", "editable"), MATRIX)
def test_role_by_setting_by_kind(engine: Engine, sees: str, who: str, owners: str, editable: str) -> None:
    rights, user, wanted = rights_of(engine, sees), USERS[who], set(owners.split())
    seen = rights.reader_for(user)
    assert {a.id for a in seen.accounts()} == {f"a-{owner}" for owner in wanted}
    assert {key for key, _ in seen.account_names()} == {f"a-{owner}" for owner in wanted}
    assert {c.id for c in seen.contacts()} == {f"c-{owner}" for owner in wanted}
    beside = {"d-tom-at-priya"} if "priya" in wanted else set()
    assert {d.id for d in seen.opportunities()} == {f"d-{owner}" for owner in wanted} | beside
    assert {y.id for y in seen.activities()} == {f"y-{owner}" for owner in wanted}
    loose = {f"loose-{owner}" for owner in wanted} - (
        {"loose-priya"} if who in ("tom", "maya", "dana", "vera") else set()
    )
    loose |= {f"loose-{owner}" for owner in wanted} if sees == "all" else set()
    assert {t.id for t in seen.tasks()} == {f"t-{owner}" for owner in wanted} | loose
    amounts = [UpdateOpportunity(opportunity_id=f"d-{o}", field="amount", new=Decimal(1)) for o in EVERY.split()]
    allowed = {write.opportunity_id for write in amounts if rights.may_write(user, write) is None}
    assert allowed == {f"d-{owner}" for owner in editable.split()}
    tasks = [CreateTask(subject="x", account_id=f"a-{o}") for o in EVERY.split()]
    assert {w.account_id for w in tasks if rights.may_write(user, w) is None} == {f"a-{owner}" for owner in wanted}


def test_by_default_the_reader_is_the_crm_s_own(engine: Engine) -> None:
    reader = LocalReader(engine)
    rights = PeopleRights(engine, reader, "all", lambda: NOW)
    assert rights.reader_for(USERS["sam"]) is reader
    assert rights.reader_for(USERS["maya"]).accounts() == reader.accounts()
    assert rights_of(engine, "own").reader_for(LOCAL_ADMIN).accounts() == reader.accounts()


HIDDEN = "This change is about a record that you cannot see in the CRM; somebody who can has to decide on it."
AMOUNT = UpdateOpportunity(opportunity_id="d-tom", field="amount", new=Decimal(5))
BESIDE = UpdateOpportunity(opportunity_id="d-priya", field="amount", new=Decimal(5))
WRITES: list[tuple[str, str, CrmWrite, str | None]] = [
    ("team", "tom", AMOUNT, None),
    ("team", "dana", AMOUNT, None),
    ("team", "sam", AMOUNT, None),
    ("team", "maya", AMOUNT, "You may not change Deal of tom in the CRM; ask its owner Tom to approve it."),
    ("all", "maya", AMOUNT, None),
    ("own", "maya", AMOUNT, HIDDEN),
    ("own", "tom", BESIDE, "You may not change Deal of priya in the CRM; ask its owner Priya to approve it."),
    ("own", "maya", UpdateOpportunity(opportunity_id="nobody", field="amount", new=Decimal(5)), HIDDEN),
    ("own", "sam", UpdateOpportunity(opportunity_id="nobody", field="amount", new=Decimal(5)), None),
    ("own", "tom", SetContactRole(opportunity_id="d-priya", contact_id="c-priya", role="coach"),
     "You may not change Deal of priya in the CRM; ask its owner Priya to approve it."),
    ("own", "tom", LogActivity(activity="call", at=NOW, subject="x", account_id="a-priya", opportunity_id="d-priya"), None),
    ("own", "maya", LogActivity(activity="call", at=NOW, subject="x", account_id="a-priya"), HIDDEN),
    ("own", "maya", CreateTask(subject="x", opportunity_id="d-priya"), HIDDEN),
    ("own", "maya", CreateTask(subject="x"), None),
    ("own", "tom", CreateContact(account_id="a-priya", name="New"), None),
    ("own", "maya", CreateContact(account_id="a-priya", name="New"), HIDDEN),
]  # fmt: skip


@pytest.mark.parametrize(("sees", "who", "write", "refusal"), WRITES)
def test_who_may_write_and_who_could(engine: Engine, sees: str, who: str, write: CrmWrite, refusal: str | None) -> None:
    assert rights_of(engine, sees).may_write(USERS[who], write) == refusal


@pytest.mark.parametrize(
    ("grants", "refusal"),
    [
        ({"read:d-tom", "edit:d-tom"}, None),
        ({"read:d-tom"}, "You may not change Deal of tom in the CRM; ask its owner Tom to approve it."),
        ({"edit:d-tom"}, HIDDEN), (set(), HIDDEN),
    ],
)  # fmt: skip
def test_a_remote_crm_is_asked_whoever_it_is(engine: Engine, grants: set[str], refusal: str | None) -> None:
    for who in ("maya", "sam"):
        assert rights_of(engine, "all", Rulebook(grants)).may_write(USERS[who], AMOUNT) == refusal


def test_while_the_remote_crm_is_away_the_owner_may_write_and_nobody_else(engine: Engine) -> None:
    away = rights_of(engine, "all", Rulebook((), CrmUnavailable("away")))
    assert away.may_write(USERS["tom"], AMOUNT) is None
    assert [away.may_write(USERS[who], AMOUNT) for who in ("priya", "dana", "lena")] == [HIDDEN] * 3


def test_a_deal_without_an_owner_names_the_account_s(engine: Engine) -> None:
    upsert_all(engine, [Opportunity(id="d-bare", name="Bare", stage="S", account_id="a-priya")], as_of=NOW)
    write = UpdateOpportunity(opportunity_id="d-bare", field="amount", new=Decimal(5))
    told = rights_of(engine, "own").may_write(USERS["tom"], write)
    assert told == "You may not change Bare in the CRM; ask its owner Priya to approve it."


def test_the_structure_leads_round_in_no_circle() -> None:
    a, b = User(id="a", name="A", manager_id="b"), User(id="b", name="B", manager_id="a")
    me = User(id="m", name="M", manager_id="m")
    assert [Org([a, b, me]).led(user) for user in (a, b, me)] == [{"a", "b"}, {"a", "b"}, {"m"}]


def test_two_managers_of_one_team_lead_their_own_people() -> None:
    """Whoever of the team has no manager on record, or one outside of it, is led by both."""
    lead = [User(id=key, name=key, role="manager", team="Central") for key in ("a", "b")]
    said = {"r1": "a", "r2": "b", "r3": None, "r4": "vp"}
    reps = [User(id=key, name=key, team="Central", manager_id=boss) for key, boss in said.items()]
    assert [sorted(Org([*lead, *reps]).led(one)) for one in lead] == [["a", "r1", "r3", "r4"], ["b", "r2", "r3", "r4"]]


def test_the_role_that_counts() -> None:
    users = [
        User(id="1", name="Lead", email="Lead@x.example"), User(id="2", name="Rep", email="rep@x.example", manager_id="1"),
        User(id="3", name="Ops", role="admin"), User(id="4", name="Left", manager_id="2", active=False),
        User(id="5", name="Rep of ops", manager_id="3"),
    ]  # fmt: skip
    assert [user.role for user in with_roles(users, {})] == ["manager", "seller", "admin", "seller", "seller"]
    told = {" LEAD@x.example": "enablement", "rep@x.example": "admin", "nobody@x.example": "admin"}
    assert [user.role for user in with_roles(users, told)] == ["enablement", "admin", "admin", "seller", "seller"]  # type: ignore[arg-type]
