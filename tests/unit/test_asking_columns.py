"""What a question asks to see of each record, read without any CRM."""

import pytest

from bot.skills.asking.arguments import Accounts, Arguments, Contacts, Deals
from bot.skills.asking.columns import OF_KIND, WORDS, take_columns
from bot.skills.asking.words import Text


@pytest.mark.parametrize(
    ("question", "kind", "columns", "left"),
    [
        ("deals I lost, with the reason", Deals, ("loss reason",), "deals I lost |"),
        ("champions with their phone numbers and titles", Contacts, ("phone", "title"), "champions |"),
        ("customers, and what are their renewal dates?", Accounts, ("renewal date",), "customers | ?"),
        ("what are the next steps of my deals", Deals, ("next step",), "| my deals"),
        ("show my deals with competitor and next step", Deals, ("competitor", "next step"), "show my deals |"),
        ("deals with a next step", Deals, (), "deals with a next step"),
        ("deals with competitor Odalisk", Deals, (), "deals with competitor Odalisk"),
        ("people with their phone number on paper", Contacts, (), "people with their phone number on paper"),
    ],
)
def test_what_is_to_be_shown(question: str, kind: type[Arguments], columns: tuple[str, ...], left: str) -> None:
    text = Text(question)
    assert take_columns(text, kind) == columns
    assert " ".join(text.left.split()) == left


def test_every_column_of_a_kind_has_words() -> None:
    assert {name for names in OF_KIND.values() for name in names} == set(WORDS)
