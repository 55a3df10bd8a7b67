"""A whole conversation about a letter: drafted, made another one, rewritten, taken back, logged once, and written alike next time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.crm.local import upsert_all
from bot.errors import BotError
from bot.proposals import Action, Decision
from bot.settings import Settings
from bot.store.letters import Letters
from bot.store.samples import Samples
from tests.conftest import TODAY
from tests.integration.approvals_world import Inline

Say = Callable[..., Reply]
DRAFT = "draft a note to Per Aune at Northwick"
OWN = (
    "Subject: Two lines on stock\n\nHey Per,\n\nGood to talk. Shall we look at the numbers on Tuesday?\n\nCheers,\nMaya"
)


@pytest.fixture(scope="module")
def sample(shared_home: Path) -> Iterator[App]:
    """One home for all tests here, each of which talks in threads of its own; approved changes are applied at once."""
    with App(Settings(home=shared_home, model="offline"), lambda: TODAY) as app:
        app.approvals.runner = Inline(app.approvals)
        yield app


@pytest.fixture
def say(sample: App, request: pytest.FixtureRequest) -> Iterator[Say]:
    """Say something as Maya, in one thread unless told otherwise; nobody's style is left for the next test."""

    def run(text: str, thread: str = "t", by: str = "u-maya", **more: str) -> Reply:
        asked = Request(text, sample.user(by), TODAY, f"{request.node.name}:{thread}", **more)  # type: ignore[arg-type]
        return sample.assistant.answer(asked)

    yield run
    for user in ("u-maya", "u-jonas"):
        Samples(sample.engine).forget(user)


def text(reply: Reply) -> str:
    assert reply.draft.data is not None
    return str(reply.draft.data["letter"]["text"])


def greeting(reply: Reply) -> str:
    return text(reply).partition("\n")[0]


def action(reply: Reply, label: str) -> Action:
    return next(one for one in reply.draft.actions if one.label == label)


def section(reply: Reply, title: str) -> list[str]:
    return next(([line.text for line in s.lines] for s in reply.draft.sections if s.title.startswith(title)), [])


def test_a_letter_from_its_draft_to_its_receipt(sample: App, say: Say) -> None:
    first = say(DRAFT)
    assert [one.label for one in first.draft.actions] == [
        "Shorter", "Warmer", "Other angle", "Edit", "Talking points", "Log as sent", "Open in mail",
    ]  # fmt: skip
    assert action(first, "Edit").fill == text(first)
    shorter = say(action(first, "Shorter").ask)
    assert len(text(shorter).split()) < len(text(first).split())
    warmer = say(action(shorter, "Warmer").ask)
    assert greeting(warmer).endswith(" Per,")
    other = say(action(warmer, "Other angle").ask)
    assert text(other) not in (text(first), text(shorter), text(warmer))
    assert other.draft.notice.endswith("Say “the one before” to go back.")
    own = say(f"use this:\n{OWN}")
    body = OWN.partition("\n\n")[2]
    assert (text(own), section(own, "Subject of")[0]) == (body, "Two lines on stock")
    assert section(own, "E-mail (your version, 15 words in all)") == [body]
    assert section(own, "Look at before you send") == [
        "To put right before you send: it does not say who writes, rule L-SENDER.",
        "To put right before you send: the postal address of your company is missing, rule L-ADDRESS.",
        "To put right before you send: no way to object stands in it in the language of the message (en), rule L-OPT-OUT.",
    ]
    assert text(say("the one before")) == text(other)
    again = say(f"use this:\n{OWN}")
    assert action(again, "Open in mail").url.startswith("mailto:per.aune@northwick-dairy.example?subject=Two%20lines")
    log = say("I sent it")
    assert log.proposal is not None
    write = log.proposal.changes[0].write.model_dump()
    assert {name: write[name] for name in ("activity", "subject", "body", "direction", "account_id", "contact_ids")} == {
        "activity": "email", "subject": "Two lines on stock", "body": body, "direction": "outbound", "account_id": "a-northwick",
        "contact_ids": ("c-per-aune",),
    }  # fmt: skip
    assert (write["opportunity_id"], write["owner_id"], write["at"]) == ("o-northwick-plan", "u-maya", TODAY)
    proposal = log.proposal.id
    with pytest.raises(BotError, match=f"^This letter waits for your yes already: say “approve {proposal}”"):
        say("log it as sent")
    done = say("approve")
    assert done.proposal is not None and done.proposal.status == "applied"
    assert [a.subject for a in sample.reader.activities("a-northwick") if a.body == body] == ["Two lines on stock"]
    with pytest.raises(
        BotError, match=f"^This letter is logged already, with proposal {proposal}; say “undo {proposal}”"
    ):
        say(action(again, "Log as sent").ask)
    say(f"undo {proposal}")
    once_more = say(action(again, "Log as sent").ask)
    assert once_more.proposal is not None and once_more.proposal.status == "pending"
    next_one = say("draft a note to Femke de Groot at Velden", "another")
    assert text(next_one).startswith("Hey Femke,\n")
    assert "\nCheers,\nMaya" in text(next_one)
    assert (
        "In your style, from 1 letter that you edited: greeting “Hey {first},”, closing “Cheers,”."
        in next_one.draft.notice
    )
    said = say("forget my style", "third").draft.sections[0].lines[0].text
    assert said == "Forgotten: 1 letter that you had edited. The next draft is in no style of yours."
    assert greeting(say("draft a note to Femke de Groot at Velden", "fourth")).endswith(" Femke de Groot,")


def test_a_letter_whose_text_was_edited_on_the_card_is_logged_once(sample: App, say: Say) -> None:
    first = say(DRAFT)
    log = say(action(first, "Log as sent").ask)
    assert log.proposal is not None
    edit = Decision(verb="edit", proposal_id=log.proposal.id, values={"1.body": "Shortened by hand."})
    sample.approvals.decide(edit, sample.user("u-maya"))
    with pytest.raises(BotError, match="^This letter waits for your yes already"):
        say(action(first, "Log as sent").ask)
    say("approve")
    with pytest.raises(BotError, match="^This letter is logged already"):
        say(action(first, "Log as sent").ask)


def test_each_letter_of_several_is_gone_on_with_by_its_button_or_its_name(say: Say) -> None:
    both = say("draft a note to Ingrid Solheim and Per Aune at Northwick Dairy about the SOC 2 report")
    texts = [one["text"] for one in (both.draft.data or {})["letters"]]
    lines = [line for part in both.draft.sections for line in part.lines if line.text in texts]
    assert [[one.label for one in line.actions] for line in lines] == 2 * [
        ["Shorter", "Warmer", "Other angle", "Log as sent", "Open in mail"]
    ]
    assert both.draft.notice.endswith("Go on with one of them by name: “shorter for Per”.")
    named = say("shorter for Per")
    assert (greeting(named), len(text(named).split()) < len(texts[1].split())) == ("Dear Per Aune,", True)
    clicked = say(lines[0].actions[0].ask)
    assert (greeting(clicked), len(text(clicked).split()) < len(texts[0].split())) == ("Dear Ingrid Solheim,", True)
    assert text(say("the one before")) == texts[0]
    with pytest.raises(BotError, match="^This is the first version of the letter"):
        say("Ingrid: the one before")
    log = say(lines[1].actions[3].ask)
    assert log.proposal is not None
    assert log.proposal.changes[0].write.model_dump()["contact_ids"] == ("c-per-aune",)


def test_somebody_elses_style_and_letters_are_not_mine(sample: App, say: Say) -> None:
    say(DRAFT)
    say(f"use this:\n{OWN}")
    theirs = say("draft a note to Femke de Groot at Velden", "other", by="u-jonas")
    assert greeting(theirs).endswith(" Femke de Groot,")
    assert "In your style" not in theirs.draft.notice
    letter = Letters(sample.engine).latest("test_somebody_elses_style_and_letters_are_not_mine:t", "u-maya")
    assert letter is not None
    log = say(f"I sent it (letter {letter.id})", "other", by="u-jonas")
    assert log.proposal is not None
    assert log.proposal.changes[0].write.model_dump()["contact_ids"] == ("c-femke-de-groot",)


def test_talking_points_are_ticked_by_words_or_numbers(say: Say) -> None:
    first = say(DRAFT)
    points = action(first, "Talking points")
    assert (points.ask, [one.label for one in points.choices if one.ticked] != []) == ("only", True)
    proof = next(one.label for one in points.choices if "stock-outs" in one.label)
    assert proof in text(first)
    without = say("shorter, without the proof point")
    assert proof not in text(without)
    number = next(n for n, one in enumerate(points.choices, start=1) if one.label == proof)
    assert proof in text(say(f"with point {number}"))
    only = say(f"only {number}")
    assert [one.ticked for one in action(only, "Talking points").choices].count(True) == 1
    with pytest.raises(BotError, match="^No talking point is called “the moon date”; say its number"):
        say("with the moon date")


def test_the_same_letter_to_somebody_else_in_another_form(say: Say) -> None:
    say(DRAFT)
    ingrid = say("in German, to Ingrid instead")
    assert text(ingrid).startswith("Guten Tag Ingrid Solheim,\n")
    note = say("as a LinkedIn message")
    assert (note.draft.data or {})["letter"]["channel"] == "linkedin"
    assert [one.label for one in note.draft.actions][-1] == "Log as sent"
    script = say("as a call opener")
    assert [one.label for one in script.draft.actions][-1] == "Log the call"
    said = say(action(script, "Log the call").ask)
    assert said.proposal is not None
    assert said.proposal.changes[0].write.model_dump()["activity"] == "call"


def test_a_name_that_several_have_is_asked_back_and_the_letter_goes_on(sample: App, say: Say) -> None:
    twin = next(c for c in sample.reader.contacts("a-northwick") if c.id == "c-ingrid-solheim")
    named = {"id": "c-twin", "name": "Ingrid Aune", "email": "ia@northwick-dairy.example"}
    upsert_all(sample.engine, [twin.model_copy(update=named)], as_of=TODAY)
    say(DRAFT)
    asked = say("shorter, to Ingrid instead")
    assert asked.draft.skill == "clarify"
    number = next(line.text[0] for line in asked.draft.sections[0].lines if "Ingrid Solheim" in line.text)
    chosen = say(number)
    assert greeting(chosen).endswith(" Ingrid Solheim,")
    assert (chosen.draft.data or {})["letter"]["length"] == "short"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "send it",
            "Nothing is sent from here: copy the letter, fill in what stands in brackets, and send it yourself.",
        ),
        ("in Italian", "Letters are written in English, German, French and Spanish so far, and not in Italian."),
        ("the one before", "This is the first version of the letter; there is none before it."),
        (
            "change “no such words” to “others”",
            "“no such words” does not stand in the letter; copy the words as they stand there.",
        ),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(say: Say, words: str, sentence: str) -> None:
    say(DRAFT)
    with pytest.raises(BotError) as told:
        say(words)
    assert str(told.value) == sentence


def test_a_click_that_changes_nothing_says_so_and_keeps_no_version(sample: App, say: Say) -> None:
    say(DRAFT)
    say("shorter")
    same = say("shorter")
    assert same.draft.lead == (
        "This is the same letter as before. The letter is as short or long already as what it can say makes it."
    )
    thread = "test_a_click_that_changes_nothing_says_so_and_keeps_no_version:t"
    assert len(Letters(sample.engine).versions(thread, "u-maya")) == 2


def test_other_things_said_in_between_do_not_end_the_letter(say: Say) -> None:
    first = say(DRAFT)
    say("brief me on Ostermark")
    assert text(say("shorter")) != text(first)
    with pytest.raises(BotError, match="There is nothing waiting"):
        say("undo", "elsewhere")


def test_words_for_other_skills_stay_theirs(say: Say) -> None:
    say(DRAFT)
    logged = say("spoke to Per, he wants the offer by Friday")
    assert logged.draft.skill == "log"
    assert say("what do we say when they call us expensive?").draft.skill == "ask"


def test_a_refused_letter_has_nothing_to_change(sample: App, say: Say) -> None:
    blocked = next(c for c in sample.reader.contacts() if c.email_opt_out and c.account_id)
    account = sample.reader.account(blocked.account_id or "")
    assert account is not None
    refused = say(f"draft an e-mail to {blocked.name} at {account.name}")
    assert refused.draft.actions == ()
    with pytest.raises(BotError, match="^There is no letter here that could be changed"):
        say("shorter")


def test_a_person_who_opted_out_meanwhile_gets_no_other_version(sample: App, say: Say) -> None:
    say("draft a note to Katrin Moe at Northwick")
    katrin = next(c for c in sample.reader.contacts("a-northwick") if c.name == "Katrin Moe")
    upsert_all(sample.engine, [katrin.model_copy(update={"email_opt_out": True})], as_of=TODAY)
    for words in ("shorter", f"use this:\n{OWN}"):
        told = say(words)
        assert told.draft.lead.startswith("No e-mail to Katrin Moe was drafted:")
        assert told.draft.actions == ()
    assert Samples(sample.engine).of("u-maya") == []
    upsert_all(sample.engine, [katrin], as_of=TODAY)


def test_the_own_wording_of_one_customer_is_in_no_letter_to_another(say: Say) -> None:
    for thread, whom in (("a", DRAFT), ("b", "draft a note to Femke de Groot at Velden")):
        say(whom, thread)
        say(
            "use this:\nHey there,\n\nYour flooded Oracle site with 48 pallets would be useful for Globex.\n\nCheers,\nMaya",
            thread,
        )
    third = text(say("draft a note to Ruben Aalbers at Velden", "c"))
    assert third.startswith("Hey there,\n")
    assert [word for word in ("flooded", "Oracle", "48", "pallets", "Globex") if word in third] == []
