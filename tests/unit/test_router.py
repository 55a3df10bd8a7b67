"""Words find their skill: triggers first, then a bare name, then a question, then the model."""

from dataclasses import dataclass

import pytest

from bot.errors import ModelTimeout
from bot.intents import Guess
from bot.router import Routed, route, stands_alone
from bot.skills import SKILLS, cards, load
from tests.fake_model import FakeModel

NAMES = {"northwick dairy", "pellworm", "the northwick dairy account"}


def names_account(words: str) -> bool:
    """Whether the words are a known company."""
    return words.casefold() in NAMES


@dataclass(frozen=True)
class Card:
    """A card with nothing but what routing reads."""

    description: str
    triggers: tuple[str, ...] = ()
    account_only: tuple[str, ...] = ()
    about: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    of_account: bool = False


@pytest.mark.parametrize(
    ("words", "skill", "rest"),
    [
        ("brief me on Northwick Dairy", "brief", "Northwick Dairy"),
        ("Brief:  Northwick\n Dairy.", "brief", "Northwick Dairy"),
        ("please give me a brief on Pellworm!", "brief", "Pellworm"),
        ("brief", "brief", ""),
        ("prepare me for my call with Pellworm", "prep", "with Pellworm"),
        ("prepare the 2 pm", "prep", "2 pm"),
        ("what's the agenda for my call with Pellworm tomorrow?", "prep", "with Pellworm tomorrow"),
        ("what changed at Pellworm since I last looked?", "brief", "Pellworm"),
        ("catch me up on Pellworm", "brief", "Pellworm"),
        ("tell me about Pellworm", "brief", "Pellworm"),
        ("what's new at Pellworm?", "brief", "Pellworm"),
        ("what do we know about Northwick Dairy?", "brief", "Northwick Dairy"),
        ("Northwick Dairy", "brief", "Northwick Dairy"),
        ("where is the Pellworm deal?", "deal", "Pellworm"),
        ("where's the deal with Pellworm?", "deal", "Pellworm"),
        ("where are we on the Pellworm deal", "deal", "Pellworm"),
        ("how is the Dock deal at Pellworm going?", "deal", "Pellworm"),
        ("deal review for Pellworm", "deal", "Pellworm"),
        ("deal Pellworm", "deal", "Pellworm"),
        ("status of the Pellworm deal", "deal", "Pellworm"),
        ("how does the quarter look?", "pipeline", "how does the quarter look"),
        ("how is Q1 2027 shaping up", "pipeline", "how is Q1 2027 shaping up"),
        ("show me the pipeline", "pipeline", "show me the pipeline"),
        (
            "show me the Enterprise team's pipeline for next quarter",
            "pipeline",
            "show me the Enterprise team's pipeline for next quarter",
        ),
        ("pipeline", "pipeline", "pipeline"),
        ("how's the quarter looking?", "pipeline", "how's the quarter looking"),
        ("is the Pellworm deal at risk?", "deal", "Pellworm"),
        ("give me a summary of the Pellworm deal", "deal", "Pellworm"),
        ("pull up the Pellworm opportunity", "deal", "Pellworm"),
        ("draft a reply to Colin", "draft", "Colin"),
        ("draft a note to their CFO", "draft", "their CFO"),
        ("please write an e-mail to Ingrid about the SOC 2 report", "draft", "Ingrid about the SOC 2 report"),
        ("write to Ingrid", "draft", "Ingrid"),
        ("write Ingrid a short mail about SOC 2", "draft", "Ingrid a short mail about SOC 2"),
        ("draft a follow-up to Per Aune", "draft", "Per Aune"),
        ("log that I met Per", "log", "I met Per"),
        ("remind me to send the report on Friday", "log", "to send the report on Friday"),
    ],
)
def test_triggers(words: str, skill: str, rest: str) -> None:
    assert route(words, cards(), names_account) == Routed(skill, rest)


@pytest.mark.parametrize(
    ("words", "sure"),
    [
        ("tell me about our discount limits", False),
        ("what do we say when they call us expensive?", True),
        ("who is the CFO of Northwick Dairy", True),
        ("is Northwick Dairy", True),
        ("what counts as open pipeline?", True),
        ("what is the forecast category Best Case?", True),
        ("what does a healthy pipeline look like?", True),
        ("what does Commit mean in the forecast?", True),
        ("how do we qualify a deal?", True),
        ("where is a deal desk request filed?", True),
        ("how does the forecast category differ from the stage?", True),
        ("what should I write to a CFO?", True),
        ("write a battlecard for Globex", False),
        ("draft pages", False),
        ("discount limits", False),
    ],
)
def test_the_rest_is_asked(words: str, sure: bool) -> None:
    assert route(words, cards(), names_account) == Routed("ask", words, sure)


def test_every_card_routes_its_own_examples() -> None:
    for name in SKILLS:
        card = load(name).CARD
        assert [route(words, cards(), lambda _: True).skill for words in card.examples] == [name] * len(card.examples)


@pytest.mark.parametrize(("choice", "expected"), [("brief", "brief"), ("delete_everything", "ask"), ("", "ask")])
def test_the_model_chooses_only_among_the_skills(choice: str, expected: str) -> None:
    model = FakeModel({"route": {"skill": choice}})
    assert route("discount limits", cards(), names_account, model) == Routed(expected, "discount limits")
    assert len(model.sent) == 1


def test_a_question_or_a_trigger_needs_no_model() -> None:
    model = FakeModel({})
    assert route("what is our price?", cards(), names_account, model).skill == "ask"
    assert route("brief me on Pellworm", cards(), names_account, model).skill == "brief"
    assert model.sent == []


def test_a_model_that_fails_falls_back_to_ask() -> None:
    model = FakeModel({"route": ModelTimeout("too slow")})
    assert route("discount limits", cards(), names_account, model) == Routed("ask", "discount limits")


def test_the_first_card_with_a_fitting_trigger_wins_and_account_only_needs_an_account() -> None:
    made = {
        "one": Card("first", account_only=(r"^about (?P<rest>.*)$",)),
        "two": Card("second", triggers=(r"^about (?P<rest>.*)$",)),
    }
    assert route("about Pellworm", made, names_account) == Routed("one", "Pellworm")
    assert route("about prices", made, names_account) == Routed("two", "prices")
    assert route("Pellworm", made, names_account) == Routed("ask", "Pellworm", sure=False)


@pytest.mark.parametrize(
    ("words", "bare", "alone"),
    [
        ("no, I meant Pellworm Tools", "no, I meant  ", False),
        ("and Pellworm?", "and  ?", False),
        ("80k now", "80k now", False),
        ("Pellworm Tools", " ", False),
        ("2", "2", False),
        ("my todos", "my todos", True),
        ("risks at Pellworm", "risks at  ", True),
    ],
)
def test_replies_names_and_figures_are_left_to_the_conversation(words: str, bare: str, alone: bool) -> None:
    assert stands_alone(words, bare) is alone


@pytest.mark.parametrize(
    ("guess", "skill"),
    [
        (Guess("draft", 0.89), "log"),
        (Guess("draft", 0.91), "draft"),
        (Guess("ask", 0.99), "log"),
        (Guess("log", 0.99), "log"),
    ],
)
def test_what_the_log_reads_goes_before_a_guess_but_for_a_certain_one_and_never_to_the_pages(
    guess: Guess, skill: str
) -> None:
    assert route("a word for Jane", cards(), names_account, told=lambda: "log", guess=lambda _: guess).skill == skill
    assert route("note a word for Jane", cards(), names_account, guess=lambda _: guess).skill == "log"


@pytest.mark.parametrize(
    ("words", "skill"),
    [
        ("should we move Northwick to Negotiation?", "ask"),
        ("¿pasamos Northwick a Negotiation?", "ask"),
        ("could you move Northwick to Negotiation?", "log"),
        ("kannst du Northwick auf Negotiation setzen?", "log"),
    ],
)
def test_a_question_that_requests_nothing_is_never_guessed_to_be_for_the_log(words: str, skill: str) -> None:
    with_log = {"log": cards()["log"]}
    bare = {name: Card(card.description) for name, card in with_log.items()}
    assert route(words, bare, names_account, guess=lambda _: Guess("log", 0.97)).skill == skill


def test_a_question_behind_what_is_told_is_what_is_meant() -> None:
    def told() -> str:
        return "log"

    assert route("Odalisk is cheaper, what do I say", cards(), names_account, told=told).skill == "ask"
    assert route("Odalisk is cheaper", cards(), names_account, told=told).skill == "log"


def test_a_guess_of_an_account_skill_takes_the_account_alone() -> None:
    found = route("lowdown on Pellworm soon", cards(), names_account, without_names=lambda text: (text, "Pellworm"),
                  guess=lambda _: Guess("brief", 0.9))  # fmt: skip
    assert found == Routed("brief", "Pellworm")


@pytest.mark.parametrize("words", ["what is a battlecard", "what should be in a meeting prep"])
def test_a_general_question_is_one_for_the_pages_whatever_is_guessed(words: str) -> None:
    assert route(words, cards(), names_account, guess=lambda _: Guess("prep", 0.75)).skill == "ask"
