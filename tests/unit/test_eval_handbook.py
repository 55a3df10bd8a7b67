"""The golden questions over the handbook: their form, what they come to, and where the handbook is not there."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from evals import suite as suites
from evals.handbook import measure
from evals.handbook.measure import HANDBOOK, Found, Golden, Turn, read, result
from evals.measuring import auroc, ndcg, place, recall
from evals.suite import Suite

QUESTIONS = read(suites.load("handbook"))
ANSWERED = [one for one in QUESTIONS if one.files]
SUITE = Suite(name="handbook", description="d", now=datetime(2026, 11, 16, tzinfo=UTC), thresholds={})


def golden(name: str, *files: str) -> Golden:
    """A question that these files answer."""
    return Golden(id=name, question=f"{name}?", files=files)


def found(score: float, *files: str) -> Found:
    """What the search gave, best first."""
    return Found(files=files, score=score, answerable=score >= 0.5)


def test_there_are_enough_questions_over_enough_files_and_each_is_asked_once() -> None:
    assert len(ANSWERED) >= 140
    assert len({file for one in ANSWERED for file in one.files}) >= 90
    assert len(QUESTIONS) - len(ANSWERED) >= 40
    assert len({one.id for one in QUESTIONS}) == len(QUESTIONS)
    assert len({(one.question.casefold(), one.thread) for one in QUESTIONS}) == len(QUESTIONS)


def test_every_file_that_answers_is_in_the_handbook() -> None:
    if not HANDBOOK.is_dir():
        pytest.skip(f"no handbook at {HANDBOOK}: set SELLER_TEST_DATA to the folder that holds handbook")
    assert sorted({file for one in ANSWERED for file in one.files if not (HANDBOOK / file).is_file()}) == []


def test_a_follow_up_is_asked_with_what_the_person_said_before() -> None:
    said = (Turn(role="user", text="And Hound?"), Turn(role="assistant", text="Hound is old."))
    follow_up = Golden(id="1", question="And us?", files=(), thread=said)
    assert (follow_up.asked.text, follow_up.asked.before) == ("And us?", ("And Hound?",))


def test_the_figures_and_why_a_question_lost_a_point() -> None:
    asked = [golden("a", "a.md"), golden("b", "b.md", "c.md"), golden("c", "c.md"), golden("u"), golden("v")]
    came = [
        found(0.9, "a.md"), found(0.4, "x.md", "c.md", "b.md"), found(0.8, *["x.md", "x.md", "y.md", "z.md", "z.md"], "c.md"),
        found(0.7, "x.md"), found(0.1),
    ]  # fmt: skip
    run = result(SUITE, asked, came)
    assert run.metrics == pytest.approx(
        {"recall5": 2 / 3, "mrr": (1 + 1 / 2 + 1 / 6) / 3, "auroc": 5 / 6, "answered": 2 / 3, "refused": 1 / 2}
    )
    assert run.n == {"recall5": 3, "mrr": 3, "auroc": 5, "answered": 3, "refused": 2}
    assert run.notes == {
        "b": {"answered": "judged not answerable, at 0.40"},
        "c": {"recall5": "found x.md, y.md, z.md"},
        "u": {"refused": "judged answerable, at 0.70"},
    }
    assert run.questions == {"b": "b?", "c": "c?", "u": "u?"}


def test_the_suite_is_skipped_with_a_sentence_where_the_handbook_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "HANDBOOK", tmp_path / "none")
    assert measure.run(SUITE, quiet=True) is None
    assert measure.skipped() == (
        f"handbook: skipped, as there is no handbook at {tmp_path / 'none'}; set SELLER_TEST_DATA to the folder above."
    )


def test_the_measures_of_a_ranking() -> None:
    ranked = ["x", "a", "y", "b"]
    assert [place(ranked, set(names)) for names in ("a", "b", "ba", "c")] == [2, 4, 2, None]
    assert recall(ranked, {"a", "b"}, 3) == 0.5
    assert ndcg(["a", "b"], {"a": 1.0, "b": 1.0}, 2) == 1.0
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
