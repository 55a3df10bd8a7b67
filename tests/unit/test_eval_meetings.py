"""The suites over real e-mails and meetings: what they read, what they measure, and what they say without their data."""

import json
from pathlib import Path

import numpy as np
import pytest

from bot.skills.summarising.asking import weights
from evals import suite as suites
from evals.commitments import measure as commitments
from evals.commitments import recipe
from evals.meetings import measure, meetings
from evals.meetings.summaries import WORDS, lead, ours, scores, textrank


def test_without_the_data_both_are_skipped_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipe, "FILE", tmp_path / "none.tsv")
    monkeypatch.setattr(meetings, "FILE", tmp_path / "none.jsonl")
    assert commitments.run(suites.load("commitments"), quiet=True) is None
    assert measure.run(suites.load("meetings"), quiet=True) is None
    assert commitments.skipped().startswith(
        "commitments: skipped, as it needs the labelled sentences (set SELLER_TEST_DATA"
    )
    assert measure.skipped().startswith("meetings: skipped, as it needs the meetings at ")


def test_what_is_trained_on_is_not_tested_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"{'Yes' if i % 2 else 'No'}\tSentence {i // 2 % 9} about it{'!' * (i % 2)}" for i in range(80)]
    (tmp_path / "train.tsv").write_text("\n".join(rows), encoding="utf-8")
    monkeypatch.setattr(recipe, "FILE", tmp_path / "train.tsv")
    data = recipe.load()
    assert data is not None and len(data.texts) == 80
    train, test = recipe.split(data)
    assert (len(train.texts), list(test.texts)) == (60, [])


def test_training_finds_what_asks_and_keeps_no_names() -> None:
    texts = [f"Please send the report {i} to Zebulon." for i in range(20)] + [
        f"It was report {i} of Zebulon." for i in range(20)
    ]
    made = recipe.trained(recipe.Labelled(texts, np.array([True] * 20 + [False] * 20)))
    assert list(recipe.chances(["Please send it.", "It was late."], made) >= made.threshold) == [True, False]
    assert not any("zebulon" in pair.lower() for pair in made.pairs)
    assert weights().pairs.keys() > {"please", "can you"}


def test_every_summary_has_one_length_and_is_scored_against_a_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [
        f"So um the cold store was too warm on day {i} , and nobody looked at the cold store all night ."
        for i in range(30)
    ]
    turns = [{"speaker": ("Ann", "Per")[i % 2], "content": one} for i, one in enumerate(said)]
    row = {
        "meeting_transcripts": turns,
        "general_query_list": [{"query": "Summarize", "answer": "The cold store is too warm."}],
        "specific_query_list": [{"query": "Why?", "answer": "", "relevant_text_span": [["3", "5"]]}],
    }
    (tmp_path / "val.jsonl").write_text("\n".join([json.dumps(row)] * 12), encoding="utf-8")
    monkeypatch.setattr(meetings, "FILE", tmp_path / "val.jsonl")
    split = meetings.load()
    assert split is not None
    tuned, others = split
    assert (len(tuned), len(others), others[0].questions[0].spans) == (11, 1, [(3, 5)])
    made = [way(others[0].transcript) for way in (ours, lead, textrank)]
    assert [len(one.split()) <= WORDS for one in made] == [True, True, True]
    assert made[0].startswith("They talked about the cold store")
    assert scores("The cold store is too warm.", others[0].summary)["rouge2"] == 1.0
