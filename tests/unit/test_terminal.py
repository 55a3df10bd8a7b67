"""What a note holds is shown as text, whatever signs it holds."""

import pytest
from rich.text import Text

from bot.proposals import Chart, Draft, Section, Series, Table
from bot.terminal import escape, show_answer


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("[red]50 %[/red] off", "[red]50 %[/red] off"),
        ("a\x1b[2Jb\x1b]52;c;eA==\x07", "a[2Jb]52;c;eA=="),
        ("paid\r\u202etnuoma", "paidtnuoma"),
        ("Müller & Søn\n\tnext line – “quoted” 日本", "Müller & Søn\n\tnext line – “quoted” 日本"),
    ],
)
def test_signs_that_steer_a_terminal_are_left_out(written: str, shown: str) -> None:
    assert Text.from_markup(escape(written)).plain == shown


def test_tables_and_charts_are_aligned_rows(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(columns=("Deal", "Amount"), rows=(("[red]Plant", "48,000"), ("b", "1,200,000")), numeric=(1,))
    series = (Series(name="Amount", values=(48_000,)),)
    chart = Chart(kind="barh", title="By stage", alt="All is new.", labels=("New",), series=series, unit="USD")
    show_answer(Draft(skill="deal", sections=(Section(title="Deals", table=table),), charts=(chart,)))
    assert capsys.readouterr().out.splitlines() == [
        "",
        "Deals",
        "  Deal           Amount",
        "  [red]Plant     48,000",
        "  b           1,200,000",
        "",
        "By stage",
        "All is new.",
        "         Amount",
        "New  USD 48,000",
    ]
