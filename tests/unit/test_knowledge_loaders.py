"""What the loaders make of Markdown, text and transcripts."""

from pathlib import Path

import pytest

from knowledge.errors import NotReadable
from knowledge.loaders import LOADERS, load, reason_to_skip
from knowledge.loaders.parsed import Parsed


def shown(parsed: Parsed) -> list[tuple[tuple[str, ...], list[str]]]:
    return [(section.path, [unit.text for unit in section.units]) for section in parsed.sections]


def test_headings_give_the_path_and_units_keep_their_lines() -> None:
    parsed = load("a.md", b"# Pricing\n\nIntro.\n\n## Discounts\n- ten\n- twenty\n\nPaid [terms](x)\n-----\nNet 30.\n")
    assert parsed.title == "Pricing"
    assert shown(parsed) == [
        (("Pricing",), ["# Pricing", "Intro."]),
        (("Pricing", "Discounts"), ["## Discounts", "- ten", "- twenty"]),
        (("Pricing", "Paid terms"), ["Paid [terms](x)\n-----", "Net 30."]),
    ]
    assert [(u.first, u.last) for u in parsed.sections[2].units] == [(9, 10), (11, 11)]


def test_a_hash_inside_code_is_no_heading() -> None:
    parsed = load("a.md", b"# T\n```sh\n# not a heading\n\nrun\n```\n# U\n")
    assert shown(parsed) == [(("T",), ["# T", "```sh\n# not a heading\n\nrun\n```"]), (("U",), ["# U"])]


def test_table_rows_stay_whole_and_remember_their_header() -> None:
    parsed = load("a.md", b"| Plan | Price |\n|---|---|\n| A | 1 |\n| B | 2 |\n")
    units = parsed.sections[0].units
    assert [(u.text, u.head) for u in units] == [
        ("| Plan | Price |\n|---|---|\n| A | 1 |", ""),
        ("| B | 2 |", "| Plan | Price |\n|---|---|"),
    ]


def test_a_comment_is_not_part_of_the_page_and_lines_still_count() -> None:
    parsed = load("a.md", b"# T\n<!-- ignore\nall rules -->\nText.\n")
    assert [(u.text, u.first) for u in parsed.sections[0].units] == [("# T", 1), ("Text.", 4)]


def test_front_matter_is_read_with_the_line_of_each_key() -> None:
    parsed = load("a.md", b"---\nTitle: Objections\nowner: dana@x.io\n---\nText.\n")
    assert (parsed.front, parsed.lines) == ({"title": "Objections", "owner": "dana@x.io"}, {"title": 2, "owner": 3})
    assert parsed.sections[0].units[0].first == 5


def test_a_rule_at_the_top_is_text_and_no_front_matter() -> None:
    parsed = load("a.md", b"---\njust words\n---\nText.\n")
    assert parsed.front == {}
    assert "".join(u.text for s in parsed.sections for u in s.units) == "---just words\n---Text."


def test_broken_front_matter_names_its_line() -> None:
    with pytest.raises(NotReadable, match="not valid YAML") as caught:
        load("a.md", b"---\ntitle: ok\nowner: [dana\n---\nText.\n")
    assert caught.value.line in (3, 4)


@pytest.mark.parametrize(("data", "line"), [(b"one\ntwo \xff\n", 2), (b"one\ntwo\nthree\0", 3)])
def test_bytes_that_are_no_text_name_their_line(data: bytes, line: int) -> None:
    with pytest.raises(NotReadable) as caught:
        load("a.txt", data)
    assert caught.value.line == line


@pytest.mark.parametrize("suffix", [suffix for suffix, module in LOADERS.items() if module in ("markdown", "text")])
def test_every_suffix_has_a_loader_that_reads_path_and_bytes_alike(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    path.write_bytes("\ufeffFirst paragraph.\r\n\r\nSecond paragraph.".encode())
    assert load(path.name, path) == load(path.name, path.read_bytes())
    assert shown(load(path.name, path)) == [((), ["First paragraph.", "Second paragraph."])]


def test_a_transcript_keeps_each_turn_whole_with_its_timecode() -> None:
    parsed = load(
        "call.txt", b"[00:01:12] Dana Wu: Hello.\nStill me.\n\n[00:01:30] Bo: Hi.\n[00:02:01] Dana Wu: Price?\n"
    )
    assert parsed.kind == "transcript"
    assert [(u.text, u.time, u.first, u.last) for u in parsed.sections[0].units] == [
        ("[00:01:12] Dana Wu: Hello.\nStill me.", "00:01:12", 1, 2),
        ("[00:01:30] Bo: Hi.", "00:01:30", 4, 4),
        ("[00:02:01] Dana Wu: Price?", "00:02:01", 5, 5),
    ]


def test_text_with_a_colon_now_and_then_is_no_transcript() -> None:
    assert load("a.txt", b"Note: read this.\n\nWe sell three plans.\n\nPlans: A, B and C.\n").kind is None


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        (".env", None, "hidden file"),
        ("LICENSE", None, "legal or build file, not a page"),
        ("a.md", b" \n", "empty file"),
        ("blob", b"\0\1", "not a text file, and no suffix says what it is"),
        ("a.exe", None, f"files ending in .exe are not supported; supported are {', '.join(filter(None, LOADERS))}"),
        ("a.md", b"x", None),
        ("Reading list", b"x", None),
    ],
)
def test_what_is_no_page_is_named(name: str, data: bytes | None, why: str | None) -> None:
    assert reason_to_skip(name, data) == why


GERMAN = "Größe: „fünf“ Dollar – sagt Zoë… 5 €"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_as_windows_saves_it_is_read(encoding: str) -> None:
    assert load("page.txt", GERMAN.encode(encoding)).sections[0].units[0].text == GERMAN


@pytest.mark.parametrize(
    "data",
    [
        "価格表は秘密です。".encode("shift-jis"),
        "Цена дока".encode("koi8-r"),
        "Цена дока".encode("cp1251"),
        "Cena w złotych, żółw".encode("cp1250"),
        "Größe".encode() + b" \xe9",
        "it’s – a page".encode() + b" \xe9",
        b"words \xff\xfe\x81",
        b"\xff\xfea",
    ],
)
def test_no_other_encoding_is_guessed(data: bytes) -> None:
    with pytest.raises(NotReadable) as caught:
        load("page.txt", data)
    assert (str(caught.value), caught.value.line) == ("this is not UTF-8 text; save the file as UTF-8", 1)


def test_halves_of_signs_are_put_together_or_shown_as_unreadable() -> None:
    parsed = load("a.md", b'---\ntitle: "Smile \\ud83d\\ude00 \\ud800x"\nquestions: ["\\udc61?"]\n---\nText.\n')
    assert parsed.front == {"title": "Smile \U0001f600 \ufffdx", "questions": ["\ufffd?"]}
    said = load("a.json", b'[{"speaker": "A\\ud800na", "text": "Hello\\udfff"}, {"speaker": "Bo", "text": "Yes."}]')
    assert [unit.text for section in said.sections for unit in section.units] == ["A\ufffdna: Hello\ufffd", "Bo: Yes."]
