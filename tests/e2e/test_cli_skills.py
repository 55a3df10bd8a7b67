"""`seller deal`, `seller pipeline`, `seller draft`: the skills by name, with the JSON of `seller ask`."""

import base64
import json
import re
from pathlib import Path

import pytest

from tests.conftest import Seller

NOW = "2026-11-16T09:00:00Z"


def test_each_prints_what_ask_prints(seller: Seller, sample_home: Path) -> None:
    asked = json.loads(seller("ask", "Pellworm", "--skill", "deal", "--json", "--now", NOW).out)
    told = json.loads(seller("deal", "Pellworm", "--json", "--now", NOW).out)
    assert set(told) == set(asked)
    assert (told["skill"], told["text"]) == ("deal", asked["text"])
    mail = json.loads(seller("draft", "to their CFO", "--account", "Northwick", "--json", "--now", NOW).out)
    assert (mail["skill"], mail["proposals"]) == ("draft", [])
    assert mail["sections"][0]["title"] == "Subject of the e-mail to Ingrid Solheim, CFO"


def test_a_pipeline_gives_its_figures_with_n_and_filter(seller: Seller, sample_home: Path) -> None:
    words = (
        "pipeline",
        "--team",
        "Enterprise",
        "--period",
        "next quarter",
        "--as",
        "dana.whitfield@fernhollow.example",
    )
    told = json.loads(seller(*words, "--json", "--now", NOW).out)
    figure = next(one for one in told["figures"] if one["name"] == "closing in Q1 2027")
    assert set(figure) == {"name", "value", "unit", "n", "filter", "deals"}
    assert len(figure["deals"]) == figure["n"]
    assert (
        figure["filter"] == "deals of the team Enterprise; open, forecast category not Omitted, close date in Q1 2027"
    )
    shown = seller(*words, "--now", NOW).out
    assert f"To close in Q1 2027: USD {figure['value']:,.0f} in {figure['n']} deals" in shown
    assert re.search(r"^  Stage +Deals +Open +Weighted$", shown, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("pipeline", "--period", "soon"), 2, "--period “soon” is no period; write “this quarter”, “next month”, “Q1 2027” or “2026”."),
        (("pipeline", "--team", "APAC"), 1, "There is no team or region called “APAC”; name one of AMER, EMEA, "),
        (("deal", "Globex"), 1, "There is no account called “Globex”; the nearest are "),
        (("draft", "an SMS to Ingrid Solheim"), 1,
         "Nothing is drafted for “SMS”; ask for an e-mail, a LinkedIn message, a call opener or a voicemail."),
        (("draft", "to Ingrid Solheim", "--tone", "rude"), 2,
         "--tone “rude” is none of formal, friendly, direct, plain; choose one of them."),
        (("deal", ""), 1, "There is no question; "),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_one_sentence(
    words: tuple[str, ...], code: int, says: str, seller: Seller, sample_home: Path
) -> None:
    ran = seller(*words, "--now", NOW)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(says)


def test_what_a_form_says_to_mention_stays_out_of_the_topic(seller: Seller, sample_home: Path) -> None:
    words = "to Ingrid Solheim at Northwick Dairy about the three-year price.\nMention: their board on 2 December"
    told = json.loads(seller("draft", words, "--json", "--now", NOW).out)
    letter, left = (
        told["sections"][1]["lines"][0]["text"],
        next(s for s in told["sections"] if s["title"] == "Left out"),
    )
    assert "I am writing about the three-year price." in letter
    assert (
        "What to mention (“their board on 2 December”): add it in your own words where it fits."
        in [line["text"] for line in left["lines"]]
    )  # fmt: skip


def test_options_choose_what_the_words_leave_open(seller: Seller, sample_home: Path) -> None:
    words = (
        "to Per Aune at Northwick, short",
        "--channel",
        "voicemail",
        "--language",
        "french",
        "--purpose",
        "re-engage",
    )
    letter = json.loads(seller("draft", *words, "--json", "--now", NOW).out)["data"]["letter"]
    assert (letter["channel"], letter["language"], letter["purpose"], letter["length"]) == (
        "voicemail",
        "fr",
        "re_engage",
        "short",
    )
    assert letter["text"].startswith("Bonjour Per Aune, ici Maya Lindqvist")
    assert letter["verdict"]["decision"] in ("ALLOW", "FOOTER")


def test_a_plan_writes_its_file_and_is_changed_in_its_conversation(
    seller: Seller, sample_home: Path, tmp_path: Path
) -> None:
    out = tmp_path / "plan.docx"
    ran = seller("plan", "for Northwick, go-live 15 April", "--thread", "p", "--out", str(out), "--now", NOW)
    assert (ran.code, ran.err.strip()) == (0, f"Written to {out}.")
    assert out.read_bytes()[:2] == b"PK"
    held, words = out.read_bytes(), ("plan", "move signature to 10 February", "--thread", "p")
    ran = seller(*words, "--out", str(out), "--now", NOW)
    assert (ran.code, ran.err.strip()) == (0, f"Written to {tmp_path / 'plan-1.docx'}.")
    assert out.read_bytes() == held
    words = (*words, "--json", "--now", NOW)
    told = json.loads(seller(*words).out)
    assert told["sections"][0]["lines"][1]["text"] == "You set: Contract signed 2027-02-10."
    [file] = told["files"]
    assert file["name"] == "plan-northwick-dairy.docx"
    assert base64.b64decode(file["content"], validate=True)[:2] == b"PK"


def test_a_plan_without_a_day_writes_no_file(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    ran = seller("plan", "for Northwick", "--out", str(tmp_path / "plan.docx"), "--now", NOW)
    assert (ran.code, list(tmp_path.glob("*.docx"))) == (1, [])
    assert "No file was written, as there is no plan yet; say the go-live, such as “go-live 1 March”." in ran.err
    missing = tmp_path / "nowhere" / "plan.docx"
    assert seller("plan", "for Northwick", "--out", str(missing), "--now", NOW).code == 2


def test_a_meeting_is_prepared_by_its_time(seller: Seller, sample_home: Path) -> None:
    told = json.loads(seller("prep", "the 2 pm", "--json", "--now", NOW).out)
    assert (told["skill"], told["proposals"]) == ("prep", [])
    assert told["sections"][0]["lines"][0]["text"] == (
        "2026-11-16 14:00 (Europe/Stockholm): Dealer returns in the pilot data; 30 minutes."
    )
