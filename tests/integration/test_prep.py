"""A meeting prepared, on a small CRM and on the sample company: which meeting, for how long, who, and what is said of it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import App
from bot.calendars import Event, events
from bot.crm.local import upsert_all
from bot.crm.records import Account, Activity, Contact, Opportunity, OpportunityContactRole, Record, Task, User
from bot.errors import Ambiguous, BotError, CalendarError
from bot.people import teams_of
from bot.proposals import Draft
from bot.settings import Settings
from bot.skills import Ask, Context, prep
from bot.skills.preparing import shared_out
from knowledge.errors import KnowledgeError
from tests.conftest import TODAY
from tests.fake_model import FakeModel

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ZOE = User(id="U1", name="Zoë Lange", email="zoe@ours.example", time_zone="Pacific/Auckland")
RECORDS: tuple[Record, ...] = (
    ZOE, User(id="U2", name="Ben", email="ben@ours.example"),
    Account(id="A1", name="Brix", domain="brix.example", owner_id="U1"), Account(id="A2", name="Empty"), Account(id="A3", name="Corva", owner_id="U1"),
    Contact(id="C1", account_id="A1", name="Jane Holt", title="CFO", email="jane@brix.example"),
    Contact(id="C2", account_id="A1", name="Tom Reed", do_not_contact=True),
    Opportunity(id="O1", name="Brix plant", account_id="A1", owner_id="U1", amount=Decimal(5), stage="Proposal", close_date=date(2026, 5, 1)),
    OpportunityContactRole(id="R1", opportunity_id="O1", contact_id="C1", role="champion"),
    Task(id="T1", subject="Send the draft", due=date(2026, 3, 1), account_id="A1", owner_id="U1"),
    Task(id="T2", subject="Jane sends figures", side="theirs", due=date(2026, 3, 20), account_id="A1"),
    # Two in the afternoon in Auckland, which is one in the night in London.
    Activity(id="M1", kind="meeting", at=datetime(2026, 3, 4, 1, tzinfo=UTC), subject="Price round", account_id="A1", opportunity_id="O1", owner_id="U1", contact_ids=("C1", "C2"), minutes=45),
)  # fmt: skip


@pytest.fixture
def crm(tmp_path: Path) -> Iterator[App]:
    """A home with one meeting ahead."""
    with App(Settings(home=tmp_path / "small", model="offline"), lambda: NOW) as app:
        app.ready()
        upsert_all(app.engine, RECORDS, as_of=NOW)
        yield app


def context(app: App, events: Sequence[Event] = (), now: datetime = NOW) -> Context:
    """What the skill gets when Zoë asks."""
    user = app.user("U1")
    made = Context(app.reader, lambda: app.library, None, user, frozenset(), now, app.benchmarks)
    return replace(made, calendar=lambda first, last: events)


def lines(draft: Draft, title: str) -> list[str]:
    """The lines of one section."""
    return next([line.text for line in section.lines] for section in draft.sections if section.title == title)


def event(start: datetime, *people: tuple[str, str], title: str = "Brix catch-up", minutes: int = 20) -> Event:
    """An appointment of the asker's own calendar."""
    return Event("e", title, start, start + timedelta(minutes=minutes), place="Room 4", attendees=people)


def test_the_meeting_is_told_on_the_askers_clock_and_the_agenda_adds_up(crm: App) -> None:
    draft = prep.run(context(crm), Ask("prep me for my call with Brix", "A1"))
    assert lines(draft, "The meeting")[0] == "2026-03-04 14:00 (Pacific/Auckland): Price round; 45 minutes."
    assert draft.data is not None
    assert sum(part["minutes"] for part in draft.data["agenda"]) == 45
    assert lines(draft, "Who attends") == [
        "Jane Holt: CFO; champion; first contact on record.",
        "Tom Reed: no role on record; first contact on record; DO NOT CONTACT: do not invite or write to them.",
    ]
    assert lines(draft, "Due by then") == ["Ours, overdue by 1 day: Send the draft, due 2026-03-01."]
    assert lines(draft, "Goal") == [
        "Agree a next step on Brix plant with an owner and a day; none is set.",
        "Find out about the economic buyer: nobody is on record on Brix plant.",
    ]
    assert lines(draft, "Questions to ask")[0] == (
        "Economic buyer not on record: Who signs a contract of this size, and what do they need to see first?"
    )
    assert all(line.cites for section in draft.sections for line in section.lines)
    assert (draft.lead, draft.account_id, draft.writes) == ("", "A1", ())


@pytest.mark.parametrize("words", ["prepare the 2 pm", "prep the 14:00", "prep me for my next meeting", "prepare my 2pm on Wednesday", "prep me for the meeting at 2"])  # fmt: skip
def test_a_meeting_is_found_by_its_time_alone(crm: App, words: str) -> None:
    assert prep.run(context(crm), Ask(words)).account_id == "A1"


def test_another_time_with_an_account_is_said(crm: App) -> None:
    draft = prep.run(context(crm), Ask("prep my call with Brix at 9:30", "A1"))
    assert draft.lead == "No meeting at 09:30 with them is in the CRM; this prepares the next one, 2026-03-04 14:00."


def test_a_meeting_that_was_is_not_prepared(crm: App) -> None:
    draft = prep.run(context(crm), Ask("prep yesterday's meeting with Brix", "A1"))
    assert draft.lead == "2026-03-01 lies behind; this prepares the next one, 2026-03-04 14:00."


def test_without_a_meeting_it_is_for_the_next_conversation(crm: App) -> None:
    draft = prep.run(context(crm), Ask("prep me for Empty", "A2"))
    assert draft.lead == "No meeting with them is in the CRM, so this prepares the next conversation."
    assert lines(draft, "Who may attend") == ["Who attends is not on record."]
    assert "No contact of Empty is in the CRM; find out who will be there." in draft.unknowns
    assert draft.data is not None
    assert (draft.data["minutes"], draft.data["assumed"]) == (30, True)


def test_no_meeting_and_no_account_is_one_sentence(crm: App) -> None:
    with pytest.raises(BotError) as said:
        prep.run(context(crm), Ask("prepare the 5 pm"))
    assert str(said.value) == (
        "No meeting of yours with an account lies ahead at 17:00; name the account, such as “prep me for my call with NAME”."
    )


def test_a_calendar_adds_who_the_crm_does_not_know_and_is_one_with_its_entry(crm: App) -> None:
    at = datetime(2026, 3, 4, 1, 2, tzinfo=UTC)
    draft = prep.run(
        context(crm, [event(at, ("Zoë", "zoe@ours.example"), ("Kai Moss", "kai@brix.example"))]), Ask("prep Brix", "A1")
    )
    assert lines(draft, "The meeting")[0] == "2026-03-04 14:00 (Pacific/Auckland): Price round; 45 minutes; Room 4."
    assert lines(draft, "Who attends")[-1] == "Kai Moss: not in the CRM; ask who they are and what they decide."


def test_a_meeting_of_the_calendar_alone_is_prepared(crm: App) -> None:
    at = datetime(2026, 3, 2, 20, tzinfo=UTC)
    draft = prep.run(context(crm, [event(at, ("Jane", "JANE@brix.example"))]), Ask("prepare my next meeting"))
    assert lines(draft, "The meeting")[0] == "2026-03-03 09:00 (Pacific/Auckland): Brix catch-up; 20 minutes; Room 4."
    assert draft.data is not None
    assert sum(part["minutes"] for part in draft.data["agenda"]) == 20


SERIES = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:s
DTSTART;TZID=Europe/Berlin:20260223T170000
DTEND;TZID=Europe/Berlin:20260223T172500
RRULE:FREQ=WEEKLY;COUNT=4
SUMMARY:Weekly
ATTENDEE;CN=Kai Moss:mailto:kai@plant.brix.example
ATTENDEE;CN=Zo:mailto:zoe@ours.example
END:VEVENT
END:VCALENDAR
"""


def test_the_next_of_a_series_is_prepared_on_the_askers_clock(crm: App) -> None:
    made = context(crm)
    zone = ZoneInfo(ZOE.time_zone)
    asked = replace(made, calendar=lambda first, last: events(SERIES, first, last, "zoe@ours.example", zone))
    draft = prep.run(asked, Ask("prepare my 5 am meeting"))
    assert lines(draft, "The meeting")[0] == "2026-03-03 05:00 (Pacific/Auckland): Weekly; 25 minutes."
    assert lines(draft, "Who attends") == ["Kai Moss: not in the CRM; ask who they are and what they decide."]


def test_an_entry_without_people_is_found_in_the_calendar_by_its_subject(crm: App) -> None:
    at = datetime(2026, 3, 4, 1, 10, tzinfo=UTC)
    seen = [event(at, ("Kai", "kai@partner.example"), title="Price round")]
    draft = prep.run(context(crm, seen), Ask("prep Brix", "A1"))
    assert lines(draft, "Who attends")[-1] == "Kai: not in the CRM; ask who they are and what they decide."


def test_two_meetings_at_once_are_asked_about(crm: App) -> None:
    upsert_all(
        crm.engine,
        [
            Activity(
                id="M2",
                kind="call",
                at=datetime(2026, 3, 4, 1, tzinfo=UTC),
                subject="Other",
                account_id="A3",
                owner_id="U1",
            )
        ],
        as_of=NOW,
    )
    with pytest.raises(Ambiguous) as asked:
        prep.run(context(crm), Ask("prepare the 2 pm"))
    assert asked.value.candidates == ("Corva", "Brix")


def test_a_calendar_that_cannot_be_read_costs_itself_alone(crm: App) -> None:
    def broken(first: date, last: date) -> Sequence[Event]:
        raise CalendarError("the address does not answer")

    draft = prep.run(replace(context(crm), calendar=broken), Ask("prep Brix", "A1"))
    assert draft.account_id == "A1"
    assert "Your calendar: the address does not answer" in draft.unknowns


def test_a_knowledge_base_out_of_reach_costs_its_parts_alone(crm: App) -> None:
    def locked() -> None:
        raise KnowledgeError("it is held by another process")

    draft = prep.run(replace(context(crm), open_library=locked), Ask("prep Brix", "A1"))  # type: ignore[arg-type]
    assert draft.unknowns[0] == "Notes and playbook: it is held by another process"
    assert lines(draft, "Who attends")[0] == "Jane Holt: CFO; champion; first contact on record."


def test_an_attendee_whom_nobody_knows_is_named_as_such(crm: App) -> None:
    draft = prep.run(context(crm), Ask("prep me for my call with Bob Stone at Brix", "A1"))
    assert "Bob Stone: not in the CRM; ask who they are and what they decide." in lines(draft, "Who attends")


def test_what_an_attendee_cares_about_is_cited_with_its_day(sample: App) -> None:
    user = sample.user("u-maya")
    maya = Context(
        sample.reader,
        lambda: sample.library,
        None,
        user,
        teams_of(user, sample.reader.users()),
        TODAY,
        sample.benchmarks,
    )
    draft = prep.run(maya, Ask("prep me for my call with Northwick", "a-northwick"))
    told = lines(draft, "Who attends")
    assert any(
        text.startswith("Ingrid Solheim is likely to care about: Cash tied up in stock") and "verified" in text
        for text in told
    )
    assert (
        "Ingrid Solheim said on 2026-11-10: “If I have the report and the price, we have decided by 11 December 2026.”"
        in told
    )
    assert any(
        'Answer: "Compared with what?" (Objection: you are too expensive; verified' in text
        for text in lines(draft, "Likely objections")
    )


def test_a_model_words_the_goal_and_nothing_that_no_source_holds(sample: App) -> None:
    user = sample.user("u-maya")
    claims = {
        "goal": [
            {"text": "Send Ingrid the three-year price with the SOC 2 report.", "cites": [1, 2]},
            {"text": "Sell them 900 licences.", "cites": [1, 2]},
        ],
        "attendees": [],
    }
    model = FakeModel({"prep": claims})
    maya = Context(
        sample.reader,
        lambda: sample.library,
        model,
        user,
        teams_of(user, sample.reader.users()),
        TODAY,
        sample.benchmarks,
    )
    draft = prep.run(maya, Ask("prep me for my call with Northwick", "a-northwick"))
    assert lines(draft, "Goal") == ["Send Ingrid the three-year price with the SOC 2 report."]
    assert [one.claim for one in draft.dropped] == ["Sell them 900 licences."]


@given(st.integers(1, 600), st.booleans())
def test_minutes_are_shared_out_without_rest(minutes: int, owed: bool) -> None:
    parts = [(10, "open"), *([(15, "promises")] if owed else []), (45, "main"), (15, "questions"), (15, "end")]
    given = shared_out(minutes, parts)
    assert sum(spent for spent, _ in given) == minutes
    assert all(spent > 0 for spent, _ in given)
    assert max(given)[1] == "main" or minutes < 12
