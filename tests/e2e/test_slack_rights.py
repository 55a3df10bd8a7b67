"""In Slack, where everybody sees their own accounts: what is hidden does not exist, and nobody decides on it."""

from datetime import date

import pytest
from slack_members import Member
from slack_office import NOW, RECORDS, Office

from bot.crm.local import upsert_all
from bot.crm.records import Account
from bot.settings import Settings

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
LOG = "log that I spoke to their CFO at Northwick Dairy, follow up Tuesday"
[NORTHWICK] = [record for record in RECORDS if isinstance(record, Account) and record.id == "A1"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The office's settings, with own accounts alone."""
    return settings.model_copy(update={"crm_sees": "own"})


def give(office: Office, owner: str) -> None:
    """Give Northwick Dairy, with its deal, to somebody."""
    [deal] = [record for record in RECORDS if record.id == "O1"]
    moved = [record.model_copy(update={"owner_id": owner}) for record in (NORTHWICK, deal)]
    upsert_all(office.app.engine, moved, as_of=NOW)


def refused(person: Member, card_id: str) -> bool:
    """Wait until the person is told that the card is about what they cannot see."""
    said = person.sees(f"{card_id} is about records that you cannot see")
    return said.text == (
        f"{card_id} is about records that you cannot see in the CRM, so all you may do is reject your own; "
        "ask your admin, or the account's owner."
    )


def test_a_colleague_s_account_is_as_if_it_did_not_exist(office: Office) -> None:
    office.omar.command("/brief", "Northwick Dairy")
    none = "you see no account in the CRM, so ask your admin for access."
    office.omar.sees(f"There is no account called “Northwick Dairy”; {none}")
    office.omar.command("/log", "I called their CFO")
    office.omar.sees(f"Y{none[1:]}")
    office.omar.say("who is the CFO at Northwick Dairy?")
    office.omar.sees("Not in the knowledge base.")
    shown = " ".join(f"{message.text} {message.words}" for message in office.slack.shown)
    assert ("Jane" in shown, "plant 2" in shown, "48" in shown) == (False, False, False)
    office.mia.command("/brief", "Northwick Dairy")
    assert "Jane Holt" in office.mia.sees("Bottom line").words


def test_a_card_that_somebody_came_by_opens_no_form_and_takes_no_yes(office: Office) -> None:
    office.mia.say(LOG)
    card = office.mia.sees_card()
    [proposal] = office.app.approvals.list()
    for action in ("edit:2", "approve:1", "approve:all"):
        before = len(office.slack.shown)
        office.omar.click(card, action)
        office.slack.wait(lambda before=before: len(office.slack.shown) > before, "the refusal")
        assert refused(office.omar, proposal.id)
        assert len(office.slack.shown) == before + 1
    assert office.slack.made("views.open") == []
    assert office.app.approvals.get(proposal.id) == proposal


def test_who_lost_the_account_can_only_say_no(office: Office) -> None:
    office.mia.say(LOG)
    card = office.mia.sees_card()
    [proposal] = office.app.approvals.list()
    give(office, "U-OMAR")
    office.mia.click(card, "approve:1")
    assert refused(office.mia, proposal.id)
    office.mia.click(card, "reject:1")
    office.slack.wait(lambda: "*Rejected*" in card.words, "the card with the no")
    assert "Log activity on the CRM" in card.text
    assert office.app.reader.activities("A1") == []


def test_a_yes_to_what_one_may_not_write_is_refused_by_the_gate(office: Office) -> None:
    office.mia.say("log that I spoke to their CFO at Northwick Dairy, push close to 18 December 2026")
    card = office.mia.sees_card()
    [proposal] = office.app.approvals.list()
    k = next(change.k for change in proposal.changes if change.write.kind == "update_opportunity")
    give(office, "U-OMAR")
    [deal] = [record for record in RECORDS if record.id == "O1"]
    upsert_all(office.app.engine, [deal.model_copy(update={"id": "O2", "owner_id": "U-MIA"})], as_of=NOW)
    office.mia.click(card, f"approve:{k}")
    refusal = "You may not change Northwick plant 2 in the CRM; ask its owner Omar Haddad to approve it."
    assert office.mia.sees("You may not change").text == refusal
    assert office.app.approvals.get(proposal.id) == proposal
    held = office.app.reader.opportunity("O1")
    assert held and held.close_date == date(2026, 6, 30)
