"""Budgets and privacy as people meet them: `seller` and Slack with a model server on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer

from tests.conftest import Seller

NOW = ("--now", "2026-11-16T09:00:00Z")
MAYA = ("--as", "maya.lindqvist@fernhollow.example", *NOW)
SAM = ("--as", "sam.ito@fernhollow.example", *NOW)
DANA = ("--as", "dana.whitfield@fernhollow.example", *NOW)
BRIEF = "brief me on Northwick Dairy"


@pytest.fixture
def server(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A model that takes 1,000 tokens in and 100 out for each call, at a price."""
    serving = ModelServer()
    monkeypatch.setenv("OPENAI_BASE_URL", serving.url)
    monkeypatch.setenv("SELLER_MODEL", "openai:house")
    monkeypatch.setenv("SELLER_PRICES", '{"house": [0.5, 5]}')
    yield serving
    serving.close()


def asked(seller: Seller, words: str, *who: str) -> dict[str, object]:
    answer: dict[str, object] = json.loads(seller("ask", words, "--json", *who).out)
    return answer


def test_an_answer_tells_what_it_cost(server: ModelServer, seller: Seller) -> None:
    answer = asked(seller, BRIEF, *MAYA)
    assert answer["usage"] == {"input": 1000, "output": 100, "cost": 0.001}
    assert answer["model"] == "openai:house-2026-01-01"


def test_a_warning_then_answers_without_a_model_until_midnight(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_BUDGET_PERSON_TOKENS", "2600")
    told = [str(asked(seller, BRIEF, *MAYA)["notice"]) for _ in range(4)]
    after = "after that answers come without a language model until midnight UTC."
    assert told == [
        "",
        f"84 % of your 2,600 tokens a day for the language model are used; {after}",
        "",
        "Written without a language model. Your limit of 2,600 tokens a day for the language model is reached (3,300 tokens counted); "
        "it starts anew at midnight UTC (01:00 for you), and if you need more before, ask Sam Ito.",
    ]
    assert len(server.asked) == 3
    assert asked(seller, BRIEF, *DANA)["model"] == "openai:house-2026-01-01"
    tomorrow = ("--as", MAYA[1], "--now", "2026-11-17T00:00:01Z")
    assert asked(seller, BRIEF, *tomorrow)["model"] == "openai:house-2026-01-01"


def test_a_limit_of_money_holds_for_all_together(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_BUDGET_COST", "0.002")
    answers = [asked(seller, BRIEF, *who) for who in (MAYA, DANA, MAYA)]
    assert [answer["model"] for answer in answers] == ["openai:house-2026-01-01"] * 2 + ["offline"]
    assert "The company's limit of USD 0.002 a day for the language model is reached" in str(answers[2]["notice"])


def test_costs_are_everybodys_for_an_admin_and_ones_own_for_others(server: ModelServer, seller: Seller) -> None:
    asked(seller, BRIEF, *MAYA)
    asked(seller, "how is the Northwick deal?", *DANA)
    every = json.loads(seller("costs", "--by", "person", "--json", *SAM).out)
    assert [(row["key"], row["calls"], row["cost"]) for row in every["rows"]] == [
        ("Dana Whitfield", 1, 0.001),
        ("Maya Lindqvist", 1, 0.001),
    ]
    own = json.loads(seller("costs", "--by", "person", "--json", *MAYA).out)
    assert [(row["key"], row["input"], row["output"]) for row in own["rows"]] == [("Maya Lindqvist", 1000, 100)]
    shown = seller("costs", *MAYA).out
    assert "Your calls of the language model since 2026-10-18, by day (days are UTC):" in shown
    assert "2026-11-16      1       0      1,000         100  0.0010" in shown


def test_costs_since_a_weekday_are_those_since_the_last_one(server: ModelServer, seller: Seller) -> None:
    asked(seller, BRIEF, *MAYA)
    ran = seller("costs", "--since", "Sunday", "--json", *MAYA)
    assert (json.loads(ran.out)["since"], json.loads(ran.out)["total"]["calls"]) == ("2026-11-15", 1)
    ran = seller("costs", "--since", "2026-13-01", *MAYA)
    assert (ran.code, ran.err) == (2, '--since "2026-13-01" is no day; write it like 2026-11-01 or “Monday”.\n')


def test_costs_tell_large_limits_in_plain_figures(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_BUDGET_PERSON_TOKENS", "2000000")
    monkeypatch.setenv("SELLER_BUDGET_PERSON_COST", "12500.5")
    server.usage = (12_000, 1_200)
    asked(seller, BRIEF, *MAYA)
    assert seller("costs", *MAYA).out.splitlines()[-2:] == [
        "Today 1 % of person_tokens (13,200 of 2,000,000).",
        "Today 0 % of person_cost (0.012 of 12,500.5).",
    ]


def test_a_model_without_a_price_costs_what_is_not_known(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SELLER_PRICES")
    assert asked(seller, BRIEF, *MAYA)["usage"] == {"input": 1000, "output": 100, "cost": None}
    shown = seller("costs", *MAYA).out
    assert "not known" in shown and "…" not in shown
    assert "1 call of models without a price in SELLER_PRICES: their cost is not known and in no sum." in shown


def test_what_was_sent_is_shown_word_for_word_to_the_asker_alone(server: ModelServer, seller: Seller) -> None:
    answer = asked(seller, BRIEF, *MAYA)
    kept = json.loads(seller("sent", "--json", *MAYA).out)
    assert [(one["role"], one["text"]) for one in kept[0]["sent"]] == [
        (one["role"], one["content"]) for one in server.asked[0]
    ]
    assert (kept[0]["request"], kept[0]["outcome"], kept[0]["skill"]) == (answer["request"], "fine", "brief")
    [looked] = json.loads(seller("audit", "--verb", "sent", "--json", *MAYA).out)
    assert (looked["actor"], looked["detail"]) == (
        "u-maya", {"whose": "u-maya", "answer": answer["request"], "calls": 1},
    )  # fmt: skip
    words = seller("ask", "what did you send to the model?", *MAYA).out
    assert "Sent to openai:house-2026-01-01" in words
    assert server.asked[0][1]["content"].splitlines()[2] in words
    assert len(server.asked) == 1
    other = seller("sent", str(answer["request"]), *SAM)
    assert (other.code, other.err) == (
        1,
        f"No answer {answer['request']} of yours was sent to a model; `seller sent` shows your last one.\n",
    )
    assert json.loads(seller("audit", "--verb", "sent", "--json", *SAM).out) == [looked]
    assert seller("ask", "what did you send?", *SAM).out.strip() == (
        "Nothing that you asked here was sent to a language model."
    )


def test_what_was_sent_of_one_account(server: ModelServer, seller: Seller) -> None:
    asked(seller, BRIEF, *MAYA)
    asked(seller, "brief me on Halvorsen", *MAYA)
    shown = seller("ask", "what did you send about Northwick Dairy?", *MAYA).out
    assert "Northwick Dairy" in shown
    assert "Halvorsen" not in shown
    assert seller("ask", "what did you send about leasing?", *MAYA).out.strip() == (
        "“leasing” is not one account that you see; “what did you send?” shows what was sent for your last answer."
    )
    assert seller("ask", "what did you send about Pellworm Tools?", *MAYA).out.strip() == (
        "Nothing that you asked here about Pellworm Tools was sent to a language model."
    )
    lines = json.loads(seller("audit", "--as", MAYA[1], "--verb", "answered", "--json").out)
    assert [line["detail"]["skill"] for line in lines] == ["brief", "brief", "sent", "sent", "sent"]


@pytest.mark.parametrize(
    "words",
    [
        "what data did you send to the AI", "what exactly did you send to the language model just now?",
        "what information was sent to openai?", "what did you send to the model for my last question?",
    ],
)  # fmt: skip
def test_what_was_sent_elsewhere_is_shown_with_its_time(words: str, server: ModelServer, seller: Seller) -> None:
    asked(seller, BRIEF, *MAYA)
    later = ("--as", MAYA[1], "--now", "2026-11-16T10:00:00Z")
    for ran in (seller("ask", words, *later), seller("sent", *later)):
        assert ran.out.strip().startswith(
            "Your last answer here for which a language model was asked, of 2026-11-16 10:00 CET; "
            "any since then was written without one."
        )
    assert len(server.asked) == 1


def test_a_limit_of_nothing_does_not_promise_a_new_day(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_BUDGET_TOKENS", "0")
    assert asked(seller, BRIEF, *MAYA)["notice"] == (
        "Written without a language model. The company's limit of 0 tokens a day means that the language model is never asked; "
        "if you need it, ask Sam Ito."
    )


def test_an_answer_without_a_model_says_that_nothing_was_sent_for_it(server: ModelServer, seller: Seller) -> None:
    talk = ("--thread", "today", *MAYA)
    seller("ask", BRIEF, *talk)
    seller("ask", "my day", "--thread", "today", "--as", MAYA[1], "--now", "2026-11-16T09:05:00Z")
    shown = seller("ask", "what did you send?", "--thread", "today", "--as", MAYA[1], "--now", "2026-11-16T09:06:00Z")
    assert shown.out.strip().startswith(
        "Your last answer here was written without a language model, and nothing was sent for it. Before that:"
    )


def test_no_address_or_number_reaches_the_model_and_the_answer_has_them(server: ModelServer, seller: Seller) -> None:
    words = "log in mind: what do we know of ingrid.solheim@northwick-dairy.example, +47 555 01 120?"
    answer = asked(seller, words, *MAYA, "--skill", "brief", "--account", "Northwick Dairy")
    assert server.asked
    assert "@northwick-dairy.example" not in server.words
    assert "555 01 120" not in server.words
    assert "[EMAIL_1], [PHONE_1]?" in server.words
    assert "[EMAIL_" not in str(answer["text"])


def test_the_switch_sends_them_as_they_are(
    server: ModelServer, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELLER_REDACT", "off")
    asked(
        seller,
        "what about ingrid.solheim@northwick-dairy.example?",
        *MAYA,
        "--skill",
        "brief",
        "--account",
        "a-northwick",
    )
    assert "ingrid.solheim@northwick-dairy.example" in server.words


def test_doctor_and_check_go_through_the_door(server: ModelServer, seller: Seller, tmp_path: Path) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text('{"id": 1, "document": "Mail a@b.example, it is blue.", "text": "It is blue."}\n', encoding="utf-8")
    server.answer = lambda user, schema: (
        {"quote": "it is blue", "verdict": "supported"} if "verdict" in schema["properties"] else {"skill": "ask"}
    )
    seller("check", str(file))
    doctor = seller("doctor", "--json")
    spending = next(one for one in json.loads(doctor.out) if one["part"] == "spending")
    assert "a@b.example" not in server.words
    assert spending["says"].startswith("2,200 tokens today")


def test_purge_counts_and_drops(server: ModelServer, seller: Seller) -> None:
    seller("ask", BRIEF, "--thread", "t", *MAYA)
    later = ("--now", "2027-01-16T09:00:00Z")
    counted = json.loads(seller("purge", "--dry-run", "--json", *later).out)["counts"]
    assert (counted["prompts"], counted["turns"], counted["transcripts"]) == (1, 2, 0)
    assert json.loads(seller("purge", "--json", *later).out)["counts"] == counted
    assert json.loads(seller("sent", "--json", *MAYA).out)[0]["sent"] is None
    assert "The texts have been kept long enough and are gone; the counts stay." in seller("sent", *MAYA).out
    refused = seller("purge", *MAYA)
    assert (refused.code, refused.err) == (
        1, "Maya Lindqvist is no admin, and only admins may purge; ask one, or name one with --as.\n",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SELLER_PRICES", '{"house": [1]}', 'write a model and its USD for a million tokens in, and out, such as {"gpt-5-mini": [0.25, 2]}'),
        ("SELLER_PRICES", '{"house": [-1, 2]}', 'write a model and its USD for a million tokens in, and out, such as {"gpt-5-mini": [0.25, 2]}'),
        ("SELLER_PRICES", '{"house": "12"}', 'write a model and its USD for a million tokens in, and out, such as {"gpt-5-mini": [0.25, 2]}'),
        ("SELLER_KEEP_PROMPTS_DAYS", "99999999", "Input should be less than or equal to 36500"),
        ("SELLER_BUDGET_TOKENS", "-1", "Input should be greater than or equal to 0"),
    ],
)  # fmt: skip
def test_a_setting_that_does_not_fit_is_named(
    name: str, value: str, says: str, seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    ran = seller("costs")
    assert (ran.code, ran.err) == (1, f"The setting {name} does not fit: {says}; correct it and try again.\n")
