"""Who needs help with what: the deals of a manager's people, why, and in which order; from the records alone."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.assistant import Request
from bot.crm.local import upsert_all
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityHistory, Record, Stage, Task, User
from bot.crm.writes import UpdateOpportunity
from bot.proposals import Draft, ProposedWrite
from bot.settings import Settings
from tests.conftest import TODAY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""a Monday"""
FRIDAY = NOW - timedelta(days=3)
ROWS: tuple[Record, ...] = (
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
    Stage(id="S3", name="Negotiation", order=3, probability=0.8, forecast_category="Commit"),
    Stage(id="S4", name="Closed Lost", order=5, probability=0, forecast_category="Closed", is_closed=True),
    User(id="U-ANN", name="Ann Lead", email="ann@example.test", role="manager", team="North"),
    User(id="U-BEN", name="Ben Roe", email="ben@example.test", team="North"),
    User(id="U-CID", name="Cid Fox", email="cid@example.test", team="South"),
    Account(id="A1", name="Northwick", owner_id="U-BEN"),
)


@pytest.fixture
def crm(tmp_path: Path) -> App:
    """A home with stages, people and one account."""
    app = App(Settings(home=tmp_path / "small", model="offline"), lambda: NOW)
    app.ready()
    upsert_all(app.engine, ROWS, as_of=NOW)
    return app


def deal(key: str, amount: int | None, stage: str = "Proposal", **more: object) -> Opportunity:
    """A deal of Ben's that nothing is red about."""
    fields = {
        "id": key,
        "name": f"Deal {key}",
        "owner_id": "U-BEN",
        "account_id": "A1",
        "amount": amount,
        "stage": stage,
    }
    fields |= {"close_date": date(2026, 3, 20), "next_step": "Call", "created_at": NOW - timedelta(days=40)}
    return Opportunity.model_validate({**fields, **more})


def row(key: str, days: float, stage: str = "Proposal", **more: object) -> OpportunityHistory:
    """How a deal stood from so many days ago on."""
    fields = {"amount": 1000, "close_date": date(2026, 3, 20), "forecast_category": None, **more}
    at = NOW - timedelta(days=days)
    return OpportunityHistory.model_validate(
        {"id": f"{key}-{days}", "opportunity_id": key, "at": at, "stage": stage, **fields}
    )


def ask(app: App, who: str = "ann@example.test", words: str = "who needs help with what?") -> Draft:
    """What a person hears."""
    return app.assistant.answer(Request(text=words, user=app.user(who), now=NOW, thread=f"t:{who}:{words}")).draft


def lines(draft: Draft) -> list[str]:
    """All lines of an answer."""
    return [line.text for section in draft.sections for line in section.lines]


def test_reasons_of_every_kind_are_told_with_most_at_stake_first(crm: App) -> None:
    rows: tuple[Record, ...] = (
        deal("fine", 900_000), deal("omar", 900_000, owner_id="U-CID", close_date=date(2026, 2, 1)),
        deal("own", 900_000, owner_id="U-ANN", close_date=date(2026, 2, 1)),
        deal("late", 10_000, close_date=date(2026, 2, 27)),
        deal("owed", 20_000),
        Task(id="T1", subject="Send the price", due=date(2026, 2, 27), owner_id="U-BEN", opportunity_id="owed"),
        Task(id="T2", subject="Loose", due=date(2026, 2, 27), owner_id="U-BEN"),
        deal("fell", 30_000), row("fell", 20, amount=60_000), row("fell", 1, amount=30_000),
        deal("back", 40_000), row("back", 20, "Negotiation"), row("back", 2),
        deal("pushed", 50_000, close_date=date(2026, 4, 2)), row("pushed", 20), row("pushed", 1, close_date=date(2026, 4, 2)),
        deal("cooled", 60_000, "Negotiation", forecast_category="Pipeline"), row("cooled", 20, "Negotiation"),
        deal("gone", 70_000, "Closed Lost", is_closed=True, loss_reason="price", close_date=date(2026, 3, 1)),
        row("gone", 20, amount=70_000), row("gone", 1, "Closed Lost"),
    )  # fmt: skip
    upsert_all(crm.engine, rows, as_of=NOW)
    draft = ask(crm)
    assert lines(draft) == [
        "7 deals of 1 person need a word; USD 158,000 at stake.",
        "Ben Roe: Deal cooled (Northwick), USD 60,000 at 80% in Negotiation; it went from Commit to Pipeline. Do: ask what happened.",
        "Ben Roe: Deal gone (Northwick), USD 70,000; lost: price. Do: ask what was learnt.",
        "Ben Roe: Deal pushed (Northwick), USD 50,000 at 50% in Proposal; the close date went from 2026-03-20 to 2026-04-02, "
        "into a later quarter. Do: ask what happened.",
        "Ben Roe: Deal back (Northwick), USD 40,000 at 50% in Proposal; it went back from Negotiation to Proposal. "
        "Do: ask what happened.",
        "Ben Roe: Deal fell (Northwick), USD 30,000 at 50% in Proposal; the amount fell from USD 60,000 to USD 30,000. "
        "Do: ask what happened.",
        "Ben Roe: Deal owed (Northwick), USD 20,000 at 50% in Proposal; promise “Send the price” is overdue by 3 days. "
        "Do: ask what keeps the promise.",
        "Ben Roe: Deal late (Northwick), USD 10,000 at 50% in Proposal; the close date 2026-02-27 passed 3 days ago. "
        "Do: confirm the close date.",
    ]
    assert [citation.record for citation in draft.citations] == [
        f"opportunity:{key}" for key in ("cooled", "gone", "pushed", "back", "fell", "owed", "late")
    ]
    assert all(line.actions and line.cites for line in draft.sections[1].lines)
    assert draft.notice == (
        "In the order of what is at stake: amount × the stage's probability. "
        "1 overdue promise on no open deal: ask “what is overdue in my team?”"
    )
    at_stake = next(one for one in draft.figures if one.name == "at stake")
    assert (at_stake.value, at_stake.unit, at_stake.n) == (158_000.0, "USD", 7)


def test_the_companys_own_thresholds_count(tmp_path: Path) -> None:
    app = App(
        Settings(home=tmp_path / "own", model="offline", risk={"silence_red": 30, "silence_amber": 20}), lambda: NOW
    )
    app.ready()
    call = Activity(
        id="C1",
        kind="call",
        at=NOW - timedelta(days=25),
        subject="Call",
        account_id="A1",
        owner_id="U-BEN",
        contact_ids=("P1",),
    )
    upsert_all(
        app.engine, [*ROWS, Contact(id="P1", account_id="A1", name="Jo"), deal("quiet", 10_000), call], as_of=NOW
    )
    assert "Nothing needs a word" in lines(ask(app))[0]


def test_silence_of_three_weeks_is_a_reason(crm: App) -> None:
    call = Activity(
        id="C1",
        kind="call",
        at=NOW - timedelta(days=25),
        subject="Call",
        account_id="A1",
        owner_id="U-BEN",
        contact_ids=("P1",),
    )
    upsert_all(crm.engine, [Contact(id="P1", account_id="A1", name="Jo"), deal("quiet", 10_000), call], as_of=NOW)
    assert "no two-way activity for 25 days" in lines(ask(crm))[1]


def test_what_moved_before_friday_or_has_no_history_is_no_news(crm: App) -> None:
    rows: tuple[Record, ...] = (
        deal("old", 30_000), row("old", 20, amount=60_000), row("old", 4, amount=30_000),
        deal("new", 30_000, created_at=NOW), row("new", 0, amount=30_000),
        deal("none", 30_000),
        deal("slightly", 50_000), row("slightly", 20, amount=60_000), row("slightly", 1, amount=50_000),
        deal("won", 70_000, "Closed Lost", is_closed=True, is_won=True, close_date=date(2026, 3, 1)), row("won", 20),
    )  # fmt: skip
    upsert_all(crm.engine, rows, as_of=NOW)
    assert lines(ask(crm)) == [
        "Nothing needs a word of yours: no red risk, no promise overdue, no proposal waiting, no big move since Friday."
    ]


def test_seven_lines_and_a_count_each_currency_by_itself(crm: App) -> None:
    late = date(2026, 2, 27)
    dollars = [deal(f"u{k}", 1000 * k, close_date=late) for k in range(1, 7)]
    yen = [deal(f"y{k}", 9_000_000 + k, close_date=late, currency="JPY") for k in range(3)]
    blank = [deal("blank", None, close_date=late), deal("minus", -500, close_date=late)]
    upsert_all(crm.engine, [*dollars, *yen, *blank], as_of=NOW)
    draft = ask(crm)
    first, *shown = lines(draft)
    assert first == "11 deals of 1 person need a word; USD 10,500 and JPY 13,500,002 at stake."
    assert [line.split()[3] for line in shown] == ["u6", "y2", "u5", "y1", "u4", "y0", "u3"]
    assert "Each currency is ranked by itself. Not shown: 4 more of 11 deals." in draft.notice


def test_who_leads_nobody_is_told_so_and_an_admin_hears_of_everybody(crm: App) -> None:
    upsert_all(crm.engine, [deal("late", 10_000, owner_id="U-CID", close_date=date(2026, 2, 1))], as_of=NOW)
    assert lines(ask(crm, "ben@example.test")) == [
        "The CRM names nobody whom you lead, so there is nothing here; ask “what needs me today?” for your own day."
    ]
    boss = User(id="U-BOSS", name="Bo", email="bo@example.test", role="admin")
    upsert_all(crm.engine, [boss], as_of=NOW)
    assert lines(ask(crm, "bo@example.test"))[0] == "1 deal of 1 person needs a word; USD 5,000 at stake."


def test_a_proposal_that_waits_for_a_day_is_a_reason(crm: App) -> None:
    upsert_all(crm.engine, [deal("asked", 10_000)], as_of=NOW)
    write = UpdateOpportunity(opportunity_id="asked", field="next_step", old="Call", new="Meet")
    ben = crm.user("ben@example.test")
    crm.approvals.propose([ProposedWrite(write=write, evidence="said so")], requester=ben.id, skill="log")
    assert len(lines(ask(crm))) == 1
    later = NOW + timedelta(days=1)
    request = Request(text="who needs help?", user=crm.user("ann@example.test"), now=later, thread="later")
    [proposal] = crm.approvals.list(ben.id)
    assert lines(crm.assistant.answer(request).draft)[1] == (
        "Ben Roe: Deal asked (Northwick), USD 10,000 at 50% in Proposal; "
        f"proposal {proposal.id} waits for a yes since Monday, 02 Mar. Do: ask for a yes or a no."
    )


@pytest.mark.parametrize(
    "words",
    ["Who needs help with what?", "what does my team need from me?", "who in my team needs help?", "which reps need support?",
     "who should I coach this week?", "where is my team stuck?", "which deals need a word from me"],
)  # fmt: skip
def test_how_people_ask(sample: App, words: str) -> None:
    dana = sample.user("dana.whitfield@fernhollow.example")
    reply = sample.assistant.answer(Request(text=words, user=dana, now=TODAY, thread="t"))
    assert reply.draft.skill == "needs"
    assert len(reply.draft.sections[1].lines) == 7


def test_the_day_of_a_manager_leads_there(sample: App) -> None:
    dana = sample.user("dana.whitfield@fernhollow.example")
    draft = sample.assistant.answer(Request(text="what needs me today?", user=dana, now=TODAY, thread="t")).draft
    assert (draft.skill, [action.ask for action in draft.actions]) == ("day", ["who needs help with what?"])
