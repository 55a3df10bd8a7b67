"""How candidates are ordered, joined and judged, without any index."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from knowledge.answering import judge
from knowledge.documents import Chunk, Document
from knowledge.question import Question
from knowledge.ranking import Candidate, Evidence, lead, rank
from knowledge.selection import select

TODAY = dt.date(2026, 11, 20)


def candidate(
    name: str, cosine: float, bm25: float, *, page: str | None = None, seq: int = 0, **said: object
) -> Candidate:
    document = Document(id=page or name, uri=f"/{page or name}.md", title=name, **said)  # type: ignore[arg-type]
    location = f"Pricing, lines {seq * 10 + 1}-{seq * 10 + 9}"
    chunk = Chunk(f"{page or name}-{seq}", document.id, seq, location, f"{name} tells about {seq} things")
    return Candidate(chunk, document, np.ones(1, dtype=np.float32), cosine, bm25)


def names(candidates: list[Candidate], mode: str = "hybrid") -> list[str]:
    return [ranked.candidate.document.title for ranked in rank(candidates, TODAY, mode)]  # type: ignore[arg-type]


def test_a_passage_that_both_halves_find_beats_the_best_of_either() -> None:
    both, meaning, words = candidate("both", 0.6, 8.0), candidate("meaning", 0.65, 0.0), candidate("words", 0.1, 9.0)
    assert names([meaning, words, both])[0] == "both"
    assert names([meaning, words, both], "dense")[0] == "meaning"
    assert names([meaning, words, both], "lexical")[0] == "words"


@pytest.mark.parametrize(
    ("better", "worse"),
    [("verified", "unverified"), ("due", "expired"), ("unverified", "expired"), ("expired", "archived")],
)
def test_of_two_that_fit_alike_the_better_kept_page_comes_first(better: str, worse: str) -> None:
    said = {"date": TODAY, "verified": TODAY}
    one = candidate("better", 0.5, 3.0, page="x", status=better, **said)
    other = candidate("worse", 0.5, 3.0, page="x", status=worse, **said)
    assert names([other, one]) == ["better", "worse"]


def test_the_newer_of_two_notes_comes_first() -> None:
    old = candidate("old", 0.5, 3.0, page="x", kind="note", date=TODAY - dt.timedelta(days=300))
    new = candidate("new", 0.5, 3.0, page="x", kind="note", date=TODAY - dt.timedelta(days=3))
    assert names([old, new]) == ["new", "old"]


def test_neighbours_become_one_passage_with_one_place() -> None:
    parts = [candidate("page", 0.6 - seq / 100, 3.0, page="p", seq=seq) for seq in range(3)]
    (passage,) = select(rank(parts, TODAY), TODAY, 8, frozenset())
    assert passage.chunk.location == "Pricing, lines 1-29"
    assert passage.chunk.text == "\n".join(f"page tells about {seq} things" for seq in range(3))


@pytest.mark.parametrize(("slides", "place"), [(2, "A, slide 1; B, slide 2"), (3, "A, slide 1 … C, slide 3")])
def test_a_passage_of_several_slides_says_that_it_holds_those_between(slides: int, place: str) -> None:
    parts = [candidate("deck", 0.6 - seq / 100, 3.0, page="d", seq=seq) for seq in range(slides)]
    parts = [
        replace(part, chunk=replace(part.chunk, location=f"{'ABC'[n]}, slide {n + 1}")) for n, part in enumerate(parts)
    ]
    (passage,) = select(rank(parts, TODAY), TODAY, 8, frozenset())
    assert passage.chunk.location == place


def test_copies_collapse_but_other_figures_make_another_text() -> None:
    words = "our sellers may give a discount of up to {} percent on the yearly list price of every product we sell"

    def page(name: str, figure: int) -> Candidate:
        found = candidate(name, 0.6, 3.0)
        return replace(found, chunk=replace(found.chunk, text=words.format(figure)))

    passages = select(rank([page("a", 10), page("b", 10), page("c", 15)], TODAY), TODAY, 8, frozenset())
    assert sorted(p.chunk.text.split()[9] for p in passages) == ["10", "15"]
    assert [page.title for p in passages for page in p.also] == ["b"]


def test_no_page_takes_every_place() -> None:
    many = [candidate("big", 0.6, 3.0, page="big", seq=seq * 2) for seq in range(9)]
    ranked = rank([*many, candidate("small", 0.2, 0.0)], TODAY)
    assert [p.document.id for p in select(ranked, TODAY, 8, frozenset())] == ["big", "big", "small"]
    filled = select(ranked, TODAY, 5, frozenset(), filled=True)
    assert [p.document.id for p in filled] == ["big", "big", "small", "big", "big"]


def test_the_reason_names_the_words_that_stand_there() -> None:
    (passage,) = select(rank([candidate("pricing", 0.5, 3.0)], TODAY), TODAY, 8, frozenset({"things", "absent"}))
    assert passage.why == "close in meaning, says things, shared page"


def test_a_question_that_points_back_takes_more_of_the_thread() -> None:
    before = ("what is the discount limit?", "for managers?")
    assert Question("who signs off on it?", before).weighted(3) == [
        ("who signs off on it?", 1.0), ("for managers?", 0.35), ("what is the discount limit?", 0.175),
    ]  # fmt: skip
    answered = Question("who signs off on it?", (), "A manager does.")
    assert answered.weighted(3) == [("who signs off on it?", 1.0), ("A manager does.", 0.1)]
    assert [w for _, w in Question("which security report may customers see", before).weighted(5)] == [1.0, 0.15, 0.075]


def test_a_thread_gives_what_the_person_asked_and_what_was_answered_last() -> None:
    turns = [("user", "price?"), ("assistant", "60,000"), ("seller", " "), ("user", "and Dock?")]
    assert Question.in_thread("and today?", turns) == Question("and today?", ("price?", "and Dock?"), "60,000")


def test_the_best_must_stand_out_of_what_lies_behind() -> None:
    flat = [candidate(f"c{i}", 0.5, 2.0) for i in range(100)]
    assert lead(flat) == pytest.approx(0.0)
    assert lead([candidate("best", 0.9, 9.0), *flat[1:]]) > 0.3
    assert lead([]) == 0.0


def test_near_and_standing_out_is_answerable_and_nothing_found_is_not() -> None:
    assert judge(Evidence(nearness=0.7, lead=0.6, missing=0.1))[1]
    assert not judge(Evidence(nearness=0.2, lead=0.4, missing=0.8))[1]
    score, answerable = judge(Evidence())
    assert (round(score, 3), answerable) == (0.002, False)
