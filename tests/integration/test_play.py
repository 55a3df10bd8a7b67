"""What of the playbook stands in a brief, on the sample shared."""

from bot.app import App
from bot.assistant import Request
from tests.conftest import TODAY


def play(app: App, account: str) -> list[str]:
    request = Request(f"brief me on {account}", app.user("u-maya"), TODAY, f"t:{account}")
    sections = app.assistant.answer(request).draft.sections
    return [line.text for section in sections if section.title == "The play" for line in section.lines]


def test_the_rivals_page_says_where_we_win_and_no_page_is_quoted_that_has_nothing_to_say(shared: App) -> None:
    # Only one person is engaged at Castellane, and no page of the sample speaks of that.
    assert play(shared, "Castellane Ceramics")[:3] == [
        "Battlecard: spreadsheets and doing nothing (verified, checked 58 days ago): where we win: "
        'a second or third warehouse: "How do you see stock in the other place?"',
        "Sales stages and exit criteria (verified, checked 26 days ago): "
        "3 Discovery: 30 %; confirmed pain and metrics in writing, and introduced us to the economic buyer",
        "Ask: “How many trucks arrive on a normal day, and on your worst day?” "
        "(Discovery questions for warehouse and yard managers; verified, checked 63 days ago)",
    ]


def test_without_a_rival_no_battlecard_is_quoted(shared: App) -> None:
    assert not [text for text in play(shared, "Harrowgate Foods") if "attlecard" in text]
