"""In a channel: everybody sees an answer where all of them may see its sources; else its asker alone, told why."""

from pathlib import Path

import pytest
from slack_blocks import Shown
from slack_members import Member
from slack_office import NOW, Office

from bot.crm.local import upsert_all
from bot.crm.records import Opportunity, User
from bot.settings import Settings
from bot.slack.readers import audience
from bot.slack.readers.audience import ALONE, UNKNOWN
from bot.slack.readers.crowd import GUESTS, LARGE, LATE, NO_SCOPE, NOT_IN, SHARED

pytestmark = pytest.mark.parametrize("office", ["http"], indirect=True)
FREE, TRAVEL, TERMS = (
    "where is the yearly summit of our customers?",
    "who pays the travel to trade fairs?",
    "after how many days are invoices due?",
)
PAGES = {
    "events": "---\nowner: omar@example.test\n---\n# Events\n\nThe yearly summit of our customers is in May in Lisbon.\n",
    "travel": "---\nteams: [EMEA]\n---\n# Travel\n\nThe regional budget pays the travel to trade fairs.\n",
    "terms": "---\naudience: customer\nowner: omar@example.test\n---\n# Terms\n\nInvoices are due after thirty days.\n",
}
PAGE_LINES = {FREE: "Lisbon", TRAVEL: "regional budget", TERMS: "thirty days"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The office's settings, with own accounts alone."""
    return settings.model_copy(update={"crm_sees": "own"})


@pytest.fixture
def pages(office: Office, tmp_path: Path) -> Office:
    """An office with pages for all, for one team, and for customers; Mia, Omar and Nia are in that team."""
    people = [
        User(id=f"U-{name.upper()}", name=f"{name.title()} Poe", email=f"{name}@example.test", team="EMEA")
        for name in ("mia", "omar", "nia")
    ]
    upsert_all(office.app.engine, people, as_of=NOW)
    (tmp_path / "pages").mkdir()
    for name, text in PAGES.items():
        (tmp_path / "pages" / f"{name}.md").write_text(text, encoding="utf-8")
    office.app.library.ingest([tmp_path / "pages"])
    return office


def asked(office: Office, words: str, channel: str = "C7") -> list[Shown]:
    """Mia asks in the channel; gives what was shown, once the answer is there."""
    before = len(office.slack.shown)
    office.mia.mention(words, channel)
    part = PAGE_LINES.get(words, "Bottom line")

    def answered() -> list[Shown]:
        shown = office.slack.shown[before:]
        return shown if any(part in message.words for message in shown) else []

    return office.slack.wait(answered, f"an answer to {words}")


def everybody_sees(office: Office, words: str) -> bool:
    """Whether everybody in the channel sees the answer, and no line says that it is for the asker alone."""
    [answer] = asked(office, words)
    assert (answer.user is None) == ("Shown to you alone" not in answer.words)
    return answer.user is None


def alone(office: Office, words: str) -> str:
    """The line that says why Mia alone sees the answer."""
    [answer, *_] = asked(office, words)
    assert answer.user == "UMIA"
    return "Shown to you alone" + answer.words.rpartition("Shown to you alone")[2].partition("\n")[0]


def colleagues(office: Office, *members: Member) -> None:
    """Mia and these are in the channel, and an app."""
    office.slack.person("UAPP", None, is_bot=True)
    office.slack.channel("C7", office.mia.id, "UAPP", *(member.id for member in members))


def test_colleagues_who_all_may_see_it_see_it(pages: Office) -> None:
    colleagues(pages, pages.omar, pages.lena)
    assert everybody_sees(pages, FREE)
    assert everybody_sees(pages, TERMS)
    # Lena keeps the pages of all teams.
    assert everybody_sees(pages, TRAVEL)
    assert pages.slack.errors == []


def test_a_brief_and_its_card_are_for_everybody_who_sees_the_account(pages: Office) -> None:
    upsert_all(pages.app.engine, [User(id="U-BOSS", name="Bo Ess", email="boss@example.test", role="admin")], as_of=NOW)
    colleagues(pages, pages.member("UBOSS", "boss@example.test"))
    brief = asked(pages, "brief me on Northwick Dairy")[0]
    card = pages.slack.wait(lambda: next((m for m in pages.slack.shown if "approve:1" in m.buttons), None), "a card")
    assert (brief.user, card.user) == (None, None)
    assert "Shown to you alone" not in brief.words


def test_what_is_usual_for_a_managers_people_is_not_told_to_each_of_them(pages: Office) -> None:
    people = [
        User(id="U-BOSS", name="Bo Ess", email="boss@example.test", role="manager"),
        User(id="U-MIA", name="Mia Poe", email="mia@example.test", team="EMEA", manager_id="U-BOSS"),
        User(id="U-OMAR", name="Omar Poe", email="omar@example.test", team="EMEA", manager_id="U-BOSS"),
    ]
    deal = Opportunity(id="O9", name="Plain deal", owner_id="U-OMAR", stage="Discovery", created_at=NOW)
    upsert_all(pages.app.engine, [*people, deal], as_of=NOW)
    boss = pages.member("UBOSS", "boss@example.test")
    colleagues(pages, boss)
    assert asked(pages, "brief me on Northwick Dairy")[0].user is None
    before = len(pages.slack.shown)
    boss.mention("brief me on Northwick Dairy", "C7")
    told = pages.slack.wait(lambda: next((m for m in pages.slack.shown[before:] if "Bottom line" in m.words), None))
    assert (told.user, ALONE in told.words) == ("UBOSS", True)


def test_a_colleague_who_may_not_see_the_account_leaves_it_to_the_asker(pages: Office) -> None:
    colleagues(pages, pages.omar)
    assert alone(pages, "brief me on Northwick Dairy") == ALONE
    pages.mia.sees_card()
    assert [m for m in pages.slack.shown if m.user != "UMIA"] == []


def test_a_page_of_one_team_is_not_for_the_others(pages: Office) -> None:
    upsert_all(pages.app.engine, [User(id="U-AMY", name="Amy Poe", email="amy@example.test", team="AMER")], as_of=NOW)
    colleagues(pages, pages.member("UAMY", "amy@example.test"))
    assert alone(pages, TRAVEL) == ALONE
    assert everybody_sees(pages, FREE)


def test_with_somebody_whom_the_crm_does_not_know_only_shared_pages_are_shown(pages: Office) -> None:
    colleagues(pages, pages.member("UELSE", "else@example.test"))
    assert everybody_sees(pages, FREE)
    assert alone(pages, TRAVEL) == UNKNOWN
    assert alone(pages, "brief me on Northwick Dairy") == UNKNOWN


def test_above_fifty_members_only_shared_pages_are_shown(pages: Office) -> None:
    many = [pages.member(f"UM{i}", "nia@example.test") for i in range(50)]
    colleagues(pages, *many)
    assert everybody_sees(pages, FREE)
    assert alone(pages, TRAVEL) == UNKNOWN
    # The workspace is read in pages, not member by member.
    assert len(pages.slack.made("users.info")) < 5


def test_fifty_members_are_looked_at_one_by_one(pages: Office) -> None:
    colleagues(pages, *(pages.member(f"UM{i}", "nia@example.test") for i in range(48)))
    assert everybody_sees(pages, TRAVEL)


@pytest.mark.parametrize("mark", ["is_restricted", "is_ultra_restricted", "is_stranger"])
def test_before_a_guest_nothing_internal_is_shown(pages: Office, mark: str) -> None:
    colleagues(pages, pages.omar, pages.member("UGUEST", "omar@example.test", **{mark: True}))
    assert alone(pages, FREE) == GUESTS
    assert everybody_sees(pages, TERMS)
    assert alone(pages, "brief me on Northwick Dairy") == GUESTS


def test_a_guest_among_many_is_seen(pages: Office) -> None:
    many = [pages.member(f"UM{i}", "nia@example.test", is_restricted=i == 49) for i in range(50)]
    colleagues(pages, *many)
    assert alone(pages, FREE) == GUESTS


def test_members_whom_nobody_can_look_at_may_be_guests(pages: Office) -> None:
    many = [pages.member(f"UM{i}", "nia@example.test") for i in range(50)]
    colleagues(pages, *many)
    del pages.slack.users["UM49"]
    assert alone(pages, FREE) == LARGE


@pytest.mark.parametrize(
    "marks",
    [{"is_ext_shared": True}, {"is_pending_ext_shared": True}, {"pending_shared": ["T9"]}, {"is_shared": True}],
    ids=str,
)
def test_in_a_channel_shared_with_another_company_nothing_internal_is_shown(
    pages: Office, marks: dict[str, object]
) -> None:
    pages.slack.channel("C7", "UMIA", "UOMAR", **marks)
    assert alone(pages, FREE) == SHARED
    [answer] = asked(pages, TERMS)
    assert answer.user is None
    # Neither owner nor path: what stands around the page is our own business.
    said = "*Terms (unverified)*\n• Invoices are due after thirty days. [1]\n*Sources*\n• [1] Terms · lines 5-7"
    assert answer.words.startswith(said)
    assert "omar" not in f"{answer.words} {answer.text}"


def test_workspaces_of_one_company_count_as_colleagues(pages: Office) -> None:
    pages.omar, pages.slack.channel("C7", "UMIA", "UOMAR", is_shared=True, is_org_shared=True)
    assert everybody_sees(pages, FREE)


def test_a_group_message_is_a_channel(pages: Office) -> None:
    pages.slack.channel("G7", "UMIA", pages.omar.id, is_mpim=True)
    assert asked(pages, FREE, "G7")[0].user is None
    assert asked(pages, "brief me on Northwick Dairy", "G7")[0].user == "UMIA"


@pytest.mark.parametrize(
    ("method", "error", "says"),
    [
        ("conversations.info", "missing_scope", NO_SCOPE.format("groups:read")),
        ("conversations.members", "missing_scope", NO_SCOPE.format("groups:read")),
        ("conversations.info", "channel_not_found", NOT_IN),
        ("conversations.members", "fetch_members_failed", LATE),
    ],
)
def test_members_who_cannot_be_read_leave_it_to_the_asker(pages: Office, method: str, error: str, says: str) -> None:
    colleagues(pages, pages.omar)
    pages.slack.refuse(method, error, needed="groups:read")
    assert alone(pages, FREE) == says


def test_a_slow_slack_leaves_it_to_the_asker(pages: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    colleagues(pages, pages.omar)
    monkeypatch.setattr(audience, "SECONDS", 0.2)
    with pages.slack.holding("conversations.members"):
        assert alone(pages, FREE) == LATE


def test_a_question_back_and_its_names_are_for_the_asker(pages: Office) -> None:
    colleagues(pages, pages.omar)
    pages.mia.mention("brief me", "C7")
    asked_back = pages.mia.sees("Which account is this about?")
    assert asked_back.user == "UMIA"
    pages.mia.mention("brief me on Nrothwik", "C7")
    assert pages.mia.sees("Nrothwik").user == "UMIA"
    assert [m for m in pages.slack.shown if m.user is None] == []


def test_a_command_is_for_the_asker_without_a_reason(pages: Office) -> None:
    colleagues(pages, pages.omar)
    pages.mia.command("/brief", "Northwick Dairy", channel="C7")
    assert "Shown to you alone" not in pages.mia.sees("Bottom line").words
    assert pages.slack.made("conversations.info") == []


def test_a_channel_is_read_once_for_a_while(pages: Office) -> None:
    colleagues(pages, pages.omar)
    for _ in range(3):
        assert everybody_sees(pages, FREE)
    assert [len(pages.slack.made(f"conversations.{name}")) for name in ("info", "members")] == [1, 1]
