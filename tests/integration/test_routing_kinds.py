"""Which skill answers where several could, on the sample shared."""

import pytest

from bot.app import App
from bot.assistant import Request
from tests.conftest import TODAY


@pytest.mark.parametrize(
    ("words", "account", "skill"),
    [
        ("should we move Northwick to Negotiation?", None, "ask"),
        ("tell me when ingrid last called", "Northwick Dairy", "ask"),
        ("up against Kinaxa here", "Tarn & Vale Outdoor", "log"),
        ("we're up against Brightquay, what are the landmines?", None, "battlecard"),
        ("which promises are open?", None, "day"),
        ("which promises are customers behind on?", None, "ask"),
        ("tasks of mine due on Friday", None, "day"),
        ("enter a new contact for Corrigan, name is Harold Beck, he's the plant controller", None, "log"),
        ("log email to Paula with the redlines", "Tarn & Vale Outdoor", "log"),
        ("kannst du mich für das Gespräch mit Northwick vorbereiten?", None, "prep"),
        ("what sort of things can you take off my hands", None, "help"),
        ("thank you very much, that was useful", None, "help"),
        ("Bonjour", None, "help"),
        ("what's in my pipeline?", None, "pipeline"),
        ("what does the pipeline look like?", None, "pipeline"),
        ("what is our forecast for next quarter?", None, "pipeline"),
        ("show me the battlecard on Brightquay", None, "battlecard"),
        ("us vs Brightquay", None, "battlecard"),
        ("re-engage Ingrid Solheim", None, "draft"),
        ("whats the phone number of Silje at Halvorsen", None, "ask"),
    ],
)
def test_who_answers(shared: App, words: str, account: str | None, skill: str) -> None:
    request = Request(words, shared.user("u-maya"), TODAY, f"t:{words}", account=account)
    assert shared.assistant.answer(request).draft.skill == skill


def test_a_letter_to_nobody_by_name_asks_which_account_it_is_about(shared: App) -> None:
    words = "please word something nice for the head of IT about security"
    draft = shared.assistant.answer(Request(words, shared.user("u-maya"), TODAY, "t:letter")).draft
    assert (draft.skill, draft.sections[0].lines[0].text) == ("clarify", "Which account is this about?")
