"""A plan in Slack: its answer, its card, and the customer's file beside them, also where Slack takes no file."""

import io
from collections.abc import Iterator

import docx
import pytest
from slack_office import Office
from slack_server import SlackServer
from slack_talk import ts_of

from bot.settings import Settings
from bot.slack.sending.pictures import NO_FILE

PLAN = "make a mutual action plan for Northwick Dairy, go-live on 1 April 2099"


@pytest.fixture
def office(settings: Settings, slack: SlackServer) -> Iterator[Office]:
    """The app over HTTP."""
    opened = Office(settings, slack, "http")
    yield opened
    opened.stop()


def test_the_file_comes_beside_the_plan_in_a_direct_message(office: Office) -> None:
    office.mia.say(PLAN)
    office.slack.wait(lambda: office.slack.pictures, "a file")
    office.mia.sees_card()
    [file] = office.slack.pictures
    assert (file["channel"], file["title"]) == ("DUMIA", "plan-northwick-dairy.docx")
    table = docx.Document(io.BytesIO(file["data"])).tables[0]
    assert [cell.text for cell in table.rows[-1].cells][:2] == ["Go-live", "Wed 1 April 2099"]


def test_without_the_scope_the_plan_stands_and_says_how_to_get_the_file(office: Office) -> None:
    office.slack.refuse("files.getUploadURLExternal", "missing_scope")
    office.mia.say(PLAN)
    told = office.mia.sees("did not take the file")
    assert told.text == NO_FILE.format(name="plan-northwick-dairy.docx")
    assert [message for message in office.slack.shown if "Counted back in working days" in message.words]


def test_a_change_in_the_thread_brings_a_new_file(office: Office) -> None:
    said = office.mia.say(PLAN)
    office.slack.wait(lambda: office.slack.pictures, "a file")
    office.mia.say("move signature to 10 February 2099", thread_ts=ts_of(said))
    office.slack.wait(lambda: len(office.slack.pictures) == 2, "a second file")
    table = docx.Document(io.BytesIO(office.slack.pictures[1]["data"])).tables[0]
    assert ["Contract signed", "Tue 10 February 2099"] in [[cell.text for cell in row.cells][:2] for row in table.rows]


def test_in_a_channel_the_file_is_for_the_asker_where_the_answer_is(office: Office) -> None:
    office.mia.mention(PLAN)
    office.slack.wait(lambda: office.slack.pictures, "a file")
    assert [file["channel"] for file in office.slack.pictures] in (["DUMIA"], ["C1"])
