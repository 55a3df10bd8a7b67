"""A busy database: what a kill could still lose is not acknowledged, so that Slack sends it again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from slack_members import Http
from slack_office import Office
from slack_server import TEAM

from bot.curating.loop import Loop, Topic
from bot.errors import StorageError
from bot.store.answers import Answers
from knowledge.errors import KnowledgeError

http_only = pytest.mark.parametrize("office", ["http"], indirect=True)


@contextmanager
def busy(office: Office) -> Iterator[None]:
    """Another process writes for as long as the block takes."""
    with closing(sqlite3.connect(office.settings.home / "seller.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")


@http_only
def test_an_event_is_acknowledged_once_it_is_kept_and_answered_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.arrivals.journal.CLAIM_SECONDS", 0.05)
    line = office.mia.by
    assert isinstance(line, Http)
    said = {"type": "message", "channel": "DUMIA", "channel_type": "im", "user": "UMIA", "ts": "1770000000.000200"}
    event = {**said, "text": "brief me on Northwick Dairy"}
    delivery = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event": event}
    with busy(office):
        assert [line.send("events_api", delivery, retry).status for retry in (0, 1)] == [503, 503]
    office.mia.sees("Bottom line")
    assert line.send("events_api", delivery, 2).status == 200
    assert office.slack.stays(lambda: sum("Bottom line" in message.words for message in office.slack.shown) > 1)


@contextmanager
def given_up(office: Office) -> Iterator[None]:
    """Another process writes for as long as the block takes, and is soon waited for no longer."""
    with pytest.MonkeyPatch.context() as patch, busy(office):
        patch.setattr("bot.slack.arrivals.journal.KEEP_SECONDS", 0.05)
        yield


@http_only
def test_a_command_that_cannot_be_kept_is_left_to_slack_to_say_so_and_never_done(office: Office) -> None:
    with given_up(office):
        assert office.mia.command("/brief", "Northwick Dairy").status == 503
    assert office.slack.stays(lambda: any("Bottom line" in message.words for message in office.slack.shown))
    assert office.mia.command("/brief", "Northwick Dairy").status == 200
    office.mia.sees("Bottom line")


@http_only
def test_a_click_that_cannot_be_kept_changes_nothing_until_it_is_made_again(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, follow up Tuesday")
    card = office.mia.sees_card()
    yes = card.button("approve:1")
    with given_up(office):
        assert office.mia.send_click(card, yes).status == 503
    assert office.slack.stays(lambda: "approve:1" not in card.buttons)
    assert office.mia.send_click(card, yes).status == 200
    office.slack.wait(lambda: "*In the CRM*" in card.words, "the change in the CRM")


@http_only
def test_a_click_in_app_home_that_cannot_be_kept_is_not_acknowledged(office: Office) -> None:
    office.mia.opens()
    office.mia.sees_home("Settings")
    with given_up(office):
        assert office.mia.click_home("home:refresh").status == 503
    assert office.mia.click_home("home:refresh").status == 200


@http_only
def test_a_form_that_cannot_be_kept_stays_open_and_is_taken_when_it_is_sent_again(office: Office) -> None:
    office.mia.opens()
    office.mia.sees_home("Settings")
    office.mia.click_home("home:settings")
    form = office.slack.wait(lambda: office.slack.modals and office.slack.modals[-1], "the form")
    with given_up(office):
        assert office.mia.submit(form, {"digest_at": "07:15"}).status == 503
    assert office.mia.submit(form, {"digest_at": "07:15"}).status == 200
    office.mia.sees_home("Morning digest: 07:15")


@http_only
def test_where_an_answer_stands_is_no_news_to_the_person_if_it_cannot_be_kept(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Answers, answer_id: str, shown: tuple[str, ...]) -> None:
        raise StorageError("The database cannot be used; check that it runs and try again.")

    monkeypatch.setattr(Answers, "showing", fails)
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees_card()
    assert office.slack.stays(lambda: any("cannot be used" in message.text for message in office.slack.shown))


@http_only
def test_owners_who_cannot_be_looked_up_are_no_news_to_the_person_who_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Loop) -> list[Topic]:
        raise KnowledgeError("The knowledge base's database cannot be used: retry.")

    monkeypatch.setattr(Loop, "waiting", fails)
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees_card()
    assert office.slack.stays(lambda: any("cannot be used" in message.text for message in office.slack.shown))
