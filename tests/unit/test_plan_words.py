"""Words on a plan: which day, which step, which change, and what is asked back."""

from collections.abc import Sequence
from datetime import date

import pytest

from bot.errors import Ambiguous, BotError
from bot.skills.milestones import usual
from bot.skills.plan_words import Before, Plan, changed, day_in, goes_on, step_named, wants_amount

TODAY = date(2026, 11, 16)
BEFORE = Before("Northwick - Plan", date(2027, 4, 1), [("Kick-off", date(2027, 3, 1))], ["Users trained"])
FIXED = {"kickoff": date(2027, 3, 1)}


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("make a plan for Northwick, go-live 1 March", "2027-03-01"),
        ("signed by Friday, go-live on 15 April", "2027-04-15"),
        ("a plan to be live by 2027-02-26", "2027-02-26"),
        ("work back from the 1 March go-live", "2027-03-01"),
        ("go-live 25/12/2026", "2026-12-25"),
        ("go-live in March (2027-03-31)", "2027-03-31"),
        ("make a plan for Northwick", None),
    ],
)
def test_the_go_live_that_words_name(words: str, day: str | None) -> None:
    found = day_in(words, TODAY)
    assert (found.isoformat() if found else None) == day


@pytest.mark.parametrize(
    ("words", "days"),
    [("go-live in March", ("2027-03-01", "2027-03-31")), ("go-live 3/1/2027", ("2027-01-03", "2027-03-01"))],
)
def test_a_day_of_two_readings_is_asked_about(words: str, days: Sequence[str]) -> None:
    with pytest.raises(Ambiguous) as asked:
        day_in(words, TODAY)
    assert asked.value.candidates == days


def test_a_day_of_no_calendar_is_refused() -> None:
    with pytest.raises(BotError, match="“31 February” is no day in any calendar"):
        day_in("go-live on 31 February", TODAY)


@pytest.mark.parametrize(
    ("words", "plan"),
    [
        ("move signature to 10 February", Plan(date(2027, 4, 1), {**FIXED, "signature": date(2027, 2, 10)}, ["training"])),
        ("signature on 10 Feb", Plan(date(2027, 4, 1), {**FIXED, "signature": date(2027, 2, 10)}, ["training"])),
        ("push the kick-off by a week", Plan(date(2027, 4, 1), {"kickoff": date(2027, 3, 8)}, ["training"])),
        ("pull the kick-off forward to 22 February", Plan(date(2027, 4, 1), {"kickoff": date(2027, 2, 22)}, ["training"])),
        ("move the security review to 15 January", Plan(date(2027, 4, 1), {**FIXED, "review": date(2027, 1, 15)}, ["training"])),
        ("go-live 15 April", Plan(date(2027, 4, 15), FIXED, ["training"])),
        ("move the go-live two weeks later", Plan(date(2027, 4, 15), FIXED, ["training"])),
        ("30 April", Plan(date(2027, 4, 30), FIXED, ["training"])),
        ("drop the evaluation", Plan(date(2027, 4, 1), FIXED, ["training", "evaluation"])),
        ("the evaluation is done", Plan(date(2027, 4, 1), FIXED, ["training", "evaluation"])),
        ("skip kick-off", Plan(date(2027, 4, 1), {}, ["training", "kickoff"])),
        ("training on 20 March 2027", Plan(date(2027, 4, 1), {**FIXED, "training": date(2027, 3, 20)}, [])),
    ],
)  # fmt: skip
def test_a_change_of_a_plan(words: str, plan: Plan) -> None:
    assert goes_on(words)
    assert changed(BEFORE, words, usual(), TODAY) == plan


@pytest.mark.parametrize(
    "words",
    [
        "move the close date to 10 February", "brief me on Pellworm", "who signs?", "approve", "log that I met Ingrid on Friday",
        "draft a note about the kick-off", "what is the go-live?", "remind me to call on Friday", "set the amount to 90k",
        "make a mutual action plan for Pellworm, go-live 1 March",
    ],
)  # fmt: skip
def test_other_words_do_not_change_a_plan(words: str) -> None:
    assert not goes_on(words)


def test_a_step_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(BotError) as refused:
        step_named(usual().steps[:3], "training")
    assert str(refused.value) == (
        "The plan has no step “training”; its steps are Evaluation complete, Security and legal review complete, Commercial terms agreed."
    )


def test_the_go_live_cannot_be_left_out() -> None:
    with pytest.raises(BotError, match="A plan needs its go-live"):
        changed(BEFORE, "drop the go-live", usual(), TODAY)


def test_an_amount_is_for_the_customer_only_where_it_is_asked_for() -> None:
    assert wants_amount("plan for Northwick with the amount, go-live 1 March")
    assert not wants_amount("plan for Northwick, go-live 1 March")
