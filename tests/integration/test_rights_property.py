"""Whatever the company and whoever owns what: a person sees all that they may, unchanged, and nothing else, not even a name."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert

from bot.crm.local import LocalReader, replace_all
from bot.crm.local.tables import access, snapshots
from bot.crm.match import find
from bot.crm.port import CrmReader
from bot.crm.records import DealWords, Record, User
from bot.crm.rights import PeopleRights, with_roles
from bot.crm.rights.owners import OwnerAccess
from bot.errors import BotError
from bot.store.database import open_engine
from tests.integration.approvals_world import migrated
from tests.rights_world import (
    ACCOUNTS,
    CONTACTS,
    DAY,
    DEALS,
    NAMES,
    NOW,
    PEOPLE,
    SEES,
    Expected,
    Rulebook,
    World,
    by_owner,
    led_by,
    worlds,
)  # fmt: skip

TYPED = (
    "Alder Mill",
    "Alder Marine",
    "alder",
    "mill",
    "Birch Mil",
    "Copper",
    "Coper Foods",
    "Nothing at all",
    "a1",
    "a3",
)
Same = Callable[[object, object], None]
MANY = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    file: Path = tmp_path_factory.mktemp("rights") / "seller.db"
    file.write_bytes(migrated())
    opened = open_engine(f"sqlite:///{file}", durable=False)
    yield opened
    opened.dispose()


def opened(engine: Engine, world: World) -> LocalReader:
    replace_all(engine, world.records(), as_of=NOW)
    with engine.begin() as connection:
        for table in (snapshots, access):
            connection.execute(delete(table))
        connection.execute(insert(snapshots), [row.model_dump() for row in world.rows()])
    return LocalReader(engine, people=lambda users: with_roles(users, {}))


def with_counting_roles(world: World) -> World:
    """The roles that count: whom somebody active reports to is a manager at least."""
    leads = {user.manager_id for user in world.users if user.active}
    users = tuple(
        user.model_copy(update={"role": "manager"}) if user.role == "seller" and user.id in leads else user
        for user in world.users
    )
    return World(users, *list(world.__dict__.values())[1:])


def check(seen: CrmReader, raw: CrmReader, expected: Expected) -> None:
    """Every method of the reader against the slow word, and what it says against what is hidden."""
    said: list[str] = []

    def same(got: object, want: object) -> None:
        said.append(repr(got))
        assert got == want

    check_lists(seen, raw, expected, same)
    check_single(seen, raw, expected, same)
    visible = [(a.id, a.name) for a in sorted(expected.accounts(), key=lambda a: (a.name, a.id))]
    for typed in TYPED:
        same(told(typed, seen.account_names(typed)), told(typed, visible))
    kinds = {
        **dict.fromkeys(ACCOUNTS, "account"),
        **dict.fromkeys(CONTACTS, "contact"),
        **dict.fromkeys(DEALS, "opportunity"),
    }
    hidden = [key for key, kind in kinds.items() if not expected.sees(kind, key)]  # type: ignore[arg-type]
    assert [words for words in said for key in hidden if f"'{key}'" in words or NAMES[key] in words] == []


def check_lists(seen: CrmReader, raw: CrmReader, expected: Expected, same: Same) -> None:
    accounts, contacts, deals = expected.accounts(), expected.contacts(), expected.deals()
    activities, tasks = expected.activities(), expected.tasks()
    same(seen.accounts(), as_stored(raw.accounts(), accounts))
    same(seen.account_names(), [(a.id, a.name) for a in sorted(accounts, key=lambda a: (a.name, a.id))])
    same(seen.contacts(), as_stored(raw.contacts(), contacts))
    same(seen.contact_names(), [(c.id, c.name) for c in seen.contacts()])
    mails = [c.email.upper() for c in raw.contacts() if c.email]
    same(seen.contacts_with(mails), [c for c in seen.contacts() if c.email])
    same(seen.opportunities(), as_stored(raw.opportunities(), deals))
    same(set(seen.deal_words(each=True)), {DealWords(*(getattr(d, name) for name in DealWords._fields)) for d in deals})
    same(seen.activities(), as_stored(raw.activities(), activities))
    same(seen.tasks(), as_stored(raw.tasks(), tasks))
    same(seen.histories(), as_stored(raw.histories(), expected.histories()))
    same(seen.snapshot(DAY), expected.rows())
    for key in (*PEOPLE, "gone"):
        same(seen.accounts(key), [a for a in as_stored(raw.accounts(), accounts) if a.owner_id == key])
    for key in (*ACCOUNTS, "nobody"):
        visible = key in {a.id for a in accounts}
        same(seen.contacts(key), as_stored(raw.contacts(key), contacts) if visible else [])
        same(seen.opportunities(key), as_stored(raw.opportunities(key), deals) if visible else [])
        same(seen.activities(key), as_stored(raw.activities(key), activities) if visible else [])
        same(seen.tasks(key), as_stored(raw.tasks(key), tasks) if visible else [])


def check_single(seen: CrmReader, raw: CrmReader, expected: Expected, same: Same) -> None:
    def only(rows: Sequence[Record], key: str) -> Record | None:
        return next((row for row in rows if row.id == key), None)

    for key in (*ACCOUNTS, "nobody"):
        same(seen.account(key), only(expected.accounts(), key))
    for key in (*CONTACTS, "nobody"):
        same(seen.contact(key), only(expected.contacts(), key))
    for key in (*DEALS, "nobody"):
        same(seen.opportunity(key), only(expected.deals(), key))
        same(seen.history(key), [h for h in expected.histories() if h.opportunity_id == key])
        same(seen.contact_roles(key), as_stored(raw.contact_roles(key), expected.roles()))
    for activity in expected.world.activities:
        same(seen.activity(activity.id), only(expected.activities(), activity.id))
    for task in expected.world.tasks:
        same(seen.task(task.id), only(expected.tasks(), task.id))


def as_stored(rows: Sequence[Record], kept: Sequence[Record]) -> list[Any]:
    """The expected rows, in the order in which they are stored."""
    by_key = {row.id: row for row in kept}
    return [by_key[row.id] for row in rows if row.id in by_key]


def told(typed: str, names: Sequence[tuple[str, str]]) -> str:
    """What a person is told who types a name; what they typed themselves is no leak."""
    try:
        return repr(find(typed, names))
    except BotError as error:
        return f"{error}{error.candidates}".replace(f"“{typed}”", "")


@MANY
@given(world=worlds(), person=st.sampled_from(PEOPLE), setting=st.sampled_from(SEES))
def test_rights_by_owner_and_team(engine: Engine, world: World, person: str, setting: str) -> None:
    raw, counting = opened(engine, world), with_counting_roles(world)
    user = next(user for user in counting.users if user.id == person)
    assert raw.user(person) == user
    rights = PeopleRights(engine, raw, setting, lambda: NOW)  # type: ignore[arg-type]
    expected = by_owner(counting, user, setting)
    check(rights.reader_for(user), raw, expected)
    deals = {deal.id for deal in expected.deals()}
    basis = rights.basis(user)
    assert ({deal.id for deal in raw.opportunities()} if basis is None else basis) == deals


@MANY
@given(
    world=worlds(),
    person=st.sampled_from(PEOPLE),
    grants=st.frozensets(st.sampled_from((*ACCOUNTS, *CONTACTS, *DEALS))),
)
def test_rights_that_a_remote_crm_gives(engine: Engine, world: World, person: str, grants: frozenset[str]) -> None:
    raw, counting = opened(engine, world), with_counting_roles(world)
    user = next(user for user in counting.users if user.id == person)
    book = Rulebook(grants)
    seen = PeopleRights(engine, raw, "all", lambda: NOW, book).reader_for(user)
    below = led_by(counting, user)
    check(seen, raw, Expected(counting, lambda kind, key: key in grants, lambda owner: owner in below))
    asked = [(kind, key) for _, _, kind, ids in book.asked for key in ids]
    assert len(asked) == len(set(asked)), "a record is asked about once"


@MANY
@given(world=worlds(), person=st.sampled_from(PEOPLE), setting=st.sampled_from(SEES))
def test_what_may_be_edited_may_be_read(engine: Engine, world: World, person: str, setting: str) -> None:
    raw, counting = opened(engine, world), with_counting_roles(world)
    user: User = next(user for user in counting.users if user.id == person)
    access_ = OwnerAccess(engine, raw.users, setting)  # type: ignore[arg-type]
    edit = by_owner(counting, user, setting, "edit")
    for kind, ids in (("account", ACCOUNTS), ("contact", CONTACTS), ("opportunity", DEALS)):
        may = access_.allowed(user, "edit", kind, [*ids, "nobody"])  # type: ignore[arg-type]
        assert may == {key for key in ids if edit.sees(kind, key)}  # type: ignore[arg-type]
        assert may <= access_.allowed(user, "read", kind, ids)  # type: ignore[arg-type]
