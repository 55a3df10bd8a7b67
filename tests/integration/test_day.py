"""My day: the skill on the sample company, and the order of deals held against a plain sort."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.app import App
from bot.assistant import Request
from bot.crm.local import upsert_all
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Record, Stage, Task, User
from bot.people import LOCAL_ADMIN, teams_of
from bot.pipeline.signal import HARM
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, day
from bot.skills.agenda import LOOKED, TOP, Agenda
from tests.conftest import TODAY

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAGES = (
    Stage(id="S1", name="Discovery", order=1, probability=0.2, forecast_category="Pipeline"),
    Stage(id="S2", name="Proposal", order=2, probability=0.5, forecast_category="Best Case"),
)
ANN, BEN, CID = (
    User(id="U-ANN", name="Ann", role="manager", team="North", time_zone="Asia/Tokyo"),
    User(id="U-BEN", name="Ben", team="North"),
    User(id="U-CID", name="Cid", team="South"),
)


@pytest.fixture
def crm(tmp_path: Path) -> App:
    """A home with stages, people and one account."""
    app = App(Settings(home=tmp_path / "small", model="offline"), lambda: NOW)
    app.ready()
    upsert_all(app.engine, [*STAGES, ANN, BEN, CID, Account(id="A1", name="Northwick")], as_of=NOW)
    return app


def deal(key: str, owner: str, amount: int | None, **more: object) -> Opportunity:
    """A deal whose next step is missing in Proposal: amber."""
    fields = {"id": key, "name": f"Deal {key}", "owner_id": owner, "amount": amount, "stage": "Proposal", **more}
    return Opportunity.model_validate({"account_id": "A1", "close_date": date(2026, 6, 1), **fields})


def known(deals: Sequence[Record]) -> list[Record]:
    """A contact for each deal, so that none is missing."""
    return [
        OpportunityContactRole(id=f"R-{one.id}", opportunity_id=one.id, contact_id="C1", role="economic_buyer")
        for one in deals
        if isinstance(one, Opportunity)
    ]


def told(app: App, user: User, now: datetime = NOW) -> Draft:
    """What a person hears of their day."""
    reader = app.rights.reader_for(user)
    teams = teams_of(user, app.reader.users())
    return day.run(Context(reader, lambda: app.library, None, user, teams, now, app.benchmarks), Ask("my day"))


def lines(draft: Draft) -> dict[str, list[str]]:
    """The lines by section."""
    return {section.title: [line.text for line in section.lines] for section in draft.sections}


def test_a_day_of_the_sample_company(sample: App) -> None:
    draft = told(sample, sample.user("u-maya"), TODAY)
    found = lines(draft)
    assert list(found) == ["First", "Today", "Due", "Deals that need you", "Promises"]
    assert found["First"][:2] == [
        "Theirs: Isla sends the date of the board meeting (Tarn & Vale Outdoor), overdue by 4 days; USD 50,625 at stake.",
        "Confirm SAML SSO and EU hosting to Katrin in writing (Northwick Dairy), overdue by 12 days; USD 39,000 at stake.",
    ]
    assert found["Due"][0] == found["First"][1]
    assert found["Deals that need you"][0] == (
        "Northwick Dairy - Plan + Insight: USD 78,000 at 50% in Proposal; 33 days in Proposal against a median of 16 in "
        "52 won deals; the close date was pushed 2 times. Do: agree what moves it on."
    )
    assert found["Promises"][0] == found["First"][0]
    cited = {n for section in draft.sections for line in section.lines for n in line.cites}
    assert cited == {citation.n for citation in draft.citations}
    assert draft.records == tuple(citation.record for citation in draft.citations)
    assert (draft.model, draft.lead, draft.unknowns, draft.account_id) == ("offline", "", (), None)
    assert draft.notice == (
        "Times in Europe/Stockholm. "
        "In the order of what is at stake: amount × the stage's probability, for deals × severity. "
        "Not shown: 1 more of 9 promises."
    )


def test_every_line_of_a_day_is_in_its_section_and_on_the_persons_calendar(crm: App) -> None:
    rows: list[Record] = [
        # 23:30 in Tokyo is today, 00:30 is tomorrow, although both are the second of March in UTC.
        Activity(id="M1", kind="meeting", at=NOW + timedelta(hours=5, minutes=30), subject="Late", owner_id="U-ANN", account_id="A1"),
        Activity(id="M2", kind="meeting", at=NOW + timedelta(hours=6, minutes=30), subject="Tomorrow", owner_id="U-ANN"),
        Activity(id="M3", kind="meeting", at=NOW - timedelta(hours=1), subject="Over", owner_id="U-ANN"),
        Activity(id="M4", kind="email", at=NOW + timedelta(hours=1), subject="No appointment", owner_id="U-ANN"),
        Activity(id="M5", kind="call", at=NOW + timedelta(hours=1), subject="Call", owner_id="U-ANN", minutes=30),
        Task(id="T1", subject="Late", due=date(2026, 2, 27), owner_id="U-ANN"),
        Task(id="T2", subject="Today", due=date(2026, 3, 2), owner_id="U-ANN"),
        Task(id="T3", subject="Done", due=date(2026, 3, 2), owner_id="U-ANN", status="done"),
        Task(id="T4", subject="Ben's", due=date(2026, 3, 2), owner_id="U-BEN"),
        Task(id="T5", subject="In a week", due=date(2026, 3, 9), owner_id="U-ANN"),
        Task(id="T6", subject="Later", due=date(2026, 3, 10), owner_id="U-ANN"),
        Task(id="T7", subject="They pay", due=date(2026, 3, 1), owner_id="U-ANN", side="theirs"),
        Task(id="T8", subject="Undated", owner_id="U-ANN"),
        deal("O1", "U-ANN", 10_000),
        deal("O2", "U-ANN", 8_000, close_date=date(2026, 2, 20), next_step="x"),
        deal("O3", "U-BEN", 90_000),
        deal("O4", "U-CID", 99_000),
        deal("O5", "U-ANN", 70_000, next_step="fine"),
        deal("O6", "U-ANN", 95_000, is_closed=True),
    ]  # fmt: skip
    upsert_all(crm.engine, [*rows, *known(rows)], as_of=NOW)
    with crm:
        assert lines(told(crm, ANN)) == {
            "First": [
                "Confirm the close date: Deal O2 (Northwick); the close date 2026-02-20 passed 10 days ago; USD 4,000 at stake.",
                "Agree a next step: Deal O1 (Northwick); no next step is set; USD 2,500 at stake.",
            ],
            "Today": ["19:00 Call (30 minutes).", "23:30 Late (Northwick)."],
            "Due": ["Late, overdue by 3 days.", "Today, due today."],
            "Deals that need you": [
                "Deal O2 (Northwick): USD 8,000 at 50% in Proposal; the close date 2026-02-20 passed 10 days ago. "
                "Do: confirm the close date.",
                "Deal O1 (Northwick): USD 10,000 at 50% in Proposal; no next step is set. Do: agree a next step.",
            ],
            "Promises": ["Theirs: They pay, overdue by 1 day.", "In a week, due 2026-03-09."],
            "Your team": [
                "Deal O3 (Northwick, Ben): USD 90,000 at 50% in Proposal; no next step is set. Do: agree a next step."
            ],
        }
        assert lines(told(crm, CID))["Deals that need you"] == [
            "Deal O4 (Northwick): USD 99,000 at 50% in Proposal; no next step is set. Do: agree a next step."
        ]


def test_an_empty_day_says_so_and_what_to_do(crm: App) -> None:
    with crm:
        draft = told(crm, CID)
    assert draft.lead == day.NOTHING
    assert lines(draft) == {"Today": [], "Due": [], "Deals that need you": [], "Promises": []}
    assert draft.notice == "Times in UTC."


def test_a_local_admin_without_users_has_all_of_it(crm: App) -> None:
    upsert_all(crm.engine, [deal("O1", "U-BEN", 10_000)], as_of=NOW)
    with crm:
        assert len(lines(told(crm, LOCAL_ADMIN))["Deals that need you"]) == 1


def test_two_currencies_are_each_ranked_by_itself(crm: App) -> None:
    rows = [deal("O1", "U-CID", 10_000), deal("O2", "U-CID", 9_000)]
    rows += [deal("O3", "U-CID", 5_000_000, currency="JPY")]
    upsert_all(crm.engine, rows, as_of=NOW)
    with crm:
        draft = told(crm, CID)
    names = [line.partition(" (")[0] for line in lines(draft)["Deals that need you"]]
    assert names == ["Deal O1", "Deal O3", "Deal O2"]
    assert draft.notice.endswith("Each currency is ranked by itself.")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.integers(0, 50)), st.sampled_from(["Discovery", "Proposal", "No such stage"]),
            st.sampled_from(["red", "amber", "fine"]),
        ), max_size=30,
    )
)  # fmt: skip
def test_the_lazy_order_is_that_of_a_plain_sort(crm: App, made: list[tuple[int | None, str, str]]) -> None:
    owner = f"U-{len(made)}-{hash(tuple(made))}"
    kinds = {
        "red": {"close_date": date(2026, 2, 1), "next_step": "x"},
        "amber": {},
        "fine": {"next_step": "x"},
    }
    rows = [
        deal(f"{owner}-{i:02}", owner, amount, stage=stage, **kinds[kind])
        for i, (amount, stage, kind) in enumerate(made)
    ]
    upsert_all(crm.engine, [User(id=owner, name=owner), *rows, *known(rows)], as_of=NOW)
    user = User(id=owner, name=owner)
    chances = {"Discovery": Decimal("0.2"), "Proposal": Decimal("0.5")}
    found = Agenda(crm.reader, user, NOW, crm.benchmarks).day().deals
    worth = [(amount or 0) * chances.get(stage, Decimal(0)) for amount, stage, _ in made]
    # A deal without an amount is amber for that alone.
    harms = ["amber" if kind == "fine" and amount is None else kind for amount, _, kind in made]
    stakes = [w * HARM[kind] for w, kind in zip(worth, harms, strict=True) if kind != "fine"]
    assert [one.stake for one in found] == sorted(stakes, reverse=True)[:TOP]


def test_deals_that_were_not_looked_into_are_counted(crm: App) -> None:
    fine = [deal(f"O{i:03}", "U-CID", 10_000, next_step="x") for i in range(LOOKED + 3)]
    upsert_all(crm.engine, [*fine, *known(fine)], as_of=NOW)
    with crm:
        assert told(crm, CID).notice == "Times in UTC. 3 open deals not looked into, as there are too many."


@pytest.mark.parametrize(
    "words",
    ["my day", "What's my day?", "what is on today?", "what needs me", "What needs me today?", "what should I do next?",
     "what should i do today", "what is due?", "show me my tasks", "how does my day look?", "my agenda please"],
)  # fmt: skip
def test_words_that_ask_for_the_day_are_understood(sample: App, words: str) -> None:
    request = Request(text=words, user=sample.user("u-maya"), now=TODAY, thread="t")
    assert sample.assistant.answer(request).draft.skill == "day"


@pytest.mark.parametrize("words", ["what is due diligence?", "what should I say on price?", "what needs a signature?"])
def test_other_words_are_not(sample: App, words: str) -> None:
    request = Request(text=words, user=sample.user("u-maya"), now=TODAY, thread="t")
    assert sample.assistant.answer(request).draft.skill == "ask"


def test_promises_come_in_the_order_of_what_they_put_at_stake(crm: App) -> None:
    rows: list[Record] = [
        Account(id="A2", name="Velden"),
        deal("O1", "U-CID", 10_000, next_step="fine"),
        deal("O2", "U-CID", 90_000, next_step="fine", account_id="A2"),
        deal("O3", "U-CID", 20_000, next_step="fine", account_id="A2", currency="EUR"),
        Task(id="T1", subject="Old, of no deal", due=date(2026, 2, 1), owner_id="U-CID"),
        Task(id="T2", subject="Small", due=date(2026, 2, 2), owner_id="U-CID", account_id="A1"),
        # The account's greatest open deal counts where the task names none.
        Task(id="T3", subject="Great", due=date(2026, 3, 1), owner_id="U-CID", account_id="A2"),
        Task(id="T4", subject="Of one deal", due=date(2026, 2, 20), owner_id="U-CID", account_id="A2", opportunity_id="O3"),
    ]  # fmt: skip
    upsert_all(crm.engine, rows, as_of=NOW)
    with crm:
        found = lines(told(crm, CID))
    assert found["Due"] == [
        "Great (Velden), overdue by 1 day; USD 45,000 at stake.",
        "Of one deal (Velden), overdue by 10 days; EUR 10,000 at stake.",  # another currency is never compared
        "Small (Northwick), overdue by 28 days; USD 5,000 at stake.",
        "Old, of no deal, overdue by 29 days.",
    ]
    assert found["First"] == found["Due"][:3]


def calendar(*events: str) -> bytes:
    """An iCalendar file."""
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//t//t//EN", *events, "END:VCALENDAR"]).encode()


def event(uid: str, start: str, title: str, *more: str) -> str:
    """One appointment of half an hour."""
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTART:{start}", "DURATION:PT30M", f"SUMMARY:{title}", *more, "END:VEVENT"]
    )


@pytest.fixture
def own(crm: App, tmp_path: Path) -> App:
    """A home in which Ben has a calendar of his own beside an appointment of the CRM."""
    rows: list[Record] = [
        BEN.model_copy(update={"email": "ben@ours.example"}),
        Contact(id="C1", name="Ingrid Solheim", email="Ingrid@northwick.example", account_id="A1", title="CFO"),
        Activity(id="M1", kind="meeting", at=NOW + timedelta(hours=1), subject="Pricing", owner_id="U-BEN", account_id="A1", minutes=45),
    ]  # fmt: skip
    upsert_all(crm.engine, rows, as_of=NOW)
    (tmp_path / "ben.ics").write_bytes(
        calendar(
            event("1", "20260302T100500Z", "Northwick pricing", "LOCATION:Room 4", "ATTENDEE;CN=Kim:mailto:kim@northwick.example", "ATTENDEE:mailto:ingrid@northwick.example"),
            event("2", "20260302T140000Z", "Catch-up", "ATTENDEE;CN=I S:MAILTO:ingrid@northwick.example", "ATTENDEE;CN=Ann:mailto:ann@ours.example"),
            event("3", "20260302T150000Z", "Dentist"),
            event("4", "20260302T160000Z", "Declined", "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@ours.example"),
            event("5", "20260302T080000Z", "Over"),
            event("6", "20260303T110000Z", "About Northwick"),
        )
    )  # fmt: skip
    return crm


def with_calendar(app: App, file: Path, words: str = "my day") -> Draft:
    """Ben's day with the calendar of a file."""
    settings = Settings(home=app.settings.home, model="offline", calendars={"Ben@ours.example": SecretStr(str(file))})
    with App(settings, lambda: NOW) as opened:
        return opened.assistant.answer(Request(words, opened.user("U-BEN"), NOW, "t", skill="day")).draft


def test_a_calendar_of_ones_own_stands_beside_the_crm_each_appointment_once(own: App, tmp_path: Path) -> None:
    draft = with_calendar(own, tmp_path / "ben.ics")
    assert lines(draft)["Today"] == [
        "10:00 Pricing (Northwick; Ingrid Solheim, CFO; not in the CRM: Kim; 45 minutes; Room 4).",
        "14:00 Catch-up (Northwick; Ingrid Solheim, CFO; 30 minutes).",
        "15:00 Dentist (30 minutes).",
    ]
    meetings = next(section for section in draft.sections if section.title == "Today").lines
    assert [[one.label for one in line.actions] for line in meetings] == [
        ["Prepare", "Brief"],
        ["Prepare", "Brief"],
        [],
    ]
    assert meetings[1].actions[0].ask == "prepare my 14:00 meeting with Northwick"
    assert [citation.status for citation in draft.citations] == ["CRM", "calendar", "calendar"]


def test_a_day_ahead_has_its_appointments_and_what_is_due_then(own: App, tmp_path: Path) -> None:
    rows = [
        Task(id="T1", subject="Call back", due=date(2026, 3, 3), owner_id="U-BEN"),
        Task(id="T2", subject="They pay", due=date(2026, 3, 3), owner_id="U-BEN", side="theirs"),
        Task(id="T3", subject="Old", due=date(2026, 3, 1), owner_id="U-BEN"),
    ]
    upsert_all(own.engine, rows, as_of=NOW)
    assert lines(with_calendar(own, tmp_path / "ben.ics", "what is on tomorrow?")) == {
        "Tuesday, 2026-03-03": ["11:00 About Northwick (Northwick; 30 minutes)."],
        "Due then": ["Call back, due 2026-03-03."],
        "Promised to you for then": ["Theirs: They pay, due 2026-03-03."],
    }


def test_a_calendar_that_cannot_be_read_costs_nothing_else(own: App, tmp_path: Path) -> None:
    draft = with_calendar(own, tmp_path / "gone.ics")
    assert lines(draft)["Today"] == ["10:00 Pricing (Northwick; 45 minutes)."]
    assert draft.unknowns == (
        "The calendar cannot be read (No such file or directory); the answer comes without it. "
        "Check its address in SELLER_CALENDARS.",
    )
