"""The form of a bare /log: what is filled in reaches the skill, and errors stand under their input."""

from datetime import timedelta

import pytest
from slack_blocks import Plain
from slack_forms import CALL, changes, form, inputs
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Account

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


def log_form(office: Office, channel: str = "C1") -> Plain:
    """The form of a bare /log."""
    ack = office.mia.command("/log", "", channel=channel)
    assert ack.payload in (None, {}, {"text": ""})
    return form(office)


def test_a_bare_log_opens_a_form_and_what_is_filled_in_becomes_a_card(office: Office) -> None:
    modal = log_form(office)
    assert inputs(modal) == {"account": "", "what": "", "kind": "As the words say", "date": "2026-03-02", "file": ""}
    [file] = [b["element"] for b in modal["blocks"] if b["block_id"] == "file"]
    assert file == {
        "type": "file_input", "action_id": "value", "max_files": 1,
        "filetypes": ["vtt", "srt", "txt", "docx", "json", "pdf", "md"],
    }  # fmt: skip
    given = {
        "account": "A1",
        "what": "Jane wants a pilot. Remind me Tuesday to send terms",
        "kind": "Meeting",
        "date": "2026-02-27",
    }
    ack = office.mia.submit(modal, given)
    card = office.mia.sees_card()
    assert ack.payload in (None, {})
    assert (card.user, card.channel) == ("UMIA", "C1")
    logged, task = changes(office)
    assert (logged.write.activity, logged.write.account_id, f"{logged.write.at:%Y-%m-%d}") == (
        "meeting",
        "A1",
        "2026-02-27",
    )
    assert task.write.subject == "Send terms"


def test_lines_of_a_form_are_the_persons_own_words(office: Office) -> None:
    lines = "Spoke to Jane.\nPush close to the 15th of July.\nRemind me Tuesday to send terms"
    office.mia.submit(log_form(office), {"account": "A1", "what": lines})
    office.mia.sees_card()
    kinds = [(change.write.kind, getattr(change.write, "activity", "")) for change in changes(office)]
    assert kinds == [("log_activity", "call"), ("create_task", ""), ("update_opportunity", "")]


def test_the_form_is_about_the_account_last_talked_of_here(office: Office) -> None:
    office.mia.say("brief me on Northwick Dairy")
    office.mia.sees("Bottom line")
    modal = log_form(office, channel="DUMIA")
    assert inputs(modal)["account"] == "Northwick Dairy"
    office.mia.submit(modal, {"what": "They like the pilot."})
    office.slack.wait(lambda: [c for c in changes(office) if c.write.kind == "log_activity"], "a proposal")


def test_a_form_sent_twice_proposes_once(office: Office) -> None:
    modal = log_form(office)
    for _ in range(3):
        office.mia.submit(modal, {"account": "A1", "what": "They like the pilot."})
    office.mia.sees_card()
    assert office.slack.stays(lambda: len([m for m in office.slack.shown if "approve:1" in m.buttons]) > 1)
    assert len(changes(office)) == 1


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({}, {"what": "Say what happened, or add a file."}),
        ({"what": "x", "account": "NOWHERE"}, {"account": "There is no account called “NOWHERE”; the nearest are "}),
        ({"what": "x", "date": "2026-03-05"}, {"date": "2026-03-05 lies ahead; write what is to be done as “remind me on 2026-03-05 to …”."}),
    ],
)  # fmt: skip
def test_what_does_not_fit_stands_under_its_input(office: Office, given: Plain, errors: dict[str, str]) -> None:
    ack = office.mia.submit(log_form(office), given)
    assert ack.payload["response_action"] == "errors"
    [(field, said)] = ack.payload["errors"].items()
    assert {field: said[: len(errors[field])]} == errors
    assert changes(office) == []


def test_an_account_that_is_only_named_in_the_words_is_found(office: Office) -> None:
    office.mia.submit(log_form(office), {"what": "Jane Holt of Northwick Dairy wants a pilot."})
    office.mia.sees_card()
    assert [change.write.account_id for change in changes(office)] == ["A1"]


def test_accounts_are_offered_while_a_name_is_typed(office: Office) -> None:
    twins = [Account(id=key, name="Twin Ltd", owner_id="U-OMAR", created_at=NOW) for key in ("T1", "T2")]
    upsert_all(office.app.engine, twins, as_of=NOW)
    modal = log_form(office)
    assert office.mia.types(modal, "account", "") == ["Northwick Dairy", "Pellworm & Sons <North>"]
    assert office.mia.types(modal, "account", "dairy") == ["Northwick Dairy"]
    assert office.mia.types(modal, "account", "Northwik Dairy") == ["Northwick Dairy"]
    assert office.mia.types(modal, "account", "twin") == ["Twin Ltd (T1)", "Twin Ltd (T2)"]


def test_accounts_of_others_are_not_offered(office: Office) -> None:
    hidden = office.settings.model_copy(update={"crm_sees": "own"})
    office.stop()
    office.settings = hidden
    office.start()
    modal = log_form(office)
    assert office.omar.types(modal, "account", "north") == []
    ack = office.omar.submit(modal, {"account": "A1", "what": "x"})
    assert list(ack.payload["errors"]) == ["account"]


def test_a_file_is_summarised_with_the_words_and_the_account(office: Office) -> None:
    file = office.slack.drop("call.vtt", CALL)
    office.mia.submit(log_form(office), {"account": "A1", "what": "our first call today", "file": [file]})
    card = office.mia.sees_card()
    assert (card.channel, card.user) == ("C1", "UMIA")
    assert "Northwick Dairy, 2 March 2026; 2 turns." in office.mia.sees("*Bottom line*").words
    assert office.slack.downloads == [(file["id"], "xoxb-loopback")]


def test_an_app_without_the_scope_for_files_gets_the_form_without_its_file(office: Office) -> None:
    office.slack.decline("views.open", "missing_scope")
    assert "file" not in inputs(log_form(office))


def test_a_form_sent_after_an_hour_is_still_answered(office: Office) -> None:
    modal = log_form(office)
    office.now = NOW + timedelta(hours=1)
    office.mia.submit(modal, {"account": "A1", "what": "They like the pilot."})
    assert office.mia.sees_card().user == "UMIA"
