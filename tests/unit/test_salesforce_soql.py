"""Every SOQL statement that the adapter can send, parsed by a real SOQL parser (node), and their lengths and quoting."""

import inspect
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.crm.salesforce import soql
from bot.crm.salesforce.fields import FieldMap
from bot.crm.salesforce.schema import Schema
from bot.crm.salesforce.tables import KEY_FIELD, TABLES

SCRIPT = Path(__file__).parent.parent / "soql" / "parse.cjs"
PACKAGE = "@jetstreamapp/soql-parser-js"
HOME = Path(os.environ.get("SELLER_TEST_SOQL") or SCRIPT.parent)
"""read at import: tests see no settings of the machine"""

AT = datetime(2026, 11, 16, 9, 30, 0, 123456, tzinfo=UTC)
NASTY = (
    "O'Brien & Sons",
    "back\\slash",
    "\\'; DELETE",
    'double "quotes"',
    "two\nlines\r\n\ttabbed",
    "Zoë 🙂 Åberg 東京",
    "null",
    "%_",
    "' OR Name != '",
    "\x00\x07bell",
    "",
)
IDS = [f"001{number:012d}AAA" for number in range(3000)]


def names() -> Iterator[tuple[str, list[str]]]:
    """Every object with all fields that may be selected of it."""
    for kind, table in TABLES.items():
        everywhere = [name for candidates in table.fields.values() for name in candidates]
        yield table.name, ["Id", *everywhere, *table.extra, *table.stamps, KEY_FIELD, "CreatedById"]
        bare = FieldMap({}).shape(kind, Schema(lambda name: {}))
        yield table.name, list(bare.selected)


def shapes() -> Iterator[str]:
    """The statements that are made of an object's fields."""
    for name, fields in names():
        for since in (None, (AT, ""), (AT, IDS[0])):
            yield soql.changed(name, fields, "SystemModstamp", since)
        yield soql.select(name, fields, order="SortOrder")
        yield soql.select(name, ("Id",), limit=1)
        yield soql.newest(name, fields, "AccountId", IDS[0], "SystemModstamp", 200)
        yield from soql.among(name, fields, "OpportunityId", IDS[:50])
        for value in NASTY:
            yield soql.by_id(name, fields, value)
            yield soql.equal(name, fields, KEY_FIELD, value, 2)
            yield soql.both(name, fields, ("OpportunityId", value), ("ContactId", value))
            yield soql.evidence(name, fields, [("Subject", value), ("WhatId", value)], AT)
            yield from soql.among(name, fields, "Id", [value, *NASTY])
        yield soql.evidence(name, fields, [], AT)


def others() -> Iterator[str]:
    """The statements with fields of their own."""
    for several in (soql.lines_of_tasks, soql.lines_of_events, soql.links_of_notes, soql.notes_of, soql.list_prices):
        yield from several(IDS[:700])
        yield from several(NASTY)
    yield soql.rights("005000000000001AAA", IDS[: soql.RIGHTS_AT_ONCE])
    yield soql.rights("it's", ["a'b"])
    for value in (*NASTY, "ana@seller.example", "o'neill@seller.example"):
        yield soql.user_of(value)
    yield soql.company(("Id", "Name"))
    yield soql.corporate_currency()


STATEMENTS = list(dict.fromkeys([*shapes(), *others()]))


def test_every_statement_is_taken_by_a_real_soql_parser() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is missing, which parses SOQL here: install Node.js 18 or newer")
    if not (HOME / "node_modules" / PACKAGE).is_dir():
        pytest.skip(
            f"the node package {PACKAGE} is missing: npm install --prefix FOLDER {PACKAGE}, then SELLER_TEST_SOQL=FOLDER"
        )
    ran = subprocess.run(
        [node, str(SCRIPT), str(HOME)], input=json.dumps(STATEMENTS), capture_output=True, text=True, timeout=120
    )
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == []
    assert len(STATEMENTS) > 1000


def test_every_function_that_makes_a_statement_is_among_them() -> None:
    made = {name for name, function in vars(soql).items() if inspect.isfunction(function) and not name.startswith("_")}
    elsewhere = {"text", "stamp", "quote"}
    called = inspect.getsource(shapes) + inspect.getsource(others)
    assert {name for name in made - elsewhere if f"soql.{name}" not in called} == set()


def test_no_other_module_writes_soql() -> None:
    folder = Path(inspect.getfile(soql)).parent
    texts = {path.name: path.read_text() for path in folder.glob("*.py") if path.name != "soql.py"}
    assert [name for name, text in texts.items() if "SELECT " in text or " FROM " in text] == []


def test_every_statement_fits_into_a_url_and_long_lists_are_cut() -> None:
    assert max(len(statement) for statement in STATEMENTS) <= soql.LONGEST
    assert max(len(quote(statement, safe="")) for statement in STATEMENTS) <= soql.LONGEST_SENT
    parts = list(soql.among("Account", ("Id",), "Id", IDS))
    assert [value for value in IDS if sum(f"'{value}'" in part for part in parts) != 1] == []
    assert list(soql.among("Account", ("Id",), "Id", [])) == []


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("O'Brien", r"'O\'Brien'"),
        ("a\\", r"'a\\'"),
        ("a\\'b", r"'a\\\'b'"),
        ("two\nlines", r"'two\nlines'"),
        ("\x00a\x07", "'a'"),
        ("東京", "'東京'"),
    ],
)
def test_a_value_cannot_end_its_quotes(value: str, quoted: str) -> None:
    assert soql.text(value) == quoted


def test_a_time_is_utc_to_the_millisecond() -> None:
    assert soql.stamp(AT) == "2026-11-16T09:30:00.123Z"
