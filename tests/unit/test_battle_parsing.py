"""Pages on competitors, read by their headings whatever a company calls them."""

import pytest

from bot.skills.battle.parsing import Part, part_of, read
from bot.skills.battle.rivals import in_words, said_name
from knowledge.documents import Chunk


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("Where they are strong (say so)", "they"),
        ("Why customers choose Globex", "they"),
        ("Globex strengths", "they"),
        ("Pros", "they"),
        ("Where we win", "we"),
        ("Weaknesses", "we"),
        ("Globex falls short", "we"),
        ("Key differentiators", "we"),
        ("Trap-setting questions", "ask"),
        ("Questions to ask", "ask"),
        ("Landmines", "ask"),
        ("Landmines they lay", "answer"),
        ("Objection handling", "answer"),
        ("When they quote 30 % below us", "answer"),
        ("Proof points", "proof"),
        ("Customer stories", "proof"),
        ("Don't", "never"),
        ("What not to say", "never"),
        ("Things to avoid", "never"),
        ("At a glance", "sum"),
        ("Opening hours", ""),
    ],
)
def test_headings_are_told_by_what_they_mean(heading: str, part: Part) -> None:
    assert part_of(heading, "Globex") == part


def chunk(text: str, seq: int = 0) -> Chunk:
    return Chunk(id=f"c{seq}", document_id="d", seq=seq, location="", text=text)


def parts(*texts: str) -> list[tuple[Part, str]]:
    return [(one.part, one.text) for one in read([chunk(text, at) for at, text in enumerate(texts)], "Globex")]


def test_a_part_goes_on_over_the_end_of_a_chunk() -> None:
    assert parts("# Globex\n\nOld.\n\n## Landmines\n\n- One?", "- Two?\n\n## Proof\n\n- Shop") == [
        ("sum", "Old."), ("ask", "One?"), ("ask", "Two?"), ("proof", "Shop"),
    ]  # fmt: skip


def test_labels_in_bold_and_tables_with_a_column_a_side_open_parts() -> None:
    assert parts("# Globex\n\n**Why we win:** Speed. Price.\n\n**Avoid:** Their lawsuit.") == [
        ("we", "Speed."), ("we", "Price."), ("never", "Their lawsuit."),
    ]  # fmt: skip
    table = "| Where Globex wins | Where we win |\n|---|---|\n| Brand | Speed |"
    assert parts(table) == [("they", "Brand"), ("we", "Speed")]


def test_a_point_and_a_quote_stay_whole() -> None:
    said = parts(
        "## When they say\n\n> “Yes. And you?”\n\nStay calm. Wait.\n\n## Don't\n\n- Don't guess. We don't know.\n\nUpdated in May."
    )
    assert said == [
        ("answer", "“Yes. And you?”"), ("answer", "Stay calm."), ("answer", "Wait."), ("never", "Don't guess. We don't know."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("they mention Globex", "Globex"),
        ("how do we win against Marrowfield Systems?", "Marrowfield Systems"),
        ("battlecard for Acme", "Acme"),
        ("Vandelay says they are cheaper", "Vandelay"),
        ("they mentioned it", ""),
    ],
)
def test_a_name_is_read_where_a_competitors_stands(words: str, name: str) -> None:
    assert said_name(words) == name


def test_a_known_one_is_found_in_part_and_in_the_singular() -> None:
    known = ["Slatework ERP Planner", "Spreadsheets", "Brightquay"]
    found = [in_words(words, known) for words in ("slatework says it is free", "battlecard spreadsheet", "Brightly")]
    assert found == ["Slatework ERP Planner", "Spreadsheets", ""]


def test_a_sentence_behind_a_name_does_not_call_it() -> None:
    known = ["Brightquay", "Brightquay What is your price? Say it in expensive words."]
    assert [in_words(words, known) for words in ("what do we say", "they call us expensive", "your price?")] == [
        "",
        "",
        "",
    ]
