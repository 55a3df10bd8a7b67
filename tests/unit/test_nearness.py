"""Words of a claim beside the words of its sources, by vectors of the embedder that ships."""

import pytest

from bot.grounding import Claim, Nearness, Source, check, check_text, ground
from knowledge.embeddings import spans_of_words


@pytest.fixture(scope="module")
def nearness() -> Nearness:
    return Nearness(spans_of_words())


@pytest.mark.parametrize(
    ("document", "text", "why"),
    [
        ("The menu is easy to use and the manual is short.", "The menu is difficult to use.", 'the source says the opposite of "difficult"'),
        ("The menu is not difficult to use.", "The menu is easy to use.", ""),
        ("They want the report, and the trial goes on in Bergen.", "The trial does not go on in Bergen.", 'the source says it without "not"'),
        ("They do not want the trial to go on.", "The trial does not go on.", ""),
    ],
)  # fmt: skip
def test_a_word_in_context_shows_what_is_turned_round(nearness: Nearness, document: str, text: str, why: str) -> None:
    assert check_text(text, [document], {}, None, nearness)["sentences"][0]["why"] == why


def test_a_further_deed_in_other_words_is_no_thing_joined_on(nearness: Nearness) -> None:
    call = "Mia: I will also review the draft and mail you the numbers by Tuesday."
    kept = check_text("Mia will review the draft and mail the figures by Tuesday.", [call], {}, None, nearness)
    assert kept["supported"]


def test_a_brief_keeps_closer_to_its_sources_than_a_summary(nearness: Nearness) -> None:
    note = "Visit to Pelikan Foods: they asked for a quote for 12 machines and want delivery before Easter."
    text = "Pelikan Foods has an umbrella."
    summary, brief = (check_text(text, [note], {}, None, nearness, use)["sentences"][0] for use in ("summary", "brief"))
    assert (summary["verdict"], brief["verdict"], brief["why"]) == (
        "supported", "not_found", "one of its words is far from anything in its sources",
    )  # fmt: skip


def test_a_claim_without_words_and_a_source_without_words_are_judged_all_the_same(nearness: Nearness) -> None:
    for text, told in (("…", "A note."), ("The trial goes on.", ""), ("The trial goes on.", "… — …")):
        verdict = check(Claim(text=text, cites=[1]), {1: Source(1, "", told)}, {}, None, nearness)
        assert 0.0 <= verdict.score <= 1.0


def test_a_long_source_is_searched_as_a_whole(nearness: Nearness) -> None:
    told = "\n".join(f"Line {n} tells of the report of week {n}." for n in range(2000)) + "\nThe trial ends in Bergen."
    sentence = check_text("The trial ends in Bergen.", [told], {}, None, nearness)["sentences"][0]
    assert (sentence["verdict"], sentence["passage"]) == ("supported", "The trial ends in Bergen.")


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("They would like a price for a dozen machines.", True),
        ("The machines have to be there before Easter.", True),
        ("The team is excited about the potential of the machines.", False),
        ("Their growth needs a strong relationship with our machines.", False),
    ],
)
def test_other_words_for_what_is_told_stand_and_what_nobody_said_does_not(
    nearness: Nearness, text: str, stands: bool
) -> None:
    note = Source(
        1, "Visit to Pelikan Foods", "They asked for a quote for 12 machines and want delivery before Easter."
    )
    kept, dropped = ground([Claim(text=text, cites=[1])], {1: note}, {}, nearness, "brief")
    assert (bool(kept), [one.why for one in dropped]) == (
        stands,
        [] if stands else ["no passage of its sources tells it"],
    )
