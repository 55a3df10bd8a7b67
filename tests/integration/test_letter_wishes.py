"""What a demanding seller says: whom it goes to, what it is to say, and what is changed of it afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local import upsert_all
from bot.errors import BotError
from bot.settings import Settings
from bot.store.samples import Samples
from tests.conftest import TODAY

Say = Callable[..., Reply]
PER = "draft a note to Per Aune at Northwick"


@pytest.fixture(scope="module")
def sample(shared_home: Path) -> Iterator[App]:
    settings = Settings(home=shared_home, model="offline", postal_address="4 Alder Court", company="Fernhollow")
    with App(settings, lambda: TODAY) as app:
        yield app


@pytest.fixture
def say(sample: App, request: pytest.FixtureRequest) -> Iterator[Say]:
    def run(text: str, thread: str = "t") -> Reply:
        asked = Request(text, sample.user("u-maya"), TODAY, f"{request.node.name}:{thread}")
        return sample.assistant.answer(asked)

    yield run
    Samples(sample.engine).forget("u-maya")


def letter(reply: Reply) -> dict[str, Any]:
    return dict((reply.draft.data or {})["letter"])


def first_line(reply: Reply) -> str:
    return reply.draft.sections[0].lines[0].text


def test_a_recipient_by_address_or_behind_the_verb(say: Say) -> None:
    assert letter(say("draft a mail to per.aune@northwick-dairy.example about the SOC 2 report"))["to"] == "Per Aune"
    assert letter(say("write Ingrid Solheim a thank-you for the demo", "b"))["to"] == "Ingrid Solheim"
    assert letter(say("email Per Aune in German, bitte duzen", "c"))["address"] == "familiar"


def test_a_namesake_is_nobody_that_is_on_record(say: Say) -> None:
    assert first_line(say("draft a note to Olga Solheim at Northwick")) == (
        "No Olga Solheim is on record; to whom at Northwick Dairy?"
    )
    assert letter(say("draft a note to Ms Solheim at Northwick", "b"))["to"] == "Ingrid Solheim"
    for at, named in enumerate(
        ("CFO Ingrid Solheim", "CFO Solheim", "Frau Solheim", "Madame Solheim", "Northwick's Solheim")
    ):
        assert letter(say(f"draft a note to {named} at Northwick", f"c{at}"))["to"] == "Ingrid Solheim"


def test_a_name_with_an_apostrophe_is_its_own(sample: App, say: Say) -> None:
    ingrid = next(c for c in sample.reader.contacts("a-northwick") if c.name == "Ingrid Solheim")
    named = ingrid.model_copy(
        update={"id": "c-oneill", "name": "Alex O'Neill Marlow", "email": "om@northwick-dairy.example"}
    )
    upsert_all(sample.engine, [named], as_of=TODAY)
    assert letter(say("draft a note to Alex O'Neill Marlow at Northwick"))["to"] == "Alex O'Neill Marlow"


def test_nobody_in_particular_is_asked_back(say: Say) -> None:
    assert first_line(say("write to the whole buying committee at Northwick")) == (
        "One request makes 3 letters at most; to whom at Northwick Dairy?"
    )
    assert first_line(say("draft a note to Per Aune's boss at Northwick", "b")) == (
        "“Per Aune's boss” names nobody on record; to whom at Northwick Dairy?"
    )


@pytest.mark.parametrize(
    ("words", "lead"),
    [
        (f"{PER} that this is the last chance", "Not written: “that this is the last chance”: it presses them."),
        (
            f"{PER} that Harrowgate Foods uses us",
            "Not written: “that Harrowgate Foods uses us”: a customer is named only in the sentence that they released.",
        ),
        (
            f"{PER} that our margin is 40 percent",
            "Not written: “that our margin is 40 percent”: prices, discounts and other internal matters stay out of a letter.",
        ),
        (f"{PER} about the report that we promised", ""),
    ],
)
def test_what_a_note_is_to_say_is_refused_and_never_dropped(say: Say, words: str, lead: str) -> None:
    told = say(words)
    assert (told.draft.lead, letter(told)["to"]) == (lead, "Per Aune")


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        (
            "write an apology to Per Aune at Northwick for the late quote",
            "“apology for the late quote”: say it in your own words, as the records do not hold it.",
        ),
        (
            f"{PER} asking for the write-off figures",
            "“asking for the write-off figures”: say it in your own words where it fits.",
        ),
        ("write a renewal letter to Per Aune at Northwick", "The renewal: none is on record at Northwick Dairy."),
        ("re-engage Lowell Trask", "That it has been quiet: the last touch was on 10 November 2026."),
    ],
)
def test_what_the_letter_does_not_do_is_told(say: Say, words: str, left_out: str) -> None:
    told = letter(say(words))
    assert left_out in told["left_out"]
    assert "quiet" not in told["text"]


def test_what_one_says_on_the_telephone_is_a_call(say: Say) -> None:
    assert letter(say("what do I say when I call Ingrid Solheim"))["channel"] == "call"


def test_another_subject_and_another_name_keep_the_text(say: Say) -> None:
    first = letter(say(PER))
    other = letter(say("other subject"))
    assert (other["subject"], other["alternatives"]) == (
        first["alternatives"][0], [first["subject"], first["alternatives"][1]],
    )  # fmt: skip
    assert (other["text"], other.get("edited")) == (first["text"], None)
    own = letter(say("subject: Two lines on stock"))
    assert (own["subject"], own["text"]) == ("Two lines on stock", first["text"])
    signed = letter(say("sign as Maya"))
    assert (signed["text"], signed["subject"]) == (
        first["text"].replace("\nMaya Lindqvist\n", "\nMaya\n"), "Two lines on stock",
    )  # fmt: skip
    assert letter(say("the one before"))["text"] == first["text"]
    say("as a LinkedIn message")
    with pytest.raises(BotError, match="^Only an e-mail has a subject; say “as an e-mail” first.$"):
        say("other subject")


def test_a_subject_that_poses_as_a_reply_is_shown_with_its_rule(say: Say) -> None:
    say("draft a first e-mail to Anna Gale at Carelow Supplies")
    told = letter(say("subject: Re: your question"))
    assert told["warnings"][0] == (
        "To put right before you send: the subject looks like a reply to something that was never sent (“Re: your question”), rule L-REPLY."
    )


def test_style_pressure_and_what_nothing_here_changes(say: Say) -> None:
    say(PER)
    assert say("make it sound like me").draft.lead == (
        "This is the same letter as before. It follows what your own edits have shown so far: change it in your words "
        "(“use this: …”), and the next one follows that."
    )
    with pytest.raises(BotError, match="^No letter presses its reader; where a date is real"):
        say("more urgent")
    with pytest.raises(BotError, match="^That change is not made from here; say which words"):
        say("add a P.S. about the book")
