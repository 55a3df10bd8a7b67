"""Which open task a seller says is done: by its words, and never a guess between two."""

import pytest

from bot.crm.records import Task
from bot.crm.writes import CompleteTask
from bot.skills.said.done import done

TASKS = (
    Task(id="T1", subject="Send the SOC 2 report to Ingrid", account_id="A1", opportunity_id="O1"),
    Task(id="T2", subject="Send Ingrid the three-year price", account_id="A1"),
    Task(id="T3", subject="Send Per the three-year plan", account_id="A1"),
    Task(id="T4", subject="Confirm EU hosting", account_id="A1", status="done"),
)


@pytest.mark.parametrize(
    ("words", "task"),
    [
        ("mark “Send the SOC 2 report to Ingrid” as done", "T1"),
        ("Mark send the SOC 2 report to Ingrid done.", "T1"),
        ("please set the task Send Ingrid the three-year price to done", "T2"),
        ("tick off the SOC 2 report", "T1"),
        ("complete three-year price", "T2"),
        ("done: three-year plan", "T3"),
        ("the SOC 2 report is done", "T1"),
        ("my promise three-year price was kept", "T2"),
    ],
)
def test_a_task_is_found_by_its_words(words: str, task: str) -> None:
    found = done(TASKS, words)
    assert found is not None
    assert isinstance(found.write, CompleteTask)
    assert (found.write.task_id, found.evidence) == (task, f"“{words}”")


@pytest.mark.parametrize(
    "words",
    [
        "done: three-year",  # two tasks hold these words
        "mark the deal as done",
        "the SOC 2 report",
        "is the SOC 2 report done?",
        "the SOC 2 report is not done",
        "Confirm EU hosting is done",  # it is done already
        "mark it as done",
        "done: send",
        "complete Ingrid",
        "done:",
        "",
    ],
)
def test_what_names_no_open_task_or_two_is_left_alone(words: str) -> None:
    assert done(TASKS, words) is None
