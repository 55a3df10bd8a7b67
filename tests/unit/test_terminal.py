"""What a note holds is shown as text, whatever signs it holds."""

from pathlib import Path

import pytest
from rich.text import Text

from bot.errors import BotError
from bot.proposals import Action, Attachment, Chart, Draft, Line, Section, Series, Table
from bot.terminal import escape, save, show_answer


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


def test_what_may_be_done_next_ends_an_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = Line(text="Plant 2", actions=(Action(label="Brief", ask="brief me on [Acme]"),))
    asks = (Action(label="Shorter", ask="shorter"), Action(label="Warmer", ask="warmer"))
    mail = Action(label="Open in mail", url="mailto:a@b.test?subject=Hi%20there")
    plan = Attachment(name="../plan.docx", content=b"1", alt="The plan.")
    for _ in range(2):
        show_answer(
            Draft(
                skill="draft", sections=(Section(title="Deals", lines=(line,)),), actions=(*asks, mail), files=(plan,)
            )
        )
    first, second = (
        [
            "",
            "Deals",
            "  • Plant 2",
            "    → brief me on [Acme]",
            "",
            "Next: say “shorter”, “warmer”",
            "Open in mail: mailto:a@b.test?subject=Hi%20there",
            f"Saved ../plan.docx as {tmp_path / name}: The plan.",
        ]
        for name in ("plan.docx", "plan-1.docx")
    )
    assert capsys.readouterr().out.splitlines() == [*first, *second]
    assert (tmp_path / "plan-1.docx").read_bytes() == b"1"


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(BotError, match=r"^plan\.docx could not be written to .*: No such file or directory; go to"):
        save(Attachment(name="plan.docx", content=b"1", alt=""), tmp_path / "nowhere")
