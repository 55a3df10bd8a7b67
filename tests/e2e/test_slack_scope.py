"""In a channel with a guest: whatever the pages and whoever asks, what all see holds only what customers may be shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from slack_blocks import Shown
from slack_office import NOW, Office
from sqlalchemy import create_engine

from bot.crm.local import upsert_all
from bot.crm.records import Account, User
from bot.slack.readers.crowd import GUESTS
from knowledge.library import Library
from knowledge.registry import create_all
from tests.knowledge_fakes import WordEmbedder
from tests.scope_world import ACCOUNTS, BASES, SUBJECTS, TEAMS, Base, Page, Reader, may_read, write_all

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)

NAMES = dict(zip(ACCOUNTS, ("Acme Dairy", "Globex Marine", "Initech Freight"), strict=True))
TEAM_OF: dict[str, str | None] = {"nia": None, **{f"member{i}": team for i, team in enumerate(TEAMS)}, "eve": "Eve's"}
ENABLEMENT = "eve"
ASKED = st.tuples(
    st.sampled_from(tuple(TEAM_OF)),
    st.sampled_from((None, *ACCOUNTS)),
    st.sampled_from(("C1", "G1")),
    st.sampled_from(("ask", "ask", "/kb search discount papers", "/kb duplicates", "/kb gaps", "/kb stats")),
)


@pytest.fixture
def library(office: Office, tmp_path: Path) -> Iterator[Library]:
    people = [
        User(id=f"U-{name}", name=name.title(), email=f"{name}@example.test", team=team,
             role="enablement" if name == ENABLEMENT else "seller")
        for name, team in TEAM_OF.items()
    ]  # fmt: skip
    accounts = [Account(id=key, name=name, owner_id="U-nia", created_at=NOW) for key, name in NAMES.items()]
    upsert_all(office.app.engine, [*people, *accounts], as_of=NOW)
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    create_all(engine)
    with Library.open(engine, tmp_path / "chroma", WordEmbedder()) as library:
        office.app.library = library
        yield library
    engine.dispose()


def secret(base: Base, person: str, account: str | None, request: str) -> set[str]:
    """Give the subjects of which this person may read nothing, not even a title."""
    teams = frozenset(TEAMS) if person == ENABLEMENT else frozenset({TEAM_OF[person]} - {None})
    about = frozenset({account} if account and request == "ask" else ())
    # Whoever curates sees drafts and retired pages in lists, and no account's notes; answers have neither.
    lists = person == ENABLEMENT and request in ("/kb duplicates", "/kb gaps", "/kb stats")

    def readable(page: Page) -> bool:
        return may_read(Reader(about, teams, "internal"), page) or (lists and page.account is None)

    return set(SUBJECTS) - {page.subject for page in base.values() if readable(page)}


def unquotable(base: Base) -> set[str]:
    """Give the subjects of which a customer may read nothing."""
    customer = Reader(frozenset(), frozenset(), "customer")
    return set(SUBJECTS) - {page.subject for page in base.values() if may_read(customer, page)}


def say(office: Office, person: str, account: str | None, channel: str, request: str) -> list[Shown]:
    """Ask in a channel; gives what was shown, to whomever."""
    member, before = office.member(f"U{person.upper()}", f"{person}@example.test"), len(office.slack.shown)
    if request == "ask":
        member.mention(f"which discount needs papers{f' at {NAMES[account]}' if account else ''}?", channel)
    else:
        member.command(*request.split(" ", 1), channel=channel)
    says = GUESTS if request == "ask" else ""

    def answered() -> list[Shown]:
        # A question that others asked, too, goes to an owner as a direct message beside the answer.
        here = [message for message in office.slack.shown[before:] if not message.channel.startswith("D")]
        return here if here and (here[-1].user is None or says in here[-1].words) else []

    return office.slack.wait(answered, f"an answer to {request}")


@settings(
    max_examples=12, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(base=BASES, questions=st.lists(ASKED, min_size=5, max_size=5))
def test_in_a_channel_with_a_guest_nobody_sees_more_than_they_may(
    office: Office, library: Library, tmp_path: Path, base: Base, questions: list[tuple[str, str | None, str, str]]
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir(exist_ok=True)
    library.forget_folder(folder)
    write_all(library, folder, base)
    for person, account, channel, request in questions:
        shown = say(office, person, account, channel, request)
        assert {message.channel for message in shown} == {channel}
        everybody = {message.user is None for message in shown} == {True}
        assert everybody or {message.user for message in shown} == {f"U{person.upper()}"}
        words = " ".join(f"{message.text} {message.words}" for message in shown).lower()
        hidden = unquotable(base) if everybody else secret(base, person, account, request)
        assert [word for word in sorted(hidden) if word in words] == []
