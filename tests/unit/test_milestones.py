"""The steps of a plan as a playbook page has them, and what of an internal page may reach a customer."""

import pytest

from bot.skills.milestones import kind_of, read_steps, usual

TABLE = """# Success plan

Onboarding takes 4 weeks.

| what | who | by |
|---|---|---|
| pilot finished | both | 2026-11-02 |
| ask Dana for 18 % discount | us | 2026-11-04 |
| security review | them | 2026-11-16 |
| signature | them | 2026-11-30 |
| kick-off | both | 2026-12-07 |
"""


def test_gaps_of_a_table_become_working_days_and_the_end_is_added() -> None:
    steps = read_steps(TABLE, quotable=False)
    assert [(step.name, step.takes, step.internal) for step in steps] == [
        ("Evaluation complete", 10, False),
        ("ask Dana for 18 % discount", 2, True),
        ("Security review complete", 8, False),
        ("Contract signed", 10, False),
        ("Kick-off", 5, False),
        ("Data and configuration ready", 12, False),
        ("Users trained", 4, False),
        ("Go-live", 4, False),
    ]


def test_a_page_for_customers_keeps_its_own_words() -> None:
    assert [(step.name, step.internal) for step in read_steps(TABLE, quotable=True)][:2] == [
        ("pilot finished", False),
        ("ask Dana for 18 % discount", False),
    ]


@pytest.mark.parametrize(
    ("cells", "takes"),
    [
        (("2 weeks", "10 working days", "1 week"), [10, 10, 5]),
        (("T-42", "T-28", "T-14"), [10, 10, 10]),
        (("8 weeks before go-live", "6 weeks before go-live", "3 weeks before go-live"), [10, 10, 15]),
    ],
)
def test_durations_and_days_before_the_end_are_read(cells: tuple[str, str, str], takes: list[int]) -> None:
    names = ("Legal review", "Signature", "Kick-off")
    rows = "\n".join(f"| {name} | {cell} |" for name, cell in zip(names, cells, strict=True))
    steps = read_steps(f"| step | when |\n|---|---|\n{rows}\n", quotable=False)
    assert [step.takes for step in steps[:3]] == takes


def test_a_table_that_is_no_plan_is_none() -> None:
    assert read_steps("| stage | days |\n|---|---|\n| Proposal | 16 |\n| Signature | 3 |\n", quotable=False) == []
    assert read_steps("No table here.", quotable=False) == []


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("signature", "signature"), ("the kick-off", "kickoff"), ("go live", "golive"), ("security review", "security"),
        ("legal", "legal"), ("data migration", "data"), ("training of the users", "training"), ("lunch", None),
    ],
)  # fmt: skip
def test_what_people_call_a_milestone(words: str, key: str | None) -> None:
    kind = kind_of(words)
    assert (kind.key if kind else None) == key


def test_the_usual_chain_is_the_fields() -> None:
    assert [step.key for step in usual().steps] == [
        "evaluation", "review", "commercial", "signature", "kickoff", "data", "training", "golive",
    ]  # fmt: skip
