"""Tables as people make them: titles above, two header rows, merged cells, a second table below."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from knowledge.loaders import load, xlsx
from knowledge.loaders.table import row_units


def lines(*rows: list[str]) -> list[str]:
    return [unit.text for unit in row_units(list(enumerate(rows, 1)), "row")]


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        ([["Prices 2026", "", ""], ["", "", ""], ["Plan", "Price", "Note"], ["Pro", "20", ""]], ["Prices 2026", "Plan: Pro; Price: 20"]),
        ([["Region", "2025", "2026"], ["EMEA", "10", "20"]], ["Region: EMEA; 2025: 10; 2026: 20"]),
        ([["Plan", "Price", ""], ["", "Month", "Year"], ["Pro", "20", "200"]], ["Plan: Pro; Price Month: 20; Price Year: 200"]),
        ([["Plan", "Price", "Price"], ["Plan", "Month", "Year"], ["Pro", "20", "200"]], ["Plan: Pro; Price Month: 20; Price Year: 200"]),
        ([["Plan", "Price"], ["Pro", "20"], ["", ""], ["Region", "Lead"], ["EMEA", "Lena"]], ["Plan: Pro; Price: 20", "Region: EMEA; Lead: Lena"]),
        ([["Plan", "Price"], ["Pro", "20"], ["", ""], ["Max", "30"]], ["Plan: Pro; Price: 20", "Plan: Max; Price: 30"]),
        ([["Dock", "60"], ["Yard", "70"]], ["Dock; 60", "Yard; 70"]),
        ([["Name", "Phone", "Phone"], ["Lena", "1", "2"]], ["Name: Lena; Phone: 1; Phone: 2"]),
        ([["One"], ["Two"]], ["One", "Two"]),
        ([], []),
    ],
)  # fmt: skip
def test_each_row_carries_the_names_of_its_own_table(rows: list[list[str]], read: list[str]) -> None:
    assert lines(*rows) == read


def book(rows: list[list[Any]], formats: dict[str, str], merged: str) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for cell, number_format in formats.items():
        made.active[cell].number_format = number_format
    made.active.merge_cells(merged)
    made.create_sheet("Floor prices").append(["Dock", 40])
    made.worksheets[1].sheet_state = "hidden"
    out = BytesIO()
    made.save(out)
    return out.getvalue()


ROWS = [["Segment", "Plan", "Price", "From"], ["SMB", "Basic", 60000, date(2026, 1, 31)], [None, "Pro", 1250.5, None]]


def test_a_sheet_shows_currencies_and_merged_cells_and_what_is_hidden_stays_hidden() -> None:
    data = book(ROWS, {"C2": '#,##0 "€"', "C3": "[$USD] #,##0.00"}, "A2:A3")
    assert [(s.path, [unit.text for unit in s.units]) for s in load("book.xlsx", data).sections] == [
        (
            ("Sheet",),
            [
                "Segment: SMB; Plan: Basic; Price: 60,000 €; From: 2026-01-31",
                "Segment: SMB; Plan: Pro; Price: USD 1,250.50",
            ],
        )
    ]


def test_rows_that_are_only_formatted_count_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 5)
    monkeypatch.setattr(xlsx, "MOST_EMPTY", 50)
    data = book([*ROWS, *[[None]] * 40, ["ENT", "Max", 90000, None]], {}, "A2:A3")
    assert load("book.xlsx", data).sections[0].units[-1].text == "Segment: ENT; Plan: Max; Price: 90,000"


def test_a_csv_file_may_name_its_separator_as_excel_wants_it() -> None:
    parsed = load("prices.csv", "sep=;\r\nPlan;Price, net\r\nPro;1,5 €\r\n".encode())
    assert [unit.text for unit in parsed.sections[0].units] == ["Plan: Pro; Price, net: 1,5 €"]


def test_a_markdown_table_without_outer_bars_keeps_its_header() -> None:
    parsed = load("page.md", b"Plan | Price\n--- | ---\nBasic | 10\nPro | 20\n")
    assert [(unit.text, unit.head) for unit in parsed.sections[0].units] == [
        ("Plan | Price\n--- | ---\nBasic | 10", ""),
        ("Pro | 20", "Plan | Price\n--- | ---"),
    ]
