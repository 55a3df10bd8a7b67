"""Runs of the same signs are cut before a pattern reads them; what people write stays as it is."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.skills.summarising.transcript import pasted
from knowledge.loaders import load
from knowledge.repeats import LONG, shortened

UNITS = [" ", "a ", "1.", "-", "(", ".", "A. ", "we will ", "\t", "|", "0:0", "a@"]
CALL = "Maya: Hello, all fine?\nPer: Yes, fine.\nPer: {}\nMaya: Bye then.\n"


def seconds(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


@pytest.mark.parametrize("unit", UNITS)
def test_a_run_is_cut_to_three_of_its_unit(unit: str) -> None:
    said = f"It is {unit * 2000}done."
    assert len(shortened(said)) < 100
    assert shortened(said).endswith("done.")


def test_an_endless_word_is_cut() -> None:
    word = "".join(chr(97 + (n * n * 31 + n // 7) % 26) for n in range(5000))
    assert len(shortened(f"see {word} there")) == len("see  there") + 500


@given(st.text(max_size=LONG - 1))
def test_a_short_text_stays(text: str) -> None:
    assert shortened(text) == text


def test_long_speech_stays() -> None:
    speech = " ".join(f"On day {n} we looked at offer {n * 7} and said no." for n in range(400))
    assert shortened(speech) == speech


@pytest.mark.parametrize("unit", UNITS)
def test_a_transcript_of_endless_lines_is_read_in_time(unit: str) -> None:
    text = CALL.format(unit * (200_000 // len(unit)))
    assert seconds(lambda: pasted(text)) < 20
    assert seconds(lambda: load("call.txt", text.encode())) < 20


def test_a_run_of_several_blanks_is_cut_as_well() -> None:
    blanks = "".join(" \t\n\xa0"[(n * n * 31 + n // 7) % 4] for n in range(5000))
    assert shortened(f"see {blanks}there") == "see\n\nthere"
    assert shortened(f"see{blanks.replace(chr(10), ' ')}there") == "see there"
