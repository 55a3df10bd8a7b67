"""Shorthand, slips, corrections, colleagues and unknown people in a seller's words; and what is told without a trigger."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.crm.local import LocalReader
from bot.crm.records import Contact, User
from bot.crm.writes import CreateTask, LogActivity, UpdateOpportunity
from bot.proposals import Draft
from bot.skills import Ask, log
from bot.skills.said.spelling import spelled
from tests.small_crm import context, reader
from tests.unit.test_log_changes import STAGES

Say = Callable[[str], Draft]
JONAS = User(id="u3", name="Jonas Weber", role="seller")


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> LocalReader:
    """One CRM for all tests here, with a colleague; nothing is written to it."""
    return reader(tmp_path_factory.mktemp("crm"), *STAGES, JONAS)


@pytest.fixture
def say(crm: LocalReader) -> Say:
    return lambda words: log.run(context(crm), Ask(words, "a1"))


def changes(draft: Draft) -> list[tuple[str, str]]:
    """Changed fields with their new values."""
    return [(p.write.field, str(p.write.new)) for p in draft.writes if isinstance(p.write, UpdateOpportunity)]


def tasks(draft: Draft) -> list[tuple[str, str, str | None]]:
    """Tasks: subject, day, owner."""
    found = [p.write for p in draft.writes if isinstance(p.write, CreateTask)]
    return [(task.subject, str(task.due), task.owner_id) for task in found]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("call w ingrid abt the price", "call with ingrid about the price"),
        ("clsoe date, amout, remnd me", "close date, amount, remind me"),
        ("they chose to lose the sage ERP", "they chose to lose the sage ERP"),
        ("CD 31/1, amt = 5k", "close date 31/1, amount = 5k"),
        ("CD Ltd and W Ltd", "CD Ltd and W Ltd"),
    ],
)
def test_shorthand_and_slips_are_spelled_out_and_other_words_stay(written: str, meant: str) -> None:
    assert spelled(written) == meant


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        ("push close to the 10th, no, the 15th", [("close_date", "2026-12-15")]),
        ("amount to 85k, sorry, 82k", [("amount", "82000")]),
        ("closing moved from the 11th to the 18th", [("close_date", "2026-12-18")]),
        ("won't close before xmas, make it jan 20", [("close_date", "2027-01-20")]),
        ("move close to fri the 4th", [("close_date", "2026-12-04")]),
        ("80k now", [("amount", "80000")]),
        ("make it 88k", [("amount", "88000")]),
        ("add 5k to the amount", [("amount", "83000.00")]),
        ("change the price to 70k", [("amount", "70000")]),
        ("commit at 80k", [("forecast_category", "Commit"), ("amount", "80000")]),
        ("back to discovery", [("stage", "Discovery")]),
        ("closed lost, no budget this year", [("stage", "Closed Lost"), ("loss_reason", "No budget this year")]),
        ("closed lost, she is sorry", [("stage", "Closed Lost")]),
        ("next step board meeting on dec 2", [("next_step", "Board meeting on dec 2 (2026-12-02)")]),
        ("next step unclear", []),
        ("competitor offered 50k", []),
    ],
)
def test_what_is_typed_in_a_hurry_becomes_the_meant_change(
    say: Say, words: str, changed: list[tuple[str, str]]
) -> None:
    assert changes(say(words)) == changed


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("had a chat w/ per", ("c-per",)),
        ("met ingrid + per", ("c-ingrid", "c-per")),
        ("met per, i mean ingrid, about the data", ("c-ingrid",)),
        ("spoke to the supply chain director", ("c-per",)),
        ("per asked for the price", ("c-per",)),
        ("spoke to ingrid, costs are 20 per seat", ("c-ingrid",)),
    ],
)
def test_people_are_known_as_sellers_name_them(say: Say, words: str, who: tuple[str, ...]) -> None:
    [write] = [p.write for p in say(words).writes if isinstance(p.write, LogActivity)]
    assert tuple(sorted(write.contact_ids)) == who


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("Jonas should send the DPA by Friday", ("Send the DPA", "2026-11-20", "u3")),
        ("remind Jonas to call Per on thursday", ("Call Per", "2026-11-19", "u3")),
        ("task for jonas weber: demo data by 1 dec", ("Demo data", "2026-12-01", "u3")),
        ("ask Jonas for the discount by wed", ("Ask Jonas for the discount", "2026-11-18", "u1")),
    ],
)
def test_a_colleague_becomes_the_owner_of_what_he_is_to_do(say: Say, words: str, task: tuple[str, str, str]) -> None:
    assert tasks(say(words)) == [task]


def test_the_owner_stands_in_the_answer(say: Say) -> None:
    told = [line.text for section in say("Jonas should send the DPA by Friday").sections for line in section.lines]
    assert told[1] == (
        "Task “Send the DPA” for Jonas Weber, due Friday, 20 November 2026, from “Jonas should send the DPA by Friday”."
    )


def test_a_name_of_a_colleague_and_of_a_contact_is_asked_about(tmp_path: Path) -> None:
    crm = reader(tmp_path, *STAGES, JONAS, Contact(id="c-jonas", account_id="a1", name="Jonas Dahl"))
    draft = log.run(context(crm), Ask("Jonas should send the DPA by Friday", "a1"))
    assert tasks(draft) == []
    assert draft.unknowns[0] == (
        "“Jonas should send the DPA by Friday” may mean Jonas Weber of ours or Jonas Dahl; "
        "say the whole name of who is to do it."
    )


def test_a_task_takes_no_day_from_a_quoted_line(say: Say) -> None:
    draft = say("she told me:\n> close date should be 5 Jan\nremind me thu to answer")
    assert tasks(draft) == [("Answer", "2026-11-19", "u1")]
    assert changes(draft) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("80k now", True),
        ("left vm for ingrid", True),
        ("per wants to push to q1", True),
        ("they won't buy before q2", True),
        ("no change to the close date", True),
        ("push the demo to Friday", True),
        ("Ingrid confirmed 75k and wants to sign on the 27th", True),
        ("Jonas should send the DPA by Friday", True),
        ("ingrid's phone number", False),
        ("their security concerns", False),
        ("demo script for the CFO", False),
        ("they think we are too expensive", False),
        ("pricing of plan", False),
    ],
)
def test_what_is_told_is_logged_and_what_is_looked_for_is_not(crm: LocalReader, words: str, told: bool) -> None:
    assert log.tells(context(crm), "a1", words) is told
