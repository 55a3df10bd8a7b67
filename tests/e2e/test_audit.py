"""`seller audit` as people meet it."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Seller

NOW = ("--now", "2026-11-16T09:00:00Z")
ADMIN = ("--as", "sam.ito@fernhollow.example")
MAYA = ("--as", "maya.lindqvist@fernhollow.example")


@pytest.fixture
def talked(sample_home: Path, seller: Seller) -> Path:
    """A home in which a seller and an admin asked, and the seller had something written."""
    proposal = json.loads(seller("ask", "log a note at Northwick: they want references", *MAYA, "--json", *NOW).out)[
        "proposals"
    ][0]
    assert seller("proposals", "approve", proposal, *MAYA, *NOW).code == 0
    assert seller("ask", "brief me on Pellworm", *ADMIN, *NOW).code == 0
    return sample_home


def told(seller: Seller, *words: str) -> list[tuple[str, str]]:
    return [(line["actor"], line["verb"]) for line in json.loads(seller("audit", "--json", *words).out)]


@pytest.mark.usefixtures("talked")
def test_a_write_can_be_followed_from_the_question_to_the_receipt(seller: Seller) -> None:
    lines = json.loads(seller("audit", "--person", "Maya", "--json", *ADMIN).out)
    assert [(line["actor"], line["verb"]) for line in lines] == [
        ("u-maya", "propose"), ("u-maya", "answered"), ("u-maya", "approve"), ("assistant", "applied"),
    ]  # fmt: skip
    assert len({line["proposal"] for line in lines}) == 1
    assert lines[0]["detail"]["writes"][0]["kind"] == "log_activity"
    assert lines[3]["detail"]["receipt"]["record"] == "activity"
    shown = seller("audit", "--proposal", lines[0]["proposal"].lower(), *ADMIN).out
    verbs = ("propose", "answered", "approve", "applied")
    assert [[verb for verb in verbs if f" {verb} " in f"{line} "] for line in shown.splitlines()] == [
        [verb] for verb in verbs
    ]


@pytest.mark.usefixtures("talked")
def test_an_admin_sees_all_and_others_their_own(seller: Seller) -> None:
    assert {actor for actor, _ in told(seller, *ADMIN)} == {"u-maya", "u-sam", "assistant"}
    assert {actor for actor, _ in told(seller, *MAYA)} == {"u-maya", "assistant"}
    for other in ("Sam", "assistant"):
        ran = seller("audit", "--person", other, *MAYA)
        assert (ran.code, ran.err) == (2, "You see your own lines of the audit trail; an admin sees those of others.\n")


@pytest.mark.usefixtures("talked")
def test_each_time_says_its_zone(seller: Seller) -> None:
    assert re.match(r" +\d+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d CET  ", seller("audit", "--last", "1", *MAYA).out)
    assert " PST  " in seller("audit", "--last", "1", *ADMIN).out


@pytest.mark.usefixtures("talked")
def test_more_lines_than_can_be_are_wrong_usage(seller: Seller) -> None:
    assert seller("audit", "--last", str(10**20), *ADMIN).code == 2


@pytest.mark.usefixtures("talked")
def test_an_export_by_an_admin_leaves_a_line(seller: Seller) -> None:
    told(seller, *ADMIN)
    assert told(seller, "--verb", "exported", *ADMIN) == [("u-sam", "exported")]


@pytest.mark.usefixtures("talked")
def test_days_and_numbers_narrow_the_lines(seller: Seller) -> None:
    every = told(seller, *ADMIN)
    assert told(seller, "--since", "2026-11-16", "--until", "2026-11-16", "--verb", "answered", *ADMIN) == [
        one for one in every if one[1] == "answered"
    ]
    assert told(seller, "--since", "2026-11-17", "--verb", "answered", *ADMIN) == []
    assert (
        seller("audit", "--since", "2026-11-17", "--verb", "answered", *ADMIN).out
        == "No line of the audit trail fits.\n"
    )
    ran = seller("audit", "--since", "whenever", *ADMIN)
    assert (ran.code, ran.err) == (2, '--since "whenever" is no day; write it like 2026-11-01 or “Monday”.\n')


def test_an_empty_trail_says_that_it_is_empty(seller: Seller) -> None:
    empty = "Nothing is in the audit trail yet; the first answer, decision or import adds a line.\n"
    assert seller("audit").out == seller("audit", "--verb", "erase").out == empty


def falsify(home: Path, *statements: str) -> None:
    connection = sqlite3.connect(home / "seller.db")
    for statement in (*(f"DROP TRIGGER {name}" for name in ("audit_fixed", "audit_keep", "audit_detail")), *statements):
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_falsified_line_is_named(talked: Path, seller: Seller) -> None:
    ran = seller("audit", "verify")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "The audit trail is whole: 5 lines.")
    falsify(talked, "UPDATE audit SET actor = 'u-sam' WHERE id = 3")
    ran = seller("audit", "verify", "--json")
    found = json.loads(ran.out)
    assert (ran.code, found["whole"], found["faults"]) == (
        1,
        False,
        [{"line": 3, "kind": "changed", "says": "Line 3 was changed."}],
    )


@pytest.mark.parametrize(
    ("detail", "code", "says"),
    [
        ('{"read": {"a": 5}}', 0, ""),
        (
            "{broken",
            1,
            "A line of the audit trail cannot be read, so it was changed; `seller audit verify` names it.\n",
        ),
    ],
)
def test_the_lines_are_shown_where_a_detail_was_falsified(
    detail: str, code: int, says: str, talked: Path, seller: Seller
) -> None:
    with sqlite3.connect(talked / "seller.db") as connection:
        connection.execute("DROP TRIGGER audit_detail")
        connection.execute("UPDATE audit SET detail = ? WHERE verb = 'answered'", (detail,))
    ran = seller("audit", *ADMIN)
    assert (ran.code, ran.err) == (code, says)


def test_an_end_that_was_cut_off_together_with_the_head_is_known_from_the_home(talked: Path, seller: Seller) -> None:
    head = seller("audit", "verify").out.split()[-1]
    falsify(
        talked,
        "DELETE FROM audit WHERE id > 3",
        "UPDATE audit_head SET last = 3, hash = (SELECT hash FROM audit WHERE id = 3)",
    )
    said = "The trail ends with line 3, but {} it had line 5: lines are missing, or an older backup was restored."
    ran = seller("audit", "verify")
    assert (ran.code, ran.err) == (1, f"{said.format('when it was last found whole')}\n")
    (talked / "audit.head").unlink()
    assert seller("audit", "verify").code == 0
    ran = seller("audit", "verify", "--head", head)
    assert (ran.code, ran.err) == (1, f"{said.format('when that head was noted')}\n")


@pytest.mark.usefixtures("talked")
def test_what_is_no_head_is_said(seller: Seller) -> None:
    ran = seller("audit", "verify", "--head", "5")
    assert (ran.code, ran.err) == (
        2,
        "--head is no head; write it as `seller audit verify` printed it, like 128:9f3c….\n",
    )


def test_a_damaged_note_of_the_head_is_said(talked: Path, seller: Seller) -> None:
    (talked / "audit.head").write_text("{")
    ran = seller("audit", "verify")
    assert (ran.code, ran.err.startswith(f"{talked / 'audit.head'} cannot be read (")) == (1, True)


@pytest.mark.usefixtures("talked")
def test_after_an_erasure_the_trail_is_whole_and_names_nobody(seller: Seller) -> None:
    seller("ask", "brief me on Northwick Dairy", *MAYA, *NOW)
    assert "c-ingrid-solheim" in seller("audit", "--json", *ADMIN).out
    assert seller("erase", "Ingrid Solheim", "--yes", *ADMIN, *NOW).code == 0
    printed = seller("audit", "--json", *ADMIN).out
    assert ("c-ingrid-solheim" in printed, "Ingrid" in printed) == (False, False)
    ran = seller("audit", "verify")
    assert (ran.code, ran.out.splitlines()[0].endswith("redacted by an erasure or a purge.")) == (0, True)
