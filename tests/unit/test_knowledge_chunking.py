"""Chunks: read whole by the embedder, nothing lost, places that can be found again."""

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.chunking import MAX_CHARS, Piece, pieces
from knowledge.cleaning import clean, embedded_text
from knowledge.loaders import load


def words(texts: Sequence[str]) -> list[int]:
    """Count words in place of tokens."""
    return [len(text.split()) + 2 for text in texts]


def cut(text: str, *, limit: int = 60, name: str = "a.md") -> list[Piece]:
    return pieces(load(name, text.encode()), "Page", words, limit)


def test_a_short_page_is_one_chunk_with_its_place() -> None:
    assert cut("# Page\n\nOne.\n\nTwo.\n") == [Piece("lines 1-5", "Page", "# Page\n\nOne.\n\nTwo.")]


def test_a_number_that_a_file_was_named_by_is_no_context() -> None:
    parsed = load("doc_0042-1802-3804.txt", b"Gateways are shared.")
    (piece,) = pieces(parsed, "doc_0042-1802-3804", words, 60)
    assert (piece.context, embedded_text(piece.context, piece.text)) == ("", "Gateways are shared.")
    (piece,) = pieces(parsed, "Price list 2026", words, 60)
    assert embedded_text(piece.context, piece.text) == "Price list 2026\nGateways are shared."


def test_long_sections_give_their_heading_path() -> None:
    body = "A sentence of five words. " * 15
    found = cut(f"# Page\n\n{body}\n\n## Pricing\n\n{body}\n\n### Discounts\n{body}\n", limit=120)
    assert [(p.location, p.context) for p in found] == [
        ("lines 1-3", "Page"),
        ("Pricing, lines 5-7", "Page > Pricing"),
        ("Pricing > Discounts, lines 9-10", "Page > Pricing > Discounts"),
    ]


def test_short_sections_join_their_neighbours_under_the_path_they_share() -> None:
    found = cut("# Page\n\n## Q and A\n\n### Size?\nNo.\n\n### Ship?\nYes.\n")
    assert [(p.location, p.text) for p in found] == [
        ("Q and A … Ship?, lines 1-9", "# Page\n\n## Q and A\n\n### Size?\nNo.\n\n### Ship?\nYes.")
    ]


def test_a_table_repeats_its_header_and_splits_between_rows() -> None:
    rows = "".join(f"| plan {n} | costs {n} dollars a month |\n" for n in range(30))
    found = cut(f"| Plan | Price |\n|---|---|\n{rows}")
    assert len(found) > 1
    assert all(p.text.startswith("| Plan | Price |\n|---|---|\n| plan") for p in found)
    assert [line for p in found for line in p.text.split("\n")[2:]] == rows.strip().split("\n")


def test_a_long_paragraph_splits_between_sentences() -> None:
    found = cut("This sentence has exactly six words. " * 40)
    assert len(found) > 1
    assert {p.text.split()[0] for p in found} == {"This"}
    assert {p.text.split()[-1] for p in found} == {"words."}


def test_a_transcript_chunk_names_its_time_span() -> None:
    found = cut("00:00:05 Ann: Hello there.\n00:00:09 Bob: Hello.\n00:01:00 Ann: Price?\n", name="call.txt")
    assert [p.location for p in found] == ["00:00:05-00:01:00, lines 1-3"]


def test_no_heading_is_left_at_the_end_of_a_chunk() -> None:
    page = "# Page\n" + "".join(
        f"\n## Part {n}\n\n{'Ten words are in here for every single part now. ' * 3}\n" for n in range(9)
    )
    assert [p.text.split("\n")[-1][:2] for p in cut(page) if p.text.split("\n")[-1].startswith("#")] == []


def test_the_embedded_text_is_words_without_markup() -> None:
    text = (
        "## Discounts\n\nSee [the **list**](https://x.io/a) and ![logo](b.png).\n| Plan | Price |\n|---|---|\n| A | 1 |"
    )
    assert embedded_text("Page > Discounts", text) == "Page > Discounts\nSee the list and logo.\nPlan Price\nA 1"


blocks = st.lists(
    st.one_of(
        st.text(alphabet="abc de.!? ", min_size=1, max_size=400),
        st.sampled_from(["# Top", "## Sub", "- item one", "| a | b |", "```\ncode # x\n```", "Setext\n===", ""]),
        st.integers(1, 300).map(lambda n: "wordwithoutend" * n),
    ),
    max_size=25,
)


@given(blocks)
@settings(max_examples=60, deadline=None)
def test_no_letter_is_lost_and_no_chunk_is_too_long(parts: list[str]) -> None:
    text = "\n\n".join(parts)
    found = cut(text)
    assert re.sub(r"\s", "", "".join(p.text for p in found)) == re.sub(r"\s", "", text)
    for piece in found:
        assert len(piece.text) <= MAX_CHARS + 100
        assert words([embedded_text(piece.context, piece.text)])[0] <= 60 or len(clean(piece.text).split()) <= 1


@given(blocks)
@settings(max_examples=40, deadline=None)
def test_the_lines_of_a_location_hold_the_text(parts: list[str]) -> None:
    lines = "\n\n".join(parts).split("\n")
    for piece in cut("\n".join(lines)):
        numbers = [int(n) for n in re.findall(r"\d+", piece.location.rpartition("line")[2])]
        named = "\n".join(lines[numbers[0] - 1 : numbers[-1]])
        assert re.sub(r"\s", "", piece.text) in re.sub(r"\s", "", named)
