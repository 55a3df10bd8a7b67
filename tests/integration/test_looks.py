"""What changed since somebody last looked: told old → new, kept per person, and not wiped by asking twice."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local import upsert_all
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityHistory, Record, Task, User
from bot.proposals import Draft
from bot.settings import Settings
from bot.store.looks import Looks

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN = User(id="U-ANN", name="Ann", email="ann@ours.example", time_zone="America/Los_Angeles")
BEN = User(id="U-BEN", name="Ben", email="ben@ours.example")
DEAL = Opportunity(
    id="O1", name="Plant 2", account_id="A1", owner_id="U-ANN", amount=Decimal(48000), currency="EUR", stage="Proposal",
    close_date=date(2026, 6, 1), next_step="Send the offer", next_step_date=date(2026, 3, 20), created_at=NOW - timedelta(days=40),
)  # fmt: skip
BEGINNING: tuple[Record, ...] = (
    ANN, BEN, Account(id="A1", name="Northwick", owner_id="U-ANN"), DEAL,
    Contact(id="C1", account_id="A1", name="Jane Holt", title="CFO"),
    Task(id="T1", subject="Send the deck", due=date(2026, 3, 9), owner_id="U-ANN", account_id="A1"),
    OpportunityHistory(id="H1", opportunity_id="O1", at=NOW - timedelta(days=40), stage="Proposal", amount=Decimal(48000), close_date=date(2026, 6, 1)),
)  # fmt: skip
FRIDAY = NOW + timedelta(days=4)


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[App]:
    """A home with two sellers and one account."""
    with App(Settings(home=tmp_path / "small", model="offline"), lambda: NOW) as app:
        app.ready()
        upsert_all(app.engine, BEGINNING, as_of=NOW)
        yield app


def brief(app: App, now: datetime, user: User = ANN, words: str = "brief me on Northwick") -> Draft:
    """A brief at a moment."""
    return app.assistant.answer(Request(text=words, user=user, now=now, thread=f"{user.id}:{now}")).draft


def news(draft: Draft) -> tuple[str, list[str]]:
    """The title and lines of what changed; empty where it is not told."""
    found = [s for s in draft.sections if s.title.startswith(("Since", "The last"))]
    return (found[0].title, [line.text for line in found[0].lines]) if found else ("", [])


def change(app: App) -> None:
    """What happens between Monday and Friday."""
    moved = {"stage": "Negotiation", "amount": Decimal(52000), "next_step": "Sign", "close_date": date(2026, 7, 1)}
    later = NOW + timedelta(days=2)
    upsert_all(
        app.engine,
        [
            DEAL.model_copy(update=moved),
            OpportunityHistory(
                id="H2", opportunity_id="O1", at=later, stage="Negotiation", amount=Decimal(52000), close_date=date(2026, 7, 1), user_id="U-BEN",
            ),
            Activity(id="X1", kind="call", at=later, subject="Price call", account_id="A1", owner_id="U-BEN", contact_ids=("C1",)),
            Activity(id="X2", kind="email", at=later, subject="Own mail", direction="outbound", account_id="A1", owner_id="U-ANN"),
            Activity(id="X3", kind="call", at=NOW - timedelta(days=3), subject="Entered late", account_id="A1", owner_id="U-BEN"),
            Task(id="T1", subject="Send the deck", status="done", due=date(2026, 3, 9), owner_id="U-ANN", account_id="A1"),
            Task(id="T2", subject="Jane sends figures", side="theirs", due=date(2026, 3, 12), account_id="A1", created_at=later),
            Contact(id="C2", account_id="A1", name="Tom Reed", title="Buyer", created_at=later),
            Opportunity(
                id="O2", name="Plant 3", account_id="A1", owner_id="U-BEN", amount=Decimal(9000), currency="EUR", stage="Discovery", created_at=later,
            ),
        ],
        as_of=NOW,
    )  # fmt: skip


def test_a_first_brief_says_since_when_it_covers_and_has_no_news(crm: App) -> None:
    draft = brief(crm, NOW)
    assert news(draft) == ("", [])
    happened = next(s for s in draft.sections if s.title == "What happened")
    assert happened.lines[0].text == (
        "Since 2026-01-31, the last 30 days; no touch of yours in the last 180 days is on record."
    )


def test_nothing_changed_is_said(crm: App) -> None:
    brief(crm, NOW)
    assert news(brief(crm, FRIDAY)) == (
        "Since you last looked (2026-03-02)",
        ["Nothing changed in what you may see of it in the CRM."],
    )


def test_changes_are_told_old_to_new_with_who(crm: App) -> None:
    brief(crm, NOW)
    change(crm)
    title, lines = news(brief(crm, FRIDAY))
    assert title == "Since you last looked (2026-03-02)"
    assert sorted(lines) == sorted([
        "2026-03-04: stage of Plant 2: Proposal → Negotiation (by Ben).",
        "2026-03-04: amount of Plant 2: EUR 48,000 → EUR 52,000 (by Ben).",
        "2026-03-04: close date of Plant 2: 2026-06-01 → 2026-07-01 (by Ben).",
        "2026-03-06: next step of Plant 2: “Send the offer” → “Sign”.",
        "2026-03-04: new deal Plant 3: EUR 9,000, Discovery.",
        "2026-03-04: call with Jane Holt: Price call (by Ben).",
        "2026-02-27: call: Entered late (by Ben).",
        "2026-03-04: new promise of theirs: Jane sends figures, due 2026-03-12.",
        "2026-03-06: done: Send the deck.",
        "2026-03-04: new contact Tom Reed, Buyer.",
    ])  # fmt: skip


def test_asking_twice_does_not_wipe_what_changed_and_asking_later_does(crm: App) -> None:
    brief(crm, NOW)
    change(crm)
    first = news(brief(crm, FRIDAY))
    assert news(brief(crm, FRIDAY + timedelta(minutes=10))) == first
    assert news(brief(crm, FRIDAY + timedelta(minutes=20))) == first
    assert news(brief(crm, FRIDAY + timedelta(minutes=40))) == (
        "Since you last looked (2026-03-06)",
        ["Nothing changed in what you may see of it in the CRM."],
    )


def test_each_person_has_looks_of_their_own(crm: App) -> None:
    brief(crm, NOW)
    change(crm)
    assert news(brief(crm, FRIDAY, BEN)) == ("", [])
    assert news(brief(crm, FRIDAY + timedelta(days=1), BEN))[1] == [
        "Nothing changed in what you may see of it in the CRM."
    ]


def test_a_won_deal_is_told(crm: App) -> None:
    brief(crm, NOW)
    upsert_all(
        crm.engine, [DEAL.model_copy(update={"stage": "Closed Won", "is_closed": True, "is_won": True})], as_of=NOW
    )
    assert news(brief(crm, FRIDAY))[1] == ["2026-03-06: stage of Plant 2: Proposal → Closed Won: won."]


def test_the_question_what_changed_gets_that_alone(crm: App) -> None:
    brief(crm, NOW)
    change(crm)
    draft = brief(crm, FRIDAY, words="what changed at Northwick since I last looked?")
    assert [section.title for section in draft.sections] == ["Since you last looked (2026-03-02)"]
    assert len(draft.sections[0].lines) == 10
    assert all(line.cites for line in draft.sections[0].lines)


def test_the_question_at_a_first_look_says_since_when(crm: App) -> None:
    draft = brief(crm, NOW, words="what changed at Northwick since I last looked?")
    assert news(draft) == (
        "The last 30 days (since 2026-01-31); you have not looked before",
        ["Nothing changed in what you may see of it in the CRM."],
    )


def test_the_question_since_a_day_takes_that_day(crm: App) -> None:
    change(crm)
    draft = brief(crm, FRIDAY, words="what changed at Northwick since Tuesday?")
    title, lines = news(draft)
    assert title == "Since 2026-03-03"
    assert "2026-03-04: stage of Plant 2: Proposal → Negotiation (by Ben)." in lines


def test_a_clock_that_was_set_back_wipes_nothing(crm: App) -> None:
    looks = Looks(crm.engine)
    looks.keep("u", "a", FRIDAY, {"n": 1})
    looks.keep("u", "a", NOW, {"n": 2})
    assert looks.last("u", "a", NOW) is None
    look = looks.last("u", "a", FRIDAY + timedelta(hours=1))
    assert look is not None
    assert (look.at, look.state) == (FRIDAY, {"n": 1})
