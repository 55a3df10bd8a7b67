"""What is wrong with a message: rule by rule, in the four languages, and honest messages that have no fault."""

from dataclasses import replace

import pytest

from bot.crm.records import User
from bot.skills import Policy
from bot.skills.outreach.gate import Verdict
from bot.skills.outreach.lint import BLOCKING, RULES, lint
from bot.skills.outreach.spec import Language

MAYA = User(id="u", name="Maya Lindqvist", email="maya@ours.example")
OURS = Policy(company="Ours", postal_address="Ours AS, Kaia 3, 0150 Oslo")
ALLOWED = Verdict("FOOTER", "EU-1", "", must=("sender", "address", "opt_out", "source"))
FOOT: dict[Language, str] = {
    "en": "If you would rather not get e-mails like this, answer “no” and I will not write again.\nI have your address from your request for a demo.",
    "de": "Wenn Sie keine solchen E-Mails möchten, antworten Sie mit „nein“.\nIhre Adresse habe ich aus Ihrer Anfrage.",
    "fr": "Si vous ne souhaitez plus recevoir de messages, répondez « non ».\nJ'ai obtenu votre adresse lors de votre demande.",
    "es": "Si no desea recibir más mensajes, responda «no».\nTengo su dirección de su solicitud.",
}
GOOD: dict[Language, str] = {
    "en": "Dear Jo,\n\nThank you for our call. The best time to reach me is before noon. Is stock something you work on in the health care market?",
    "de": "Guten Tag Frau Feld,\n\nvielen Dank für das Gespräch. Passt ein kurzes Telefonat? Ihr Krankenhaus plant ja neu.\n\nMit besten Grüßen",
    "fr": "Bonjour Madame,\n\nmerci pour notre échange. Quel serait le meilleur moment pour un appel ?",
    "es": "Estimada señora:\n\ngracias por la conversación. ¿Cuándo le viene bien una llamada? ¿Cuál es el mejor momento?",
}


def mail(language: Language = "en", more: str = "") -> str:
    return f"{GOOD[language]} {more}\n\nMaya Lindqvist\nOurs AS, Kaia 3,\n0150 Oslo\n{FOOT[language]}"


def found(body: str, *subjects: str, language: Language = "en", policy: Policy = OURS, first: bool = True) -> list[str]:
    faults = lint(body, subjects, verdict=ALLOWED, language=language, sender=MAYA, policy=policy, first_touch=first)
    return [fault.rule for fault in faults]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_an_honest_message_has_no_fault(language: Language) -> None:
    assert found(mail(language), "A question for Acme", language=language) == []


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_a_footer_in_another_language_is_none(language: Language) -> None:
    other: Language = "de" if language != "de" else "fr"
    body = f"{GOOD[language]}\n\nMaya Lindqvist\n{OURS.postal_address}\n{FOOT[other]}"
    assert found(body, language=language) == ["L-OPT-OUT", "L-SOURCE"]


def test_what_the_verdict_asks_for_must_stand_in_it() -> None:
    faults = lint("Hello Jo.", verdict=ALLOWED, sender=MAYA, policy=OURS)
    assert [fault.rule for fault in faults] == ["L-SENDER", "L-ADDRESS", "L-OPT-OUT", "L-SOURCE"]
    assert all(fault.blocks for fault in faults)
    assert lint("Hello Jo.", verdict=replace(ALLOWED, must=()), sender=MAYA, policy=OURS) == ()


def test_a_blank_counts_only_where_no_address_is_set() -> None:
    body = mail().replace(
        "Ours AS, Kaia 3,\n0150 Oslo", "[Name and postal address of your company: fill in before you send]"
    )
    assert found(body, policy=Policy()) == []
    assert found(body) == ["L-ADDRESS"]


@pytest.mark.parametrize(
    "subject",
    [
        "Re: our talk",
        "RE : offer",
        "Fwd: offer",
        "FW: x",
        "AW: Angebot",
        "WG: Angebot",
        "TR: offre",
        "RV: oferta",
        "Re[2]: x",
    ],
)
def test_no_false_reply_on_a_first_touch(subject: str) -> None:
    assert found(mail(), subject) == ["L-REPLY"]
    assert found(mail(), subject, first=False) == []


@pytest.mark.parametrize(
    "subject", ["Renewal: a date?", "Result of the pilot", "Treffen: Dienstag", "Retail: a question"]
)
def test_a_subject_that_only_begins_alike_is_none(subject: str) -> None:
    assert found(mail(), subject) == []


@pytest.mark.parametrize(
    ("rule", "words"),
    [("L-URGENCY", "This is your last chance."), ("L-URGENCY", "Nur noch heute!"), ("L-URGENCY", "Offre limitée."), ("L-URGENCY", "Solo hoy."),
     ("L-URGENCY", "Only 3 seats left."), ("L-CLAIM", "We are the market leader."), ("L-CLAIM", "Guaranteed savings."), ("L-CLAIM", "Wir sind marktführend."),
     ("L-CLAIM", "C'est la meilleure solution."), ("L-CLAIM", "Es la mejor solución."), ("L-SPECIAL", "I heard of your illness."),
     ("L-SPECIAL", "Gute Besserung!"), ("L-SPECIAL", "Félicitations pour votre grossesse."), ("L-SPECIAL", "Saludos a su esposa."),
     ("L-SPECIAL", "As a Catholic you will agree."), ("L-SPECIAL", "Als Gewerkschaftsmitglied wissen Sie das."), ("L-SPECIAL", "Votre syndicat en parle."),
     ("L-SPECIAL", "Su partido lo apoya."), ("L-MUTUAL", "Our mutual friend says hello."), ("L-MUTUAL", "Per suggested I reach out."),
     ("L-MUTUAL", "Auf Empfehlung von Per."), ("L-MUTUAL", "Per m'a conseillé de vous écrire."), ("L-MUTUAL", "Per me recomendó que le escriba.")],
)  # fmt: skip
def test_what_must_not_stand_in_it(rule: str, words: str) -> None:
    assert found(mail(more=words)) == [rule]


def test_nobody_else_is_named_outside_of_a_cleared_sentence() -> None:
    sentence = "Harrowgate Foods cut stock-outs by 31 %"
    body, names = mail(more=f"{sentence}."), ["Harrowgate Foods", "Ana", "Per Aune"]

    def faults(body: str, cleared: list[str]) -> list[tuple[str, str]]:
        told = lint(body, verdict=ALLOWED, sender=MAYA, policy=OURS, known_names=names, cleared=cleared)
        return [(fault.rule, fault.words) for fault in told]

    assert faults(body, []) == [("L-THIRD", "Harrowgate Foods")]
    assert faults(body, [sentence]) == []
    assert faults(mail(more="Per Aune's banana"), [sentence]) == [("L-THIRD", "Per Aune")]


def test_rules_of_law_block_and_the_others_are_told() -> None:
    assert set(RULES) - BLOCKING == {"L-URGENCY", "L-CLAIM", "L-MUTUAL"}
    assert set(RULES) >= BLOCKING
