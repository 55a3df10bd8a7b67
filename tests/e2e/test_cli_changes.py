"""`seller changes` on a home with two snapshots, with history alone, and with neither."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Seller

FIRST, NOW = "2026-11-02T01:00:00Z", "2026-11-16T09:00:00Z"
LEAD = "lea@seller.example"
USERS: list[dict[str, Any]] = [
    {"id": "u-lea", "name": "Lea Lead", "email": LEAD, "role": "manager", "team": "North", "manager_id": ""},
    {"id": "u-rob", "name": "Rob Rep", "email": "rob@seller.example", "role": "seller", "team": "North", "manager_id": "u-lea"},
    {"id": "u-eve", "name": "Eve Else", "email": "eve@seller.example", "role": "seller", "team": "South", "manager_id": ""},
]  # fmt: skip
STAGES: list[dict[str, Any]] = [
    {
        "id": name,
        "name": name,
        "order": order,
        "probability": p,
        "forecast_category": category,
        "is_closed": closed,
        "is_won": won,
    }
    for order, (name, p, category, closed, won) in enumerate(
        [
            ("Discovery", 0.2, "Pipeline", "false", "false"),
            ("Proposal", 0.5, "Best Case", "false", "false"),
            ("Closed Won", 1, "Closed", "true", "true"),
            ("Closed Lost", 0, "Omitted", "true", "false"),
        ]
    )
]
ACCOUNTS: list[dict[str, Any]] = [{"id": "a", "name": "Acorn Mills", "owner_id": "u-rob"}]
Row = dict[str, Any]


def deal(
    key: str, amount: str, close: str = "2026-12-10", stage: str = "Proposal", owner: str = "u-rob", **more: str
) -> Row:
    closed = {"is_closed": str(stage.startswith("Closed")).lower(), "is_won": str(stage == "Closed Won").lower()}
    named = {"id": f"o-{key.lower()}", "name": key, "account_id": "a", "owner_id": owner, "currency": "USD"}
    return (
        named
        | {"amount": amount, "close_date": close, "stage": stage, "created_at": "2026-09-01T00:00:00Z"}
        | closed
        | more
    )


BEFORE = [
    deal("Slips", "40000"),
    deal("Grows", "10000"),
    deal("Nears", "5000.50", "2027-01-20"),
    deal("Wins", "20000"),
    deal("Loses", "8000"),
    deal("Stays", "3000"),
    deal("Handed", "7000"),
]
AFTER = [
    deal("Slips", "40000", "2027-02-01"),
    deal("Grows", "12500"),
    deal("Nears", "5000.50", "2026-12-20"),
    deal("Wins", "19000", "2026-11-10", "Closed Won"),
    deal("Loses", "8000", "2026-11-11", "Closed Lost"),
    deal("Stays", "3000"),
    deal("Handed", "7000", owner="u-eve"),
    deal("Fresh", "6000", created_at="2026-11-05T00:00:00Z"),
]


def folder(at: Path, deals: list[Row], **more: list[Row]) -> str:
    at.mkdir()
    files: dict[str, list[Row]] = {
        "users": USERS,
        "stages": STAGES,
        "accounts": ACCOUNTS,
        "opportunities": deals,
        **more,
    }
    for name, rows in files.items():
        with (at / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(dict.fromkeys(key for row in rows for key in row)))
            writer.writeheader()
            writer.writerows(rows)
    return str(at)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    monkeypatch.setenv("SELLER_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def two_days(home: Path, seller: Seller) -> Path:
    """A home that was imported into twice, so that a snapshot of the first day was kept."""
    for name, deals, day in (("first", BEFORE, FIRST), ("second", AFTER, NOW)):
        assert seller("crm", "import", folder(home / name, deals), "--now", day).code == 0
    return home


def test_between_two_snapshots_the_waterfall_adds_up_and_names_what_moved(two_days: Path, seller: Seller) -> None:
    shown = seller("changes", "--since", "2026-11-02", "--as", LEAD, "--now", NOW).out
    expected = """What changed
  • Deals of Lea Lead and of 1 person led; Q4 2026 (2026-10-01 to 2026-12-31); from the snapshot of 2026-11-02 to now (2026-11-16 09:00); amounts as in the CRM.
  • To close in Q4 2026: USD 81,000 in 5 deals → USD 26,500.50 in 4 deals, −54,499.50.
  • Whole open pipeline: USD 86,000.50 in 6 deals → USD 66,500.50 in 5 deals, −19,500: new +6,000 (1), increased +2,500 (1), decreased −1,000 (1), lost −8,000 (1), won −19,000 (1)."""
    assert shown.strip().startswith(expected)
    table = [line.split() for line in shown.split("Movement in Q4 2026 (USD)\n")[1].split("\n\n")[0].splitlines()[1:]]
    assert table == [
        ["Begin", "(2026-11-02)", "5", "81,000"],
        ["New", "1", "+6,000"],
        ["Pulled", "in", "1", "+5,000.50"],
        ["Increased", "1", "+2,500"],
        ["Decreased", "1", "−1,000"],
        ["Slipped", "1", "−40,000"],
        ["Lost", "1", "−8,000"],
        ["Won", "1", "−19,000"],
        ["End", "(now)", "4", "26,500.50"],
    ]
    lines = [line.strip("• ").split(" [")[0] for line in shown.splitlines() if line.startswith("  • ")]
    assert lines[3:11] == [
        "Slips: USD 40,000, close date 2026-12-10 → 2027-02-01, Rob Rep.",
        "Slips (Rob Rep): slipped USD 40,000; close date 2026-12-10 → 2027-02-01, pushed into another quarter (by whom is unknown). No activity within 7 days of it.",
        "Wins (Rob Rep): decreased by USD 1,000 and won USD 19,000; stage Proposal → Closed Won (by whom is unknown); amount USD 20,000 → USD 19,000, amount down (by whom is unknown). No activity within 7 days of it.",
        "Grows (Rob Rep): increased by USD 2,500; amount USD 10,000 → USD 12,500 (by whom is unknown). No activity within 7 days of it.",
        "Loses (Rob Rep): lost USD 8,000; stage Proposal → Closed Lost (by whom is unknown). No activity within 7 days of it.",
        "Fresh (Rob Rep): new USD 6,000; created in Proposal (by whom is unknown, 2026-11-05). No activity within 7 days of it.",
        "Nears (Rob Rep): pulled in USD 5,000.50; close date 2027-01-20 → 2026-12-20, moved nearer (by whom is unknown). No activity within 7 days of it.",
        "Handed: Rob Rep → Eve Else; counts on neither side (USD 7,000 then).",
    ]


def test_the_json_gives_each_term_with_n_and_filter_and_a_chart_of_them(two_days: Path, seller: Seller) -> None:
    told = json.loads(seller("changes", "--since", "2026-11-02", "--as", LEAD, "--json", "--now", NOW).out)
    figures = {one["name"]: one for one in told["figures"]}
    assert [(figures[name]["value"], figures[name]["n"]) for name in ("begin", "slipped", "end")] == [
        (81000, 5), (40000, 1), (26500.5, 4),
    ]  # fmt: skip
    assert figures["slipped"]["filter"] == (
        "deals of Lea Lead and of 1 person led; open, forecast category not Omitted, close date in Q4 2026; slipped between 2026-11-02 and now"
    )
    terms = {name: figures[name]["value"] for name in figures if ":" not in name}
    added = terms["begin"] + terms["new"] + terms["pulled in"] + terms["increased"]
    assert added - terms["decreased"] - terms["slipped"] - terms["lost"] - terms["won"] == terms["end"]
    assert (figures["whole pipeline: begin"]["value"], figures["whole pipeline: end"]["value"]) == (86000.5, 66500.5)
    assert told["unknowns"] == []
    assert {one["source"] for one in told["citations"]} >= {
        "seller://opportunity/o-slips",
        "seller://opportunity/o-handed",
    }


def test_words_reach_the_same(two_days: Path, seller: Seller) -> None:
    asked = json.loads(seller("ask", "what changed since 2 November?", "--as", LEAD, "--json", "--now", NOW).out)
    told = json.loads(seller("changes", "--since", "2026-11-02", "--as", LEAD, "--json", "--now", NOW).out)
    assert (asked["skill"], asked["text"]) == ("changes", told["text"])


def test_a_snapshot_of_shortly_before_is_used_and_named(two_days: Path, seller: Seller) -> None:
    shown = seller("changes", "--since", "2026-11-05", "--until", "2026-11-16", "--as", LEAD, "--now", NOW).out
    assert "; from the snapshot of 2026-11-02 to now (2026-11-16 09:00); " in shown


def test_a_period_alone_does_not_say_since_when(two_days: Path, seller: Seller) -> None:
    ran = seller("changes", "--period", "this quarter", "--as", LEAD, "--now", "2026-11-05T09:00:00Z")
    assert "; from the snapshot of 2026-11-02 to now (2026-11-05 09:00); " in ran.out


def test_until_a_day_with_a_snapshot_its_deals_count(two_days: Path, seller: Seller) -> None:
    later = "2026-11-18T09:00:00Z"
    shown = seller("changes", "--since", "2026-11-02", "--until", "2026-11-17", "--as", LEAD, "--now", later).out
    # The import of the 16th kept what it replaced, and that is the day's first.
    assert "; from the snapshot of 2026-11-02 to the snapshot of 2026-11-16; " in shown
    assert "To close in Q4 2026: USD 81,000 in 5 deals → USD 81,000 in 5 deals, the same amount." in shown


def test_a_reorganised_team_counts_by_whose_deals_they_are_today(two_days: Path, seller: Seller) -> None:
    shown = seller("changes", "--since", "2026-11-02", "--team", "South", "--as", "lea", "--now", NOW).out
    assert "To close in Q4 2026: USD 7,000 in 1 deal → USD 7,000 in 1 deal, the same amount." in shown
    assert "Handed: Rob Rep → Eve Else; counts on both sides." in shown


def history(key: str, *rows: tuple[str, str, str, str]) -> list[Row]:
    return [
        {"id": f"{key}-{n}", "opportunity_id": key, "at": f"{day}T12:00:00Z", "stage": stage, "amount": amount, "close_date": close, "user_id": "u-rob"}
        for n, (day, stage, amount, close) in enumerate(rows)
    ]  # fmt: skip


def test_with_history_alone_the_answer_says_so_and_names_who_and_the_evidence(home: Path, seller: Seller) -> None:
    rows = history(
        "o-slips", ("2026-09-01", "Proposal", "40000", "2026-12-10"), ("2026-11-04", "Proposal", "40000", "2027-02-01")
    )
    call = {
        "id": "c", "kind": "email", "at": "2026-11-03T10:00:00Z", "subject": "Budget moved", "direction": "inbound",
        "account_id": "a", "opportunity_id": "o-slips", "owner_id": "u-rob",
    }  # fmt: skip
    where = folder(home / "all", AFTER, opportunity_history=rows, activities=[call])
    seller("crm", "import", where, "--now", NOW)
    told = json.loads(seller("changes", "--since", "2026-11-03", "--as", LEAD, "--json", "--now", NOW).out)
    assert (
        "from the end of 2026-11-02 (by the CRM's history; no snapshot was kept) to now (2026-11-16 09:00)"
        in told["text"]
    )
    assert (
        "Slips (Rob Rep): slipped USD 40,000; close date 2026-12-10 → 2027-02-01, pushed into another quarter (Rob Rep, 2026-11-04). "
        "With it: email (inbound) “Budget moved”, 2026-11-03." in told["text"]
    )
    assert told["unknowns"] == [
        "By the CRM's history, who owned a deal then is not known: whose it is today counts.",
        "5 deals had no history on 2026-11-02: their movement cannot be told, and they count as first known.",
    ]


def test_with_neither_one_sentence_says_from_when_on_it_can_be_told(home: Path, seller: Seller) -> None:
    seller("crm", "import", folder(home / "all", AFTER), "--now", NOW)
    ran = seller("changes", "--since", "2026-11-03", "--as", LEAD, "--json", "--now", NOW)
    told = json.loads(ran.out)
    assert ran.code == 0
    assert told["sections"][0]["lines"][0]["text"] == (
        "What changed since 2026-11-03 cannot be told: no snapshot was kept for that day and the CRM has no history of these deals; "
        "from 2026-11-16 on it can, as the first snapshot is of that day. `seller sync` keeps one, and `seller serve` one each night."
    )
    assert (len(told["sections"]), told["unknowns"]) == (1, ["What moved since 2026-11-03"])


def test_an_import_keeps_one_snapshot_a_day_and_a_dry_run_none(home: Path, seller: Seller) -> None:
    first = folder(home / "all", BEFORE)
    seller("crm", "import", first, "--dry-run", "--now", FIRST)
    assert json.loads(seller("sync", "--json", "--now", "2026-11-01T09:00:00Z").out)["snapshot"] is None
    seller("crm", "import", first, "--now", FIRST)
    assert json.loads(seller("sync", "--json", "--now", FIRST).out)["snapshot"] is None
    assert json.loads(seller("sync", "--json", "--now", NOW).out)["snapshot"] == {"day": "2026-11-16", "deals": 7}


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--since", "whenever"), 2, "--since “whenever” is no day; write “2026-11-01”, “Monday”, “last Friday” or “quarter start”."),
        (("--until", "never"), 2, "--until “never” is no day; write "),
        (("--period", "soon"), 2, "--period “soon” is no period; write "),
        (("--since", "tomorrow"), 1, "2026-11-17 is still to come; name a day that has passed, such as “since Monday”."),
        (("--since", "next week"), 1, "2026-11-23 is still to come; "),
        (("--since", "2026-12-24"), 1, "2026-12-24 is still to come; name a day that has passed, such as “since Monday”."),
        (("--since", "2026-11-10", "--until", "2026-11-09"), 1, "The last day, 2026-11-09, lies before the first one, 2026-11-10; turn them round."),
        (("--team", "West"), 1, "There is no team or region called “West”; "),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_sentence(
    words: tuple[str, ...], code: int, says: str, two_days: Path, seller: Seller
) -> None:
    ran = seller("changes", *words, "--as", LEAD, "--now", NOW)
    assert (ran.code, ran.err[: len(says)]) == (code, says)


def test_a_period_in_which_nothing_moved_or_nothing_was_to_close_says_so(two_days: Path, seller: Seller) -> None:
    quiet = json.loads(
        seller("changes", "--since", "2026-11-02", "--team", "South", "--as", LEAD, "--json", "--now", NOW).out
    )
    assert [(part["title"], part["lines"][0]["text"]) for part in quiet["sections"][1:2]] == [
        ("Movement in Q4 2026 (USD)", "Nothing moved.")
    ]
    assert next(one for one in quiet["figures"] if one["name"] == "end")["value"] == 7000
    far = json.loads(
        seller("changes", "--since", "2026-11-02", "--period", "2031", "--as", LEAD, "--json", "--now", NOW).out
    )
    assert far["sections"][0]["lines"][1]["text"] == "No deal was to close in 2031 at either moment."


def test_amounts_of_both_moments_are_brought_to_one_currency_at_declared_rates(home: Path, seller: Seller) -> None:
    for name, worth, day in (("first", "1000", FIRST), ("second", "1500", NOW)):
        deals = [deal("Abroad", worth, currency="EUR"), deal("Home", "100")]
        seller("crm", "import", folder(home / name, deals), "--now", day)
    apart = seller("changes", "--since", "2026-11-02", "--as", LEAD, "--now", NOW).out
    assert "To close in Q4 2026: EUR 1,000 in 1 deal → EUR 1,500 in 1 deal, +500." in apart
    (home / "home" / "settings.toml").write_text("rates_date = 2026-09-30\n[rates]\nEUR = 1.1\n", encoding="utf-8")
    told = seller("changes", "--since", "2026-11-02", "--as", LEAD, "--now", NOW).out
    assert "; amounts in USD at the rates of 2026-09-30." in told
    assert "To close in Q4 2026: USD 1,200 in 2 deals → USD 1,750 in 2 deals, +550." in told


def test_the_digest_compares_a_snapshot_at_the_same_rates(home: Path, seller: Seller) -> None:
    for name, worth, day in (("first", "1000", "2026-10-31T01:00:00Z"), ("second", "1500", NOW)):
        seller(
            "crm", "import", folder(home / name, [deal("Abroad", worth, "2026-11-28", currency="EUR")]), "--now", day
        )
    (home / "home" / "settings.toml").write_text("[rates]\nEUR = 1.1\n", encoding="utf-8")
    told = seller("pipeline", "--period", "this month", "--as", LEAD, "--now", NOW).out
    moved = told.split("What moved since the start\n")[1].split("\n\n")[0]
    assert "USD 1,100" in moved
    assert "USD 1,650" in moved


def test_nobody_has_any_deal(home: Path, seller: Seller) -> None:
    seller("crm", "import", folder(home / "all", AFTER), "--now", NOW)
    shown = seller("changes", "--as", "Lea Lead", "--period", "2031", "--team", "South", "--now", NOW).out
    assert "cannot be told" in shown
