"""“Du” and “Sie” in a conversation: asked for, changed, learnt from the seller's own letters, and kept by a model."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.settings import Settings
from bot.store.samples import Samples
from tests.conftest import TODAY
from tests.fake_model import FakeModel
from tests.unit.test_letter_address import DISTANT

Say = Callable[..., Reply]
GERMAN = "draft a note to Per Aune at Northwick in German"


@pytest.fixture(scope="module")
def sample(shared_home: Path) -> Iterator[App]:
    with App(
        Settings(home=shared_home, model="offline", postal_address="4 Alder Court", company="Fernhollow"), lambda: TODAY
    ) as app:
        yield app


@pytest.fixture
def say(sample: App, request: pytest.FixtureRequest) -> Iterator[Say]:
    def run(text: str, thread: str = "t") -> Reply:
        asked = Request(text, sample.user("u-maya"), TODAY, f"{request.node.name}:{thread}")
        return sample.assistant.answer(asked)

    yield run
    Samples(sample.engine).forget("u-maya")


def letter(reply: Reply) -> dict[str, Any]:
    return dict((reply.draft.data or {})["letter"])


def form(reply: Reply) -> str:
    """The form of a German letter, its footer too."""
    text = letter(reply)["text"]
    near, far = re.search(r"\b(?:du|dir|dich|dein\w*)\b", text, re.I), re.search(DISTANT["de"], text)
    return "both" if near and far else "du" if near else "Sie"


@pytest.mark.parametrize(
    ("language", "asked"), [("de", "per du"), ("fr", "in French, tutoyer"), ("es", "in Spanish, de tú")]
)
def test_a_letter_of_every_kind_keeps_the_form_and_every_rule(say: Say, language: str, asked: str) -> None:
    kinds = (
        "note",
        "follow-up",
        "renewal e-mail",
        "re-engagement e-mail",
        "first e-mail",
        "LinkedIn message",
        "call opener",
        "voicemail",
    )
    for kind, tone in product(kinds, ("", ", formal", ", friendly, long", ", direct, short")):
        told = letter(say(f"draft a {kind} to Per Aune at Northwick{tone}, {asked}"))
        assert (told["language"], told["address"], told["warnings"]) == (language, "familiar", [])
        said = "\n".join([told["subject"] or "", *told["alternatives"], told["text"]])
        assert re.findall(DISTANT[language], said) == [], said


def test_the_form_is_asked_for_and_changed_back(say: Say) -> None:
    assert form(say(GERMAN)) == "Sie"
    assert form(say("use du")) == "du"
    assert form(say("shorter")) == "du"
    assert form(say("as a LinkedIn message")) == "du"
    assert form(say("lieber siezen")) == "Sie"
    assert form(say(f"{GERMAN}, per du", "another")) == "du"
    assert form(say("use Sie", "another")) == "Sie"


def test_english_has_no_form_and_says_so(say: Say) -> None:
    said = "English has one “you” alone: for “du”, “tu” or “tú” say the language too, such as “in German with du”."
    first = say("draft a note to Per Aune at Northwick with the informal you")
    assert (letter(first)["language"], said in first.draft.unknowns) == ("en", True)
    same = say("use the familiar form")
    assert same.draft.lead == (
        "This is the same letter as before. English has one “you” alone; say the language too, such as “in German with du”."
    )  # fmt: skip
    assert form(say("in German with du")) == "du"
    assert say("use du").draft.lead == "This is the same letter as before. It addresses them so already."


def test_a_seller_who_changes_sie_to_du_gets_du(say: Say) -> None:
    first = say(GERMAN)
    foot = letter(first)["text"].partition("Freundliche Grüße")[2]
    own = "Hallo Per,\n\nhast du nächste Woche Zeit für ein kurzes Gespräch? Ich freue mich auf deine Antwort."
    say(f"use this:\n{own}\n\nViele Grüße{foot}")
    follows = say("draft a note to Femke de Groot at Velden in German", "next")
    assert form(follows) == "du"
    assert letter(follows)["text"].startswith("Hallo Femke,\n")
    assert follows.draft.notice.endswith(
        "In your style, from 1 letter that you edited: greeting “Hallo {first},”, closing “Viele Grüße”, with “du”. Say “forget my style” to end that."
    )
    assert form(say("draft a note to Femke de Groot at Velden in German, use Sie", "asked")) == "Sie"
    assert form(say("draft a formal note to Femke de Groot at Velden in German", "formal")) == "Sie"
    assert letter(say("in French", "next"))["address"] == ""
    assert form(say("in German", "next")) == "du"


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("für deine E-Mail vom 12. November 2026 an Jonas Weber aus unserem Haus vielen Dank.", True),
        ("für Ihre E-Mail vom 12. November 2026 an Jonas Weber aus unserem Haus vielen Dank.", False),
    ],
)
def test_a_model_keeps_to_the_form(sample: App, said: str, taken: bool) -> None:
    model = FakeModel({"draft": {"opening": [{"text": said, "cites": [1, 2, 3]}], "problem": []}})
    asked = Request(
        "draft a note to Holger Brandt per du", sample.user("u-maya"), TODAY, f"model:{taken}", skill="draft"
    )
    draft = replace(sample.assistant, model=model).answer(asked).draft
    first = (draft.data or {})["letter"]["why"][0]["sentence"]
    assert first == (
        said if taken else "vielen Dank für deine E-Mail vom 12. November 2026 an Jonas Weber aus unserem Haus."
    )
    assert "Language: German, with “du” and never “Sie”." in model.sent[0].user
