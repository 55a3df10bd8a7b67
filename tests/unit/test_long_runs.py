"""Patterns over texts of any length look at a run of the same signs once; a text of 400,000 signs would else take minutes."""

from datetime import UTC, datetime

import pytest

from bot.crm.files.cells import read_amount
from bot.crm.records import Activity
from bot.crm.salesforce.failures import _TAG
from bot.crm.suppression import EMAIL
from bot.grounding.holders import HELD, NAMED
from bot.pipeline.deal import missed
from bot.pipeline.said import _split
from bot.screening import inert, orders
from knowledge.cleaning import clean


@pytest.mark.parametrize("text", ["a" * 400_000, "<" * 400_000, "<a " * 130_000])
def test_a_long_run_is_looked_at_once(text: str) -> None:
    assert not EMAIL.search(text) and not _TAG.search(text)


def test_addresses_and_tags_are_still_found() -> None:
    assert EMAIL.findall("(ann.b+c@x-y.example), bob@z.example.") == ["ann.b+c@x-y.example", "bob@z.example"]
    assert _TAG.sub(" ", "<p>No <b>way</b></p>") == " No  way  "


@pytest.mark.parametrize("run", ["[", "![", "[(", "\n", " "])
def test_long_runs_in_pages_and_notes_are_looked_at_once(run: str) -> None:
    text = f"Hello there.\n{run * 200_000}: all said"
    assert clean(text).startswith("Hello there.") and inert(text).startswith("Hello there.") and not orders(text)
    assert ("", "Hello there.") in list(_split(text, ()))
    note = Activity(id="X", kind="call", at=datetime(2026, 3, 2, tzinfo=UTC), subject="Call", body=text)
    assert not missed(note)


def test_long_runs_of_names_and_of_blanks_in_an_amount_are_looked_at_once() -> None:
    assert not any(pattern.search("Aaa Bbb Ccc " * 30_000) for pattern in (*HELD, *NAMED))
    with pytest.raises(ValueError, match="is no amount"):
        read_amount(f"$ {' ' * 100_000}!")
    assert read_amount("$ 1 200,50") == read_amount("1200.50")


def test_links_and_persons_are_still_found() -> None:
    assert inert("[a](https://x.example) ![b](https://x.example)") == "a (link) (picture)"
    assert clean("See [the [a] list](x) and [terms](y).") == "See [the [a] list](x) and terms."
    assert [found["name"] for found in HELD[0].finditer("Ann van der Berg, CFO")] == ["Ann van der Berg"]
