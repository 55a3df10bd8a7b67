"""`seller pipeline stats`: what it prints, beside SQL written apart over the same files."""

import csv
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Seller

NOW = ("--now", "2026-11-26T09:00:00Z")
Q4 = ("pipeline", "stats", "--from", "2026-10-01", "--to", "2026-12-31")


def figures(seller: Seller, *words: str) -> dict[str, Any]:
    ran = seller(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    return found


def tables(folder: Path) -> sqlite3.Connection:
    """The CSV files of a folder as tables, all columns text."""
    base = sqlite3.connect(":memory:")
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        base.execute(f"CREATE TABLE {path.stem} ({', '.join(map(json.dumps, head))})")
        base.executemany(f"INSERT INTO {path.stem} VALUES ({', '.join('?' * len(head))})", rows)
    return base


@pytest.fixture
def exported(seller: Seller, sample_home: Path, tmp_path: Path) -> sqlite3.Connection:
    assert seller("crm", "export", str(tmp_path / "out")).code == 0
    return tables(tmp_path / "out")


CLOSED = "is_closed = 'true' AND close_date BETWEEN '2026-10-01' AND '2026-12-31'"
LIVE = "is_closed = 'false' AND forecast_category <> 'Omitted'"


def test_the_figures_of_the_sample_company_are_those_of_sql(seller: Seller, exported: sqlite3.Connection) -> None:
    found = figures(seller, *Q4, "--as", "u-sam", "--group", "owner", *NOW)

    def one(query: str) -> Any:
        return exported.execute(query).fetchone()[0]

    deals = "FROM opportunities WHERE"
    won = one(f"SELECT COUNT(*) {deals} {CLOSED} AND is_won = 'true'")
    lost = one(f"SELECT COUNT(*) {deals} {CLOSED} AND is_won = 'false'")
    won_amount = one(f"SELECT SUM(CAST(amount AS REAL)) {deals} {CLOSED} AND is_won = 'true'")
    closing = f"{LIVE} AND close_date BETWEEN '2026-10-01' AND '2026-12-31'"
    open_amount = one(f"SELECT SUM(CAST(amount AS REAL)) {deals} {closing}")
    weighted = one(
        "SELECT SUM(CAST(o.amount AS REAL) * CAST(s.probability AS REAL)) FROM opportunities o JOIN stages s ON s.name = o.stage "
        "WHERE " + closing.replace("forecast", "o.forecast").replace("is_closed", "o.is_closed")
    )
    quota = one("SELECT SUM(CAST(amount AS REAL)) FROM quotas WHERE team <> '' AND first = '2026-10-01'")
    assert (found["won_count"]["value"], found["lost_count"]["value"]) == (won, lost)
    assert found["won_amount"]["value"] == won_amount
    assert found["win_rate"]["value"] == won / (won + lost)
    assert found["average_won"]["value"] == pytest.approx(won_amount / won)
    assert found["open_amount"]["value"] == open_amount
    assert found["weighted_forecast"]["value"] == pytest.approx(won_amount + weighted)
    assert found["quota"]["value"] == quota
    covered = won_amount >= quota
    assert found["coverage"]["value"] == (None if covered else pytest.approx(open_amount / (quota - won_amount)))
    by_owner = exported.execute(
        f"SELECT u.name, COUNT(*) FROM opportunities o JOIN users u ON u.id = o.owner_id WHERE {CLOSED} AND is_won = 'true' GROUP BY 1"
    )
    assert {name: of["won_count"]["value"] for name, of in found["groups"].items() if of["won_count"]["value"]} == dict(
        by_owner
    )
    assert sum(of["open_amount"]["value"] for of in found["groups"].values()) == open_amount


def test_the_cycle_and_its_median_are_those_of_sql(seller: Seller, exported: sqlite3.Connection) -> None:
    found = figures(seller, *Q4, "--as", "u-sam", *NOW)
    query = f"SELECT julianday(close_date) - julianday(substr(created_at, 1, 10)) FROM opportunities WHERE {CLOSED} AND is_won = 'true'"
    days = sorted(row[0] for row in exported.execute(query))
    middle = len(days) // 2
    assert found["cycle_days"]["value"] == (days[middle] + days[-middle - 1]) / 2
    assert found["cycle_mean"]["value"] == pytest.approx(sum(days) / len(days))


def test_a_manager_sees_the_quota_of_their_team_and_a_seller_their_own(seller: Seller, sample_home: Path) -> None:
    team = figures(seller, *Q4, "--as", "u-dana", "--team", "mid-market", *NOW)
    assert (team["quota"]["value"], team["scope"]) == (720_000, "deals of the team Mid-Market")
    own = figures(seller, *Q4, "--as", "u-maya", "--group", "owner", *NOW)
    assert own["quota"]["value"] is None
    assert {name: of["quota"]["value"] for name, of in own["groups"].items()} == {
        "Jonas Weber": None, "Maya Lindqvist": 400_000, "Priya Raman": None, "Tomas Okafor": None,
    }  # fmt: skip


def test_a_table_shows_counts_where_few_deals_make_a_share(seller: Seller, sample_home: Path) -> None:
    ran = seller(*Q4, "--as", "u-maya", "--group", "owner", *NOW)
    found = figures(seller, *Q4, "--as", "u-maya", "--group", "owner", *NOW)
    mine = found["groups"]["Maya Lindqvist"]["win_rate"]
    assert mine["n"] < 20
    assert (ran.code, ran.err, f"{mine['hits']} of {mine['n']}" in ran.out) == (0, "", True)
    assert ran.out.splitlines()[0] == "all deals that you may see, 2026-10-01 to 2026-12-31"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--from", "soon", "--to", "2026-12-31"), 2, "--from “soon” is no day; write it like 2026-10-01."),
        (("--from", "2026-12-31", "--to", "2026-10-01"), 2, "--from 2026-12-31 is after --to 2026-10-01; write the earlier day first."),
        (("--from", "2026-02-30", "--to", "2026-12-31"), 2, "--from “2026-02-30” is no day; write it like 2026-10-01."),
        (("--from", "0001-01-01", "--to", "2026-12-31"), 2, "--from 0001-01-01 is out of range; choose a year from 1970 to 2200."),
        ((*Q4[2:], "--group", "mood"), 2, "--group “mood” is none of owner, team, segment; choose one of them."),
        ((*Q4[2:], "--team", "Nowhere"), 1, "There is no team “Nowhere”; choose one of these.\n  1. Enablement\n  2. Enterprise\n  3. Mid-Market\n  4. RevOps"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence(
    seller: Seller, sample_home: Path, words: tuple[str, ...], code: int, sentence: str
) -> None:
    ran = seller("pipeline", "stats", *words, "--json")
    assert (ran.code, ran.out, ran.err) == (code, "", f"{sentence}\n")


def test_options_before_the_subcommand_are_refused_and_bare_it_still_works(seller: Seller, sample_home: Path) -> None:
    ran = seller("pipeline", "--as", "u-dana", *Q4[1:])
    assert (ran.code, ran.err) == (
        2, "Write the options after the subcommand, as in `seller pipeline stats --json`.\n",
    )  # fmt: skip
    bare = seller("pipeline", "--team", "Enterprise", "--period", "Q1 2027", "--as", "u-ruth", "--json", *NOW)
    assert (bare.code, json.loads(bare.out)["skill"]) == (0, "pipeline")


def test_a_quarter_to_come_is_zero_and_says_why(seller: Seller, sample_home: Path) -> None:
    found = figures(seller, "pipeline", "stats", "--from", "2031-01-01", "--to", "2031-03-31", "--as", "u-sam", *NOW)
    assert (found["won_amount"]["value"], found["won_count"]["value"], found["win_rate"]["value"]) == (0, 0, None)
    assert found["win_rate"]["why"] == "no deal was closed in the period"
    assert found["slippage"]["why"] == "the period has not begun"


def write(folder: Path, **files: str) -> Path:
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


THREE = (
    "id,name,stage,amount,currency,close_date,created_at\n"
    "1,A,Won,100,USD,2026-11-01,2026-10-01\n2,B,Won,200,EUR,2026-11-01,2026-10-01\n"
    "3,C,Won,10000,JPY,2026-11-01,2026-10-01\n4,D,Lost,-50,USD,2026-11-02,2026-11-20\n5,E,Won,,USD,2026-11-01,\n"
)


def test_three_currencies_with_and_without_rates(
    seller: Seller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seller("crm", "import", str(write(tmp_path / "in", deals=THREE)), *NOW).code == 0
    bare = figures(seller, *Q4, *NOW)
    assert (bare["won_amount"]["value"], bare["won_amount"]["missing"], bare["won_count"]["value"]) == (100, 1, 4)
    assert bare["notes"] == [
        "1 deal is in EUR, for which there is no rate: counted, and not in amounts in USD.",
        "1 deal is in JPY, for which there is no rate: counted, and not in amounts in USD.",
        "1 deal has an amount below zero, added as it stands.",
    ]
    monkeypatch.setenv("SELLER_RATES", '{"EUR": 1.1, "JPY": 0.0067}')
    monkeypatch.setenv("SELLER_RATES_DATE", "2026-09-30")
    rated = figures(seller, *Q4, *NOW)
    assert (rated["won_amount"]["value"], rated["currency"]) == (100 + 220 + 67, "USD")
    assert rated["notes"][0] == "Amounts in USD at the rates of 2026-09-30."
    assert rated["cycle_days_lost"]["missing"] == 1  # closed before it was made


def test_a_home_without_deals_counts_nothing(seller: Seller) -> None:
    found = figures(seller, *Q4, *NOW)
    assert (found["won_count"]["value"], found["open_amount"]["value"], found["stages"], found["notes"]) == (
        0,
        0,
        {},
        [],
    )


def maven() -> Path:
    folder = Path(os.environ.get("SELLER_TEST_DATA", "../shared/data")) / "crm_maven"
    if not folder.is_dir():
        pytest.skip(f"no sales data at {folder}: set SELLER_TEST_DATA to the folder that holds crm_maven")
    return folder


def test_the_quarters_of_a_real_pipeline_are_those_of_sql(seller: Seller) -> None:
    folder = maven()
    assert seller("crm", "import", str(folder), "--json", *NOW).code == 0
    base = tables(folder)
    price = "(SELECT CAST(sales_price AS REAL) FROM products p WHERE REPLACE(p.product, ' ', '') = REPLACE(d.product, ' ', ''))"
    for first, last in (("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")):
        span = f"FROM sales_pipeline d WHERE close_date BETWEEN '2017-{first}' AND '2017-{last}'"
        won, amount, days = base.execute(
            f"SELECT COUNT(*), SUM(CAST(close_value AS REAL)), AVG(julianday(close_date) - julianday(engage_date)) {span} AND deal_stage = 'Won'"
        ).fetchone()
        lost, missed = base.execute(f"SELECT COUNT(*), SUM({price}) {span} AND deal_stage = 'Lost'").fetchone()
        found = figures(
            seller, "pipeline", "stats", "--from", f"2017-{first}", "--to", f"2017-{last}", "--group", "team"
        )
        assert (found["won_count"]["value"], found["lost_count"]["value"]) == (won, lost)
        assert (found["won_amount"]["value"], found["weighted_forecast"]["value"]) == (amount, amount)
        assert found["win_rate_value"]["value"] == pytest.approx(amount / (amount + missed))
        assert found["cycle_mean"]["value"] == pytest.approx(days)
        assert sum(of["won_amount"]["value"] for of in found["groups"].values()) == amount
        moved = found["velocity"]["change"]
        assert moved is None or moved["velocity"] == pytest.approx(
            moved["deals"] + moved["win_rate"] + moved["average_won"] + moved["cycle_days"]
        )
