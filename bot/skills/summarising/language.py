"""Which language a call is held in, by its commonest words (pure)."""

import re
from collections.abc import Sequence
from typing import Literal

Language = Literal["en", "de", "fr", "es", ""]
NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "": "another language"}
LEAST = 12
"""words below which a call counts as English"""
_COMMON = {
    "en": "the and you that it for is are we of to have this with what not your can will be do our on so but they was from yes",
    "de": "der die das und ist nicht wir sie ich ein eine mit für auf den haben auch es zu wie wenn bei noch dem von werden ja aber uns",
    "fr": "le la les et est vous nous je pas un une des que pour dans avec ce qui sur du au oui mais nos vos sont ça bien en plus",
    "es": "el la los las y es que no en un una de por para con se lo nos su sí pero más como está muy esto del al son ya gracias",
}
_SETS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_SHARE = 0.12
"""share of the words that the commonest of a language make up in any text of some length"""


def language_of(texts: Sequence[str]) -> Language:
    """The language that most of the words are in; empty where it is none of the four."""
    words = [word for text in texts[:400] for word in re.findall(r"[^\W\d_]+", text.casefold())]
    if len(words) < LEAST:
        return "en"
    counts = {code: sum(word in known for word in words) for code, known in _SETS.items()}
    best = max(counts, key=lambda code: counts[code])
    found: Language = best if counts[best] >= _SHARE * len(words) else ""  # type: ignore[assignment]
    return found
