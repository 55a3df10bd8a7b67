"""A name resolves to one record, or is asked about."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.crm.match import Match, find, mentions, nearest, options
from bot.errors import Ambiguous, NotFound

ACCOUNTS = [
    ("A1", "Northwick Dairy"),
    ("A2", "Brightwell Ltd"),
    ("A3", "Café Müller GmbH"),
    ("A4", "Halden Foods"),
    ("A5", "Halden Freight"),
    ("A6", "Johnson & Sons"),
    ("A7", "שלום תוכנה"),
    ("A8", "株式会社青空"),
    ("A9", "Green Valley Farms"),
    ("A10", "O'Neill Marine AB"),
]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Northwick Dairy", Match("A1", "Northwick Dairy", "exact")),
        ("  northwick DAIRY ", Match("A1", "Northwick Dairy", "exact")),
        ("A2", Match("A2", "Brightwell Ltd", "exact")),
        ("Brightwell", Match("A2", "Brightwell Ltd", "exact")),
        ("Brightwell, Inc.", Match("A2", "Brightwell Ltd", "exact")),
        ("cafe muller", Match("A3", "Café Müller GmbH", "exact")),
        ("Johnson and Sons", Match("A6", "Johnson & Sons", "exact")),
        ("ONeill Marine", Match("A10", "O'Neill Marine AB", "exact")),
        ("Northwick", Match("A1", "Northwick Dairy", "part")),
        ("dairy", Match("A1", "Northwick Dairy", "part")),
        ("Halden Fr", Match("A5", "Halden Freight", "part")),
        ("שלום", Match("A7", "שלום תוכנה", "part")),
        ("Nortwick Diary", Match("A1", "Northwick Dairy", "typo")),
        ("Nortwick", Match("A1", "Northwick Dairy", "typo")),
        ("Cafe Mueller", Match("A3", "Café Müller GmbH", "typo")),
        ("Brihgtwell", Match("A2", "Brightwell Ltd", "typo")),
    ],
)
def test_a_name_finds_its_record(name: str, expected: Match) -> None:
    assert find(name, ACCOUNTS) == expected


def test_several_fits_are_asked_about_with_what_tells_them_apart() -> None:
    country = {"A4": "Norway, Ana Rey", "A5": "Sweden, Ben Cole"}
    with pytest.raises(Ambiguous) as caught:
        find("Halden", ACCOUNTS, detail=lambda key: country[key])
    assert caught.value.candidates == ("Halden Foods (Norway, Ana Rey)", "Halden Freight (Sweden, Ben Cole)")
    expected = (
        "Several accounts fit “Halden”: Halden Foods (Norway, Ana Rey); Halden Freight (Sweden, Ben Cole). Which one?"
    )
    assert str(caught.value) == expected


def test_two_records_of_one_name_are_told_apart_by_id_at_the_least() -> None:
    with pytest.raises(Ambiguous) as caught:
        find("acme", [("1", "Acme Inc"), ("2", "Acme Inc")])
    assert caught.value.candidates == ("Acme Inc [1]", "Acme Inc [2]")


def test_the_written_legal_form_decides_between_two() -> None:
    assert find("Acme GmbH", [("1", "Acme Inc"), ("2", "ACME GmbH")]).id == "2"


def test_a_typo_between_two_is_asked_about() -> None:
    with pytest.raises(Ambiguous) as caught:
        find("Marlan", [("1", "Marlin"), ("2", "Marlon")])
    assert sorted(caught.value.candidates) == ["Marlin", "Marlon"]


@pytest.mark.parametrize("name", ["Zyxo Quarry", "xx", "", "   ", "🙂"])
def test_an_unknown_name_names_the_nearest_five(name: str) -> None:
    with pytest.raises(NotFound) as caught:
        find(name, ACCOUNTS)
    assert len(set(caught.value.candidates)) == 5


def test_an_empty_crm_says_so() -> None:
    with pytest.raises(NotFound, match="There is no account called “Acme”; there is no account yet"):
        find("Acme", [])


def test_the_nearest_name_comes_first() -> None:
    assert nearest("Haldn Fods", ACCOUNTS)[0] == "Halden Foods"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("where do we stand with northwick?", [("northwick", ("A1",), False)]),
        ("Northwick Dairy\u2019s renewal", [("Northwick Dairy", ("A1",), True)]),
        ("brief me on BRIGHTWELL's CFO 🙂", [("BRIGHTWELL", ("A2",), True)]),
        ("call Halden tomorrow", [("Halden", ("A4", "A5"), False)]),
        ("Halden Foods, not Halden Freight", [("Halden Foods", ("A4",), True), ("Halden Freight", ("A5",), True)]),
        ("is the deal green?", []),
        ("green valley looks good", [("green valley", ("A9",), False)]),
        ("Compare café müller and Northwick", [("café müller", ("A3",), True), ("Northwick", ("A1",), False)]),
        ("מה קורה עם שלום תוכנה", [("שלום תוכנה", ("A7",), True)]),
        ("brief on 株式会社青空の商談", [("株式会社青空の商談", ("A8",), True)]),
        ("how is Johnson & Sons doing", [("Johnson & Sons", ("A6",), True)]),
        (
            "O'Neill Marine/Brightwell: which first?",
            [("O'Neill Marine", ("A10",), True), ("Brightwell", ("A2",), True)],
        ),
        ("", []),
    ],
)
def test_mentions_in_a_sentence(text: str, expected: list[tuple[str, tuple[str, ...], bool]]) -> None:
    assert [tuple(mention) for mention in mentions(text, ACCOUNTS)] == expected


def test_a_person_is_mentioned_by_any_name() -> None:
    people = [("C1", "Mira Holt"), ("C2", "Jon Holt"), ("C3", "Will Young")]
    found = mentions("Jon Holt said Mira will call Young", people, people=True)
    assert [(mention.text, mention.ids) for mention in found] == [
        ("Jon Holt", ("C2",)),
        ("Mira", ("C1",)),
        ("Young", ("C3",)),
    ]


@example(["`\xa0"])
@given(st.lists(st.text(min_size=1, max_size=30).filter(lambda name: name.strip()), min_size=1, unique=True))
def test_every_record_is_found_or_asked_about_by_its_own_name(names: list[str]) -> None:
    candidates = [(f"id-{number}", name) for number, name in enumerate(names)]
    for key, name in candidates:
        assert key in [fit.id for fit in options(name, candidates)]


def test_words_run_together_may_leave_out_an_and_before_them() -> None:
    assert mentions("call andersvale today", [("a", "And Anders Vale"), ("b", "Bord")])[0].ids == ("a",)
