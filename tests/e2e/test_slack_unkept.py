"""A busy database: what a kill could still lose is not acknowledged, so that Slack sends it again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from slack_members import Http
from slack_office import Office
from slack_server import TEAM

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


@http_only
def test_a_command_is_acknowledged_all_the_same_as_slack_never_repeats_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.arrivals.journal.CLAIM_SECONDS", 0.05)
    with busy(office):
        assert office.mia.command("/brief", "Northwick Dairy").status == 200
    office.mia.sees("Bottom line")
