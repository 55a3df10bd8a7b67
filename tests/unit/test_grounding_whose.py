"""A figure, a share, a record, a deed: each stays with whom and what its sources give it."""

import pytest

from bot.grounding import Claim, Nearness, Source, check, check_text, ground
from knowledge.embeddings import spans_of_words

NEARNESS = Nearness(spans_of_words())
DEALS = [
    {
        "title": "Deal",
        "text": "Calder Mills - Looms: EUR 64,000, stage Proposal, close date 2027-01-15, owner Ana Ruiz.",
    },
    {
        "title": "Deal",
        "text": "Calder Mills - Dyes: EUR 9,000, stage Discovery, close date 2027-04-30, owner Tom Berg.",
    },
]


def why(document: str, text: str) -> str:
    return check(Claim(text=text, cites=[1]), {1: Source(1, "", document)}, {}).why


@pytest.mark.parametrize(
    ("document", "text", "reason"),
    [
        ("Northwick has 40 users, Halvorsen 12.", "Halvorsen has 40 users.", "its sources say 40 of something else"),
        ("Northwick has 40 users, Halvorsen 12.", "Halvorsen has 12 users.", ""),
        ("Northwick has 40 users, Halvorsen 12.", "Northwick has 40 users and Halvorsen 12.", ""),
        ("Ana from Leeds and Tom from Porto want 40 seats.", "Ana wants 40 seats.", ""),
        ("Anke wants 40 seats and 12 kiosks for Lyon.", "Anke wants 12 kiosks.", ""),
        (
            "Globex was cheaper by 15%, we are faster.",
            "We were cheaper by 15%.",
            "its sources say 15% of something else",
        ),
        ("Two of the three pilots ended in May.", "Three pilots ended in May.", "its sources say Two of Three"),
        ("Two of the three pilots ended in May.", "Two pilots ended in May.", ""),
        ("Of the 18 testers 15 answered the survey.", "18 testers answered the survey.", "its sources say 15 of 18"),
        ("Two of the three pilots ended in May.", "There are three pilots.", ""),
        (
            "They buy 25 scanners, and 5 spare belts per site.",
            "They buy 5 scanners.",
            "its sources say 5 of something else",
        ),
        ("They buy 25 scanners, and 5 spare belts per site.", "They buy 25 scanners.", ""),
        (
            "Tickets came to 84. 410 teachers are active.",
            "84 teachers are active.",
            "its sources say 84 of something else",
        ),
        (
            "They want 60 days' notice instead of 90.",
            "They want 90 days' notice.",
            "its sources say another figure instead of 90 days",
        ),
        ("They want 60 days' notice instead of 90.", "They want 60 days' notice.", ""),
        ("The set-up is $4,500 once.", "The set-up is $4,500 a month.", "its sources say $4,500 of another time"),
        ("A seat is $26 a month.", "A seat is $26 monthly.", ""),
        ("The fee is $600 a year.", "The fee is $600 annually.", ""),
    ],
)
def test_a_figure_stays_with_its_name_thing_share_and_time(document: str, text: str, reason: str) -> None:
    assert why(document, text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The Dyes deal is worth EUR 64,000.", "its sources say EUR 64,000 of another record"),
        ("The Looms deal is worth EUR 64,000.", ""),
        ("Dyes closes on 15 January 2027.", "its sources say 15 January 2027 of another record"),
        ("Looms is in Discovery.", "its sources say Discovery of another record"),
        ("Looms is larger than the EUR 9,000 of Dyes.", ""),
    ],
)
def test_a_record_keeps_its_own_values(text: str, reason: str) -> None:
    assert check_text(text, DEALS, {})["sentences"][0]["why"] == reason


@pytest.mark.parametrize(
    ("document", "text", "reason"),
    [
        ("The CFO will decide in January.", "The CFO will sign in January.", 'none of its sources says "sign"'),
        ("The order for the pumps came in May.", "They bought the pumps in May.", ""),
        ("The council has to agree first.", "The council has agreed.", 'its sources do not say "agreed" as done'),
        ("The council had to agree first, and it agreed.", "The council has agreed.", ""),
        ("Anke wants to try the sandbox.", "Anke has tried the sandbox.", 'the source says it with "wants to", the sentence as a fact'),
        ("They may add Lyon if the audit goes well.", "They may add Lyon even if the audit goes on.", 'none of its sources says "even if"'),
        ("They accept the cap and reject the renewal.", "They accept the renewal.", 'its sources say the opposite of "accept"'),
        ("They accept the cap and reject the renewal.", "They reject the renewal.", ""),
    ],
)  # fmt: skip
def test_a_deed_is_told_as_far_as_it_has_come(document: str, text: str, reason: str) -> None:
    assert why(document, text) == reason


@pytest.mark.parametrize(
    ("document", "text", "reason"),
    [
        ("Rafael is the COO. He replaces Greta Lind.", "Greta Lind replaces Rafael.", 'the source says "replac" the other way round'),
        ("Rafael blamed their vendor.", "Their vendor blamed Rafael.", 'the source says "blam" the other way round'),
        ("Rafael blamed their vendor.", "Rafael blamed their vendor.", ""),
        ("We met Rafael Braga, the new COO. Hana left.", "Hana is the new COO.", "the source says it of Rafael Braga"),
        ("Hana Ito came. Hana champions us, Rafael waits.", "Rafael champions us.", "the source says it of Hana"),
        ("I send the offer by Monday, Karin checks the rate.", "Karin sends the offer by Monday.", "the source says it of its writer"),
        ("Ivo: I can put Lea on a call.\nUna: Do.\nIvo: Good.", "Una offered to put Lea on a call.", "the source says it of Ivo"),
        ("Bruges starts in May and the others start in June.", "Leeds and Porto start in June.", "the name Leeds is in none of its sources"),
    ],
)  # fmt: skip
def test_a_deed_stays_with_whoever_does_it(document: str, text: str, reason: str) -> None:
    assert why(document, text) == reason


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("And 11 would buy.", "Eleven would buy."),
        ("They need 35 seats in Leeds, 20 in Lyon.", "They need 55 seats in all."),
        ("May: 310 sold. Plan: 350 sold.", "310 were sold, 40 fewer than the 350 of the plan."),
        ("The test has not started.", "The test has yet to start."),
        ("He can sign only after the insurer has confirmed.", "The insurer has to confirm before he can sign."),
        ("He books the room for 19 May.", "He books the room, which takes place on 19 May."),
        ("Dyes: EUR 9,000, next step: none.", "There is no next step on Dyes."),
    ],
)
def test_other_words_for_the_same_are_no_fault(document: str, text: str) -> None:
    assert why(document, text) == ""


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Odile asked for a reference.", ""),
        ("Odile asked for a reference and a discount.", "it adds what none of its sources tells"),
        ("Odile asked for a reference because of the price.", "it adds what none of its sources tells"),
    ],
)
def test_a_brief_adds_nothing_to_its_sources(text: str, added: str) -> None:
    told = {1: Source(1, "", "Odile Garnier asked for a reference from a haulier.")}
    lines, dropped = ground([Claim(text=text, cites=[1])], told, {}, NEARNESS, "brief")
    assert [one.why for one in dropped] == ([added] if added else [])
    assert [line.text for line in lines] == ([] if added else [text])
    assert check_text(text, [told[1].text], {}, None, NEARNESS, "brief")["supported"] is (not added)


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("The deal is worth USD 78,000 and stands in Proposal.", True),
        ("It has been in Proposal for 33 days and is slower than the median of 16.", True),
        ("The deal is worth USD 78,000 and a discount.", False),
    ],
)
def test_another_statement_is_no_addition(text: str, supported: bool) -> None:
    told = "Northwick Dairy: USD 78,000 in Proposal.\nMost pressing: 33 days in Proposal against a median of 16."
    found = check_text(text, [told], {}, nearness=NEARNESS, use="brief")["sentences"][0]
    assert found["supported"] is supported, found
