"""The knowledge base on a Chroma server: the same behaviour, also when the server is away for a while."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import chromadb
import pytest
from sqlalchemy import Engine, create_engine

from bot.app import App
from bot.assistant import Request
from bot.settings import Settings
from evals.bench.chroma_server import ChromaServer
from knowledge.documents import Scope
from knowledge.errors import EmbedderMismatch, KnowledgeStorageError
from knowledge.library import Library
from knowledge.registry import INDEXED, Registry, create_all
from tests.knowledge_fakes import NOW, WordEmbedder


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    (tmp_path / "server").mkdir()
    server = ChromaServer(tmp_path / "server")
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}")
    create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name in ("refunds", "badges", "travel"):
        (folder / f"{name}.md").write_text(f"# {name.title()}\n\nThis page speaks of {name}.\n", encoding="utf-8")
    return folder


def titles(library: Library, query: str) -> list[str]:
    return [passage.document.title for passage in library.search(query, scope=Scope.shared(), now=NOW, k=1)]


def test_vectors_on_a_server_are_written_anew_in_place(engine: Engine, server: ChromaServer, folder: Path) -> None:
    with Library.open(engine, server.url, WordEmbedder()) as library:
        library.ingest([folder])
        before = library._index().counts()
        library.renew()
        assert library._index().counts() == before
        assert titles(library, "refunds") == ["Refunds"]


def test_a_server_that_is_away_for_a_while_loses_nothing(engine: Engine, server: ChromaServer, folder: Path) -> None:
    with Library.open(engine, server.url, WordEmbedder()) as library:
        assert library.ingest([folder]).embedded == 3
        assert titles(library, "refunds") == ["Refunds"]
        server.stop()
        with pytest.raises(KnowledgeStorageError) as away:
            titles(library, "refunds")
        sentence = str(away.value)
        assert sentence.startswith(f"The Chroma server at {server.url} cannot be used (")
        assert sentence.endswith(
            "check that it runs and that SELLER_CHROMA_URL is its address, then try again; nothing is lost."
        )
        (folder / "parking.md").write_text("# Parking\n\nThis page speaks of parking.\n", encoding="utf-8")
        (folder / "badges.md").unlink()
        with pytest.raises(KnowledgeStorageError):
            library.ingest([folder])
        server.start()
        assert titles(library, "refunds") == ["Refunds"]
        report = library.ingest([folder])
        assert (report.files, report.embedded, report.removed) == (3, 1, 1)
        ids = [chunk.id for page in library.documents() for chunk in library.chunks(page.id)]
        held = [found for name in INDEXED for found in library._index().ids(name)]
        assert sorted(held) == sorted(ids) == sorted(library._lexical()._ids())
        assert (titles(library, "parking"), len(ids)) == (["Parking"], 3)


def test_a_server_that_lost_its_data_is_filled_again(
    engine: Engine, server: ChromaServer, folder: Path, tmp_path: Path
) -> None:
    with Library.open(engine, server.url, WordEmbedder()) as library:
        library.ingest([folder])
        server.stop()
        shutil.rmtree(tmp_path / "server")
        (tmp_path / "server").mkdir()
        server.start()
        with pytest.raises(KnowledgeStorageError):
            titles(library, "refunds")
        assert library.ingest([folder]).unchanged == 3
        assert titles(library, "refunds") == ["Refunds"]


def test_another_embedder_is_refused_with_the_command_that_embeds_again(
    engine: Engine, server: ChromaServer, folder: Path
) -> None:
    with Library.open(engine, server.url, WordEmbedder()) as library:
        library.ingest([folder])
    with Library.open(engine, server.url, WordEmbedder(version="2")) as library:
        with pytest.raises(EmbedderMismatch, match="embed every page again with `seller ingest --rebuild`"):
            titles(library, "refunds")
        assert library.rebuild() == 3
        assert titles(library, "refunds") == ["Refunds"]


def test_two_processes_share_a_server(engine: Engine, server: ChromaServer, folder: Path) -> None:
    with (
        Library.open(engine, server.url, WordEmbedder()) as one,
        Library.open(engine, server.url, WordEmbedder()) as other,
    ):
        one.ingest([folder])
        assert titles(other, "refunds") == ["Refunds"]


def test_a_brief_still_comes_while_the_server_is_away(sample_home: Path, server: ChromaServer) -> None:
    server.stop()
    with App(Settings(home=sample_home, model="offline", chroma_url=server.url)) as app:
        user = app.user(None)
        reply = app.assistant.answer(
            Request(text="brief me on Northwick Dairy", user=user, now=app.clock(), thread="t")
        )
    assert reply.draft.sections[0].title == "Bottom line"
    assert any(server.url in unknown for unknown in reply.draft.unknowns)


def test_two_homes_on_one_server_keep_apart(engine: Engine, server: ChromaServer, folder: Path, tmp_path: Path) -> None:
    other = create_engine(f"sqlite:///{tmp_path / 'other.sqlite'}")
    create_all(other)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "visas.md").write_text("# Visas\n\nThis page speaks of visas.\n", encoding="utf-8")
    with (
        Library.open(engine, server.url, WordEmbedder()) as library,
        Library.open(other, server.url, WordEmbedder()) as second,
    ):
        library.ingest([folder])
        assert second.ingest([tmp_path / "more"]).embedded == 1
        second.ingest([tmp_path / "more"])
        dense = library.search("refunds", scope=Scope.shared(), now=NOW, k=1, mode="dense")
        assert [passage.document.title for passage in dense] == ["Refunds"]
        again = library.ingest([folder])
        assert (again.embedded, again.unchanged) == (0, 3)
    other.dispose()


def test_vectors_from_before_homes_were_told_apart_are_taken_over(
    engine: Engine, server: ChromaServer, folder: Path
) -> None:
    with Library.open(engine, server.url, WordEmbedder()) as library:
        library.ingest([folder])
    born = Registry(engine).born()
    client = chromadb.HttpClient("127.0.0.1", server.port)
    client.get_collection(f"{born[:16]}-internal").modify(name="internal")
    with Library.open(engine, server.url, WordEmbedder()) as library:
        assert titles(library, "refunds") == ["Refunds"]
        assert (library.ingest([folder]).embedded, library.stats().chunks) == (0, 3)
    assert {name for name in map(str, INDEXED) if name in {c.name for c in client.list_collections()}} == set()
