"""A computed line is shown to a model outside only where every source that it rests on may be."""

from datetime import date
from pathlib import Path

from bot.crm.records import Contact
from bot.llm.outside import Discretion
from bot.skills.ledger import Ledger
from tests import small_crm


def test_a_line_goes_where_all_of_its_sources_may_go_however_short_it_is(tmp_path: Path) -> None:
    ledger = Ledger(small_crm.reader(tmp_path), date(2026, 11, 16))
    person = ledger.record("contact", Contact(id="c1", account_id="a1", name="Ann"), "Ann")
    secret = ledger.said("call.txt", "call.txt", "line 1", "They pay 12 %.", kind="transcript", inside=True)
    ledger.line("12 %: Ann.", person, secret)
    ledger.line("CFO: Ann.", person)
    sources, hidden = ledger.shown(Discretion(outside=True))
    assert hidden == 1
    assert {n: source.text for n, source in sources.items()} == {person: "CFO: Ann."}
    assert ledger.sources()[person].text == "12 %: Ann.\nCFO: Ann."
