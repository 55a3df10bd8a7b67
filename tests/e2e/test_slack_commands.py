"""Slash commands: help, forgiving arguments, the account that is meant, many at once."""

import pytest
from slack_blocks import Plain, Shown
from slack_members import Member
from slack_office import NOW, Office
from sqlalchemy import text

from bot import skills
from bot.crm.local import upsert_all
from bot.crm.records import Account, User
from bot.slack.talk.commands import by_command

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)


def words(blocks: list[Plain]) -> list[str]:
    """The texts of sections and small print."""
    return [e["text"] for b in blocks for e in ([b["text"]] if b["type"] == "section" else b["elements"])]


@pytest.mark.parametrize("command", by_command())
def test_every_command_of_the_registry_explains_itself(office: Office, command: str) -> None:
    card = skills.cards()[by_command()[command]]
    for asked in ("help", "HELP", " ? "):
        said = office.mia.command(command, asked).payload
        assert (said["response_type"], said["text"]) == ("ephemeral", f"{command}: {card.description}")
        examples = "\n".join(f"• {example}" for example in card.examples)
        assert examples in words(said["blocks"])[0].replace("&amp;", "&")
    assert office.slack.made("response") == []


def test_help_is_made_of_the_card(office: Office) -> None:
    assert words(office.mia.command("/brief", "help").payload["blocks"]) == [
        "*/brief* account name\n"
        "A cited brief on an account: where we stand, people, deals, risks, the play and the next action.\n"
        "*You may write the same to me in a message, such as:*\n"
        "• brief me on Northwick Dairy\n"
        "• what changed at Pellworm since I last looked?",
        "/brief alone is about the account that you last talked of here.",
    ]


@pytest.mark.parametrize(
    "typed",
    [
        "Northwick Dairy",
        "“Northwick Dairy”",
        '"northwick dairy".',
        "on Northwick Dairy",
        "for: ‘Northwick’ !",
        "about northwick dairy, please",
        "brief me on Northwick",
        "Northwik Dairy",
        "<http://northwick.example|Northwick Dairy>",
        "<@UBOT> Northwick Dairy?",
        "the Northwick Dairy account",
        "  Northwick\u00a0Dairy  ",
    ],
)
def test_a_brief_is_given_however_the_name_is_typed(office: Office, typed: str) -> None:
    ack = office.mia.command("/brief", typed)
    assert ack.payload == {"text": "One moment…"}
    office.mia.sees("Bottom line")
    [task] = [change for one in office.app.approvals.list() for change in one.changes]
    assert task.write.account_id == "A1"


def test_an_unknown_account_is_answered_with_the_nearest(office: Office) -> None:
    office.mia.command("/brief", "Norwich Diary Ltd")
    said = office.mia.sees("There is no account called")
    near = "Northwick Dairy, Pellworm &amp; Sons &lt;North&gt;"
    assert said.text == f"There is no account called “Norwich Diary Ltd”; the nearest are {near}."


def test_an_unknown_command_says_which_there_are(office: Office) -> None:
    said = office.mia.command("/oldbrief", "Northwick").payload
    names = [*by_command(), "/kb"]
    assert said == {
        "response_type": "ephemeral",
        "text": f"I do not know /oldbrief; I know {', '.join(names[:-1])} and {names[-1]}. Each says more with “help”.",
    }


def asked_which(person: Member) -> Shown:
    """The question which account is meant."""
    return person.sees("Which account?")


def test_a_bare_brief_asks_which_account_and_a_click_answers(office: Office) -> None:
    office.mia.command("/brief", "")
    question = asked_which(office.mia)
    labels = [e["text"]["text"] for b in question.blocks if b["type"] == "actions" for e in b["elements"]]
    assert (question.user, question.channel, labels) == ("UMIA", "C1", ["Northwick Dairy", "Pellworm & Sons <North>"])
    office.mia.click(question, "run:2")
    brief = office.mia.sees("Bottom line")
    assert (brief.user, brief.channel) == ("UMIA", "C1")
    assert "Pellworm &amp; Sons" in brief.words


def test_a_bare_brief_is_about_the_account_last_talked_of_here(office: Office) -> None:
    office.mia.say("brief me on Pellworm & Sons")
    office.mia.sees("Bottom line")
    office.mia.command("/brief", " ", channel="DUMIA")
    office.slack.wait(lambda: len([m for m in office.slack.shown if "Bottom line" in m.words]) == 2, "a second brief")
    office.mia.command("/brief", "", channel="C2")
    assert asked_which(office.mia).channel == "C2"


def test_a_bare_brief_offers_what_the_person_sees_and_five_at_most(office: Office) -> None:
    accounts = [Account(id=f"B{n}", name=f"Bergen {n}", owner_id="U-OMAR", created_at=NOW) for n in range(7)]
    upsert_all(office.app.engine, accounts, as_of=NOW)
    office.omar.command("/brief", "")
    labels = [
        e["text"]["text"] for b in asked_which(office.omar).blocks if b["type"] == "actions" for e in b["elements"]
    ]
    assert labels == [f"Bergen {n}" for n in range(5)]


def test_two_accounts_of_one_name_are_told_apart_by_a_click(office: Office) -> None:
    twins = [Account(id=key, name="Twin Ltd", owner_id="U-OMAR", created_at=NOW) for key in ("T1", "T2")]
    upsert_all(office.app.engine, twins, as_of=NOW)
    office.omar.command("/brief", "")
    office.omar.click(asked_which(office.omar), "run:2")
    office.omar.sees("Bottom line")
    with office.app.engine.connect() as connection:
        assert list(connection.execute(text("SELECT account_id FROM answers")).scalars()) == ["T2"]


def test_somebody_elses_account_is_not_given_by_a_forged_click(office: Office) -> None:
    office.mia.command("/brief", "")
    question = asked_which(office.mia)
    office.mia.click(question, "run:1", value="brief:NONE")
    office.mia.sees("This account is not there for you any more; name another one.")
    office.mia.click(question, "run:1", value="nothing:A1")
    office.slack.wait(lambda: len([m for m in office.slack.shown if "not there for you" in m.words]) == 2)


def test_ten_commands_at_once_are_acknowledged_and_answered_once_each(office: Office) -> None:
    acks = [office.mia.command("/log", f"spoke to Jane Holt at Northwick Dairy about item {n}") for n in range(10)]
    office.slack.wait(lambda: len(office.app.approvals.list()) == 10, "ten proposals")
    told = sorted(change.write.body for one in office.app.approvals.list() for change in one.changes)
    assert [ack.payload for ack in acks] == [{"text": "One moment…"}] * 10
    assert told == [f"Spoke to Jane Holt at Northwick Dairy about item {n}." for n in range(10)]


def test_a_command_that_slack_delivers_twice_is_answered_once(office: Office) -> None:
    body = {
        "command": "/brief", "text": "Northwick", "user_id": "UMIA", "channel_id": "C1", "team_id": "T1",
        "trigger_id": "trigger.same", "response_url": office.slack.reply_address("C1", office.mia.id),
    }  # fmt: skip
    for retry in (0, 1, 2):
        office.mia.by.send("slash_commands", body, retry)
    office.mia.sees_card()
    assert office.slack.stays(lambda: len([m for m in office.slack.shown if "Bottom line" in m.words]) > 1)


def test_a_person_without_any_account_is_told_how_to_go_on(office: Office) -> None:
    nobody = [User(id="U-NEW", name="Nia New", email="nia@example.test", role="seller")]
    upsert_all(office.app.engine, nobody, as_of=NOW)
    office.member("UNIA", "nia@example.test").command("/brief", "")
    assert "Northwick Dairy" in office.member("UNIA", "nia@example.test").sees("Which account?").words
