"""How people take being recorded: a plain yes, a no, and what is neither, so that it is asked."""

import pytest

from bot.crm.records import Account, Contact, User
from bot.skills.summarising.attendees import attendees
from bot.skills.summarising.consent import read_consent
from bot.skills.summarising.consent_answers import answered, free, objects, yes
from bot.skills.summarising.transcript import pasted

ACCOUNT = Account(id="a1", name="Northwick Dairy")
CONTACTS = [
    Contact(id="c1", account_id="a1", name="Ingrid Solheim"),
    Contact(id="c2", account_id="a1", name="Per Aune"),
]
USERS = [User(id="u1", name="Maya Lindqvist")]


def status(*lines: str) -> str | None:
    """What is read of a call's recording."""
    transcript = pasted(
        "\n".join((*lines, "Maya Lindqvist: How is planning done?", "Ingrid Solheim: By hand, we said."))
    )
    return read_consent(transcript, attendees(transcript, ACCOUNT, CONTACTS, USERS, USERS[0])).status


@pytest.mark.parametrize(
    "text",
    [
        "Sure, go ahead.", "I don't see why not.", "No problem at all.", "Yes, if you like.", "Fine with me.", "Be my guest.", "Why not?",
        "Ja, kein Problem.", "Meinetwegen gerne.", "Ça marche.", "Aucun souci.", "Por mí bien.", "Sin problema.", "👍",
    ],
)  # fmt: skip
def test_a_plain_yes_is_one(text: str) -> None:
    assert yes(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "Absolutely not.", "Of course not, sorry.", "I'd prefer it off.", "That's fine for me, but Per doesn't want it.", "We are not okay with it.",
        "I'd feel better without it.", "Over my dead body.", "I don't, sorry.", "Auf keinen Fall.", "Sicher nicht.", "Bien sûr que non.", "Claro que no.",
    ],
)  # fmt: skip
def test_a_no_is_one_even_where_it_begins_like_a_yes(text: str) -> None:
    assert yes(text) is False


@pytest.mark.parametrize(
    "text", ["The company is certainly notable.", "It would nourish our plan.", "Please note the date."]
)
def test_a_word_that_begins_with_not_is_no_refusal(text: str) -> None:
    assert yes(text) is not False


@pytest.mark.parametrize(
    "text",
    [
        "Sure, as long as legal signs off.", "Yes, but only if my boss agrees.", "Okay, why?", "Yes, who gets it?", "Okay, so, about the price.", "Yeah, right.",
        "Great, you're all recording me now.", "Yes and no.", "Ja, wenn es unter uns bleibt.", "Oui, si ça reste entre nous.", "Sí, si no sale de aquí.",
    ],
)  # fmt: skip
def test_a_condition_a_question_or_irony_is_neither(text: str) -> None:
    assert yes(text) is None


@pytest.mark.parametrize(
    ("text", "took"),
    [
        ("No, not at all.", True), ("No, I wouldn't.", True), ("Of course not.", True), ("Not really.", True), ("Nein, gar nicht.", True), ("Von mir aus nicht.", True),
        ("Yes, I do.", False), ("I do, sorry.", False), ("It would, yes.", False), ("No, I'd rather you didn't.", False), ("Si, un peu.", False),
        ("Yes.", None), ("No, but Per does.", None), ("No, as long as it is deleted.", None), ("No. Well, actually yes.", None),
    ],
)  # fmt: skip
def test_asked_whether_they_mind_a_no_means_yes(text: str, took: bool | None) -> None:
    assert free(text) is took


def test_a_further_sentence_can_take_a_yes_back() -> None:
    assert answered(["Sure.", "Thanks for asking."], yes) is True
    assert answered(["Sure.", "But not the pricing part."], yes) is None
    assert answered(["Sure.", "Actually, no, please leave it off."], yes) is False


def test_who_was_asked_nothing_can_only_be_against_it() -> None:
    assert (objects("Great."), objects("I never agreed to that."), objects("Please delete it.")) == (None, False, False)


def test_one_yes_is_not_enough_beside_an_answer_that_nobody_can_read() -> None:
    asked = "Maya Lindqvist: May I record this?"
    assert status(asked, "Ingrid Solheim: Sure.") == "all"
    assert status(asked, "Ingrid Solheim: Sure.", "Per Aune: The machine had better stay in its box.") is None
    assert status(asked, "Ingrid Solheim: Sure.", "Per Aune: Let me check with legal first.") == "some"
    assert status(asked, "Per Aune: A pen is welcome here.", "Maya Lindqvist: I see.", "Per Aune: Good.") is None


def test_a_yes_to_a_later_question_is_no_answer_to_this_one() -> None:
    assert (
        status(
            "Maya Lindqvist: May I record this?", "Ingrid Solheim: Hm.", "Maya Lindqvist: Is it cold?", "Per Aune: Yes."
        )
        is None
    )


@pytest.mark.parametrize(
    "answer",
    [
        "I'd be more comfortable without.",
        "Define fine.",
        "Can I get a copy?",
        "You can try.",
        "Nur ungern.",
        "Fine weather.",
    ],
)
def test_a_question_that_got_no_yes_that_can_be_read_is_for_the_seller_to_answer(answer: str) -> None:
    # Elsewhere "they were told and nobody objected" is enough; here somebody may well have objected.
    assert status("Maya Lindqvist: Are you fine with me recording?", f"Ingrid Solheim: {answer}") in (None, "refused")


def test_who_comes_later_has_not_agreed() -> None:
    agreed = ("Maya Lindqvist: May I record this?", "Ingrid Solheim: Sure.", "Maya Lindqvist: Thank you, off we go.")
    assert status(*agreed, "Per Aune: Sorry I'm late.") == "some"
    assert status(*agreed, "[Per Aune has joined]", "Per Aune: Hi.") == "some"
    again = ("Maya Lindqvist: Per, I record this, is that okay?", "Per Aune: Yes, fine.")
    assert status(*agreed, "Per Aune: Sorry I'm late.", *again) == "all"


def test_a_stop_in_a_short_call_is_an_objection_and_one_at_its_end_is_not() -> None:
    agreed = ("Maya Lindqvist: May I record this?", "Ingrid Solheim: Sure.")
    stop = "Ingrid Solheim: On second thought, please turn the recording off."
    assert status(*agreed, stop, "Maya Lindqvist: It is off.", "Ingrid Solheim: Let's talk numbers.") == "refused"


@pytest.mark.parametrize(
    "question",
    [
        "Okay if the assistant joins us for lunch?", "Can the bot answer in German?", "Können wir neue Nutzer aufnehmen?", "Darf ich das in die Liste aufnehmen?",
        "Kann ich die Aufnahme der Daten automatisieren?", "Peut-on enregistrer les commandes à la main ?", "¿Podemos grabar el pedido?", "Can I record our next call?",
    ],
)  # fmt: skip
def test_what_is_no_question_of_this_recording_is_answered_without_consent(question: str) -> None:
    assert status(f"Maya Lindqvist: {question}", "Ingrid Solheim: Yes, sure.") is None
