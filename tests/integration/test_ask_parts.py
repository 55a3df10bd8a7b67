"""Questions over many records on the sample company: general parts that combine, and what is shown of each record."""

import pytest

from bot.app import App
from bot.assistant import Request
from bot.people import teams_of
from bot.proposals import Draft
from bot.skills import Ask, Context
from bot.skills.asking.records import reading_of
from tests.conftest import TODAY


def lines(draft: Draft) -> list[str]:
    return [line.text for line in draft.sections[0].lines]


def answered(app: App, words: str, who: str = "u-maya") -> Draft:
    return app.assistant.answer(Request(words, app.user(who), TODAY, f"t:{words}")).draft


@pytest.mark.parametrize(
    ("words", "filter_told"),
    [
        (
            "which open deals are larger than the average open deal?",
            "open deals that you may see, amount more than mean of all open deals (USD 80,139.81)",
        ),
        ("accounts that have an open deal", "accounts that you may see, with open deals"),
        ("open deals that are not at risk", "open deals that you may see, not (with a signal of risk)"),
        ("deals not in Germany", "open deals that you may see, accounts not in Germany"),
        (
            "deals entered proposal in October, no matter where they are now",
            "deals that you may see, entered Proposal 2026-10-01 to 2026-10-31",
        ),
        (
            "deals lost this year that had been in proposal",
            "lost deals that you may see, closed 2026-01-01 to 2026-12-31, in Proposal at some time",
        ),
        (
            "deals not in Proposal or Negotiation",
            "open deals that you may see, in Discovery or Prospecting or Qualification",
        ),
        ("which deals against Brightquay did we not win", "lost deals that you may see, competitor Brightquay"),
        ("deals of the Mid-Market team not owned by me", "open deals not of Maya Lindqvist of the team Mid-Market"),
        ("deals with a next step due last week", "open deals that you may see, next step due 2026-11-09 to 2026-11-15"),
        ("closed lost deals that had been in Proposal", "lost deals that you may see, in Proposal at some time"),
        (
            "accounts with more than 3 contacts and no champion",
            "accounts that you may see, with 4 or more of: people at accounts, without people in deals, champion in an open deal",
        ),
        (
            "contacts at accounts without an open deal",
            "people at accounts that you may see, of accounts, without an open deal",
        ),
        (
            "deals at accounts with more than 1000 employees",
            "open deals that you may see, of accounts, more than 1,000 employees",
        ),
        (
            "which contacts have roles in more than one deal",
            "people in deals that you may see, with a role in any deal, with 2 or more of: open deals",
        ),
        ("accounts with no owner", "accounts that you may see, without owner"),
        (
            "how many e-mails did Northwick send us in October",
            "activities that you may see, email, inbound, 2026-10-01 to 2026-10-31, account Northwick Dairy",
        ),
        (
            "champions we have met this month",
            "people in deals that you may see, champion in an open deal, with activities, meeting, 2026-11-01 to 2026-11-30",
        ),
        ("open webinar deals", "open deals that you may see, lead source Webinar"),
        ("people who have no role in any deal", "people at accounts that you may see, without a role in any deal"),
        (
            "contacts who were champions in deals we won",
            "people in deals that you may see, champion in any deal, with won deals",
        ),
        (
            "contacts in Germany who may not be called",
            "people at accounts that you may see, accounts in Germany, not to be contacted by phone",
        ),
        ("customers with the highest annual revenue", "accounts that you may see, type of account customer"),
        (
            "tasks on our side that are more than a week overdue",
            "tasks that you may see, open, due before 2026-11-16, promised by us, due until 2026-11-08",
        ),
        (
            "calls longer than half an hour since 1 October",
            "activities that you may see, call, longer than 30 minutes, from 2026-10-01",
        ),
    ],
)
def test_general_parts_combine_into_a_filter(shared: App, words: str, filter_told: str) -> None:
    assert [found["filter"] for found in (answered(shared, words).data or {})["found"]] == [filter_told]


def test_what_a_question_asks_to_see_stands_on_each_line_and_in_the_data(shared: App) -> None:
    draft = answered(shared, "champions on open deals of Tomas, with their phone numbers", "u-dana")
    shown = (draft.data or {})["found"][0]["shown"]
    assert len(shown) == 17 and all(cells.keys() == {"phone"} for cells in shown.values())
    assert all("phone: +" in line or "no phone on record" in line for line in lines(draft)[1:])


def test_minutes_are_added_up_by_whom(shared: App) -> None:
    draft = answered(shared, "how many minutes of meetings in October by owner")
    assert (
        lines(draft)[0]
        == "770 minutes in 17 activities: activities that you may see, meeting, 2026-10-01 to 2026-10-31."
    )
    table = draft.sections[0].table
    assert table is not None and table.columns == ("Owner", "Activities", "Minutes")
    assert table.rows[0] == ("Jonas Weber", "4", "240")


def test_the_largest_deal_of_each_owner_is_named(shared: App) -> None:
    table = answered(shared, "largest deal per owner").sections[0].table
    assert table is not None and table.columns == ("Owner", "Deals", "Largest", "Amount (USD)")
    assert [row[2].rpartition(": ")[2] for row in table.rows] == [
        "USD 312,000",
        "USD 287,040",
        "USD 78,000",
        "USD 78,000",
    ]


@pytest.mark.parametrize(
    ("words", "unread"),
    [
        ("prospects we have not e-mailed this month but called", "“called”"),
        ("deals with no activity for longer than the average", "“longer than” and “average”"),
    ],
)
def test_a_condition_that_is_not_read_is_named(shared: App, words: str, unread: str) -> None:
    assert lines(answered(shared, words))[0].startswith(f"I did not understand {unread}, so I did not answer")


def test_what_history_cannot_tell_is_said(shared: App) -> None:
    assert "Told from the deals' history." in lines(answered(shared, "my deals that were never pushed"))


def test_the_days_that_a_list_is_for_are_not_widened_to_a_month(shared: App) -> None:
    draft = answered(shared, "open deals closing between today and the end of this month, please")
    assert (draft.data or {})["found"][0][
        "filter"
    ] == "open deals that you may see, close date 2026-11-16 to 2026-11-30"


def test_a_request_reads_the_crm_and_the_question_once(shared: App) -> None:
    user = shared.user("u-maya")
    context = Context(
        shared.reader,
        lambda: shared.library,
        None,
        user,
        teams_of(user, shared.reader.users()),
        TODAY,
        shared.benchmarks,
    )
    first, again = (reading_of(context, Ask("my open deals not in Germany")) for _ in range(2))
    assert first and again and first[0] is again[0] and first[1] is again[1]
