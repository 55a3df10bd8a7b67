"""Who may read what, case by case; `test_scope_property.py` looks for the cases that nobody thought of."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from knowledge.documents import Scope
from knowledge.library import Library
from knowledge.registry import create_all, door_of
from tests.knowledge_fakes import Interrupted

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
EMEA, AMER = Scope.shared(teams=["EMEA"]), Scope.shared(teams=["AMER"])


@pytest.fixture
def embedder() -> Interrupted:
    return Interrupted()


@pytest.fixture
def library(tmp_path: Path, embedder: Interrupted) -> Iterator[Library]:
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    create_all(engine)
    with Library.open(engine, tmp_path / "chroma", embedder) as library:
        yield library
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    return tmp_path / "pages"


def write(folder: Path, name: str, text: str, **front: str) -> None:
    head = "".join(f"{key}: {value}\n" for key, value in front.items())
    (folder / f"{name}.md").write_text(f"---\ntitle: {name}\n{head}---\n# {name}\n\n{text}\n", encoding="utf-8")


def read(library: Library, words: str, scope: Scope) -> list[str]:
    return [passage.chunk.text for passage in library.search(words, scope=scope, now=NOW)]


def test_no_two_readerships_share_a_door() -> None:
    readerships = [
        (None, frozenset({"EMEA", "AMER"})), (None, frozenset({"AMER,EMEA"})), (None, frozenset({"AMER\\,EMEA"})),
        ("acme|EMEA", frozenset()), ("acme", frozenset({"EMEA|"})), ("acme", frozenset({"EMEA"})),
    ]  # fmt: skip
    doors = {door_of(account, teams, "internal") for account, teams in readerships}
    assert len(doors) == len(readerships)
    assert door_of("acme", frozenset({"EMEA", "AMER"}), "internal") == "acme|AMER,EMEA|internal"


@pytest.mark.parametrize(
    ("before", "after", "stranger"),
    [
        ({"teams": "EMEA"}, {"teams": "[EMEA, AMER]"}, AMER),
        ({"account": "acme"}, {"account": "globex"}, Scope.account("globex")),
        ({"account": "acme", "teams": "EMEA"}, {"account": "acme"}, Scope.account("acme", teams=["AMER"])),
    ],
)
def test_what_was_taken_out_of_a_page_before_it_was_opened_to_others_is_never_shown_to_them(
    library: Library,
    embedder: Interrupted,
    folder: Path,
    before: dict[str, str],
    after: dict[str, str],
    stranger: Scope,
) -> None:
    write(folder, "Terms", "The floor price is forty.", **before)
    write(folder, "Other", "Another floor price.", **before)
    library.ingest([folder], resolve_account=str)
    seen: list[object] = []
    (terms,) = [page.id for page in library.documents() if page.title == "Terms"]
    embedder.meanwhile = lambda: seen.extend([read(library, "floor price", stranger), library.chunks(terms)])
    write(folder, "Terms", "The list price is fifty.", **after)
    library.ingest([folder], resolve_account=str)
    assert seen == [[], []]
    assert [chunk.text for chunk in library.chunks(terms)] == ["# Terms\n\nThe list price is fifty."]
    assert [text for text in read(library, "list price", stranger) if "list" in text] == [
        "# Terms\n\nThe list price is fifty."
    ]


def test_a_page_that_is_being_made_private_or_retired_is_gone_at_once(
    library: Library, embedder: Interrupted, folder: Path
) -> None:
    write(folder, "Terms", "The floor price is forty.")
    write(folder, "Offer", "The floor price is thirty.", teams="EMEA")
    write(folder, "Past", "The floor price was twenty.")
    library.ingest([folder])
    seen: list[list[str]] = []
    embedder.meanwhile = lambda: seen.append(read(library, "floor price", EMEA))
    write(folder, "Terms", "The floor price is forty.", teams="AMER")
    write(folder, "Offer", "The floor price is thirty.", teams="EMEA", status="archived")
    write(folder, "Past", "The floor price was twenty.", status="archived")
    library.ingest([folder])
    assert seen == [[]]
    assert [read(library, "floor price", scope) for scope in (EMEA, Scope.shared())] == [[], []]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, {}, "New"), ({}, {"teams": "EMEA"}, None), ({}, {"account": "acme"}, None),
        ({"teams": "EMEA"}, {}, "New"), ({"teams": "EMEA"}, {"teams": "[AMER, EMEA]"}, "New"),
        ({"teams": "[AMER, EMEA]"}, {"teams": "EMEA"}, None), ({"account": "acme"}, {"account": "globex"}, None),
        ({"account": "acme"}, {"account": "acme"}, "New"), ({"account": "acme"}, {}, "New"),
        ({"audience": "customer"}, {}, "New"),
    ],
)  # fmt: skip
def test_a_page_is_superseded_by_what_all_its_readers_may_read(
    library: Library, folder: Path, old: dict[str, str], new: dict[str, str], told: str | None
) -> None:
    write(folder, "Old", "The floor price is forty.", **old)
    write(folder, "New", "The floor price is fifty.", supersedes="Old", **new)
    library.ingest([folder], resolve_account=str)
    scope = Scope(frozenset({"acme"}), frozenset({"EMEA"}))
    found = {p.document.title: p.document.superseded_by for p in library.search("floor price", scope=scope, now=NOW)}
    listed = {page.title: page.superseded_by for page in library.documents()}
    assert (found["Old"], listed["Old"]) == (told, told)


def test_an_account_s_notes_are_found_behind_any_number_of_shared_ones(library: Library, folder: Path) -> None:
    for i in range(9):
        write(folder, f"Call{i}", f"Decisions and next steps, next steps and decisions {i}.", kind="note")
    write(folder, "Acme", "They spoke of decisions, and then of the weather.", account="acme")
    library.ingest([folder], resolve_account=str)
    found = library.search("decisions and next steps", scope=Scope.notes("acme"), now=NOW, k=4, kinds=["note"])
    assert [passage.document.title for passage in found] == ["Acme"]
