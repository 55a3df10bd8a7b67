"""Days of other languages: what is put right within a sentence, and fillers that put nothing right."""

from datetime import date

import pytest

from bot.skills.summarising import tongues

TUESDAY = date(2026, 7, 14)


@pytest.mark.parametrize(
    ("words", "told", "day", "rest"),
    [
        ("ich schicke es am Donnerstag, nein, am Freitag", "Freitag", "2026-07-17", "ich schicke es"),
        ("ich schicke sie am Donnerstag, nein, halt, Donnerstag bin ich weg, also am Freitag", "Freitag", "2026-07-17", "ich schicke sie , nein, halt, Donnerstag bin ich weg"),
        ("Ich schicke Ihnen den Vertrag besser am Freitag.", "Freitag", "2026-07-17", "Ich schicke Ihnen den Vertrag besser"),
        ("Ich schicke Ihnen halt das Angebot am Montag.", "Montag", "2026-07-20", "Ich schicke Ihnen halt das Angebot"),
        ("J'envoie le contrat plutôt vendredi", "vendredi", "2026-07-17", "J'envoie le contrat plutôt"),
        ("Dann Freitagvormittag.", "Freitagvormittag", "2026-07-17", "Dann"),
    ],
)  # fmt: skip
def test_a_day_leaves_the_words_of_the_promise_whole(words: str, told: str, day: str, rest: str) -> None:
    assert tongues.when(words, TUESDAY) == (told, date.fromisoformat(day), rest)
