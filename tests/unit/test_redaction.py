"""Private data leaves a text whole, and comes back exactly; figures, dates and ids are left alone."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.llm.redaction import KINDS, MARK, Redactor, find

PRIVATE = (
    "ingrid.solheim@northwick.example", "o'neil+tag@mail.co.uk", "anna (at) firma (dot) de", "+47 22 33 44 55",
    "+1 (415) 555-0123", "020 7946 0958", "(212) 555-0187", "tel. 22 33 44 55", "DE89 3704 0044 0532 0130 00",
    "GB82WEST12345698765432", "4111 1111 1111 1111", "5500-0000-0000-0004", "account number 55779911",
    "sort code 20-00-00", "[EMAIL_1]", "EMAIL_2", "PHONE_1", "06.12.34.56.78", "+1 415\u2011555\u20110123",
    "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "01\u202f23\u202f45\u202f67\u202f89", "4111\u202f1111\u202f1111\u202f1111",
    "8 (495) 123-45-67", "8-800-555-35-35", "(11) 91234-5678", "138 0013 8000", "13800138000", "98765 43210", "06 1 123 4567", "0612345678",
    "\u0660\u0665\u0660 \u0661\u0662\u0663 \u0664\u0665\u0666\u0667", "020 7946\u20130958", "ingrid\uff20north.example", "?to=ingrid%40north.example",
)  # fmt: skip
PLAIN = (
    "USD 1,234,567.89", "12 000 000 NOK", "2026-11-26", "01-02-2026", "26.11.2026 09:30", "Q3 2026", "v1.2.3.4",
    "0065g00000XyZ1a", "o-northwick-plan", "INV-2026-000123", "95 % interval 13% to 40%", "10-12 weeks", "1200 - 1400",
    "ISO 27001:2022", "SOC 2", "192.168.0.1", "1700000000000", "+1,200,000 EUR", "24/7", "33 days", "1:30:00", "@maya",
    "0010012345", "order 123456789012", "4500012345", "00123456", "19 2026 2027", "order 0123456789", "Invoice no. 0201234567", "#0450001234",
    "customer number 0100234567", "EUR 15012345678", "13512345678 JPY", "INR 98765 43210", "13800000000", "60000 45000", "150 2000 3000", "years (10) 2023-2024", "05/06 2026", "1.02.03.04.05", "NOK 1\u202f250\u202f000", "2026\u20132027", "10\u201320 000 000", "Chart%402x.png",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(PRIVATE), st.sampled_from(PLAIN), st.text(max_size=12)), max_size=12).map(
    " ".join
)
ALPHABET = st.text(alphabet="[]_0123456789 +-().@:/EMAILPHONTCRDBUXx\n", max_size=60)


@given(st.one_of(TEXTS, ALPHABET, st.text(max_size=200)))
def test_what_was_taken_out_is_put_back_exactly(text: str) -> None:
    redactor = Redactor()
    assert redactor.restore(redactor.redact(text)) == text


@given(st.one_of(TEXTS, ALPHABET, st.text(max_size=200)))
def test_nothing_that_is_private_is_left(text: str) -> None:
    left = find(Redactor().redact(text))
    assert [span for span in left if span[2] != "TEXT"] == []


@given(TEXTS, TEXTS)
def test_the_same_has_the_same_mark_in_every_text(one: str, other: str) -> None:
    redactor = Redactor()
    first = redactor.redact(one)
    redactor.redact(other)
    assert redactor.redact(one) == first


@pytest.mark.parametrize("text", PRIVATE)
def test_each_kind_is_taken_out(text: str) -> None:
    assert MARK.search(Redactor().redact(f"Please note {text} for later."))


@pytest.mark.parametrize("text", PLAIN)
def test_figures_dates_and_ids_stay(text: str) -> None:
    assert Redactor().redact(f"They said {text} in the call.") == f"They said {text} in the call."


def test_what_a_model_reads() -> None:
    redactor = Redactor()
    text = "Ingrid (ingrid@northwick.example, +47 22 33 44 55) pays from DE89 3704 0044 0532 0130 00; write to ingrid@northwick.example."
    assert redactor.redact(text) == "Ingrid ([EMAIL_1], [PHONE_1]) pays from [IBAN_1]; write to [EMAIL_1]."


def test_marks_come_back_without_brackets_and_unknown_ones_stay() -> None:
    redactor = Redactor()
    redactor.redact("ingrid@northwick.example")
    assert redactor.restore("EMAIL_1 and [EMAIL_2]") == "ingrid@northwick.example and [EMAIL_2]"


class Inner(BaseModel):
    text: str
    cites: list[int] = []


class Answer(BaseModel):
    sentences: list[Inner]
    arguments: Any = None


def test_every_text_of_an_answer_is_restored() -> None:
    redactor = Redactor()
    mark = redactor.redact("ingrid@northwick.example")
    answer = Answer(sentences=[Inner(text=f"Write to {mark}.", cites=[1])], arguments={"words": [mark, 3]})
    restored = redactor.value(answer)
    assert restored.sentences == [Inner(text="Write to ingrid@northwick.example.", cites=[1])]
    assert restored.arguments == {"words": ["ingrid@northwick.example", 3]}


@given(st.integers(min_value=0, max_value=80), st.integers(min_value=1, max_value=12))
def test_half_a_mark_is_never_shown_and_what_is_shown_only_grows(cut: int, count: int) -> None:
    redactor = Redactor()
    marks = [redactor.redact(f"person{n}@northwick.example") for n in range(1, count + 1)]
    text = f"Write to {marks[-1]} or {marks[0]} EMAIL by Friday."
    shown = redactor.growing({"sentences": [{"text": text[:cut]}]})["sentences"][0]["text"]
    assert not re.search(rf"\[(?:{'|'.join(KINDS)})|\[\w*$|_\d", shown)
    assert redactor.restore(text).startswith(shown)
