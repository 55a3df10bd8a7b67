"""HTML as programs write it: forms around everything, loose words, tables for layout, cells over several rows."""

from knowledge.loaders import load

PAGE = """<html><head><meta name=date content=2026-99-99></head><body><nav>Home</nav><form id=aspnetForm>
<h1>Prices &amp; more</h1><div>Some <b>bold</b>ly put <a href=x>words</a> in a row.</div><p>One<br>two</p>
<ul><li><b>Plan</b>: Pro<ul><li>inner</li></ul></li></ul><input value=typed><button>Send</button>
<table><caption>Plans</caption><tr><th rowspan=2>Plan</th><th colspan=2>Price</th></tr><tr><th>Month</th><th>Year</th></tr>
<tr><td rowspan=2>Pro<td>20<td>200</tr><tr><td>21<td>210</tr></table><pre>a\n  b</pre></form></body></html>"""
LETTER = """<table><tr><td><table><tr><td><h2>News</h2><p>First words.</p><p>More words.</p></td></tr></table></td></tr>
<tr><td>Last words.</td></tr></table>"""


def texts(page: str) -> list[str]:
    return [unit.text for section in load("page.html", page.encode()).sections for unit in section.units]


def test_a_page_reads_as_it_is_seen() -> None:
    assert texts(PAGE) == [
        "Prices & more",
        "Some boldly put words in a row.",
        "One two",
        "- Plan: Pro",
        "- inner",
        "Plans",
        "Plan: Pro; Price Month: 20; Price Year: 200",
        "Plan: Pro; Price Month: 21; Price Year: 210",
        "a\n  b",
    ]


def test_tables_for_the_layout_are_no_tables() -> None:
    assert texts(LETTER) == ["News", "First words.", "More words.", "Last words."]


def test_a_date_that_a_program_wrote_wrong_does_not_cost_the_page() -> None:
    assert load("page.html", PAGE.encode()).front == {}
