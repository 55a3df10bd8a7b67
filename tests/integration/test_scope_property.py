"""Whoever asks what, wherever and with whatever filter: nothing is returned that they may not read, and all that they may.

What may be read is said here once more, in the plainest words, and never by asking the code under test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event

import knowledge.search
from knowledge.documents import Chunk, Document, Scope
from knowledge.library import Library
from knowledge.pages import document_id
from knowledge.question import Question
from knowledge.registry import create_all
from tests.knowledge_fakes import Interrupted
from tests.scope_world import (
    BASES,
    DECISIONS,
    FILES,
    PAGES,
    READERS,
    SUBJECTS,
    Base,
    Decisions,
    Page,
    Reader,
    may_read,
    write_all,
)

NOW = datetime(2026, 6, 30, 9, tzinfo=UTC)
MANY = 30
"""more passages than any of these knowledge bases holds"""
Said = tuple[str, str]
"""a file, and the subject of which a passage of it speaks"""


@dataclass(frozen=True)
class Asked:
    """One search."""

    reader: Reader
    kinds: tuple[str, ...] | None
    mode: Literal["hybrid", "dense", "lexical"]
    k: int
    thread: bool
    limit: int
    """above so many chunks in scope the index is asked by its filter; 0: always"""


ASKED = st.builds(
    Asked,
    reader=READERS,
    kinds=st.sampled_from((None, None, ("playbook",), ("note", "transcript"))),
    mode=st.sampled_from(("hybrid", "hybrid", "dense", "lexical")),
    k=st.sampled_from((MANY, MANY, 1, 3)),
    thread=st.booleans(),
    limit=st.sampled_from((5000, 0)),
)


class Watch:
    """The real index or word index, which remembers whatever it gave to the search."""

    def __init__(self, real: Any, seen: list[str]) -> None:
        self._real, self._seen = real, seen

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._watched(found) if name in ("nearest", "nearest_behind", "exact", "search") else found

    def _watched(self, call: Any) -> Any:
        def watched(*args: Any, **more: Any) -> Any:
            hits = call(*args, **more)
            self._seen.extend(chunk_id for chunk_id, _ in hits)
            return hits

        return watched


class Watched(Library):
    """A library whose halves are watched."""

    seen: list[str]

    def _index(self, *, any_embedder: bool = False) -> Any:
        return Watch(super()._index(any_embedder=any_embedder), self.seen)

    def _lexical(self) -> Any:
        return Watch(super()._lexical(), self.seen)


@dataclass(frozen=True)
class World:
    """A knowledge base and the folder that it is read from."""

    library: Watched
    embedder: Interrupted
    folder: Path

    def empty(self) -> None:
        """Forget every page."""
        self.library.forget_folder(self.folder)

    def write(self, base: Base, meanwhile: Callable[[], None] | None = None) -> None:
        """Make the folder hold these pages and no others, and read it."""
        self.embedder.meanwhile = meanwhile
        write_all(self.library, self.folder, base)

    def said(self, chunk: Chunk) -> Said:
        """Give the file that a passage is from, and the one subject of which it speaks."""
        (name,) = [name for name in FILES if document_id(str(self.folder / f"{name}.md")) == chunk.document_id]
        (subject,) = [word for word in SUBJECTS if word in chunk.text]
        return name, subject

    def decide(self, base: Base, decisions: Decisions) -> Base:
        """Retire and publish pages."""
        decided = {name: value for name, value in decisions.items() if name in base}
        for name, value in decided.items():
            self.library.decide(document_id(str(self.folder / f"{name}.md")), {"decided": value})
        return base | {name: replace(base[name], decided=value) for name, value in decided.items()}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home = tmp_path_factory.mktemp("scope")
    engine, embedder = create_engine(f"sqlite:///{home / 'kb.sqlite'}"), Interrupted()
    # Nothing here outlives the test: no write has to reach the disk.
    event.listen(engine, "connect", lambda connection, record: connection.execute("PRAGMA synchronous=OFF"))
    create_all(engine)
    (home / "pages").mkdir()
    with Watched.open(engine, home / "chroma", embedder) as library:
        library.seen = []
        yield World(library, embedder, home / "pages")
    engine.dispose()


def wanted(base: Base, asked: Asked) -> Base:
    return {
        name: page
        for name, page in base.items()
        if may_read(asked.reader, page) and (asked.kinds is None or page.kind in asked.kinds)
    }


def ask(world: World, asked: Asked) -> tuple[set[Said], set[Said]]:
    """Search; gives what is returned, and what either half brought before anything was sorted out."""
    scope = Scope(asked.reader.accounts, asked.reader.teams, asked.reader.audience, asked.reader.alone)
    before = ("what about the stamps?",) if asked.thread else ()
    world.library.seen.clear()
    question = Question("and which discount needs papers?", before)
    kinds: Any = asked.kinds
    found = world.library.retrieve(question, scope=scope, now=NOW, k=asked.k, kinds=kinds, mode=asked.mode)
    brought = world.library._registry.rows(world.library.seen)
    return {world.said(p.chunk) for p in found.passages}, {world.said(row.chunk) for row in brought}


def check(world: World, base: Base, asked: Asked) -> None:
    allowed = {(name, page.subject) for name, page in wanted(base, asked).items()}
    returned, brought = ask(world, asked)
    assert brought <= allowed, "a half of the search brought what may not be read"
    assert returned <= allowed
    if asked.k == MANY:
        # Copies collapse: whichever of them may be read, its words are there.
        assert {subject for _, subject in returned} == {subject for _, subject in allowed}
    assert bool(returned) == bool(allowed)


def check_meanwhile(world: World, old: Base, new: Base, asked: Asked) -> None:
    """While pages are being replaced, the words of either version are for those who may read that version."""
    every_kind = replace(asked, kinds=None)
    allowed = {(name, page.subject) for base in (old, new) for name, page in wanted(base, every_kind).items()}
    returned, brought = ask(world, asked)
    assert returned <= allowed
    assert brought <= allowed


UNSHRUNK = (Phase.explicit, Phase.generate)
"""to shrink an example, each step of which is two ingests, would take minutes"""


@settings(max_examples=20, deadline=None, derandomize=True, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
@given(first=BASES, second=BASES, decisions=DECISIONS, searches=st.lists(ASKED, min_size=6, max_size=6))
def test_a_search_gives_what_may_be_read_and_all_of_it(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    first: Base,
    second: Base,
    decisions: Decisions,
    searches: list[Asked],
) -> None:
    def all_searches(check: Callable[[Asked], None]) -> None:
        for asked in searches:
            monkeypatch.setattr(knowledge.search, "SCOPED_LIMIT", asked.limit)
            check(asked)

    world.empty()
    world.write(first)
    all_searches(lambda asked: check(world, first, asked))
    decided = world.decide(first, decisions)
    all_searches(lambda asked: check(world, decided, asked))
    present = {
        name: replace(page, decided=decided[name].decided if name in decided else None) for name, page in second.items()
    }
    world.write(second, lambda: all_searches(lambda asked: check_meanwhile(world, decided, present, asked)))
    all_searches(lambda asked: check(world, present, asked))


@given(reader=READERS, page=PAGES)
def test_a_scope_admits_what_a_person_would(reader: Reader, page: Page) -> None:
    audience: Any = page.audience
    status: Any = page.status
    document = Document("d", "u", "t", account=page.account, teams=page.teams, audience=audience, status=status)
    scope = Scope(reader.accounts, reader.teams, reader.audience, reader.alone)
    # Drafts and archived pages are in no index; a customer's scope refuses them by itself.
    told = page if reader.audience == "customer" else replace(page, status=None)
    assert scope.admits(document) == may_read(reader, told)
