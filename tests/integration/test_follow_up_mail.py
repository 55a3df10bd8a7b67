"""The follow-up mail of a call: in the language of the call, with the footer of our letters, and nothing internal."""

from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.assistant import Request
from bot.skills.outreach.gate import Verdict
from bot.skills.outreach.lint import lint
from bot.skills.summarising.followup import INTERNAL
from tests.conftest import TODAY

GERMAN = """Datum: 2026-11-13
Einwilligung: alle

Maya Lindqvist: Guten Morgen, wie geht es Ihnen und was haben wir heute vor?
Ingrid Solheim: Guten Morgen, wir haben das Angebot gelesen und es ist gut für uns.
Per Aune: Wir haben entschieden, mit allen drei Standorten zu beginnen.
Maya Lindqvist: Ich schicke Ihnen den Vertrag bis zum 18. November.
Per Aune: Ich schicke Ihnen die Zahlen bis zum 24. November.
Maya Lindqvist: Das frage ich meinen Chef wegen der Marge bis zum 20. November.
"""
FRENCH = """Date: 2026-11-13
Consentement : tous

Maya Lindqvist: Bonjour, nous avons une heure pour la suite et pour vos questions.
Ingrid Solheim: Bonjour, c'est bien, nous avons lu le contrat et il est clair pour nous.
Per Aune: Nous avons décidé de commencer avec les trois centres.
Maya Lindqvist: Je vous envoie le contrat avant le 18 novembre.
Per Aune: Je vous envoie les chiffres avant le 24 novembre.
Maya Lindqvist: Je demande à mon chef pour la marge avant le 20 novembre.
"""
SPANISH = """Fecha: 2026-11-13
Consentimiento: todos

Maya Lindqvist: Buenos días, tenemos una hora para la propuesta y para sus preguntas.
Ingrid Solheim: Buenos días, está muy bien, ya la leímos y es clara para nosotros.
Per Aune: Hemos decidido empezar con los tres centros.
Maya Lindqvist: Le envío el contrato antes del 18 de noviembre.
Per Aune: Le envío las cifras antes del 24 de noviembre.
Maya Lindqvist: Le pregunto a mi jefe por el margen antes del 20 de noviembre.
"""


def mail_of(app: App, folder: Path, text: str) -> dict[str, Any]:
    path = folder / "call.txt"
    path.write_text(text, "utf-8")
    request = Request("summarise this call for Northwick", app.user("u-maya"), TODAY, "t1", file=path)
    data = app.assistant.answer(request).draft.data
    assert data is not None
    return dict(data["follow_up"])


@pytest.mark.parametrize(
    ("text", "language", "subject", "has", "hides"),
    [
        (GERMAN, "de", "Unser Gespräch am 13. November 2026: nächste Schritte", "mit allen drei Standorten", "Marge"),
        (FRENCH, "fr", "Notre échange du 13 novembre 2026 : prochaines étapes", "les trois centres", "marge"),
        (SPANISH, "es", "Nuestra llamada del 13 de noviembre de 2026: próximos pasos", "los tres centros", "margen"),
    ],
)
def test_the_mail_is_in_the_language_of_the_call(
    sample: App, tmp_path: Path, text: str, language: str, subject: str, has: str, hides: str
) -> None:
    mail = mail_of(sample, tmp_path, text)
    assert (mail["language"], mail["subject"]) == (language, subject)
    assert has in mail["body"]
    assert hides not in mail["body"]


INTERNAL_SAID = """our margin is thin|the floor price is 40k|my boss says no|between us, they are weak|the champion is Per|she is the economic buyer
this is confidential|a competitor is in|the forecast says commit|there is churn risk|our discount limit is ten percent|I have quota left
the walk-away is 50k|put it in the CRM|the deal desk agreed|we have wiggle room there
wir haben noch Marge|unser Mindestpreis ist 40.000|das fragt mein Chef|unter uns gesagt|der Wettbewerber ist teurer|die Konkurrenz schläft nicht
das ist vertraulich|nur im Vertrauen|eine interne Zahl|unsere Provision hängt daran|die Schmerzgrenze liegt bei 50.000|der Rabattspielraum ist klein
das Risiko ist hoch|sie ist die Entscheiderin|das Vertriebsziel fehlt noch|die Rabattgrenze ist zehn Prozent
notre marge est faible|le prix plancher est de 40 000|mon chef refuse|entre nous, c'est fragile|nos concurrents sont là|la concurrence baisse
c'est confidentiel|une note interne|le décideur est Per|le risque est grand|la remise maximale est de dix pour cent|mon quota n'est pas atteint
la date de signature glisse|l'objectif de vente manque|notre direction et mon patron hésitent|c'est un levier
nuestro margen es bajo|el precio mínimo es 40.000|mi jefe no quiere|entre nosotros, es débil|un competidor está dentro|la competencia baja
es confidencial|una nota interna|la decisora es Ana|el riesgo es alto|el descuento máximo es del diez|mi comisión depende de esto
la fecha de cierre se mueve|el objetivo de ventas falta|la cuota no está|nuestra directora duda"""
PHRASES = [phrase for line in INTERNAL_SAID.split("\n") for phrase in line.split("|")]
FOR_BOTH = (
    "I'll send you the quote by Friday",
    "We need 200 concurrent users",
    "We provision the tenant next week",
    "Wir schicken Ihnen das Angebot",
    "Nous vous envoyons le contrat",
    "Les enviamos el contrato",
)


@pytest.mark.parametrize("said", PHRASES)
def test_what_a_seller_keeps_to_themselves_is_known_in_four_languages(said: str) -> None:
    assert INTERNAL.search(said) is not None


@pytest.mark.parametrize("said", FOR_BOTH)
def test_what_both_sides_may_read_stays(said: str) -> None:
    assert INTERNAL.search(said) is None


def test_the_mail_ends_like_our_letters_and_passes_their_check(sample: App, tmp_path: Path) -> None:
    mail = mail_of(sample, tmp_path, GERMAN)
    assert mail["body"].split("\n")[-5:] == [
        "Maya Lindqvist",
        "[Name Ihres Unternehmens: vor dem Versand ergänzen]",
        "[Postanschrift Ihres Unternehmens: vor dem Versand ergänzen]",
        "maya.lindqvist@fernhollow.example",
        "Wenn Sie solche E-Mails nicht mehr erhalten möchten, antworten Sie mit „Nein“, und ich schreibe Ihnen nicht mehr.",
    ]
    must = ("sender", "address", "opt_out")
    verdict = Verdict("FOOTER", "-", "-", must=must)
    user = sample.user("u-maya")
    assert lint(mail["body"], [mail["subject"]], verdict=verdict, language="de", sender=user, first_touch=False) == ()
