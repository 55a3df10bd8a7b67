"""What a follow-up mail says around the facts, in the language of the call (pure)."""

from collections.abc import Mapping
from datetime import date

MONTHS: Mapping[str, str] = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "and": "and",
        "subject": "Our call on {day}: next steps", "no_day": "Our call: next steps", "greeting": "Hello {names},",
        "thanks": "thank you for the call on {day}.", "thanks_no_day": "thank you for the call.",
        "capital": "", "recap": "Here is what I took from it; please tell me where I am wrong.",
        "decided": "What was decided:", "ours": "What we do:", "theirs": "What you do:", "answers": "We owe you an answer:",
        "open": "date to be agreed", "by": "by {day}", "close": "Is anything missing?", "regards": "Kind regards",
    },
    "de": {
        "and": "und",
        "subject": "Unser Gespräch am {day}: nächste Schritte", "no_day": "Unser Gespräch: nächste Schritte", "greeting": "Guten Tag {names},",
        "thanks": "vielen Dank für das Gespräch am {day}.", "thanks_no_day": "vielen Dank für das Gespräch.",
        "capital": "", "recap": "Das habe ich daraus mitgenommen; bitte korrigieren Sie mich, wo ich falsch liege.",
        "decided": "Was entschieden wurde:", "ours": "Was wir tun:", "theirs": "Was Sie tun:", "answers": "Eine Antwort schulden wir Ihnen:",
        "open": "Termin noch offen", "by": "bis {day}", "close": "Fehlt etwas?", "regards": "Mit freundlichen Grüßen",
    },
    "fr": {
        "and": "et",
        "subject": "Notre échange du {day} : prochaines étapes", "no_day": "Notre échange : prochaines étapes", "greeting": "Bonjour {names},",
        "thanks": "merci pour notre échange du {day}.", "thanks_no_day": "merci pour notre échange.",
        "capital": "", "recap": "Voici ce que j'en ai retenu ; dites-moi si je me trompe.",
        "decided": "Ce qui a été décidé :", "ours": "Ce que nous faisons :", "theirs": "Ce que vous faites :", "answers": "Nous vous devons une réponse :",
        "open": "date à convenir", "by": "d'ici le {day}", "close": "Manque-t-il quelque chose ?", "regards": "Bien cordialement",
    },
    "es": {
        "and": "y",
        "subject": "Nuestra llamada del {day}: próximos pasos", "no_day": "Nuestra llamada: próximos pasos", "greeting": "Hola {names}:",
        "thanks": "gracias por la llamada del {day}.", "thanks_no_day": "gracias por la llamada.",
        "capital": "yes", "recap": "Esto es lo que me llevo; dígame si algo no es correcto.",
        "decided": "Lo que se decidió:", "ours": "Lo que hacemos nosotros:", "theirs": "Lo que hacen ustedes:", "answers": "Les debemos una respuesta:",
        "open": "fecha por acordar", "by": "antes del {day}", "close": "¿Falta algo?", "regards": "Un cordial saludo",
    },
}  # fmt: skip


def day_in(language: str, day: date) -> str:
    """A day as it is written in a language."""
    month = MONTHS[language].split()[day.month - 1]
    if language == "de":
        return f"{day.day}. {month} {day.year}"
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{day.day} {month} {day.year}"
