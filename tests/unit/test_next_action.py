"""The one next action: an overdue promise first, then the most pressing gap, never one that is planned already."""

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.records import Account, Activity, Opportunity, Record
from bot.crm.writes import CreateTask
from bot.skills.next_action import NextAction, next_action, working_day, worst
from bot.skills.view import AccountView, gather
from tests.small_crm import NOW, context, promise, reader

TODAY = NOW.date()


def view(folder: Path, *more: Record, now: datetime = NOW) -> AccountView:
    """Northwick as it stands, with these records besides."""
    asked = context(reader(folder, *more), now=now)
    return gather(asked, Account(id="a1", name="Northwick Dairy"))


def deal(**fields: object) -> Opportunity:
    """A second deal, nearer than the first."""
    return Opportunity.model_validate(
        {"id": "o0", "name": "Nearer", "account_id": "a1", "stage": "Proposal", "amount": 1, "next_step": "Demo",
         "close_date": date(2026, 12, 1), **fields}
    )  # fmt: skip


def task_of(action: NextAction | None) -> CreateTask:
    """The task an action proposes."""
    assert action
    assert action.write
    assert isinstance(action.write.write, CreateTask)
    return action.write.write


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_working_day_is_the_day_itself_or_the_next_monday(day: date) -> None:
    found = working_day(day)
    assert found.weekday() < 5
    assert (found - day).days == {5: 2, 6: 1}.get(day.weekday(), 0)


def test_an_overdue_promise_of_ours_comes_first(tmp_path: Path) -> None:
    tasks = (
        promise("t1", "Send the report", date(2026, 11, 15)),
        promise("t2", "Send the price", date(2026, 11, 10)),
        promise("t3", "Sign", date(2026, 11, 1), side="theirs"),
    )
    action = next_action(view(tmp_path, *tasks), TODAY, "u1")
    assert action
    assert (action.text, action.record) == ('keep the overdue promise "Send the price"', "task")


def test_due_today_is_not_overdue(tmp_path: Path) -> None:
    assert next_action(view(tmp_path, promise("t1", "Send it", TODAY)), TODAY, "u1") is None


@pytest.mark.parametrize(
    ("fields", "subject", "evidence"),
    [
        ({"next_step": None}, "Agree a next step on Nearer", "Nearer: no next step is set"),
        ({"next_step": None, "stage": "Qualification"}, "Agree a next step on Nearer",
         "Nearer: no next step is set in the CRM"),
        ({"next_step_date": date(2026, 11, 15)}, "Agree a new next step on Nearer",
         'Nearer: the next step "Demo" was due on 2026-11-15'),
        ({"close_date": date(2026, 11, 15)}, "Confirm the close date of Nearer",
         "Nearer: the close date 2026-11-15 passed yesterday"),
        ({"close_date": date(2026, 11, 20), "stage": "Discovery"}, "Check the close date of Nearer",
         "Nearer: it is to close on 2026-11-20 but is still in Discovery"),
    ],
)  # fmt: skip
def test_the_most_pressing_gap_becomes_a_task(
    tmp_path: Path, fields: dict[str, object], subject: str, evidence: str
) -> None:
    action = next_action(view(tmp_path, deal(**fields)), TODAY, "u1")
    made = task_of(action)
    assert (made.subject, made.due, made.owner_id) == (subject, date(2026, 11, 18), "u1")
    assert (made.account_id, made.opportunity_id) == ("a1", "o0")
    assert action
    assert action.write
    assert action.write.evidence.replace("1 day ago", "1 days ago") == evidence


def test_what_is_planned_already_is_not_proposed_twice(tmp_path: Path) -> None:
    planned = promise("t", "Agree a next step on Nearer", date(2026, 11, 20), opportunity_id="o0")
    assert next_action(view(tmp_path, deal(next_step=None), planned), TODAY, "u1") is None


def test_nothing_presses_on_a_healthy_account(tmp_path: Path) -> None:
    assert next_action(view(tmp_path), TODAY, "u1") is None


def test_a_long_silence_is_known_even_when_the_brief_no_longer_lists_it(tmp_path: Path) -> None:
    call = Activity(id="x", kind="call", at=datetime.fromisoformat("2026-03-01T10:00:00Z"), subject="Hello",
                    account_id="a1", contact_ids=("c-per",))  # fmt: skip
    seen = view(tmp_path, call)
    found = worst(seen)
    assert found
    assert found[0].text == "no two-way activity for 260 days"
    assert task_of(next_action(seen, TODAY, None)).subject == "Reconnect on Northwick - Plan with Per Aune"
    assert list(seen.activities) == []


def test_passed_is_told_on_the_askers_calendar(tmp_path: Path) -> None:
    # Half past six in the evening of the close date in Los Angeles, the day after in UTC.
    evening = datetime.fromisoformat("2026-12-12T02:30:00Z")
    seen = view(tmp_path, now=evening)
    assert "close date passed" not in [signal.name for signal in seen.signals(seen.deals[0])]
