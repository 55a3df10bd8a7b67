"""The mark of how far Salesforce was read: nothing is lost and nothing comes twice, wherever a pass is cut off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.crm.salesforce import soql
from bot.crm.salesforce.cursor import KEPT, OVERLAP, Cursor, read
from bot.errors import CrmRejected

START = datetime(2026, 11, 16, 9, tzinfo=UTC)
Row = tuple[str, str]


def row(number: int, seconds: int) -> Row:
    return f"001{number:06d}", soql.stamp(START + timedelta(seconds=seconds))


def later(rows: list[Row], cursor: Cursor) -> list[Row]:
    """What a query from the cursor's start brings, in its order."""
    start = cursor.start()
    kept = [each for each in rows if start is None or (datetime.fromisoformat(each[1]), each[0]) > start]
    return [each for each in sorted(kept, key=lambda each: (each[1], each[0])) if not cursor.knows(*each)]


@given(st.lists(st.integers(0, 400), max_size=600), st.integers(1, 50))
def test_pages_that_are_cut_off_anywhere_bring_every_row_once(seconds: list[int], size: int) -> None:
    rows = [row(number, at) for number, at in enumerate(seconds)]
    brought: list[Row] = []
    cursor = Cursor()
    while page := later(rows, cursor)[:size]:
        cursor = read(cursor.after(page).text())
        brought += page
    assert brought == sorted(rows, key=lambda each: (each[1], each[0]))


@given(st.lists(st.integers(0, 100), min_size=1, max_size=KEPT - 1), st.integers(1, 100))
def test_a_row_committed_late_is_brought_by_the_next_pass(seconds: list[int], late: int) -> None:
    cursor = Cursor().after(sorted((row(number, at) for number, at in enumerate(seconds)), key=lambda each: each[1]))
    newcomer = row(999_999, max(seconds) - late)
    brought = later([*(row(number, at) for number, at in enumerate(seconds)), newcomer], cursor)
    assert brought == ([newcomer] if timedelta(seconds=late) <= OVERLAP else [])


def test_a_row_that_changed_again_comes_again() -> None:
    cursor = Cursor().after([row(1, 0), row(2, 5)])
    assert later([row(1, 9), row(2, 5)], cursor) == [row(1, 9)]


@pytest.mark.parametrize("text", ["{", "[]", '{"at": "soon", "id": "", "seen": {}}', '{"at": null}', "7"])
def test_a_damaged_mark_is_said(text: str) -> None:
    with pytest.raises(CrmRejected, match="is damaged: run `seller sync --full`"):
        read(text)


def test_no_mark_is_the_beginning() -> None:
    assert read(None) == read("") == Cursor()
    assert read(Cursor().text()).start() is None
