"""“Du” and “Sie”: the familiar form of a letter's phrases, how it is asked for, and how it is learnt."""

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from string import Formatter
from typing import Any

import pytest

from bot.skills.outreach import address_words, changes, untrue, voice
from bot.skills.outreach.changes import Change
from bot.skills.outreach.phrases import LANGUAGES, phrases
from bot.skills.outreach.phrases.book import Phrases
from bot.skills.outreach.phrases.familiar import FAMILIAR
from bot.skills.outreach.spec import Language, Spec, Voice
from bot.store.samples import Sample

SPEC = Spec(account_id="A1", contact_id="C1")

DISTANT = {
    "en": r"(?!)",
    "de": r"\b(?:Sie|Ihnen|Ihr\w*)\b|\bdu (?:haben|möchten|wissen|stehen|sich)\b",
    "fr": r"(?i:(?<!rendez-)\b(?:vous|votre|vos)\b)|\b(?!(?i:chez|assez|rendez)\b)\w+ez\b",
    "es": r"(?i:\b(?:usted|ustedes|le|les|su|sus)\b)|\bse lo\b|"
    r"\b\w+(?:rle|rles|game|jame)\b|\b(?:[Pp]uede|[Pp]refiere|[Qq]uiere|[Dd]iga|[Rr]esponda|[Rr]eciba|[Pp]ermite|[Nn]ombre el|[Ee]lige|desee|encuentra|devuelva)\b",
}
"""what addresses somebody whom one does not know well: pronouns, and the verb forms of the distant phrases"""


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for one in value.values() if hasattr(value, "values") else value:
            yield from texts(one)


def said(book: Phrases) -> list[str]:
    kept = [
        field.name for field in fields(book) if field.name not in ("name", "months", "common", "negations", "terms")
    ]
    return [text for name in kept for text in texts(getattr(book, name))]


def places(text: str) -> list[str]:
    """The placeholders; a first name may stand where the whole one does."""
    return [(name or "").replace("first", "name") for _, name, _, _ in Formatter().parse(text) if name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_familiar_form_holds_no_word_of_the_distant_one(language: Language) -> None:
    distant, familiar = said(phrases(language)), said(phrases(language, familiar=True))
    assert [text for text in familiar if re.search(DISTANT[language], text)] == []
    assert [places(text) for text in familiar] == [places(text) for text in distant]
    assert (familiar == distant) is (language == "en")


@pytest.mark.parametrize("language", FAMILIAR)
def test_every_row_stands_in_the_distant_form(language: Language) -> None:
    text = "\n".join(said(phrases(language)))
    assert [old for old in FAMILIAR[language] if old not in text] == []


@pytest.mark.parametrize(
    ("words", "form", "language", "rest"),
    [
        ("draft a note to Jo per du", "familiar", "de", "draft a note to Jo"),
        ("draft a note to Jo in German, use du, about the pilot", "familiar", "de", "draft a note to Jo in German, about the pilot"),
        ("draft a note to Jo in French and use the informal you", "familiar", None, "draft a note to Jo in French"),
        ("draft a note to Jo, bitte siezen", "distant", "de", "draft a note to Jo"),
        ("draft a note to Jo mit Sie", "distant", "de", "draft a note to Jo"),
        ("draft a note to Jo, tutoyer", "familiar", "fr", "draft a note to Jo"),
        ("draft a note to Jo, vouvoyer", "distant", "fr", "draft a note to Jo"),
        ("draft a note to Jo, tutear", "familiar", "es", "draft a note to Jo"),
        ("draft a note to Jo de usted", "distant", "es", "draft a note to Jo"),
        ("draft a note to Jo, don't use du", "distant", "de", "draft a note to Jo"),
        ("draft a note to Per Aune", "", None, "draft a note to Per Aune"),
        ("draft a note to Anne du Pont about pricing", "", None, "draft a note to Anne du Pont about pricing"),
        ("follow up with du Pont by e-mail", "", None, "follow up with du Pont by e-mail"),
        ("una nota sobre la renovación de tu contrato", "", None, "una nota sobre la renovación de tu contrato"),
    ],
)  # fmt: skip
def test_a_request_names_the_form(words: str, form: str, language: str | None, rest: str) -> None:
    assert address_words.asked(words) == (form, language)
    assert untrue.parted(words) == (rest, ())


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("use du", Change(address="familiar")),
        ("please use du instead of Sie", Change(address="familiar")),
        ("change “Sie” to “du”", Change(address="familiar")),
        ("change Sie to du", Change(address="familiar")),
        ("du bitte", Change(address="familiar", certain=False)),
        ("siezen", Change(address="distant")),
        ("shorter, and with vous", Change(longer=-1, address="distant")),
        ("in German with du", Change(language="de", address="familiar")),
        ("háblale de tú", Change(address="familiar")),
        ("on first-name terms please", Change(address="familiar")),
        ("to Anne du Pont", Change(to="Anne du Pont", certain=False)),
    ],
)
def test_a_letter_that_is_there_changes_its_form(words: str, change: Change) -> None:
    assert changes.read(words, "Guten Tag, haben Sie Zeit? Sie und du.") == change


def test_another_language_takes_no_form_along() -> None:
    german = SPEC.model_copy(update={"language": "de", "address": "familiar"})
    assert changes.applied(german, Change(language="fr")).address == ""
    assert changes.applied(german, Change(language="fr", address="familiar")).address == "familiar"
    assert changes.applied(german, Change(longer=-1)).address == "familiar"


FOOT = "Wenn Sie keine E-Mails möchten, antworten Sie mit „Nein“. Ihre Adresse ist von Ihnen."
NEAR_FOOT = "Wenn du keine E-Mails möchtest, antworte mit „Nein“. Deine Adresse ist von dir."


def edit(edited: str, written: str = "Haben Sie Zeit für uns?", language: str = "de", account: str = "A1") -> Sample:
    foot = NEAR_FOOT if "du" in written else FOOT
    return Sample(
        user_id="U1", at=datetime(2026, 11, 16, tzinfo=UTC), channel="email", language=language, account_id=account,
        written=f"{written}\n\n{foot}", edited=f"{edited}\n\n{foot}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("samples", "form"),
    [
        # The footer that the seller left as it was says nothing of how they write.
        ([edit("Hast du Zeit?")], "familiar"),
        ([edit("Haben Sie Zeit für uns?")], ""),
        ([edit("Haben Sie kurz Zeit?")], "distant"),
        ([edit("Haben Sie kurz Zeit?"), edit("Hast Du Zeit?"), edit("Passt es dir?")], "familiar"),
        ([edit("Haben Sie kurz Zeit?"), edit("Hast du Zeit?")], "distant"),
        # What was asked for one person is no habit.
        ([edit("Hast du kurz Zeit?", "Hast du Zeit?")], ""),
        (
            [edit("Hast du kurz Zeit?", "Hast du Zeit?"), edit("Passt es dir?"), edit("Haben Sie kurz Zeit?")],
            "familiar",
        ),
        ([edit("Merci pour notre rendez-vous, tu as le temps ?", language="fr")], "familiar"),
        ([edit("As-tu le temps ?", language="fr")], "familiar"),
    ],
)
def test_the_form_is_learnt_from_what_the_seller_wrote(samples: list[Sample], form: str) -> None:
    assert voice.learn(samples, "email", samples[0].language).address == form


def test_words_that_go_with_the_form_are_no_habit_of_their_own() -> None:
    written = "Pouvez-vous me dire si vous avez le temps ?"
    samples = [edit("Peux-tu me dire si tu as le temps ?", written, "fr", account) for account in ("A1", "A2")]
    assert voice.learn(samples, "email", "fr").replaced == ()


def test_what_was_asked_outranks_what_was_learnt() -> None:
    learnt = Voice(address="familiar", count=2)
    german = SPEC.model_copy(update={"language": "de"})
    assert voice.fitted(german, learnt).address == "familiar"
    asked = voice.fitted(german.model_copy(update={"address": "distant"}), learnt)
    assert asked.address == "distant"
    assert (voice.form_of(voice.fitted(german, learnt), learnt), voice.form_of(asked, learnt)) == ("du", "")
    assert (
        voice.told(learnt, "du")
        == "In your style, from 2 letters that you edited: with “du”. Say “forget my style” to end that."
    )
