"""An ingest of many files that is killed again and again: in the end nothing is missing and nothing is there twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select

from knowledge.documents import Scope
from knowledge.library import Library
from knowledge.registry import INDEXED, create_all
from knowledge.registry.tables import chunks, documents
from tests.knowledge_fakes import NOW, WordEmbedder

FILES = 400
CHILD = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import create_engine
from knowledge import index, ingest, lexical, recovery
from knowledge.library import Library
from knowledge.registry import Registry
from tests.knowledge_fakes import WordEmbedder

home, moment, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
holder, name = {
    "staged": (Registry, "stage"), "indexed": (index.Index, "add"), "published": (Registry, "publish"),
    "swept": (Registry, "purge"), "worded": (lexical.Lexical, "sync"),
}[moment]
real, calls = getattr(holder, name), []

def deadly(self, *args, **more):
    done = real(self, *args, **more)
    calls.append(name)
    if len(calls) == count:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(holder, name, deadly)
with Library.open(create_engine(f"sqlite:///{home / 'kb.sqlite'}"), home / "chroma", WordEmbedder()) as library:
    library.ingest([home / "pages"])
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    create_all(create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}"))
    folder = tmp_path / "pages"
    folder.mkdir()
    for i in range(FILES):
        text = f"# Page {i}\n\nThis page alone speaks of subject{i} and of the number {i}.\n"
        (folder / f"page{i:03}.md").write_text(text, encoding="utf-8")
    return tmp_path


def killed(home: Path, moment: str, count: int) -> None:
    """Ingest in a process that is killed after the count-th time of something."""
    words = [sys.executable, "-c", CHILD, str(home), moment, str(count)]
    root = Path(__file__).parents[2]
    child = subprocess.run(words, check=False, cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    assert child.returncode == -signal.SIGKILL


def test_kill_after_kill_the_next_ingest_finishes_it(home: Path) -> None:
    for moment, count in (("staged", 1), ("indexed", 2), ("published", 1)):
        killed(home, moment, count)
    (home / "pages" / "page007.md").write_text("# Page 7\n\nAnother text of page seven.\n", encoding="utf-8")
    (home / "pages" / "page008.md").unlink()
    for moment, count in (("swept", 1), ("worded", 1)):
        killed(home, moment, count)
    engine = create_engine(f"sqlite:///{home / 'kb.sqlite'}")
    with Library.open(engine, home / "chroma", WordEmbedder()) as library:
        library.ingest([home / "pages"])
        again = library.ingest([home / "pages"])
        assert (again.files, again.embedded, again.unchanged) == (FILES - 1, 0, FILES - 1)
        with engine.connect() as connection:
            rows = connection.execute(select(chunks.c.id, chunks.c.state)).all()
            pages = connection.execute(select(documents.c.uri)).scalars().all()
        live = {row.id for row in rows}
        assert {row.state for row in rows} == {"live"}
        assert len(live) == len(rows) == len(set(pages)) == FILES - 1
        assert set().union(*(library._index().ids(name) for name in INDEXED)) == live
        assert library._lexical()._ids() == live
        for query, found in (("subject399", ["Page 399"]), ("subject8", []), ("subject7", [])):
            passages = library.search(query, scope=Scope.shared(), now=NOW, mode="lexical")
            assert [passage.document.title for passage in passages] == found
    engine.dispose()
