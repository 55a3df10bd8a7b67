"""A trail of lines that fit is whole; whatever is done to one of them is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.audit import REDACTED
from bot.store.sealing import NOTHING, Keys, Row, hash_detail, hash_line
from bot.store.verifying import Fault, Head, Verdict, Verifier, held_against

START = datetime(2026, 11, 16, 9, tzinfo=UTC)
KEY = b"a key of sixteen and more"
NO_KEYS = Keys()
DETAILS = st.dictionaries(
    st.sampled_from(["was", "read", "n"]), st.one_of(st.text(max_size=5), st.integers(), st.none()), max_size=2
)


def chained(details: Sequence[Any], keys: Keys = NO_KEYS, verbs: Sequence[str] = ()) -> list[Row]:
    """Lines with these details, sealed to each other."""
    rows: list[Row] = []
    for at, detail in enumerate(details):
        verb, salt = verbs[at] if at < len(verbs) else "answered", f"{at:032x}"
        row = Row(
            at + 1,
            START + timedelta(seconds=at),
            "u-maya",
            verb,
            "P7K3",
            1,
            None,
            detail,
            salt,
            hash_detail(salt, detail),
            keys.first,
            "",
        )
        rows.append(replace(row, hash=hash_line(rows[-1].hash if rows else NOTHING, row, keys.get(row.seal))))
    return rows


def verdict(rows: Sequence[Row], head: Head | None, keys: Keys = NO_KEYS) -> Verdict:
    """What a verification says of these lines."""
    return Verifier(keys).run(rows, lambda numbers: [row for row in rows if row.id in numbers], head)


def head_of(rows: Sequence[Row]) -> Head:
    return Head(rows[-1].id, rows[-1].hash) if rows else Head(0, NOTHING)


def kinds(faults: Sequence[Fault]) -> list[str]:
    return [fault.kind for fault in faults]


@given(st.lists(DETAILS, max_size=12))
def test_lines_that_fit_are_whole(details: list[Any]) -> None:
    rows = chained(details)
    assert verdict(rows, head_of(rows)) == Verdict(lines=len(rows), head=head_of(rows))


OTHERS: dict[str, Any] = {
    "at": START - timedelta(microseconds=1), "actor": "u-sam", "verb": "applied", "proposal": None, "revision": 2, "change": "c1",
    "detail": {"other": 1}, "salt": None, "detail_hash": "0" * 64, "hash": "0" * 64,
}  # fmt: skip


@given(st.lists(DETAILS, min_size=1, max_size=12), st.data())
@settings(max_examples=200)
def test_any_field_of_any_line_that_is_changed_is_told_with_its_line(details: list[Any], data: st.DataObject) -> None:
    rows = chained(details)
    head = head_of(rows)
    at = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(sorted(OTHERS)))
    rows[at] = replace(rows[at], **{field: OTHERS[field]})
    found = verdict(rows, head).faults
    kind = "detail" if field in ("detail", "salt") else "changed"
    assert (at + 1, kind) in [(fault.line, fault.kind) for fault in found]


@given(st.lists(DETAILS, min_size=2, max_size=12), st.data())
@settings(max_examples=200)
def test_lines_that_are_gone_added_or_moved_are_told(details: list[Any], data: st.DataObject) -> None:
    rows = chained(details)
    head, what = (
        head_of(rows),
        data.draw(st.sampled_from(["gone", "gone, numbered", "moved", "added", "cut", "behind"])),
    )
    one = data.draw(st.integers(0, len(rows) - 2))
    if what == "gone":
        del rows[one]
    elif what == "gone, numbered":
        del rows[one]
        rows = [replace(row, id=at) for at, row in enumerate(rows, start=1)]
    elif what == "moved":
        other = data.draw(st.integers(one + 1, len(rows) - 1))
        rows[one], rows[other] = replace(rows[other], id=one + 1), replace(rows[one], id=other + 1)
    elif what == "added":
        rows.insert(one, replace(rows[one], actor="u-eve"))
        rows = [replace(row, id=at) for at, row in enumerate(rows, start=1)]
    elif what == "cut":
        rows = rows[: one + 1]
    else:
        rows.append(replace(rows[-1], id=len(rows) + 1))
    expected = {"moved": "moved", "added": "added", "behind": "added"}.get(what, "missing")
    assert expected in kinds(verdict(rows, head).faults)


def test_each_fault_is_said_in_words() -> None:
    rows = chained([{"n": n} for n in range(8)])
    head = head_of(rows)
    gone, changed = [*rows[:3], *rows[5:]], [*rows[:3], replace(rows[3], actor="u-eve"), *rows[4:]]
    swapped = [*rows[:2], replace(rows[5], id=3), *rows[3:5], replace(rows[2], id=6), *rows[6:]]
    assert [fault.says for fault in verdict(gone, head).faults] == ["Lines 4 to 5 are missing before line 6."]
    assert [fault.says for fault in verdict(changed, head).faults] == ["Line 4 was changed."]
    assert [fault.says for fault in verdict(swapped, head).faults] == ["Line 3 was line 6.", "Line 6 was line 3."]
    assert [fault.says for fault in verdict(rows[:6], head).faults] == ["Lines 7 to 8 are missing at the end."]
    assert [fault.says for fault in verdict(rows, None).faults] == [
        "The database does not keep any more which line is the last."
    ]
    assert [fault.says for fault in verdict([*rows, *chained([{}] * 9)[8:]], head).faults] == [
        "Line 9 was changed.",
        "Line 9 is behind the last one that the database knows of.",
    ]


def test_a_detail_may_be_another_only_where_a_line_says_so() -> None:
    left = {"was": "(erased)"}
    claim = {"why": "erase", "lines": {"1": hash_detail("new salt", left)}}
    rows = chained([{"was": "Anna"}, claim], verbs=("edit", REDACTED))
    rows[0] = replace(rows[0], detail=left, salt="new salt")
    assert (verdict(rows, head_of(rows)).whole, verdict(rows, head_of(rows)).redacted) == (True, 1)
    rows[0] = replace(rows[0], detail={"was": "(something else)"})
    assert kinds(verdict(rows, head_of(rows)).faults) == ["detail"]


def test_strange_claims_are_nobodys() -> None:
    rows = chained([{"lines": ["x"]}, {"lines": {"one": 1}}, {}], verbs=(REDACTED, REDACTED, REDACTED))
    assert verdict(rows, head_of(rows)).whole


def test_with_a_key_the_database_alone_forges_nothing() -> None:
    keys = Keys([KEY])
    rows = chained([{"n": n} for n in range(4)], keys)
    assert (verdict(rows, head_of(rows), keys).whole, verdict(rows, head_of(rows), keys).sealed) == (True, 4)
    forged = chained([{"n": n} for n in range(4, 0, -1)])
    rehashed = [replace(row, seal=keys.first) for row in forged]
    assert not verdict(rehashed, head_of(rehashed), keys).whole
    mixed = [*rows[:2], *(replace(row, seal=None) for row in rows[2:])]
    assert "key" in kinds(verdict(mixed, head_of(mixed), keys).faults)
    assert kinds(verdict(rows, head_of(rows)).faults) == ["key"]


def test_after_a_change_of_keys_the_old_lines_still_count() -> None:
    old = chained([{"n": 1}], Keys([KEY]))
    keys = Keys([b"another key of sixteen", KEY])
    row = replace(old[0], id=2, seal=keys.first)
    rows = [*old, replace(row, hash=hash_line(old[0].hash, row, b"another key of sixteen"))]
    assert verdict(rows, head_of(rows), keys).whole


def test_a_trail_that_was_written_anew_is_told_by_a_head_that_was_noted() -> None:
    rows = chained([{"n": n} for n in range(5)])
    anew = chained([{"n": -n} for n in range(5)])
    found = verdict(anew, head_of(anew))
    assert found.whole
    held_against(found, Head(3, rows[2].hash), lambda line: anew[line - 1].hash, "when it was last found whole")
    assert [fault.says for fault in found.faults] == [
        "Line 3 is not the one that it was when it was last found whole: the trail was written anew up to there."
    ]


def test_a_trail_that_is_shorter_than_it_was_is_told() -> None:
    rows = chained([{"n": 1}])
    found = verdict(rows, head_of(rows))
    held_against(found, Head(3, "a" * 64), lambda line: None, "when that head was noted")
    assert [fault.says for fault in found.faults] == [
        "The trail ends with line 1, but when that head was noted it had line 3: lines are missing, or an older backup was restored."
    ]


def test_of_many_lines_that_do_not_fit_some_are_explained_and_the_rest_counted() -> None:
    rows = chained([{"n": n} for n in range(60)])
    head = head_of(rows)
    rows = [replace(row, actor="u-eve") for row in rows]
    found = verdict(rows, head).faults
    assert (len(found), found[-1].says) == (26, "35 further lines do not fit to those before them.")
