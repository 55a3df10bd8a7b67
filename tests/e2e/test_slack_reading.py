"""Answers are read on one screen, the rest comes on a click, to those who saw the first; charts are pictures with words."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from slack_blocks import Shown
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Task
from bot.proposals import Chart, Citation, Draft, Line, Section, Series, Table
from bot.slack.sending.outbox import Outbox, Place, web_client
from bot.slack.sending.pictures import Pictures
from bot.slack.showing import views
from bot.slack.talk.more import GONE, MOVED, NOT_ALL, THERE
from bot.store.answers import Answer, Answers

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
TASKS = [
    Task(
        id=f"T{k}",
        subject=f"Send the document number {k} that was promised: " + "the long list of what is in it and why " * 4,
        due=date(2026, 2, 1),
        owner_id="U-MIA",
        account_id="A1",
        opportunity_id="O1",
        created_at=NOW,
    )
    for k in range(1, 20)
]
LONG = Draft(
    skill="ask",
    sections=(
        Section(title="Bottom line", lines=(Line(text="It stands well.", cites=(1,)),)),
        *(
            Section(title=f"Part {k}", lines=tuple(Line(text=f"{k}.{n} " + "words " * 60) for n in range(30)))
            for k in (1, 2)
        ),
    ),
    citations=(Citation(n=1, title="Page", source="https://kb.test/1", status="verified", age_days=3, owner="Lena"),),
)
CHART = Chart(
    kind="barh",
    title="Pipeline by stage",
    alt="Most of it, USD 48,000, is in Discovery.",
    labels=("Discovery", "Proposal"),
    series=(Series(name="Amount", values=(48_000, 12_000)),),
    unit="USD",
)
DEALS = Section(
    title="Deals",
    table=Table(columns=("Deal", "Amount"), rows=(("Plant 1", "48,000"), ("Plant `2`", "120,000")), numeric=(1,)),
)
DM = Place("DUMIA", "UMIA", True, "t")
ALONE = Place("C1", "UMIA", False, "t", thread_ts="1770000000.000001")


def outbox(office: Office) -> Outbox:
    """What posts to the loopback Slack."""
    return Outbox(web_client(office.settings))


def kept(office: Office, channel: str, draft: Draft = LONG, **more: object) -> Shown:
    """The first screen of an answer that Mia was given there, for all to see."""
    plain = {"id": "ab12", "at": NOW, "user_id": "U-MIA", "channel": channel, "question": "?", "draft": draft}
    Answers(office.app.engine).save(Answer.model_validate({**plain, **more}))
    [message] = views.answer(draft, "ab12")
    outbox(office).say(Place(channel, "UMIA", channel.startswith("D"), "t", public=True), message)
    return office.slack.shown[-1]


def test_a_long_brief_shows_one_screen_and_the_rest_on_a_click(office: Office) -> None:
    upsert_all(office.app.engine, TASKS, as_of=NOW)
    office.mia.say("brief me on Northwick Dairy", thread_ts="1770000000.000001")
    first = office.mia.sees("Bottom line")
    [more] = [action for action in first.buttons if action.startswith("more:")]
    assert first.button(more)["accessibility_label"].startswith("More of this answer: ")
    assert "Under More: " in first.words
    assert len(first.words) < 4000
    office.mia.click(first, more)
    rest = office.mia.sees(", continued")
    office.mia.click(first, more)
    assert office.mia.sees("a little further down").text == THERE
    assert (rest.user, rest.channel, rest.thread_ts) == (None, "DUMIA", "1770000000.000001")
    answer = Answers(office.app.engine).get(more.split(":")[1])
    assert answer is not None
    lines = [" ".join(line.text.split()) for section in answer.draft.sections for line in section.lines]
    shown = " ".join(f"{first.words} {rest.words}".split())
    assert [line for line in lines if line not in shown] == []
    assert office.slack.errors == []


def test_what_one_person_was_shown_alone_goes_on_alone(office: Office) -> None:
    upsert_all(office.app.engine, TASKS, as_of=NOW)
    office.mia.command("/brief", "Northwick Dairy")
    first = office.mia.sees("Bottom line")
    [more] = [action for action in first.buttons if action.startswith("more:")]
    office.mia.click(first, more)
    assert office.mia.sees(", continued").user == "UMIA"
    assert [m for m in office.slack.shown if m.user is None] == []


def test_a_very_long_rest_comes_in_parts(office: Office) -> None:
    draft = LONG.model_copy(update={"sections": LONG.sections * 3})
    kept(office, "DUMIA", draft)
    seen = office.slack.shown
    while more := [action for action in seen[-1].buttons if action.startswith("more:")]:
        expected = len(seen) + len(views.more(draft, "ab12", int(more[0].split(":")[2])))
        office.mia.click(seen[-1], more[0])
        office.slack.wait(lambda count=expected: len(seen) == count, "the next part")  # type: ignore[misc]
    assert len(seen) > 4
    words = "\n".join(message.words for message in seen)
    assert [f"{k}.{n} " for k in (1, 2) for n in range(30) if words.count(f"• {k}.{n} words") != 3] == []


def test_somebody_elses_click_shows_nothing_that_not_all_may_see(office: Office) -> None:
    first = kept(office, "C9")
    office.omar.click(first, "more:ab12:1")
    assert (office.omar.sees("ask me yourself").text, office.omar.sees("ask me yourself").user) == (NOT_ALL, "UOMAR")
    assert [m for m in office.slack.shown if "continued" in m.words] == []


def test_an_answer_that_is_gone_says_so(office: Office) -> None:
    first = kept(office, "DUMIA", at=NOW - timedelta(days=31))
    office.mia.click(first, "more:ab12:1")
    assert office.mia.sees("is gone").text == GONE


def test_an_account_out_of_sight_stays_closed(office: Office) -> None:
    first = kept(office, "DUMIA", LONG.model_copy(update={"account_id": "A-nowhere"}))
    office.mia.click(first, "more:ab12:1")
    assert office.mia.sees("stays closed").text == MOVED


def test_a_table_is_a_block_and_text_where_slack_takes_none(office: Office) -> None:
    [message] = views.answer(Draft(skill="ask", sections=(DEALS,)), "x")
    outbox(office).say(DM, message)
    assert office.slack.shown[-1].blocks[1]["column_settings"] == [
        {"align": "left", "is_wrapped": True},
        {"align": "right"},
    ]
    office.slack.shows_tables = False
    places = [DM, ALONE, replace(ALONE, response_url=office.slack.reply_address("C1", "UMIA"))]
    for place in places:
        outbox(office).say(place, message)
    rows = "```Deal        Amount\nPlant 1     48,000\nPlant '2'  120,000```"
    assert [m.blocks[1]["text"]["text"] for m in office.slack.shown[1:]] == [rows] * 3
    assert [m.user for m in office.slack.shown[1:]] == [None, "UMIA", "UMIA"]


def test_a_chart_is_a_picture_in_the_thread_with_words(office: Office) -> None:
    said: list[str] = []
    Pictures(outbox(office)).show(replace(DM, thread_ts="1770000000.000001"), [CHART], said.append)
    [picture] = office.slack.pictures
    assert picture.pop("data").startswith(b"\x89PNG")
    assert picture == {"channel": "DUMIA", "thread_ts": "1770000000.000001", "title": CHART.title, "alt": CHART.alt}
    assert office.slack.sheets == [
        ("pipeline-by-stage.csv", "label,Amount,unit\r\nDiscovery,48000,USD\r\nProposal,12000,USD\r\n")
    ]
    assert len(office.slack.made("files.completeUploadExternal")) == 1
    assert (said, office.slack.shown) == (["drawing a chart"], [])


@pytest.mark.parametrize("place", [ALONE, replace(DM, response_url="http")], ids=["a channel", "a command"])
def test_a_chart_for_one_person_alone_goes_into_their_direct_messages(office: Office, place: Place) -> None:
    url = office.slack.reply_address(place.channel, "UMIA") if place.response_url else None
    office.mia  # noqa: B018  # known to this Slack from here on
    Pictures(outbox(office)).show(replace(place, response_url=url), [CHART])
    assert [(p["channel"], p["thread_ts"]) for p in office.slack.pictures] == [("DUMIA", None)]
    assert [(m.channel, m.user, m.text) for m in office.slack.shown] == [
        ("DUMIA", None, "Pipeline by stage\nMost of it, USD 48,000, is in Discovery."),
        (place.channel, "UMIA", "The chart “Pipeline by stage” is in your direct messages with me."),
    ]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
def test_without_the_scope_a_chart_is_words_and_figures(office: Office, method: str) -> None:
    office.slack.refuse(method, "missing_scope")
    Pictures(outbox(office)).show(DM, [CHART])
    [told] = office.slack.shown
    assert told.text.splitlines() == [
        "Pipeline by stage",
        "Most of it, USD 48,000, is in Discovery.",
        "",
        "–              Amount",
        "Discovery  USD 48,000",
        "Proposal   USD 12,000",
    ]
    assert [block["type"] for block in told.blocks] == ["section", "table"]
