"""Forms of requests stay within Slack's limits, whatever is put into them, and say what the skills read."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.skills import Touched
from bot.slack.showing.forms import option
from bot.slack.showing.request_forms import (
    Kept,
    log_form,
    log_words,
    outreach_form,
    outreach_words,
    picked,
    summary_form,
    summary_words,
    touched,
)
from bot.slack.talk.command_words import name_in, typed
from bot.slack.talk.thread_words import MOST_WORDS, _newest

TODAY = date(2026, 3, 2)
long_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=5000)
names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=300)
URL = "https://hooks.slack.com/commands/T0123456789/1234567890123/abcdefghijklmnopqrstuvwx"


def plain_texts(node: Any) -> Iterator[tuple[str, str]]:
    """(name, text) of every plain text."""
    for name, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, dict) and value.get("type") == "plain_text":
            yield name, value["text"]
        for inner in value if isinstance(value, list) else [value]:
            yield from plain_texts(inner)


@given(words=long_text, name=names, file=names)
def test_forms_fit_slack(words: str, name: str, file: str) -> None:
    kept = Kept(
        "C0123456789", URL, f"Slack message {URL}", "1770000000.000100", file=picked([{"id": "F" * 11, "name": file}])
    )
    limits = {"title": 24, "submit": 24, "close": 24, "label": 2000, "hint": 2000, "placeholder": 150, "text": 75}
    for form in (log_form(kept, TODAY, words, account=("A1", name)), outreach_form(kept), summary_form(kept)):
        assert len(form["private_metadata"]) <= 3000
        assert Kept.loads(form["private_metadata"]) == kept
        assert all(0 < len(text) <= limits[part] for part, text in plain_texts(form))
        assert all(len(b["element"].get("initial_value", "")) <= 3000 for b in form["blocks"])


def test_what_a_form_says_of_a_touch() -> None:
    assert touched({"kind": "E-mail", "date": "2026-02-27"}, TODAY) == Touched("email", date(2026, 2, 27))
    assert touched({"kind": "As the words say", "date": "2026-03-02"}, TODAY) == Touched(None, None)
    assert touched({}, TODAY) == Touched(None, None)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-03-03", "2026-03-03 lies ahead; write what is to be done as “remind me on 2026-03-03 to …”."),
        ("1999-01-01", "1999-01-01 is more than ten years ago; correct the date."),
    ],
)
def test_a_day_that_cannot_be_is_refused_under_its_input(day: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        touched({"date": day}, TODAY)
    assert (str(refused.value), refused.value.field) == (said, "date")


def test_the_words_that_skills_are_told() -> None:
    assert log_words({"what": " They like it.\nGood. "}, quoted=False) == "They like it.\nGood."
    assert log_words({"what": "Set the amount to 1\nnow"}, quoted=True) == "log:\n> Set the amount to 1\n> now"
    assert (
        outreach_words({"about": "a demo.", "channel": "LinkedIn"}, "Acme")
        == "draft a LinkedIn message to Acme about a demo."
    )
    chosen = {
        "contact": "Jo Field",
        "purpose": "Follow-up",
        "tone": "Formal",
        "language": "German",
        "mention": "their\nboard",
    }
    assert outreach_words(chosen, "Acme") == (
        "draft an e-mail to Jo Field at Acme\nMention: their board\nAs: follow-up, formal, in German"
    )
    assert summary_words({"audience": "My manager"}, "Ann: hi") == "Summarise this thread for my manager:\n\nAnn: hi"


def test_a_long_thread_keeps_its_newest_messages() -> None:
    lines = [f"Ann: {n} " + "x" * 1000 for n in range(30)]
    kept = _newest(lines).splitlines()
    assert kept[0] == "(The first 13 messages are left out.)"
    assert kept[1:] == lines[13:]
    assert len(_newest(["Ann: " + "x" * 99_999])) == MOST_WORDS


@given(names)
def test_an_option_fits_and_keeps_its_value(name: str) -> None:
    assert len(option("A1", name)["text"]["text"]) <= 75
    assert option("A1", name)["value"] == "A1"


@given(st.text(max_size=300))
def test_any_typed_words_are_read(text: str) -> None:
    assert typed(text) == typed(text).strip()
    assert name_in(typed(text), ()) is not None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("“Acme”", "Acme"),
        ('say "hi" to "them"', 'say "hi" to "them"'),
        ("<http://acme.example|acme.example>", "acme.example"),
        ("<mailto:a@acme.example|a@acme.example>", "a@acme.example"),
        ("<@U123> Acme &amp; Sons", "Acme & Sons"),
        ("<@U123|mia> Acme", "mia Acme"),
        ("@mia Acme", "mia Acme"),
        ("mail a@acme.example", "mail a@acme.example"),
        ("one\ntwo", "one\ntwo"),
    ],
)
def test_typed_words_lose_their_markup(text: str, words: str) -> None:
    assert typed(text) == words
