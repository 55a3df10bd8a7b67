"""What Slack's own failures and refusals come to: each question is answered once, or the person reads why not."""

import threading
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from slack_blocks import Shown
from slack_office import Office
from slack_server import SlackServer
from sqlalchemy import text

from bot.settings import Settings

Ask = Callable[[Office], object]
THREAD = "1770000000.000001"
BRIEF = "brief me on Northwick Dairy"
WAYS: dict[str, tuple[Ask, tuple[str, ...]]] = {
    "message": (
        lambda office: office.mia.say(BRIEF),
        ("auth.test", "users.info", "chat.postMessage"),
    ),
    "thread": (
        lambda office: office.mia.say(BRIEF, thread_ts=THREAD),
        ("assistant.threads.setStatus", "chat.postMessage"),
    ),
    "mention": (lambda office: office.mia.mention(BRIEF), ("users.info", "chat.postEphemeral")),
    "command": (lambda office: office.mia.command("/brief", "Northwick Dairy"), ("users.info", "response")),
}
FAULTS: dict[str, Callable[[SlackServer, str], None]] = {
    "429": lambda slack, method: slack.fail(method, 429, Retry_After="0"),
    "500": lambda slack, method: slack.fail(method, 500),
    "timeout": lambda slack, method: slack.hang(method),
}


@pytest.fixture
def office(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP, with little patience for Slack."""
    opened = Office(settings.model_copy(update={"slack_timeout": 0.5}), slack, "http")
    yield opened
    opened.stop()


@pytest.fixture
def patient(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP."""
    opened = Office(settings, slack, "http")
    yield opened
    opened.stop()


def briefs(office: Office) -> list[Shown]:
    """All answers to the one question."""
    return [message for message in office.slack.shown if "Bottom line" in message.words]


def cards(office: Office) -> list[Shown]:
    """All cards, which come after the answers."""
    return [message for message in office.slack.shown if "approve:1" in message.buttons]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("way", "method"), [(way, method) for way, (_, methods) in WAYS.items() for method in methods])
def test_a_method_that_fails_once_costs_no_answer(office: Office, way: str, method: str, fault: str) -> None:
    FAULTS[fault](office.slack, method)
    WAYS[way][0](office)
    office.slack.wait(lambda: cards(office), "the card")
    assert (len(briefs(office)), len(cards(office))) == (1, 1)
    assert office.slack.errors == []


@pytest.mark.parametrize("thread", [None, THREAD])
def test_a_message_that_came_through_in_silence_is_not_sent_again(office: Office, thread: str | None) -> None:
    office.slack.hang("chat.postMessage", "after")
    office.mia.say(BRIEF, thread_ts=thread)
    office.slack.wait(lambda: cards(office), "the card")
    assert len(briefs(office)) == 1


def test_the_form_and_the_card_come_through_failures(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    office.slack.fail("views.open", 500)
    office.mia.click(card, "edit:1")
    office.slack.wait(lambda: office.slack.modals, "the form")
    office.slack.fail("chat.update", 429, Retry_After="0")
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "undo:1" in card.buttons, "the card with the outcome")
    assert len(office.slack.modals) == 1


REFUSED = [
    (
        {"error": "missing_scope", "needed": "users:read,users:read.email"},
        "Slack does not let me do this without the scope users:read, users:read.email; an admin adds it on the app's "
        "page “OAuth & Permissions” under “Bot Token Scopes” and installs the app again.",
    ),
    (
        {"error": "token_revoked"},
        "Slack no longer takes this app's bot token (token_revoked); an admin copies it again from the app's page "
        "“OAuth & Permissions” into SELLER_SLACK_BOT_TOKEN and restarts me.",
    ),
    (
        {"error": "user_not_found"},
        "Slack does not let me write to that person (user_not_found); they have to open the app's Messages tab themselves.",
    ),
]


@pytest.mark.parametrize(("refusal", "words"), REFUSED, ids=[str(one["error"]) for one, _ in REFUSED])
def test_a_refusal_is_a_sentence(office: Office, refusal: dict[str, str], words: str) -> None:
    office.slack.decline("users.info", **refusal)
    office.mia.command("/brief", "Northwick Dairy")
    assert unescape(office.slack.wait(lambda: office.slack.shown)[0].text) == words


@pytest.mark.parametrize("status", [429, 500])
def test_a_directory_that_stays_away_is_a_sentence(office: Office, status: int) -> None:
    office.slack.fail("users.info", status, times=4, Retry_After="0")
    office.mia.command("/brief", "Northwick Dairy")
    again = {
        429: "Slack lets me send nothing more for the moment; please ask again in a minute.",
        500: "Slack did not answer me in time; nothing is lost on your side, please ask again in a minute.",
    }
    assert unescape(office.slack.wait(lambda: office.slack.shown)[0].text) == again[status]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        ("not_in_channel", "I am no member there"),
        ("channel_not_found", "I do not see that channel"),
        ("is_archived", "it is archived"),
        ("user_not_in_channel", "you are no member there"),
    ],
)
def test_an_answer_that_a_channel_takes_not_comes_as_a_direct_message(office: Office, error: str, why: str) -> None:
    office.slack.decline("chat.postEphemeral", error)
    office.mia.mention(BRIEF)
    brief = office.slack.wait(lambda: briefs(office), "the brief")[0]
    assert (brief.channel, brief.user) == ("DUMIA", None)
    assert brief.words.startswith(f"I could not answer in <#C1> ({why}), so here it is.")


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long"])
def test_blocks_that_slack_does_not_take_come_as_plain_text(
    office: Office, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    # The first try has young blocks, the second one has none of these.
    office.slack.decline("chat.postMessage", error, times=2)
    office.mia.say(BRIEF)
    office.mia.sees_card()
    assert [(bool(m.blocks), "Bottom line" in m.text) for m in office.slack.shown[:1]] == [(False, True)]
    assert "slack_shape_refused" in [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize("status", [404, 410])
def test_an_address_that_is_used_up_costs_no_answer(office: Office, status: int) -> None:
    office.slack.fail("response", status)
    office.mia.command("/brief", "Northwick Dairy")
    office.slack.wait(lambda: cards(office), "the card")
    assert [(m.channel, m.user) for m in briefs(office)] == [("C1", "UMIA")]


def told(office: Office, times: int) -> None:
    """Wait for an answer that is refused and for the refusal, which is refused as well."""
    office.slack.wait(lambda: len(office.slack.made("chat.postMessage")) == times, f"{times} messages")


def test_a_revoked_token_is_logged_once_and_does_not_end_the_process(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.slack.decline("chat.postMessage", "token_revoked", times=4)
    for asked in (1, 2):
        office.mia.say(BRIEF)
        told(office, 2 * asked)
    office.mia.say(BRIEF)
    office.mia.sees("Bottom line")
    [failed] = [record for record in caplog.records if record.getMessage() == "slack_not_told" and record.exc_info]
    assert failed.fields["why"].startswith(
        "Slack no longer takes this app's bot token (token_revoked); an admin copies"
    )


def test_ten_commands_at_once_are_answered_in_order_while_others_go_on(patient: Office) -> None:
    names = ["Northwick Dairy", "Pellworm"] * 5
    with patient.slack.holding("users.info"):
        asking = [threading.Thread(target=patient.mia.command, args=("/brief", name)) for name in names]
        for one in asking:
            one.start()
            one.join()
        patient.slack.wait(lambda: patient.slack.made("users.info"), "the first one")
        assert patient.slack.stays(lambda: len(patient.slack.made("users.info")) > 1)
    patient.slack.wait(lambda: len(briefs(patient)) == 10, "ten answers")
    assert ["Pellworm" in message.words for message in briefs(patient)] == [False, True] * 5


def test_one_person_who_asks_a_lot_does_not_hold_up_another(patient: Office) -> None:
    with patient.slack.holding("users.info"):
        for _ in range(40):
            patient.mia.command("/brief", " ")
        patient.member("UOMAR", "omar@example.test").command("/brief", " ")
        patient.slack.wait(
            lambda: {c.params["user"] for c in patient.slack.made("users.info")} == {"UMIA", "UOMAR"}, "both"
        )
    patient.slack.wait(lambda: len(patient.slack.shown) == 41, "all answers")


def test_a_database_that_fails_is_a_sentence(office: Office) -> None:
    with office.app.engine.begin() as connection:
        connection.execute(text("DROP TABLE deliveries"))
    office.mia.command("/brief", "Northwick Dairy")
    said = office.slack.wait(lambda: office.slack.shown)[0].text
    assert said == f"The database {office.app.engine.url.database} has no tables yet; run `seller doctor`."
