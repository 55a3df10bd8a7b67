"""Whoever is in a channel and whatever an answer rests on: nobody sees in it what they may not see, said by a plain reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_server import BOT_TOKEN, SlackServer
from sqlalchemy import Engine, create_engine

from bot.crm.local import LocalReader, replace_all
from bot.crm.records import User
from bot.crm.rights import PeopleRights, with_roles
from bot.proposals import Citation, Draft
from bot.slack.identity import Directory
from bot.slack.readers.audience import Audience
from bot.slack.readers.crowd import Crowds
from bot.slack.sending.outbox import Place
from bot.store.database import open_engine
from knowledge.library import Library
from knowledge.registry import create_all
from tests.integration.approvals_world import migrated
from tests.knowledge_fakes import WordEmbedder
from tests.rights_world import ACCOUNTS, CONTACTS, DEALS, NOW, PEOPLE, SEES, Expected, World, by_owner, worlds
from tests.scope_world import Page, Reader, may_read, write_all

EAST, BOTH = frozenset({"East"}), frozenset({"East", "West"})
PAGES = {
    "a": Page("alpine"),
    "b": Page("bronze", audience="customer"),
    "c": Page("copper", teams=EAST),
    "d": Page("dahlia", teams=frozenset({"West"}), audience="customer"),
    "e": Page("ember", kind="note", account="a1"),
    "f": Page("fjord", kind="note", account="a2", teams=BOTH),
    "g": Page("garnet", kind="note", account="a3", audience="customer"),
    "h": Page("harbor", status="draft", audience="customer"),
}
OTHERS = ("unknown", "guest", "stranger", "bot")
RECORDS = tuple(
    f"{kind}:{key}"
    for kind, keys in (
        ("account", ACCOUNTS),
        ("contact", CONTACTS),
        ("opportunity", DEALS),
        ("activity", ("y0", "y1")),
        ("task", ("t0", "t1")),
    )
    for key in keys
)


@dataclass(frozen=True)
class Room:
    """A channel, and an answer for it."""

    asker: str
    colleagues: frozenset[str]
    others: frozenset[str]
    shared: str | None
    crowded: bool
    pages: frozenset[str]
    records: frozenset[str]
    account: str | None

    @property
    def draft(self) -> Draft:
        """The answer."""
        cited = [Citation(n=0, title=key, source=key, page=key) for key in sorted(self.pages)]
        records = tuple(sorted(self.records))
        return Draft(skill="ask", citations=tuple(cited), records=records, account_id=self.account)

    @property
    def crm(self) -> bool:
        """Whether something of the CRM is in it."""
        return bool(self.records or self.account)


ROOMS = st.builds(
    Room,
    asker=st.sampled_from(PEOPLE),
    colleagues=st.frozensets(st.sampled_from(PEOPLE)),
    others=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(OTHERS), max_size=1)),
    shared=st.sampled_from((None, None, None, None, "is_ext_shared", "is_pending_ext_shared", "is_org_shared")),
    crowded=st.sampled_from((False, False, False, False, False, True)),
    pages=st.frozensets(st.sampled_from(sorted(PAGES)), max_size=2),
    records=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(RECORDS), max_size=2)),
    account=st.sampled_from((None, None, None, *ACCOUNTS)),
)


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackServer]:
    with SlackServer().open() as server:
        yield server


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    file: Path = tmp_path_factory.mktemp("rights") / "seller.db"
    file.write_bytes(migrated())
    opened = open_engine(f"sqlite:///{file}", durable=False)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("kb")
    (folder / "pages").mkdir()
    engine = create_engine(f"sqlite:///{folder / 'kb.sqlite'}")
    create_all(engine)
    with Library.open(engine, folder / "chroma", WordEmbedder()) as opened:
        write_all(opened, folder / "pages", PAGES)
        yield opened
    engine.dispose()


def channel(slack: SlackServer, world: World, room: Room) -> list[User | None]:
    """Make the channel; gives the CRM users behind its colleagues, None for one that nobody can match."""
    slack.users.clear()
    for user in world.users:
        slack.person(user.id, user.email)
    slack.person("unknown", "unknown@ours.example")
    slack.person("guest", f"{PEOPLE[0]}@ours.example", is_ultra_restricted=True)
    slack.person("stranger", f"{PEOPLE[1]}@ours.example", team_id="T2")
    slack.person("bot", None, is_bot=True)
    many = [slack.person(f"M{i}", f"m{i}@ours.example") for i in range(51)] if room.crowded else []
    members = {*room.colleagues, *room.others, room.asker, *many}
    slack.channel("C1", *sorted(members), **({room.shared: True, "is_shared": True} if room.shared else {}))
    by_id = {user.id: user for user in world.users if user.active}
    return [by_id.get(member) for member in sorted(members - {"bot"})]


def sees_page(page: Page, expected: Expected, user: User) -> bool:
    """Say it as a person would: an account's note is for whoever sees the account, a team narrows it."""
    teams = BOTH if user.role in ("enablement", "admin") else frozenset({user.team} - {None})
    accounts = frozenset(key for key in ACCOUNTS if expected.sees("account", key))
    return may_read(Reader(accounts, teams, "internal"), page)


def on_account(expected: Expected, key: str) -> list[object]:
    """All that a person sees of one account."""
    rows = (*expected.contacts(), *expected.deals(), *expected.activities(), *expected.tasks())
    deals = {deal.id for deal in expected.deals() if deal.account_id == key}
    roles = [role for role in expected.roles() if role.opportunity_id in deals]
    account = [one for one in expected.accounts() if one.id == key]
    return [*account, *roles, *(row for row in rows if row.account_id == key)]


def sees_record(record: str, expected: Expected) -> bool:
    kind, _, key = record.partition(":")
    if kind in ("activity", "task"):
        return key in {row.id for row in (*expected.activities(), *expected.tasks())}
    return expected.sees(kind, key)  # type: ignore[arg-type]


def may_be_public(room: Room, world: World, people: Sequence[User | None], sees: str) -> bool:
    """The plain word on it."""
    pages = [PAGES[key] for key in room.pages]
    if room.shared in ("is_ext_shared", "is_pending_ext_shared") or room.others & {"guest", "stranger"}:
        customer = Reader(frozenset(), frozenset(), "customer")
        return bool(pages) and not room.crm and all(may_read(customer, page) for page in pages)
    if room.crowded or None in people:
        nobody = Reader(frozenset(), frozenset(), "internal")
        return not room.crm and all(may_read(nobody, page) for page in pages)
    [asker] = [user for user in world.users if user.id == room.asker]
    told = on_account(by_owner(world, asker, sees), room.account) if room.account else []
    for user in filter(None, people):
        expected = by_owner(world, user, sees)
        if not all(sees_page(page, expected, user) for page in pages):
            return False
        if not all(sees_record(record, expected) for record in room.records):
            return False
        if room.account and any(row not in on_account(expected, room.account) for row in told):
            return False
    return True


def with_counting_roles(world: World) -> World:
    users = tuple(with_roles(world.users, {}))
    return World(users, *list(world.__dict__.values())[1:])


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(world=worlds(), room=ROOMS, sees=st.sampled_from(SEES))
def test_nobody_sees_what_they_may_not_see(
    slack: SlackServer, engine: Engine, library: Library, world: World, room: Room, sees: str
) -> None:
    replace_all(engine, world.records(), as_of=NOW)
    world = with_counting_roles(world)
    reader = LocalReader(engine, people=lambda users: with_roles(users, {}))
    people = channel(slack, world, room)
    client = WebClient(BOT_TOKEN, base_url=slack.api_url)
    directory = Directory(client, reader, lambda: NOW)
    rights = PeopleRights(engine, reader, sees, lambda: NOW)  # type: ignore[arg-type]
    crowds = Crowds(client, directory, lambda: NOW)
    audience = Audience(crowds, directory, reader, rights, lambda: library)
    ids = {page.title.removeprefix("About "): page.id for page in library.documents()}
    draft = room.draft.model_copy(
        update={
            "citations": tuple(
                citation.model_copy(update={"page": ids[PAGES[citation.title].subject]})
                for citation in room.draft.citations
            )
        }
    )
    verdict = audience.verdict(Place("C1", room.asker, False, "C1"), draft)
    audience.close()
    expected = may_be_public(room, world, people, sees)
    COUNTS[verdict.public, expected] = COUNTS.get((verdict.public, expected), 0) + 1
    assert expected or not verdict.public, f"{room} leaks to {people}"
    # It is no more shy than it must be, but where a call or a task hangs on nothing, or names people of elsewhere.
    loose = room.account or any(record.startswith(("activity", "task")) for record in room.records)
    assert verdict.public == expected or loose
    assert verdict.public or verdict.why.startswith("Shown to you alone")


COUNTS: dict[tuple[bool, bool], int] = {}
"""(shown, may be shown) → how often"""


def test_both_ways_were_tried_often() -> None:
    assert COUNTS[True, True] > 40
    assert COUNTS[False, False] > 40
