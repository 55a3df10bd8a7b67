"""What holds only if, of some, in comparison, not yet or no longer: the sentence that says so stays, the one that drops it goes."""

import pytest

from bot.grounding import check_text

OFFER = (
    "If you sign before 1 December, the migration is free. Anna Rask asks if the price holds. "
    "We will add the second plant once the board agrees. A contract of at least three years earns 5 percent on top."
)
NOTE = (
    "Tom Ferris, the finance director, has left; Ada Quill stands in until January. Their accountant, Mona Lie, decides. "
    "Her deputy, Ines Roth, signs small orders. The north uses it less than the south. The training is done; the audit is planned for May. "
    "Next step: redline from their counsel"
)
SHARES = "Price counts 40 percent, quality 35 percent and access 25 percent. The tender closes on 30 November. Questions are answered until 16 November."
CLAUSES = "We accept your change to clause 7. For clause 12 we can go to 60 days. The hospital runs 14 wards; six use our labels."
OWED = "Petra has to approve the order. Next step: book the room. The board approved the budget."
CALL = "Kit: We will send the order form.\nOlga: Fine.\nKit: Is that all?\nOlga: Yes."


@pytest.mark.parametrize(
    ("document", "text", "why"),
    [
        (OWED, "Petra still has to approve the order.", ""),
        (OWED, "The room is still to be booked.", ""),
        (OWED, "The board still has to approve the budget.", 'differ by "still"'),
        (OFFER, "The migration is free.", "only on a condition"),
        (OFFER, "The migration is free if you sign before 1 December.", ""),
        (OFFER, "We will add the second plant.", "only on a condition"),
        (OFFER, "The second plant depends on the board.", ""),
        ("Anna Rask asks if the price holds. The price holds.", "The price holds.", ""),
        (OFFER, "Every contract earns 5 percent on top.", "only of contract of at least three"),
        (OFFER, "Every contract of at least three years earns 5 percent on top.", ""),
        (NOTE, "Tom Ferris is the finance director.", "Tom Ferris was it"),
        (NOTE, "Ada Quill is the finance director.", ""),
        (NOTE, "Ada Quill is their accountant.", "says it of Mona Lie"),
        (NOTE, "Ada Quill signs small orders.", "says it of Ines Roth"),
        (NOTE, "Ines Roth signs small orders.", ""),
        (NOTE, "The south uses it less than the north.", "the other way round"),
        (NOTE, "The south uses it more than the north.", ""),
        (NOTE, "The audit was done in May.", "only ahead"),
        (NOTE, "The training was done.", ""),
        (NOTE, "Their counsel has sent the redline.", "as done"),
        (SHARES, "Access counts 35 percent.", "35 percent of something else"),
        (SHARES, "Quality counts 35 percent.", ""),
        (SHARES, "Questions can be sent until 30 November.", "30 November of something else"),
        (CLAUSES, "We accept your change to clause 12.", "another clause"),
        (CLAUSES, "We accept your change to clause 7.", ""),
        (CLAUSES, "All 14 wards use our labels.", "six of 14"),
        (CALL, "Olga will send the order form.", "says it of Kit"),
        (CALL, "Acme will send the order form.", "Acme"),
        ("They bought from Tanagra.", "Tanagra bought from them.", "the other way round"),
        ("They bought from Tanagra.", "They bought from Tanagra.", ""),
        ("The deal desk answers within two working days.", "The deal desk answers within two weeks.", "two weeks"),
    ],
)
def test_what_is_left_out_of_a_sentence(document: str, text: str, why: str) -> None:
    told = check_text(text, [document], {})["sentences"][0]
    assert (why in told["why"]) if why else not told["why"]


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("Close date: 18 December. The open points are liability and price.", "The open points are liability and price."),
        ("Marcus Thiel has not seen the interface yet.", "Marcus Thiel still has to see the interface."),
        ("They were unhappy with the delivery.", "They were not happy with the delivery."),
        ("They might visit our site in spring.", "A visit to our site in spring is possible."),
        ("Never offer a discount before the buyer has named a date.", "Offer no discount until the buyer has given a date."),
        ("Scrap went down from 4.1 to 2.9 percent.", "Scrap fell from 4.1 percent to 2.9 percent."),
        ("Customers with more than 200 users get an engineer.", "Above 200 users, customers get an engineer."),
    ],
)  # fmt: skip
def test_other_words_for_the_same(document: str, text: str) -> None:
    assert check_text(text, [document], {})["sentences"][0]["why"] == ""


def test_what_is_settled_is_not_open() -> None:
    assert (
        "opposite"
        in check_text("Data residency is still open.", ["Data residency is settled."], {})["sentences"][0]["why"]
    )


def test_a_sentence_of_the_source_holds() -> None:
    document = "The site has 14 wards; six use it, all by hand. The audit for Marcus was due today from me."
    assert check_text(document, [document], {})["supported"]
    assert not check_text("All 14 wards use it.", [document], {})["supported"]
