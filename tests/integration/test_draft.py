"""Drafts on the sample company: who gets one, in which language, what is refused, and what a model may word."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local.bulk import replace_all
from bot.crm.records import Account, Contact
from bot.people import teams_of
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Context, Policy
from bot.skills.draft import from_spec, opened
from bot.skills.outreach.spec import Spec, Voice
from tests.conftest import TODAY
from tests.fake_model import FakeModel

Drafted = Callable[..., Draft]
OURS = Policy(company="Fernhollow Software", postal_address="4 Alder Court\nBristol")


@pytest.fixture(scope="module")
def sample(shared_home: Path) -> Iterator[App]:
    """One home for all tests here, of a company with an address; no test writes to its CRM."""
    settings = Settings(home=shared_home, model="offline", company=OURS.company, postal_address=OURS.postal_address)
    with App(settings, lambda: TODAY) as app:
        yield app


@pytest.fixture
def drafted(sample: App) -> Drafted:
    """Ask for a draft as Maya."""

    def ask(words: str, account: str | None = None, model: FakeModel | None = None) -> Draft:
        helper = replace(sample.assistant, model=model) if model else sample.assistant
        request = Request(words, sample.user("u-maya"), TODAY, f"t:{words}:{id(model)}", skill="draft", account=account)
        return helper.answer(request).draft

    return ask


def letter(draft: Draft) -> dict[str, Any]:
    """The letter as plain values."""
    found: dict[str, Any] = (draft.data or {})["letter"]
    return found


@pytest.mark.parametrize(
    ("words", "purpose", "channel", "language"),
    [("draft a note to Per Aune", "follow_up", "email", "en"),
     ("draft a note to Holger Brandt", "follow_up", "email", "de"),
     ("draft a note to Hélène Marchetti", "follow_up", "email", "fr"),
     ("draft a note to Holger Brandt in English", "follow_up", "email", "en"),
     ("draft a LinkedIn message to Holger Brandt in Spanish", "follow_up", "linkedin", "es"),
     ("call opener for Per Aune", "follow_up", "call", "en"),
     ("draft a note to Gemma Holroyd about the renewal", "renewal", "email", "en"),
     ("draft a note to Per Aune about the renewal", "follow_up", "email", "en"),
     ("draft a note to Anna Gale at Carelow Supplies", "first", "email", "de"),
     ("invite Per Aune to our webinar on 3 December", "event", "email", "en")],
)  # fmt: skip
def test_the_words_and_the_records_say_what_it_is(
    drafted: Drafted, words: str, purpose: str, channel: str, language: str
) -> None:
    found = letter(drafted(words))
    assert (found["purpose"], found["channel"], found["language"]) == (purpose, channel, language)


def test_a_first_letter_in_german(drafted: Drafted) -> None:
    draft = drafted("draft a note to Anna Gale at Carelow Supplies")
    found = letter(draft)
    assert found["text"] == (
        "Guten Tag Anna Gale,\n\n[Nennen Sie den Anlass: etwas mit Datum, von dem die Person weiß]\n\n"
        "[Nennen Sie das eine Problem, über das Sie sprechen möchten, in den Worten der Person]\n\n"
        "Wenn es gerade nicht passt, sagen Sie es bitte einfach, dann belasse ich es dabei.\n\n"
        "Wäre ein kurzes Telefonat für Sie sinnvoll? Eine Zeile als Antwort genügt.\n\n"
        "Freundliche Grüße\nMaya Lindqvist\nFernhollow Software\n4 Alder Court, Bristol\nmaya.lindqvist@fernhollow.example\n"
        "Wenn Sie solche E-Mails nicht mehr erhalten möchten, antworten Sie mit „Nein“, und ich schreibe Ihnen nicht mehr.\n"
        "Ihre Adresse habe ich aus folgender Quelle: Ihre Anfrage vom 4. März 2024 nach einer Produktvorführung."
    )
    assert (found["subject"], found["alternatives"]) == (
        "Eine Frage an Carelow Supplies", ["Eine kurze Frage", "Ein kurzes Telefonat?"],
    )  # fmt: skip
    assert found["left_out"][0] == (
        "A problem and its result: “Liefertreue”, “Betriebskapital”, “Finanzen” do not speak to the job of Anna Gale (IT Manager); "
        "tick one where it fits."
    )
    assert draft.unknowns == (
        "Why you write now: record a dated call, meeting, e-mail or sign-up of Anna Gale, or fill it in.",
    )


def test_an_english_result_stays_out_of_a_german_letter_and_that_is_said(drafted: Drafted) -> None:
    assert letter(drafted("draft a note to Holger Brandt"))["left_out"][0] == (
        "The released result “Harrowgate Foods cut stock-outs by 31 % in two quarters”: it is not released in German, and only the "
        "released words may be quoted. Have a translation released, or quote it as it stands."
    )


@pytest.mark.parametrize(
    ("words", "used"),
    [("draft a note to Lone Krag at Pellworm", ["renewal"]),
     ("draft a note to Lone Krag at Pellworm, mention the problem and the proof point", ["renewal", "problem", "proof"]),
     ("draft a note to Lone Krag at Pellworm, only the problem", ["problem"]),
     ("draft a note to Lone Krag at Pellworm, leave out the renewal date", []),
     ("draft an e-mail to Lone Krag at Pellworm\nPoints: call or meeting; proof point\nMention: the fair", ["meeting", "proof"])],
)  # fmt: skip
def test_talking_points_are_wished_for_before_there_is_a_letter(drafted: Drafted, words: str, used: list[str]) -> None:
    found = letter(drafted(words))
    assert [point["key"].partition("-")[0] for point in found["points"] if point["used"]] == used


@pytest.mark.parametrize(
    ("words", "subject", "said"),
    [("draft a note to Per Aune, subject: Two lines on stock", "Two lines on stock", ""),
     ("draft a note to Per Aune with the subject “Where do we stand?”, short", "Where do we stand?", ""),
     ("draft a note to Per Aune, subject: Your last chance", "After our call on 10 November 2026",
      "The subject that you asked for: “Your last chance”: it presses with a haste that nothing supports."),
     ("draft a note to Anna Gale at Carelow Supplies in English, subject: After our meeting", "A question for Carelow Supplies",
      "The subject that you asked for: “After our meeting”: no call or meeting with Anna Gale is on record."),
     ("draft a note to Per Aune, subject: Morvelle Harrowgate Foods plan", "After our call on 10 November 2026",
      "The subject that you asked for: “Morvelle Harrowgate Foods plan”: it names somebody else.")],
)  # fmt: skip
def test_a_wished_subject_is_taken_where_it_is_honest(drafted: Drafted, words: str, subject: str, said: str) -> None:
    found = letter(drafted(words))
    assert (found["subject"], next((text for text in found["left_out"] if "subject" in text), "")) == (subject, said)


@pytest.mark.parametrize(
    ("words", "channel"),
    [("leave a voicemail for Per Aune", "voicemail"),
     ("please leave a short voice message for Per Aune about the SOC 2 report", "voicemail"),
     ("follow up with Per Aune by e-mail", "email"),
     ("follow up with Per Aune on LinkedIn", "linkedin"),
     ("follow up with Per Aune with a short note about the SOC 2 report", "email")],
)  # fmt: skip
def test_these_words_ask_for_a_draft(sample: App, words: str, channel: str) -> None:
    draft = sample.assistant.answer(Request(words, sample.user("u-maya"), TODAY, f"t:{words}")).draft
    assert (draft.skill, letter(draft)["to"], letter(draft)["channel"]) == ("draft", "Per Aune", channel)


def test_a_talking_point_that_no_record_has_is_said(drafted: Drafted) -> None:
    found = letter(
        drafted("draft a note to Per Aune, mention the renewal date and the open promise, leave out the proof point")
    )
    assert found["left_out"][:2] == [
        "“the renewal date”: the records hold nothing of that kind that they know of.",
        "The open promise: it is in our words, so put it into yours; those on record stand under “For you alone”.",
    ]
    assert not any(point["used"] for point in found["points"] if point["key"].startswith("proof-"))


def test_a_company_of_a_like_name_is_no_stranger_in_a_letter(sample_home: Path) -> None:
    rows = [
        Account(id=key, name=name, owner_id="u-maya", country="United States")
        for key, name in (("k1", "Kelda Metals"), ("k2", "Kelda Foods"))
    ]
    person = Contact(id="c1", account_id="k1", name="Jo Field", title="Planner", email="jo@kelda.example")
    with App(Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        maya = app.user("u-maya")
        replace_all(app.engine, [maya, *rows, person], as_of=TODAY)
        draft = app.assistant.answer(
            Request("draft a note to Jo Field", maya, TODAY, "t:like", skill="draft", account="k1")
        ).draft
    assert letter(draft)["warnings"] == []
    assert "Kelda Metals" in " ".join([letter(draft)["subject"], *letter(draft)["alternatives"]])


def test_each_of_several_people_gets_a_letter(drafted: Drafted) -> None:
    draft = drafted("draft a note for Ingrid and Per about the SOC 2 report", "a-northwick")
    assert [one["to"] for one in (draft.data or {})["letters"]] == ["Ingrid Solheim", "Per Aune"]
    used = {n for section in draft.sections for line in section.lines for n in line.cites}
    assert used == {citation.n for citation in draft.citations}
    behind = {c.n: c.title for c in draft.citations}
    last = [line for section in draft.sections if section.title == "Why this" for line in section.lines][-1]
    assert behind[last.cites[0]] == "Per Aune"
    assert all("I am writing about the SOC 2 report." in one["text"] for one in (draft.data or {})["letters"])


@pytest.mark.parametrize(
    ("words", "lead"),
    [("draft a note to Per Aune and tell them it's the last chance", "Not written: “tell them it's the last chance”: it presses them."),
     ("draft a note to Per Aune, tell them Harrowgate Foods uses us",
      "Not written: “tell them Harrowgate Foods uses us”: a customer is named only in the sentence that they released."),
     ("draft a note to Anna Gale at Carelow Supplies, say we met at the fair", "Not written: “say we met at the fair”: no call or meeting with them is on record."),
     ("draft a note to Per Aune, pretend it's a reply",
      "Not written: “pretend it's a reply”: a first letter that poses as a reply deceives, and many laws forbid it."),
     ("draft a note to Per Aune, tell him our floor price is 42,000",
      "Not written: “tell him our floor price is 42,000”: prices, discounts and other internal matters stay out of a letter."),
     ("draft a note to Per Aune, say Brightquay is worse", "Not written: “say Brightquay is worse”: it names a competitor.")],
)  # fmt: skip
def test_what_is_false_is_refused_in_a_sentence_and_the_rest_is_written(
    drafted: Drafted, words: str, lead: str
) -> None:
    draft = drafted(words)
    assert draft.lead == lead
    assert letter(draft)["body"]


def test_a_refusal_of_the_gate_is_told_to_machines(drafted: Drafted) -> None:
    draft = drafted("draft a note to Annette Kuhl")
    assert (letter(draft)["body"], letter(draft)["verdict"]["decision"]) == (None, "BLOCK")
    assert draft.lead.startswith("No e-mail to Annette Kuhl was drafted: Germany: ")


def test_an_account_without_contacts_gets_what_a_letter_would_need(sample_home: Path) -> None:
    with App(Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        maya = app.user("u-maya")
        replace_all(app.engine, [maya, Account(id="a-new", name="Nothing Known", owner_id="u-maya")], as_of=TODAY)
        draft = app.assistant.answer(
            Request("draft a note", maya, TODAY, "t:none", skill="draft", account="a-new")
        ).draft
    assert draft.lead == "Nothing was drafted: Nothing Known has no contacts in the CRM."
    assert [(part.title, len(part.lines)) for part in draft.sections] == [("What a letter would need", 4)]


def test_each_sentence_has_its_why_and_each_point_says_whether_it_was_used(drafted: Drafted) -> None:
    draft = drafted("draft a note to Per Aune, short")
    found, behind = letter(draft), {citation.n: citation for citation in draft.citations}
    assert [row["sentence"] for row in found["why"]] == found["body"].split("\n\n")
    assert behind[found["why"][0]["cites"][0]].location == "activity"
    assert [point["used"] for point in found["points"]][:2] == [True, False]


def test_a_spec_makes_the_letter_again(sample: App, drafted: Drafted) -> None:
    first = letter(drafted("draft a note to Per Aune"))
    del first["id"]
    user = sample.user("u-maya")
    teams = teams_of(user, sample.reader.users())
    context = Context(sample.reader, lambda: sample.library, None, user, teams, TODAY, sample.benchmarks, policy=OURS)
    spec = Spec.model_validate(first["spec"])
    again = from_spec(context, opened(context, spec.account_id), spec, Voice(), "again")
    assert letter(again) == first
    other = from_spec(context, opened(context, spec.account_id), spec.model_copy(update={"angle": 1}), Voice(), "again")
    assert letter(other)["body"] != first["body"]


def model(opening: str, problem: str = "", cite: int = 1) -> FakeModel:
    """A model that words the two parts."""
    told = {"problem": [{"text": problem, "cites": [cite]}]} if problem else {"problem": []}
    return FakeModel({"draft": {"opening": [{"text": opening, "cites": [1, 2, 3]}], **told}})


@pytest.mark.parametrize(
    "said",
    ["Nach unserem Telefonat am 3. November 2026 mit Jonas Weber aus unserem Haus passt eine Frage.",
     "Morvelle und wir haben am 12. November 2026 gesprochen.",
     "Sie haben am 12. November 2026 nicht geschrieben.",
     "Thank you for your e-mail of 12 November 2026.",
     "vielen Dank für Ihre E-Mail vom 13. November 2026 an Jonas Weber aus unserem Haus.",
     "vielen Dank, unser niedrigster Preis ist 42.000."],
)  # fmt: skip
def test_a_models_german_is_dropped_in_doubt(drafted: Drafted, said: str) -> None:
    found = letter(drafted("draft a note to Holger Brandt", model=model(said)))
    assert (
        found["why"][0]["sentence"]
        == "vielen Dank für Ihre E-Mail vom 12. November 2026 an Jonas Weber aus unserem Haus."
    )


def test_a_models_german_that_says_the_same_is_taken(drafted: Drafted) -> None:
    said = "für Ihre E-Mail vom 12. November 2026 an Jonas Weber aus unserem Haus vielen Dank."
    asked = model(said)
    draft = drafted("draft a note to Holger Brandt", model=asked)
    assert letter(draft)["why"][0] == {
        "sentence": said, "why": "worded by the model; email of 2026-11-12 in the CRM", "cites": letter(draft)["why"][0]["cites"],
    }  # fmt: skip
    assert len(asked.sent) == 1
    assert "floor" not in asked.sent[0].user


def test_a_shorter_wording_keeps_the_letters_length(drafted: Drafted) -> None:
    said = "Your e-mail to my colleague Priya Raman came on 10 November 2026."
    found = letter(drafted("draft a note to Lowell Trask", model=model(said)))
    assert found["why"][0]["sentence"] == said
    assert 50 <= found["words"] <= 125


def test_what_it_is_about_ends_with_the_sentence(drafted: Drafted) -> None:
    found = letter(drafted("draft a note to Per Aune about the pilot. He is in Spain, so be nice"))
    assert (found["topic"], found["left_out"][0]) == (
        "the pilot", "“He is in Spain, so be nice”: add it in your own words where it fits.",
    )  # fmt: skip


@pytest.mark.parametrize("basis", ["express", None])
def test_a_contact_without_a_country_is_judged_by_the_strictest_rules_and_told_so(
    sample_home: Path, basis: str | None
) -> None:
    with App(Settings(home=sample_home, model="offline"), lambda: TODAY) as app:
        maya, account = app.user("u-maya"), Account(id="a-new", name="Nowhere Ltd", owner_id="u-maya")
        jo = Contact(
            id="c-jo", account_id="a-new", name="Jo Field", title="CFO", email="jo@nowhere.example", consent_basis=basis,
            consent_source="demo request form", consent_at=TODAY,
        )  # fmt: skip
        replace_all(app.engine, [maya, account, jo], as_of=TODAY)
        draft = app.assistant.answer(Request("draft a note", maya, TODAY, "t:jo", skill="draft", account="a-new")).draft
    said = "The country of Jo Field is not on record, so the strictest rules hold: record it with the contact."
    assert said in draft.unknowns
    assert bool(letter(draft)["body"]) is (basis == "express")
