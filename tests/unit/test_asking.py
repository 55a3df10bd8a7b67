"""What asks and what commits, by the weights that come with the project."""

import json

import pytest

from bot.skills.summarising.asking import WEIGHTS, Weights, asks, both, chance, kind, likely, pairs, weights
from bot.skills.summarising.asking_marks import first_word, marks


@pytest.mark.parametrize(
    "text",
    [
        "I'll send you the contract by Friday.",
        "I’ll send you the contract by Friday.",
        "Could you share the deck with us?",
        "Please set up a call with legal.",
        "Let's meet on Tuesday to discuss the offer.",
        "We would need the security questionnaire from you before Thursday.",
        "Send me the numbers when you have them.",
    ],
)
def test_what_asks_or_commits(text: str) -> None:
    assert asks(text) >= weights().threshold


@pytest.mark.parametrize(
    "text",
    [
        "We use Excel today.",
        "The board met in March.",
        "Yeah, sounds good.",
        "I sent it last week.",
        "He was on holiday.",
        "The price is the same as last year.",
        "",
    ],
)
def test_what_does_neither(text: str) -> None:
    assert asks(text) < weights().threshold


def test_the_likeliest_come_first_with_their_places() -> None:
    texts = ["We use Excel today.", "I'll send you the contract by Friday.", "Please set up a call with legal."]
    assert [i for i, _ in likely(texts)] == [2, 1]
    assert likely(texts, least=0.999) == []


def test_an_offer_is_told_from_a_request() -> None:
    assert kind("I'll send you the contract by Friday.") == "offers"
    assert kind("We’re going to check that with legal.") == "offers"
    assert kind("Could you share the deck with us?") == "asks"
    assert kind("Please let me know and I will call you.") == "asks"


def test_names_numbers_and_addresses_are_masked() -> None:
    assert sorted(pairs("Write to Ann at ann@acme.com by 5")) == [
        "$", "ADDRESS", "ADDRESS by", "NAME", "NAME at", "NUMBER", "NUMBER $", "^", "^ write", "at", "at ADDRESS", "by",
        "by NUMBER", "to", "to NAME", "write", "write to",
    ]  # fmt: skip


def test_a_name_spoken_to_does_not_hide_the_order() -> None:
    assert first_word("Also, Ann Lee, send me the file.") == "send"
    assert "order" in marks("Ann, send me the file.")


def test_long_sentences_gain_nothing_by_their_length() -> None:
    by = Weights(0.0, 0.5, {}, {}, {"a": 1.0, "b": 1.0, "a b": 1.0, "b a": 1.0})
    assert chance("a b a", by) == chance("a b a b a b", by)
    assert both({"you", "?", "please"}) == {"? & please", "? & you", "please & you"}


def test_the_weights_say_where_they_come_from_and_hold_no_sentence() -> None:
    data = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert "Apache-2.0" in data["note"] and "evals/commitments/train.py" in data["note"]
    assert max(len(pair.split()) for pair in data["pairs"]) == 2
