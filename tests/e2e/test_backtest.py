"""`seller pipeline backtest`: on the CRM's history and on any table; bad tables get one plain sentence."""

import csv
import json
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.conftest import Seller

NOW = "2026-11-16T09:00:00Z"


def table(path: Path, rows: int = 900, *, signal: bool = True) -> Path:
    """Deals that end over six quarters; with a signal the channel tells who wins, and some are still open."""
    rng = random.Random(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["deal_id", "state", "closed", "channel", "size", "booked"])
        for k in range(rows):
            channel = rng.choice(["web", "fair"])
            chance = (0.9 if channel == "web" else 0.1) if signal else 0.4
            won = rng.random() < chance
            day = f"{2025 + k // 600}-{1 + k % 12:02}-15" if k % 20 else ""
            state = ("Won" if won else "Lost") if day else "Open"
            out.writerow([k, state, day, channel, rng.randint(1, 99), 500 if state == "Won" else 0])
    return path


def test_a_table_with_signal_shows_the_model(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    file = table(tmp_path / "deals.csv", 3000)
    told = json.loads(
        seller(
            "pipeline",
            "backtest",
            "--csv",
            str(file),
            "--won",
            "state=Won",
            "--date",
            "closed",
            "--json",
            "--now",
            "2030-01-02",
        ).out
    )
    assert {"n", "base_rate", "brier", "skill", "ece", "auc", "shown", "by_period"} <= set(told)
    assert (told["n"], told["shown"], told["left_out"]) == (2850, "model", ["booked"])
    assert told["skill"] > 0.4
    assert told["ece"] <= 0.05
    assert told["notes"] == ["150 rows left out as not ended (Open)."]
    assert [sorted(row)[:3] for row in told["by_period"]][:1] == [["auc", "bins", "brier"]]
    page = Path(told["report"]).read_text(encoding="utf-8")
    assert "<b>The model is shown</b>" in page
    assert page.count("data:image/png;base64,") == 1


def test_a_table_without_signal_shows_one_flat_rate(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    file = table(tmp_path / "deals.csv", signal=False)
    words = (
        "pipeline",
        "backtest",
        "--csv",
        str(file),
        "--won",
        "state=Won",
        "--date",
        "closed",
        "--features",
        "channel,size",
    )
    shown = seller(*words).out
    assert "Shown: the base rate, as no signal beyond the base rate was found in" in shown


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--won", "state=Won"), 2, "--csv wants also --won COLUMN=VALUE and --date COLUMN"),
        (("--won", "state", "--date", "closed"), 2, "--won wants COLUMN=VALUE, such as deal_stage=Won."),
        (
            ("--won", "stage=Won", "--date", "closed"),
            2,
            "deals.csv has no column stage; its columns are deal_id, state, closed,",
        ),
        (("--won", "state=Yes", "--date", "closed"), 2, "No row of deals.csv has state = Yes; the column holds"),
        (
            ("--won", "state=Won", "--date", "channel"),
            1,
            "No ended row has a day in channel; write days as 2026-11-30.",
        ),
        (("--won", "state=Won", "--date", "closed", "--features", "sector"), 2, "deals.csv has no column sector;"),
    ],
)
def test_a_table_that_cannot_be_read_gets_one_sentence(
    seller: Seller, sample_home: Path, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    told = seller("pipeline", "backtest", "--csv", str(table(tmp_path / "deals.csv", 40)), *words)
    assert told.code == code
    assert says in told.err
    assert len(told.err.strip().splitlines()) == 1


def test_a_file_that_is_no_table(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    missing = seller("pipeline", "backtest", "--csv", "no.csv", "--won", "a=b", "--date", "c").err
    assert missing.startswith("no.csv cannot be read")
    (tmp_path / "empty.csv").write_text("a,b\n", encoding="utf-8")
    empty = seller("pipeline", "backtest", "--csv", str(tmp_path / "empty.csv"), "--won", "a=b", "--date", "c").err
    assert empty.strip() == "empty.csv holds no rows; give a CSV file with a header and one deal a row."


def shaped(path: Path, day: str, *, sign: str = ",", comma: bool = False) -> Path:
    """The same 1,200 deals in another country's way of writing: a size above 50 wins mostly, from January 2025 on."""
    rng = random.Random(5)
    rows = [f"deal{sign}ended{sign}won{sign}size"]
    for k in range(1200):
        size = rng.randint(0, 999) / 10
        won = rng.random() < (0.9 if size > 50 else 0.1)
        when = date(2025, 1, 1) + timedelta(days=k * 600 // 1200)
        shown = f"{size:.1f}".replace(".", ",") if comma else f"{size:.1f}"
        rows.append(sign.join((str(k), when.strftime(day), str(int(won)), shown)))
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("day", "sign", "comma"), [("%m/%d/%Y", ",", False), ("%d/%m/%Y", "\t", False), ("%d.%m.%Y", ";", True)]
)
def test_a_table_of_another_country_says_the_same(
    seller: Seller, sample_home: Path, tmp_path: Path, day: str, sign: str, comma: bool
) -> None:
    words = ("--won", "won=1", "--date", "ended", "--json", "--now", NOW)
    plain = json.loads(seller("pipeline", "backtest", "--csv", str(shaped(tmp_path / "a.csv", "%Y-%m-%d")), *words).out)
    other = shaped(tmp_path / "b.csv", day, sign=sign, comma=comma)
    told = json.loads(seller("pipeline", "backtest", "--csv", str(other), *words).out)
    assert (told["n"], told["notes"]) == (1200, [])
    assert told["by_period"] == plain["by_period"]


def test_rows_that_cannot_be_taken_as_they_are_are_named(seller: Seller, sample_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "odd.csv"
    lines = ["deal,ended,won,size", "1,01/02/2026,1,5", "2,03/04/2026,0,6", "3,05/06/2099,1,7", "4,01/02/2026,0,1,200"]
    file.write_text("\n".join([*lines, "5,,1,3", "6,01/02/2026,,3"]), encoding="utf-8")
    told = seller(
        "pipeline", "backtest", "--csv", str(file), "--won", "won=1", "--date", "ended", "--json", "--now", NOW
    )
    assert json.loads(told.out)["notes"] == [
        "1 row left out as not ended (blank).",
        "1 ended row left out, as ended holds no day.",
        "1 ended row in the future, up to 2099-05-06; check the days.",
        "Nothing tells the day from the month in ended, so the month is taken to come first.",
        "1 row left out, with more cells than the header; quote cells that hold a delimiter.",
    ]


def test_the_crms_own_history_tells_what_answers_show(seller: Seller, sample_home: Path) -> None:
    before = seller("deal", "Northwick Dairy", "--as", "dana.whitfield@fernhollow.example", "--now", NOW).out
    assert "No model has been tested on this CRM yet" in before
    told = json.loads(seller("pipeline", "backtest", "--json", "--now", NOW).out)
    assert told["question"] == "an open deal is won in its quarter"
    assert {row["days_left"] for row in told["forecast"]} == {90, 60, 30}
    assert all(row["p10"] <= row["p50"] <= row["p90"] for row in told["forecast"])
    after = seller("deal", "Northwick Dairy", "--as", "dana.whitfield@fernhollow.example", "--now", NOW).out
    way = "by the calibrated model" if told["shown"] == "model" else "by the base rate"
    assert way in after
    assert "(tested on 2026-11-16)" in after
    charts = json.loads(seller("pipeline", "--json", "--as", "dana.whitfield@fernhollow.example", "--now", NOW).out)[
        "charts"
    ]
    assert ("reliability" in [chart["kind"] for chart in charts]) == (told["shown"] == "model")


def test_an_empty_crm_says_that_nothing_ended_yet(seller: Seller) -> None:
    told = seller("pipeline", "backtest", "--now", NOW)
    assert "no deal has ended yet, so there is nothing to test" in told.out
    plain = json.loads(seller("pipeline", "backtest", "--json", "--now", NOW).out)
    assert (plain["n"], plain["base_rate"], plain["brier"], plain["shown"], plain["by_period"]) == (
        0,
        None,
        None,
        "base",
        [],
    )
