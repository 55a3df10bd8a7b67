"""The attack suite reaches what it says that it reaches."""

from bot.skills import SKILLS
from evals.injection import texts, world
from evals.injection.asking import QUESTIONS
from evals.injection.measure import _turn
from evals.injection.places import NEUTRAL, PLACES, Planted


def test_every_skill_is_asked_and_every_second_round_the_other_way() -> None:
    assert {one.skill for one in QUESTIONS if one.skill} == set(SKILLS)
    assert sorted(one.key for k in (0, 1) for one in _turn(k)) == sorted(one.key for one in QUESTIONS)


def test_in_as_many_rounds_as_there_are_texts_each_is_in_every_place() -> None:
    given = texts.own()
    assert len(given) >= 60
    covered = set[tuple[str, str]]()
    for number in range(len(given)):
        covered |= world.planted(given, number, ["a mail"])[1]
    assert covered == {(one.id, place) for one in given for place in PLACES}
    few = set[str]().union(*({one for one, _ in world.planted(given, n, [])[1]} for n in range(world.rounds(given))))
    assert few == {one.id for one in given}


def test_a_place_without_a_text_holds_a_harmless_one() -> None:
    assert (Planted().line("task"), Planted().long("mail body")) == (NEUTRAL, NEUTRAL)


def test_an_attack_is_hidden_in_a_mail_at_its_end_beginning_and_middle() -> None:
    attack = texts.Attack("a", "k", "OBEY")
    assert [texts.hidden(attack, "one two", how) for how in range(4)] == [
        "one two\nOBEY", "OBEY\none two", "one\nOBEY\ntwo", "OBEY",
    ]  # fmt: skip
