"""Consent, quarantine, lenses and the follow-up mail of a call summary, through the assistant and the terminal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.writes import CreateContact, CreateTask, SetContactRole, UpdateOpportunity
from bot.errors import BotError, NotAllowed
from bot.proposals import Draft
from bot.skills import Policy
from bot.skills.summarising.clearing import fingerprint
from bot.skills.summarising.transcript import read
from bot.store.audit import trail
from tests.conftest import TODAY, Seller

OPEN = """Date: 2026-11-13

Maya Lindqvist: Good morning both.
Ingrid Solheim: Good morning.
Per Aune: We have decided to start with all three centres.
Maya Lindqvist: I'll send you the three-year price by Wednesday.
Per Aune: I will send you the write-off figures by 24 November.
Ingrid Solheim: Can it be hosted in Norway?
Maya Lindqvist: I don't know, let me check.
"""
AGREED = OPEN.replace("\n\n", "\nConsent: all parties\n\n", 1)
PRIVATE = (
    AGREED + "Ingrid Solheim: Between us, we will have to let Lars go, and he has cancer.\nMaya Lindqvist: I see.\n"
)
QUESTION = "Did everybody agree to the recording? call.txt does not say so, and is not summarised without."


@pytest.fixture
def call(tmp_path: Path) -> Path:
    """A file for a call."""
    return tmp_path / "call.txt"


def asked(app: App, words: str, user: str = "u-maya", thread: str = "t1", **more: object) -> Draft:
    """What a person gets for these words."""
    request = Request(words, app.user(user), TODAY, thread)
    return app.assistant.answer(replace(request, **more)).draft  # type: ignore[arg-type]


def lines(draft: Draft, title: str) -> list[str]:
    """The lines of one section."""
    return next(([line.text for line in part.lines] for part in draft.sections if part.title == title), [])


def titles(draft: Draft) -> list[str]:
    """The titles of all sections."""
    return [part.title for part in draft.sections]


def test_without_a_word_on_consent_it_asks_once_and_keeps_who_said_it(sample: App, call: Path) -> None:
    call.write_text(OPEN, "utf-8")
    question = asked(sample, "summarise this call", file=call)
    assert lines(question, "") == [QUESTION, "1. Everybody agreed", "2. Not everybody agreed", "3. I do not know"]
    assert [action.ask for action in question.actions] == ["Everybody agreed", "Not everybody agreed", "I do not know"]
    told = "Recording consent: everybody agreed, stated by Maya Lindqvist on 16 November 2026."
    assert lines(asked(sample, "everybody agreed"), "Call")[-1] == told
    # Another person with another copy is not asked again.
    copy = call.with_name("copy.vtt.txt")
    copy.write_text(OPEN, "utf-8")
    assert lines(asked(sample, "summarise this call", "u-tomas", "t2", file=copy), "Call")[-1] == told
    [line] = [line for line in trail(sample.engine) if line.verb == "consent"]
    key = fingerprint(read(call.name, call))
    assert (line.actor, line.detail) == ("u-maya", {"call": key[:16], "consent": "all"})


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("2", "call.txt is not summarised: not everybody agreed to the recording (stated by Maya Lindqvist on 16 November 2026); write down"),
        ("I do not know", "call.txt is not summarised as long as nobody knows whether all agreed; ask them, or write down from memory"),
    ],
)  # fmt: skip
def test_who_did_not_agree_is_not_summarised(sample: App, call: Path, answer: str, said: str) -> None:
    call.write_text(OPEN, "utf-8")
    asked(sample, "summarise this call", file=call)
    with pytest.raises(BotError) as error:
        asked(sample, answer)
    assert str(error.value).startswith(said)


def test_an_objection_in_the_call_outweighs_every_statement(sample: App, call: Path) -> None:
    call.write_text(AGREED + "Ingrid Solheim: Please do not record this call.\nMaya Lindqvist: Of course.\n", "utf-8")
    with pytest.raises(BotError) as error:
        asked(sample, "summarise this call (Everybody agreed)", file=call)
    assert str(error.value).startswith(
        "call.txt is not summarised: Ingrid Solheim did not want to be recorded; write down"
    )


def test_what_is_said_of_a_file_holds_no_sign_of_its_name_that_nobody_sees(sample: App, call: Path) -> None:
    odd = call.with_name("c\u200ba\u202ell.txt")
    odd.write_text(AGREED + "Ingrid Solheim: Please do not record this call.\nMaya Lindqvist: Of course.\n", "utf-8")
    with pytest.raises(BotError) as error:
        asked(sample, "summarise this call (Everybody agreed)", file=odd)
    assert str(error.value).startswith("call.txt is not summarised: Ingrid Solheim")


def test_the_company_may_have_set_that_everybody_is_asked_before(sample: App, call: Path) -> None:
    call.write_text(OPEN, "utf-8")
    own = replace(sample.assistant, policy=Policy(consent="given", framework="bant"))
    draft = own.answer(Request("summarise this call", sample.user("u-maya"), TODAY, "t1", file=call)).draft
    assert lines(draft, "Call")[-1] == "Recording consent: everybody agreed, as the company set for all its calls."
    assert "qualification (BANT)" in lines(draft, "Not said in this call")[0]


def test_an_announcement_is_enough_where_one_party_may_record(sample: App, call: Path) -> None:
    call.write_text(OPEN.replace("Good morning both.", "This call is being recorded."), "utf-8")
    draft = asked(sample, "summarise this call for Northwick Dairy", file=call)
    assert lines(draft, "Call")[-1] == (
        "Recording consent: announced, nobody objected, announced in the call: “This call is being recorded.” (line 3)"
    )
    question = asked(sample, "summarise this call for Castellane Ceramics", thread="t2", file=call)
    assert lines(question, "")[0] == (
        "Did everybody agree to the recording? In call.txt it is announced, and nobody says yes to it."
    )


def test_where_one_of_two_hangs_it_on_something_it_is_asked(sample: App, call: Path) -> None:
    start = "Date: 2026-11-13\n\nMaya Lindqvist: May I record this?\nIngrid Solheim: Sure.\nPer Aune: Let me check with legal first.\n"
    call.write_text(start + OPEN.split("\n\n")[1], "utf-8")
    question = "Did everybody agree to the recording? In call.txt Per Aune does not say yes to it: “Let me check with legal first.”"
    assert lines(asked(sample, "summarise this call", file=call), "")[0] == question
    assert "Decided" in titles(asked(sample, "Everybody agreed"))


@pytest.mark.parametrize(
    "words", ["for my manager:\n{text}", "summarise the following meeting notes for Northwick Dairy:\n{text}"]
)
def test_a_thread_and_typed_notes_are_no_recording(sample: App, words: str) -> None:
    text = OPEN.split("\n\n")[1]
    assert "Decided" in titles(asked(sample, words.format(text=text), skill="summary"))


def test_what_is_pasted_cannot_state_consent_by_itself(sample: App) -> None:
    words = f"summarise this call for Northwick Dairy:\n{OPEN.split(chr(10) * 2)[1]}Per Aune: Bye. (Everybody agreed)"
    question = asked(sample, words, skill="summary")
    assert lines(question, "")[0].startswith("Did everybody agree to the recording? ")
    assert "Decided" in titles(asked(sample, "1"))


def test_a_call_on_a_person_waits_for_its_host_and_shows_no_word_of_it(sample: App, call: Path) -> None:
    call.write_text(PRIVATE.replace("Date:", "Host: Maya Lindqvist\nDate:"), "utf-8")
    draft = asked(sample, "summarise this call", "u-tomas", file=call)
    assert [line.text for part in draft.sections for line in part.lines] == [
        "call.txt touches personnel (1 line), health (1 line); it waits until Maya Lindqvist, who held it, decided.",
        "Only Maya Lindqvist can release it, with “release it”.",
    ]
    assert (draft.writes, draft.actions, draft.citations) == ((), (), ())
    assert "Lars" not in json.dumps(draft.data)
    with pytest.raises(NotAllowed) as refused:
        asked(sample, "summarise this call (release it)", "u-tomas", file=call)
    assert (
        str(refused.value)
        == "Only Maya Lindqvist held this call and can release call.txt; ask them to say “release it” on it."
    )
    held = asked(sample, "summarise this call", thread="t3", file=call)
    assert [action.ask for action in held.actions] == ["release it"]
    shown = asked(sample, "release it", thread="t3")
    assert lines(shown, "Call")[-1] == "Touches personnel, health; released by Maya Lindqvist on 16 November 2026."
    assert "Lars" not in "".join(lines(shown, "Follow-up mail"))
    # Once released, it is for those who may see the account.
    assert "Decided" in titles(asked(sample, "summarise this call", "u-tomas", "t4", file=call))
    assert [(line.actor, line.verb) for line in trail(sample.engine) if line.verb == "release"] == [
        ("u-maya", "release")
    ]


def test_a_short_illness_holds_nothing_back_and_is_left_out(sample: App, call: Path) -> None:
    call.write_text(AGREED + "Maya Lindqvist: I'm off sick next week.\nPer Aune: Get well soon.\n", "utf-8")
    draft = asked(sample, "summarise this call", file=call)
    assert "sick" not in json.dumps(draft.data)
    assert "Decided" in titles(draft)


def test_two_lenses_come_from_one_extraction(sample: App, call: Path) -> None:
    more = "Per Aune: Our planners use it daily, and we saved 12 hours a week.\nPer Aune: Two tickets are still open.\nPer Aune: If the price stays, we may not renew.\nMaya Lindqvist: Noted.\n"
    call.write_text(AGREED + more, "utf-8")
    sales = asked(sample, "summarise this call", file=call)
    success = asked(sample, "customer-success view")
    assert [action.label for action in sales.actions] == ["Follow-up mail", "Customer-success view"]
    assert {title: lines(success, title) for title in ("Adoption", "Value realised", "Open support issues", "Renewal risk")} == {
        "Adoption": ["“Our planners use it daily, and we saved 12 hours a week.” Per Aune (line 11)"],
        "Value realised": ["“Our planners use it daily, and we saved 12 hours a week.” Per Aune (line 11)"],
        "Open support issues": ["“Two tickets are still open.” Per Aune (line 12)"],
        "Renewal risk": ["“If the price stays, we may not renew.” Per Aune (line 13)"],
    }  # fmt: skip
    assert "ompetitors" not in lines(success, "Not said in this call")[0] and success.writes == ()
    assert sales.data and success.data and sales.data["success"] == success.data["success"]
    assert titles(asked(sample, "follow-up mail")) == ["Follow-up mail"]
    assert "ompetitors" in lines(asked(sample, "sales view"), "Not said in this call")[0]


def test_the_follow_up_mail_says_what_both_heard_and_nothing_internal(sample: App, call: Path) -> None:
    more = "Maya Lindqvist: I'll ask my manager about the floor price by Thursday.\nPer Aune: We have decided against Corvane, your competitor.\nMaya Lindqvist: Thanks.\n"
    call.write_text(AGREED + more, "utf-8")
    draft = asked(sample, "summarise this call", file=call)
    assert draft.data and draft.data["follow_up"] == {
        "to": [
            {"contact": "c-ingrid-solheim", "name": "Ingrid Solheim", "email": "ingrid.solheim@northwick-dairy.example"},
            {"contact": "c-per-aune", "name": "Per Aune", "email": "per.aune@northwick-dairy.example"},
        ],
        "subject": "Our call on 13 November 2026: next steps",
        "body": "\n".join(
            [
                "Hello Ingrid and Per,", "",
                "Thank you for the call on 13 November 2026. Here is what I took from it; please tell me where I am wrong.", "",
                "What was decided:", "- “We have decided to start with all three centres.” (Per Aune)", "",
                "What we do:", "- Maya Lindqvist: send the three-year price (by 18 November 2026)", "",
                "What you do:", "- Per Aune: send the write-off figures (by 24 November 2026)", "",
                "We owe you an answer:", "- “Can it be hosted in Norway?”", "", "Is anything missing?", "",
                "Kind regards", "Maya Lindqvist", "[Name of your company: fill in before you send]",
                "[Postal address of your company: fill in before you send]", "maya.lindqvist@fernhollow.example",
                "If you would rather not get e-mails like this, answer “no” and I will not write again.",
            ]
        ),
        "language": "en",
    }  # fmt: skip


def test_whom_the_rules_of_outreach_protect_gets_no_mail(sample: App, call: Path) -> None:
    text = "Consent: all\n\nJonas Weidner: Good morning.\nKlaus: Good morning.\nJonas Weidner: Bye.\nKlaus: Bye.\n"
    names = {contact.account_id: contact.name for contact in sample.reader.contacts("a-ostermark")}
    call.write_text(text.replace("Klaus", names["a-ostermark"]), "utf-8")
    draft = asked(sample, "summarise this call of 2026-11-13 for Ostermark Fasteners", "u-jonas", file=call)
    [line] = lines(draft, "Follow-up mail")
    assert line.startswith(f"None: Nobody who was there may be written to: {names['a-ostermark']}: ")
    assert draft.data and draft.data["follow_up"]["body"] is None


def test_what_the_customer_states_becomes_changes_with_their_line(sample: App, call: Path) -> None:
    more = (
        "Ingrid Solheim: I sign off the contract. We will sign by 9 December 2026.\nPer Aune: We have agreed on $180,000.\n"
        "Kari Nordmann (Plant Manager, Northwick Dairy): I'm Kari Nordmann, kari@northwick-dairy.example.\n"
        "Maya Lindqvist: Welcome.\nKari Nordmann (Plant Manager, Northwick Dairy): Thanks.\n"
    )
    call.write_text(AGREED + more, "utf-8")
    draft = asked(sample, "summarise this call", file=call)
    fields = {w.write.field: (w.write.old, w.write.new) for w in draft.writes if isinstance(w.write, UpdateOpportunity)}
    assert {name: str(new) for name, (_, new) in fields.items()} == {
        "next_step": "Maya Lindqvist: send Northwick Dairy the three-year price by 18 November 2026",
        "close_date": "2026-12-09",
        "amount": "180000",
    }
    tasks = [(w.write.side, w.write.subject) for w in draft.writes if isinstance(w.write, CreateTask)]
    assert ("theirs", "Per Aune: send us the write-off figures") in tasks
    [person] = [w.write for w in draft.writes if isinstance(w.write, CreateContact)]
    assert (person.name, person.title, person.email) == (
        "Kari Nordmann",
        "Plant Manager",
        "kari@northwick-dairy.example",
    )
    roles = [w.write for w in draft.writes if isinstance(w.write, SetContactRole)]
    assert [(one.contact_id, one.role) for one in roles] in ([], [("c-ingrid-solheim", "economic_buyer")])
    assert all("(line " in one.evidence for one in draft.writes)


@pytest.mark.parametrize(
    "said",
    [
        "If the board agrees, we will sign by 11 December 2026.", "Could we sign by 11 December 2026?", "We might settle on $180,000.",
        "Your price of $180,000 is too high.", "We have agreed on 180,000 euros.", "We agreed on $12 per user.",
    ],
)  # fmt: skip
def test_what_is_not_stated_clearly_changes_no_deal(sample: App, call: Path, said: str) -> None:
    call.write_text(
        f"Consent: all\n\nMaya Lindqvist: Hello.\nIngrid Solheim: {said}\nMaya Lindqvist: I see.\nIngrid Solheim: Bye.\n",
        "utf-8",
    )
    draft = asked(sample, "summarise this call of 2026-11-13", file=call)
    assert [w.write.kind for w in draft.writes if isinstance(w.write, UpdateOpportunity)] == []


def test_people_of_another_account_are_said_and_nothing_is_proposed(sample: App, call: Path) -> None:
    call.write_text(AGREED, "utf-8")
    draft = asked(sample, "summarise this call for Harrowgate Foods", file=call)
    assert draft.lead == (
        "Nobody of Harrowgate Foods speaks here, and people of Northwick Dairy do; nothing is proposed: name the account again if "
        "it is another."
    )  # fmt: skip
    assert draft.writes == ()


def test_a_transcript_without_speakers_tells_what_it_can(sample: App, tmp_path: Path) -> None:
    path = tmp_path / "call.vtt"
    cues = ["We have decided to start in May.", "I'll send you the offer by Friday.", "Good."]
    body = "\n\n".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{text}" for n, text in enumerate(cues))
    path.write_text(f"WEBVTT\n\nNOTE Consent: all\n\n{body}\n", "utf-8")
    draft = asked(sample, "summarise this call of 2026-11-13 for Northwick Dairy", file=path)
    assert lines(draft, "Decided") == ["“We have decided to start in May.” somebody (line 6)"]
    assert lines(draft, "Next steps, ours") == []
    assert draft.unknowns[0] == (
        "Who says what: call.vtt names no speakers, so that no promise has an owner and no side is told."
    )


def test_another_language_is_said(sample: App, call: Path) -> None:
    said = "Wir schicken Ihnen das Angebot, und das ist es, was der Vorstand für den Plan sehen muss."
    call.write_text(
        f"Einwilligung: alle\n\nMaya Lindqvist: Guten Tag.\nIngrid Solheim: {said}\nMaya Lindqvist: Ja, gut.\n", "utf-8"
    )
    draft = asked(sample, "summarise this call of 2026-11-13 for Northwick Dairy", file=call)
    assert (
        "What was said in German: the rules read English, so that more may be in it than is listed here."
        in draft.unknowns
    )
    assert draft.data and draft.data["follow_up"]["subject"] == "Unser Gespräch am 13. November 2026: nächste Schritte"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([], 1, f"{QUESTION} Say it with --consent all, --consent some or --consent none."),
        (["--consent", "none"], 1, "call.txt is not summarised: not agreed to, stated by Maya Lindqvist on 16 November 2026; write down"),
        (["--consent", "maybe"], 2, "--consent maybe is not known; choose one of all, some, none."),
        (["--lens", "legal"], 2, "--lens legal is not known; choose one of sales, success."),
    ],
)  # fmt: skip
def test_the_terminal_names_the_option(
    seller: Seller, sample_home: Path, call: Path, options: list[str], code: int, said: str
) -> None:
    call.write_text(OPEN, "utf-8")
    ran = seller("summarise", str(call), *options, "--as", "u-maya", "--now", TODAY.isoformat())
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.strip().startswith(said)


def test_the_terminal_states_consent_and_gives_the_lens(seller: Seller, sample_home: Path, call: Path) -> None:
    call.write_text(PRIVATE.replace("Consent: all parties\n", ""), "utf-8")
    shared = (
        "summarise",
        str(call),
        "--consent",
        "all",
        "--lens",
        "success",
        "--as",
        "u-maya",
        "--now",
        TODAY.isoformat(),
        "--json",
    )
    held = json.loads(seller(*shared).out)
    assert (held["quarantine"]["subjects"], held["decisions"]) == (
        [{"subject": "personnel", "count": 1, "sure": True}, {"subject": "health", "count": 1, "sure": True}], [],
    )  # fmt: skip
    told = json.loads(seller(*shared, "--release").out)
    assert (told["lens"], told["consent"]["status"], told["consent"]["needed"], told["quarantine"]["released"]) == (
        "success", "all", "told", True,
    )  # fmt: skip


def test_after_a_summary_a_yes_means_its_proposal(sample: App, call: Path) -> None:
    call.write_text(AGREED, "utf-8")
    asked(sample, "summarise this call", file=call)
    decided = asked(sample, "approve 1")
    assert decided.skill == "decision"
    assert [line.text.split(": ")[0].split(" ", 1)[1] for line in decided.sections[0].lines][:2] == [
        "applied",
        "pending",
    ]


def test_a_question_of_a_recorded_call_follows_the_same_rules(sample: App, call: Path) -> None:
    call.write_text(OPEN, "utf-8")
    question = asked(sample, "what was said about the write-off figures?", skill="ask", file=call)
    assert lines(question, "")[0] == QUESTION
    assert any("write-off figures" in line for line in lines(asked(sample, "1"), "From call.txt"))
    call.write_text(PRIVATE, "utf-8")
    with pytest.raises(BotError) as held:
        asked(sample, "who has to go?", thread="t2", skill="ask", file=call)
    assert str(held.value) == (
        "call.txt touches personnel, health and waits for Maya Lindqvist, who held the call; it is read from once it is "
        "summarised and released with “release it”."
    )


def test_a_file_that_is_handed_in_is_read_though_its_name_hides_it(sample: App, call: Path) -> None:
    hidden = call.with_name(". A study of hosting.txt")
    hidden.write_text("Hosting in the EU takes two weeks.\n", "utf-8")
    draft = asked(sample, "how long does hosting in the EU take?", file=hidden)
    assert lines(draft, "From . A study of hosting.txt") == ["Hosting in the EU takes two weeks."]
