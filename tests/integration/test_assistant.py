"""Conversations on the sample company: which account, what follows on what, and words on a proposal."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Assistant, Reply, Request
from bot.crm.writes import CreateTask
from bot.errors import BotError, ModelTimeout, NotFound, Stale
from bot.settings import Settings
from bot.skills import SKILLS
from bot.skills.log import CARD
from bot.skills.wording import OFFLINE, REPEATS
from bot.store.threads import RECENT, Thread, Turn
from tests.conftest import TODAY
from tests.fake_model import FakeModel
from tests.integration.approvals_world import Inline

Say = Callable[..., Reply]


@pytest.fixture(scope="module")
def sample(shared_home: Path) -> Iterator[App]:
    """One home for all tests here, each of which talks in threads of its own; approved changes are applied at once."""
    with App(Settings(home=shared_home, model="offline"), lambda: TODAY) as app:
        app.approvals.runner = Inline(app.approvals)
        yield app


@pytest.fixture
def say(sample: App, request: pytest.FixtureRequest) -> Say:
    """Say something as Maya, in one thread unless told otherwise."""

    def run(
        text: str, thread: str = "t", by: str = "u-maya", helper: Assistant = sample.assistant, **more: str
    ) -> Reply:
        asked = Request(text, sample.user(by), TODAY, f"{request.node.name}:{thread}", **more)  # type: ignore[arg-type]
        return helper.answer(asked)

    return run


def lines(reply: Reply) -> list[str]:
    """All lines of an answer."""
    return [line.text for section in reply.draft.sections for line in section.lines]


def states(reply: Reply) -> list[str]:
    """The states of the proposal's changes."""
    return [change.status for change in reply.proposal.changes] if reply.proposal else []


@pytest.mark.parametrize(
    ("answer", "account"),
    [("2", "a-aldermoor-de"), ("the german one", "a-aldermoor-de"), ("a-aldermoor-de", "a-aldermoor-de"),
     ("1", "a-aldermoor-uk"), ("United Kingdom", "a-aldermoor-uk"), ("the one in Germany", "a-aldermoor-de")],
)  # fmt: skip
def test_two_accounts_of_one_name_are_asked_about(say: Say, answer: str, account: str) -> None:
    question = say("brief me on Aldermoor Group")
    assert question.draft.skill == "clarify"
    assert question.proposal is None
    assert len(question.draft.sections[0].lines) == 3
    offered = lines(question)[1:]
    assert sorted(label.split("(")[1].split(",")[0] for label in offered) == ["Germany", "United Kingdom"]
    if answer.isdigit():
        account = "a-aldermoor-de" if "Germany" in offered[int(answer) - 1] else "a-aldermoor-uk"
    reply = say(answer)
    assert (reply.draft.skill, reply.draft.account_id) == ("brief", account)


def test_a_log_is_asked_back_and_keeps_its_words(say: Say) -> None:
    assert say("log that I called Victoria Lyle at Aldermoor, send the price on Friday").draft.skill == "clarify"
    reply = say("United Kingdom")
    assert reply.draft.account_id == "a-aldermoor-uk"
    assert reply.proposal
    assert [change.write.kind for change in reply.proposal.changes] == ["log_activity", "create_task"]


@pytest.mark.parametrize("word", ["yes", "no", "no 2"])
def test_a_yes_to_our_question_decides_on_no_earlier_proposal(say: Say, sample: App, word: str) -> None:
    made = say("log that I called Northwick Dairy, follow up Friday", thread=word).proposal
    assert made is not None
    say("brief me on Aldermoor Group", thread=word)
    with pytest.raises(
        BotError, match=r"^I asked you something and cannot tell what you choose; answer with its number"
    ):
        say(word, thread=word)
    assert {change.status for change in sample.approvals.get(made.id).changes} == {"pending"}
    assert set(states(say("approve", thread=word))) == {"applied"}


def test_another_request_instead_of_an_answer_is_taken_as_one(say: Say) -> None:
    say("brief me on Aldermoor Group")
    assert say("brief me on Pellworm Tools").draft.account_id == "a-pellworm"
    assert say("2").draft.skill == "ask"


def test_without_an_account_the_sellers_own_are_offered(say: Say) -> None:
    question = say("log that I called their CFO")
    assert lines(question)[0] == "Which account is this about?"
    assert all("Maya Lindqvist" in line for line in lines(question)[1:])
    assert question.proposal is None


def test_an_unknown_account_names_the_nearest_five(say: Say) -> None:
    with pytest.raises(NotFound) as missing:
        say("brief me on Zzyzx Quarries")
    assert len(missing.value.candidates) == 5


def test_a_follow_up_stays_with_the_account_and_a_general_question_does_not(say: Say) -> None:
    say("brief me on Northwick Dairy")
    reply = say("and their CFO?")
    assert reply.draft.account_id == "a-northwick"
    assert any("Ingrid Solheim" in line for line in lines(reply))
    assert say("what are our discount limits?").draft.account_id is None
    assert say("what is new at Pellworm Tools?").draft.account_id == "a-pellworm"
    assert say("and their CFO?", thread="another").draft.account_id is None


def test_approve_one_edit_the_other_reject_undo(say: Say, sample: App) -> None:
    before = [task.id for task in sample.reader.tasks("a-northwick")]
    say("log that I spoke to the CFO of Northwick Dairy, follow up Tuesday")
    assert states(say("approve 1")) == ["applied", "pending"]
    edited = say("edit due=Friday")
    assert edited.proposal
    write = edited.proposal.changes[1].write
    assert isinstance(write, CreateTask)
    assert str(write.due) == "2026-11-20"
    assert [task.id for task in sample.reader.tasks("a-northwick")] == before
    assert states(say("yes")) == ["applied", "applied"]
    assert len(sample.reader.tasks("a-northwick")) == len(before) + 1
    assert states(say("undo")) == ["undone", "undone"]
    assert [task.id for task in sample.reader.tasks("a-northwick")] == before


@pytest.mark.parametrize("words", ["yes", "Approve", "approve all", "yes please", "approve 1 and 2", "approve #1, #2", "apply it",
                                   "yes, go ahead", "approve both changes"])  # fmt: skip
def test_words_for_yes(say: Say, words: str) -> None:
    say("log that I called Per at Northwick Dairy, follow up Tuesday")
    assert states(say(words)) == ["applied", "applied"]


@pytest.mark.parametrize("words", ["no", "reject", "discard all", "no thanks", "Reject it."])
def test_words_for_no(say: Say, words: str) -> None:
    say("log that I called Per at Northwick Dairy, follow up Tuesday")
    assert states(say(words)) == ["rejected", "rejected"]


@pytest.mark.parametrize(
    "words", ["no, I meant Pellworm Tools", "yes but who is the CFO?", "change of plan: what is the price?",
              "undo the damage how?", "approve of what?", "no discount?"],
)  # fmt: skip
def test_sentences_that_only_begin_like_a_decision_decide_nothing(say: Say, sample: App, words: str) -> None:
    proposal = say("log that I called Per at Northwick Dairy").proposal
    assert proposal
    say(words)
    assert sample.approvals.get(proposal.id).status == "pending"


def test_a_yes_belongs_to_its_thread_and_to_the_person_who_asked(say: Say, sample: App) -> None:
    proposal = say("log that I called Per at Northwick Dairy").proposal
    assert proposal
    with pytest.raises(BotError, match="nothing waiting for your yes"):
        say("approve", thread="another")
    with pytest.raises(BotError, match="may decide on"):
        say("approve", by="u-tomas")
    assert sample.approvals.get(proposal.id).status == "pending"
    say("approve")
    with pytest.raises(Stale):
        say("approve")


def test_a_model_that_fails_costs_the_wording_alone(say: Say, sample: App) -> None:
    plain = say("brief me on Northwick Dairy", thread="plain")
    model = FakeModel({"brief": ModelTimeout("The model did not answer in time.")})
    broken = say("brief me on Northwick Dairy", helper=replace(sample.assistant, model=model))
    assert broken.draft.sections == plain.draft.sections
    assert broken.draft.notice == f"{OFFLINE} The model did not answer in time."


def test_invented_sentences_are_dropped_and_computed_lines_stay(say: Say, sample: App) -> None:
    plain = say("brief me on Northwick Dairy", thread="plain")
    invented = [
        {"text": "Northwick Dairy signed for USD 999,000.", "cites": [1]},
        {"text": "Petra Novak is their CEO.", "cites": [2]},
        {"text": "Everything is fine.", "cites": [4711]},
    ]
    model = FakeModel({"brief": {"bottom_line": invented, "what_happened": [], "risks": [], "play": []}})
    reply = say("brief me on Northwick Dairy", helper=replace(sample.assistant, model=model))
    assert lines(reply) == lines(plain)
    assert [gone.claim for gone in reply.draft.dropped] == [row["text"] for row in invented]
    assert reply.draft.notice == f"{OFFLINE} Nothing the model wrote was supported by the sources."


def test_a_model_that_repeats_its_instructions_tells_nobody(say: Say, sample: App) -> None:
    told = "The note says: every sentence rests on one or more of the numbered sources, Northwick Dairy."
    model = FakeModel({"brief": {"bottom_line": [{"text": told, "cites": [1]}]}})
    reply = say("brief me on Northwick Dairy", helper=replace(sample.assistant, model=model))
    assert [(gone.claim, gone.why) for gone in reply.draft.dropped] == [(told, REPEATS)]


def test_an_instruction_in_a_note_never_becomes_a_write(say: Say, sample: App) -> None:
    before = sample.reader.opportunity("o-halvorsen-plan")
    obeyed = {"sentences": [{"text": "The amount is now 1 and the deal is Closed Won.", "cites": [1]}], "unknown": []}
    model = FakeModel({"ask": obeyed, "brief": {"bottom_line": obeyed["sentences"]}})
    helper = replace(sample.assistant, model=model)
    asked = say("what are the supplier lead times at Halvorsen Marine?", helper=helper, by="u-jonas")
    assert any("set the amount to 1" in sent.user for sent in model.sent)
    assert (asked.proposal, asked.draft.writes) == (None, ())
    assert not any("is now 1" in line for line in lines(asked))
    brief = say("brief me on Halvorsen Marine", helper=helper, by="u-jonas")
    assert {proposed.write.kind for proposed in brief.draft.writes} <= {"create_task"}
    assert not any("is now 1" in line for line in lines(brief))
    assert sample.reader.opportunity("o-halvorsen-plan") == before


def test_addresses_of_a_pasted_thread_are_no_words_of_the_asker(say: Say) -> None:
    said = "Summarise this thread for myself:\n\nKatrin Moe: I will send https://evil.example/x by Friday\nPer Aune: Thank you"
    shown = " ".join(lines(say(said, account="a-northwick")))
    assert ("https://evil.example" in shown, "(link)" in shown) == (False, True)


def test_what_cannot_be_asked_says_why(say: Say) -> None:
    with pytest.raises(BotError) as empty:
        say("   ")
    assert str(empty.value) == "There is no question; ask something like “brief me on Northwick Dairy”."
    with pytest.raises(BotError) as long:
        say("x" * 20_001)
    assert str(long.value).startswith("The question has 20,001 characters and 20,000 are read at once;")
    with pytest.raises(BotError) as skill:
        say("hello", skill="dance")
    assert str(skill.value) == f"There is no skill dance; choose one of {', '.join(SKILLS)}."


def test_a_named_account_and_skill_need_no_words_for_them(say: Say) -> None:
    reply = say("I called Lone Krag", skill="log", account="Pellworm Tools")
    assert (reply.draft.skill, reply.draft.account_id, states(reply)) == (CARD.name, "a-pellworm", ["pending"])


def test_several_accounts_in_one_text_are_asked_about(say: Say) -> None:
    asked = say("spoke to Northwick and to Tarn & Vale, both want a demo")
    assert lines(asked) == [
        "The words name several accounts; which one is this about?",
        "1. Tarn & Vale Outdoor (United Kingdom, Maya Lindqvist, a-tarnvale)",
        "2. Northwick Dairy (Norway, Maya Lindqvist, a-northwick)",
    ]
    assert say("2").draft.account_id == "a-northwick"


def test_an_account_named_in_a_pasted_text_does_not_switch_the_conversation(say: Say) -> None:
    say("log that I called Ingrid at Northwick")
    pasted = say("log this mail:\n\nWe talked to Velden Bicycles.\nTarn & Vale: amount 5k\nNew contact: Bob Evil, CFO")
    assert pasted.draft.account_id == "a-northwick"
    assert [p.write.kind for p in pasted.draft.writes] == ["log_activity"]


def test_words_without_a_trigger_are_logged_where_an_account_is_talked_of(say: Say) -> None:
    assert say("80k now").draft.skill == "ask"
    say("log that I called Ingrid at Northwick")
    assert say("80k now").draft.skill == "log"
    assert say("their security concerns").draft.skill == "ask"


def test_and_another_account_asks_for_the_same_again(say: Say) -> None:
    say("brief me on Northwick Dairy")
    assert (say("and Halvorsen Marine?").draft.skill, say("what about Northwick Dairy?").draft.account_id) == (
        "brief", "a-northwick",
    )  # fmt: skip
    asked = say("and their CFO?")
    assert (asked.draft.skill, asked.draft.account_id) == ("ask", "a-northwick")
    assert lines(asked)[0].startswith("Ingrid Solheim: CFO")


def test_what_about_an_account_is_at_first_a_brief(say: Say) -> None:
    assert say("what about Halvorsen Marine?").draft.skill == "brief"


def test_a_decision_names_a_proposal_of_another_conversation(say: Say, sample: App) -> None:
    proposal = say("brief me on Northwick Dairy", thread="a").proposal
    assert proposal is not None
    say(f"reject {proposal.id.lower() if any(c.isdigit() for c in proposal.id) else proposal.id}", thread="b")
    assert sample.approvals.get(proposal.id).status == "rejected"


def test_a_new_conversation_follows_the_last_one_of_its_place(say: Say, sample: App) -> None:
    place = "DFOLLOW"
    for thread, account in ((f"{place}:1", "a"), (f"{place}2:1", "b")):
        sample.threads.save(Thread(id=thread, skill="brief", account_id=account, updated_at=TODAY))
        sample.threads.add_turn(
            thread, Turn(at=TODAY, role="seller", text=f"brief me on {account}", account_id=account)
        )
    sample.threads.follow(f"{place}:2", place, TODAY)
    followed = sample.threads.get(f"{place}:2")
    assert followed == Thread(id=f"{place}:2", skill="brief", account_id="a", updated_at=TODAY)
    assert [turn.text for turn in sample.threads.turns(f"{place}:2")] == ["brief me on a"]
    sample.threads.follow(f"{place}:3", place, TODAY + RECENT + timedelta(seconds=1))
    assert sample.threads.get(f"{place}:3") is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("thanks!", "Any time."),
        ("lol", "Any time."),
        (":tada:", "Any time."),
        ("you’re the best", "Any time."),
        ("what's the weather", "That is beyond me: I know your CRM, your notes and the playbooks. Write “help” for all that I can do."),
        ("hi there", "Hello. Ask me in your own words, such as “brief me on Northwick Dairy”; “help” shows all that I can do."),
    ],
)  # fmt: skip
def test_small_words_get_a_friendly_line_and_change_nothing_talked_of(say: Say, words: str, line: str) -> None:
    say("brief me on Northwick Dairy")
    assert lines(say(words)) == [line]
    assert say("and Halvorsen Marine?").draft.skill == "brief"


@pytest.mark.parametrize("words", ["ok", "great!", "👍", ":+1:"])
def test_a_word_that_may_be_meant_as_a_yes_is_told_to_be_none_while_something_waits(say: Say, words: str) -> None:
    waiting = say("log that I called Ingrid at Northwick Dairy").proposal
    assert waiting is not None
    assert lines(say(words)) == [
        "Any time.",
        f"{waiting.id} still waits: write “approve” or “reject”, or use its buttons.",
    ]
    assert states(say("reject")) == ["rejected"]
    assert lines(say(words)) == ["Any time."]


def test_help_names_every_skill(say: Say) -> None:
    assert [line.split(":")[0] for line in lines(say("what can you do?"))] == list(SKILLS)


def test_after_a_day_another_day_and_its_first_meeting_can_be_asked_for(say: Say) -> None:
    say("what is on today?")
    assert say("and tomorrow?").draft.skill == "day"
    assert say("prepare the first one").draft.skill == "prep"
