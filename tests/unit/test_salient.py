"""What a talk was about where no rule finds a claim: things, topics, telling sentences, and their places."""

import pytest

from bot.skills.summarising.checking import to_check
from bot.skills.summarising.phrases import Phrases, is_english
from bot.skills.summarising.salient import Overview, by_topic, in_short, overview
from bot.skills.summarising.spoken import fluent
from bot.skills.summarising.transcript import pasted

HALVES = (
    (
        "Ann Lee",
        "The cold store is too warm, because the night shift leaves the door of the cold store open.",
        "I asked the night shift about the cold store, and they blame the truck drivers.",
        "The truck drivers wait at the loading dock, and the loading dock has no roof.",
    ),
    (
        "Per Aune",
        "We should change the price list, as the price list has the wrong discount for the dealers.",
        "I showed the dealers the price list, and the dealers want the spring catalogue.",
        "The spring catalogue comes from the print shop, and the print shop is late.",
    ),
)
"""who speaks in each half, and of what"""


def talk(times: int = 4) -> str:
    """Two halves of one speaker each, the other only nods."""
    lines = []
    for who, *sentences in HALVES:
        other = "Per Aune" if who == "Ann Lee" else "Ann Lee"
        lines += [
            line for _ in range(times) for one in sentences for line in (f"{who}: {one}", f"{other}: Yeah, okay.")
        ]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Um, so I I think we, uh, we need the the offer.", "We need the offer."),
        ("And you know, pau pause the roll-out.", "Pause the roll-out."),
        ("So we should we should go to today's page.", "We should go to today's page."),
        ("Okay.", ""),
        ("It is, it is a deal,", "It is a deal."),
    ],
)
def test_a_sentence_is_read_without_its_stumbling(said: str, read: str) -> None:
    assert fluent(said) == read


def test_nothing_is_added_to_what_was_said() -> None:
    said = "Well, um, the the board meets, you know, on 12 March, and and we w want the offer by then."
    left = iter(said.lower().replace(",", "").replace(".", "").split())
    assert all(word in left for word in fluent(said).lower().replace(",", "").replace(".", "").split())


def test_a_thing_is_what_stands_behind_an_article_and_is_named_whole() -> None:
    phrases = Phrases(["The cold store is warm.", "We run quickly to the cold store.", "They run quickly."])
    assert phrases.top(range(3), 5, 2) == ["cold store"]
    assert phrases.named("cold store") == "the cold store"


def test_topics_are_told_in_their_order_with_who_spoke_and_where() -> None:
    seen = overview(pasted(talk(80)).said)
    assert in_short(seen)[0][0] == "They talked about the cold store, the night shift and the price list."
    assert [text for text, _ in by_topic(seen)] == [
        "Ann Lee on the truck drivers, the loading dock, the door and roof.",
        "Per Aune on the spring catalogue, the print shop, the wrong discount and the dealers.",
    ]
    assert [(one.first.lines, one.last.lines) for one in seen.topics] == [((1,), (479,)), ((481,), (959,))]


def test_each_line_rests_on_the_first_sentences_that_name_its_things() -> None:
    seen = overview(pasted(talk()).said)
    assert [(text, [one.lines for one in said]) for text, said in in_short(seen)[:1]] == [
        ("They talked about the cold store, the night shift and the price list.", [(1,), (25,)]),
    ]


def test_telling_sentences_are_what_was_said_and_do_not_repeat_each_other() -> None:
    told = in_short(overview(pasted(talk()).said))[1:]
    assert [text for text, _ in told] == [
        "Ann Lee: The cold store is too warm, because the night shift leaves the door of the cold store open.",
        "Ann Lee: I asked the night shift about the cold store, and they blame the truck drivers.",
        "Per Aune: I showed the dealers the price list, and the dealers want the spring catalogue.",
    ]
    assert [said[0].lines for _, said in told] == [(1,), (3,), (45,)]


def test_a_talk_in_another_language_is_not_told() -> None:
    german = ["Wir haben das Angebot geprüft.", "Der Preis ist uns zu hoch, und die Lieferzeit auch."]
    assert not is_english(german)
    assert (
        overview(pasted("\n".join(f"{who}: {one}" for one in german for who in ("Ann Lee", "Per Aune"))).said)
        == Overview()
    )
    assert overview([]) == Overview()


def test_a_request_that_nobody_took_is_to_be_checked_and_a_question_is_not() -> None:
    said = pasted(
        "Ann Lee: Can you send me the figures?\nPer Aune: What does it cost?\nAnn Lee: The price list is old.\n"
        "Per Aune: Could you explain that?\nAnn Lee: Please approve the order by Friday."
    ).said
    assert [one.text for one in to_check(said, ())] == [
        "Can you send me the figures?",
        "Please approve the order by Friday.",
    ]
    assert [one.lines for one in to_check(said, {"Can you send me the figures?"}, most=1)] == [(5,)]


def test_what_rambles_on_is_not_to_be_checked() -> None:
    long = "Please send the figures " + "and then the other figures " * 9
    assert to_check(pasted(f"Ann Lee: {long}.\nPer Aune: Yes.\nAnn Lee: Can you answer that?").said, ()) == []


def test_a_question_that_was_answered_is_not_to_be_checked() -> None:
    asked = "Ann Lee: Hello.\nPer Aune: Hello.\nAnn Lee: Could you send the orders to Sage automatically?"
    assert to_check(pasted(f"{asked}\nPer Aune: Yes, every night at two.").said, ()) == []
    assert to_check(pasted(f"{asked}\nPer Aune: It does that already.").said, ()) == []
    put_off = to_check(pasted(f"{asked}\nPer Aune: It's a good question, I have to check.").said, ())
    assert [one.lines for one in put_off] == [(3,)]
