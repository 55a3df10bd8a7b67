"""The knowledge base on a real embedder, a real Chroma folder and SQLite."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from knowledge.documents import Failed, Retrieval, Scope, Skipped
from knowledge.embeddings import Embedder, embedder
from knowledge.errors import EmbedderError, EmbedderMismatch, KnowledgeLocked, KnowledgeStorageError
from knowledge.library import Library
from knowledge.pages import Overrides
from knowledge.question import Question
from knowledge.registry import create_all

NOW = datetime(2026, 6, 30, tzinfo=UTC)
EVERYONE = Scope.shared()


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
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    write(folder / "discounts.md", "# Discounts\n\nA manager may grant a discount of up to ten percent.\n")
    write(
        folder / "security.md", "---\naudience: customer\n---\n# Security\n\nData is encrypted at rest with AES-256.\n"
    )
    return folder


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def accounts(written: str) -> str:
    return {"Acme": "acc-1", "Globex": "acc-2"}[written]


def titles(library: Library, query: str, scope: Scope, k: int = 8) -> list[str]:
    return [passage.document.title for passage in library.search(query, scope=scope, now=NOW, k=k)]


def test_a_question_finds_its_page_with_place_and_status(library: Library, folder: Path) -> None:
    report = library.ingest([folder])
    best = library.search("how much discount can a manager give?", scope=EVERYONE, now=NOW)[0]
    assert (report.files, report.chunks, report.embedded) == (2, 2, 2)
    assert (best.document.title, best.chunk.location, best.status) == ("Discounts", "lines 1-3", "unverified")
    asked = library.retrieve(Question("how much discount can a manager give?"), scope=EVERYONE, now=NOW)
    assert (asked.answerable, asked.passages[0]) == (True, best)


def test_a_question_outside_the_pages_is_not_answerable(library: Library, folder: Path) -> None:
    library.ingest([folder])
    found = library.retrieve(Question("who won the football world cup?"), scope=EVERYONE, now=NOW)
    assert (found.answerable, len(found.passages)) == (False, 2)
    assert library.retrieve(Question(" "), scope=EVERYONE, now=NOW) == Retrieval()


def test_unchanged_files_cost_no_embedding_and_a_touched_one_neither(library: Library, folder: Path) -> None:
    library.ingest([folder])
    os.utime(folder / "discounts.md", (1, 1))
    report = library.ingest([folder])
    assert (report.files, report.chunks, report.embedded, report.unchanged) == (2, 2, 0, 2)


def test_another_spelling_of_a_folder_is_the_same_folder(library: Library, folder: Path) -> None:
    library.ingest([folder / ".." / "pages"])
    assert library.ingest([folder]).unchanged == 2
    assert library.ingest([folder / ".." / "pages"]).unchanged == 2
    assert library.sources() == [folder]
    assert library.forget_folder(folder / ".." / "pages") == 2


def test_a_changed_page_replaces_its_old_text(library: Library, folder: Path) -> None:
    library.ingest([folder])
    write(folder / "discounts.md", "# Discounts\n\nNobody may grant any discount in the last week.\n")
    report = library.ingest([folder])
    texts = [p.chunk.text for p in library.search("discount", scope=EVERYONE, now=NOW)]
    assert (report.embedded, report.unchanged) == (1, 1)
    assert [text for text in texts if "discount" in text] == [
        "# Discounts\n\nNobody may grant any discount in the last week."
    ]


def test_a_page_whose_file_vanished_is_forgotten(library: Library, folder: Path) -> None:
    library.ingest([folder])
    (folder / "discounts.md").unlink()
    report = library.ingest([folder])
    assert (report.files, report.removed) == (1, 1)
    assert titles(library, "discount", EVERYONE) == ["Security"]


def test_bad_files_are_listed_and_the_rest_is_there(library: Library, folder: Path) -> None:
    (folder / "latin.txt").write_bytes("eins\nцена\n".encode("koi8-r"))
    write(folder / "broken.md", "---\naudience: costumer\n---\nText.\n")
    write(folder / "unknown.md", "---\naccount: Acne\n---\nText.\n")
    write(folder / "empty.md", "")
    write(folder / "deck.pptx", "x")
    report = library.ingest([folder, folder / "missing.md"])
    assert report.files == 2
    assert sorted((Path(f.file).name, f.line) for f in report.failed) == [
        ("broken.md", 2),
        ("deck.pptx", None),
        ("latin.txt", 2),
        ("missing.md", None),
        ("unknown.md", 2),
    ]
    assert Failed(str(folder / "missing.md"), "there is no such file or folder") in report.failed
    assert Skipped(str(folder / "empty.md"), "empty file") in report.skipped
    assert {Path(s.file).name for s in report.skipped} == {"empty.md"}


def test_one_account_never_sees_another_s_notes(library: Library, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("Acme", "Globex"):
        write(notes / f"{name}.md", f"---\naccount: {name}\n---\n# {name}\n\nThe budget is frozen until autumn.\n")
    write(notes / "team.md", "---\nteams: emea\n---\n# Team\n\nThe budget process of our team.\n")
    library.ingest([notes], resolve_account=accounts)
    assert titles(library, "budget", EVERYONE) == []
    assert titles(library, "budget", Scope.account("acc-1")) == ["Acme"]
    assert titles(library, "budget", Scope.account("acc-2", teams={"smb"})) == ["Globex"]
    assert sorted(titles(library, "budget", Scope.account("acc-1", teams={"emea"}))) == ["Acme", "Team"]
    assert titles(library, "budget", Scope.account("acc-1", audience="customer")) == []


def test_only_quotable_pages_reach_a_customer(library: Library, folder: Path) -> None:
    library.ingest([folder])
    assert titles(library, "discount", Scope.shared(audience="customer")) == ["Security"]


def test_a_later_ingest_without_the_account_keeps_it(library: Library, folder: Path) -> None:
    library.ingest([folder], overrides=Overrides(account="acc-1"))
    write(folder / "new.md", "# New\n\nTheir discount was twelve percent.\n")
    library.ingest([folder])
    assert titles(library, "discount", EVERYONE) == []
    assert sorted(titles(library, "discount", Scope.account("acc-1"))) == ["Discounts", "New", "Security"]


def test_a_page_made_private_leaves_the_shared_pages(library: Library, folder: Path) -> None:
    library.ingest([folder])
    write(folder / "discounts.md", "---\naccount: Acme\n---\n# Discounts\n\nUp to ten percent.\n")
    library.ingest([folder], resolve_account=accounts)
    assert titles(library, "discount", EVERYONE) == ["Security"]
    assert titles(library, "discount", Scope.account("acc-1"))[0] == "Discounts"


def test_an_archived_page_is_kept_but_not_found(library: Library, folder: Path) -> None:
    write(folder / "discounts.md", "---\nstatus: archived\n---\n# Discounts\n\nUp to ten percent.\n")
    report = library.ingest([folder])
    assert (report.files, report.embedded) == (2, 1)
    assert [page.title for page in library.documents()] == ["Discounts", "Security"]
    assert titles(library, "discount", EVERYONE) == ["Security"]


def test_kinds_narrow_the_search(library: Library, folder: Path) -> None:
    write(folder / "call.txt", "Ann: What discount?\nBob: Ten percent.\nAnn: Good.\n")
    library.ingest([folder])
    for kinds, wanted in ((("transcript",), ["call"]), (("playbook",), ["Discounts", "Security"]), (("note",), [])):
        found = library.search("discount", scope=EVERYONE, now=NOW, kinds=kinds)
        assert [passage.document.title for passage in found] == wanted


def test_copies_collapse_and_a_page_gets_a_third_place_once_no_other_page_is_left(
    library: Library, folder: Path
) -> None:
    for name in ("a", "b"):
        write(folder / f"{name}.md", "The same refund paragraph stands in two files.\n")
    parts = [
        f"## Refund rule {n}\n\n" + f"Refund number {n} is paid after {n} days to the customer. " * 9 for n in range(6)
    ]
    write(folder / "refunds.md", "# Refunds\n\n" + "\n\n".join(parts))
    library.ingest([folder])
    found = library.search("refund", scope=EVERYONE, now=NOW, k=5)
    copies = sorted((p.document.title, [page.title for page in p.also]) for p in found if p.document.title in "ab")
    assert copies in ([("a", ["b"])], [("b", ["a"])])
    others = sorted(p.document.title for p in found if p.document.title not in "ab")
    assert others == ["Discounts", "Refunds", "Refunds", "Security"]
    assert titles(library, "refund", EVERYONE, k=7)[-2:] == ["Refunds", "Refunds"]


def test_every_deep_page_is_reached_behind_many_chunks_of_another(library: Library, folder: Path) -> None:
    lines = "\n\n".join(f"## Discount case {n}\n\n" + f"Discount case {n} for a manager. " * 12 for n in range(60))
    write(folder / "long.md", f"# Cases\n\n{lines}")
    library.ingest([folder])
    assert sorted(titles(library, "discount for a manager", EVERYONE, k=4)) == ["Cases"] * 2 + ["Discounts", "Security"]


def test_forgetting_a_folder_forgets_its_pages_and_what_was_said(library: Library, folder: Path) -> None:
    library.ingest([folder], overrides=Overrides(account="acc-1"))
    assert library.forget_folder(folder) == 2
    assert (library.documents(), library.sources()) == ([], [])
    library.ingest([folder])
    assert titles(library, "discount", EVERYONE)[0] == "Discounts"


def test_bytes_become_a_page(library: Library) -> None:
    library.add("slack/F1/call.txt", b"Ann: Price?\nBob: Ten.\nAnn: Fine.\n", overrides=Overrides(account="acc-1"))
    found = library.search("price", scope=Scope.account("acc-1"), now=NOW)
    assert [(p.document.kind, p.document.title, p.chunk.location) for p in found] == [
        ("transcript", "call", "lines 1-3")
    ]


def test_gaps_and_counts(library: Library, folder: Path) -> None:
    library.ingest([folder])
    passages = library.search("discount", scope=EVERYONE, now=NOW)
    library.log_gap("What about Q4?", now=NOW, asker="dana", passages=passages)
    (gap,) = library.gaps()
    assert (gap.question, gap.asker, gap.nearest) == ("What about Q4?", "dana", tuple(p.document.id for p in passages))
    stats = library.stats()
    assert (stats.documents, stats.chunks, stats.gaps, stats.embedder) == (2, 2, 1, "minilm")


def test_rank_puts_the_nearer_text_first(library: Library) -> None:
    far, near = library.rank("monthly price", ["The weather is nice.", "It costs ten dollars a month."])
    assert near > far
    assert library.rank("price", []) == []


def test_a_lost_index_is_built_again(engine: Engine, folder: Path, tmp_path: Path, minilm: Embedder) -> None:
    with Library.open(engine, tmp_path / "one", minilm) as library:
        library.ingest([folder])
    with Library.open(engine, tmp_path / "two", minilm) as library:
        assert library.ingest([folder]).unchanged == 2
        assert titles(library, "discount", EVERYONE)[0] == "Discounts"


def test_a_page_of_which_one_passage_is_lost_keeps_the_others(library: Library, tmp_path: Path) -> None:
    parts = "".join(f"## Part {n}\n\n{f'Sentence {n} of a long part of this page. ' * 20}\n\n" for n in range(4))
    library.ingest([write(tmp_path / "long.md", f"# Long\n\n{parts}")])
    (page,) = library.documents()
    whole = library.chunks(page.id)
    assert len(whole) > 2
    library._index().remove("internal", [whole[1].id])
    library.ingest([tmp_path / "long.md"])
    assert library.chunks(page.id) == whole
    assert library._index().ids("internal") == {chunk.id for chunk in whole}


def test_a_renewed_index_finds_the_same_and_holds_nothing_older(library: Library, folder: Path, tmp_path: Path) -> None:
    library.ingest([folder])
    (page,) = [page for page in library.documents() if page.title == "Security"]
    ids = [chunk.id for chunk in library.chunks(page.id)]
    old = library._index().vectors("quotable", ids)
    library.forget(page.id)
    (tmp_path / "chroma.damaged").mkdir()
    library.renew()
    assert titles(library, "discount", EVERYONE) == ["Discounts"]
    library.close()
    data = b"".join(path.read_bytes() for path in (tmp_path / "chroma").rglob("*") if path.is_file())
    assert [key for key, vector in old.items() if vector.tobytes() in data] == []
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("chroma")) == [
        "chroma",
        "chroma.lock",
    ]


def test_places_without_a_vector_hold_nothing_of_the_memory_they_were_written_from(
    engine: Engine, folder: Path, tmp_path: Path, minilm: Embedder
) -> None:
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        library.ingest([folder])
    files = sorted((tmp_path / "chroma").glob("*/data_level0.bin"))

    def plant() -> None:
        for path in files:
            path.write_bytes(b"\x07" * path.stat().st_size)

    # So few vectors stand in Chroma's own log yet: every place is unfilled.
    assert (bool(files), [path for path in files if any(path.read_bytes())]) == (True, [])
    plant()  # as a process that was killed leaves it
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        assert titles(library, "discount", EVERYONE)[0] == "Discounts"
    assert [path for path in files if any(path.read_bytes())] == []


class Renamed:
    """The same vectors under another name."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name, self.version = "other", "2"
        self.dimension, self.max_tokens = real.dimension, real.max_tokens
        self.tokens, self.embed_documents, self.embed_query = real.tokens, real.embed_documents, real.embed_query


def test_another_embedder_is_refused_until_the_index_is_rebuilt(
    engine: Engine, folder: Path, tmp_path: Path, minilm: Embedder
) -> None:
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        library.ingest([folder])
    with Library.open(engine, tmp_path / "chroma", Renamed(minilm)) as library:
        with pytest.raises(EmbedderMismatch, match="was built with the embedder minilm"):
            titles(library, "discount", EVERYONE)
        told: list[tuple[int, int]] = []
        assert library.rebuild(lambda done, total, what: told.append((done, total))) == 2
        assert (told, titles(library, "discount", EVERYONE)[0]) == ([(2, 2)], "Discounts")


def test_a_rebuild_with_an_embedder_that_is_not_there_leaves_the_index_as_it_was(
    engine: Engine, folder: Path, tmp_path: Path, minilm: Embedder
) -> None:
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        library.ingest([folder])
    absent = embedder("openai:text-embedding-3-small", url="http://127.0.0.1:1/v1", key="k")
    with Library.open(engine, tmp_path / "chroma", absent) as library, pytest.raises(EmbedderError) as refused:
        library.rebuild()
    assert str(refused.value) == (
        "The embedder at http://127.0.0.1:1/v1 does not answer (Connection error): "
        "check OPENAI_BASE_URL, OPENAI_API_KEY and SELLER_EMBEDDER, and try again."
    )
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        assert titles(library, "discount", EVERYONE)[0] == "Discounts"


CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import create_engine
import knowledge.ingest
from knowledge.embeddings import embedder
from knowledge.index import Index
from knowledge.library import Library
from knowledge.registry import Registry

home, folder, moment = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
knowledge.ingest.BATCH_CHUNKS = 1
holder = {"embedded": Index, "indexed": Registry}[moment]
name = {"embedded": "add", "indexed": "publish"}[moment]
real, calls = getattr(holder, name), []

def deadly(self, *args):
    calls.append(args)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(self, *args)

setattr(holder, name, deadly)
engine = create_engine(f"sqlite:///{home / 'kb.sqlite'}")
with Library.open(engine, home / "chroma", embedder()) as library:
    library.ingest([folder])
"""


@pytest.mark.parametrize("moment", ["embedded", "indexed"])
def test_a_killed_ingest_leaves_no_ghost_and_is_finished(
    moment: str, engine: Engine, folder: Path, tmp_path: Path, minilm: Embedder
) -> None:
    write(folder / "third.md", "# Third\n\nA third page on travel.\n")
    child = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), str(folder), moment], check=False)
    assert child.returncode == -signal.SIGKILL
    with Library.open(engine, tmp_path / "chroma", minilm) as library:
        assert titles(library, "page", EVERYONE) == ["Discounts"]
        report = library.ingest([folder])
        assert (report.files, report.unchanged, report.embedded) == (3, 2, 1)
        assert sorted(titles(library, "page", EVERYONE)) == ["Discounts", "Security", "Third"]
        assert library.ingest([folder]).embedded == 0


HOLDER = """
import sys, time
from pathlib import Path
from knowledge.holding import Holding
with Holding(Path(sys.argv[1]), 0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_told_who_holds_the_folder(library: Library, folder: Path, tmp_path: Path) -> None:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path / "chroma")], **pipes) as holder:  # type: ignore[call-overload]
        assert holder.stdout.readline() == b"held\n"
        library._wait = 0.0
        with pytest.raises(KnowledgeLocked, match=f"is in use by process {holder.pid} "):
            library.ingest([folder])
        assert library.documents() == []
        holder.stdin.close()
        holder.wait()
    assert library.ingest([folder]).files == 2


def test_a_place_that_is_no_folder_is_named_in_one_sentence(engine: Engine, tmp_path: Path, minilm: Embedder) -> None:
    write(tmp_path / "file", "x")
    library = Library.open(engine, tmp_path / "file" / "chroma", minilm)
    with pytest.raises(KnowledgeStorageError) as caught:
        titles(library, "x", EVERYONE)
    assert str(caught.value).startswith(f"The knowledge folder {tmp_path / 'file' / 'chroma'} cannot be written (")


def test_a_lost_database_is_named_in_one_sentence(tmp_path: Path, folder: Path, minilm: Embedder) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'no' / 'kb.sqlite'}")
    with Library.open(engine, tmp_path / "chroma", minilm) as library, pytest.raises(KnowledgeStorageError) as caught:
        library.ingest([folder])
    assert str(caught.value) == (
        "The knowledge base's database cannot be used (unable to open database file): "
        "check disk space and permissions, then retry."
    )
