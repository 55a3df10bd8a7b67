"""Run the suite: each planted text is a page of its own beside the sample company's pages."""

import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from bot.crm.records import User
from bot.curating import Contradiction, Desk, Overlap
from bot.curating.claims import Said
from bot.demo import write_pages
from bot.terminal import bars
from evals.suite import Result, Suite
from knowledge.curation import Curation
from knowledge.documents import Document
from knowledge.embeddings import embedder
from knowledge.library import Library
from knowledge.registry import create_all

Planted = dict[str, Any]
Finds = tuple[dict[str, list[bool]], int]
"""by planted text, whether each find about it is right; and how many finds are between pages of the playbook"""
TITLE = "Team notes "
READER = User(id="eval", name="Eval", role="enablement")


def run(suite: Suite, *, quiet: bool) -> Result:
    """Measure recall over what was planted, and precision over everything that is found."""
    contradictions, duplicates = planted(suite, "contradictions"), planted(suite, "duplicates")
    with bars(quiet=quiet) as bar:
        moved = bar.track(suite.name)
        moved(0, 2, "reading the pages")
        with desk(suite, [*contradictions, *duplicates]) as opened:
            moved(1, 2, "comparing the pages")
            told = _contradictions(opened.contradictions(), contradictions)
            shared = _duplicates(opened.duplicates(), duplicates)
        moved(2, 2, "")
    metrics: dict[str, float | None] = {}
    metrics["contradiction_recall"], metrics["contradiction_precision"] = _rates(contradictions, *told)
    metrics["duplicate_recall"], metrics["duplicate_precision"] = _rates(duplicates, *shared)
    n = {name: len(contradictions if name.startswith("c") else duplicates) for name in metrics}
    lost = {row["id"]: {"found": 0.0} for row in (*contradictions, *duplicates) if _is_case(row)}
    found = {name for rows in (told[0], shared[0]) for name, finds in rows.items() if any(finds)}
    return Result(
        suite=suite.name, metrics=metrics, n=n, model="offline", cases={k: v for k, v in lost.items() if k not in found}
    )


def skipped() -> str:
    """Say why the suite was not run; its data is in the project, so that it always is."""
    return "curation: skipped."


def planted(suite: Suite, name: str) -> list[Planted]:
    """Read the planted texts."""
    lines = (suite.folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


@contextmanager
def desk(suite: Suite, rows: Iterable[Planted]) -> Iterator[Desk]:
    """Open a knowledge base of the sample company's playbook and a page for each planted text."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        playbook = write_pages(home, suite.now) / "playbooks"
        notes = home / "notes"
        notes.mkdir()
        for row in rows:
            (notes / f"{row['id']}.md").write_text(f"# {TITLE}{row['id']}\n\n{row['text']}\n", encoding="utf-8")
        engine = create_engine(f"sqlite:///{folder}/kb.db")
        create_all(engine)
        with Library.open(engine, home / "chroma", embedder()) as library:
            library.ingest([playbook, notes])
            yield Desk(library, Curation(library), READER, (READER,), suite.now)
        engine.dispose()


def _contradictions(found: list[Contradiction], rows: list[Planted]) -> Finds:
    told = {row["id"]: _told(found, row) for row in rows}
    return told, sum(not _name(one.a.page) and not _name(one.b.page) for one in found)


def _duplicates(found: list[Overlap], rows: list[Planted]) -> Finds:
    told = {row["id"]: _shared(found, row) for row in rows}
    return told, sum(not _name(one.a) and not _name(one.b) for one in found)


def _told(found: Iterable[Contradiction], row: Planted) -> list[bool]:
    """Say of each find between a planted page and the playbook whether it is the one that was planted."""
    return [_is_planted(row, *sides) for one in found if (sides := _sides(one, row["id"]))]


def _sides(one: Contradiction, name: str) -> tuple[Said, Said] | None:
    """Give the planted side and the playbook's; None where the find is about other pages."""
    for mine, other in ((one.a, one.b), (one.b, one.a)):
        if _name(mine.page) == name and not _name(other.page):
            return mine, other
    return None


def _is_planted(row: Planted, mine: Said, other: Said) -> bool:
    return bool(row["what"]) and other.page.uri.endswith(row["page"]) and _plain(row["said"]) in _plain(other.text)


def _shared(found: Iterable[Overlap], row: Planted) -> list[bool]:
    pairs = [(one.a, one.b) if _name(one.a) == row["id"] else (one.b, one.a) for one in found]
    return [
        bool(row["page"]) and other.uri.endswith(row["page"])
        for mine, other in pairs
        if _name(mine) == row["id"] and not _name(other)
    ]


def _name(page: Document) -> str:
    """Give the id of a planted page; nothing for a page of the playbook."""
    return page.title.removeprefix(TITLE) if page.title.startswith(TITLE) else ""


def _is_case(row: Planted) -> bool:
    """Say whether the text was planted to be found, and is no look-alike."""
    return bool(row.get("what", row["page"]))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _rates(rows: list[Planted], told: dict[str, list[bool]], wrong: int) -> tuple[float, float]:
    """Give recall over the planted, and precision over all finds; `wrong` are those between pages of the playbook."""
    planted_ids = [row["id"] for row in rows if _is_case(row)]
    finds = [right for one in told.values() for right in one]
    recall = sum(any(told[name]) for name in planted_ids) / len(planted_ids)
    return recall, sum(finds) / max(1, len(finds) + wrong)
