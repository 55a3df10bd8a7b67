"""What is said after an answer: the same for another, a change of what was shown, or another job about the same account."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Reply, Request
from bot.guessing import Guessing
from bot.intents import Guess, Intents
from bot.settings import Settings
from tests.conftest import TODAY

Say = Callable[..., Reply]
BRIEF, PREP, DEAL = (
    "brief me on Northwick Dairy",
    "prepare my meeting with Northwick Dairy",
    "where is the Northwick Dairy deal?",
)
LETTER, PLAN = (
    "draft a note to Per Aune at Northwick Dairy",
    "make a mutual action plan for Northwick Dairy, go-live on 1 March",
)


@pytest.fixture(scope="module")
def company(sample_master: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One home for all tests here; no test writes to its CRM."""
    home = tmp_path_factory.mktemp("turns") / "home"
    shutil.copytree(sample_master, home, ignore=shutil.ignore_patterns("*.lock"))
    with App(Settings(home=home, model="offline"), lambda: TODAY) as app:
        yield app


@pytest.fixture
def say(company: App, request: pytest.FixtureRequest) -> Say:
    """Say things one after the other in one conversation; give the last reply."""

    def run(*turns: str) -> Reply:
        user = company.user("u-maya")
        return [company.assistant.answer(Request(text, user, TODAY, request.node.name)) for text in turns][-1]

    return run


@pytest.mark.parametrize(
    ("first", "second", "skill", "account"),
    [
        (BRIEF, "Und Ostermark?", "brief", "a-ostermark"),
        (BRIEF, "and their deal, is it at risk?", "deal", "a-northwick"),
        (BRIEF, "is their deal healthy", "deal", "a-northwick"),
        (BRIEF, "I see them at noon, what do I raise?", "prep", "a-northwick"),
        (PREP, "Et pour le rendez-vous avec Velden ?", "prep", "a-velden"),
        (DEAL, "and Stonebeck Dock?", "deal", "a-stonebeck"),
        (DEAL, "is that close date realistic?", "deal", "a-northwick"),
        (DEAL, "Who is that company at all? Tell me about them.", "brief", "a-northwick"),
        (LETTER, "Before it goes out, remind me what is going on at that account.", "brief", "a-northwick"),
        (LETTER, "Sent. Please note the mail on the account.", "draft", "a-northwick"),
        (PLAN, "and one for Wexcombe too", "plan", "a-wexcombe"),
        (LETTER, "cut it to four lines", "draft", "a-northwick"),
        (PLAN, "a week later please, their board is away", "plan", "a-northwick"),
        ("what discount may I give?", "same thing for Pellworm please", "brief", "a-pellworm"),
        ("what discount may I give?", "and for two years?", "ask", None),
    ],
)
def test_the_second_answer_is_the_right_one_on_the_right_account(
    say: Say, first: str, second: str, skill: str, account: str | None
) -> None:
    draft = say(first, second).draft
    assert (draft.skill, draft.account_id) == (skill, account)


def test_a_pipeline_goes_on_with_what_is_not_said_anew(say: Say) -> None:
    def shown(*turns: str) -> str:
        return say(*turns).draft.sections[0].lines[0].text.partition(" (")[0]

    assert shown("show me the pipeline", "nur für Jonas") == "Deals of Jonas Weber; Q4 2026"
    assert shown("and next quarter?") == "Deals of Jonas Weber; Q1 2027"
    assert shown("same for the enterprise team") == "Deals of the team Enterprise; Q1 2027"
    assert shown("same thing, only Q2") == "Deals of the team Enterprise; Q2 2027"
    assert shown("but for Q1") == "Deals of the team Enterprise; Q1 2027"
    assert shown("now mine") == "Deals of Maya Lindqvist; Q1 2027"
    assert shown("just EMEA") == "Deals of accounts in the region EMEA; Q1 2027"
    assert shown("and December") == "Deals of accounts in the region EMEA; December 2026"
    assert shown("thanks, same please") == "Deals of accounts in the region EMEA; December 2026"
    assert shown("only Jonas and Maya") == "Deals of Jonas Weber, Maya Lindqvist; December 2026"
    assert shown("nochmal bitte") == "Deals of Jonas Weber, Maya Lindqvist; December 2026"
    assert (
        shown("the enterprise and the mid-market team, next quarter")
        == "Deals of the teams Mid-Market, Enterprise; Q1 2027"
    )


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("the pipeline of Jonas and Maya", "Jonas Weber, Maya Lindqvist"),
        ("Maya and Jonas's pipeline", "Maya Lindqvist, Jonas Weber"),
        ("what is Jonas Weber's pipeline? Maya Lindqvist asks", "Jonas Weber"),
    ],
)
def test_a_pipeline_is_of_all_who_are_named_as_its_owners(say: Say, words: str, whose: str) -> None:
    assert say(words).draft.sections[0].lines[0].text.startswith(f"Deals of {whose}; ")


def test_one_of_a_list_is_taken_from_the_last_answer(say: Say) -> None:
    listed = say("which of my deals close this month?").draft
    assert [line.text.partition(" - ")[0] for line in listed.sections[0].lines[1:]] == [
        "Harrowgate Foods",
        "Tarn & Vale Outdoor",
    ]
    draft = say("the second one, is it real?").draft
    assert (draft.skill, draft.account_id) == ("deal", "a-tarnvale")
    say("which of my deals close this month?")
    assert say("how is the first deal doing?").draft.account_id == "a-harrowgate"


def test_a_list_is_counted_on_after_an_answer_on_one_of_it(say: Say) -> None:
    say("which of my deals close this month?", "brief me on the second one")
    assert say("and the first one?").draft.account_id == "a-harrowgate"
    assert say("brief me on the last one").draft.account_id == "a-tarnvale"


def test_a_count_beyond_a_list_is_asked_back(say: Say) -> None:
    asked = say("which of my deals close this month?", "brief me on the fifth one").draft
    assert [line.text for line in asked.sections[0].lines] == [
        "The last list names 2 accounts; which one do you mean?",
        "1. Harrowgate Foods",
        "2. Tarn & Vale Outdoor",
    ]
    assert say("2").draft.account_id == "a-tarnvale"


def test_the_last_of_something_else_leaves_the_account_of_the_conversation(say: Say) -> None:
    draft = say(BRIEF, "which of my deals close this month?", "draft them a note about the last order").draft
    assert draft.sections[0].lines[0].text == "To whom at Northwick Dairy?"


@pytest.mark.parametrize(
    "words",
    [
        "not Northwick, Pellworm",
        "no, I mean Pellworm not Northwick Dairy",
        "rather Pellworm than Northwick Dairy",
        "nicht Northwick, Pellworm bitte",
    ],
)
def test_an_account_that_is_not_meant_is_put_aside(say: Say, words: str) -> None:
    draft = say(BRIEF, words).draft
    assert (draft.skill, draft.account_id) == ("brief", "a-pellworm")


def test_of_two_accounts_named_alone_none_is_taken_unasked(say: Say) -> None:
    draft = say(BRIEF, "and Pellworm and Northwick Dairy?").draft
    assert draft.sections[0].lines[0].text == "The words name several accounts; which one is this about?"
    picked = say("2").draft
    assert (draft.skill, picked.skill, picked.account_id) == ("clarify", "brief", "a-pellworm")


def test_a_plan_moves_as_a_whole_by_a_bare_shift(say: Say) -> None:
    assert say(PLAN, "two weeks earlier").draft.sections[0].lines[0].text.endswith("go-live on 2027-02-15.")
    assert say("everything one week later please").draft.sections[0].lines[0].text.endswith("go-live on 2027-02-22.")


def test_two_wishes_for_a_letter_are_both_followed(say: Say) -> None:
    short = say(LETTER, "shorter").draft.data
    both = say(LETTER, "shorter, and without the last sentence").draft.data
    assert short and both
    assert short["letter"]["body"].endswith("Did I get anything wrong? A one-line answer is enough.")
    assert "Did I get anything wrong?" in both["letter"]["text"]
    assert "A one-line answer is enough." not in both["letter"]["text"]


def test_what_we_asked_back_keeps_the_account(say: Say) -> None:
    call = (
        "summarise this call for Northwick Dairy:\nMaya Lindqvist: Thanks for joining. Shall we start?\n"
        "Ingrid Solheim: Yes. We start the pilot in January.\nMaya Lindqvist: I will send the DPA by Friday.\n"
        "Ingrid Solheim: Good, until Friday then.\n"
    )
    assert (say(call).draft.skill, say("how is the deal after that?").draft.account_id) == ("clarify", "a-northwick")


class Fixed(Intents):
    """Guesses the same for all words."""

    def __init__(self, guess: Guess) -> None:
        self._fixed = guess

    def guess(self, text: str, after: str = "") -> Guess:
        """The guess that was given."""
        return self._fixed


@pytest.mark.parametrize(
    ("words", "guess", "after", "taken"),
    [
        ("what belongs on a talk?", Guess("day", 0.6), "", False),
        ("what belongs on a talk?", Guess("day", 0.9), "", True),
        ("what belongs on my talk?", Guess("day", 0.6), "", True),
        ("what belongs on a talk?", Guess("day", 0.6), "brief", True),
        ("what belongs on a talk today?", Guess("day", 0.75), "", True),
        ("can I talk?", Guess("help", 0.7), "", False),
        ("what did Ingrid Solheim say in the call?", Guess("summary", 0.9), "", False),
        ("call attached, what did Ingrid Solheim say?", Guess("summary", 0.9), "", True),
        ("2", Guess("day", 0.99), "brief", False),
    ],
)
def test_a_guess_is_followed_where_it_is_certain_enough(
    company: App, words: str, guess: Guess, after: str, taken: bool
) -> None:
    guessing = Guessing(Fixed(guess), company.assistant.targets, lambda _: None, after=after)
    assert (guessing.guess(words) is not None) is taken
