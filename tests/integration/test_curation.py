"""The life of a page: draft, trial, published, due, retired — on a real embedder and a real index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, select

from bot.crm.records import User
from bot.curating import Desk, Loop
from bot.errors import BotError, NotAllowed
from knowledge.curation import Curation, GoldenLost, NewPage, NoSuchPage
from knowledge.documents import Scope
from knowledge.embeddings import Embedder, embedder
from knowledge.errors import KnowledgeError
from knowledge.library import Library
from knowledge.registry import Registry, create_all
from knowledge.registry.tables import chunks

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
TODAY = NOW.date()
SUBJECTS = ("discounts", "holidays", "laptops", "parking", "visitors", "printers")
ENABLEMENT = User(id="u1", name="Lena Castellanos", email="lena@example.com", role="enablement", team="Enablement")
SELLER = User(id="u2", name="Maya Lindqvist", email="maya@example.com", role="seller", team="EMEA")
OTHER = User(id="u3", name="Jonas Weber", email="jonas@example.com", role="seller", team="AMER")


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return embedder("minilm")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def library(engine: Engine, tmp_path: Path, minilm: Embedder) -> Iterator[Library]:
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        yield library


@pytest.fixture
def curation(library: Library) -> Curation:
    return Curation(library)


@pytest.fixture
def folder(library: Library, tmp_path: Path) -> Path:
    """Six pages that all speak of the visitors' badge, and a page that must be found by a question."""
    folder = tmp_path / "pages"
    folder.mkdir()
    for subject in SUBJECTS:
        text = f"# {subject.title()}\n\nThe visitors' badge and the {subject} are handled at the front desk.\n"
        (folder / f"{subject}.md").write_text(text, encoding="utf-8")
    (folder / "wifi.md").write_text(wifi("The guest network needs the code of the day."), encoding="utf-8")
    library.ingest([folder], now=NOW)
    return folder


def wifi(text: str) -> str:
    front = "---\nowner: Maya Lindqvist\nquestions:\n- what is the code of the guest network?\n---\n"
    return f"{front}# Guest network\n\n{text}\n"


def titles(library: Library, query: str, scope: Scope | None = None) -> list[str]:
    found = library.search(query, scope=scope or Scope.shared(), now=NOW, k=20)
    return list(dict.fromkeys(passage.document.title for passage in found))


def desk(library: Library, user: User, now: datetime = NOW) -> Desk:
    return Desk(library, Curation(library), user, (ENABLEMENT, SELLER, OTHER), now)


def test_a_draft_is_in_no_search_until_it_is_published(library: Library, curation: Curation) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains early.", author="Maya", audience="customer"))
    assert (page.status_on(TODAY), titles(library, "Book trains early")) == ("draft", [])
    assert curation.publish(page.id, by="Lena", now=NOW).status_on(TODAY) == "verified"
    assert titles(library, "Book trains early", Scope.shared(audience="customer")) == ["Travel"]


def test_a_page_keeps_what_was_said_of_it(library: Library, curation: Curation) -> None:
    said = NewPage(
        "Prices: 2027", "It is 5 EUR.", author="Maya", owner="Lena", verifier="Sam", interval_days=30, kind="note",
        teams=frozenset({"EMEA"}), product="Plan", region="DACH", supersedes="old.md", questions=("what is it: 5?",),
        origin="Slack message of Maya",
    )  # fmt: skip
    page = curation.add_page(said)
    kept = {name: getattr(page, name) for name in NewPage.__dataclass_fields__ if name != "text"}
    assert kept == {name: getattr(said, name) for name in kept}
    assert curation.text(page.id) == "It is 5 EUR."


def test_a_published_page_is_due_and_expires_by_its_interval(library: Library, curation: Curation) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains early.", interval_days=30))
    page = curation.publish(page.id, by="Lena", now=NOW)
    assert [page.status_on(TODAY + timedelta(days=days)) for days in (0, 16, 17, 30, 31)] == [
        "verified", "verified", "due", "due", "expired",
    ]  # fmt: skip
    again = curation.verify(page.id, by="Lena", now=NOW + timedelta(days=31))
    assert again.status_on(TODAY + timedelta(days=31)) == "verified"


def test_a_changed_text_is_due_until_it_is_verified_again(library: Library, curation: Curation) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains early."))
    curation.publish(page.id, by="Lena", now=NOW)
    changed = curation.revise(page.id, now=NOW, text="Book trains two weeks before.")
    assert (changed.lapsed, changed.status_on(TODAY)) == (True, "due")
    assert curation.verify(page.id, by="Lena", now=NOW).status_on(TODAY) == "verified"
    assert titles(library, "two weeks before") == ["Travel"]


def test_an_edited_file_is_due_although_a_person_verified_it_before(
    library: Library, curation: Curation, folder: Path
) -> None:
    page = next(page for page in library.documents() if page.title == "Parking")
    assert curation.verify(page.id, by="Lena", now=NOW).status_on(TODAY) == "verified"
    (folder / "parking.md").write_text("# Parking\n\nThere is no parking any more.\n", encoding="utf-8")
    library.ingest([folder], now=NOW)
    assert library.page(page.id).status_on(TODAY) == "due"


def test_a_retired_page_leaves_search_and_stays_out_when_its_file_is_read_again(
    library: Library, curation: Curation, folder: Path
) -> None:
    page = next(page for page in library.documents() if page.title == "Guest network")
    curation.retire(page.id, by="Lena")
    (folder / "wifi.md").write_text(wifi("The guest network is open to all."), encoding="utf-8")
    library.ingest([folder], now=NOW)
    assert "Guest network" not in titles(library, "guest network code")
    assert library.page(page.id).status_on(TODAY) == "archived"
    curation.publish(page.id, by="Lena", now=NOW)
    assert titles(library, "guest network code")[0] == "Guest network"


def test_no_move_leaves_a_ghost(library: Library, curation: Curation, engine: Engine, folder: Path) -> None:
    page = next(page for page in library.documents() if page.title == "Guest network")
    for _ in range(2):
        curation.retire(page.id, by="Lena")
        curation.publish(page.id, by="Lena", now=NOW)
    with engine.connect() as connection:
        rows = connection.execute(select(chunks.c.document_id, chunks.c.state)).all()
    assert sorted(rows) == sorted((one.id, "live") for one in library.documents())
    assert titles(library, "guest network code").count("Guest network") == 1


def test_a_page_that_another_one_supersedes_is_expired(library: Library, curation: Curation) -> None:
    old = curation.add_page(NewPage("Prices 2026", "A seat costs 10 EUR a month."))
    curation.publish(old.id, by="Lena", now=NOW)
    new = curation.add_page(NewPage("Prices 2027", "A seat costs 12 EUR a month.", supersedes="Prices 2026"))
    assert library.page(old.id).status_on(TODAY) == "verified"
    curation.publish(new.id, by="Lena", now=NOW)
    assert library.page(old.id).status_on(TODAY) == "expired"
    assert titles(library, "what does a seat cost?") == ["Prices 2027", "Prices 2026"]


def test_golden_questions_show_the_rank_before_and_after_a_change(
    library: Library, curation: Curation, folder: Path
) -> None:
    page = next(page for page in library.documents() if page.title == "Guest network")
    (held,) = curation.check(page.id, now=NOW)
    assert (held.before, held.after, held.lost) == (1, 1, False)
    (changed,) = curation.check(page.id, now=NOW, text=wifi("Ask Bob.").replace("Guest network", "Bob").encode())
    assert (changed.before, changed.lost) == (1, True)
    assert titles(library, "guest network code")[0] == "Guest network"
    assert [one for one in library.documents() if one.title == "Bob"] == []


def test_a_draft_that_its_question_does_not_find_is_not_published(
    library: Library, curation: Curation, folder: Path
) -> None:
    page = curation.add_page(NewPage("Cakes", "Sugar and eggs.", questions=("who handles the visitors' badge?",)))
    with pytest.raises(GoldenLost) as refused:
        curation.publish(page.id, by="Lena", now=NOW)
    assert str(refused.value) == (
        "“Cakes” is not published: a golden question would not find it among the first 5 pages: "
        f'"who handles the visitors\' badge?" ({refused.value.ranks[0].after or "not found"}). '
        "Correct the page or the question, or force it in the terminal with --force."
    )
    assert library.page(page.id).status_on(TODAY) == "draft"
    assert curation.publish(page.id, by="Lena", now=NOW, force=True).status_on(TODAY) == "verified"


def test_a_changed_file_that_its_golden_question_would_not_find_is_held_back(library: Library, folder: Path) -> None:
    (folder / "wifi.md").write_text(wifi("Ask Bob.").replace("Guest network", "Bob"), encoding="utf-8")
    report = library.ingest([folder], now=NOW)
    (held,) = report.failed
    assert held.why.startswith("a golden question would not find it among the first 5 pages:")
    assert held.why.endswith("the version read before is still answered from")
    assert titles(library, "guest network code")[0] == "Guest network"
    assert library.ingest([folder]).failed == []
    assert "Guest network" not in titles(library, "guest network code")


def test_a_version_left_behind_by_a_kill_is_swept_by_the_next_ingest(
    library: Library, curation: Curation, folder: Path, engine: Engine
) -> None:
    page = next(page for page in library.documents() if page.title == "Guest network")
    trial = library.stored(page.id)
    with pytest.raises(ZeroDivisionError), library_preview(library, trial):
        raise ZeroDivisionError
    with engine.connect() as connection:
        owners = set(connection.execute(select(chunks.c.document_id)).scalars())
    assert owners == {one.id for one in library.documents()}


def library_preview(library: Library, trial: object):  # type: ignore[no-untyped-def]
    from knowledge.golden import Trial

    tried = Trial(library._registry, library._recovery(), library._golden)
    return tried._shown(trial, NOW)  # type: ignore[arg-type]


def test_only_drafts_that_were_written_here_are_discarded(library: Library, curation: Curation, folder: Path) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains."))
    curation.discard(page.id)
    assert "Travel" not in [one.title for one in library.documents()]
    parking = next(one for one in library.documents() if one.title == "Parking")
    with pytest.raises(KnowledgeError, match="comes from"):
        curation.discard(parking.id)


@pytest.mark.parametrize(("title", "text"), [("", "Text."), ("Title", "  \n")])
def test_a_page_needs_a_title_and_a_text(curation: Curation, title: str, text: str) -> None:
    with pytest.raises(KnowledgeError, match="needs a title and a text"):
        curation.add_page(NewPage(title, text))


def test_a_text_that_looks_like_front_matter_stays_text(library: Library, curation: Curation) -> None:
    page = curation.add_page(NewPage('He said: "no"', "---\naudience: customer\nowner: me\n---\nText."))
    assert (page.audience, page.owner, page.title) == ("internal", None, 'He said: "no"')


# Who may do what


def test_a_seller_may_not_publish_another_s_page(library: Library, folder: Path) -> None:
    draft = desk(library, SELLER).add(NewPage("Travel", "Book trains early.", owner="Maya Lindqvist"))
    with pytest.raises(NoSuchPage):
        desk(library, OTHER).publish("Travel")
    with pytest.raises(NotAllowed) as refused:
        desk(library, OTHER).verify("Guest network")
    assert str(refused.value) == (
        "“Guest network” is looked after by Maya Lindqvist and the enablement team; ask them, or an admin, to do it."
    )
    assert desk(library, SELLER).publish("Travel").id == draft.id
    assert desk(library, ENABLEMENT).retire("Travel").status_on(TODAY) == "archived"


def test_a_page_whose_retiring_was_killed_is_found_once_it_is_published_again(
    library: Library, curation: Curation, engine: Engine
) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains early."))
    curation.publish(page.id, by="Lena", now=NOW)
    # A kill right after the decision was kept: its chunks wait to be moved.
    Registry(engine).decide(page.id, {"decided": "archived"})
    assert titles(library, "Book trains early") == []
    assert curation.publish(page.id, by="Lena", now=NOW).status_on(TODAY) == "verified"
    assert titles(library, "Book trains early") == ["Travel"]
    with engine.connect() as connection:
        states = connection.execute(select(chunks.c.state, chunks.c.partition)).all()
    assert [tuple(row) for row in states] == [("live", "internal")]


def test_what_only_its_author_has_seen_goes_out_unverified_until_another_verifies_it(library: Library) -> None:
    desk(library, SELLER).add(NewPage("Travel", "Book trains early.", owner="Maya Lindqvist"))
    assert desk(library, SELLER).publish("Travel").status_on(TODAY) == "unverified"
    (found,) = library.search("Book trains early", scope=Scope.shared(), now=NOW)
    assert (found.document.title, found.status) == ("Travel", "unverified")
    with pytest.raises(NotAllowed) as refused:
        desk(library, SELLER).verify("Travel")
    assert str(refused.value) == "You wrote “Travel” yourself, so the enablement team verifies it; ask them to."
    assert desk(library, ENABLEMENT).verify("Travel").status_on(TODAY) == "verified"
    later = NOW + timedelta(days=80)
    assert desk(library, SELLER, later).verify("Travel").status_on(later.date()) == "verified"
    assert desk(library, SELLER).edit("Travel", "Fly.").status_on(TODAY) == "due"
    with pytest.raises(NotAllowed):
        desk(library, SELLER).verify("Travel")
    desk(library, SELLER).retire("Travel")
    assert desk(library, SELLER).publish("Travel").status_on(TODAY) == "unverified"
    assert desk(library, ENABLEMENT).add(NewPage("Hotels", "Book hotels early.")).author == "Lena Castellanos"
    assert desk(library, ENABLEMENT).publish("Hotels").status_on(TODAY) == "verified"


def test_an_author_sees_changes_and_discards_a_draft_that_another_owns(library: Library) -> None:
    desk(library, SELLER).add(NewPage("Travel", "Book trains early.", author=SELLER.name, owner="Jonas Weber"))
    assert [page.title for page in desk(library, SELLER).pages()] == ["Travel"]
    desk(library, SELLER).edit("Travel", "Book trains a week before.")
    with pytest.raises(NotAllowed):
        desk(library, SELLER).publish("Travel")
    assert desk(library, OTHER).publish("Travel").status_on(TODAY) == "verified"
    with pytest.raises(NotAllowed):
        desk(library, SELLER).edit("Travel", "Fly.")
    desk(library, SELLER).add(NewPage("Hotels", "Book hotels early.", author=SELLER.name, owner="Jonas Weber"))
    desk(library, SELLER).discard("Hotels")
    assert [page.title for page in library.documents()] == ["Travel"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"owner": "Jonas Wber"}, None),
        ({"owner": "Nobody At All"}, "There is no user called “Nobody At All”; the nearest are"),
        ({"teams": frozenset({"APAC"})}, "There is no team “APAC”; the teams are AMER, EMEA, Enablement."),
        ({"supersedes": "Guest wifi rules"}, 'There is no page "Guest wifi rules"; the nearest are:'),
        ({"supersedes": "Guest network"}, "“Guest network” is looked after by Maya Lindqvist and the enablement team;"),
    ],
)
def test_what_a_page_says_of_others_must_be_there(
    library: Library, folder: Path, said: dict[str, Any], sentence: str | None
) -> None:
    page = NewPage("Travel", "Book trains early.", **said)
    if sentence is None:
        assert desk(library, OTHER).add(page).owner == "Jonas Weber"
        return
    with pytest.raises((BotError, NoSuchPage)) as refused:
        desk(library, OTHER).add(page)
    assert str(refused.value).startswith(sentence)
    assert "Travel" not in [one.title for one in library.documents()]


def test_two_pages_of_one_title_are_told_apart_by_their_files(library: Library, folder: Path) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "wifi.md").write_text(wifi("It was open."), encoding="utf-8")
    library.ingest([folder], now=NOW)
    with pytest.raises(NoSuchPage) as refused:
        desk(library, ENABLEMENT).find("guest network")
    assert str(refused.value) == '"guest network" fits 2 pages; give the id of one:'
    files = sorted(candidate.partition(", ")[2] for candidate in refused.value.candidates)
    assert files == [f"{folder / 'old' / 'wifi.md'})", f"{folder / 'wifi.md'})"]


def test_who_looks_after_a_page_may_write_the_one_that_takes_its_place(library: Library, folder: Path) -> None:
    page = desk(library, SELLER).add(NewPage("Wifi", "It is open.", supersedes="wifi.md", teams=frozenset({"emea"})))
    assert (page.supersedes, page.teams) == ("Guest network", {"EMEA"})


def test_a_page_for_fewer_readers_takes_nobody_s_place(library: Library, curation: Curation, folder: Path) -> None:
    new = curation.add_page(NewPage("Wifi of EMEA", "It is open.", supersedes="wifi.md", teams=frozenset({"EMEA"})))
    curation.publish(new.id, by="Lena", now=NOW)
    (old,) = (page for page in library.documents() if page.title == "Guest network")
    assert (old.superseded_by, library.page(old.id).superseded_by) == (None, None)


def test_a_team_s_page_is_listed_for_that_team_and_enablement(library: Library, curation: Curation) -> None:
    page = curation.add_page(NewPage("EMEA prices", "Ten.", teams=frozenset({"EMEA"})))
    curation.publish(page.id, by="Lena", now=NOW)
    seen = {user.name: [one.title for one in desk(library, user).pages()] for user in (SELLER, OTHER, ENABLEMENT)}
    assert seen == {"Maya Lindqvist": ["EMEA prices"], "Jonas Weber": [], "Lena Castellanos": ["EMEA prices"]}


def test_findings_are_of_the_pages_that_a_person_may_see(library: Library, curation: Curation) -> None:
    for title, days, teams in (("Trial", 14, ()), ("Trial for EMEA", 30, ("EMEA",))):
        page = curation.add_page(NewPage(title, f"The free trial lasts {days} days.", teams=frozenset(teams)))
        curation.publish(page.id, by="Lena", now=NOW)
    found = {user.name: len(desk(library, user).contradictions()) for user in (SELLER, OTHER)}
    assert found == {"Maya Lindqvist": 1, "Jonas Weber": 0}


def test_a_finding_that_was_put_aside_comes_back_when_a_text_changes(library: Library, curation: Curation) -> None:
    for title, days in (("Trial", 14), ("Answers", 30)):
        page = curation.add_page(NewPage(title, f"The free trial lasts {days} days."))
        curation.publish(page.id, by="Lena", now=NOW)
    enablement = desk(library, ENABLEMENT)
    (one,) = enablement.contradictions()
    with pytest.raises(NotAllowed):
        desk(library, SELLER).dismiss(one.pair)
    with pytest.raises(BotError, match="no one finding"):
        enablement.dismiss("zzzzzz")
    assert enablement.dismiss(one.pair[:8]) == "contradiction"
    assert enablement.contradictions() == []
    curation.revise(page.id, now=NOW, text="The free trial lasts 31 days.")
    assert len(enablement.contradictions()) == 1


def test_the_standing_counts_states_overdue_pages_uses_and_missed_questions(library: Library, folder: Path) -> None:
    (page,) = (one for one in library.documents() if one.title == "Guest network")
    library.uses.add([page.id, page.id], "cited", "u2", "the code?", NOW)
    library.uses.add([page.id], "down", "u2", "the code?", NOW)
    found = library.search("what is the guest network's range?", scope=Scope.shared(), now=NOW, k=1)
    library.log_gap("what is the guest network's range?", now=NOW, asker="u2", passages=found)
    library.log_gap("secret of Acme?", now=NOW, asker="u2", account="acc-1", passages=found)
    standing = Loop(desk(library, ENABLEMENT)).standing()
    first = standing.pages[0]
    assert (first.page.title, first.cited, first.up, first.down) == ("Guest network", 1, 0, 1)
    assert first.failed == ("what is the guest network's range?",)
    assert (standing.statuses, standing.overdue, standing.gaps) == ({"unverified": 7}, {}, 2)


def test_due_pages_come_soonest_first(library: Library, curation: Curation) -> None:
    for title, days in (("Late", 60), ("Soon", 20), ("Now", 5)):
        page = curation.add_page(NewPage(title, "Text of it.", interval_days=days))
        curation.publish(page.id, by="Lena", now=NOW)
    assert [page.title for page in desk(library, ENABLEMENT).due()] == ["Now"]
    assert [page.title for page in desk(library, ENABLEMENT).due(days=30)] == ["Now", "Soon"]


def test_a_page_that_was_published_here_can_be_tried_again(library: Library, curation: Curation, folder: Path) -> None:
    page = curation.add_page(NewPage("Travel", "Book trains early.", audience="customer", questions=("which trains?",)))
    for before, after in ((None, 1), (1, 1)):
        (rank,) = curation.check(page.id, now=NOW)
        assert (rank.before, rank.after) == (before, after)
        curation.publish(page.id, by="Lena", now=NOW)
