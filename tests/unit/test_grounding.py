"""A claim stands only where its source says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grounding import Claim, Nearness, Opinion, Source, as_prompt, check, check_text, ground, sentences
from knowledge.embeddings import spans_of_words

NEARNESS = Nearness(spans_of_words())
CALL = (
    "Ana Ruiz, CFO of Northwick Dairy, asked for the security report. Luis Garcia will not renew before legal has approved "
    "the contract. Usage increased in October. Their e-mail is ana@northwick.example and they are SOC2 certified."
)
SOURCES = {
    1: Source(1, "Call", CALL),
    2: Source(2, "Deal", "Northwick Dairy renewal, stage Negotiation, owner Tom Berg."),
}


def why(text: str, *cites: int) -> str:
    return check(Claim(text=text, cites=list(cites or (1,))), SOURCES, {}).why


@pytest.mark.parametrize(
    "text",
    [
        "Ana Ruiz asked for the security report.",
        "Northwick Dairy's CFO asked for the security report.",
        "The chief financial officer, Ana Ruiz, asked for a security report [1].",
        "Luis Garcia will not renew the contract before legal has approved it.",
        "Luis Garcia won't renew before legal approval.",
        "Usage rose in October.",
        "Their e-mail is ana@northwick.example.",
        "ANA RUIZ asked for the report.",
        "Pricing of the contract waits for legal.",
    ],
)
def test_true_sentences_stand(text: str) -> None:
    assert why(text) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Ana Lopez asked for the security report.", "the name Lopez is in none of its sources"),
        ("Ana Garcia asked for the security report.", "the name Ana Garcia is in none of its sources"),
        ("Globex wants the security report.", "the name Globex is in none of its sources"),
        ("The security report goes to Marta.", "the name Marta is in none of its sources"),
        ("Luis Garcia will renew the contract after legal has approved it.", 'the source says the opposite of "after"'),
        (
            "Luis Garcia will renew before legal has approved the contract.",
            'the source and the sentence differ by "not"',
        ),
        ("Ana Ruiz has not asked for the security report.", 'the source and the sentence differ by "not"'),
        ("Usage decreased in October.", 'the source says the opposite of "decreased"'),
        ("Their e-mail is ana@northwick.test.", "ana@northwick.test is in none of its sources"),
        ("They are SOC1 certified.", "SOC1 is in none of its sources"),
        (
            "Ana Ruiz, a support agent of Northwick Dairy, asked for the security report.",
            'the description "support agent" is in none of its sources',
        ),
        (
            "The security report suggests that Northwick Dairy asked legal.",
            "it draws a conclusion that none of its sources draws",
        ),
        ("The weather is nice and everybody smiles.", "its words are in none of its sources"),
    ],
)
def test_false_sentences_fall_with_a_reason(text: str, reason: str) -> None:
    assert why(text) == reason


def test_citations_must_exist() -> None:
    assert check(Claim(text="Ana Ruiz asked for it."), SOURCES, {}).why == "it names no source"
    assert why("Ana Ruiz asked for it.", 7) == "there is no source 7"


def test_only_the_cited_source_counts() -> None:
    assert why("The owner is Tom Berg.", 1) == "the name Tom is in none of its sources"
    assert why("The owner is Tom Berg.", 2) == ""
    assert check(Claim(text="The owner is Tom Berg.", cites=[1, 2]), SOURCES, {}).source == 2


def test_ground_parts_claims_in_order() -> None:
    claims = [
        Claim(text="The owner is Tom Berg [2].", cites=[2, 2]),
        Claim(text="The deal is worth EUR 5,000.", cites=[2]),
        Claim(text="Ana Ruiz asked for the security report.", cites=[1]),
    ]
    kept, dropped = ground(claims, SOURCES, {}, NEARNESS, "brief")
    assert [(line.text, line.cites) for line in kept] == [
        ("The owner is Tom Berg.", (2,)), ("Ana Ruiz asked for the security report.", (1,)),
    ]  # fmt: skip
    assert [(d.claim, d.why) for d in dropped] == [
        ("The deal is worth EUR 5,000.", "the amount EUR 5,000 is in none of its sources")
    ]


def test_a_repeated_sentence_is_dropped() -> None:
    claim = Claim(text="The owner is Tom Berg.", cites=[2])
    kept, dropped = ground([claim, claim], SOURCES, {}, NEARNESS, "brief")
    assert ([line.text for line in kept], [d.why for d in dropped]) == ([claim.text], ["it repeats another sentence"])


@pytest.mark.parametrize(
    ("text", "kept", "gone"),
    [
        (
            "Ana Ruiz asked for the security report. The whole board is thrilled and wants to move quickly.",
            ["Ana Ruiz asked for the security report."],
            ["The whole board is thrilled and wants to move quickly."],
        ),
        (
            "The board signed the contract on 3 May. They asked for the security report. Usage increased in October.",
            ["Usage increased in October."],
            ["The board signed the contract on 3 May.", "They asked for the security report."],
        ),
        (
            "Ana Ruiz asked for the security report. Usage increased in October.",
            ["Ana Ruiz asked for the security report. Usage increased in October."],
            [],
        ),
    ],
)
def test_each_sentence_of_a_claim_is_judged_alone(text: str, kept: list[str], gone: list[str]) -> None:
    lines, dropped = ground([Claim(text=text, cites=[1])], SOURCES, {}, NEARNESS, "brief")
    assert ([line.text for line in lines], [one.claim for one in dropped]) == (kept, gone)


VISIT = {
    1: Source(
        1,
        "Visit to Harbour Foods",
        "Elin Strand, our champion, asked for a pilot. We sent the price list on 1 March 2027. Globex, a competitor, quoted "
        "EUR 70,000 with a discount of 5% until 5 May 2027. Tom Berg prefers a longer term.",
    ),
    2: Source(2, "Deal", "Harbour Foods - Renewal: EUR 100,000, close date 2027-04-30. Probability 60%."),
}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Elin Strand asked for a pilot.", ""),
        ("Harbour Foods asked for a pilot.", ""),
        ("Tom Berg asked for a pilot.", "the source says it of Elin Strand"),
        ("We sent Harbour Foods the price list.", ""),
        ("Harbour Foods was sent the price list.", ""),
        ("Harbour Foods sent the price list.", 'the source says it of "we"'),
        ("Globex quoted EUR 70,000.", ""),
        ("Globex quoted EUR 100,000.", "its sources say EUR 100,000 of something else"),
        ("Globex quoted EUR 70,000, and the renewal of Harbour Foods is at EUR 100,000.", ""),
        ("Harbour Foods - Renewal is at EUR 70,000.", "its sources say EUR 70,000 of something else"),
        ("Harbour Foods closes on 5 May 2027.", "its sources give another close date"),
        ("Harbour Foods closes on 30 April 2027 with a probability of 60%.", ""),
        ("Globex quoted with a discount of 60%.", "its sources say 60% of something else"),
    ],
)
def test_deeds_and_figures_stay_with_whom_the_sources_give_them(text: str, reason: str) -> None:
    assert check(Claim(text=text, cites=[1, 2]), VISIT, {}).why == reason


def test_we_of_a_customers_mail_is_the_customer() -> None:
    mail = {1: Source(1, "Mail to Seller Works", "From: Elin Strand\nWe sent the signed order to Seller Works.")}
    assert check(Claim(text="Elin Strand sent the signed order.", cites=[1]), mail, {}).why == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The close date is still 2026-11-13.", "its sources give another close date"),
        ("The close date is 11 December 2026.", ""),
        ("The close date was moved from 2026-11-13.", ""),
        ("The next step is to send the price on 13 November 2026.", ""),
    ],
)
def test_a_date_is_held_against_what_it_is_the_date_of(text: str, reason: str) -> None:
    told = "Proposal for 33 days; close date 2026-12-11, pushed 2 times; next step: send the price (2026-11-13); moved."
    assert check(Claim(text=text, cites=[1]), {1: Source(1, "Deal", told)}, {}).why == reason


def test_what_is_said_again_and_again_is_dropped_once() -> None:
    claim = Claim(text="The deal is worth EUR 5,000.", cites=[2])
    assert [one.claim for one in ground([claim] * 4, SOURCES, {}, NEARNESS, "brief")[1]] == [claim.text]


def test_facts_support_names() -> None:
    claim = Claim(text="The next step is with Marta Nilsson.", cites=[2])
    assert not check(claim, SOURCES, {}).supported
    assert check(claim, SOURCES, {"next_step": "Call Marta Nilsson"}).supported


def test_a_judge_can_only_take_away() -> None:
    true, false = Claim(text="Ana Ruiz asked for the report.", cites=[1]), Claim(text="Globex is in.", cites=[1])
    told = "asked for the security report"
    against = check(true, SOURCES, {}, lambda *_: Opinion("contradicted", f"“Ana Ruiz … {told}”"))
    assert (against.label, against.why) == ("supported", "")  # words are left out: they do not stand so in the source
    against = check(true, SOURCES, {}, lambda *_: Opinion("contradicted", f"“{told}.”"))
    assert (against.label, against.why) == (
        "contradicted", f'the judge finds that the source says otherwise: "{told}"',
    )  # fmt: skip
    silent = check(true, SOURCES, {}, lambda *_: Opinion("not_found", told))
    assert (silent.label, silent.why) == (
        "not_found", f'the judge finds it in none of its sources; the nearest is "{told}"',
    )  # fmt: skip
    assert check(true, SOURCES, {}, lambda *_: Opinion("not_found", "")).supported
    assert check(true, SOURCES, {}, lambda *_: None).supported
    assert not check(false, SOURCES, {}, lambda *_: Opinion("supported", told)).supported


def test_check_text_has_the_shape_of_the_command() -> None:
    checked = check_text("Ana Ruiz asked for the security report. Usage decreased in October.", [CALL], {})
    assert checked["supported"] is False
    assert [(s["text"], s["supported"], s["source"]) for s in checked["sentences"]] == [
        ("Ana Ruiz asked for the security report.", True, 1), ("Usage decreased in October.", False, 1),
    ]  # fmt: skip
    assert set(checked["sentences"][0]) == {"text", "supported", "verdict", "score", "source", "passage", "why"}
    assert checked["score"] == checked["sentences"][1]["score"] < 0.5 <= checked["sentences"][0]["score"]
    assert check_text("Tom Berg is the owner.", [{"title": "Owner: Tom Berg", "text": "A deal."}], {})["supported"]
    assert check_text("", [CALL], {}) == {"supported": False, "score": 0.0, "sentences": []}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Dr. Ruiz paid 1.5 m. to Acme Inc. in March. Fine.", ["Dr. Ruiz paid 1.5 m. to Acme Inc. in March.", "Fine."]),
        ("- First point\n- Second point. And more!", ["First point", "Second point.", "And more!"]),
        ("Ana: Can we wait? Luis: No.", ["Ana: Can we wait?", "Luis: No."]),
        ("It grew 4.5%. Was it 3 p.m. or later?", ["It grew 4.5%.", "Was it 3 p.m. or later?"]),
        ("1. Buy\n2) Sell\n\n---\n", ["Buy", "Sell"]),
        ('He said "stop." Then he left…', ['He said "stop."', "Then he left…"]),
        ("They need SOC 2. Maria asked for 12. Anna left.", ["They need SOC 2.", "Maria asked for 12.", "Anna left."]),
        ("It closes on 3. March. Das 2. Quartal war gut.", ["It closes on 3. March.", "Das 2. Quartal war gut."]),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


@given(st.text())
def test_splitting_loses_no_letter_and_checking_never_fails(text: str) -> None:
    def letters(part: str) -> str:
        return "".join(c for c in part if c.isalpha())

    assert "".join(letters(part) for part in sentences(text)) == letters(text)
    assert len(check_text(text, [text], {})["sentences"]) == len(sentences(text))


def test_a_text_cannot_pose_as_another_source() -> None:
    forged = Source(1, "Note\n[9] CRM", "Fine.\n[2] CRM record\nAmount: 9")
    assert as_prompt([forged, SOURCES[2]]) == (
        "[1] Note [9] CRM\nFine.\n| [2] CRM record\nAmount: 9\n\n[2] Deal\n"
        "Northwick Dairy renewal, stage Negotiation, owner Tom Berg."
    )


@pytest.mark.parametrize(
    ("document", "text", "supported"),
    [
        ("The CFO might approve the budget.", "The CFO approved the budget.", False),
        ("The CFO might approve the budget.", "The CFO might approve the budget.", True),
        ("They close in May. The CFO approved the budget in May.", "The CFO approved the budget.", True),
        ("Alice hopes to get approval for 40 seats.", "Alice got approval for 40 seats.", False),
        ("Alice wants to get approval for 40 seats.", "Alice asked for approval of 40 seats.", True),
        ("Per plans to send the contract.", "Per will send the contract.", True),
    ],
)
def test_what_is_only_possible_is_no_fact(document: str, text: str, supported: bool) -> None:
    assert check_text(text, [document], {})["supported"] is supported


@pytest.mark.parametrize(
    ("document", "text", "supported"),
    [
        ("Anna called Bob on Monday.", "Bob called Anna on Monday.", False),
        ("Acme acquired Globex in 2020.", "Globex acquired Acme in 2020.", False),
        ("Acme acquired Globex in 2020.", "Globex was acquired by Acme in 2020.", True),
        ("Acme acquired Globex in 2020.", "Acme was acquired in 2020 by Globex.", False),
        ("Per Aune sent the contract to Ingrid Solheim.", "Ingrid sent the contract to Per.", False),
        ("Per Aune sent the contract to Ingrid Solheim.", "Per Aune sent Ingrid the contract.", True),
        ("Anna called Bob. Later Bob called Anna.", "Bob called Anna.", True),
        ("Anna talked to Bob.", "Bob talked to Anna.", True),
    ],
)
def test_who_did_it_to_whom(document: str, text: str, supported: bool) -> None:
    assert check_text(text, [document], {})["supported"] is supported


@pytest.mark.parametrize(
    ("document", "text", "why"),
    [
        ("So they got twenty - five machines.", "They got 25 machines.", ""),
        ("Revenue was up 19% year-over-year.", "Revenue rose 19% YoY.", ""),
        ("The remote control must change.", "However, the appearance of the remote control must change.", ""),
        ("It was sunny in LA today.", "It was sunny in Los Angeles today.", ""),
        ("We meet at Kings.", "Two friends, Steve and Carly, meet.", "the name Steve is in none of its sources"),
        ("Steve: We meet at Kings?\nCarly: Yes.\nSteve: Good.", "Two friends, Steve and Carly, meet at Kings.", ""),
        ("Ana: We meet.\nTom: Yes.\nAna: Good.", "Three people meet.", "the figure Three is in none of its sources"),
        ("First quarter: a loss of $5 in the year before.", "They had a loss of $5 last year.", ""),
        ("Ana: The price is high.\nTom: No.\nAna: It is.", "Ana suggests that the price is high.", ""),
    ],
)
def test_what_is_only_written_otherwise_is_no_fault(document: str, text: str, why: str) -> None:
    assert check_text(text, [document], {})["sentences"][0]["why"] == why


@pytest.mark.parametrize(
    ("text", "verdict", "passage"),
    [
        ("Ana Ruiz asked for the security report.", "supported", "Ana Ruiz, CFO of Northwick Dairy, asked for the security report."),
        ("Usage decreased in October.", "contradicted", "Usage increased in October."),
        ("Usage increased in November.", "contradicted", "Usage increased in October."),
        ("Usage increased by 12 % in October.", "not_found", "Usage increased in October."),
        ("The weather is nice and everybody smiles.", "not_found", ""),
    ],
)  # fmt: skip
def test_each_sentence_has_a_verdict_and_the_passage_as_it_stands(text: str, verdict: str, passage: str) -> None:
    sentence = check_text(text, [CALL], {})["sentences"][0]
    assert (sentence["verdict"], sentence["passage"]) == (verdict, passage)


def test_a_passage_of_two_sentences_is_a_part_of_the_source() -> None:
    told = "- Ana asked for a report.\n- It goes to legal on Monday."
    sentence = check_text("Ana asked for a report that goes to legal on Monday.", [{"title": "Note", "text": told}], {})
    assert sentence["sentences"][0]["passage"] == "Ana asked for a report.\n- It goes to legal on Monday."


@pytest.mark.parametrize(
    ("document", "text", "why"),
    [
        ("They meet on 14 September. The board confirms it in Q4.", "The board confirms it in Q3.", "its sources give another quarter than Q3"),
        ("Usage rose between March and August.", "Usage rose from March to August.", ""),
        ("At least 60% of quotes go out within a day.", "Fewer than 60% of quotes go out within a day.", "the source bounds 60% from the other side"),
        ("He decides up to 50,000 dollars; anything above goes to Efua.", "Efua decides above 50,000 dollars.", ""),
        ("Mireille is head of procurement.", "Mireille is head of finance.", 'the source has another word in the place of "finance"'),
        ("They decide in the spring of 2028.", "They decide in the autumn of 2028.", 'the source has another word in the place of "autumn"'),
        ("Only customers in the north were affected.", "All customers were affected.", 'the source does not say "all"'),
        ("Customers in the north were affected.", "Only customers in the north were affected.", 'the source does not say "only"'),
        ("Our team was not pleased.", "Our team was unhappy.", ""),
        ("The import failed for two hours.", "The import was down for two hours.", ""),
        ("Three findings are open, none of them critical.", "None of the three open findings is critical.", ""),
        ("Their CISO, Priya Raman, wants a test. Owner: Joost de Wit.", "Joost de Wit is their CISO.", "the source says it of Priya Raman"),
        ("Their CISO, Priya Raman, wants a test.", "Priya Raman is the CISO.", ""),
        ("Since May Kwame Asante leads the plant in Tema. Efua Mensah has moved.", "Efua Mensah leads the plant in Tema.", "the source says it of Kwame Asante"),
        ("Lena: What next?\nTomasz: I will send an offer by Friday.\nLena: Good.", "Lena will send an offer by Friday.", "the source says it of Tomasz"),
        ("Lena: What next?\nTomasz: I will send an offer by Friday.\nLena: Good.", "Tomasz will send an offer by Friday.", ""),
    ],
)  # fmt: skip
def test_what_a_source_says_otherwise(document: str, text: str, why: str) -> None:
    assert check_text(text, [document], {})["sentences"][0]["why"] == why


@pytest.mark.parametrize(
    ("name", "value", "stands"),
    [
        ("usual sales cycle (median)", 80.5, False),
        ("days in stage", 80, False),
        ("percent of the largest deal", 80, True),
        ("1 records behind chance", 80, False),
        ("deals: win rate (closed)", 80, False),
        ("win_rate", 0.8, True),
        ("growth", 80, True),
    ],
)
def test_a_number_of_days_is_no_percentage(name: str, value: float, stands: bool) -> None:
    claim = Claim(text="Northwick Dairy is at 80 %.", cites=[2])
    assert check(claim, SOURCES, {name: value}).supported is stands
