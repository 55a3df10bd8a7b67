"""Calls that touch what no rule names: they wait for their host, and a guess says that it is one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.app import App
from bot.assistant import Request
from bot.errors import BotError
from bot.skills.summarising.quarantine import RULES, subjects
from bot.skills.summarising.recordings import check_kept
from bot.skills.summarising.sensing import BY_WORDS, FOLDER, MOST, ORDINARY, WHOLE, sensed
from evals.consent.train import digest
from tests.conftest import TODAY

CALL = """Date: 2026-11-13
Consent: all parties

Maya Lindqvist: Good morning. How is planning done today?
Ingrid Solheim: In spreadsheets, we lose a day each week.
Per Aune: {said}
Maya Lindqvist: I'll send you the three-year price by Wednesday.
"""
UNRULED = "She handed me the doctor's note, her nerves are gone and she cries at her desk."


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """A call in which one thing is said that no rule knows."""
    path = tmp_path / "call.txt"
    path.write_text(CALL.format(said=UNRULED), "utf-8")
    return path


def lines(app: App, path: Path, words: str = "summarise this call") -> list[str]:
    """All lines of the answer on a call."""
    draft = app.assistant.answer(Request(words, app.user("u-maya"), TODAY, "t1", "summary", file=path)).draft
    return [line.text for part in draft.sections for line in part.lines]


def test_what_no_rule_names_waits_for_the_host_who_can_release_it(sample: App, call: Path) -> None:
    assert list(subjects(UNRULED)) == []
    assert lines(sample, call) == [
        "call.txt touches health (1 line); it waits until you, who held it, decided.",
        "Say “release it” to have it summarised.",
    ]
    said = lines(sample, call, "summarise this call (release it)")
    assert "Touches health; released by Maya Lindqvist on 16 November 2026." in said


def test_what_was_guessed_stays_out_of_the_mail_to_the_customer(sample: App, call: Path) -> None:
    call.write_text(
        CALL.format(
            said="I will send you the write-off figures by 24 November, her doctor has found something on her lungs."
        ),
        "utf-8",
    )
    request = Request("summarise this call", sample.user("u-maya"), TODAY, "t1", "summary", file=call)
    held = sample.assistant.answer(request).draft
    told = sample.assistant.answer(replace(request, text="summarise this call (release it)")).draft
    assert ([one["subject"] for one in held.data["quarantine"]["subjects"]], "lungs" in str(told.data["next_steps"])) == (
        ["health"], True,
    )  # fmt: skip
    assert "lungs" not in told.data["follow_up"]["body"]


def test_a_call_that_is_guessed_to_touch_something_is_not_kept_for_others(sample: App, call: Path) -> None:
    with pytest.raises(BotError, match=r"^call\.txt touches health and is not kept; have it summarised"):
        check_kept(sample.memory, sample.meaning, call)


def test_without_the_embedder_the_rules_decide_alone(call: Path) -> None:
    check_kept(None, None, call)
    assert sensed([UNRULED], None) == [None]


def test_a_long_call_is_looked_at_in_part(sample: App) -> None:
    asked: list[str] = []

    def meaning(text: str) -> list[float]:
        asked.append(text)
        return [0.0] * 384

    sensed([f"{UNRULED} {n}" for n in range(MOST + 50)], meaning)
    assert len(asked) == MOST


def test_the_weights_were_learnt_from_the_sentences_as_they_are() -> None:
    """Who changes a file that they are learnt from learns anew: `python -m evals.consent.train`."""
    for name in (WHOLE, BY_WORDS):
        with np.load(FOLDER / name, allow_pickle=False) as held:
            assert str(held["learnt_from"]) == digest()


def test_the_weights_know_the_subjects_of_the_rules_and_no_others() -> None:
    for name in (WHOLE, BY_WORDS):
        with np.load(FOLDER / name, allow_pickle=False) as held:
            assert set(json.loads(str(held["names"]))) == {*RULES, ORDINARY}


def test_one_clause_beside_much_business_is_enough(sample: App) -> None:
    said = "I will send you the figures by 24 November, his treatment at the clinic for alcoholics ends then."
    assert [guess and guess.subject for guess in sensed([said, "I will send you the figures."], sample.meaning)] == [
        "health",
        None,
    ]


def test_the_weights_are_small() -> None:
    assert sum((FOLDER / name).stat().st_size for name in (WHOLE, BY_WORDS)) < 600_000
