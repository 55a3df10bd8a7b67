"""Prompts are strict about their inputs, and inserted text stays data."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from prompts import PromptError, as_data, load, names, parse

FILE = "---\ndescription: A test.\ninputs: [question, notes]\ninclude: [_p]\n---\nBe brief.\n---\n{{question}}\n\n{{ notes }}\n"


def read(_: str) -> str:
    return "A partial.\n"


def test_static_text_is_the_system_message_and_data_the_user_message() -> None:
    rendered = parse("t", FILE, read).render(question="Why?", notes="None.")
    assert rendered.system == "Be brief.\n\nA partial."
    assert rendered.user == '<data name="question">\nWhy?\n</data>\n\n<data name="notes">\nNone.\n</data>'
    assert rendered.name == "t"


def test_missing_and_surplus_inputs_are_named() -> None:
    with pytest.raises(PromptError, match=r"missing inputs \['notes'\], surplus inputs \['extra'\]"):
        parse("t", FILE, read).render(question="Why?", extra="x")


def test_inserted_text_is_never_expanded_again() -> None:
    rendered = parse("t", FILE, read).render(question="{{notes}}", notes="secret")
    assert rendered.user.count("secret") == 1
    assert "{{notes}}" in rendered.user


@given(st.text() | st.from_regex(r"<\s*/?\s*DATA[ >]", fullmatch=True))
def test_no_text_can_leave_its_tag(text: str) -> None:
    wrapped = as_data("note", text)
    assert len(re.findall(r"<\s*/?\s*data\b", wrapped, re.IGNORECASE)) == 2


def test_version_follows_the_file_and_its_partials() -> None:
    version = parse("t", FILE, read).version
    assert re.fullmatch(r"[0-9a-f]{12}", version)
    assert parse("t", FILE, read).version == version
    assert parse("t", FILE, lambda _: "Another partial.\n").version != version
    assert parse("t", FILE.replace("brief", "long"), read).version != version


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Be brief.", "front matter"),
        (FILE.replace("inputs: [question, notes]", "inputs: [question]"), "declares"),
        (FILE.replace("Be brief.", "Be {{question}}."), "below the line"),
        (FILE.replace("Be brief.\n---", "Be brief."), "must part"),
        (FILE.replace("description", "about"), "nothing else"),
    ],
)
def test_broken_files_are_refused(text: str, words: str) -> None:
    with pytest.raises(PromptError, match=words):
        parse("t", text, read)


@pytest.mark.parametrize("name", ["nothing", "../settings", "_voice.md"])
def test_unknown_prompt(name: str) -> None:
    with pytest.raises(PromptError, match="no prompt file"):
        load(name)


def test_shipped_prompts_load_and_tell_data_from_instructions() -> None:
    assert {"ask", "brief", "judge", "route"} <= set(names())
    for name in names():
        prompt = load(name)
        assert "<data>" in prompt.static
        assert prompt.render(**dict.fromkeys(prompt.inputs, "x")).version == prompt.version


def test_data_survives_as_it_is() -> None:
    assert prompts.as_data("a", "Zürich < 3 & “7 > 5”") == '<data name="a">\nZürich < 3 & “7 > 5”\n</data>'
