"""What may be done next with an answer: one click asks it in the clicker's name, where the answer is; files come with it."""

from datetime import timedelta

import pytest
from slack_blocks import Shown
from slack_office import NOW, Office

from bot.proposals import Action, Attachment, Citation, Draft, Line, Section
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.sending.pictures import NO_FILE, Pictures
from bot.slack.showing import views
from bot.slack.talk.saying import GONE, NOT_YOURS
from bot.store.answers import Answer, Answers

ROOT = "1770000000.000001"
BRIEF = Action(label="Brief", ask="brief me on Northwick Dairy", about="Northwick Dairy")
DEAL = Action(label="Deal", ask="plant 2, where does it stand?", skill="deal", account="A1")
DRAFT = Draft(
    skill="day",
    sections=(Section(title="Deals", lines=(Line(text="Northwick plant 2", cites=(1,), actions=(BRIEF, DEAL)),)),),
    citations=(Citation(n=1, title="Northwick Dairy", source="x", status="CRM", record="account:A1"),),
    actions=(BRIEF, Action(label="CRM", url="https://crm.test/A1"), Action(label="Mail", url="mailto:a@b.test")),
    account_id="A1",
)
PLAN = Attachment(name="plan.docx", content=b"PK plan", alt="The plan as a table.")
HTTP = pytest.mark.parametrize("office", ["http"], indirect=True)


def kept(office: Office, channel: str, *, draft: Draft = DRAFT, alone: bool = False, **more: object) -> Shown:
    """An answer that Mia was given there."""
    plain = {"id": "ab12", "at": NOW, "user_id": "U-MIA", "channel": channel, "question": "?", "draft": draft}
    Answers(office.app.engine).save(Answer.model_validate({**plain, "thread_ts": ROOT, **more}))
    place = Place(channel, "UMIA", channel.startswith("D"), "t", thread_ts=ROOT, public=not alone)
    [message] = views.answer(draft, "ab12")
    Outbox(web_client(office.settings)).say(place, message)
    return office.slack.shown[-1]


def test_a_click_asks_in_the_same_conversation_once(office: Office) -> None:
    first = kept(office, "DUMIA")
    assert (first.button("say:0")["accessibility_label"], first.button("open:1")["url"]) == (
        "Brief: Northwick Dairy",
        "https://crm.test/A1",
    )
    assert "<mailto:a@b.test|Mail>" in first.words
    office.mia.click(first, "say:0")
    brief = office.mia.sees("Bottom line")
    assert (brief.channel, brief.thread_ts, brief.user) == ("DUMIA", ROOT, None)
    thread = office.app.assistant.threads.get(f"DUMIA:UMIA:{ROOT}")
    assert thread is not None
    assert (thread.skill, thread.account_id) == ("brief", "A1")
    answer = Answers(office.app.engine).get(brief.thumbs["block_id"].split(":")[1])
    assert answer is not None
    assert (answer.question, answer.user_id) == (BRIEF.ask, "U-MIA")
    assert office.slack.errors == []


@HTTP
def test_an_entry_of_a_lines_menu_asks_as_well(office: Office) -> None:
    first = kept(office, "DUMIA")
    office.mia.pick(first, "say:0.0", "ab12:0.0.1")
    assert "Northwick plant 2" in office.mia.sees("State of play").words


@HTTP
def test_a_click_on_an_address_does_nothing_here(office: Office) -> None:
    first = kept(office, "DUMIA")
    button = first.button("open:1")
    assert office.mia.send_click(first, button, "none").status == 200
    assert office.slack.stays(lambda: len(office.slack.shown) > 1)
    assert office.slack.errors == []


@HTTP
@pytest.mark.parametrize("value", ["ab12:7", "ab12:0.0.7", "ab12:x", "zz99:0", "zz99", "ab12:"])
def test_a_button_that_stands_for_nothing_says_so(office: Office, value: str) -> None:
    first = kept(office, "DUMIA")
    office.mia.click(first, "say:0", value)
    assert office.mia.sees("is gone").text == GONE


@HTTP
def test_an_answer_that_is_too_old_says_so(office: Office) -> None:
    first = kept(office, "DUMIA", at=NOW - timedelta(days=31))
    office.mia.click(first, "say:0")
    assert office.mia.sees("is gone").text == GONE


@HTTP
def test_what_was_for_one_person_alone_is_answered_to_that_person_alone(office: Office) -> None:
    first = kept(office, "C1", alone=True)
    office.mia.click(first, "say:0")
    brief = office.mia.sees("Bottom line")
    assert (brief.user, brief.channel) == ("UMIA", "C1")


@HTTP
def test_a_colleague_asks_in_their_own_name(office: Office) -> None:
    first = kept(office, "C9")
    office.omar.click(first, "say:0")
    brief = office.omar.sees("Bottom line")
    assert (brief.user, brief.thread_ts) == ("UOMAR", ROOT)
    assert office.app.assistant.threads.get(f"C9:UMIA:{ROOT}") is None
    thread = office.app.assistant.threads.get(f"C9:UOMAR:{ROOT}")
    assert thread is not None
    assert thread.skill == "brief"


@HTTP
def test_an_answer_that_a_person_was_never_shown_lends_them_no_words(office: Office) -> None:
    first = kept(office, "DUMIA")
    office.omar.click(Shown("DUOMAR", first.ts, first.text, first.blocks), "say:0")
    assert office.omar.sees("ask me yourself").text == NOT_YOURS


@HTTP
def test_files_go_where_the_answer_is_seen(office: Office) -> None:
    office.mia  # noqa: B018  # known to this Slack from here on
    outbox = Outbox(web_client(office.settings))
    pictures = Pictures(outbox)
    pictures.hand_over(Place("DUMIA", "UMIA", True, "t", thread_ts=ROOT), [PLAN])
    pictures.hand_over(Place("C1", "UMIA", False, "t", thread_ts=ROOT), [PLAN])
    assert [(p["channel"], p["thread_ts"], p["title"], p["data"]) for p in office.slack.pictures] == [
        ("DUMIA", ROOT, "plan.docx", b"PK plan"),
        ("DUMIA", None, "plan.docx", b"PK plan"),
    ]
    assert [m.text for m in office.slack.shown] == [
        "plan.docx: The plan as a table.",
        "The file “plan.docx” is in your direct messages with me.",
    ]


@HTTP
def test_a_file_that_slack_does_not_take_is_named(office: Office) -> None:
    office.slack.refuse("files.getUploadURLExternal", "missing_scope")
    Pictures(Outbox(web_client(office.settings))).hand_over(Place("DUMIA", "UMIA", True, "t"), [PLAN])
    assert [m.text for m in office.slack.shown] == [NO_FILE.format(name="plan.docx")]
