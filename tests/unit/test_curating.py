"""Contradictions and duplicates between pages: planted ones are found, look-alikes are left alone."""

import pytest

from bot.curating import contradictions, duplicates
from bot.curating.claims import Said, claims
from bot.curating.contradictions import Contradiction
from knowledge.documents import Chunk, Document

PLANTED = (
    (
        "number",
        "Sellers may grant up to 10 % discount without approval.",
        "A seller may grant up to 15 % discount without asking for approval.",
    ),
    ("number", "The trial lasts 14 days.", "Our trial lasts 30 days and needs no credit card."),
    ("number", "Invoices are due 30 days after receipt.", "Payment terms: invoices are due 45 days after receipt."),
    ("number", "The Pro plan costs $49 per user and month.", "List price of the Pro plan: $59 per user and month."),
    ("number", "A proof of concept runs for two weeks.", "Plan four weeks for a proof of concept."),
    (
        "number",
        "Support answers critical tickets within one hour.",
        "Critical tickets get a first answer from support within four hours.",
    ),
    ("number", "We guarantee 99.9 % uptime.", "Our uptime guarantee is 99.5 %."),
    ("number", "The minimum order is 25 seats.", "Minimum order size is 50 seats."),
    (
        "date",
        "The old price list is valid until 31 December 2026.",
        "The old price list stays valid until 31 March 2027.",
    ),
    ("date", "The partner programme starts on 1 February 2027.", "Our partner programme starts on 1 May 2027."),
    ("date", "Version 3 reaches end of support in June 2027.", "End of support for version 3 is September 2027."),
    ("date", "Forecast calls are held every Monday.", "The forecast call is held every Thursday."),
    (
        "name",
        "Ana Ruiz approves discounts above 20 percent.",
        "Discounts above 20 percent are approved by Bo Lindqvist.",
    ),
    ("name", "Security questionnaires go to Marta Klein.", "Security questionnaires go to Peter Osei."),
    ("name", "Customer data is hosted in Frankfurt.", "Customer data is hosted in Dublin."),
    ("name", "Contracts are stored in Ironclad.", "Signed contracts are stored in SharePoint."),
    ("rule", "Sellers may share the roadmap with customers.", "Sellers must not share the roadmap with customers."),
    (
        "rule",
        "A mutual action plan is required for every deal in stage 3.",
        "A mutual action plan is not required for deals in stage 3.",
    ),
    ("rule", "You must log every call in the CRM.", "You do not need to log every call in the CRM."),
    ("rule", "Always send the price list before the demo.", "Never send the price list before the demo."),
    (
        "rule",
        "Customer logos may be used without written consent.",
        "Customer logos can't be used without written consent.",
    ),
    ("rule", "Refunds are possible within the first month.", "Refunds are not possible in the first month."),
    (
        "rule",
        "The legal team must review every order form.",
        "Order forms don't have to be reviewed by the legal team.",
    ),
)
LOOK_ALIKES = (
    ("The Basic plan costs $19 per user and month.", "The Pro plan costs $49 per user and month."),
    ("Invoices in Germany are due after 30 days.", "Invoices in Brazil are due after 60 days."),
    ("A manager approves discounts up to 10 %.", "The CFO approves discounts above 30 %."),
    ("The trial lasts 14 days.", "A proof of concept lasts 30 days."),
    ("Sellers may grant up to 10 % discount.", "Sellers may grant a discount of up to 10 percent on their own."),
    ("Support answers critical tickets within one hour.", "Support answers normal tickets within one business day."),
    ("We guarantee 99.9 % uptime for the cloud.", "Last year our uptime was 99.97 %."),
    ("Forecast calls are held every Monday.", "Pipeline reviews are held every Thursday."),
    ("The partner programme started on 1 February 2024.", "The referral programme started on 1 May 2025."),
    ("Ana Ruiz approves discounts.", "Bo Lindqvist approves travel costs."),
    ("Customer data is hosted in Frankfurt.", "Customer data is hosted in Frankfurt, Germany."),
    (
        "Sellers must not share the roadmap with prospects.",
        "Product managers may share the roadmap with the design partners under NDA.",
    ),
    ("You must log every call in the CRM.", "You must log every meeting in the CRM on the same day."),
    ("Never send the price list before the demo.", "Always send the agenda before the demo."),
    (
        "A mutual action plan is required for enterprise deals.",
        "A mutual action plan is optional for small business deals.",
    ),
    ("Ask for the budget in the first call.", "Ask for the budget owner in the second call."),
    ("The pilot at the hospital took 6 weeks.", "A pilot takes 4 weeks on average."),
    ("30 days' notice are needed to cancel.", "The contract is renewed for 12 months."),
    ("The legal team must review every order form.", "The legal team must review each order form before signature."),
    ("Discounts above 20 percent go to the deal desk.", "Discounts above 30 percent go to the CFO."),
    ("In 2025 we won 42 % of the deals against Corvex.", "In 2024 we won 35 % of the deals against Corvex."),
    ("Onboarding takes 5 days for up to 50 users.", "Onboarding takes 15 days for more than 500 users."),
)
FALSE_ALARMS = 2
"""what the words alone cannot tell apart: another programme, and another step of the same ladder"""


def page(name: str, title: str, text: str, **more: object) -> tuple[Document, list[Chunk]]:
    document = Document(id=name, uri=f"/kb/{name}.md", title=title, **more)  # type: ignore[arg-type]
    return document, [Chunk(f"{name}-0", name, 0, "lines 1-9", text)]


def found(a: str, b: str, **more: object) -> list[Contradiction]:
    pages = [page("p1", "Selling guide", a), page("p2", "Field handbook", b, **more)]
    return contradictions.find([said for document, chunks in pages for said in claims(document, chunks)])


@pytest.mark.parametrize(("what", "a", "b"), PLANTED)
def test_a_planted_contradiction_is_found_and_named(what: str, a: str, b: str) -> None:
    assert [(one.what, {one.a.text, one.b.text}) for one in found(a, b)] == [(what, {a, b})]


def test_look_alikes_are_left_alone() -> None:
    alarms = [(a, b) for a, b in LOOK_ALIKES if found(a, b)]
    assert len(alarms) <= FALSE_ALARMS, alarms


def test_planted_contradictions_are_found_among_many_sentences() -> None:
    first = "\n".join([a for _, a, _ in PLANTED] + [a for a, _ in LOOK_ALIKES])
    second = "\n".join([b for _, _, b in PLANTED] + [b for _, b in LOOK_ALIKES])
    pairs = {frozenset((one.a.text, one.b.text)) for one in found(first, second)}
    wanted = {frozenset((a, b)) for _, a, b in PLANTED}
    assert len(wanted & pairs) >= len(wanted) - 1


def test_what_differs_is_said() -> None:
    (one,) = found("The trial lasts 14 days.", "The trial lasts 30 days.")
    assert (one.what, one.differs) == ("number", "14 days / 30 days")


def test_pages_for_two_regions_or_products_may_differ() -> None:
    a, b = page("p1", "Terms", "Invoices are due after 30 days.", region="DACH"), "Invoices are due after 60 days."
    other = page("p2", "Terms", b, region="LATAM")
    assert contradictions.find([said for document, chunks in (a, other) for said in claims(document, chunks)]) == []


def test_a_cell_is_held_against_the_same_row_and_column_alone() -> None:
    prices = "| Plan | Price per year |\n|---|---|\n| Basic | $10,000 |\n| Pro | $20,000 |\n"
    (one,) = found(prices, prices.replace("$20,000", "$25,000"))
    assert (one.what, one.differs) == ("number", "$20,000 / $25,000")


def test_a_cell_is_about_its_row_and_column_whatever_stands_in_it() -> None:
    a = "| measure | value | kept |\n|---|---|---|\n| RTO | 4 hours | 35 days |\n"
    (one,) = found(a, "| measure | value | kept |\n|---|---|---|\n| RTO | 8 hours | 35 days |\n")
    assert (one.what, one.differs) == ("number", "4 hours / 8 hours")
    who = "| discount | who decides |\n|---|---|\n| over 20 % to 30 % | {} |\n"
    (other,) = found(who.format("VP Sales"), who.format("CFO"))
    assert (other.what, other.differs) == ("name", "sales, vp / cfo")


def test_tables_alike_that_mostly_differ_are_about_two_things() -> None:
    prices = "| discount | price per year |\n|---|---|\n| 10 % | ${} |\n| 15 % | ${} |\n| 20 % | ${} |\n"
    assert found(prices.format("54,000", "51,000", "48,000"), prices.format("32,400", "30,600", "28,800")) == []
    (one,) = found(prices.format("54,000", "51,000", "48,000"), prices.format("54,000", "51,000", "47,000"))
    assert one.differs == "$48,000 / $47,000"


@pytest.mark.parametrize(
    ("cells", "words", "differs"),
    [
        ("| Dock | $36,000 |", "The price per year of Dock is $39,000.", ["$36,000 / $39,000"]),
        ("| Dock | $36,000 |", "The floor price per year of Dock is $30,000.", []),
        ("| Dock | $36,000 |", "The price per year of Dock is $36,000.", []),
    ],
)  # fmt: skip
def test_a_sentence_is_held_against_the_cell_it_speaks_of(cells: str, words: str, differs: list[str]) -> None:
    table = f"| product | price per year |\n|---|---|\n{cells}\n"
    assert [one.differs for one in found(table, words)] == differs


def test_one_thing_said_otherwise_is_enough_where_all_else_is_the_same() -> None:
    (date,) = found("August and December are lost to planning.", "July and December are lost to planning.")
    assert (date.what, date.differs) == ("date", "August / July")
    (number,) = found("Send 5 notes in 21 days to a buyer.", "Send 5 notes in 14 days to a buyer.")
    assert (number.what, number.differs) == ("number", "21 days / 14 days")


def test_business_hours_are_held_against_hours() -> None:
    (one,) = found("Solved tickets are closed after 48 business hours.", "Solved tickets are closed after 72 hours.")
    assert one.differs == "48 business hours / 72 hours"


def test_a_short_rule_is_held_against_its_opposite() -> None:
    (one,) = found("No stage is skipped here.", "A stage may be skipped here.")
    assert one.what == "rule"


def test_pages_cut_from_one_pattern_for_two_subjects_do_not_contradict() -> None:
    text = (
        "The {0} onboarding plan takes {1} weeks.\nEach {0} has a mentor from the {0} team.\n"
        "A {0} shadows the calls of the mentor.\nThe {0} certification has {1} parts.\n"
    )
    pages = [
        page("p1", "Engineer onboarding", text.format("engineer", 6)),
        page("p2", "Advisor onboarding", text.format("advisor", 4)),
    ]
    assert contradictions.find([said for document, chunks in pages for said in claims(document, chunks)]) == []


def test_questions_headings_and_steps_claim_nothing() -> None:
    text = "# Discounts of 10 %\n\nMay we grant 10 %?\nClick the button with 10 entries now.\nIt costs:\n"
    document, chunks = page("p", "Guide", text)
    assert list(claims(document, chunks)) == []


def test_a_pair_is_known_again_until_one_of_its_texts_changes() -> None:
    (one,) = found("The trial lasts 14 days.", "The trial lasts 30 days.")
    (turned,) = found("The trial lasts 30 days.", "The trial lasts 14 days.")
    (changed,) = found("The trial lasts 14 days.", "The trial lasts 31 days.")
    assert one.pair == turned.pair != changed.pair


WORDS = (
    "Ask about the warehouse, the number of items, who plans today and what a stock-out costs them in a usual quarter."
)


def test_a_passage_that_stands_in_two_pages_is_listed() -> None:
    pages = [
        page("p1", "Discovery", WORDS),
        page("p2", "First call", f"In short: {WORDS}"),
        page("p3", "Other", "The champion owns the case and takes it to the board of the company."),
    ]
    (overlap,) = duplicates.find(pages)
    assert ({overlap.a.id, overlap.b.id}, overlap.share, len(overlap.passages)) == ({"p1", "p2"}, 1.0, 1)


def test_an_edited_copy_is_a_duplicate_and_a_page_on_the_same_subject_is_none() -> None:
    edited = "Ask about the warehouse, the number of items, who does the planning, and what one stock-out costs in a usual quarter."
    other = (
        "A warehouse with many items needs somebody who plans; ask in which quarter a stock-out hurt them most and why."
    )
    pages = [page("p1", "Discovery", WORDS), page("p2", "Notes", edited), page("p3", "Other", other)]
    assert [{one.a.id, one.b.id} for one in duplicates.find(pages)] == [{"p1", "p2"}]


def test_a_shared_address_is_no_shared_text() -> None:
    link = "[careers page](https://jobs.example.test/a/b/c/d/e/f/g/h/open)"
    pages = [
        page("p1", "Roles", f"See our {link} for what is open."),
        page("p2", "Hiring", f"We tell candidates about the team first, then about the {link} and the next steps."),
    ]
    assert duplicates.find(pages) == []


def test_pairs_that_share_a_passage_have_ids_that_begin_otherwise() -> None:
    pages = [page(name, name, WORDS if name == "a" else f"{name}: {WORDS}") for name in ("a", "b", "c")]
    ids = [one.pair[:8] for overlap in duplicates.find(pages) for one in overlap.passages]
    assert len(set(ids)) == len(ids) == 3


def test_passages_of_one_page_and_short_ones_are_no_duplicates() -> None:
    document, chunks = page("p1", "Discovery", WORDS)
    twice = [
        (document, [*chunks, Chunk("p1-1", "p1", 1, "lines 10-19", WORDS)]),
        page("p2", "a", "Too short."),
        page("p3", "b", "Too short."),
    ]
    assert duplicates.find(twice) == []


def said(text: str) -> Said:
    document, chunks = page("p", "Guide", text)
    return next(iter(claims(document, chunks)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("You must not share it.", "forbids"),
        ("Don't share it before the call.", "forbids"),
        ("It is not required for renewals.", "spares"),
        ("They do not need a signature.", "spares"),
        ("A signature is required here.", "requires"),
        ("Sellers may share the roadmap.", "allows"),
        ("The roadmap is on the wiki.", ""),
    ],
)
def test_what_a_sentence_rules(text: str, rule: str) -> None:
    assert said(text).rule == rule
