"""Whose account is meant by a person's name alone: without the title in the CRM, and asked back where two are called so."""

from pathlib import Path

import pytest

from bot.crm.records import Account, Contact
from bot.errors import Ambiguous, NotFound
from bot.router import Routed
from bot.skills.named import people_in
from bot.skills.view import gather
from bot.targets import Targets
from tests.small_crm import SELLER, context, reader

MORE = (
    Account(id="b1", name="O'Brien Stores", owner_id="u1"),
    Account(id="b2", name="Delta Foundry", country="Ireland", owner_id="u1"),
    Account(id="b3", name="Delta Foundry", country="Canada", owner_id="u1"),
    Contact(id="k1", account_id="b1", name="Dr. Anneliese Vogt"),
    Contact(id="k2", account_id="b1", name="Siobhán O'Brien"),
    Contact(id="k3", account_id="b2", name="Chris Ward"),
    Contact(id="k4", account_id="b3", name="Chris Ward"),
)


@pytest.mark.parametrize("name", ["Anneliese Vogt", "Dr. Anneliese Vogt", "Dr Vogt, Anneliese Vogt"])
def test_a_title_in_the_crm_need_not_be_said(tmp_path: Path, name: str) -> None:
    found = Targets(reader(tmp_path, *MORE)).pick(f"draft to {name}", Routed("draft", ""), SELLER, None)
    assert found and found.id == "b1"


def test_two_people_of_one_name_are_asked_about_unless_the_thread_tells(tmp_path: Path) -> None:
    targets = Targets(reader(tmp_path, *MORE))
    with pytest.raises(Ambiguous, match="Chris Ward is at several accounts; which one do you mean") as asked:
        targets.pick("draft to Chris Ward", Routed("draft", ""), SELLER, None)
    assert list(asked.value.candidates) == [
        "Delta Foundry (Ireland, Sam Seller, b2)", "Delta Foundry (Canada, Sam Seller, b3)",
    ]  # fmt: skip
    found = targets.pick("draft to Chris Ward", Routed("draft", ""), SELLER, "b3")
    assert found and found.id == "b3"


def test_the_company_after_at_is_nobody_of_that_name(tmp_path: Path) -> None:
    crm = reader(tmp_path, *MORE)
    account = crm.account("b1")
    assert account
    view = gather(context(crm), account)
    assert [c.id for c in people_in(view, "Anneliese Vogt at O'Brien").everybody()] == ["k1"]
    assert [c.id for c in people_in(view, "Siobhán O'Brien at O'Brien").everybody()] == ["k2"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("write to anneliese about the offer", "b1"),
        ("what did Vogt say about security?", "b1"),
        ("Anneliese said they wait for legal", "b1"),
        ("Anneliese the task as done", None),
        ("is the vogt report ready", None),
        ("write to sam about the offer", None),
        ("write to ward", "b3"),
    ],
)
def test_a_part_of_a_name_is_enough_where_only_one_is_called_so(tmp_path: Path, words: str, found: str | None) -> None:
    thread = "b3" if words.endswith("ward") else None
    picked = Targets(reader(tmp_path, *MORE)).pick(words, Routed("ask", ""), SELLER, thread)
    assert (picked.id if picked else None) == found


def test_a_part_of_a_name_that_several_bear_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(Ambiguous, match="Chris is at several accounts"):
        Targets(reader(tmp_path, *MORE)).pick("write to Chris", Routed("draft", ""), SELLER, None)


def test_a_company_that_the_crm_does_not_have_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no account called “Unknownco”"):
        Targets(reader(tmp_path, *MORE)).pick("draft a note to Nobody at Unknownco", Routed("draft", ""), SELLER, None)


def test_who_begins_a_sentence_is_somebody_by_what_they_did_or_did_not(tmp_path: Path) -> None:
    targets = Targets(reader(tmp_path, *MORE))
    assert targets.names_person("Anneliese hasn't replied, write something")
    assert targets.names_person("Anneliese didn’t call")
    assert not targets.names_person("Anneliese street number")
