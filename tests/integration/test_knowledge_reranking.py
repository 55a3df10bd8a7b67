"""The closer look at the best passages, with the real embedder's tokens."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from sqlalchemy import create_engine

from knowledge.documents import Chunk, Document, Mode, Scope
from knowledge.library import Library
from knowledge.ranking import LOOKED_AT, Candidate, Floats, rank
from knowledge.registry import create_all
from knowledge.reranking import LateInteraction, Weighted, reranker
from tests.knowledge_fakes import NOW, WordEmbedder

TODAY = dt.date(2026, 11, 20)


def candidate(name: str, text: str, cosine: float = 0.5) -> Candidate:
    document = Document(id=name, uri=f"/{name}.md", title=name)
    return Candidate(Chunk(f"{name}-0", name, 0, "line 1", text), document, np.ones(1, dtype=np.float32), cosine, 0.0)


def test_a_passage_that_says_the_question_is_closer_than_one_on_its_subject() -> None:
    says = candidate("a", "A manager may approve a discount of up to fifteen percent.")
    subject = candidate("b", "Discounts are discussed in the weekly meeting of all managers.")
    other = candidate("c", "The office dog may not enter the kitchen.")
    question = [("how much discount may a manager approve?", 1.0), ("the office dog", 0.0)]
    close = LateInteraction().closeness(question, [other, subject, says])
    assert list(np.argsort(-close)) == [2, 1, 0]


def test_nothing_asked_is_close_to_nothing() -> None:
    assert LateInteraction().closeness([("", 1.0)], [candidate("a", "Words.")]).tolist() == [0.0]


def test_only_the_best_are_looked_at_and_the_others_stay_behind_them() -> None:
    many = [candidate(f"p{i:02}", "text", 0.9 - i / 100) for i in range(LOOKED_AT + 5)]
    looked: list[str] = []

    def last_first(best: object) -> np.ndarray:
        assert isinstance(best, list)
        looked.extend(one.document.title for one in best)
        return np.arange(len(best)) / 20

    names = [one.candidate.document.title for one in rank(many, TODAY, "dense", last_first)]
    assert looked == [f"p{i:02}" for i in range(LOOKED_AT)]
    assert names == [f"p{i:02}" for i in [*reversed(range(LOOKED_AT)), *range(LOOKED_AT, LOOKED_AT + 5)]]


@pytest.mark.parametrize(("name", "kind"), [("off", type(None)), ("local", LateInteraction)])
def test_the_setting_chooses(name: str, kind: type[object]) -> None:
    assert isinstance(reranker(name), kind)


class Counting(LateInteraction):
    """Counts how often it looks."""

    looks = 0

    def closeness(self, question: Weighted, candidates: Sequence[Candidate]) -> Floats:
        self.looks += 1
        return super().closeness(question, candidates)


def test_one_half_alone_is_not_looked_at_by_meaning(tmp_path: Path) -> None:
    engine, counting = create_engine(f"sqlite:///{tmp_path / 'kb.sqlite'}"), Counting()
    create_all(engine)
    (tmp_path / "a.md").write_text("# Refunds\n\nRefunds take ten days.\n", encoding="utf-8")
    looks = {}
    with Library.open(engine, tmp_path / "chroma", WordEmbedder(), reranker=counting) as library:
        library.ingest([tmp_path / "a.md"])
        for mode in get_args(Mode):
            counting.looks = 0
            found = library.search("refunds", scope=Scope.shared(), now=NOW, mode=mode)
            looks[mode] = (counting.looks, [passage.document.title for passage in found])
    engine.dispose()
    assert looks == {"hybrid": (1, ["Refunds"]), "dense": (0, ["Refunds"]), "lexical": (0, ["Refunds"])}
