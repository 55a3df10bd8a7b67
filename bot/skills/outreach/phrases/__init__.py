"""What a letter says in each language, as data: one module a language (pure)."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bot.skills.outreach.phrases.book import Phrases
from bot.skills.outreach.phrases.familiar import familiar as in_familiar_form
from bot.skills.outreach.spec import Language

LANGUAGES: tuple[Language, ...] = ("en", "de", "fr", "es")
WRITTEN: Mapping[str, Language] = {
    "english": "en", "englisch": "en", "anglais": "en", "inglés": "en",
    "german": "de", "deutsch": "de", "allemand": "de", "alemán": "de",
    "french": "fr", "französisch": "fr", "français": "fr", "francés": "fr",
    "spanish": "es", "spanisch": "es", "espagnol": "es", "español": "es", "castellano": "es",
}  # fmt: skip
"""names of the languages that letters are written in"""
OTHERS: Mapping[str, str] = {
    "italian": "it", "dutch": "nl", "portuguese": "pt", "swedish": "sv", "norwegian": "no", "danish": "da", "polish": "pl",
    "finnish": "fi", "czech": "cs", "japanese": "ja", "chinese": "zh",
}  # fmt: skip
"""languages that people ask for and no letter is written in so far"""
_SPOKEN: Mapping[Language, str] = {
    "de": "DE AT LI", "fr": "FR MC", "es": "ES MX AR CL CO PE UY PY BO EC VE CR PA GT HN SV NI DO CU",
}  # fmt: skip
_BY_CODE: Mapping[str, Language] = {code: language for language, codes in _SPOKEN.items() for code in codes.split()}
_BY_NAME: Mapping[str, Language] = dict.fromkeys(("mexico", "méxico", "argentina", "chile", "colombia", "peru", "perú", "uruguay", "paraguay", "bolivia", "ecuador", "venezuela", "costa rica", "panama", "panamá", "guatemala", "honduras", "el salvador", "nicaragua", "dominican republic", "república dominicana", "cuba"), "es")  # fmt: skip
SEVERAL = {"CH": "German or French", "BE": "French", "LU": "French or German", "CA": "French"}
"""countries in which more than one language is written, and which of ours beside English: only the seller knows"""


@cache
def phrases(language: Language, *, familiar: bool = False) -> Phrases:
    """The words of a language, as they are said to a stranger or to somebody whom one knows well."""
    book: Phrases = import_module(f"bot.skills.outreach.phrases.{language}").PHRASES
    return in_familiar_form(book, language) if familiar else book


def spoken_in(code: str | None, country: str | None) -> Language:
    """The language in which one writes to a country; English where it is none of ours, or one of several."""
    found = _BY_CODE.get(code or (country or "").strip().upper())
    return found or _BY_NAME.get((country or "").strip().casefold(), "en")


def language_of(text: str) -> Language | None:
    """The language of a text by its commonest words; None where they do not tell."""
    words = [word.strip(".,;:!?()“”„«»\"'") for word in text.casefold().split()]
    counts = {code: sum(word in phrases(code).common for word in words) for code in LANGUAGES}
    best, second = sorted(counts.values(), reverse=True)[:2]
    return next(code for code in LANGUAGES if counts[code] == best) if best > second else None
