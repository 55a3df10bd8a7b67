"""Follow-ups without a mention, edited and deleted questions."""

import pytest
from slack_members import Member, Pocket
from slack_office import Office
from slack_server import BOT
from slack_talk import BRIEF, LOG, Typist, settled, ts_of
from sqlalchemy import func, select

from bot.store.tables import metadata

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


def test_a_follow_up_in_a_thread_needs_no_mention(office: Office) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    before = len(office.slack.shown)
    office.mia.chat("brief me on Pellworm", thread_ts=root)
    brief = office.mia.sees("Pellworm &amp; Sons")
    assert (brief.user, brief.channel, brief.thread_ts) == ("UMIA", "C1", root)
    assert len(office.slack.shown) == before + 1


def test_other_talk_in_a_channel_is_dropped_unread(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    before, kept = len(office.slack.shown), rows(office)
    caplog.clear()
    theirs = office.omar.chat(BRIEF, thread_ts=root)
    office.omar.edit(theirs, f"{BRIEF}, please")
    office.omar.delete(theirs)
    office.mia.chat(BRIEF)
    office.mia.chat(BRIEF, thread_ts="1770000000.000777")
    office.mia.chat("<@UOMAR> can you " + BRIEF, thread_ts=root)
    office.mia.chat("<!here> " + BRIEF, thread_ts=root)
    office.mia.chat(f"<@{BOT}> {BRIEF}", thread_ts=root)
    office.mia.chat("thanks!", thread_ts=root)
    office.mia.chat(BRIEF, thread_ts=root, bot_id="B9")
    assert office.slack.stays(lambda: len(office.slack.shown) > before)
    assert rows(office) == kept
    assert [record for record in caplog.records if BRIEF in str(record.__dict__)] == []


def rows(office: Office) -> dict[str, int]:
    """How many rows each table of the store has."""
    with office.app.engine.connect() as connection:
        return {
            t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in metadata.sorted_tables
        }


def test_two_people_in_one_thread_are_kept_apart(office: Office) -> None:
    root = "1770000000.000001"
    office.mia.mention(BRIEF, thread_ts=root)
    office.mia.sees_card()
    office.omar.mention("brief me on Pellworm", thread_ts=root)
    office.omar.sees("Pellworm")
    office.mia.chat("brief me", thread_ts=root)
    office.omar.chat("brief me", thread_ts=root)
    office.slack.wait(lambda: len([m for m in office.slack.shown if "*Bottom line*" in m.words]) == 4)
    briefs = [(m.user, "Northwick Dairy" in m.words) for m in office.slack.shown if "*Bottom line*" in m.words]
    assert sorted(briefs) == [("UMIA", True), ("UMIA", True), ("UOMAR", False), ("UOMAR", False)]


def test_an_edited_question_is_answered_anew_in_its_place(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    [answer, card] = office.slack.shown
    old = card.button("approve:all")["value"][:-2]
    office.mia.edit(asked, BRIEF)
    office.slack.wait(lambda: "Answered anew" in answer.words, "the new answer")
    assert answer.words.split("\n")[0] == "*Bottom line*"
    assert answer.words.endswith("\nAnswered anew, after the edit.")
    office.slack.wait(lambda: len(office.slack.shown) == 3, "the new card")
    assert [p.changes[0].write.kind for p in office.app.approvals.list()] == ["create_task"]
    assert {change.status for change in office.app.approvals.get(old).changes} == {"rejected"}
    office.slack.wait(lambda: card.buttons == [], "the old card without buttons")
    assert office.app.reader.activities("A1") == []


def test_an_edit_that_asks_for_the_same_changes_nothing(office: Office) -> None:
    asked = office.mia.say(BRIEF)
    settled(office, asked, "suspended")
    before = [(m.ts, m.words) for m in office.slack.shown]
    office.mia.edit(asked, BRIEF)
    office.mia.edit(asked, f" {BRIEF}  ")
    unfurled = office.mia.edit(asked, BRIEF, edited=None, attachments=[{"from_url": "https://example.test"}])
    assert unfurled["event"]["message"]["edited"] is None
    assert office.slack.stays(lambda: [(m.ts, m.words) for m in office.slack.shown] != before)


def test_a_misspelt_name_is_put_right_by_an_edit(office: Office) -> None:
    asked = office.mia.say("brief me on Nordwig Dairies")
    settled(office, asked)
    [said] = office.slack.shown
    office.mia.edit(asked, BRIEF)
    office.slack.wait(lambda: said.words.startswith("*Bottom line*"), "the brief in its place")
    assert said.words.endswith("\nAnswered anew, after the edit.")


def test_an_edited_mention_is_answered_anew_to_the_asker(office: Office) -> None:
    asked = office.mia.mention(LOG)
    office.mia.sees_card()
    [old] = office.app.approvals.list()
    office.mia.edit(asked, f"<@{BOT}> brief me on Pellworm")
    brief = office.mia.sees("Pellworm &amp; Sons")
    assert (brief.user, brief.channel) == ("UMIA", "C1")
    assert brief.words.endswith("\nAnswered anew, after the edit.")
    assert {change.status for change in office.app.approvals.get(old.id).changes} == {"rejected"}


def test_an_answer_that_was_deleted_meanwhile_is_posted_anew(office: Office) -> None:
    asked = office.mia.say("brief me on Nordwig Dairies")
    settled(office, asked)
    office.slack.shown.clear()
    office.slack.refuse("chat.update", "message_not_found")
    office.mia.edit(asked, BRIEF)
    brief = office.mia.sees("*Bottom line*")
    assert (brief.thread_ts, brief.words.endswith("\nAnswered anew, after the edit.")) == (ts_of(asked), True)


def test_a_command_is_gone_on_with_in_the_composer(office: Office) -> None:
    office.mia.command("/brief", "Northwick Dairy", channel="DUMIA")
    office.mia.sees_card()
    said = office.mia.say("approve")
    settled(office, said)
    assert [task.subject for task in office.app.reader.tasks("A1")] == ["Agree a next step on Northwick plant 2"]


def test_what_was_approved_is_not_proposed_again_by_an_edit(office: Office) -> None:
    asked = office.mia.say(LOG)
    card = office.mia.sees_card()
    office.mia.click(card, "approve:1")
    office.slack.wait(lambda: "undo:1" in card.buttons)
    before = len(office.slack.shown)
    office.mia.edit(asked, LOG.replace("Tuesday", "Friday"))
    assert office.mia.sees("decided on before").text == (
        "The changes of the answer to this were decided on before the edit, so the answer stays as it is; "
        "write what should be different as a new message."
    )
    assert len(office.slack.shown) == before + 1
    assert len(office.app.approvals.list(live_only=False)) == 1


@pytest.mark.parametrize("channel", ["D", "C1"])
def test_an_edit_that_overtakes_its_question_counts(office: Office, channel: str) -> None:
    writes = Member(office.slack, Pocket(), "UMIA")
    asked = writes.say(BRIEF) if channel == "D" else writes.mention(BRIEF)
    edit = writes.edit(asked, "brief me on Pellworm" if channel == "D" else f"<@{BOT}> brief me on Pellworm")
    for delivery in (edit, asked, edit):
        office.mia.repeat(delivery)
    office.mia.sees("Pellworm &amp; Sons")
    assert office.slack.stays(lambda: "Northwick" in " ".join(m.words for m in office.slack.shown))
    assert sum("*Bottom line*" in m.words for m in office.slack.shown) == 1


def test_an_edit_of_a_yes_decides_nothing(office: Office) -> None:
    asked = office.mia.say(LOG)
    settled(office, asked, "suspended")
    said = office.mia.say("reject 2", thread_ts=ts_of(asked))
    office.slack.wait(lambda: "*rejected*" in office.slack.shown[-1].words)
    office.mia.edit(said, "approve 1")
    assert office.slack.stays(lambda: bool(office.app.reader.activities("A1")))


def test_a_question_edited_while_it_is_answered_is_answered_once(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.mia.edit(asked, "brief me on Pellworm")
    assert model.asked.acquire(timeout=10) and model.asked.acquire(timeout=10)
    model.may_end.set()
    writing.mia.sees("Pellworm &amp; Sons")
    assert [m.words.split("\n")[0] for m in writing.slack.shown] == ["*Bottom line*"]
    assert "Northwick" not in writing.slack.shown[0].words


def test_a_deleted_question_is_not_answered(writing: Office, model: Typist) -> None:
    asked = writing.mia.say(BRIEF)
    writing.slack.wait(lambda: writing.slack.made("chat.startStream"), "a stream")
    writing.mia.delete(asked)
    writing.slack.wait(lambda: not writing.slack.shown, "an end without a word")
    settled(writing, asked)
    assert writing.slack.stays(lambda: bool(writing.slack.shown))
