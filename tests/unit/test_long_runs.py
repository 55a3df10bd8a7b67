"""Patterns over texts of any length look at a run of the same signs once; a text of 400,000 signs would else take minutes."""

import pytest

from bot.crm.salesforce.failures import _TAG
from bot.crm.suppression import EMAIL


@pytest.mark.parametrize("text", ["a" * 400_000, "<" * 400_000, "<a " * 130_000])
def test_a_long_run_is_looked_at_once(text: str) -> None:
    assert not EMAIL.search(text) and not _TAG.search(text)


def test_addresses_and_tags_are_still_found() -> None:
    assert EMAIL.findall("(ann.b+c@x-y.example), bob@z.example.") == ["ann.b+c@x-y.example", "bob@z.example"]
    assert _TAG.sub(" ", "<p>No <b>way</b></p>") == " No  way  "
