"""Replies by which people opt out: the phrases that the patterns were written from, and what only looks like one.

Phrases that no pattern was written from are in `evals/compliance/optouts.jsonl`.
"""

import pytest

from bot.skills.outreach.optout import read, said, told

OUT = {
    "en": ["Please remove me from your list.", "Take me off your mailing list", "Unsubscribe me please", "I'd like to opt out.",
           "Stop emailing me.", "Please don't contact me again", "No more e-mails please", "I do not want to receive any more e-mails.",
           "Please do not email me anymore, thanks.", "Stop sending me these emails", "I withdraw my consent."],
    "de": ["Bitte nehmen Sie mich aus Ihrem Verteiler.", "Bitte keine weiteren E-Mails.", "Schreiben Sie mir bitte nicht mehr.",
           "Ich widerspreche der Nutzung meiner Daten.", "Ich möchte nicht mehr kontaktiert werden.", "Keine Mails mehr, bitte."],
    "fr": ["Désinscrivez-moi.", "Merci de ne plus me contacter.", "Ne m'écrivez plus.", "Je ne souhaite plus recevoir vos messages.",
           "Veuillez supprimer mon adresse."],
    "es": ["Por favor, deme de baja.", "No me escriban más.", "No deseo recibir más correos.", "Dejen de enviarme correos.",
           "Elimínenme de su lista."],
    "it": ["Cancellatemi dalla lista.", "Non scrivetemi più.", "Non desidero più ricevere le vostre e-mail.", "Smettetela: basta e-mail."],
    "nl": ["Haal mij van de lijst.", "Geen mails meer alstublieft.", "Schrijf mij uit.", "Ik wil niet meer benaderd worden."],
    "pt": ["Remova-me da lista.", "Não me envie mais e-mails.", "Não quero receber mais mensagens.", "Pare de me enviar e-mails."],
    "sv": ["Ta bort mig från listan.", "Inga fler mejl, tack.", "Kontakta mig inte igen."],
    "no": ["Fjern meg fra listen.", "Ikke kontakt meg igjen.", "Slutt å sende meg e-post."],
    "da": ["Fjern mig fra listen.", "Jeg ønsker ikke at modtage flere mails.", "Kontakt mig ikke mere."],
    "pl": ["Proszę mnie usunąć z listy.", "Nie piszcie do mnie więcej.", "Nie chcę otrzymywać wiadomości."],
    "fi": ["Poistakaa minut listalta.", "En halua enää saada viestejä."],
}  # fmt: skip
NOT = [
    "Stop by on Tuesday if you are in town.", "Please don't remove me, I read everything.", "Remove me from the thread, Per takes over.",
    "Don't call me on my mobile, use the desk line.", "Please do not contact me until Monday.", "We don't want to get this wrong.",
    "I have no further messages from you, did you send it?", "Take me through the numbers.", "Stop the shipment, please.",
    "Ich habe keine weiteren Mails bekommen.", "Bitte rufen Sie mich heute nicht mehr an.", "To unsubscribe, click here.",
    "If you no longer wish to hear from us, unsubscribe here.", "Bitte löschen Sie die zweite Zeile im Angebot.",
    "Ne m'appelez plus avant demain, je suis en réunion.", "Can you remove the second item from the offer?",
    "No, Thursday does not work for me, but Friday would.", "Nein, das Angebot passt so nicht.", "Drop me a line when you know more.",
    "We stopped the project.", "If you don't want to receive these emails in the future, unsubscribe.", "Wenn Sie keine weiteren E-Mails möchten, melden Sie sich ab.",
    "Si vous ne souhaitez plus recevoir nos messages, écrivez-nous.", "If you would no longer like to receive messages, click the link.",
    "Our customers want to unsubscribe from the old portal.",
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in OUT.items() for text in texts])
def test_an_opt_out_is_known_in_many_languages(language: str, text: str) -> None:
    assert read("Re: A question", text) is not None


@pytest.mark.parametrize("text", NOT)
def test_what_only_looks_like_an_opt_out_is_none(text: str) -> None:
    assert read("Re: A question", text) is None


@pytest.mark.parametrize(
    ("subject", "body", "out"),
    [("Re: A question", "STOP", "email"), ("Unsubscribe", None, "email"), ("Re: A question", "No.\n\nJo Field\nCFO", "email"),
     ("Re: A question", "No\n\nThe second option is not what we agreed on in September.", None), ("Stop", "", "email"),
     ("Re: A question", "Nein danke", "email"), ("Hello", "Please stop calling me.", "call"),
     ("Hello", "Do not contact me again.", "all"), ("Hello", "Don't email me again. And stop calling me.", "all"),
     ("Re: A question", "Yes, gladly.\n\nOn Tue, 3 Nov 2026 Maya wrote:\n> answer “no” and I remove you. Please remove me", None),
     ("Newsletter", "Our news of November\n\nUnsubscribe | View in browser", None)],
)  # fmt: skip
def test_the_channel_a_reply_opts_out_of(subject: str, body: str | None, out: str | None) -> None:
    assert read(subject, body) == out


@pytest.mark.parametrize(
    ("text", "out"),
    [("she answered: please remove me from the list", "email"), ("Ingrid asked to be removed from our list", "email"),
     ("talked to Per, he does not want any more calls", "call"), ("Ingrid unsubscribed yesterday", "email"),
     ("she wrote back “don't contact me again”", "all"), ("he asked us not to call him again", "call"),
     ("she asked to be removed from the invite", None), ("she answered that Tuesday is fine", None),
     ("remind me to unsubscribe from the fair's newsletter", None), ("he asked me to call him again on Tuesday", None)],
)  # fmt: skip
def test_what_a_seller_tells_of_an_opt_out(text: str, out: str | None) -> None:
    assert told(text) == out


def test_what_a_seller_pastes_is_read_as_theirs() -> None:
    assert told("log her answer", "Hi Maya,\nplease take me off your list.\nIngrid") == "email"
    assert said("nothing of the kind") is None
