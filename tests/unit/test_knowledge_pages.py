"""Front matter, overrides, status over time, and who may read what."""

from datetime import date, timedelta
from typing import Any

import pytest

from knowledge.curation import find
from knowledge.documents import Document, Scope, Status
from knowledge.errors import NotReadable
from knowledge.loaders import load
from knowledge.pages import Overrides, document_id, to_document
from knowledge.registry import door, partition_of

TODAY = date(2026, 6, 30)


def accounts(written: str) -> str:
    if written != "Acme":
        raise LookupError(f'there is no account "{written}"; did you mean Acme')
    return "acc-1"


def page(front: str, body: str = "Text.", **said: Any) -> Document:
    overrides = Overrides(**said).given()
    return to_document("/kb/page.md", load("page.md", f"---\n{front}\n---\n{body}".encode()), overrides, accounts)


def test_front_matter_becomes_the_document() -> None:
    front = (
        "title: Price objections\nkind: note\naccount: Acme\nteams: [emea, smb]\naudience: internal\nowner: dana\n"
        "author: bo\ndate: 2026-01-02\nverified: 2026-02-03\nverifier: cy\ninterval_days: 30\nsupersedes: old.md"
    )
    assert page(front) == Document(
        id=document_id("/kb/page.md"),
        uri="/kb/page.md",
        title="Price objections",
        kind="note",
        account="acc-1",
        teams=frozenset({"emea", "smb"}),
        owner="dana",
        author="bo",
        date=date(2026, 1, 2),
        verified=date(2026, 2, 3),
        verifier="cy",
        interval_days=30,
        supersedes="old.md",
    )


def test_overrides_win_over_front_matter() -> None:
    found = page("account: Acme\naudience: internal", account="acc-9", audience="customer", teams=frozenset({"smb"}))
    assert (found.account, found.audience, found.teams, found.kind) == ("acc-9", "customer", frozenset({"smb"}), "note")


@pytest.mark.parametrize(
    ("front", "body", "title"),
    [("title: A", "# B", "A"), ("owner: x", "# B\n# C", "B"), ("owner: x", "Text.", "page")],
)
def test_the_title_is_front_matter_then_heading_then_file_name(front: str, body: str, title: str) -> None:
    assert page(front, body).title == title


@pytest.mark.parametrize(
    ("front", "line", "why"),
    [
        ("owner: x\naudience: costumer", 3, 'audience "costumer" is not one of internal, customer'),
        ("kind: guide", 2, 'kind "guide" is not one of playbook, note, transcript'),
        ("verified: soon", 2, 'verified "soon" is not a date such as 2026-01-31'),
        ("interval_days: many", 2, 'interval_days "many" is not a number of days'),
        ("owner: x\nverified: 2026-02-31", 3, 'verified "2026-02-31" is not a date such as 2026-01-31'),
        ("owner: x\ntitle: {a: b}", 3, "title is neither a text nor a plain list of texts"),
        ("teams: {legal: yes}", 2, "teams is neither a text nor a plain list of texts"),
        (
            "owner: &x y\nauthor: *x",
            3,
            "the front matter between the --- lines repeats a value by an alias, such as *name; write it out",
        ),
        ("owner: [x", 2, "the front matter between the --- lines is not valid YAML"),
        ("title: " + "[" * 5000, 2, "the front matter holds a value that cannot be read"),
        ("account: Acne", 2, 'there is no account "Acne"; did you mean Acme'),
    ],
)
def test_a_wrong_field_names_its_line(front: str, line: int, why: str) -> None:
    with pytest.raises(NotReadable) as caught:
        page(front)
    assert (str(caught.value), caught.value.line) == (why, line)


def test_front_matter_below_blank_lines_counts() -> None:
    parsed = load("page.md", b"\n\n---\nteams: [legal]\nverified: 2026-01-31 10:00:00\n---\nText.")
    found = to_document("/kb/page.md", parsed, {}, accounts)
    assert (found.teams, found.verified, parsed.sections[0].units[0].first) == ({"legal"}, date(2026, 1, 31), 7)


def test_front_matter_that_is_not_closed_does_not_open_a_page_to_everybody() -> None:
    with pytest.raises(NotReadable) as caught:
        load("page.md", b"---\nteams: [legal]\n\nFor legal only.")
    assert (str(caught.value), caught.value.line) == ("the front matter is not closed; put a line of --- after it", 1)


def test_a_page_may_open_with_a_rule() -> None:
    assert load("page.md", b"---\n\nText below a rule.").sections[0].units[-1].text == "Text below a rule."


@pytest.mark.parametrize(
    ("days_ago", "status"),
    [
        (-400, "unverified"),
        (-1, "verified"),
        (0, "verified"),
        (76, "verified"),
        (77, "due"),
        (90, "due"),
        (91, "expired"),
    ],
)
def test_a_verified_page_falls_due_and_expires(days_ago: int, status: Status) -> None:
    found = Document("1", "u", "t", verified=TODAY - timedelta(days=days_ago))
    assert (found.status_on(TODAY), found.age_on(TODAY)) == (status, days_ago)


@pytest.mark.parametrize(
    ("front", "status"),
    [
        ("owner: x", "unverified"),
        ("status: draft\nverified: 2026-06-30", "draft"),
        ("status: archived", "archived"),
        ("status: verified", "due"),
        ("status: verified\ndate: 2026-06-01", "verified"),
    ],
)
def test_the_page_s_own_word_counts(front: str, status: Status) -> None:
    assert page(front).status_on(TODAY) == status


INSIDE = Scope.shared()
ACME = Scope.account("acc-1")
TEAM = Scope.account("acc-1", teams={"smb"})
CUSTOMER = Scope.account("acc-1", teams={"smb"}, audience="customer")


@pytest.mark.parametrize(
    ("fields", "partition", "readers"),
    [
        ({}, "internal", [INSIDE, ACME, TEAM]),
        ({"audience": "customer"}, "quotable", [INSIDE, ACME, TEAM, CUSTOMER]),
        ({"audience": "customer", "status": "draft"}, "archived", [INSIDE, ACME, TEAM]),
        ({"account": "acc-1"}, "scoped", [ACME, TEAM]),
        ({"account": "acc-2"}, "scoped", []),
        ({"teams": frozenset({"smb", "emea"})}, "scoped", [TEAM]),
        ({"teams": frozenset({"emea"})}, "scoped", []),
        ({"account": "acc-1", "teams": frozenset({"smb"})}, "scoped", [TEAM]),
        ({"account": "acc-1", "audience": "customer"}, "scoped", [ACME, TEAM, CUSTOMER]),
        ({"status": "archived"}, "archived", [INSIDE, ACME, TEAM]),
    ],
)
def test_who_may_read_what(fields: dict[str, Any], partition: str, readers: list[Scope]) -> None:
    document = Document("1", "u", "t", **fields)
    assert partition_of(document) == partition
    assert [scope for scope in (INSIDE, ACME, TEAM, CUSTOMER) if scope.admits(document)] == readers


def test_doors_differ_wherever_rights_differ() -> None:
    kinds: list[dict[str, Any]] = [{}, {"account": "a"}, {"teams": frozenset({"a"})}, {"audience": "customer"}]
    assert len({door(Document("1", "u", "t", **fields)) for fields in kinds}) == 4


@pytest.mark.parametrize("written", ["Do we have a holiday policy?", "do we have a holiday policy", " HOLIDAY "])
def test_a_question_that_became_a_page_is_found_with_its_mark_and_without(written: str) -> None:
    page = Document("1", "kb:holiday.md", "Do we have a holiday policy")
    assert find(written, [page, Document("2", "kb:other.md", "Travel")]) == page
